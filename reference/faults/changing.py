"""The same request is answered one way and then another."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Final

from contract.limits import EnforcementPoint
from contract.profiles import Profile
from reference.behaviour import Behaviour
from reference.errors import LimitReached
from reference.faults.fault import Group
from reference.inspection import Measured

_SIDE: Final = "image.side.max"


class _EverySecondPasses(Behaviour):
    def __init__(self, profile: Profile) -> None:
        super().__init__(profile)
        self._refused = itertools.count(1)

    def check(self, limit_id: str, point: EnforcementPoint, value: int) -> None:
        try:
            super().check(limit_id, point, value)
        except LimitReached:
            if limit_id != _SIDE or next(self._refused) % 2:
                raise


class _FirstIsRefused(Behaviour):
    def __init__(self, profile: Profile) -> None:
        super().__init__(profile)
        self._seen = set[tuple[int, int, str]]()

    def check_image(self, measured: Measured, at: EnforcementPoint, path: Path) -> None:
        super().check_image(measured, at, path)
        bound, asked = self.limit(_SIDE, at), (measured.width, measured.height, path.suffix)
        if bound in asked and asked not in self._seen:
            self._seen.add(asked)
            raise LimitReached(_SIDE, f"{_SIDE}: {bound} px is too much")


_changing = Group("changing", ("combination.image-upload@*", "robustness.image-upload@*"))
FAULTS: Final = (
    _changing("every-second-passes", "Of the images with a side above the limit every second one is taken.").breaks(
        "image.side.max@image-upload", side="above", verdict="unstable", by=_EverySecondPasses, also=("image.*",)
    ),
    _changing("first-is-refused", "An image with a side at the limit is refused the first time that it comes.").breaks(
        "image.side.max@image-upload", side="at", verdict="unstable", by=_FirstIsRefused, also=("image.*",)
    ),
)
