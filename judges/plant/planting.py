"""Plants a set of projects, and reads back each thing as soon as its project is whole."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from contract import operations as api
from contract.observations import Answer
from contract.planted import Thing
from contract.planted_changes import Seen
from contract.verdicts import inconclusive_reason
from deployment.bodies import linked, objects, shaped_annotations
from deployment.errors import SetupError
from deployment.media import Dataset, created_or_found
from generators.artefacts import make
from generators.specs import VideoSpec
from judges.plant.content import TRAINED, VERSIONS, PlantedMedium, PlantedProject, described, shapes
from judges.plant.places import Places
from judges.plant.reading import read
from judges.upload import answered, settled, upload
from judges.workspace import Workspace

_FRAME: Final = 1
# Annotations have the first labels of the first task: those that follow are children, or labels of what is within.
_LABELS: Final = 2
_UNREAD: Final = "not readable when it was planted, so that it is not compared"


@dataclass(slots=True)
class Planter:
    """Plants projects in a workspace. ``untaken`` says what the deployment did not take, and how it refused.

    Raises ``SetupError`` where no answer speaks of what was sent: the set stays as it is, to be completed.
    """

    workspace: Workspace
    untaken: list[str] = field(default_factory=list)

    def plant(self, project: PlantedProject) -> tuple[Thing, ...]:
        """One project with all that it holds; what was read of each thing. Nothing where it is not taken."""
        name = f"{self.workspace.prefix}-planted-{project.key}"
        body = {"name": name, "pipeline": linked(project.tasks)}
        answer = self._taken(f"project {project.key}", created_or_found(self._client, self._root, body))
        if answer is None:
            return ()
        made = _Making(self, project, name, answer)
        return tuple(self._read_back(made.everything()))

    @property
    def _client(self) -> Any:
        return self.workspace.client

    @property
    def _root(self) -> str:
        return self.workspace.discovery.root

    def _taken(self, what: str, answer: Answer) -> Answer | None:
        """The answer where it is a success; None where it is a refusal, which is noted. Raises ``SetupError``."""
        if answer.accepted:
            return answer
        unjudged = inconclusive_reason(answer)
        if unjudged is not None or (answer.status or 500) >= 500:
            raise SetupError(f"{what} could not be planted: {answer.words_with_message}")
        self.untaken.append(f"{what}: {answer.words_with_message}")
        return None

    def ask(self, what: str, send: Callable[[], Answer]) -> Answer | None:
        """The first answer that speaks of what was sent, where it is a success. Raises ``SetupError``."""
        return self._taken(what, answered(send))

    def _read_back(self, things: Iterator[Thing]) -> Iterator[Thing]:
        """The things with what was read of them; what could not be read is noted, and left out."""
        things_made = list(things)
        places = Places(self._client, self._root)
        for thing in things_made:
            seen = read(places, thing)
            if seen.facts is None or seen.unreadable or seen.gone:
                self.untaken.append(f"{thing.words}: {_why(seen)}; {_UNREAD}")
            else:
                yield replace(thing, facts=dict(seen.facts))


def _why(seen: Seen) -> str:
    return seen.unreadable or seen.gone or seen.answer.words_with_message


@dataclass(slots=True)
class _Making:
    """Makes what one project holds."""

    planter: Planter
    project: PlantedProject
    name: str
    answer: Answer

    def everything(self) -> Iterator[Thing]:
        """The project, its labels, its datasets with their media, annotations, job and model."""
        yield self._thing("project", self.project.key, {}, {}, {"body": linked(self.project.tasks)})
        yield from self._labels()
        for name, media in self.project.media.items():
            dataset, shown = self._dataset(name)
            if dataset is None:
                continue
            ids, names = {"dataset": dataset.id}, {"dataset": shown}
            yield self._thing("dataset", shown, ids, names)
            for medium in media:
                yield from self._medium(dataset, medium, ids, names)
        if self.project.key == TRAINED:
            yield from self._trained()

    def _thing(
        self,
        kind: str,
        name: str,
        ids: Mapping[str, str],
        names: Mapping[str, str],
        sent: Mapping[str, Any] | None = None,
    ) -> Thing:
        return Thing(
            kind=kind,
            project=self.project.key,
            name=name,
            ids={"project": self._id, **ids},
            names={"project": self.name, **names},
            sent=sent or {},
        )

    @property
    def _id(self) -> str:
        return str(self.answer.text("id"))

    @property
    def _shown_labels(self) -> list[list[tuple[str, str]]]:
        """Id and name of each label but those that stand for nothing, by task that has any."""
        shown = [
            [
                (str(each.get("id")), str(each.get("name")))
                for each in objects(task, "labels")
                if not each.get("is_empty")
            ]
            for task in objects(self.answer.fields.get("pipeline"), "tasks")
        ]
        return [labels for labels in shown if labels]

    def _labels(self) -> Iterator[Thing]:
        sent = {label["name"] for task in self.project.tasks for label in task.get("labels", ())}
        for identifier, name in itertools.chain.from_iterable(self._shown_labels):
            if name in sent:
                yield self._thing("label", name, {"label": identifier}, {"label": name})

    def _dataset(self, name: str) -> tuple[Dataset | None, str]:
        """The first dataset where there is no name, else a new one; and its name as it is shown."""
        client = self.planter.workspace.client
        if not name:
            first = objects(self.answer.body, "datasets")[0]
            client.created.update((self._id, str(first["id"])))
            return Dataset(client, self._id, str(first["id"])), str(first.get("name"))
        made = self.planter.ask(
            f"a second dataset of {self.project.key}",
            lambda: self.planter.workspace.entities.create_dataset(self._id, name),
        )
        return (
            (None, name) if made is None else (Dataset(client, self._id, made.body["id"]), str(made.body.get("name")))
        )

    def _medium(
        self, dataset: Dataset, medium: PlantedMedium, ids: Mapping[str, str], names: Mapping[str, str]
    ) -> Iterator[Thing]:
        what = f"medium {medium.file_name} of {self.project.key}"
        got = self.planter.ask(what, lambda: upload(dataset, make(medium.spec), medium.file_name))
        if got is None:
            return
        identifier, video = str(got.text("id")), isinstance(medium.spec, VideoSpec)
        path = f"{dataset.path}/media/{'videos' if video else 'images'}/{identifier}"
        held = settled(dataset, path)
        shown = str((held or got).fields.get("name", medium.name))
        ids, names = {**ids, "medium": identifier}, {**names, "medium": shown}
        name, sent = f"{names['dataset']}/{medium.file_name}", described(medium.spec)
        kinds = ["medium", "content", "thumbnail"]
        if video and medium.spec.content == "card":
            kinds.append("frames")
        for kind in kinds:
            yield self._thing(kind, name, ids, names, sent)
        if self.project.annotated is not None:
            yield from self._annotations(dataset, medium, ids, names)

    def _annotations(
        self, dataset: Dataset, medium: PlantedMedium, ids: Mapping[str, str], names: Mapping[str, str]
    ) -> Iterator[Thing]:
        """Several versions, each readable by its id, and the last one as the latest."""
        assert self.project.annotated is not None
        client = self.planter.workspace.client
        labels = [identifier for identifier, _ in next(iter(self._shown_labels), [])[:_LABELS]]
        frame = _FRAME if isinstance(medium.spec, VideoSpec) else None
        what, made = f"{names['dataset']}/{medium.file_name}", 0
        of_frame = {} if frame is None else {"frame": str(frame)}
        operation = api.ANNOTATE_IMAGE if frame is None else api.ANNOTATE_FRAME
        place = (dataset.project, dataset.id, ids["medium"], *of_frame.values())
        sent = {"media": "image" if frame is None else "video"}
        for version in range(1, VERSIONS + 1):
            drawn = shapes(self.project.annotated, version, medium.spec.width, medium.spec.height)
            chosen = [labels[(version + number) % len(labels)] for number in range(len(drawn))] if labels else []
            body = shaped_annotations(ids["medium"], frame, list(zip(drawn, chosen, strict=False)))
            got = self.planter.ask(
                f"annotation {version} of {what}",
                lambda body=body: client.call(operation, *place, body=body),  # type: ignore[misc]
            )
            if got is None:
                continue
            made += 1
            identifier = str(got.text("id") or got.text("annotation_scene_id"))
            client.created.add(identifier)
            yield self._thing(
                "annotation", f"{what} version {version}", {**ids, "version": identifier}, {**names, **of_frame}, sent
            )
        if made:
            yield self._thing("annotation", f"{what} latest", {**ids, "version": "latest"}, {**names, **of_frame}, sent)

    def _trained(self) -> Iterator[Thing]:
        """A training where one is taken and ends, with the models that it made."""
        jobs, client = self.planter.workspace.importer.jobs, self.planter.workspace.client
        path = client.path(api.TRAIN, self._id)
        started = self.planter.ask("a training", lambda: jobs.submit(path, {}))
        ended = jobs.ended(started) if started is not None else None
        if started is None:
            return
        if ended is None:
            self.planter.untaken.append("a training: it did not end in time, and was cancelled")
            client.call(api.CANCEL_JOB, started.body["job_id"])
            return
        yield self._thing("job", "training", {"job": started.body["job_id"]}, {})
        groups = client.call(api.LIST_MODEL_GROUPS, self._id)
        for group in groups.objects("model_groups") or ():
            for model in objects(group, "models"):
                name = f"{group.get('name')} {model.get('name') or ''}".strip()
                yield self._thing("model", name, {"group": str(group["id"]), "model": str(model["id"])}, {})
