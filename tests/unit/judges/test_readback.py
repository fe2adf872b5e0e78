"""What a download is held to: the same picture up to what JPEG does to it, and a stream that lasts as long."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace

import pytest
from PIL import Image

from contract.formats import IMAGE_FORMATS
from contract.profiles import CLOUD
from generators.artefacts import Artefact, make
from generators.specs import ImageSpec, VideoSpec
from judges.media.cases import media_cases
from judges.media.orientation import orientation_cases
from judges.media.readback import misreported, unlike

Change = Callable[[Image.Image], Image.Image]


def redrawn(artefact: Artefact, change: Change, kind: str = "PNG", quality: int = 90) -> bytes:
    out = io.BytesIO()
    with Image.open(io.BytesIO(artefact.content)) as image:
        exif = image.getexif()
        change(image.convert("RGB")).save(out, kind, quality=quality, exif=exif)
    return out.getvalue()


@pytest.mark.parametrize("mode", ["L", "RGB"])
@pytest.mark.parametrize("orientation", [1, 6])
def test_the_same_picture_shown_as_jpeg_is_as_it_was_sent(mode: str, orientation: int) -> None:
    sent = make(replace(ImageSpec(32, 64, "png", "L", "noise"), mode=mode, orientation=orientation))
    assert unlike(sent, sent.content) == ()
    for quality in (50, 75, 95):
        assert unlike(sent, redrawn(sent, lambda image: image, "JPEG", quality)) == ()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda image: Image.new("RGB", image.size), "another picture"),
        (lambda image: image.transpose(Image.Transpose.FLIP_LEFT_RIGHT), "another picture"),
        (lambda image: image.convert("L"), "colours"),
        (lambda image: image.resize((32, 63)), "32x63"),
    ],
)
def test_another_picture_of_that_name_is_told(change: Change, words: str) -> None:
    sent = make(ImageSpec(32, 64, "png", "RGB", "noise"))
    told = unlike(sent, redrawn(sent, change))
    assert told is not None
    assert words in "".join(told)


def test_a_stream_that_ends_early_is_told() -> None:
    sent = make(VideoSpec(64, 64, 40, 1, "mp4"))
    assert unlike(sent, sent.content) == ()
    assert unlike(sent, make(VideoSpec(64, 64, 20, 1, "mp4")).content) == ("the stream ends after 19 s, sent 40 s",)


def test_what_does_not_decode_is_told() -> None:
    sent = make(ImageSpec(32, 64, "png", "L", "noise"))
    assert "does not decode" in "".join(unlike(sent, sent.content[:100]) or ())


@pytest.mark.parametrize(
    ("extension", "said", "differences"),
    [
        ("jpg", (64, 32), 0),
        ("jpg", (32, 64), 2),
        ("png", (64, 32), 0),
        ("png", (32, 64), 0),
        ("webp", (32, 64), 0),
        ("tiff", (32, 64), 0),
        ("png", (32, 32), 1),
        ("png", (63, 31), 2),
    ],
)
def test_only_a_jpeg_must_be_described_as_exif_turns_it(
    extension: str, said: tuple[int, int], differences: int
) -> None:
    turned = ImageSpec(32, 64, extension, "RGB", orientation=6)
    assert len(misreported(turned, dict(zip(("width", "height"), said, strict=True)))) == differences


def test_no_case_of_a_limit_is_turned_and_every_format_that_can_be_has_a_case_of_its_own() -> None:
    specs = [case.spec for case in media_cases(CLOUD, 0) if isinstance(case.spec, ImageSpec)]
    assert {spec.orientation for spec in specs} == {1}
    cases = orientation_cases(CLOUD, 0)
    assert {case.spec.format for case in cases} == {name for name, record in IMAGE_FORMATS.items() if record.orientable}
    assert {case.requirement.id for case in cases} == {"image.orientation@image-upload"}
    assert all(case.spec.displayed != (case.spec.width, case.spec.height) for case in cases)


@pytest.mark.parametrize(("said", "differences"), [(2, 0), (2.4, 0), (2.0, 0), (3, 1), (3.0, 1), (1.9, 1), (None, 1)])
def test_a_duration_is_said_in_whole_seconds_or_more_exactly(said: float | None, differences: int) -> None:
    video = VideoSpec(64, 64, 12, 5, "mp4")
    assert len(misreported(video, {"width": 64, "height": 64, "frame_count": 12, "duration": said})) == differences
