"""The cases of the limits on counts: every enforcement point, judged or with the reason why not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from contract.limits import LIMITS, RACE, EnforcementPoint, Limit
from contract.probes import Probe, boundary_value, count_probes
from contract.profiles import Profile, Setting
from contract.races import RACERS
from judges.counts.case import CountCase
from judges.counts.makers import maker_of
from judges.probes import probe_fields

# A limit that costs more requests than this is left to the capacity tier.
GATE_REQUESTS: Final = 300
_SINGLE_REQUEST_COST: Final = 16
# What the probes at a boundary cost beside the fill.
_PROBES_COST: Final = 40


def count_cases(profile: Profile, tier: str) -> tuple[CountCase, ...]:
    """Every case of the limits on counts, at each of their enforcement points.

    Raises ``LookupError`` for a row of the table that nothing can count: it names what has to be added.
    """
    return tuple(
        case
        for limit in LIMITS
        if limit.counting is not None
        for point in limit.enforced_at
        for case in _cases(limit, point, profile, tier)
    )


def _cases(limit: Limit, point: EnforcementPoint, profile: Profile, tier: str) -> Iterator[CountCase]:
    maker_of(limit, point)
    profile = profile.at(point)
    _below, at, above = probes = count_probes(limit, point, profile)
    reason = why_unjudged(limit, profile, tier)
    if reason:
        yield CountCase(**_fields(above, ""), variant="unjudged", probe=above, unjudged=reason)
        return
    for probe in probes:
        for kind in limit.counts.variants.get(point, ("",)):
            yield _case(probe, kind)
    for probe, only in ((at, limit.counts.at_only), (above, limit.counts.above_only)):
        for kind in only.get(point, ()):
            yield _case(probe, kind)


def _case(probe: Probe, kind: str) -> CountCase:
    variant = "/".join(part for part in (probe.side, kind) if part)
    return CountCase(**_fields(probe, kind), variant=variant, probe=probe, kind=kind)


def _fields(probe: Probe, kind: str) -> dict[str, Any]:
    counting = probe.limit.counts
    if kind == RACE:
        title = f": {RACERS} at once for place {probe.value - 1:,}"
    else:
        title = f": {probe.value:,} {probe.limit.unit}{f' ({kind})' if kind else ''}"
    fields = probe_fields(probe, title)
    group = probe.limit.id if counting.one_fill else fields["requirement"].id
    return {**fields, "group": group, "exclusive": counting.exclusive}


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
    if limit.counts.single_request:
        return _SINGLE_REQUEST_COST
    return boundary_value(limit, profile) * limit.counts.requests_each + _PROBES_COST
