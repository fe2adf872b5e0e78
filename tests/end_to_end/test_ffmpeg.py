"""The ffmpeg program, a reader that did not write them, decodes every kind of file and complains of none."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from contract.formats import VIDEO_EXTENSIONS, agreed_rate
from generators.artefacts import make, supports_direct
from generators.direct import pieces
from generators.padding import padded
from generators.specs import CODECS, CONTENTS, ENCODERS, MODES, TIFF_EXTENSIONS, ImageSpec, MediaSpec, VideoSpec
from tests.support.media_readers import refused_by_ffmpeg

pytestmark = pytest.mark.processes
FORMATS = ("jpg", "bmp", "png", "tiff", "webp")
SMALL = range(1, 71)


def complaints(folder: Path, files: Iterable[tuple[MediaSpec, Iterable[bytes]]]) -> str:
    """What one start of ffmpeg says against all of these files."""
    paths = []
    for number, (spec, content) in enumerate(files):
        paths.append(folder / f"{number}-{spec.name}")
        with paths[-1].open("wb") as file:
            file.writelines(content)
    said = refused_by_ffmpeg(paths)
    for path in paths:
        path.unlink()
    return said


def plain(*specs: MediaSpec) -> Iterable[tuple[MediaSpec, Iterable[bytes]]]:
    return ((spec, pieces(spec)) for spec in specs)


@pytest.mark.parametrize("extension", MODES)
def test_every_kind_of_image_decodes(extension: str, tmp_path: Path) -> None:
    specs = [
        ImageSpec(61, 37, extension, mode, content, 201, encoder="direct")
        for mode in MODES[extension]
        for content in CONTENTS
    ]
    # Strict libav refuses every TIFF with the tag ExtraSamples (338), Pillow's own included.
    read = [spec for spec in specs if not (spec.mode == "RGBA" and extension in TIFF_EXTENSIONS)]
    assert complaints(tmp_path, plain(*(spec for spec in read if supports_direct(spec)))) == ""


@pytest.mark.parametrize("extension", FORMATS)
def test_an_image_at_a_boundary_decodes(extension: str, tmp_path: Path) -> None:
    mode = "L" if "L" in MODES[extension] else "RGB"
    longest = 16_383 if extension == "webp" else 20_001
    sizes = ((longest, 32), (32, longest), (7680, 4620), (5507, 6443))
    assert complaints(tmp_path, plain(*(ImageSpec(*size, extension, mode, encoder="direct") for size in sizes))) == ""


@pytest.mark.parametrize("extension", ["png", "bmp", "tiff", "jpg"])
def test_libav_alone_cannot_open_a_square_of_20_000(extension: str, tmp_path: Path) -> None:
    # libavutil takes no picture of which (width + 128) * (height + 128) * 8 reaches 2**31, av_image_check_size2.
    spec = ImageSpec(20_000, 20_000, extension, "L" if extension == "jpg" else "1", encoder="direct")
    path = tmp_path / f"square.{extension}"
    path.write_bytes(make(spec).content)
    with Image.open(path) as image:
        assert image.size == (20_000, 20_000)
    assert "Picture size" in refused_by_ffmpeg([path])


@pytest.mark.parametrize("extension", VIDEO_EXTENSIONS)
def test_every_kind_of_video_decodes(extension: str, tmp_path: Path) -> None:
    rate = agreed_rate(extension)
    kinds = [
        VideoSpec(61, 37, 12, 6, extension, content, 201, "direct", codec)
        for codec in CODECS["direct"][extension]
        for content in CONTENTS
    ]
    sizes = ((31, 32), (32, 33), (7859, 64), (7860, 64), (7861, 64), (64, 4319), (64, 4321))
    boundaries = [VideoSpec(*size, 2 * rate, rate, extension, encoder="direct") for size in sizes]
    longest = VideoSpec(32, 32, 10_801 * rate, rate, extension, encoder="direct")
    specs = (*(kind for kind in kinds if supports_direct(kind)), *boundaries, longest)
    assert complaints(tmp_path, plain(*specs)) == ""


@pytest.mark.parametrize("extension", [*MODES, *VIDEO_EXTENSIONS])
@pytest.mark.parametrize("encoder", ENCODERS)
def test_a_file_filled_up_to_a_size_decodes(extension: str, encoder, tmp_path: Path) -> None:
    if extension in MODES:
        spec: MediaSpec = ImageSpec(45, 33, extension, MODES[extension][0], seed=7, encoder=encoder)
    else:
        rate = agreed_rate(extension)
        spec = VideoSpec(46, 34, 3 * rate, rate, extension, seed=7, encoder=encoder)
    size = len(make(spec).content)
    more = (0, 26, 28, 130, 65_538, 65_540, 131_072, 1_000_000)
    assert complaints(tmp_path, ((spec, padded(spec, size + each)) for each in more)) == ""


@pytest.mark.slow
@pytest.mark.parametrize("extension", FORMATS)
def test_an_image_of_every_size_up_to_70_decodes(extension: str, tmp_path: Path) -> None:
    for width in SMALL:
        specs = (ImageSpec(width, height, extension, encoder="direct") for height in SMALL)
        assert complaints(tmp_path, plain(*specs)) == ""


@pytest.mark.slow
@pytest.mark.parametrize("extension", ["mp4", "avi", "webm"])
def test_a_video_of_every_size_up_to_70_decodes(extension: str, tmp_path: Path) -> None:
    kind = VideoSpec(61, 37, 3, 6, extension, seed=201, encoder="direct")
    for width in SMALL:
        specs = (replace(kind, width=width, height=height) for height in SMALL)
        assert complaints(tmp_path, plain(*specs)) == ""
