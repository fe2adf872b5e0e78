"""How one media limit is judged at dataset import."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Final

from contract.cases import Case
from contract.jobs import ImportSeen, judge_import
from contract.purposes import Purpose
from contract.verdicts import Expected, Verdict
from deployment.curl import curl
from deployment.media import Dataset
from generators.specs import ImageSpec
from judges.importer import Imported
from judges.imports.cases import ImportCase, Target
from judges.results import Outcome, not_applicable
from judges.workspace import Workspace

_GOOD: Final = 2
_NEW_DATASET: Final = "imported"


@dataclass(slots=True)
class ImportJudge:
    """Judges imports; an archive of good images alone is imported once for each target, as the control."""

    workspace: Workspace
    controls: dict[Target, ImportSeen] = field(default_factory=dict)

    def judge(self, case: ImportCase) -> Outcome:
        """What one case comes to."""
        if case.spec is None:
            return not_applicable(case.probe.note or "not part of the profile")
        client = self.workspace.client
        control = self._control(case)
        if case.target == "new-dataset" and control.state == "finished" and control.entered is False:
            return not_applicable("nothing comes by this route: no file of such a name is imported")
        seen = self._import(case, case.probe.expected, control=_imported(control))
        url = f"{client.base}/api/v1{self.workspace.discovery.root}/datasets/uploads"
        return Outcome(
            judgement=judge_import(case.probe.expected, seen),
            answer=seen.answer,
            sent=_described(case),
            curl=curl("POST", url, "dataset.zip"),
        )

    def release(self, following: Case | None) -> None:
        """Nothing is left behind: each case deletes its project."""

    def _control(self, case: ImportCase) -> ImportSeen:
        """The import of good images alone; kept for the cases to come, unless the network spoiled it."""
        if case.target in self.controls:
            return self.controls[case.target]
        before = self.workspace.client.counters.failures
        with self.workspace.client.purpose(Purpose.CONTROL):
            control = self._import(replace(case, spec=case.control), Expected.ACCEPTED, control=True)
        if _imported(control) or self.workspace.client.counters.failures == before:
            self.controls[case.target] = control
        return control

    def _import(self, case: ImportCase, expected: Expected, *, control: bool) -> ImportSeen:
        assert case.spec is not None
        importer, entities = self.workspace.importer, self.workspace.entities
        good = [replace(case.control, width=case.control.width + n) for n in range(1, _GOOD + 1)]
        specs, routed = [good[0], case.spec, *good[1:]], case.target == "new-dataset"
        uploaded, file = importer.archive(
            specs, case.layout, resumable=case.resumable, in_capitals=1 if routed else None
        )
        if file is None or not uploaded.accepted:
            return ImportSeen(control, uploaded, entered=False if uploaded.status is not None else None)
        if case.target != "new-project":
            made = entities.create_project((("detection", 2),), "import-target")
            if not made.accepted:
                return ImportSeen(False, made)
            project: str | None = made.body["id"]
            into = {"name": _NEW_DATASET} if routed else {"dataset": made.body["datasets"][0]["id"]}
            done = importer.into_project(file, made.body["id"], **into)
        else:
            done, change = importer.as_new_project(file, "imported")
            project = change.expected
            if project is None and change.changes is None:
                return ImportSeen(control, done.answer, done.state, done.warnings)
        spec = case.spec
        try:
            return self.workspace.client.settling.until(
                lambda: self._read(done, project, spec, good, control=control),
                lambda seen: judge_import(expected, seen).verdict is Verdict.KEPT,
            )
        finally:
            if project is not None:
                self.workspace.client.created.add(project)
                entities.delete_project(project)

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
        entered, altered = "image1" in sizes, ""
        if entered and sizes["image1"] != probe.displayed:
            altered = f"it reads back as {sizes['image1']}, sent {probe.displayed}"
        return replace(seen, entered=entered, altered=altered, good=sum(name in sizes for name in ("image0", "image2")))

    def _media(self, project: str) -> list[dict[str, Any]] | None:
        entities = self.workspace.entities
        datasets = entities.datasets(project)
        if datasets is None:
            return None
        listings = [Dataset(entities.client, project, str(each["id"])).listing() for each in datasets]
        if None in listings:
            return None
        return [medium for listing in listings if listing is not None for medium in listing.values()]


def _imported(control: ImportSeen) -> bool:
    return control.state == "finished" and bool(control.entered)


def _size(medium: dict[str, Any]) -> tuple[Any, Any]:
    information = medium.get("media_information") or {}
    return information.get("width"), information.get("height")


def _described(case: ImportCase) -> dict[str, Any]:
    spec = case.spec
    sent = {name: getattr(spec, name) for name in spec.__dataclass_fields__} if spec else {}
    return {**sent, "layout": case.layout, "into": case.target, "upload": "tus" if case.resumable else "multipart"}
