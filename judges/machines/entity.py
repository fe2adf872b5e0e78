"""What a sequence makes: projects and what lies in them, by serial number, with the names that they had."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What an entity is."""

    PROJECT = "project"
    DATASET = "dataset"
    LABEL = "label"
    IMAGE = "image"
    VIDEO = "video"


@dataclass(slots=True)
class Entity:
    """One entity, by its serial number, and what is known of it.

    ``deleted`` is the serial number of what was deleted with it, 0 while it lives; ``born`` says that it came with its
    project. ``task`` is the number of a label's task, or of a project's chain. ``beside`` counts what has no serial
    number of its own: datasets of a project that was filled up, imported images of a dataset. ``labels`` are those that
    a project was filled up with. ``given`` is the name of another that it was made with, which was free again.
    ``annotation`` are the labels and the number of the last version. ``viewed`` says that it was looked at.
    """

    serial: int
    kind: Kind
    parent: int = 0
    born: bool = False
    task: int = 0
    deleted: int = 0
    renames: int = 0
    beside: int = 0
    labels: int = 0
    given: str = ""
    annotation: tuple[tuple[int, ...], int] | None = None
    versions: int = 0
    viewed: bool = False

    @property
    def words(self) -> str:
        """What it is called in findings."""
        return f"{self.kind} {self.serial}"

    @property
    def name(self) -> str:
        """Its name: another after each change of it."""
        return self.names[-1]

    @property
    def names(self) -> list[str]:
        """All names that it had, the last of which it has now."""
        own = [f"{self.words} {'abcdefghijklmnopqrstuvwxyz'[n % 26]}{n // 26 or ''}" for n in range(self.renames + 1)]
        return [self.given, *own[1:]] if self.given else own
