"""An artefact filled up to an exact number of bytes has that many and shows what it showed."""

from __future__ import annotations

import io
import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from contract.formats import ENCODERS, IMAGE_FORMATS, VIDEO_FORMATS, Encoder
from generators.artefacts import make
from generators.padding import padded
from generators.specs import ImageSpec, MediaSpec, UnrepresentableError, VideoSpec
from tests.support.media_readers import by_libav, by_opencv

LEAST = {
    "png": 12,
    "jpg": 4,
    "jpeg": 4,
    "jfif": 4,
    "bmp": 1,
    "tif": 1,
    "tiff": 1,
    "webp": 26,
    "mp4": 8,
    "m4v": 8,
    "mov": 8,
    "avi": 8,
    "mkv": 2,
    "webm": 2,
}
EVEN = {"webp", "avi"}


def an_image(extension: str, encoder: Encoder) -> ImageSpec:
    return ImageSpec(45, 33, extension, IMAGE_FORMATS[extension].leanest_mode, seed=7, encoder=encoder)


def a_video(extension: str, encoder: Encoder) -> VideoSpec:
    rate = VIDEO_FORMATS[extension].agreed_rate
    return VideoSpec(46, 34, 3 * rate, rate, extension, seed=7, encoder=encoder)


EVERY = [
    *(an_image(extension, encoder) for extension in IMAGE_FORMATS for encoder in ENCODERS),
    *(a_video(extension, encoder) for extension in VIDEO_FORMATS for encoder in ENCODERS),
]


@pytest.mark.parametrize("spec", EVERY, ids=lambda spec: f"{spec.format}-{spec.encoder}")
@pytest.mark.parametrize("more", [0, 26, 28, 130, 65_538, 65_540, 131_072, 1_000_000])
def test_it_has_the_size_and_shows_the_same(spec: MediaSpec, more: int) -> None:
    plain = make(spec).content
    content = b"".join(padded(spec, len(plain) + more))
    assert len(content) == len(plain) + more
    if isinstance(spec, ImageSpec):
        assert (by_opencv(content) == by_opencv(plain)).all()
        before, after = Image.open(io.BytesIO(plain)), Image.open(io.BytesIO(content))
        assert before.mode == after.mode
        assert before.tobytes() == after.tobytes()
    else:
        pairs = list(itertools.zip_longest(by_libav(plain), by_libav(content)))
        assert all((one.to_ndarray() == other.to_ndarray()).all() for one, other in pairs)


@pytest.mark.parametrize("spec", [spec for spec in EVERY if spec.encoder == "direct"], ids=lambda spec: spec.format)
def test_each_number_of_bytes_that_the_format_can_express_is_met(spec: MediaSpec) -> None:
    size, least = len(make(spec).content), LEAST[spec.format]
    for more in range(1, 140):
        if more < least or (spec.format in EVEN and more % 2):
            with pytest.raises(
                UnrepresentableError, match=f"has {size} bytes and cannot be filled up to {size + more}"
            ):
                padded(spec, size + more)
        else:
            assert sum(map(len, padded(spec, size + more))) == size + more


def test_fewer_bytes_than_there_are_cannot_be() -> None:
    spec = an_image("png", "direct")
    with pytest.raises(UnrepresentableError, match="cannot be filled up to 10"):
        padded(spec, 10)


@given(st.sampled_from([spec for spec in EVERY if isinstance(spec, ImageSpec)]), st.integers(13, 200_000))
def test_any_size_between_decodes(spec: ImageSpec, half: int) -> None:
    plain = make(spec).content
    content = b"".join(padded(spec, len(plain) + 2 * half))
    assert len(content) == len(plain) + 2 * half
    assert np.array_equal(by_opencv(content), by_opencv(plain))


@pytest.mark.parametrize("extension", ["png", "jpg", "bmp", "tiff", "mp4", "mkv", "avi"])
def test_gigabytes_are_made_in_small_pieces(extension: str) -> None:
    video = extension in VIDEO_FORMATS
    spec = a_video(extension, "direct") if video else an_image(extension, "direct")
    largest = total = 0
    for piece in padded(spec, 1_200_000_000):
        largest, total = max(largest, len(piece)), total + len(piece)
    assert total == 1_200_000_000
    assert largest < 1_000_000


def test_a_free_box_beyond_4_gib_has_a_64_bit_size() -> None:
    spec = a_video("mp4", "direct")
    assert any(b"\0\0\0\1free" in piece for piece in padded(spec, 5_046_586_573))
