"""What every subject of a constraint has in common."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field

from contract.observations import Answer, Observation
from contract.operations import ApiOperation
from judges.workspace import Workspace


class UnreachableError(Exception):
    """What a probe needs could not be made; the message says why."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A value that is asked for: of which constraint, of which operation, and of which field of what is sent."""

    constraint: str
    operation: ApiOperation
    field: str
    value: int | str


@dataclass
class Subject(ABC):
    """What requests of one kind are made on, in a workspace; ``projects`` are those that it made and keeps."""

    workspace: Workspace
    projects: list[str] = field(default_factory=list)

    @abstractmethod
    def send(self, asked: Asked) -> Answer:
        """Send a value; what the deployment answers. Raises ``UnreachableError``."""

    def ask(self, asked: Asked) -> Observation:
        """Send a value, and see what came of it: where nothing can be read, the answer alone."""
        answer = self.send(asked)
        return Observation(answer, None, created=answer.accepted)

    def discard(self, asked: Asked, answer: Answer) -> None:  # noqa: B027  most leave nothing that can be deleted
        """Delete what came of a value that was sent and not looked at, where that can be deleted."""

    def project(self, chain: tuple[tuple[str, int], ...], name: str) -> Answer:
        """A project that is kept until the subject is closed. Raises ``UnreachableError``."""
        answer = self.workspace.entities.create_project(chain, name)
        if not answer.accepted:
            raise UnreachableError(f"no project could be created for it ({answer.words_with_message})")
        self.projects.append(answer.body["id"])
        return answer

    def close(self) -> None:
        """Delete what was made."""
        while self.projects:
            self.workspace.entities.delete_project(self.projects.pop())
