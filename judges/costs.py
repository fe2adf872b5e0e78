"""What a run will cost the deployment, said before anything is sent."""

from __future__ import annotations

from collections.abc import Sequence

from contract.cases import Case
from contract.limits import LIMITS, Limit
from contract.profiles import Profile
from judges.counts.case import CountCase
from judges.counts.cases import requests

_BYTES_A_FILLED_IMAGE = 6_000


def requests_of(cases: Sequence[Case], profile: Profile) -> int:
    """About how many requests the cases take together; cases of one group share one fill."""
    return sum(case.requests for case in cases) + sum(requests(limit, profile) for limit in _fills(cases))


def bytes_of(cases: Sequence[Case], profile: Profile) -> int:
    """About how many bytes the fills with media and the large files send."""
    filled = [limit for limit in _fills(cases) if limit.counts.filled_with_media]
    fills = sum(requests(limit, profile) for limit in filled) * _BYTES_A_FILLED_IMAGE
    return fills + sum(case.body_bytes for case in cases)


def requests_to_fill(profile: Profile) -> int:
    """About how many requests fill each limit on a count that is in force, up to its documented value."""
    filled = [each for each in LIMITS if each.counting and not each.counting.single_request]
    return sum(requests(limit, profile) for limit in filled if profile.value(limit.id) is not None)


def _fills(cases: Sequence[Case]) -> list[Limit]:
    """The limit of each fill; cases of one group share theirs."""
    fills = {case.group: case.probe.limit for case in cases if isinstance(case, CountCase) and not case.unjudged}
    return list(fills.values())
