"""The direct encoders' images are genuine: readers that did not write them decode every pixel and complain of none."""

from __future__ import annotations

import hashlib
import zlib
from dataclasses import replace

import httpx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract.formats import IMAGE_FORMATS
from generators.artefacts import make, supports_direct
from generators.direct import pieces
from generators.encoders.deflate import run, zero_rows
from generators.encoders.streams import written
from generators.specs import CONTENTS, ImageSpec, UnrepresentableError, VideoSpec
from tests.support.media_readers import SMALL_SIZES, by_libav, by_opencv, by_pillow
from tests.support.servers import QuietHandler, serving

FORMATS = ("jpg", "bmp", "png", "tiff", "webp")
EVERY_KIND = [
    spec
    for extension, record in IMAGE_FORMATS.items()
    for mode in record.modes
    for content in CONTENTS
    if supports_direct(spec := ImageSpec(61, 37, extension, mode, content, 201, encoder="direct"))
] + [ImageSpec(61, 37, "tiff", "1", seed=seed, encoder="direct", compression="g4") for seed in (200, 201)]
# Strict libav refuses every TIFF with the tag ExtraSamples (338), Pillow's own included: RGBA is left to the others.
READ_BY_LIBAV = [spec for spec in EVERY_KIND if not (spec.mode == "RGBA" and spec.record.media_type == "image/tiff")]


@pytest.mark.parametrize("extension", FORMATS)
def test_every_side_up_to_70_decodes_in_pillow_and_opencv(extension: str) -> None:
    for width, height in SMALL_SIZES:
        content = make(ImageSpec(width, height, extension, seed=width, encoder="direct")).content
        assert by_pillow(content).size == (width, height)
        assert by_opencv(content).shape[:2] == (height, width)


@pytest.mark.slow
@pytest.mark.parametrize("kind", EVERY_KIND, ids=lambda spec: spec.name)
def test_every_size_up_to_70_decodes_in_every_mode_and_content(kind: ImageSpec) -> None:
    for width in range(1, 71):
        for height in range(1, 71):
            content = make(replace(kind, width=width, height=height)).content
            assert by_pillow(content).size == (width, height)
            assert by_opencv(content).shape[:2] == (height, width)
            if kind in READ_BY_LIBAV:
                assert [(frame.width, frame.height) for frame in by_libav(content)] == [(width, height)]


@pytest.mark.slow
@pytest.mark.parametrize("extension", ["png", "bmp", "tiff", "jpg"])
def test_pillow_decodes_a_square_of_20_000(extension: str) -> None:
    mode = "L" if extension == "jpg" else "1"
    content = make(ImageSpec(20_000, 20_000, extension, mode, encoder="direct")).content
    assert by_pillow(content).size == (20_000, 20_000)


@pytest.mark.parametrize("spec", EVERY_KIND, ids=lambda spec: spec.name)
def test_pillow_reads_mode_and_size_and_opencv_the_same_picture(spec: ImageSpec) -> None:
    content = make(spec).content
    image = by_pillow(content)
    assert (image.mode, image.size) == (spec.mode, (61, 37))
    seen = by_opencv(content)
    assert seen.shape[:2] == (37, 61)
    if spec.mode in {"L", "RGB"}:
        expected = np.asarray(image)
        assert np.abs((seen if seen.ndim == 2 else seen[:, :, ::-1]).astype(int) - expected).max() <= 1


@pytest.mark.parametrize("spec", READ_BY_LIBAV, ids=lambda spec: spec.name)
def test_strict_libav_reads_it_without_a_warning(spec: ImageSpec) -> None:
    (frame,) = by_libav(make(spec).content)
    assert (frame.width, frame.height) == (61, 37)


