"""What a run will cost the deployment, said before anything is sent."""

from __future__ import annotations

from collections.abc import Sequence

from contract.limits import BY_ID
from contract.profiles import Profile
from judges.counts.cases import CountCase, requests
from judges.media.cases import MediaCase
from judges.media.combinations import CombinationCase
from judges.uploads.cases import HostileCase

# Measured: a media case takes about five requests (upload, listings, read back, display, delete).
_REQUESTS_A_MEDIA_CASE = 5
_BYTES_A_FILLED_IMAGE = 6_000


def requests_of(
    media: Sequence[MediaCase | CombinationCase | HostileCase], counts: Sequence[CountCase], profile: Profile
) -> int:
    """About how many requests the cases take together; images and videos share one fill."""
    filled = {
        case.probe.limit.id if _is_media(case) else case.probe.requirement for case in counts if not case.unjudged
    }
    return len(media) * _REQUESTS_A_MEDIA_CASE + sum(requests(BY_ID[key.split("@")[0]], profile) for key in filled)


def bytes_of(counts: Sequence[CountCase], profile: Profile) -> int:
    """About how many bytes the fill of a project with media sends."""
    judged = any(_is_media(case) and not case.unjudged for case in counts)
    return requests(BY_ID["project.media.max"], profile) * _BYTES_A_FILLED_IMAGE if judged else 0


def _is_media(case: CountCase) -> bool:
    return case.probe.limit.id == "project.media.max"
