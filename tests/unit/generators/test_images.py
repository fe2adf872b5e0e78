"""Every artefact is what its specification says, as readers see it that did not write it."""

from __future__ import annotations

import io
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from contract.formats import IMAGE_FORMATS, VIDEO_FORMATS
from generators.artefacts import make
from generators.specs import CONTENTS, ImageSpec, UnrepresentableError, VideoSpec

EVERY_IMAGE = [
    ImageSpec(33, 47, extension, mode, content, 3)
    for extension, record in IMAGE_FORMATS.items()
    for mode in record.modes
    for content in CONTENTS
]


@pytest.mark.parametrize("spec", EVERY_IMAGE, ids=lambda spec: spec.name)
def test_opencv_reads_every_image_at_its_size(spec: ImageSpec) -> None:
    pixels = cv2.imdecode(np.frombuffer(make(spec).content, np.uint8), cv2.IMREAD_UNCHANGED)
    assert pixels is not None
    assert pixels.shape[:2] == (47, 33)


@pytest.mark.parametrize("spec", EVERY_IMAGE, ids=lambda spec: spec.name)
def test_the_mode_is_the_one_asked_for(spec: ImageSpec) -> None:
    with Image.open(io.BytesIO(make(spec).content)) as image:
        assert image.mode == spec.mode


@pytest.mark.parametrize("spec", EVERY_IMAGE[::3], ids=lambda spec: spec.name)
def test_the_same_specification_gives_the_same_bytes(spec: ImageSpec) -> None:
    assert make(spec).sha256 == make(spec).sha256


@pytest.mark.parametrize("extension", ["jpg", "jpeg", "jfif", "tif", "tiff"])
def test_a_turned_image_swaps_its_sides_on_display(extension: str) -> None:
    spec = ImageSpec(33, 47, extension, "RGB", orientation=6)
    pixels = cv2.imdecode(np.frombuffer(make(spec).content, np.uint8), cv2.IMREAD_COLOR)
    assert pixels.shape[1::-1] == spec.displayed == (47, 33)


@given(st.integers(1, 16_383), st.integers(1, 70), st.booleans(), st.integers(0, 255))
def test_direct_webp_decodes_to_its_size_and_colour(long: int, short: int, upright: bool, seed: int) -> None:
    width, height = (short, long) if upright else (long, short)
    spec = ImageSpec(width, height, "webp", seed=seed, encoder="direct")
    pixels = cv2.imdecode(np.frombuffer(make(spec).content, np.uint8), cv2.IMREAD_COLOR)
    assert pixels.shape == (height, width, 3)
    assert (pixels == (64, 128, seed)).all()


@pytest.mark.parametrize("extension", VIDEO_FORMATS)
@pytest.mark.parametrize("size", [(31, 33), (32, 32), (7861, 64), (64, 4321)])
def test_opencv_and_libav_read_every_frame_of_a_video_at_its_size(
    tmp_path: Path, extension: str, size: tuple[int, int]
) -> None:
    spec = VideoSpec(*size, frames=3, format=extension, content="gradient")
    path = tmp_path / spec.name
    path.write_bytes(make(spec).content)
    capture = cv2.VideoCapture(str(path))
    shapes = []
    while (read := capture.read())[0]:
        shapes.append(read[1].shape[1::-1])
    assert shapes == [size] * 3
    with av.open(str(path)) as container:
        assert [(frame.width, frame.height) for frame in container.decode(video=0)] == [size] * 3


@pytest.mark.parametrize("extension", VIDEO_FORMATS)
def test_a_video_over_the_duration_limit_has_every_frame(tmp_path: Path, extension: str) -> None:
    spec = VideoSpec(64, 64, frames=10_801, format=extension)
    path = tmp_path / spec.name
    path.write_bytes(make(spec).content)
    capture = cv2.VideoCapture(str(path))
    assert capture.get(cv2.CAP_PROP_FRAME_COUNT) == 10_801
    assert capture.get(cv2.CAP_PROP_FPS) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"format": "gif"},
        {"format": "webp", "width": 16_384},
        {"format": "jpg", "mode": "RGBA"},
        {"format": "bmp", "orientation": 6},
        {"width": 0},
    ],
)
def test_what_no_file_can_be_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(UnrepresentableError):
        ImageSpec(**({"width": 32, "height": 32} | wrong))  # type: ignore[arg-type]
