"""The deployment's side of a sequence: the ids and the paths of what its steps have made, and what was sent for it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Any

from contract import operations as api
from contract.observations import Answer
from contract.probes import comfortable_side
from deployment.bodies import Body, edited_project, project_labels, shaped_annotations
from deployment.entities import annotations_path
from deployment.media import Dataset
from judges.machines.commands import Command
from judges.machines.entity import Entity, Kind
from judges.machines.model import CHAINS, World
from judges.workspace import Workspace


class UnjudgedError(Exception):
    """Nothing can be concluded from a sequence; the message says why."""


class LostAnswerError(UnjudgedError):
    """The network lost an answer: whether the step was done is not known."""


class UnnamedError(UnjudgedError):
    """What was made and accepted has no id that an answer named."""


@dataclass
class Remote:
    """What the steps of a sequence have made in a deployment, in projects whose names begin with ``title``.

    ``ids`` are the ids of what was made, by serial number, and ``colours`` those of its labels as an answer first
    showed them; ``commands`` what was sent; ``viewed`` the digests of the media that were looked at, as they were
    displayed. ``on_read`` is given each reading of a project to edit it, and returns the one that is edited.
    """

    workspace: Workspace
    title: str
    world: World
    ids: dict[int, str] = field(default_factory=dict)
    colours: dict[int, str] = field(default_factory=dict)
    commands: list[Command] = field(default_factory=list)
    viewed: dict[int, str] = field(default_factory=dict)
    on_read: Callable[[Entity, Answer], Answer] = lambda _project, answer: answer

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
        return Dataset(self.workspace.client, self.id_of(project), self.id_of(serial))

    def medium_path(self, serial: int) -> str:
        """Where a medium lies, below ``/api/v1``."""
        medium = self.world.entities[serial]
        return f"{self.dataset(medium.parent).path}/media/{medium.kind}s/{self.id_of(serial)}"

    def annotations_path(self, serial: int) -> str:
        """Where the annotations of a medium lie: those of a video are of its first frame."""
        medium = self.world.entities[serial]
        return annotations_path(self.dataset(medium.parent), self.id_of(serial), _frame(medium))

    def annotation(self, serial: int, labels: Sequence[int], version: int) -> Body:
        """The annotation of a medium that a version has: as large as the task wants it, else larger each time.

        Each of the labels has a shape of its own.
        """
        medium = self.world.entities[serial]
        (task, _count), *_ = CHAINS[self.world.project_of(serial).task]
        side = self.side if task == "classification" else 4 + version % (self.side - 4)
        shapes = [
            ({"type": "RECTANGLE", "x": 0, "y": 0, "width": side, "height": side // number}, self.id_of(label))
            for number, label in enumerate(labels, 1)
        ]
        return shaped_annotations(self.id_of(serial), _frame(medium), shapes)

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

    def id_of(self, serial: int) -> str:
        """The id of an entity. Raises ``UnnamedError``."""
        if serial not in self.ids:
            raise UnnamedError(f"no answer named the {self.world.entities[serial].words} that was made")
        return self.ids[serial]

    def call(self, operation: api.ApiOperation, *ids: str, body: Body | None = None) -> Answer:
        """Send an operation, and note it."""
        client = self.workspace.client
        self.commands.append(Command(operation.method, client.path(operation, *ids), body))
        return client.call(operation, *ids, body=body)

    def learn_labels(self, answer: Answer, serials: Mapping[str, int]) -> None:
        """Take the ids and the colours of labels, of which the serial numbers are given by name."""
        for label in project_labels(answer.fields):
            serial = serials.get(str(label.get("name")))
            if serial is not None:
                self.learn(serial, label.get("id"))
                if isinstance(colour := label.get("color"), str):
                    self.colours.setdefault(serial, colour)

    def learn(self, serial: int, identifier: Any) -> None:
        """Take the id of an entity, where it is one."""
        if isinstance(identifier, str):
            self.ids.setdefault(serial, identifier)

    def edit(
        self, project: int, edit: Callable[[Body], None], added: Mapping[str, int] = MappingProxyType({})
    ) -> Answer:
        """Edit a project as it reads back; the reading is handed on, for it says whether all is as it was left.

        ``added`` are the serial numbers of the labels that it adds, by name.
        """
        identifier, client = self.id_of(project), self.workspace.client
        read = client.call(api.READ_PROJECT, identifier)
        read = self.on_read(self.world.entities[project], read)
        if not read.fields:
            return read
        body = edited_project(read.fields, self.workspace.document)
        edit(body)
        answer = self.call(api.EDIT_PROJECT, identifier, body=body)
        self.learn_labels(answer, added)
        return answer


def _frame(medium: Entity) -> int | None:
    return 0 if medium.kind is Kind.VIDEO else None
