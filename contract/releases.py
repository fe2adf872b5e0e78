"""What the releases of the platform document of the limits: values and refusals that differ from the published page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from contract.constraints import REST_2_11
from contract.limits import LIMITS, PUBLISHED, EnforcementPoint
from contract.registry import Registry
from contract.verdicts import CONFLICT

_VERSION: Final = re.compile(r"(\d+)\.(\d+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """One release: ``values`` of limits in their unit, and the statuses of their ``refusals``, by id, that differ."""

    id: str
    source: str
    values: Mapping[str, int] = field(default_factory=dict)
    refusals: Mapping[str, frozenset[int]] = field(default_factory=dict)

    def value(self, limit_id: str) -> int:
        """The value that the release documents for a limit. Raises ``KeyError`` for an id that is no limit."""
        return self.values.get(limit_id, LIMITS[limit_id].value)

    def refusal(self, limit_id: str) -> frozenset[int]:
        """The statuses that the release documents for what is over a limit."""
        return self.refusals.get(limit_id, CONFLICT)


_UPLOADS: Final = {EnforcementPoint.IMAGE_UPLOAD, EnforcementPoint.VIDEO_UPLOAD}
# Its uploads declare 415 for media that are not taken; the page that says 409 for every limit is still in force.
_MEDIA_2_11: Final = {
    limit.id: CONFLICT | {415} for limit in LIMITS if limit.axes and _UPLOADS & set(limit.enforced_at)
}
_VALUES_2_11: Final = {"project.labels.max": 1000, "video.width.max": 7680}

RELEASES: Final[Registry[Release]] = Registry(
    Release(id="2.0", source=PUBLISHED),
    Release(id="2.11", source=REST_2_11, values=_VALUES_2_11, refusals=_MEDIA_2_11),
    Release(
        id="2.13",
        source=f"{REST_2_11}; the document of 2.13 was not read, and is taken to say the same",
        values=_VALUES_2_11,
        refusals=_MEDIA_2_11,
    ),
)
DEFAULT_RELEASE: Final = RELEASES["2.0"]


def release_of(product_version: str) -> Release:
    """The last release of the table that is no later than a version, ``2.11.0``; the first where it says none."""
    found = _VERSION.match(product_version)
    version = (int(found[1]), int(found[2])) if found else (0, 0)
    earlier = [each for each in RELEASES if tuple(map(int, each.id.split("."))) <= version]
    return earlier[-1] if earlier else DEFAULT_RELEASE
