"""What the searches of a run have drawn: how often each value of each dimension, and each two of them together."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import combinations
from typing import Final

from contract.formats import IMAGE_FORMATS, VIDEO_FORMATS
from contract.limits import Axis, EnforcementPoint, Limit
from contract.probes import Shape, control_shape
from contract.profiles import Profile
from generators.boundaries import BY_IMPORT, BY_UPLOAD, RATES
from generators.specs import CONTENTS, ImageSpec
from generators.submissions import ARRIVALS, Submission
from judges.properties.cases import PropertyCase, submission_place

_BESIDE, _LITTLE = 1, 15
_OTHERS: Final = ("plain", "smaller", "larger")
_MODES: Final = tuple(dict.fromkeys(mode for record in IMAGE_FORMATS.values() for mode in record.modes))
# Every value that is to be drawn, so that what never is can be told.
DIMENSIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "distance": ("on", "beside", "little", "far"),
    "axis": ("width", "height", "both", "area", "duration"),
    "other side": _OTHERS,
    "format": (*IMAGE_FORMATS, *VIDEO_FORMATS),
    "mode": _MODES,
    "content": tuple(content for content in CONTENTS if content != "card"),
    "orientation": tuple(map(str, range(1, 9))),
    "encoder": ("direct", "library"),
    "compression": ("deflate", "g4"),
    "codec": ("h264", "mjpeg", "vp8", "vp9"),
    "rate": ("1", *map(str, RATES)),
    "frames": ("whole seconds", "a part more"),
    **ARRIVALS,
}
_Counts = dict[str, dict[str, int]]


@dataclass(slots=True)
class Drawn:
    """Counts of one run, over all threads that search."""

    values: dict[str, Counter[str]] = field(
        default_factory=lambda: {name: Counter(dict.fromkeys(values, 0)) for name, values in DIMENSIONS.items()}
    )
    pairs: dict[str, Counter[str]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, case: PropertyCase, submission: Submission, profile: Profile) -> int:
        """Count what was drawn for a case; how many of its pairs had never been drawn."""
        drawn = dimensions(case, submission, profile)
        fresh = 0
        with self._lock:
            for name, value in drawn.items():
                self.values[name][value] += 1
            for one, other in combinations(drawn.items(), 2):
                counts = self.pairs.setdefault(f"{one[0]} x {other[0]}", Counter())
                fresh += counts[pair := f"{one[1]} x {other[1]}"] == 0
                counts[pair] += 1
        return fresh

    @property
    def facts(self) -> dict[str, _Counts]:
        """The counts as JSON values."""
        with self._lock:
            return {
                "dimensions": {name: dict(counts) for name, counts in self.values.items()},
                "pairs": {name: dict(counts) for name, counts in self.pairs.items()},
            }


def dimensions(case: PropertyCase, submission: Submission, profile: Profile) -> dict[str, str]:
    """The value of each dimension of a submission, those that are plain too."""
    assert case.limit is not None
    spec = submission.spec
    drawn = _place(case.limit, submission.shape, profile) | {
        "format": spec.format,
        "content": spec.content,
        "encoder": spec.encoder,
    }
    if isinstance(spec, ImageSpec):
        drawn |= {"mode": spec.mode, "orientation": str(spec.orientation), "compression": spec.compression}
    else:
        part = "a part more" if spec.frames % spec.fps else "whole seconds"
        drawn |= {"codec": spec.coded, "rate": str(spec.fps), "frames": part}
    names = BY_IMPORT if case.point is EnforcementPoint.DATASET_IMPORT else BY_UPLOAD
    return drawn | {name: getattr(submission.arrival, name) for name in names}


def _place(limit: Limit, shape: Shape, profile: Profile) -> dict[str, str]:
    """Where a shape lies from the boundary of a limit."""
    axis, beyond = submission_place(limit, shape, profile)
    away = abs(beyond)
    distance = "on" if not away else "beside" if away == _BESIDE else "little" if away <= _LITTLE else "far"
    plain = control_shape(profile, video=limit.entity == "video")
    both = axis is Axis.WIDTH and len(limit.axes) > 1 and shape.width == shape.height
    other = shape.height if axis is Axis.WIDTH else shape.width
    compared = "plain" if other == plain.width else "smaller" if other < plain.width else "larger"
    return {"distance": distance, "axis": "both" if both else axis.value, "other side": compared}
