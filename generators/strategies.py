"""Hypothesis strategies that draw specifications of small media of every kind; ``boundaries`` draws around a limit.

They draw integers and names, never pixels, so that a failure shrinks to the smallest specification that still fails:
a solid PNG of one pixel, an MP4 of one frame. ``generators.artefacts.make`` gives the bytes of what was drawn,
``generators.direct.pieces`` those of a large one piece by piece.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeVar

from hypothesis import reject
from hypothesis import strategies as st

from contract.formats import IMAGE_FORMATS, VIDEO_FORMATS, Encoder, MediaFormat
from generators.direct import supports_direct
from generators.specs import CONTENTS, ImageSpec, MediaSpec, UnrepresentableError, VideoSpec

_Spec = TypeVar("_Spec", ImageSpec, VideoSpec)
_SEEDS = st.integers(0, 255)


def image_specs(largest: int = 128, encoder: Encoder = "library") -> st.SearchStrategy[ImageSpec]:
    """Images of 1 to ``largest`` px a side in every format, mode and content that ``encoder`` can make.

    The library's are turned by every EXIF orientation too, where the format has one. Shrinks towards a solid PNG of one
    pixel, seed 0, not turned. Making one never raises; where a format ends below ``largest``, so do its images.
    """
    kinds = [
        image
        for content in CONTENTS
        for extension in _simplest_first(IMAGE_FORMATS, "png", encoder)
        for mode in IMAGE_FORMATS[extension].modes
        if _can_be_made(image := ImageSpec(1, 1, format=extension, mode=mode, content=content, encoder=encoder))
    ]

    @st.composite
    def images(draw: st.DrawFn) -> ImageSpec:
        kind = draw(st.sampled_from(kinds))
        sides = st.integers(1, min(largest, kind.record.longest_side))
        orientation = draw(st.integers(1, 8)) if encoder == "library" and kind.record.orientable else 1
        return _resized(kind, width=draw(sides), height=draw(sides), seed=draw(_SEEDS), orientation=orientation)

    return images()


def video_specs(
    largest: int = 128, most_frames: int = 30, encoder: Encoder = "library"
) -> st.SearchStrategy[VideoSpec]:
    """Videos of 1 to ``largest`` px a side, 1 to ``most_frames`` frames, 1 to 30 frames a second, in every container.

    Shrinks towards an MP4 of one pixel and one frame. Making one never raises: what lies beyond a codec or a container
    is not drawn.
    """
    kinds = [
        video
        for content in CONTENTS
        for extension in _simplest_first(VIDEO_FORMATS, "mp4", encoder)
        for codec in VIDEO_FORMATS[extension].codecs_of(encoder)
        if _can_be_made(
            video := VideoSpec(1, 1, frames=1, format=extension, content=content, encoder=encoder, codec=codec)
        )
    ]
    sides, frames, rates = st.integers(1, largest), st.integers(1, most_frames), st.integers(1, 30)
    sizes = {"width": sides, "height": sides, "frames": frames, "fps": rates, "seed": _SEEDS}
    return st.builds(_resized, st.sampled_from(kinds), **sizes)


def _resized(kind: _Spec, **changes: Any) -> _Spec:
    """A specification with other numbers; the draw is rejected where no file has them."""
    try:
        return replace(kind, **changes)
    except UnrepresentableError:
        reject()


def _simplest_first(formats: Mapping[str, MediaFormat], simplest: str, encoder: Encoder) -> list[str]:
    """The extensions that an encoder writes, the simplest first: that is where Hypothesis shrinks to."""
    extensions = [extension for extension, record in formats.items() if encoder in record.encoders]
    return sorted(extensions, key=lambda extension: extension != simplest)


def _can_be_made(spec: MediaSpec) -> bool:
    return spec.encoder == "library" or supports_direct(spec)
