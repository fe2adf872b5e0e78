"""Requirements and cases as values: what the contract promises, and what is judged to see whether it is kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from contract.limits import EnforcementPoint, Limit


@dataclass(frozen=True, slots=True)
class Requirement:
    """Something the contract promises: ``subject`` is the limit or rule, ``scope`` where it must hold.

    ``image.side.max@image-upload``, ``openapi.key-missing@GetProject``, ``document.valid``.
    """

    subject: str
    scope: str = ""

    @property
    def id(self) -> str:
        """The id that waivers, reports and commands use; others script against it."""
        return f"{self.subject}@{self.scope}" if self.scope else self.subject


# All that is judged alone stays together: the others wait for it once.
ALONE: Final = "alone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One thing to be judged; families of requirements add what they need.

    ``variant`` tells the cases of one requirement apart, ``title`` says what is sent. ``limit``, ``point``, ``side``,
    ``axis`` and ``value`` are those of a limit's case. Cases of one ``group`` share a state and are judged in one
    process, in order; nothing else may be judged beside an ``exclusive`` one. ``read_only`` says that nothing is made
    or changed, ``offline`` that nothing is sent, ``cumulative`` that it rests on the answers to all cases before it,
    so that it cannot be judged again by itself, ``timed`` that it rests on how long answers take, ``searching`` that it
    draws what it judges, for as long as the run's searches may take. ``seconds`` is about how long it takes,
    ``requests`` about how many it sends, ``body_bytes`` how many bytes a large body of it has.
    """

    requirement: Requirement
    variant: str = ""
    title: str = ""
    limit: Limit | None = None
    point: EnforcementPoint | None = None
    side: str | None = None
    axis: str | None = None
    value: int | None = None
    group: str = ""
    exclusive: bool = False
    read_only: bool = False
    offline: bool = False
    cumulative: bool = False
    timed: bool = False
    searching: bool = False
    seconds: float = 0.06
    requests: int = 0
    body_bytes: int = 0
    expected: str = ""
    citation: str = ""

    @property
    def id(self) -> str:
        """Unique within the manifest: ``image.side.max@image-upload/above/width/png``."""
        return f"{self.requirement.id}/{self.variant}" if self.variant else self.requirement.id

    @property
    def promise(self) -> str:
        """What is promised to several cases alike: the same answer to them is one cause, confirmed on a few of them."""
        return self.requirement.id

    @property
    def unit(self) -> str:
        """What must stay together when a run is divided: the cases of a group, else the case alone."""
        return self.group or self.id

    @property
    def strand(self) -> str:
        """What stays in one lane, in order, where several judge at one time: what shares controls or resources."""
        return ALONE if self.exclusive else self.unit


def subject_of(requirement_id: str) -> str:
    """The subject in a requirement's id as reports carry it."""
    return requirement_id.partition("@")[0]
