"""The manifest of the limits on counts: every enforcement point, judged or with the reason why not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from contract.limits import LIMITS, EnforcementPoint, Limit
from contract.probes import MEDIA_AXES, Probe, boundary_value, count_probes
from contract.profiles import Profile, Setting

# A limit that costs more requests than this is left to the capacity tier.
GATE_REQUESTS: Final = 300

# Limits whose boundary one request reaches; the others are filled up, one request for each entity.
AT_ONCE: Final = frozenset({"project.labels.max", "project.tasks.max"})
RACED: Final = frozenset(
    {
        "organization.projects.max@project-creation",
        "project.datasets.max@dataset-creation",
        "project.media.max@image-upload",
        "media.annotation-versions.max@image-annotation",
    }
)
# The tasks of the plainest project, each a kind and how many labels it has.
PLAIN: Final = (("classification", 2),)
# Labels count for the project: those of two tasks go together.
LABELS_IN_TWO_TASKS: Final = "project.labels.max@project-creation"
TWO_TASKS: Final = "two-tasks"
# An import is held against the limit by what it brings, not only by whether there is room.
IMPORTED_SEVERAL: Final = "project.media.max@dataset-import"
SEVERAL: Final = "two-for-one-place"
# What ends a chain of tasks; before it stand detections.
CHAINS: Final = ("classification", "segmentation")


@dataclass(frozen=True, slots=True)
class CountCase:
    """One probe of a limit on a count, or a race for its last place; ``unjudged`` says why there is neither.

    ``variant`` tells cases of one probe apart: the chain of tasks, ``race``, or an import of two.
    """

    probe: Probe
    variant: str = ""
    unjudged: str = ""

    @property
    def id(self) -> str:
        """Unique within the manifest: ``project.labels.max@project-creation/above``."""
        if self.unjudged:
            return f"{self.probe.requirement}/unjudged"
        return "/".join(part for part in (self.probe.requirement, self.probe.side, self.variant) if part)

    @property
    def race(self) -> bool:
        """Whether many creations run for the last place at once."""
        return self.variant == "race"


def count_cases(profile: Profile, tier: str) -> tuple[CountCase, ...]:
    """Every case that is no media limit: each remaining enforcement point of the table is here."""
    return tuple(
        case
        for limit in LIMITS
        for point in limit.enforced_at
        if limit.id not in MEDIA_AXES
        for case in _cases(limit, point, profile, tier)
    )


def _cases(limit: Limit, point: EnforcementPoint, profile: Profile, tier: str) -> Iterator[CountCase]:
    probes = count_probes(limit.id, point, profile)
    reason = why_unjudged(limit, profile, tier)
    if reason:
        yield CountCase(probes[-1], unjudged=reason)
        return
    for probe in probes:
        if limit.id == "project.tasks.max":
            yield from (CountCase(probe, chain) for chain in CHAINS)
        else:
            yield CountCase(probe)
        if probe.requirement == LABELS_IN_TWO_TASKS:
            yield CountCase(probe, TWO_TASKS)
    if f"{limit.id}@{point}" in RACED:
        yield CountCase(probes[-1], "race")
    if f"{limit.id}@{point}" == IMPORTED_SEVERAL:
        yield CountCase(probes[-1], SEVERAL)


def why_unjudged(limit: Limit, profile: Profile, tier: str) -> str:
    """Why a limit is not probed in this tier; empty where it is."""
    setting = profile[limit.id]
    if setting in (Setting.NOT_PART, Setting.UNKNOWN):
        return f"this limit is {setting}" if setting is Setting.NOT_PART else "the profile file says: unknown"
    cost = requests(limit, profile)
    if tier != "capacity" and cost > GATE_REQUESTS:
        return f"takes about {cost:,} requests, the gate {GATE_REQUESTS}: judged with --geti-tier capacity"
    return ""


def requests(limit: Limit, profile: Profile) -> int:
    """About how many requests the probes of a limit at one point take."""
    if limit.id in AT_ONCE:
        return 16
    each = 2 if limit.id == "training.dataset-size.max" else 1  # an upload and an annotation
    return boundary_value(limit, profile) * each + 40
