"""Uploads that come otherwise than plainly: to another dataset, under another name, with an ``upload_info``."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Final

from contract.observations import Answer
from contract.routes import LONG_DATASET_NAMES
from deployment.bodies import objects
from deployment.media import Dataset, create_dataset, delete_project
from generators.artefacts import Artefact, make
from generators.forms import FORM, Part, disposition, form
from generators.specs import ImageSpec
from judges.counts.probe import CHAIN
from judges.upload import kind_of, upload
from judges.workspace import Workspace

_NAME: Final = "route "
_SMALL: Final = ImageSpec(64, 64, mode="1", encoder="direct")


@dataclass(slots=True)
class RouteUploads:
    """Uploads to the datasets of a workspace, those made here included: by project, length of name and media held."""

    workspace: Workspace
    datasets: dict[tuple[str, int, int], Dataset | Answer] = field(default_factory=dict)
    projects: list[Dataset] = field(default_factory=list)
    _labels: dict[str, list[str]] = field(default_factory=dict)
    _task_chain: Dataset | None = None

    def upload(
        self, artefact: Artefact, dataset: Dataset, name: str, media_type: str | None, *, labels: bool | None = None
    ) -> Answer:
        """Upload under a name, as a part that is called ``media_type``, if anything.

        ``labels`` says whether ``upload_info`` names one, None that there is none.
        """
        parts = [Part(disposition("file", name), artefact.content, media_type)]
        if labels is not None:
            info = {"label_ids": self._label_ids(dataset)[:1]} if labels else {}
            parts.insert(0, Part(disposition("upload_info"), json.dumps(info).encode()))
        return dataset.upload_form(kind_of(artefact.spec), form(parts), FORM)

    def make_room(self, dataset: Dataset) -> None:
        """Upload a small image, and delete it again."""
        identifier = upload(dataset, make(_SMALL)).text("id")
        if identifier is not None:
            dataset.delete("images", identifier)

    def dataset(self, length: int, held: int = 0, *, task_chain: bool = False) -> Dataset | Answer:
        """A dataset that holds so many media, with a name of so many characters; 0 for the first one of a project.

        The answer that refused it where there is none. Where so long a name is refused, a shorter one is tried.
        """
        first = self._in_task_chain() if task_chain else self.workspace.dataset
        if isinstance(first, Answer) or not (length or held):
            return first
        key = (first.project, length, held)
        if key not in self.datasets:
            self.datasets[key] = made = self._made(first, length, held)
            if isinstance(made, Dataset):
                for _ in range(held):
                    upload(made, make(_SMALL))
        return self.datasets[key]

    def remove(self) -> None:
        """Delete the projects that were made here; the datasets go with theirs."""
        while self.projects:
            delete_project(self.projects.pop())
        self._task_chain = None

    def _in_task_chain(self) -> Dataset | Answer:
        """The first dataset of a project of two tasks, or the answer that refused that."""
        if self._task_chain is None:
            entities = self.workspace.entities
            answer = entities.create_project(CHAIN, "task-chain")
            if answer.text("id") is None or not answer.objects("datasets"):
                return answer
            self._task_chain = entities.dataset(answer)
            self.projects.append(self._task_chain)
        return self._task_chain

    def _made(self, first: Dataset, length: int, held: int) -> Dataset | Answer:
        if not length:
            client, discovery = self.workspace.client, self.workspace.discovery
            self.projects.append(create_dataset(client, discovery, f"{self.workspace.prefix}-holds-{held}"))
            return self.projects[-1]
        for tried in (length, *(shorter for shorter in LONG_DATASET_NAMES if shorter < length)):
            name = f"{held or ''}{_NAME}".ljust(tried, "d")[-tried:]
            answer = self.workspace.entities.create_dataset(first.project, name)
            identifier = answer.text("id")
            if identifier is not None:
                return Dataset(first.client, first.project, identifier)
        return answer

    def _label_ids(self, dataset: Dataset) -> list[str]:
        """The labels of the project of a dataset that may be named at upload."""
        if not self._labels.get(dataset.project):
            tasks = self.workspace.entities.tasks_of(dataset.project) or []
            self._labels[dataset.project] = [str(label["id"]) for task in tasks for label in objects(task, "labels")]
        return self._labels[dataset.project]
