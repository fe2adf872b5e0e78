"""What is filled up one by one within a project of its own, and the datasets of one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from contract.limits import LONG_NAME
from contract.observations import Answer
from contract.operations import CREATE_DATASET
from contract.profiles import Profile
from deployment.bodies import long_name, project_labels
from deployment.media import Dataset
from judges.counts.incremental import IncrementalProbe
from judges.counts.probe import PLAIN, UnreachableError


def may_be_done(answer: Answer) -> bool:
    """Whether a deletion was done, or its answer lost: the count says which."""
    return answer.accepted or answer.lost


@dataclass
class InProject(IncrementalProbe):
    """A limit within a project of its own."""

    profile: Profile | None = None
    project: Answer | None = None
    title: ClassVar[str]
    at_birth: ClassVar[int] = 0

    def recount(self) -> int | None:
        """What a project is made with, where it is new."""
        if self.project is not None:
            return super().recount()
        self.in_project()
        return self.at_birth

    chain: ClassVar[Sequence[tuple[str, int]]] = PLAIN

    def adopt(self) -> None:
        """The project of the same title."""
        self.project = self.entities.resumed(self.title)

    def in_project(self) -> Answer:
        """The project, created when first asked for. Raises ``UnreachableError``."""
        if self.project is None:
            answer = self.entities.create_project(self.chain, self.title)
            if not answer.accepted:
                raise UnreachableError(f"no project could be created for it ({answer.words_with_message})")
            self.project = answer
        return self.project

    def own_label(self) -> str:
        """The id of a label that was sent, none that a deployment adds. Raises ``UnreachableError``."""
        named = (label for label in project_labels(self.in_project().fields) if not label.get("is_empty"))
        label = next((label["id"] for label in named if isinstance(label.get("id"), str)), None)
        if label is None:
            raise UnreachableError("the project shows no label with an id")
        return str(label)

    def first_dataset(self) -> Dataset:
        """The dataset that came with the project."""
        return self.entities.dataset(self.in_project())

    def release(self) -> None:
        """Delete the project with all it holds."""
        if self.project is not None:
            self.entities.delete_project(self.project.body["id"])
            self.project = None


@dataclass
class Datasets(InProject):
    """Datasets of one project."""

    title = "datasets"
    at_birth = 1
    ours: list[str] = field(default_factory=list)

    def adopt(self) -> None:
        """The project, and its datasets but the first, which came with it."""
        super().adopt()
        listed = self.entities.datasets(self.project.body["id"]) if self.project else None
        self.ours = [str(each.get("id")) for each in listed or () if not each.get("use_for_training")]
        self.entities.client.created.update(self.ours)

    def create(self, serial: int) -> Answer:
        """One more dataset."""
        return self.entities.create_dataset(self.in_project().body["id"], f"dataset {serial}")

    def _create(self) -> Answer:
        (serial,) = self._serials(1)
        return self.entities.create_dataset(self.in_project().body["id"], self._named(f"dataset {serial}"))

    def _named(self, name: str) -> str:
        """The name, made long where the case in hand says so."""
        return long_name(name, self.entities.document, CREATE_DATASET) if self.kind == LONG_NAME else name

    def remember(self, answer: Answer) -> None:
        """Keep its id."""
        self.ours.append(answer.body["id"])

    def there(self, answer: Answer) -> bool | None:
        """Whether the project lists the dataset."""
        listed = self.entities.datasets(self.in_project().body["id"])
        return None if listed is None else any(each.get("id") == answer.body["id"] for each in listed)

    def count(self) -> int | None:
        """The datasets that the project lists."""
        return self.entities.count_datasets(self.in_project().body["id"])

    def shrink(self) -> int:
        """Delete the newest of ours."""
        path, client = self.entities.project_path(self.in_project().body["id"]), self.entities.client
        return int(bool(self.ours) and may_be_done(client.send("DELETE", f"{path}/datasets/{self.ours.pop()}")))
