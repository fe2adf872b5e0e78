"""What no file can be is refused with its clause, as a specification; what is let pass is made, and readers open it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract.bounds import UNSIGNED_32
from contract.formats import ENCODERS, IMAGE_FORMATS, SAMPLES, VIDEO_FORMATS, Encoder
from generators.artefacts import make, supports_direct
from generators.direct import pieces
from generators.padding import padded
from generators.specs import CONTENTS, ImageSpec, UnrepresentableError, VideoSpec
from tests.support.media_readers import by_libav, by_pillow, video_by_libav, video_by_opencv

SMALL_IMAGE, SMALL_VIDEO = 200_000, 400_000  # pixels, of all frames: what is made and read here
NUMBERS = st.one_of(
    st.integers(-1, 70),
    st.integers(0, 70).flatmap(lambda power: st.integers((1 << power) - 2, (1 << power) + 2)),
    st.integers(1, 10**30),
)


@pytest.mark.parametrize("encoder", ENCODERS)
@pytest.mark.parametrize(
    ("asked", "clause"),
    [
        (lambda encoder: ImageSpec(2**32, 1, "png", encoder=encoder), r"PNG \(third edition\) sections 7.1 and 11.2"),
        (lambda encoder: ImageSpec(1, 2**31, "png", "1", encoder=encoder), r"PNG \(third edition\) sections 7.1"),
        (lambda encoder: ImageSpec(65_536, 1, "jpg", encoder=encoder), "T.81 B.2.2"),
        (lambda encoder: ImageSpec(16_384, 1, "webp", encoder=encoder), "RFC 9649 section 3.4"),
        (lambda encoder: ImageSpec(2**32, 1, "tiff", "1", encoder=encoder), "TIFF 6.0 sections 2 and 8"),
        (lambda encoder: ImageSpec(70_000, 70_000, "tiff", content="noise", encoder=encoder), "TIFF 6.0 section 2"),
        (lambda encoder: ImageSpec(2**31, 1, "bmp", "1", encoder=encoder), "BITMAPINFOHEADER"),
        (lambda encoder: ImageSpec(100_000, 100_000, "bmp", encoder=encoder), "BITMAPFILEHEADER"),
        (lambda encoder: ImageSpec(100_000, 100_000, "bmp", "L", "noise", encoder=encoder), "BITMAPFILEHEADER"),
        (lambda encoder: VideoSpec(32, 32, 2**33, 2**20, encoder=encoder), "14496-12 clause 8.7.3.2"),
        (lambda encoder: VideoSpec(16_384, 32, encoder=encoder), "RFC 6386 section 9.1"),
        (
            lambda encoder: VideoSpec(16_000, 8_000, encoder=encoder, content="noise"),
            "H.264 table A-1|hold every pixel",
        ),
        (lambda encoder: VideoSpec(7860, 4320, fps=1000, encoder=encoder), "H.264 table A-1"),
        (lambda encoder: VideoSpec(32, 32, fps=100_000, format="mkv", encoder=encoder), "RFC 9559 section 11"),
        (lambda encoder: VideoSpec(32, 32, fps=1_001, format="webm", encoder=encoder), "RFC 9559 section 11"),
        (lambda encoder: VideoSpec(32, 32, 2, 2**31, "avi", encoder=encoder), "signed number of 32 bits|millisecond"),
    ],
)
def test_what_a_format_cannot_hold_is_refused_with_its_clause(
    asked: Callable[[Encoder], object], clause: str, encoder: Encoder
) -> None:
    with pytest.raises(UnrepresentableError, match=clause):
        asked(encoder)


@pytest.mark.parametrize(
    ("asked", "clause"),
    [
        (lambda: VideoSpec(32, 32, 2, 1_001, "avi"), "shorter than a millisecond"),
        (lambda: VideoSpec(32, 32, 10_000_001), "frame by frame"),
        (lambda: ImageSpec(65_501, 1, "jpg"), "JPEG_MAX_DIMENSION"),
        (lambda: ImageSpec(100_000, 100_000), "hold every pixel"),
        (lambda: ImageSpec(2**31 - 1, 1, encoder="direct"), "holds a row in memory"),
        (lambda: VideoSpec(32, 32, 5_000_000, encoder="direct"), r"clause 8.2.2.2"),
        (lambda: VideoSpec(7860, 4320, 324_000, 30, "avi", encoder="direct"), "AVI ends at 4 GiB"),
        (lambda: ImageSpec(32, 32, seed=-1), "a seed is 0 or more"),
    ],
)
def test_what_one_encoder_cannot_make_is_refused_with_the_reason(asked: Callable[[], object], clause: str) -> None:
    with pytest.raises(UnrepresentableError, match=clause):
        asked()


@pytest.mark.parametrize("encoder", ENCODERS)
@pytest.mark.parametrize("extension", [*IMAGE_FORMATS, *VIDEO_FORMATS])
def test_each_side_of_a_record_is_the_largest_that_is_let_pass(extension: str, encoder: Encoder) -> None:
    record = IMAGE_FORMATS.get(extension) or VIDEO_FORMATS[extension]

    def asked(side: int) -> ImageSpec | VideoSpec:
        if extension in VIDEO_FORMATS:
            return VideoSpec(1, side, format=extension, encoder=encoder)
        return ImageSpec(1, side, extension, IMAGE_FORMATS[extension].leanest_mode, encoder=encoder)

    if encoder == "direct":
        asked(record.longest_side)
    with pytest.raises(UnrepresentableError):
        asked(record.longest_side + 1)


IMAGES = st.tuples(
    NUMBERS,
    NUMBERS,
    st.sampled_from([*IMAGE_FORMATS]),
    st.sampled_from([*SAMPLES]),
    st.sampled_from(CONTENTS),
    NUMBERS,
    st.integers(0, 9),
    st.sampled_from(ENCODERS),
    st.sampled_from(["deflate", "g4"]),
)
VIDEOS = st.tuples(
    NUMBERS,
    NUMBERS,
    NUMBERS,
    NUMBERS,
    st.sampled_from([*VIDEO_FORMATS]),
    st.sampled_from(CONTENTS),
    st.integers(-1, 300),
    st.sampled_from(ENCODERS),
    st.sampled_from([None, "h264", "mjpeg", "vp8", "vp9"]),
)


@given(IMAGES)
def test_any_image_is_refused_or_opens(asked: tuple[Any, ...]) -> None:
    try:
        spec = ImageSpec(*asked)
        content = make(spec).content if spec.pixels <= SMALL_IMAGE else b""
    except UnrepresentableError:
        return
    # libjpeg, with which Pillow reads, ends below the standard.
    if content and (spec.record.library != "JPEG" or max(spec.width, spec.height) <= 65_500):
        assert by_pillow(content).size in {(spec.width, spec.height), spec.displayed}


@given(VIDEOS)
def test_any_video_is_refused_or_opens(asked: tuple[Any, ...]) -> None:
    try:
        spec = VideoSpec(*asked)
        if spec.width * spec.height * spec.frames > SMALL_VIDEO or spec.frames > 300:
            return
        content = make(spec).content
    except UnrepresentableError:
        return
    assert [(frame.width, frame.height) for frame in by_libav(content)] == [(spec.width, spec.height)] * spec.frames


@pytest.mark.parametrize("encoder", ENCODERS)
@pytest.mark.parametrize(("extension", "rate"), [("mp4", 100_000), ("mov", 2**20), ("avi", 1000), ("mkv", 1000)])
def test_the_fastest_videos_keep_their_rate(extension: str, rate: int, encoder: Encoder, tmp_path: Path) -> None:
    path = tmp_path / "fast"
    path.write_bytes(make(VideoSpec(32, 32, 200, rate, extension, encoder=encoder)).content)
    for seen in (video_by_libav(path), video_by_opencv(path)):
        assert (len(seen.sizes), seen.rate) == (200, rate)


@pytest.mark.parametrize(
    "spec",
    [
        ImageSpec(2**24, 2**31 - 1, "png", "1", encoder="direct"),
        ImageSpec(200_000, 2**31 - 1, "png", encoder="direct"),
        ImageSpec(1, 2**32 - 1, "tiff", "1", encoder="direct", compression="g4"),
        ImageSpec(70_000, 70_000, "tiff", encoder="direct"),
        VideoSpec(32, 32, 4_000_000, 1, "mp4", encoder="direct"),
        VideoSpec(32, 32, 2**40, 1000, "mkv", encoder="direct"),
    ],
    ids=lambda spec: spec.name,
)
def test_the_first_pieces_of_the_largest_files_come_at_once_and_are_small(spec: ImageSpec | VideoSpec) -> None:
    assert supports_direct(spec)
    made = pieces(spec)
    assert all(len(next(made)) <= 20_000_000 for _ in range(2))


@pytest.mark.parametrize(
    "spec",
    [
        # Gradients and one-colour rows whose size is known when they are made: just beyond 32 bits.
        ImageSpec(4, 2**30 - 1, "bmp", "L", "gradient", encoder="direct"),
        ImageSpec(1, 2**30, "bmp", "L", encoder="direct"),
        ImageSpec(2, 2**30, "tiff", "RGBA", "gradient", encoder="direct"),
        VideoSpec(8, 8, 2**32 // 205, 30, "avi", encoder="direct"),
    ],
    ids=lambda spec: spec.name,
)
def test_a_file_beyond_32_bits_is_refused_before_a_byte_is_made(spec: ImageSpec | VideoSpec) -> None:
    with pytest.raises(UnrepresentableError, match="ends at 4294967295 bytes"):
        next(pieces(spec))


@pytest.mark.parametrize(
    ("spec", "size"),
    [
        (ImageSpec(32, 32, "bmp", encoder="direct"), UNSIGNED_32 + 1),
        (ImageSpec(32, 32, "webp", encoder="direct"), UNSIGNED_32 + 9),
        (VideoSpec(32, 32, format="avi", encoder="direct"), UNSIGNED_32 + 9),
        (ImageSpec(32, 32, "jpg", encoder="direct"), 2**70),
        (VideoSpec(32, 32, format="mkv", encoder="direct"), 2**70),
    ],
    ids=lambda value: getattr(value, "format", None),
)
def test_no_file_is_filled_up_beyond_what_it_can_declare(spec: ImageSpec | VideoSpec, size: int) -> None:
    with pytest.raises(UnrepresentableError, match="cannot be filled up"):
        padded(spec, size)


def test_a_turned_tiff_is_the_one_file_that_a_common_reader_does_not_open(tmp_path: Path) -> None:
    unread = set()
    for extension, record in IMAGE_FORMATS.items():
        path = tmp_path / f"turned.{extension}"
        path.write_bytes(make(replace(ImageSpec(33, 47, extension), orientation=6 if record.orientable else 1)).content)
        if cv2.imread(str(path)) is None:
            unread.add(extension)
    assert unread == {extension for extension, record in IMAGE_FORMATS.items() if record.unread_when_turned}