@pytest.mark.parametrize("spec", [s for s in EVERY_KIND if s.content == "solid"], ids=lambda spec: spec.name)
def test_a_solid_image_has_one_colour(spec: ImageSpec) -> None:
    image = by_pillow(make(spec).content)
    if spec.mode == "1":
        image = image.convert("L")  # Pillow hands numpy booleans of 255, which numpy compares wrongly
    pixels = np.asarray(image).reshape(61 * 37, -1)
    assert (pixels == pixels[0]).all()


@pytest.mark.parametrize("spec", [s for s in EVERY_KIND if s.content == "noise"], ids=lambda spec: spec.name)
def test_noise_is_noise(spec: ImageSpec) -> None:
    assert len(np.unique(np.asarray(by_pillow(make(spec).content)))) > (1 if spec.mode == "1" else 100)


@pytest.mark.parametrize("extension", FORMATS)
def test_the_boundary_decodes_in_pillow_and_opencv(extension: str) -> None:
    record = IMAGE_FORMATS[extension]
    mode = "L" if "L" in record.modes else "RGB"
    longest = min(record.longest_side, 20_001)
    for width, height in ((longest, 32), (32, longest), (7680, 4620)):
        content = make(ImageSpec(width, height, extension, mode, encoder="direct")).content
        assert by_pillow(content).size == (width, height)
        assert by_opencv(content).shape[:2] == (height, width)


@given(st.sampled_from(EVERY_KIND), st.integers(1, 3000), st.integers(1, 40), st.booleans(), st.integers(0, 255))
def test_any_size_between_decodes(kind: ImageSpec, long: int, short: int, upright: bool, seed: int) -> None:
    width, height = (short, long) if upright else (long, short)
    content = make(replace(kind, width=width, height=height, seed=seed)).content
    assert by_pillow(content).size == (width, height)
    assert by_opencv(content).shape[:2] == (height, width)


@given(st.binary(min_size=1, max_size=4), st.integers(1, 200_000))
def test_a_run_inflates_to_its_unit(unit: bytes, times: int) -> None:
    assert zlib.decompress(b"".join(written(run(unit, times)))) == unit * times


@given(st.binary(max_size=9), st.integers(1, 255), st.integers(1, 2000), st.integers(0, 200))
def test_rows_of_zeros_inflate_to_themselves(first: bytes, marker: int, zeros: int, rows: int) -> None:
    stream = b"".join(written(zero_rows(first, marker, zeros, rows)))
    assert zlib.decompress(stream) == first + (bytes((marker,)) + bytes(zeros)) * rows


def test_pieces_of_a_large_file_stay_small() -> None:
    spec = ImageSpec(20_000, 1774, "png", "RGB", "noise", encoder="direct")
    sizes = [len(piece) for piece in pieces(spec)]
    assert sum(sizes) > 100_000_000
    assert max(sizes) < 1_000_000


class Receiver(QuietHandler):
    """Answers with the digest of a body that came in chunks."""

    def answer(self) -> None:
        digest = hashlib.sha256()
        while size := int(self.rfile.readline(), 16):
            digest.update(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        self.reply(200, {}, digest.hexdigest().encode())


@pytest.mark.parametrize(
    "spec",
    [ImageSpec(7680, 4620, "png", encoder="direct"), VideoSpec(7860, 4320, 10_800, encoder="direct")],
    ids=lambda spec: spec.name,
)
def test_httpx_sends_the_pieces_as_they_come(spec: ImageSpec | VideoSpec) -> None:
    with serving(Receiver) as url:
        assert httpx.post(url, content=pieces(spec), trust_env=False).text == make(spec).sha256


@pytest.mark.parametrize(
    "spec",
    [
        ImageSpec(32, 32, "webp", content="noise", encoder="direct"),
        VideoSpec(32, 32, format="webm", content="noise", encoder="direct"),
    ],
)
def test_what_no_direct_encoder_can_make_is_refused(spec: ImageSpec | VideoSpec) -> None:
    assert not supports_direct(spec)
    with pytest.raises(UnrepresentableError, match="no direct encoder"):
        make(spec)
