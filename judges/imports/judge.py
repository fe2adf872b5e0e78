"""How one media limit is judged at dataset import."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import Any

from contract.jobs import ImportSeen, judge_import
from contract.profiles import Profile
from contract.results import Result
from contract.verdicts import Verdict
from deployment.client import curl
from deployment.entities import Entities
from deployment.media import Dataset
from generators.specs import ImageSpec
from judges.imports.cases import ImportCase, Target
from judges.imports.importer import Imported, Importer
from judges.results import unjudged

_GOOD = 2


@dataclass(slots=True)
class ImportJudge:
    """Judges imports; an archive of good images alone is imported once for each target, as the control."""

    entities: Entities
    importer: Importer
    profile: Profile
    controls: dict[Target, bool] = field(default_factory=dict)

    def judge(self, case: ImportCase) -> Result:
        """The result of one case."""
        started = time.time()
        client = self.entities.client
        del client.exchanges[:]
        base = unjudged(case.id, case.probe, self.profile, _title(case), _described(case), started)
        if case.spec is None:
            return replace(base, verdict=Verdict.NOT_APPLICABLE, reason=case.probe.note or "not part of the profile")
        if case.target not in self.controls:
            good = replace(case, spec=case.control)
            faults = client.transient_failures.count
            control = self._seen(good, control=True)
            imported = control.state == "finished" and bool(control.entered)
            if imported or client.transient_failures.count == faults:
                self.controls[case.target] = imported
        seen = self._seen(case, control=self.controls.get(case.target, False))
        verdict = judge_import(case.probe.expected, seen)
        root = f"{client.base}/api/v1{self.importer.jobs.root}"
        exchanges = tuple(client.exchanges)
        del client.exchanges[:]
        return replace(
            base,
            verdict=verdict.verdict,
            reason=verdict.reason,
            status=seen.answer.status,
            error_code=seen.answer.error_code,
            curl=curl("POST", f"{root}/datasets/uploads", "dataset.zip"),
            exchanges=exchanges[-12:] if verdict.broken else (),
            elapsed_s=time.time() - started,
        )

    def _seen(self, case: ImportCase, *, control: bool) -> ImportSeen:
        assert case.spec is not None
        probe = case.spec
        good = [replace(case.control, width=case.control.width + n) for n in range(1, _GOOD + 1)]
        uploaded, file = self.importer.archive([good[0], probe, *good[1:]], case.layout, resumable=case.resumable)
        if file is None or not uploaded.accepted:
            return ImportSeen(control, uploaded, entered=False if uploaded.status is not None else None)
        project = None
        if case.target == "existing-project":
            made = self.entities.create_project((("detection", 2),), "import-target")
            project = made.body["id"] if made.accepted else None
            if project is None:
                return ImportSeen(False, made)
            done = self.importer.into_project(file, project, {"dataset_id": made.body["datasets"][0]["id"]})
        else:
            before = self.entities.our_projects()
            done = self.importer.as_project(file, "imported")
            after = self.entities.our_projects()
            if before is None or after is None:
                return ImportSeen(control, done.answer, done.state, done.warnings)
            project = done.project or next(iter(set(after) - set(before)), None)
        try:
            return self._read(done, project, probe, good, control=control)
        finally:
            if project is not None:
                self.entities.client.created.add(project)
                self.entities.delete_project(project)

    def _read(
        self, done: Imported, project: str | None, probe: ImageSpec, good: list[ImageSpec], *, control: bool
    ) -> ImportSeen:
        """What is in the project afterwards."""
        seen = ImportSeen(control, done.answer, done.state, done.warnings, entered=False, good_sent=len(good))
        if project is None:
            return seen
        media = self._media(project)
        if media is None:
            return replace(seen, entered=None)
        sizes = {str(each.get("name")): _size(each) for each in media}
        entered = "image1" in sizes
        altered = ""
        if entered and sizes["image1"] != probe.displayed:
            altered = f"it reads back as {sizes['image1']}, sent {probe.displayed}"
        found = sum(name in sizes for name in ("image0", "image2"))
        return replace(seen, entered=entered, altered=altered, good=found)

    def _media(self, project: str) -> list[dict[str, Any]] | None:
        listed = self.entities.datasets(project)
        if listed is None:
            return None
        media: list[dict[str, Any]] = []
        for dataset in listed:
            found = Dataset(self.entities.client, project, str(dataset["id"])).listing()
            if found is None:
                return None
            media += found.values()
        return media


def _size(medium: dict[str, Any]) -> tuple[Any, Any]:
    information = medium.get("media_information") or {}
    return information.get("width"), information.get("height")


def _title(case: ImportCase) -> str:
    size = f"{case.spec.width}x{case.spec.height}" if case.spec else f"{case.probe.wanted} {case.probe.limit.unit}"
    return f" of {size} ({case.layout}, into {case.target.replace('-', ' ')})"


def _described(case: ImportCase) -> dict[str, Any]:
    spec = case.spec
    sent = {name: getattr(spec, name) for name in spec.__dataclass_fields__} if spec else {}
    return {**sent, "layout": case.layout, "into": case.target, "upload": "tus" if case.resumable else "multipart"}
