"""What a deployment shows at the end of a sequence, held against the model: all that is left, and all that is gone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from contract import operations as api
from contract.identifiers import Ids, canonical
from contract.observations import Answer
from contract.verdicts import inconclusive_reason
from deployment.bodies import objects
from judges.machines.model import DATASETS, LABELS, Entity, Kind, World
from judges.machines.performer import Performer, UnjudgedError
from judges.machines.symptoms import Aspect, Sign, Symptom
from judges.rest.comparison import altered, annotations_as_sent

# Of the media that went with a dataset or a project so many are looked for.
_SOUGHT: Final = 2
_NO_ANNOTATION: Final = 204
# More than a sequence puts into a dataset.
_PAGE: Final = 100
_MEDIA: Final = (Kind.IMAGE, Kind.VIDEO)
_ASPECTS: Final = {
    Kind.PROJECT: Aspect.PROJECT,
    Kind.DATASET: Aspect.DATASET,
    Kind.LABEL: Aspect.LABELS,
    Kind.IMAGE: Aspect.MEDIA,
    Kind.VIDEO: Aspect.MEDIA,
}


@dataclass(frozen=True, slots=True)
class Readings:
    """Reads what the steps of a performer have left. Raises ``UnjudgedError`` where nothing can be read."""

    performer: Performer

    def symptoms(self) -> Iterator[Symptom]:
        """Whatever is not as the model says."""
        for project in self.world.living(Kind.PROJECT):
            yield from self._project(project)
        yield from self._gone()

    @property
    def world(self) -> World:
        """What should be there."""
        return self.performer.world

    def of_project(self, project: Entity, answer: Answer) -> tuple[Symptom, ...]:
        """What a reading of a project shows, read again where it shows anything that is not as it should be."""
        entities, identifier = self.performer.workspace.entities, self.performer.ids[project.serial]
        if not any(self._of_project(project, answer)):
            return ()
        again = self._settled(
            lambda: entities.client.call(api.READ_PROJECT, identifier),
            lambda read: list(self._of_project(project, read)),
        )
        return tuple(self._of_project(project, again))

    def _project(self, project: Entity) -> Iterator[Symptom]:
        client, identifier = self.performer.workspace.client, self.performer.ids[project.serial]
        yield from self.of_project(project, client.call(api.READ_PROJECT, identifier))
        listed = self._settled(
            lambda: client.call(api.LIST_DATASETS, identifier), lambda answer: list(self._of_datasets(project, answer))
        )
        yield from self._of_datasets(project, listed)
        for dataset in self.world.living(Kind.DATASET, parent=project.serial):
            yield from self._dataset(dataset)

    def _of_project(self, project: Entity, answer: Answer) -> Iterator[Symptom]:
        yield from self._missing(project, answer)
        if not answer.fields:
            return
        name = self.performer.project_name(project)
        if answer.text("name") != name:
            yield self._altered(project, f"is named {answer.text('name')!r}, not {name!r}")
        tasks = objects(answer.fields.get("pipeline"), "tasks")
        shown = {str(label.get("id")): label for task in tasks for label in objects(task, "labels")}
        own = {key: str(label.get("name")) for key, label in shown.items() if not label.get("is_empty")}
        for label in self.world.living(Kind.LABEL, parent=project.serial):
            named = _of_id(own, self.performer.ids.get(label.serial))
            if named is None:
                yield self._altered(label, f"is not among the labels of {project.words}")
            elif named != label.name:
                yield self._altered(label, f"is named {named!r}, not {label.name!r}")
        yield from self._still_listed((Kind.LABEL,), own, project)
        refused = [name for name in own.values() if name.startswith("refused")]
        if refused:
            words = f"{project.words} has {len(refused)} labels of an edit that was refused"
            yield Symptom(Sign.APPEARED, Aspect.LABELS, words, holder=project.serial)
        elif len(own) != (count := self.world.count(LABELS, project.serial)):
            words = f"{project.words} has {len(own)} labels, not {count}"
            yield Symptom(Sign.MISCOUNTED, Aspect.LABELS, words, holder=project.serial)
        if answer.objects("datasets") is not None:
            yield from self._of_datasets(project, answer)

    def _of_datasets(self, project: Entity, answer: Answer) -> Iterator[Symptom]:
        yield from self._missing(project, answer)
        names = answer.names("datasets")
        if names is None:
            return
        for dataset in self.world.living(Kind.DATASET, parent=project.serial):
            named = _of_id(names, self.performer.ids.get(dataset.serial))
            if named is None:
                yield self._altered(dataset, f"is not listed in {project.words}")
            elif named != dataset.name and not (dataset.born and not dataset.renames):
                yield self._altered(dataset, f"is named {named!r}, not {dataset.name!r}")
        yield from self._still_listed((Kind.DATASET,), names, project)
        count = self.world.count(DATASETS, project.serial)
        if len(names) != count:
            words = f"{project.words} lists {len(names)} datasets, not {count}"
            yield Symptom(Sign.MISCOUNTED, Aspect.DATASET, words, holder=project.serial)

    def _dataset(self, dataset: Entity) -> Iterator[Symptom]:
        remote = self.performer.dataset(dataset.serial)
        answer = self._settled(
            lambda: remote.query({"limit": _PAGE}), lambda answer: list(self._of_listing(dataset, answer))
        )
        yield from self._of_listing(dataset, answer)
        for medium in self.world.living(*_MEDIA, parent=dataset.serial):
            yield from self._medium(medium)

    def _of_listing(self, dataset: Entity, answer: Answer) -> Iterator[Symptom]:
        """What a dataset lists, all of it on one page, and its totals, by which the limit on media counts."""
        yield from self._missing(dataset, answer)
        listed = answer.names("media")
        if listed is None:
            return
        for medium in self.world.living(*_MEDIA, parent=dataset.serial):
            if _of_id(listed, self.performer.ids.get(medium.serial)) is None:
                yield self._altered(medium, f"is not listed in {dataset.words}")
        yield from self._still_listed(_MEDIA, listed, dataset)
        known = Ids(self.performer.ids.values())
        beside = sum(key not in known for key in listed)
        if beside != dataset.beside:
            words = f"{dataset.words} lists {beside} media that were not uploaded, and {dataset.beside} were imported"
            sign = Sign.APPEARED if beside > dataset.beside else Sign.ALTERED
            yield Symptom(sign, Aspect.MEDIA, words, subject=dataset.serial, holder=dataset.serial)
        images, videos = answer.number("total_images"), answer.number("total_videos")
        held = self.world.media_in(dataset.serial)
        if images is not None and videos is not None and images + videos != held:
            words = f"{dataset.words} counts {images + videos} images and videos, not {held}"
            yield Symptom(Sign.MISCOUNTED, Aspect.MEDIA, words, holder=dataset.serial)

    def _medium(self, medium: Entity) -> Iterator[Symptom]:
        performer = self.performer
        if not medium.unsure:
            path = f"{performer.annotations_path(medium.serial)}/latest"
            latest = self._settled(
                lambda: performer.workspace.client.send("GET", path),
                lambda answer: list(self._of_annotation(medium, answer)),
            )
            yield from self._of_annotation(medium, latest)
        if medium.viewed and medium.serial in performer.viewed:
            answer, digest = performer.digest(medium.serial)
            yield from self._missing(medium, answer)
            if answer.accepted and digest != performer.viewed[medium.serial]:
                yield self._altered(medium, "is displayed as something else than before")

    def _of_annotation(self, medium: Entity, answer: Answer) -> Iterator[Symptom]:
        yield from self._missing(medium, answer)
        if not answer.accepted:
            return
        if medium.annotation is None:
            if answer.fields and objects(answer.fields, "annotations"):
                yield Symptom(
                    Sign.APPEARED,
                    Aspect.ANNOTATIONS,
                    f"{medium.words} is annotated, and never was",
                    subject=medium.serial,
                    holder=medium.serial,
                )
            return
        body = self.performer.annotation(medium.serial, *medium.annotation)
        sent = annotations_as_sent(body)
        differences = altered(sent, annotations_as_sent(answer.fields)) if answer.fields else ["it has none"]
        if differences:
            words = f"the annotations of {medium.words} are not those of its version {medium.annotation[1]}"
            yield Symptom(Sign.ALTERED, Aspect.ANNOTATIONS, f"{words}: {differences[0]}", subject=medium.serial)

    def _gone(self) -> Iterator[Symptom]:
        """What was deleted, by itself or with what it lay in, is answered by nothing that reads it."""
        sought: dict[int, int] = {}
        for entity in self.world.gone():
            if entity.kind is Kind.LABEL or entity.serial not in self.performer.ids:
                continue
            if entity.kind in _MEDIA:
                sought[entity.deleted] = sought.get(entity.deleted, 0) + 1
                if sought[entity.deleted] > _SOUGHT:
                    continue
            yield from self._still_read(entity)
        names = self.performer.workspace.entities.our_projects() or {}
        yield from self._still_listed((Kind.PROJECT,), names, Entity(0, Kind.PROJECT))

    def _still_read(self, entity: Entity) -> Iterator[Symptom]:
        client = self.performer.workspace.client
        for path in self._paths(entity):
            answer = client.send("POST", path, {}) if path.endswith(":query") else client.send("GET", path)
            shown = answer.accepted and answer.status != _NO_ANNOTATION
            if path.endswith(":query"):
                shown = bool(answer.objects("media"))
            if shown:
                place = path.partition(self.performer.ids[entity.serial])[2] or "by itself"
                yield self._still_there(entity, f"deleted{self._with(entity)}, and still read ({place})")
                return

    def _paths(self, entity: Entity) -> list[str]:
        """Where what is gone could be read."""
        if entity.kind is Kind.PROJECT:
            return [self.performer.workspace.entities.project_path(self.performer.ids[entity.serial])]
        if entity.kind is Kind.DATASET:
            path = self.performer.dataset(entity.serial).path
            return [path, f"{path}/statistics", f"{path}/media:query"]
        path, display = self.performer.medium_path(entity.serial), self.performer.display_path(entity.serial)
        annotations = f"{self.performer.annotations_path(entity.serial)}/latest"
        return [path, display, f"{path}/display/thumb", *([annotations] if entity.annotation else [])]

    def _still_listed(self, kinds: Sequence[Kind], shown: Mapping[str, str], holder: Entity) -> Iterator[Symptom]:
        for entity in self.world.gone():
            if entity.kind in kinds and _of_id(shown, self.performer.ids.get(entity.serial)) is not None:
                where = f"in {holder.words}" if holder.serial else "by the workspace"
                yield self._still_there(entity, f"deleted{self._with(entity)}, and still listed {where}")

    def _still_there(self, entity: Entity, words: str) -> Symptom:
        deleted = self.world.entities[entity.deleted].kind
        kind = "medium" if deleted in _MEDIA else str(deleted)
        words = f"{entity.words} was {words}"
        return Symptom(Sign.STILL_THERE, _ASPECTS[entity.kind], words, subject=entity.serial, deleted=kind)

    def _with(self, entity: Entity) -> str:
        return f" with {self.world.entities[entity.deleted].words}" if entity.deleted != entity.serial else ""

    def _altered(self, entity: Entity, words: str) -> Symptom:
        return Symptom(Sign.ALTERED, _ASPECTS[entity.kind], f"{entity.words} {words}", subject=entity.serial)

    def _missing(self, entity: Entity, answer: Answer) -> Iterator[Symptom]:
        """What an answer to a reading of something that is there says where it is no success."""
        if answer.accepted:
            return
        if answer.transient or inconclusive_reason(answer) is not None:
            raise UnjudgedError(f"{entity.words} could not be read: {answer.words_with_message}")
        if answer.status is not None and answer.status >= 500:
            words = f"{entity.words} was answered {answer.words}"
            yield Symptom(Sign.CRASHED, _ASPECTS[entity.kind], words, subject=entity.serial)
        else:
            yield self._altered(entity, f"cannot be read any more: {answer.words}")

    def _settled(self, read: Callable[[], Answer], seen: Callable[[Answer], list[Symptom]]) -> Answer:
        """The first reading that shows nothing wrong, else the last."""
        return self.performer.workspace.client.settling.until(read, lambda answer: not seen(answer))


def _of_id(shown: Mapping[str, str], identifier: str | None) -> str | None:
    """What is shown under an id, in whatever spelling; None where it is not shown, or has no id."""
    if identifier is None:
        return None
    return next((name for key, name in shown.items() if canonical(key) == canonical(identifier)), None)
