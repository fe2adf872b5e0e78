"""What a deployment shows at the end of a sequence, held against the model: all that is left, and all that is gone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from contract import operations as api
from contract.identifiers import Ids
from contract.observations import Answer
from contract.verdicts import inconclusive_reason
from deployment.bodies import objects, project_labels
from judges.machines.commands import Command
from judges.machines.entity import Entity, Kind
from judges.machines.leftovers import ASPECTS, MEDIA_KINDS, Leftovers, of_id
from judges.machines.model import DATASETS, LABELS, World
from judges.machines.remote import LostAnswerError, Remote, UnjudgedError
from judges.machines.symptoms import Aspect, Sign, Symptom
from judges.rest.comparison import altered, annotations_as_sent


class ShownError(Exception):
    """A reading shows what is not as the model says, before the next step is taken."""

    def __init__(self, symptoms: tuple[Symptom, ...]) -> None:
        super().__init__(symptoms[0].words)
        self.symptoms = symptoms


@dataclass(frozen=True, slots=True)
class Readings:
    """Reads what the steps of a sequence have left. Raises ``UnjudgedError`` where nothing can be read."""

    remote: Remote

    def symptoms(self) -> Iterator[Symptom]:
        """Whatever is not as the model says."""
        for project in self.world.living(Kind.PROJECT):
            yield from self._project(project)
        yield from self.leftovers.symptoms()

    @property
    def leftovers(self) -> Leftovers:
        """What is left of what was deleted."""
        return Leftovers(self.remote)

    @property
    def world(self) -> World:
        """What should be there."""
        return self.remote.world

    def held(self, project: Entity, answer: Answer) -> Answer:
        """A reading of a project that is as it should be; raises ``ShownError`` where there is none."""
        answer = self._settled_reading(project, answer)
        symptoms = tuple(self._of_project(project, answer))
        if symptoms:
            raise ShownError(symptoms)
        return answer

    def _settled_reading(self, project: Entity, answer: Answer) -> Answer:
        """A reading of a project, read again where it shows anything that is not as it should be."""
        client, identifier = self.remote.workspace.client, self.remote.ids[project.serial]
        if not any(self._of_project(project, answer)):
            return answer
        return self._settled(
            lambda: client.call(api.READ_PROJECT, identifier), lambda read: list(self._of_project(project, read))
        )

    def _project(self, project: Entity) -> Iterator[Symptom]:
        client, identifier = self.remote.workspace.client, self.remote.ids[project.serial]
        read = self._settled_reading(project, client.call(api.READ_PROJECT, identifier))
        yield from self._of_project(project, read)
        listed = self._settled(
            lambda: client.call(api.LIST_DATASETS, identifier), lambda answer: list(self._of_datasets(project, answer))
        )
        yield from self._of_datasets(project, listed)
        for dataset in self.world.living(Kind.DATASET, parent=project.serial):
            if dataset.serial in self.remote.ids:
                yield from self._dataset(dataset)

    def _of_project(self, project: Entity, answer: Answer) -> Iterator[Symptom]:
        yield from self._missing(project, answer)
        if not answer.fields:
            return
        name = self.remote.project_name(project)
        if answer.text("name") != name:
            got = (answer.text("name") or "").removeprefix(f"{self.remote.title} ")
            yield self._altered(project, f"is named {got!r}, not {project.name!r}")
        labels = [label for label in project_labels(answer.fields) if not label.get("is_empty")]
        own = {str(label.get("id")): str(label.get("name")) for label in labels}
        colours = {str(label.get("id")): str(label.get("color")) for label in labels}
        for label in self.world.living(Kind.LABEL, parent=project.serial):
            identifier = self.remote.ids.get(label.serial)
            named = of_id(own, identifier)
            if named is None:
                yield self._altered(label, f"is not among the labels of {project.words}")
            elif named != label.name:
                yield self._altered(label, f"is named {named!r}, not {label.name!r}")
            elif label.serial in self.remote.colours and altered(
                {"color": self.remote.colours[label.serial]}, {"color": of_id(colours, identifier)}
            ):
                yield self._altered(label, "has another colour than it had")
        yield from self.leftovers.still_listed((Kind.LABEL,), own, project)
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
            named = of_id(names, self.remote.ids.get(dataset.serial))
            if named is None:
                yield self._altered(dataset, f"is not listed in {project.words}")
            elif named != dataset.name and not (dataset.born and not dataset.renames):
                yield self._altered(dataset, f"is named {named!r}, not {dataset.name!r}")
        yield from self.leftovers.still_listed((Kind.DATASET,), names, project)
        count = self.world.count(DATASETS, project.serial)
        if len(names) != count:
            words = f"{project.words} lists {len(names)} datasets, not {count}"
            yield Symptom(Sign.MISCOUNTED, Aspect.DATASET, words, holder=project.serial)

    def _dataset(self, dataset: Entity) -> Iterator[Symptom]:
        remote = self.remote.dataset(dataset.serial)
        answer = self._settled(
            lambda: remote.query({"limit": remote.client.largest_page}),
            lambda answer: list(self._of_listing(dataset, answer)),
        )
        yield from self._of_listing(dataset, answer)
        path = f"{remote.path}/statistics"
        statistics = self._settled(
            lambda: remote.client.send("GET", path), lambda answer: list(self._of_statistics(dataset, answer))
        )
        for symptom in self._of_statistics(dataset, statistics):
            yield replace(symptom, reading=Command("GET", path), answer=statistics)
        for medium in self.world.living(*MEDIA_KINDS, parent=dataset.serial):
            if medium.serial in self.remote.ids:
                yield from self._medium(medium)

    def _of_listing(self, dataset: Entity, answer: Answer) -> Iterator[Symptom]:
        """What a dataset lists, all of it on one page, and its totals, by which the limit on media counts."""
        yield from self._missing(dataset, answer)
        listed = answer.names("media")
        if listed is None:
            return
        for medium in self.world.living(*MEDIA_KINDS, parent=dataset.serial):
            if of_id(listed, self.remote.ids.get(medium.serial)) is None:
                yield self._altered(medium, f"is not listed in {dataset.words}")
        yield from self.leftovers.still_listed(MEDIA_KINDS, listed, dataset)
        known = Ids(self.remote.ids.values())
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

    def _of_statistics(self, dataset: Entity, answer: Answer) -> Iterator[Symptom]:
        """How many images and videos the statistics of a dataset count, where they say so."""
        overview = answer.fields.get("overview") if answer.accepted else None
        shown = [overview.get(kind) for kind in ("images", "videos")] if isinstance(overview, dict) else []
        counts = [int(count) for count in shown if isinstance(count, int | float)]
        held = self.world.media_in(dataset.serial)
        if len(counts) == len(shown) > 0 and sum(counts) != held:
            words = f"the statistics of {dataset.words} count {sum(counts)} images and videos, not {held}"
            yield Symptom(Sign.MISCOUNTED, Aspect.MEDIA, words, holder=dataset.serial)

    def _medium(self, medium: Entity) -> Iterator[Symptom]:
        remote = self.remote
        if medium.annotation is None or self.world.labels_left(medium):
            path = f"{remote.annotations_path(medium.serial)}/latest"
            latest = self._settled(
                lambda: remote.workspace.client.send("GET", path),
                lambda answer: list(self._of_annotation(medium, answer)),
            )
            yield from self._of_annotation(medium, latest)
        if medium.viewed and medium.serial in remote.viewed:
            answer, digest = remote.digest(medium.serial)
            yield from self._missing(medium, answer)
            if answer.accepted and digest != remote.viewed[medium.serial]:
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
        body = self.remote.annotation(medium.serial, *medium.annotation)
        sent, shown = self._of_labels_left(medium, body), self._of_labels_left(medium, answer.fields)
        differences = altered(sent, shown) if answer.fields else ["it has none"]
        if differences:
            words = f"the annotations of {medium.words} are not those of its version {medium.annotation[1]}"
            yield Symptom(Sign.ALTERED, Aspect.ANNOTATIONS, f"{words}: {differences[0]}", subject=medium.serial)

    def _of_labels_left(self, medium: Entity, version: Mapping[str, Any]) -> list[dict[str, Any]]:
        """The annotations of a version without those of labels that were deleted since."""
        labels, _number = medium.annotation or ((), 0)
        gone = {self.remote.ids[label] for label in labels if label not in self.world.labels_left(medium)}
        return [
            each
            for each in annotations_as_sent(version)
            if not each["labels"] or any(label["id"] not in gone for label in each["labels"])
        ]

    def _altered(self, entity: Entity, words: str) -> Symptom:
        return Symptom(Sign.ALTERED, ASPECTS[entity.kind], f"{entity.words} {words}", subject=entity.serial)

    def _missing(self, entity: Entity, answer: Answer) -> Iterator[Symptom]:
        """What an answer to a reading of something that is there says where it is no success."""
        if answer.accepted:
            return
        if answer.transient or inconclusive_reason(answer) is not None:
            error = LostAnswerError if answer.transient else UnjudgedError
            raise error(f"{entity.words} could not be read: {answer.words_with_message}")
        if answer.status is not None and answer.status >= 500:
            words = f"{entity.words} was answered {answer.words}"
            yield Symptom(Sign.CRASHED, ASPECTS[entity.kind], words, subject=entity.serial)
        else:
            yield self._altered(entity, f"cannot be read any more: {answer.words}")

    def _settled(self, read: Callable[[], Answer], seen: Callable[[Answer], list[Symptom]]) -> Answer:
        """The first reading that shows nothing wrong, else the last."""
        return self.remote.workspace.client.settling.until(read, lambda answer: not seen(answer))
