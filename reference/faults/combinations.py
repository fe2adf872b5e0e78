"""Limits that go wrong where several of them meet in one file."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from contract.limits import LIMITS, EnforcementPoint
from reference.behaviour import Behaviour
from reference.faults.fault import Group
from reference.inspection import Measured

_IMAGES: Final = "combination.image-upload@*"
_VIDEOS: Final = "combination.video-upload@*"
_UPLOADS: Final = frozenset({EnforcementPoint.IMAGE_UPLOAD, EnforcementPoint.VIDEO_UPLOAD})


class _NothingChecked(Behaviour):
    def limit(self, limit_id: str, point: EnforcementPoint) -> int | None:
        return None if LIMITS[limit_id].axes and point in _UPLOADS else super().limit(limit_id, point)


class _LimitsThemselvesRefused(Behaviour):
    def limit(self, limit_id: str, point: EnforcementPoint) -> int | None:
        value = super().limit(limit_id, point)
        if value is None or not LIMITS[limit_id].axes or point not in _UPLOADS:
            return value
        return value - LIMITS[limit_id].sign


class _WideImagesPass(Behaviour):
    """Whoever reaches the largest side is taken for a panorama, and not asked for pixels."""

    def check_image(self, measured: Measured, at: EnforcementPoint, path: Path) -> None:
        widest = self.limit("image.side.max", at)
        if max(measured.width, measured.height) != widest:
            super().check_image(measured, at, path)


_combination = Group("combination")
FAULTS: Final = (
    _combination("media-limits-unchecked", "No limit of images or videos is checked at their upload.").breaks(
        _IMAGES, _VIDEOS, verdict="not-enforced", by=_NothingChecked, also=("image.*", "video.*")
    ),
    _combination("media-at-limits-refused", "Images and videos at a limit are refused as if they were past it.").breaks(
        _IMAGES, _VIDEOS, verdict="over-enforced", by=_LimitsThemselvesRefused, also=("image.*", "video.*")
    ),
    _combination("widest-images-pass", "An image of the largest side may have any number of pixels.").breaks(
        "combination.image-upload@width-at-max-pixels-above",
        verdict="not-enforced",
        by=_WideImagesPass,
        also=("combination.*", "image.*"),
    ),
)
