"""Hypothesis strategies that draw specifications: small ones of every kind, and ones at and around a boundary.

They draw integers and names, never pixels, so that a failure shrinks to the smallest specification that still fails.
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from contract.formats import IMAGE_EXTENSIONS, VIDEO_EXTENSIONS, largest_side
from contract.limits import BY_ID
from contract.probes import Axis, media_probes, shape_on
from contract.profiles import CLOUD, Profile
from generators.specs import CONTENTS, MODES, ORIENTABLE, ImageSpec, MediaSpec, VideoSpec

_SEEDS = st.integers(0, 255)


@st.composite
def image_specs(draw: st.DrawFn, largest: int = 128) -> ImageSpec:
    """Any image up to ``largest`` px a side, in every format, mode, content and orientation the format has."""
    extension = draw(st.sampled_from(IMAGE_EXTENSIONS))
    sides = st.integers(1, min(largest, largest_side(extension) or largest))
    orientation = draw(st.integers(1, 8)) if extension in ORIENTABLE else 1
    mode, content = draw(st.sampled_from(MODES[extension])), draw(st.sampled_from(CONTENTS))
    return ImageSpec(draw(sides), draw(sides), extension, mode, content, draw(_SEEDS), orientation)


@st.composite
def video_specs(draw: st.DrawFn, largest: int = 128, most_frames: int = 30) -> VideoSpec:
    """Any video up to ``largest`` px a side and ``most_frames`` frames at 1…30 frames a second."""
    sides, frames = st.integers(1, largest), st.integers(1, most_frames)
    extension, content = draw(st.sampled_from(VIDEO_EXTENSIONS)), draw(st.sampled_from(CONTENTS))
    return VideoSpec(draw(sides), draw(sides), draw(frames), draw(st.integers(1, 30)), extension, content, draw(_SEEDS))


@st.composite
def around(draw: st.DrawFn, limit_id: str, profile: Profile = CLOUD, distance: int = 3) -> MediaSpec:
    """A specification at, next to, or up to ``distance`` units from the boundary of one media limit.

    ``limit_id`` is the id of an image or video limit, else ``KeyError``. The pixel limit is drawn from the shapes
    that exist: at it, and the nearest on either side.
    """
    limit = BY_ID[limit_id]
    video = limit.entity == "video"
    fitting = [name for name in IMAGE_EXTENSIONS if (largest_side(name) or 20_001) > 20_000 or "max" not in limit_id]
    extension = draw(st.sampled_from(VIDEO_EXTENSIONS if video else fitting))
    probe = draw(st.sampled_from(media_probes(limit_id, limit.enforced_at[0], profile, largest_side(extension))))
    shape = probe.shape
    if probe.axis is not Axis.AREA or shape is None:
        shape = shape_on(probe.axis, max(1, probe.value + draw(st.integers(-distance, distance))), profile)
    chosen: dict[str, Any] = {"format": extension, "seed": draw(_SEEDS)}
    if video:
        return VideoSpec(shape.width, shape.height, shape.seconds, 1, **chosen)
    return ImageSpec(shape.width, shape.height, mode=MODES[extension][0], **chosen)
