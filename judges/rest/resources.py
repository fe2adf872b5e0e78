"""Live resources of the run, by kind: what the parameters of a path are filled with."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from contract import operations as api
from contract.limits import EnforcementPoint
from contract.observations import Answer
from contract.openapi import Operation
from deployment.bodies import new_dataset
from deployment.client import Client
from deployment.discovery import Discovery
from deployment.media import Dataset, create_dataset
from generators.artefacts import make
from generators.specs import ImageSpec, MediaSpec, VideoSpec
from judges.rest.kinds import kinds
from judges.upload import answered, kind_of, upload

_DELETABLE: Final = frozenset(
    {
        EnforcementPoint.PROJECT_CREATION,
        EnforcementPoint.DATASET_CREATION,
        EnforcementPoint.IMAGE_UPLOAD,
        EnforcementPoint.VIDEO_UPLOAD,
    }
)
_IDS: Final = ("id", "job_id", "file_id", "annotation_scene_id")
IMAGE: Final = ImageSpec(64, 48)
VIDEO: Final = VideoSpec(64, 48, 4, 2)


@dataclass(slots=True)
class Resources:
    """What this run made to be asked about.

    ``live`` and ``deleted`` hold an id by kind, ``deleted_with`` what went with a deleted medium, ``elsewhere`` the id
    of a second project of the run; ``gaps`` says why a kind could not be made. What is sent fits the ``document``. Ids
    that are made up are drawn at random from 96 bits: they name nothing.
    """

    client: Client
    discovery: Discovery
    name: str
    live: dict[str, str] = field(default_factory=dict)
    deleted: dict[str, str] = field(default_factory=dict)
    deleted_with: dict[str, str] = field(default_factory=dict)
    elsewhere: str = ""
    gaps: dict[str, str] = field(default_factory=dict)
    projects: list[str] = field(default_factory=list)
    spares: dict[str, str] = field(default_factory=dict)
    dataset: Dataset | None = None
    document: Mapping[str, Any] | None = field(default=None, repr=False)

    def new(self, kind: str) -> str | None:
        """A fresh resource of a kind that the run can make at any time; None where it cannot."""
        if kind == "project":
            return self.new_project(f"spare-{len(self.projects)}")[1]
        if kind in ("image", "video"):
            return self.upload(IMAGE if kind == "image" else VIDEO)
        if kind == "dataset" and self.dataset is not None:
            body = new_dataset(f"{self.name}-{secrets.token_hex(2)}")
            return self.created(f"{self.dataset.project_path}/datasets", body, "id")
        return None

    def new_project(self, suffix: str) -> tuple[Dataset, str]:
        """The dataset of a fresh project, and the project's id. Raises ``SetupError`` where none can be created."""
        dataset = create_dataset(self.client, self.discovery, f"{self.name}-{suffix}")
        project = dataset.project_path.rsplit("/", 1)[-1]
        self.projects.append(project)
        return dataset, project

    def created(self, path: str, body: dict[str, Any] | None, *keys: str) -> str | None:
        """POST ``body`` to ``path``; the id that the answer has under the first of ``keys``; None without."""
        answer = answered(lambda: self.client.send("POST", path, body))
        fields = answer.fields
        identifier = next((fields[key] for key in keys if isinstance(fields.get(key), str)), None)
        if identifier is not None:
            self.client.created.add(identifier)
        return identifier

    def owns(self, kind: str, identifier: str) -> None:
        """Note that a resource is the run's own, and to be deleted with it."""
        self.client.created.add(identifier)
        if kind == "project":
            self.projects.append(identifier)

    def discard(self, project: str) -> None:
        """Delete a project that is not needed any more, where it is one: an organization may have few."""
        if (
            project in self.projects
            and self.client.send("DELETE", f"{self.discovery.root}/projects/{project}").accepted
        ):
            self.projects.remove(project)

    def values(self, operation: Operation) -> tuple[dict[str, str], tuple[str, ...]]:
        """A value for each path parameter, and the names of those that had to be made up.

        Operations that change or delete what their path names get a resource of their own.
        """
        values, made_up = {}, []
        last = operation.parameters[-1] if operation.path.endswith("}") else None
        for name, kind in kinds(operation).items():
            value = self.live.get(kind)
            if name == last and operation.method in ("PUT", "PATCH", "DELETE"):
                value = self._spare(kind) or (None if operation.method == "DELETE" else value)
            if value is None:
                made_up.append(name)
                value = self.unused_id(kind)
            values[name] = value
        return values, tuple(made_up)

    def values_with(self, operation: Operation, own: Mapping[str, str]) -> dict[str, str]:
        """A value for each path parameter: what is given of its kind, else what the run has."""
        values = self.values(operation)[0]
        return {name: own.get(kind, values[name]) for name, kind in kinds(operation).items()}

    def spent(self, operation: Operation) -> None:
        """Note that what an operation was given to delete is gone."""
        for kind in kinds(operation).values():
            self.spares.pop(kind, None)

    def note(self, operation: Operation, path: str, answer: Answer) -> None:
        """Note what an accepted request created or deleted; what can be deleted by itself is deleted at once.

        A search creates much, and what it leaves would soon stand at a limit.
        """
        if operation.method == "DELETE":
            self.spent(operation)
        if not operation.mutates or not isinstance(answer.body, dict):
            return
        self.client.created.update(
            value for name, value in answer.body.items() if name in _IDS and isinstance(value, str)
        )
        made = answer.body.get("id")
        if operation.method == "POST" and isinstance(made, str) and not _DELETABLE.isdisjoint(operation.points):
            is_project = EnforcementPoint.PROJECT_CREATION in operation.points
            self.projects += [made] if is_project else []
            if self.client.send("DELETE", f"{path.removeprefix(api.API)}/{made}").accepted and is_project:
                self.projects.remove(made)

    def unused_id(self, kind: str = "") -> str:
        """A well-formed id that names nothing."""
        identifier = "999999" if kind == "frame" else secrets.token_hex(12)
        self.client.created.add(identifier)
        return identifier

    def upload(self, spec: MediaSpec) -> str | None:
        """Upload one medium into the dataset of the run; its id, or None where it was refused."""
        dataset, artefact = self.dataset, make(spec)
        if dataset is None:
            return None
        answer = answered(lambda: upload(dataset, artefact))
        identifier = answer.text("id")
        if identifier is None:
            self.gaps.setdefault(kind_of(spec)[:-1], f"its upload got {answer.words}")
        return identifier

    def remove(self) -> None:
        """Delete every project made here, by jobs too; what stays is deleted when the run ends."""
        listed = self.client.call(api.LIST_PROJECT_NAMES).names("projects") or {}
        imported = {each for each, name in listed.items() if name.startswith(f"{self.name}-")} - set(self.projects)
        self.client.created.update(imported)
        for project in (*self.projects, *imported):
            self.client.call(api.DELETE_PROJECT, project)

    def _spare(self, kind: str) -> str | None:
        if kind not in self.spares:
            made = self.new(kind)
            if made is None:
                return None
            self.spares[kind] = made
        return self.spares[kind]
