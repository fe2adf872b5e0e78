"""Projects, labels, datasets and annotations of the run, in the API's own terms."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from contract import operations as api
from contract.observations import Answer
from contract.purposes import Purpose
from contract.verdicts import crashed_or_inconclusive
from deployment.bodies import (
    Body,
    edited_project,
    labels,
    like_siblings,
    long_name,
    new_dataset,
    new_project,
    objects,
    rectangle_annotation,
)
from deployment.client import Client
from deployment.counted import counted_as
from deployment.discovery import Discovery
from deployment.ledger import PREFIX, makes_project
from deployment.media import Dataset
from deployment.state import LastState, StateChange


@dataclass(frozen=True, slots=True)
class Entities:
    """What can be created in the run's workspace, and read back.

    ``kept`` are the projects that an earlier process of the run filled, ids by name without the prefix; what is
    numbered begins at ``first_serial``, so that no process repeats what another made. ``document`` is the deployment's
    OpenAPI document, where it has one: what is sent fits it.
    """

    client: Client
    discovery: Discovery
    prefix: str = field(default="")
    kept: dict[str, str] = field(default_factory=dict)
    first_serial: int = 0
    document: Mapping[str, Any] | None = field(default=None, repr=False)
    last: LastState[str] = field(default_factory=LastState, compare=False, repr=False)

    def create_project(self, chain: Sequence[tuple[str, int]], name: str, label: str = "label") -> Answer:
        """Create a project named ``prefix-name``; its ids are remembered as ours. ``label`` is in its labels' names."""
        return self.create_project_of(new_project(f"{self.prefix}-{name}", chain, label))

    def create_project_of(self, body: Body) -> Answer:
        """Create the project that a body describes; its name begins with the prefix."""
        return self._remembered(self.client.call(api.CREATE_PROJECT, body=body), with_datasets=True)

    def named(self, name: str, *, long: bool) -> str:
        """A name for ``create_project``, made as long as a project's may be where it is to be ``long``."""
        whole = f"{self.prefix}-{name}"
        return (long_name(whole, self.document, api.CREATE_PROJECT) if long else whole).removeprefix(f"{self.prefix}-")

    def resumed(self, name: str) -> Answer | None:
        """The project of that name that an earlier process filled, as it reads back; each is given once."""
        identifier = self.kept.pop(name, None)
        if identifier is None:
            return None
        answer = self.client.call(api.READ_PROJECT, identifier)
        return self._remembered(answer, with_datasets=True) if answer.accepted else None

    def project_path(self, project: str) -> str:
        """Where a project lies, below ``/api/v1``."""
        return self.client.path(api.READ_PROJECT, project)

    @counted_as(Purpose.CLEAN_UP)
    def delete_project(self, project: str) -> Answer:
        """Delete a project of ours with all it holds."""
        return self.client.call(api.DELETE_PROJECT, project)

    @counted_as(Purpose.STATE)
    def count_projects(self) -> int | None:
        """All projects of the workspace, those of others included; None where the deployment does not say."""
        return self.client.call(api.LIST_PROJECTS, params={"limit": 1, "skip": 0}).number("project_counts")

    def our_projects(self) -> dict[str, str] | None:
        """The projects of this run by id, as the deployment lists them; None where it does not."""
        listed = self._projects()
        return None if listed is None else {key: name for key, name in listed.items() if self._is_ours(name)}

    def watched_projects(self) -> StateChange[str]:
        """The projects of this run before and after what is done in the context."""
        client = self.client
        return StateChange(
            self.our_projects, "project", client.history, client.settling, made_here=makes_project, last=self.last
        )

    def others_projects(self) -> frozenset[str] | None:
        """The ids of the projects that are not of this run; None where the deployment does not list them."""
        listed = self._projects()
        return None if listed is None else frozenset(key for key, name in listed.items() if not self._is_ours(name))

    @counted_as(Purpose.STATE)
    def _projects(self) -> dict[str, str] | None:
        names = self.client.call(api.LIST_PROJECT_NAMES).names("projects")
        if names is not None:
            run = f"{PREFIX}{self.client.run_id}"
            others = (key for key, name in names.items() if name != run and not name.startswith(f"{run}-"))
            self.client.history.note_others(frozenset(others))
        return names

    def _is_ours(self, name: str) -> bool:
        return name == self.prefix or name.startswith(f"{self.prefix}-")

    @counted_as(Purpose.READ_BACK)
    def reads_back(self, path: str) -> bool | None:
        """Whether what lies at a path can be read; None where the answer does not say."""
        answer = self.client.send("GET", path)
        return None if crashed_or_inconclusive(answer) else answer.accepted

    @counted_as(Purpose.STATE)
    def tasks_of(self, project: str) -> list[Body] | None:
        """The tasks of a project that can be trained, as it reads back."""
        chain = self.client.call(api.READ_PROJECT, project).fields.get("pipeline")
        tasks = chain.get("tasks") if isinstance(chain, dict) else None
        if not isinstance(tasks, list):
            return None
        return [task for task in tasks if isinstance(task, dict) and task.get("task_type") not in ("dataset", "crop")]

    def count_labels(self, project: str) -> int | None:
        """The labels of a project but those that the deployment adds by itself."""
        tasks = self.tasks_of(project)
        return None if tasks is None else _labels_in(tasks)

    def edit_labels(self, project: str, added: int, deleted: int = 0, *, before: int | None = None) -> Answer:
        """Edit a project so that so many labels are added to its last task that has any, and so many of it deleted.

        It is edited as it reads back with ``before`` labels, where that is known: a read may be behind.
        """

        def edit(body: Body) -> None:
            *_, last = (task["labels"] for task in body["pipeline"]["tasks"] if task.get("labels"))
            last[:deleted] = [{**label, "is_deleted": True} for label in last[:deleted]]
            last += like_siblings(labels(added, "added"), last)

        def is_current(read: Answer) -> bool:
            return before in (None, _labels_in(objects(read.fields.get("pipeline"), "tasks")))

        return self.edit_project(project, edit, is_current)

    def edit_project(
        self, project: str, edit: Callable[[Body], None], is_current: Callable[[Answer], bool] = lambda _read: True
    ) -> Answer:
        """Edit a project of ours: ``edit`` changes the body of the edit that would change nothing, in place.

        The project is read until that is as it ``is_current``, where reads are behind.
        """
        answer = self.client.settling.until(lambda: self.client.call(api.READ_PROJECT, project), is_current)
        if not answer.fields:
            return answer
        body = edited_project(answer.fields, self.document)
        edit(body)
        return self.client.call(api.EDIT_PROJECT, project, body=body)

    def create_dataset(self, project: str, name: str) -> Answer:
        """Create a dataset in a project of ours."""
        return self._remembered(self.client.call(api.CREATE_DATASET, project, body=new_dataset(name)))

    @counted_as(Purpose.CLEAN_UP)
    def delete_dataset(self, project: str, dataset: str) -> Answer:
        """Delete a dataset of ours."""
        return self.client.call(api.DELETE_DATASET, project, dataset)

    def count_datasets(self, project: str) -> int | None:
        """The datasets of a project as it lists them."""
        listed = self.datasets(project)
        return None if listed is None else len(listed)

    @counted_as(Purpose.STATE)
    def datasets(self, project: str) -> list[Body] | None:
        """The datasets that a project lists; None where it does not."""
        return self.client.call(api.LIST_DATASETS, project).objects("datasets")

    def dataset(self, project: Answer) -> Dataset:
        """The dataset that came with a project just created."""
        return Dataset(self.client, project.body["id"], project.body["datasets"][0]["id"])

    def _remembered(self, answer: Answer, *, with_datasets: bool = False) -> Answer:
        identifier = answer.text("id")
        if identifier is not None:
            self.client.created.add(identifier)
            self.client.created.update(answer.names("datasets") or () if with_datasets else ())
        return answer


def annotate(dataset: Dataset, medium: str, frame: int | None, label: str, width: int, height: int) -> Answer:
    """Submit one rectangle, in pixels, as the annotations of an image (``frame`` None) or of one frame of a video."""
    body = rectangle_annotation(medium, frame, label, width, height)
    return dataset.client.send("POST", annotations_path(dataset, medium, frame), body)


def annotations_path(dataset: Dataset, medium: str, frame: int | None) -> str:
    """Where the annotations of an image or of one frame lie."""
    if frame is None:
        return dataset.client.path(api.ANNOTATE_IMAGE, dataset.project, dataset.id, medium)
    return dataset.client.path(api.ANNOTATE_FRAME, dataset.project, dataset.id, medium, frame)


def _labels_in(tasks: Iterable[Mapping[str, Any]]) -> int:
    return sum(not label.get("is_empty") for task in tasks for label in task.get("labels", []))
