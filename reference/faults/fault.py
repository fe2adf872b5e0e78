"""What a fault is, and how a family of them names the limits that they break."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from contract.limits import LIMITS, Constraint, EnforcementPoint, Limit
from reference.behaviour import Behaviour

EVERY_LIMIT: Final = "*"
# The verdict on a limit with another value than the documented one, by the side where that shows.
_VERDICT_OF: Final = {"above": "not-enforced", "at": "over-enforced"}


@dataclass(frozen=True, slots=True)
class Fault:
    """One named way to break the contract.

    ``sentence`` describes what the deployment does. ``requirements`` are those it breaks, each of them, ``*`` standing
    for any part of an id; ``side`` (None where the requirement has none) and ``verdict`` are those of the right
    finding. ``also`` are requirements that it may break besides. ``search`` names the cases of a night that are made to
    find it, as an expression of pytest's ``-k``; empty where the list of the gate does.
    """

    name: str
    sentence: str
    group: str
    requirements: tuple[str, ...]
    side: str | None
    verdict: str
    behaviour: type[Behaviour]
    also: tuple[str, ...] = ()
    search: str = ""

    @property
    def requirement(self) -> str:
        """The first requirement that the fault breaks."""
        return self.requirements[0]

    @property
    def needs_restart(self) -> bool:
        """Whether it acts on what was stored before the deployment started: a run of its own finds nothing of it."""
        return self.requirement.startswith("planted.")


@dataclass(frozen=True, slots=True)
class Group:
    """A class of faults; ``also`` and ``search`` as of each of them."""

    name: str
    also: tuple[str, ...] = ()
    search: str = ""

    def __call__(self, name: str, sentence: str) -> Entry:
        """A fault of this class by its name and sentence; what it breaks follows."""
        return Entry(self, name, sentence)


@dataclass(frozen=True, slots=True)
class Entry:
    """The beginning of an entry of the catalogue."""

    group: Group
    name: str
    sentence: str

    def breaks(
        self, *requirements: str, verdict: str, by: type[Behaviour], side: str | None = None, also: tuple[str, ...] = ()
    ) -> Fault:
        """The fault; ``also`` are requirements besides those of its class."""
        besides = (*self.group.also, *also)
        return Fault(
            self.name, self.sentence, self.group.name, requirements, side, verdict, by, besides, self.group.search
        )

    def breaks_limit(
        self, *requirements: str, side: str, by: type[Behaviour], verdict: str = "", also: tuple[str, ...] = ()
    ) -> Fault:
        """The fault of one limit, by requirements or by its id, which stands for all its enforcement points."""
        limit = LIMITS[requirements[0].partition("@")[0]]
        broken = everywhere(limit.id) if requirements == (limit.id,) else requirements
        besides = (*everywhere(limit.id), *combined(limit), *also)
        return self.breaks(*broken, side=side, verdict=verdict or _VERDICT_OF[side], by=by, also=besides)


def short(limit: Limit) -> str:
    """A limit in the name of a fault: ``image-side-max``, but ``image-pixels`` where there is no smallest."""
    stem = limit.id.removesuffix(".max").removesuffix(".min")
    alone = sum(other.id.startswith(f"{stem}.") for other in LIMITS) == 1
    return (stem if alone and limit.constraint is Constraint.MAX else limit.id).replace(".", "-")


def everywhere(limit_id: str) -> tuple[str, ...]:
    """The requirements of a limit at all its enforcement points."""
    limit = LIMITS[limit_id]
    return tuple(limit.requirement(point) for point in limit.enforced_at)


def combined(limit: Limit) -> tuple[str, ...]:
    """The combinations and the hostile uploads in which a limit takes part."""
    points = {EnforcementPoint.IMAGE_UPLOAD: "image", EnforcementPoint.VIDEO_UPLOAD: "video"}
    return tuple(
        f"{family}.{point.value}@*"
        for point, entity in points.items()
        for family in ("combination", "robustness")
        if limit.entity == entity
    )
