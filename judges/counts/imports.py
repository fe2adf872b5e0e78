"""The subjects whose last entity comes by dataset import: projects, labels, datasets, media."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from contract.jobs import ImportSeen, import_answer, judge_import
from contract.limits import LONG_NAME, SECOND_DATASET, TWO_FOR_ONE_PLACE, EnforcementPoint
from contract.observations import Answer, Observation
from contract.probes import comfortable_side
from contract.profiles import Profile
from deployment.entities import Entities
from generators.specs import ImageSpec
from judges.counts.case import CountCase
from judges.counts.entities import Datasets
from judges.counts.media import Media
from judges.counts.probe import UnreachableError
from judges.counts.projects import FILLS, Projects
from judges.counts.single_request import SingleRequestProbe, look_at_project
from judges.importer import Imported, Importer
from judges.results import Outcome

# Stands for the id of a medium that came by import: listing 100,000 to learn it would cost 1,000 requests.
IMPORTED: Final = "imported"


def _file(importer: Importer, profile: Profile, seeds: Sequence[int] = (0,), *, resumable: bool = False) -> str:
    side = comfortable_side(profile)
    specs = [ImageSpec(side, side, "png", "L", "noise", seed) for seed in seeds]
    uploaded, file = importer.archive(specs, "coco", resumable=resumable)
    if file is None:
        raise UnreachableError(f"no archive could be uploaded ({uploaded.words_with_message})")
    return file


def _answer(done: Imported, identifier: str | None) -> Answer:
    answer = import_answer(done.answer, done.state, done.warnings)
    if not answer.accepted:
        return answer
    if done.job is None:
        raise UnreachableError("the import job did not end in time")
    return Answer(answer.status, {"id": identifier}, answer.elapsed_s)


@dataclass
class ImportedProjects(Projects):
    """Projects of the organization, the last one by import."""

    importer: Importer | None = None
    profile: Profile | None = None

    def _create(self) -> Answer:
        assert self.importer is not None
        assert self.profile is not None
        is_long = self.kind == LONG_NAME
        file = _file(self.importer, self.profile, resumable=is_long)
        name = self.entities.named(f"{FILLS}imported-{self._serials(1)[0]}", long=is_long)
        done, change = self.importer.as_new_project(file, name)
        self.entities.client.created.update(filter(None, (change.expected,)))
        return _answer(done, change.expected)


@dataclass
class ImportedDatasets(Datasets):
    """Datasets of one project, the last one by import."""

    importer: Importer | None = None

    def _create(self) -> Answer:
        assert self.importer is not None
        assert self.profile is not None
        project = self.in_project().body["id"]
        file = _file(self.importer, self.profile, resumable=self.kind == LONG_NAME)
        name = self._named(f"imported {self._serials(1)[0]}")
        done = self.importer.into_project(file, project, name=name)
        made = (done.job or {}).get("metadata", {}).get("dataset", {}).get("id")
        if isinstance(made, str):
            self.entities.client.created.add(made)
        return _answer(done, made)


@dataclass
class ImportedMedia(Media):
    """Media of one project, the last one by upload, or by import into its dataset."""

    importer: Importer | None = None
    has_imported: bool = False

    def _create(self) -> Answer:
        if self.by is not EnforcementPoint.DATASET_IMPORT:
            return super()._create()
        answer = _answer(self._import(1), IMPORTED)
        self.has_imported |= answer.accepted
        return answer

    def judge(self, case: CountCase) -> Outcome:
        """What one case comes to; the medium at the boundary comes by the case's enforcement point."""
        self.by, self.kind = case.probe.point, case.kind
        if case.kind != TWO_FOR_ONE_PLACE:
            return super().judge(case)
        seen = self.two_for_one_place(case.probe.value)
        return Outcome(judgement=judge_import(case.probe.expected, seen), answer=seen.answer)

    def two_for_one_place(self, value: int) -> ImportSeen:
        """Import two images at once, where the second would make the count ``value``.

        An import of one must have been accepted before: it is the control. Raises ``UnreachableError``.
        """
        if not self.has_imported:
            self.observe(value - 1)
        level = self._reach(value - 2)
        if level.stopped is not None:
            raise UnreachableError(f"it could not be filled up to the last place ({level.stopped.words_with_message})")
        done = self._import(2)
        self.known.value = None
        after = self._count()
        entered = None if after is None else after >= value
        return ImportSeen(self.has_imported, done.answer, done.state, done.warnings, entered)

    def _import(self, images: int) -> Imported:
        assert self.importer is not None
        assert self.profile is not None
        project = self.in_project().body["id"]
        into_second = self.kind == SECOND_DATASET
        file = _file(self.importer, self.profile, self._serials(images), resumable=into_second)
        return self.importer.into_project(file, project, dataset=self._datasets()[-1 if into_second else 0].id)

    def remember(self, answer: Answer) -> None:
        """An imported medium has an id that nobody told; it goes with its project."""
        if answer.body["id"] != IMPORTED:
            super().remember(answer)

    def there(self, answer: Answer) -> bool | None:
        """Of an imported medium the count alone tells."""
        return False if answer.body["id"] == IMPORTED else super().there(answer)


def labels_at_import(entities: Entities, importer: Importer, profile: Profile) -> SingleRequestProbe:
    """Labels of a project that is imported."""
    return SingleRequestProbe(_labelled(entities, importer, profile), 2)


def _labelled(entities: Entities, importer: Importer, profile: Profile) -> Callable[[int], Observation]:
    def accept(count: int) -> Observation:
        done, change = importer.as_new_project(_file(importer, profile), f"imported-with-{count}", count)
        return look_at_project(entities, _answer(done, change.expected), change, entities.count_labels, count)

    return accept
