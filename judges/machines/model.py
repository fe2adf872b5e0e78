"""The model: what a deployment that keeps the contract holds after each step, and what it must refuse."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from contract.profiles import Profile
from contract.task_types import TASK_TYPES
from judges.machines.entity import Entity, Kind
from judges.machines.steps import Action, Sequence_, Step

DATASETS: Final = "project.datasets.max"
MEDIA: Final = "project.media.max"
LABELS: Final = "project.labels.max"
SMALLEST: Final = "image.side.min"
# The tasks of the projects, each a task type and how many labels it is made with.
CHAINS: Final = ((("detection", 2),), (("classification", 2),), (("detection", 1), ("classification", 2)))


@dataclass(slots=True)
class World:
    """All that the steps so far have made, under the limits of a profile."""

    profile: Profile
    entities: dict[int, Entity] = field(default_factory=dict)

    def living(self, *kinds: Kind, parent: int | None = None) -> list[Entity]:
        """The entities of these kinds that were not deleted, of one parent or of all."""
        return [
            each
            for each in self.entities.values()
            if not each.deleted and each.kind in kinds and parent in (None, each.parent)
        ]

    def gone(self) -> list[Entity]:
        """The entities that were deleted, by themselves or with what they lay in."""
        return [each for each in self.entities.values() if each.deleted]

    def made_by(self, step: Step) -> Entity:
        """What a step makes first; its name is the one of its kind that came free last, where there is one."""
        made = Entity(step.made, _KIND_OF[step.action], step.on)
        if step.action in (Action.CREATE_PROJECT, Action.ADD_LABEL):
            made.task = step.number
        alike = [each for each in self.entities.values() if (each.kind, each.parent) == (made.kind, made.parent)]
        taken = {each.name for each in alike if not each.deleted}
        free = [name for each in alike for name in each.names if name not in taken]
        return replace(made, given=free[-1]) if free else made

    def takes_name_again(self, step: Step) -> bool:
        """Whether a step makes something under a name that another had before."""
        return step.action in _KIND_OF and bool(self.made_by(step).given)

    def annotated_with(self, step: Step) -> tuple[int, ...]:
        """The labels of an annotation, each of a shape: mostly two, where a medium may have several."""
        project = self.project_of(step.on)
        (task_type, _count), *_ = CHAINS[project.task]
        if task_type == "classification" or step.made % 3 == 0:
            return (step.number,)
        labels = [each for each in self.living(Kind.LABEL, parent=project.serial) if each.task == 0]
        return (step.number, *[each.serial for each in labels if each.serial != step.number][:1])

    def labels_left(self, medium: Entity) -> tuple[int, ...]:
        """The labels of the last version of a medium that were not deleted since."""
        labels, _version = medium.annotation or ((), 0)
        return tuple(label for label in labels if not self.entities[label].deleted)

    def renamed(self, serial: int) -> Entity:
        """An entity under its next name."""
        entity = self.entities[serial]
        return replace(entity, renames=entity.renames + 1)

    def project_of(self, serial: int) -> Entity:
        """The project that an entity lies in, or is."""
        entity = self.entities[serial]
        while entity.parent:
            entity = self.entities[entity.parent]
        return entity

    def count(self, limit_id: str, project: int) -> int:
        """What counts towards a limit in a project."""
        datasets = self.living(Kind.DATASET, parent=project)
        if limit_id == DATASETS:
            return len(datasets) + self.entities[project].beside
        if limit_id == MEDIA:
            return sum(self.media_in(each.serial) for each in datasets)
        return len(self.living(Kind.LABEL, parent=project)) + self.entities[project].labels

    def media_in(self, dataset: int) -> int:
        """How many images and videos a dataset holds."""
        return len(self.living(Kind.IMAGE, Kind.VIDEO, parent=dataset)) + self.entities[dataset].beside

    def room(self, limit_id: str, project: int) -> int | None:
        """How many more of what a limit counts a project may hold; None where there is no bound."""
        bound = self.profile.value(limit_id)
        return None if bound is None else bound - self.count(limit_id, project)

    def refusal(self, step: Step) -> str | None:
        """The limit for which a step must be refused; None where it must be accepted."""
        match step.action:
            case Action.UPLOAD_SMALL:
                return SMALLEST
            case Action.CROWD_LABELS:
                return LABELS
        limit_id = LIMIT_OF.get(step.action)
        if limit_id is None:
            return None
        room = self.room(limit_id, self.project_of(step.on).serial)
        return limit_id if room is not None and room < 1 else None

    def possible(self, step: Step) -> bool:
        """Whether a step names what is there, and is one of which the contract says what comes of it."""
        if not step.on:
            return step.action is Action.CREATE_PROJECT and step.made not in self.entities
        entity = self.entities.get(step.on)
        if entity is None or entity.deleted or entity.kind not in ON[step.action] or step.made in self.entities:
            return False
        project = self.project_of(step.on)
        room = self.room(LIMIT_OF.get(step.action, LABELS), project.serial)
        match step.action:
            case Action.DELETE_DATASET:
                return not entity.born
            case Action.DELETE_LABEL:
                return self._may_go(entity, project)
            case Action.ADD_LABEL:
                return step.number < len(CHAINS[project.task])
            case Action.ANNOTATE:
                label = self.entities.get(step.number)
                return label is not None and not label.deleted and (label.parent, label.task) == (project.serial, 0)
            case Action.IMPORT:
                return step.number > 0 and (room is None or step.number <= room)
            case Action.FILL_DATASETS | Action.FILL_LABELS:
                return room is not None and room > 0
            case Action.CROWD_LABELS:
                return room is not None
            case Action.UPLOAD_SMALL:
                smallest = self.profile.value(SMALLEST)
                # The count refuses first where a project is full.
                return smallest is not None and smallest > 1 and self.room(MEDIA, project.serial) != 0
        return True

    def _may_go(self, label: Entity, project: Entity) -> bool:
        """Whether a label can be deleted: its task needs some, and those of a second task lie below the first."""
        chain = CHAINS[project.task]
        siblings = [each for each in self.living(Kind.LABEL, parent=project.serial) if each.task == label.task]
        fewest = TASK_TYPES[chain[label.task][0]].labels[0]
        return len(siblings) > max(1, fewest) and not (len(chain) > 1 and label.born)

    def apply(self, step: Step) -> None:
        """Take what an accepted step has changed."""
        entity = self.entities.get(step.on, Entity(0, Kind.PROJECT))
        match step.action:
            case Action.CREATE_PROJECT:
                self._add_project(self.made_by(step))
            case Action.CREATE_DATASET | Action.UPLOAD_IMAGE | Action.UPLOAD_VIDEO | Action.ADD_LABEL:
                self._add(self.made_by(step))
            case Action.RENAME_PROJECT | Action.RENAME_DATASET | Action.RENAME_LABEL:
                entity.renames += 1
            case Action.FILL_DATASETS:
                entity.beside += self.room(DATASETS, step.on) or 0
            case Action.FILL_LABELS:
                entity.labels += self.room(LABELS, step.on) or 0
            case Action.IMPORT:
                entity.beside += step.number
            case Action.VIEW_MEDIUM:
                entity.viewed = True
            case Action.ANNOTATE:
                labels = self.annotated_with(step)
                entity.versions += 1
                entity.annotation = labels, entity.versions
            case Action.DELETE_PROJECT | Action.DELETE_DATASET | Action.DELETE_MEDIUM | Action.DELETE_LABEL:
                self._delete(entity)

    def _add(self, entity: Entity) -> None:
        self.entities[entity.serial] = entity

    def _add_project(self, project: Entity) -> None:
        serial = project.serial
        self._add(project)
        self._add(Entity(serial + 1, Kind.DATASET, serial, born=True))
        numbers = iter(range(serial + 2, serial + SERIALS_OF_A_PROJECT))
        for task, (_type, count) in enumerate(CHAINS[project.task]):
            for _ in range(count):
                self._add(Entity(next(numbers), Kind.LABEL, serial, born=True, task=task))

    def _delete(self, entity: Entity) -> None:
        for each in self._below(entity):
            each.deleted = each.deleted or entity.serial

    def _below(self, entity: Entity) -> Iterator[Entity]:
        yield entity
        for each in list(self.entities.values()):
            if each.parent == entity.serial:
                yield from self._below(each)


# A project, its first dataset, and its labels.
SERIALS_OF_A_PROJECT: Final = 5
_MEDIUM: Final = frozenset({Kind.IMAGE, Kind.VIDEO})
# What a step makes first.
_KIND_OF: Final = {
    Action.CREATE_PROJECT: Kind.PROJECT,
    Action.CREATE_DATASET: Kind.DATASET,
    Action.UPLOAD_IMAGE: Kind.IMAGE,
    Action.UPLOAD_VIDEO: Kind.VIDEO,
    Action.ADD_LABEL: Kind.LABEL,
}
# What a step may name.
ON: Final = {
    **dict.fromkeys(Action, frozenset({Kind.PROJECT})),
    **dict.fromkeys((Action.RENAME_DATASET, Action.DELETE_DATASET, Action.IMPORT), frozenset({Kind.DATASET})),
    **dict.fromkeys((Action.UPLOAD_IMAGE, Action.UPLOAD_VIDEO, Action.UPLOAD_SMALL), frozenset({Kind.DATASET})),
    **dict.fromkeys((Action.VIEW_MEDIUM, Action.DELETE_MEDIUM, Action.ANNOTATE), _MEDIUM),
    **dict.fromkeys((Action.RENAME_LABEL, Action.DELETE_LABEL), frozenset({Kind.LABEL})),
}
# The limit that a step is held against.
LIMIT_OF: Final = {
    Action.CREATE_DATASET: DATASETS,
    Action.FILL_DATASETS: DATASETS,
    Action.UPLOAD_IMAGE: MEDIA,
    Action.UPLOAD_VIDEO: MEDIA,
    Action.IMPORT: MEDIA,
    Action.ADD_LABEL: LABELS,
    Action.FILL_LABELS: LABELS,
}


def repaired(steps: Iterable[Step], profile: Profile) -> Sequence_:
    """The steps that are possible after those before them: what is left where others were taken away."""
    world, kept = World(profile), []
    for step in steps:
        if world.possible(step):
            kept.append(step)
            if world.refusal(step) is None:
                world.apply(step)
    return tuple(kept)
