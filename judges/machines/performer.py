"""Steps as requests: each is carried out on what the steps before it have made."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from contract import operations as api
from contract.jobs import import_answer
from contract.observations import Answer
from contract.probes import comfortable_side
from deployment.bodies import (
    Body,
    edited_project,
    labels,
    like_siblings,
    new_dataset,
    new_project,
    objects,
    rectangle_annotation,
)
from deployment.entities import annotations_path
from deployment.media import Dataset
from generators.artefacts import make
from generators.specs import ImageSpec, MediaSpec, VideoSpec
from judges.machines.commands import Command
from judges.machines.model import CHAINS, DATASETS, LABELS, SMALLEST, Entity, Kind, World
from judges.machines.steps import Action, Step
from judges.upload import kind_of, upload
from judges.workspace import Workspace

_ADDED_COLOUR: Final = "#0000ffff"


class UnjudgedError(Exception):
    """Nothing can be concluded from a sequence; the message says why."""


@dataclass
class Performer:
    """Carries out steps in a workspace, in projects whose names begin with ``title``.

    ``ids`` are the ids of what was made, by serial number; ``commands`` what was sent; ``viewed`` the digests of the
    media that were looked at, as they were displayed. ``read`` is the project that was read last to edit it.
    """

    workspace: Workspace
    title: str
    world: World
    ids: dict[int, str] = field(default_factory=dict)
    commands: list[Command] = field(default_factory=list)
    viewed: dict[int, str] = field(default_factory=dict)
    read: tuple[Entity, Answer] | None = None

    def perform(self, step: Step) -> Answer:
        """The answer to a step, of the first of its requests that was not accepted. Raises ``UnjudgedError``."""
        return _PERFORMED[step.action](self, step)

    def remove(self) -> None:
        """Delete the projects that are left."""
        for project in self.world.living(Kind.PROJECT):
            if project.serial in self.ids:
                self.workspace.entities.delete_project(self.ids[project.serial])

    def project_name(self, project: Entity) -> str:
        """The name that a project has now."""
        return f"{self.title} {project.name}"

    def dataset(self, serial: int) -> Dataset:
        """A dataset by its serial number."""
        project = self.world.project_of(serial).serial
        return Dataset(self.workspace.client, self._id(project), self._id(serial))

    def medium_path(self, serial: int) -> str:
        """Where a medium lies, below ``/api/v1``."""
        medium = self.world.entities[serial]
        return f"{self.dataset(medium.parent).path}/media/{medium.kind}s/{self._id(serial)}"

    def annotations_path(self, serial: int) -> str:
        """Where the annotations of a medium lie: those of a video are of its first frame."""
        medium = self.world.entities[serial]
        return annotations_path(self.dataset(medium.parent), self._id(serial), _frame(medium))

    def annotation(self, serial: int, label: int, version: int) -> Body:
        """The annotation of a medium that a version has: as large as the task wants it, else larger each time."""
        medium = self.world.entities[serial]
        (task, _count), *_ = CHAINS[self.world.project_of(serial).task]
        side = self.side if task == "classification" else 4 + version % (self.side - 4)
        return rectangle_annotation(self._id(serial), _frame(medium), self._id(label), side, side)

    def display_path(self, serial: int) -> str:
        """Where a medium is displayed as it is stored."""
        full = "full" if self.world.entities[serial].kind is Kind.IMAGE else "stream"
        return f"{self.medium_path(serial)}/display/{full}"

    def digest(self, serial: int) -> tuple[Answer, str]:
        """The digest of a medium as it is displayed."""
        answer, content = self.workspace.client.download(self.display_path(serial))
        return answer, hashlib.sha256(content).hexdigest()

    @cached_property
    def side(self) -> int:
        """The side of all media, in pixels."""
        return comfortable_side(self.workspace.profile)

    def _id(self, serial: int) -> str:
        if serial not in self.ids:
            raise UnjudgedError(f"the answer did not name the {self.world.entities[serial].words} that was made")
        return self.ids[serial]

    def _call(self, operation: api.ApiOperation, *ids: str, body: Body | None = None) -> Answer:
        client = self.workspace.client
        self.commands.append(Command(operation.method, client.path(operation, *ids), body))
        return client.call(operation, *ids, body=body)

    def _create_project(self, step: Step) -> Answer:
        entities = [Entity(step.made, Kind.PROJECT), Entity(step.made + 1, Kind.DATASET)]
        body = new_project(self.project_name(entities[0]), CHAINS[step.number])
        named = [label for task in objects(body["pipeline"], "tasks") for label in objects(task, "labels")]
        for number, label in enumerate(named, step.made + 2):
            label["name"] = Entity(number, Kind.LABEL).name  # type: ignore[index]
        self.commands.append(Command("POST", self.workspace.client.path(api.CREATE_PROJECT), body))
        answer = self.workspace.entities.create_project_of(body)
        self._learn(step.made, answer.text("id"))
        for dataset in answer.objects("datasets") or ():
            self._learn(step.made + 1, dataset.get("id"))
        self._learn_labels(answer)
        return answer

    def _learn_labels(self, answer: Answer) -> None:
        """Take the ids of labels, which bear their serial numbers."""
        tasks = objects(answer.fields.get("pipeline"), "tasks")
        for label in (label for task in tasks for label in objects(task, "labels")):
            kind, _, rest = str(label.get("name")).partition(" ")
            serial = rest.partition(" ")[0]
            if kind == Kind.LABEL and serial.isdecimal():
                self._learn(int(serial), label.get("id"))

    def _learn(self, serial: int, identifier: Any) -> None:
        if isinstance(identifier, str):
            self.ids.setdefault(serial, identifier)

    def _rename_project(self, step: Step) -> Answer:
        return self._edit(step.on, lambda body: body.update(name=self.project_name(self._renamed(step))))

    def _renamed(self, step: Step) -> Entity:
        entity = self.world.entities[step.on]
        return Entity(entity.serial, entity.kind, renames=entity.renames + 1)

    def _edit(self, project: int, edit: Callable[[Body], None]) -> Answer:
        """Edit a project as it reads back; the reading is kept, for it says whether all is as it was left."""
        identifier, client = self._id(project), self.workspace.client
        self.read = self.world.entities[project], client.call(api.READ_PROJECT, identifier)
        if not self.read[1].fields:
            return self.read[1]
        body = edited_project(self.read[1].fields, self.workspace.document)
        edit(body)
        answer = self._call(api.EDIT_PROJECT, identifier, body=body)
        self._learn_labels(answer)
        return answer

    def _delete_project(self, step: Step) -> Answer:
        return self._call(api.DELETE_PROJECT, self._id(step.on))

    def _create_dataset(self, step: Step) -> Answer:
        return self._new_dataset(step.on, step.made, Entity(step.made, Kind.DATASET).name)

    def _new_dataset(self, project: int, serial: int, name: str) -> Answer:
        path = self.workspace.client.path(api.CREATE_DATASET, self._id(project))
        self.commands.append(Command("POST", path, new_dataset(name)))
        answer = self.workspace.entities.create_dataset(self._id(project), name)
        self._learn(serial, answer.text("id"))
        return answer

    def _rename_dataset(self, step: Step) -> Answer:
        dataset = self.dataset(step.on)
        return self._call(api.EDIT_DATASET, dataset.project, dataset.id, body=new_dataset(self._renamed(step).name))

    def _delete_dataset(self, step: Step) -> Answer:
        dataset = self.dataset(step.on)
        return self._call(api.DELETE_DATASET, dataset.project, dataset.id)

    def _fill_datasets(self, step: Step) -> Answer:
        answer = Answer(None)
        for number in range(self.world.room(DATASETS, step.on) or 0):
            answer = self._new_dataset(step.on, 0, f"beside {number}")
            if not answer.accepted:
                break
        return answer

    def _upload_image(self, step: Step) -> Answer:
        return self._upload(step, self._image(step.made), f"{Kind.IMAGE}-{step.made}.png")

    def _upload_video(self, step: Step) -> Answer:
        spec = VideoSpec(self.side, self.side, 2, 1, "mp4", seed=step.made)
        return self._upload(step, spec, f"{Kind.VIDEO}-{step.made}.mp4")

    def _upload_small(self, step: Step) -> Answer:
        smallest = self.workspace.profile.value(SMALLEST) or 1
        return self._upload(step, ImageSpec(smallest - 1, self.side, "png", "L"), f"refused-{step.made}.png")

    def _image(self, seed: int) -> ImageSpec:
        return ImageSpec(self.side, self.side, "png", "L", "noise", seed)

    def _upload(self, step: Step, spec: MediaSpec, name: str) -> Answer:
        dataset = self.dataset(step.on)
        path = f"{dataset.path}/media/{kind_of(spec)}"
        self.commands.append(Command("POST", path, file=name, note=f"{spec.width}x{spec.height} px"))
        answer = upload(dataset, make(spec), name)
        self._learn(step.made, answer.text("id"))
        return answer

    def _import(self, step: Step) -> Answer:
        importer, dataset = self.workspace.importer, self.dataset(step.on)
        specs: Sequence[ImageSpec] = [self._image((step.made << 8) + number) for number in range(step.number)]
        answer, file = importer.archive(specs, "coco")
        root, note = self.workspace.client.area.root, f"{step.number} images of {self.side}x{self.side} px, COCO"
        self.commands.append(Command("POST", f"{root}/datasets/uploads", file="dataset.zip", note=note))
        if file is None:
            return answer
        done = importer.into_project(file, dataset.project, dataset=dataset.id)
        prepare, body = f"{dataset.project_path}/datasets:prepare-for-import?file_id={file}", {"dataset_id": dataset.id}
        self.commands.append(Command("POST", prepare, note="then wait for the job"))
        self.commands.append(
            Command("POST", f"{dataset.project_path}:import-from-dataset", {"file_id": file, "labels_map": {}, **body})
        )
        answer = import_answer(done.answer, done.state, done.warnings)
        if answer.accepted and done.job is None:
            raise UnjudgedError("the import job did not end in time")
        return answer

    def _view(self, step: Step) -> Answer:
        path = self.medium_path(step.on)
        self.commands += [Command("GET", self.display_path(step.on)), Command("GET", f"{path}/display/thumb")]
        answer, self.viewed[step.on] = self.digest(step.on)
        return answer if not answer.accepted else self.workspace.client.download(f"{path}/display/thumb")[0]

    def _delete_medium(self, step: Step) -> Answer:
        medium = self.world.entities[step.on]
        self.commands.append(Command("DELETE", self.medium_path(step.on)))
        return self.dataset(medium.parent).delete(
            "images" if medium.kind is Kind.IMAGE else "videos", self._id(step.on)
        )

    def _annotate(self, step: Step) -> Answer:
        path = self.annotations_path(step.on)
        body = self.annotation(step.on, step.number, self.world.entities[step.on].versions + 1)
        self.commands.append(Command("POST", path, body))
        return self.workspace.client.send("POST", path, body)

    def _add_labels(self, project: int, task: int, added: Sequence[Body]) -> Answer:
        def edit(body: Body) -> None:
            labelled = [each["labels"] for each in body["pipeline"]["tasks"] if each.get("labels")]
            siblings = labelled[min(task, len(labelled) - 1)]
            siblings += like_siblings(added, siblings)

        return self._edit(project, edit)

    def _add_label(self, step: Step) -> Answer:
        return self._add_labels(step.on, step.number, [_label(Entity(step.made, Kind.LABEL).name)])

    def _rename_label(self, step: Step) -> Answer:
        return self._edit_label(step, {"name": self._renamed(step).name})

    def _delete_label(self, step: Step) -> Answer:
        return self._edit_label(step, {"is_deleted": True})

    def _edit_label(self, step: Step, change: Body) -> Answer:
        identifier = self._id(step.on)

        def edit(body: Body) -> None:
            for task in body["pipeline"]["tasks"]:
                if "labels" in task:
                    task["labels"] = [
                        {**label, **change} if label.get("id") == identifier else label for label in task["labels"]
                    ]

        return self._edit(self.world.entities[step.on].parent, edit)

    def _fill_labels(self, step: Step) -> Answer:
        return self._add_labels(step.on, 0, labels(self.world.room(LABELS, step.on) or 0, "beside"))

    def _crowd_labels(self, step: Step) -> Answer:
        return self._add_labels(step.on, 0, labels((self.world.room(LABELS, step.on) or 0) + 1, "refused"))


def _label(name: str) -> Body:
    return {"name": name, "color": _ADDED_COLOUR, "group": "all"}


def _frame(medium: Entity) -> int | None:
    return 0 if medium.kind is Kind.VIDEO else None


_PERFORMED: Final[dict[Action, Callable[[Performer, Step], Answer]]] = {
    Action.CREATE_PROJECT: Performer._create_project,
    Action.RENAME_PROJECT: Performer._rename_project,
    Action.DELETE_PROJECT: Performer._delete_project,
    Action.CREATE_DATASET: Performer._create_dataset,
    Action.RENAME_DATASET: Performer._rename_dataset,
    Action.DELETE_DATASET: Performer._delete_dataset,
    Action.FILL_DATASETS: Performer._fill_datasets,
    Action.UPLOAD_IMAGE: Performer._upload_image,
    Action.UPLOAD_VIDEO: Performer._upload_video,
    Action.UPLOAD_SMALL: Performer._upload_small,
    Action.IMPORT: Performer._import,
    Action.VIEW_MEDIUM: Performer._view,
    Action.DELETE_MEDIUM: Performer._delete_medium,
    Action.ANNOTATE: Performer._annotate,
    Action.ADD_LABEL: Performer._add_label,
    Action.RENAME_LABEL: Performer._rename_label,
    Action.DELETE_LABEL: Performer._delete_label,
    Action.FILL_LABELS: Performer._fill_labels,
    Action.CROWD_LABELS: Performer._crowd_labels,
}
