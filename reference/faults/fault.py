"""What a fault is, and how a family of them names the limits that they break."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from contract.limits import BY_ID, LIMITS, Constraint, EnforcementPoint, Limit
from reference.behaviour import Behaviour

EVERY_LIMIT: Final = "*"


@dataclass(frozen=True, slots=True)
class Fault:
    """One named way to break the contract.

    ``sentence`` says what the deployment does. ``requirements`` are those it breaks, each of them, ``*`` standing for
    any part of an id; ``side`` (None where the requirement has none) and ``verdict`` are what a suite that names it
    right says of them. ``also`` are requirements that it may break besides without being named wrong.
    """

    name: str
    sentence: str
    group: str
    requirements: tuple[str, ...]
    side: str | None
    verdict: str
    behaviour: type[Behaviour]
    also: tuple[str, ...] = ()

    @property
    def requirement(self) -> str:
        """The requirement that the fault is known by."""
        return self.requirements[0]


def short(limit: Limit) -> str:
    """A limit in the name of a fault: ``image-side-max``, but ``image-pixels`` where there is no smallest."""
    stem = limit.id.removesuffix(".max").removesuffix(".min")
    alone = sum(other.id.startswith(f"{stem}.") for other in LIMITS) == 1
    return (stem if alone and limit.constraint is Constraint.MAX else limit.id).replace(".", "-")


def everywhere(limit_id: str) -> tuple[str, ...]:
    """The requirements of a limit at all its enforcement points."""
    limit = BY_ID[limit_id]
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
