"""The ffmpeg program, a reader that did not write them, decodes every kind of file and complains of none."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from generators.artefacts import make
from generators.direct import pieces
from generators.padding import padded
from generators.specs import ImageSpec, MediaSpec, VideoSpec
from tests.support.media_readers import refused_by_ffmpeg
from tests.unit.generators.test_direct import FORMATS, READ_BY_LIBAV
from tests.unit.generators.test_padding import EVERY as FORMATS_AND_ENCODERS
from tests.unit.generators.test_videos import EVERY_CONTENT

pytestmark = pytest.mark.processes
DIRECT_VIDEOS = [spec for spec in FORMATS_AND_ENCODERS if isinstance(spec, VideoSpec) and spec.encoder == "direct"]
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


@pytest.mark.parametrize("extension", sorted({spec.format for spec in READ_BY_LIBAV}))
def test_every_kind_of_image_decodes(extension: str, tmp_path: Path) -> None:
    assert complaints(tmp_path, plain(*(spec for spec in READ_BY_LIBAV if spec.format == extension))) == ""


@pytest.mark.parametrize("extension", FORMATS)
def test_an_image_at_a_boundary_decodes(extension: str, tmp_path: Path) -> None:
    mode, longest = ("RGB", 16_383) if extension == "webp" else ("L", 20_001)
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


@pytest.mark.parametrize("one", DIRECT_VIDEOS, ids=lambda spec: spec.format)
def test_every_kind_of_video_decodes(one: VideoSpec, tmp_path: Path) -> None:
    kinds = [spec for spec in EVERY_CONTENT if spec.format == one.format]
    sizes = ((31, 32), (32, 33), (7859, 64), (7860, 64), (7861, 64), (64, 4319), (64, 4321))
    boundaries = [replace(one, width=width, height=height, frames=2 * one.fps) for width, height in sizes]
    longest = replace(one, width=32, height=32, frames=10_801 * one.fps)
    assert complaints(tmp_path, plain(*kinds, *boundaries, longest)) == ""


@pytest.mark.parametrize("spec", FORMATS_AND_ENCODERS, ids=lambda spec: f"{spec.format}-{spec.encoder}")
def test_a_file_filled_up_to_a_size_decodes(spec: MediaSpec, tmp_path: Path) -> None:
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
