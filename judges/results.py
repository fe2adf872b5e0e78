"""What every result of a limit has in common, before anything was judged."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contract.probes import Probe
from contract.profiles import Profile
from contract.results import Result
from contract.verdicts import Verdict


def unjudged(
    case: str, probe: Probe, profile: Profile, title: str, sent: Mapping[str, Any] | None = None, started: float = 0.0
) -> Result:
    """The result of a case that stands open; ``started`` in seconds since the epoch."""
    return Result(
        case=case,
        requirement=probe.requirement,
        title=f"{probe.point.words}{title}",
        verdict=Verdict.INCONCLUSIVE,
        reason="",
        limit=probe.limit.id,
        enforcement_point=probe.point.value,
        side=probe.side.value,
        axis=probe.axis.value,
        value=probe.value,
        documented=profile.value(probe.limit.id),
        unit=probe.limit.unit,
        expected=probe.expected.value,
        sent=sent or {},
        citation=probe.limit.citation,
        started_ms=int(started * 1000),
    )
