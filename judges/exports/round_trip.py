"""Media that go out and come back together: uploaded, annotated, exported, and imported as a new project."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from contract import operations as api
from contract.observations import Answer
from contract.usability import Stage
from deployment.bodies import new_project, shaped_annotations
from deployment.entities import annotations_path
from deployment.errors import SetupError
from deployment.exports import Exports
from deployment.jobs import message, state
from deployment.media import Dataset
from generators.specs import MediaSpec
from judges.exports.archive import ExportArchive, name_of
from judges.exports.cases import Step
from judges.exports.readback import differences, labels_of, shapes_of
from judges.importer import LABELS
from judges.media.held import Held
from judges.media.readback import misreported, other_card
from judges.media.usability import last_frame
from judges.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Carried:
    """What became of one medium; ``ready`` is the answer to its upload and annotation, the first that was refused.

    A stage is None where the one before was not reached, or lost the medium.
    """

    ready: Stage
    exported: Stage | None = None
    imported: Stage | None = None

    def at(self, step: Step) -> Stage | None:
        """What became of it at one step."""
        return self.exported if step == "export" else self.imported

    @property
    def broken_off(self) -> bool:
        """Whether a stage did not go through for it: where several go together, nobody knows of which."""
        return any(stage is not None and not stage.done for stage in (self.exported, self.imported))


@dataclass
class RoundTrip:
    """One round trip of some media in two projects of their own, which are deleted after it."""

    workspace: Workspace
    specs: Sequence[MediaSpec]

    @cached_property
    def exports(self) -> Exports:
        """What asks for exports."""
        return Exports(self.workspace.importer.jobs, self.workspace.document)

    def carried(self) -> dict[MediaSpec, Carried]:
        """What became of each medium. Raises ``SetupError`` where no project can be created."""
        entities = self.workspace.entities
        body = new_project(f"{entities.prefix}-exported", [("detection", len(LABELS))])
        for label, name in zip(body["pipeline"]["tasks"][-1]["labels"], LABELS, strict=True):
            label["name"] = name
        made = entities.create_project_of(body)
        if not made.accepted:
            raise SetupError(f"no project to export could be created ({made.words_with_message})")
        dataset = entities.dataset(made)
        try:
            return self._through(dataset, labels_of(made.fields))
        finally:
            entities.delete_project(dataset.project)

    def _through(self, dataset: Dataset, labels: Mapping[str, str]) -> dict[MediaSpec, Carried]:
        ids = {name: label for label, name in labels.items()}
        held = [Held.uploaded_to(dataset, spec, _file_name(n, spec)) for n, spec in enumerate(self.specs)]
        ready = [_ready(each, n, ids) for n, each in enumerate(held)]
        carried = [Carried(each) for each in ready]
        if any(each.done for each in ready):
            exported, archive, content = self._exported(dataset)
            carried = [
                replace(each, exported=self._in_archive(exported, archive, n, held[n])) if each.ready.done else each
                for n, each in enumerate(carried)
            ]
            there = [n for n, each in enumerate(carried) if _is_well(each.exported)]
            if archive is not None and there:
                imported = self._imported(archive, content, [(n, held[n]) for n in there])
                carried = [replace(each, imported=imported.get(n)) for n, each in enumerate(carried)]
        return dict(zip(self.specs, carried, strict=True))

    def _exported(self, dataset: Dataset) -> tuple[Stage, ExportArchive | None, bytes]:
        """How the export went, and the archive."""
        submitted = self.exports.prepare(dataset)
        job = self.exports.jobs.ended(submitted)
        stage = _of_job("the export", submitted, job)
        if job is None or not stage.done:
            return stage, None, b""
        downloaded, content = self.exports.download(dataset, job)
        if not downloaded.accepted:
            return Stage("the download of the export", downloaded), None, b""
        try:
            return stage, ExportArchive.of(content), content
        except zipfile.BadZipFile:
            return replace(stage, differences=("it is no zip archive",)), None, content

    def _in_archive(self, stage: Stage, archive: ExportArchive | None, number: int, held: Held) -> Stage:
        return stage if archive is None else replace(stage, differences=archive.differences(number, held.artefact))

    def _imported(self, archive: ExportArchive, content: bytes, sent: Sequence[tuple[int, Held]]) -> dict[int, Stage]:
        """How the import of the archive went for each medium that is in it."""
        importer, entities = self.workspace.importer, self.workspace.entities
        uploaded, file = self.exports.jobs.upload(io.BytesIO(content), len(content))
        if file is None or not uploaded.accepted:
            return {number: Stage("the upload of the export", uploaded) for number, _ in sent}
        done, change = importer.as_new_project(file, "re-imported")
        stage = _of_job("the import", done.answer, done.job)
        if change.expected is None:
            return {number: stage for number, _ in sent}
        entities.client.created.add(change.expected)
        project = change.expected
        try:
            if not stage.done:
                return {number: stage for number, _ in sent}
            return self.workspace.client.settling.until(
                lambda: self._read(project, archive, stage, sent), lambda seen: all(map(_is_well, seen.values()))
            )
        finally:
            entities.delete_project(project)

    def _read(
        self, project: str, archive: ExportArchive, stage: Stage, sent: Sequence[tuple[int, Held]]
    ) -> dict[int, Stage]:
        """What is in the new project."""
        client = self.workspace.client
        labels = labels_of(client.call(api.READ_PROJECT, project).fields)
        media: list[tuple[Dataset, dict[str, Any]]] = []
        for each in self.workspace.entities.datasets(project) or ():
            dataset = Dataset(client, project, str(each["id"]))
            listed = dataset.listing()
            if listed is None:
                return {number: replace(stage, differences=None) for number, _ in sent}
            media += [(dataset, medium) for medium in listed.values()]
        return {
            number: replace(stage, differences=differences(held, number, media, archive, labels))
            for number, held in sent
        }


def _of_job(step: str, answer: Answer, job: Mapping[str, Any] | None) -> Stage:
    return Stage(step, answer, None if job is None else state(job), message(job or {}))


def _is_well(stage: Stage | None) -> bool:
    return stage is not None and stage.done and stage.differences == ()


def _file_name(number: int, spec: MediaSpec) -> str:
    return f"{name_of(number)}.{spec.format}"


def _ready(held: Held, number: int, labels: Mapping[str, str]) -> Stage:
    """Whether a medium was taken, and its annotations, each with a label of those that lie there by name."""
    if not held.uploaded.accepted:
        return Stage("the upload", held.uploaded)
    frame = last_frame(held)
    shapes = [(shape, labels.get(label, "")) for shape, label in shapes_of(held, number)]
    body = shaped_annotations(held.identifier, frame, shapes)
    answer = held.dataset.client.send("POST", annotations_path(held.dataset, held.identifier, frame), body)
    return Stage("its annotations", answer, "finished", differences=_not_as_sent(held))


def _not_as_sent(held: Held) -> tuple[str, ...]:
    """How a card is not shown as it was sent, before it was exported at all."""
    spec = held.artefact.spec
    if spec.content != "card":
        return ()
    shown, content = held.download("display/full")
    return (*misreported(spec, held.information), *(other_card(held.artefact, content) if shown.accepted else ()))
