"""Hypothesis strategies that draw specifications: small ones of every kind, and ones at and around a boundary.

They draw integers and names, never pixels, so that a failure shrinks to the smallest specification that still fails:
a solid PNG of one pixel, an MP4 of one frame. ``generators.artefacts.make`` gives the bytes of what was drawn,
``generators.direct.pieces`` those of a large one piece by piece.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from contract.formats import IMAGE_EXTENSIONS, VIDEO_EXTENSIONS, agreed_rate, largest_side
from contract.limits import LIMITS, Axis
from contract.probes import media_probes, shape_on
from contract.profiles import CLOUD, Profile
from generators.direct import supports_direct
from generators.specs import CODECS, CONTENTS, ENCODERS, MODES, ORIENTABLE, Encoder, ImageSpec, MediaSpec, VideoSpec

_SEEDS = st.integers(0, 255)


def _simplest_first(extensions: tuple[str, ...], simplest: str) -> list[str]:
    return sorted(extensions, key=lambda extension: extension != simplest)


# One of each kind, the simplest first: that is where Hypothesis shrinks to.
_IMAGES: dict[Encoder, list[ImageSpec]] = {
    encoder: [
        image
        for content in CONTENTS
        for extension in _simplest_first(IMAGE_EXTENSIONS, "png")
        for mode in MODES[extension]
        if supports_direct(image := ImageSpec(1, 1, extension, mode, content, encoder=encoder)) or encoder == "library"
    ]
    for encoder in ENCODERS
}
_VIDEOS: dict[Encoder, list[VideoSpec]] = {
    encoder: [
        video
        for content in CONTENTS
        for extension in _simplest_first(VIDEO_EXTENSIONS, "mp4")
        for codec in CODECS[encoder][extension]
        if supports_direct(video := VideoSpec(1, 1, 1, 1, extension, content, 0, encoder, codec))
        or encoder == "library"
    ]
    for encoder in ENCODERS
}


@st.composite
def image_specs(draw: st.DrawFn, largest: int = 128, encoder: Encoder = "library") -> ImageSpec:
    """Images of 1 to ``largest`` px a side in every format, mode and content that ``encoder`` can make.

    The library's are turned by every EXIF orientation too, where the format has one. Shrinks towards a solid PNG of one
    pixel, seed 0, not turned. Making one never raises; where a format ends below ``largest``, so do its images.
    """
    kind = draw(st.sampled_from(_IMAGES[encoder]))
    sides = st.integers(1, min(largest, largest_side(kind.format) or largest))
    orientation = draw(st.integers(1, 8)) if encoder == "library" and kind.format in ORIENTABLE else 1
    return replace(kind, width=draw(sides), height=draw(sides), seed=draw(_SEEDS), orientation=orientation)


@st.composite
def video_specs(draw: st.DrawFn, largest: int = 128, most_frames: int = 30, encoder: Encoder = "library") -> VideoSpec:
    """Videos of 1 to ``largest`` px a side, 1 to ``most_frames`` frames, 1 to 30 frames a second, in every container.

    Shrinks towards an MP4 of one pixel and one frame. Making one raises ``UnrepresentableError`` only where ``largest``
    goes beyond a codec: 16,383 px a side.
    """
    kind = draw(st.sampled_from(_VIDEOS[encoder]))
    sides, frames, rates = st.integers(1, largest), st.integers(1, most_frames), st.integers(1, 30)
    return replace(kind, width=draw(sides), height=draw(sides), frames=draw(frames), fps=draw(rates), seed=draw(_SEEDS))


@st.composite
def around(
    draw: st.DrawFn, limit_id: str, profile: Profile = CLOUD, distance: int = 3, encoder: Encoder = "direct"
) -> MediaSpec:
    """A specification at, next to, or up to ``distance`` units (px, s) from the boundary of one media limit.

    ``limit_id`` is the id of an image or video limit of ``contract.limits``, where its value and its source are, else
    ``KeyError``. The pixel limit is drawn from the shapes that exist: at it, and the nearest on either side.
    """
    limit = LIMITS[limit_id]
    video = limit.entity == "video"
    fitting = [name for name in IMAGE_EXTENSIONS if (largest_side(name) or 20_001) > 20_000 or "max" not in limit_id]
    extension = draw(st.sampled_from(VIDEO_EXTENSIONS if video else fitting))
    probe = draw(st.sampled_from(media_probes(limit, limit.enforced_at[0], profile, largest_side(extension))))
    shape = probe.shape
    if probe.axis is not Axis.AREA or shape is None:
        shape = shape_on(
            probe.axis, max(1, probe.value + draw(st.integers(-distance, distance))), profile, limit.entity
        )
    chosen: dict[str, Any] = {"format": extension, "seed": draw(_SEEDS), "encoder": encoder}
    if video:
        rate = agreed_rate(extension)
        return VideoSpec(shape.width, shape.height, shape.seconds * rate, rate, **chosen)
    return ImageSpec(shape.width, shape.height, mode=MODES[extension][0], **chosen)
