"""How one media limit is judged at dataset import."""

from __future__ import annotations

import re
from collections.abc import Hashable
from dataclasses import dataclass, field, replace
from typing import Any, Final

from contract.cases import Case
from contract.jobs import ImportSeen, judge_import
from contract.purposes import Purpose
from contract.verdicts import Expected, Verdict
from deployment.curl import curl
from deployment.media import Dataset
from generators.specs import ImageSpec
from generators.submissions import Arrival
from judges.importer import Imported
from judges.imports.cases import ImportCase
from judges.results import Outcome, not_applicable
from judges.workspace import Workspace

_GOOD: Final = 2
_NEW_DATASET: Final = "imported"
_NAME: Final = re.compile(r"image\d")
_FOLDERS: Final = {"flat": "", "nested": "some/folder/"}
_CLOSED: Final = not_applicable("nothing comes by this route: no file of such a name is imported")
_UPLOADS: Final = {"form": "multipart", "tus": "tus"}


@dataclass(slots=True)
class ImportJudge:
    """Judges imports; an archive of good images alone is imported once for each kind of them, as the control."""

    workspace: Workspace
    controls: dict[Hashable, ImportSeen] = field(default_factory=dict)

    def judge(self, case: ImportCase) -> Outcome:
        """What one case comes to."""
        if case.spec is None:
            return not_applicable(case.probe.note or "not part of the profile")
        arrival = Arrival(
            layout=case.layout,
            target=case.target,
            transfer="tus" if case.resumable else "form",
            extension="upper" if case.target == "new-dataset" else "lower",
        )
        control = self._control(case.control, arrival, kind=case.target)
        if case.target == "new-dataset" and _is_closed(control):
            return _CLOSED
        expected = case.probe.expected
        seen = self._import(case.spec, case.control, expected, arrival, control=_imported(control))
        return self._outcome(case.spec, expected, arrival, seen)

    def judge_drawn(self, spec: ImageSpec, inside: ImageSpec, expected: Expected, arrival: Arrival) -> Outcome:
        """What an image comes to that was drawn; ``inside`` is its control, which comes by the same route.

        What enters as it should is its own control; all else needs one of its kind.
        """
        seen = self._import(spec, inside, expected, arrival, control=True)
        if expected is not Expected.ACCEPTED or not seen.entered:
            control = self._control(inside, arrival, kind=(inside, arrival))
            if _is_closed(control):
                return _CLOSED
            seen = replace(seen, control=_imported(control))
        return self._outcome(spec, expected, arrival, seen)

    def _outcome(self, spec: ImageSpec, expected: Expected, arrival: Arrival, seen: ImportSeen) -> Outcome:
        url = f"{self.workspace.client.base}/api/v1{self.workspace.discovery.root}/datasets/uploads"
        return Outcome(
            judgement=judge_import(expected, seen),
            answer=seen.answer,
            sent=_described(spec, arrival),
            curl=curl("POST", url, "dataset.zip"),
        )

    def release(self, following: Case | None) -> None:
        """Nothing is left behind: each case deletes its project."""

    def _control(self, inside: ImageSpec, arrival: Arrival, kind: Hashable) -> ImportSeen:
        """The import of good images alone; kept for the cases to come, unless the network spoiled it."""
        if kind in self.controls:
            return self.controls[kind]
        before = self.workspace.client.counters.failures
        with self.workspace.client.purpose(Purpose.CONTROL):
            control = self._import(inside, inside, Expected.ACCEPTED, arrival, control=True)
        if _imported(control) or self.workspace.client.counters.failures == before:
            self.controls[kind] = control
        return control

    def _import(
        self, spec: ImageSpec, inside: ImageSpec, expected: Expected, arrival: Arrival, *, control: bool
    ) -> ImportSeen:
        importer, entities = self.workspace.importer, self.workspace.entities
        plain = replace(inside, orientation=1)
        good = [replace(plain, width=plain.width + n) for n in range(1, _GOOD + 1)]
        names = [f"image{n}.{spec.format}" for n in range(_GOOD + 1)]
        names[1] = _FOLDERS[arrival.folder] + arrival.file_name(spec.format, "image1")
        uploaded, file = importer.archive(
            [good[0], spec, *good[1:]], arrival.layout, resumable=arrival.transfer == "tus", names=names
        )
        if file is None or not uploaded.accepted:
            return ImportSeen(control, uploaded, entered=False if uploaded.status is not None else None)
        if arrival.target != "new-project":
            made = entities.create_project((("detection", 2),), "import-target")
            if not made.accepted:
                return ImportSeen(False, made)
            project: str | None = made.body["id"]
            new = arrival.target == "new-dataset"
            into = {"name": _NEW_DATASET} if new else {"dataset": made.body["datasets"][0]["id"]}
            done = importer.into_project(file, made.body["id"], **into)
        else:
            done, change = importer.as_new_project(file, "imported")
            project = change.expected
            if project is None and change.changes is None:
                return ImportSeen(control, done.answer, done.state, done.warnings)
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
        # A name may come back with the folders of its archive, or shortened: its beginning is what tells them apart.
        sizes = {found[0]: _size(each) for each in media if (found := _NAME.search(str(each.get("name"))))}
        entered, altered = "image1" in sizes, ""
        if entered and sizes["image1"] not in _sizes_of(probe):
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


def _is_closed(control: ImportSeen) -> bool:
    """Whether nothing of a kind is imported, so that nothing gets around a limit there: the job left it out."""
    return control.state == "finished" and control.entered is False


def _size(medium: dict[str, Any]) -> tuple[Any, Any]:
    information = medium.get("media_information") or {}
    return information.get("width"), information.get("height")


def _sizes_of(spec: ImageSpec) -> set[tuple[int, int]]:
    """What an image may read back as: few readers turn some formats."""
    return {spec.displayed, spec.displayed if spec.record.turned_by_readers else (spec.width, spec.height)}


def _described(spec: ImageSpec, arrival: Arrival) -> dict[str, Any]:
    sent = {name: getattr(spec, name) for name in spec.__dataclass_fields__}
    return {**sent, "layout": arrival.layout, "into": arrival.target, "upload": _UPLOADS[arrival.transfer]}
