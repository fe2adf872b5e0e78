"""A media format is one record: one added at run time is made, drawn and has its cases, or is refused at once."""

from __future__ import annotations

import io
from collections.abc import Iterator

import av
import pytest
from hypothesis import find
from PIL import Image

from contract.formats import IMAGE_FORMATS, VIDEO_FORMATS, FormatError, ImageFormat, VideoFormat
from contract.profiles import CLOUD
from generators.artefacts import make, supports_direct
from generators.padding import padded
from generators.specs import ImageSpec, UnrepresentableError, VideoSpec
from generators.strategies import image_specs, video_specs
from judges.media.cases import media_cases

GIF = ImageFormat(
    extensions=("gif",), media_type="image/gif", library="GIF", modes=("1", "L", "P"), longest_side=65_535
)
TS = VideoFormat(extensions=("ts",), media_type="video/mp2t", library="mpegts", codecs=("h264",))
APNG = ImageFormat(extensions=("apng",), media_type="image/apng", direct="png", modes=("L",))


@pytest.fixture(autouse=True)
def added(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """The formats of Geti and three more; the fixture's value adds others for the time of one test."""
    for record in (GIF, APNG):
        monkeypatch.setitem(IMAGE_FORMATS, record.extensions[0], record)
    monkeypatch.setitem(VIDEO_FORMATS, "ts", TS)
    return monkeypatch


def test_a_format_of_the_library_has_its_cases_and_they_decode() -> None:
    cases = [case for case in media_cases(CLOUD, 0) if case.control.format == "gif"]
    assert {case.probe.limit.id for case in cases} == {"image.pixels.max", "image.side.min", "image.side.max"}
    assert {case.control.mode for case in cases} == {"1", "L", "P"}
    artefact = make(next(case.spec for case in cases if case.spec))
    with Image.open(io.BytesIO(artefact.content)) as image:
        assert (image.format, image.size) == ("GIF", (artefact.spec.width, artefact.spec.height))
    assert artefact.media_type == "image/gif"


def test_a_format_of_a_direct_encoder_alone_has_no_case_of_the_library() -> None:
    cases = [case for case in media_cases(CLOUD, 0) if case.control.format == "apng"]
    assert {case.control.encoder for case in cases} == {"direct"}
    assert make(cases[0].control).content.startswith(b"\x89PNG")


def test_a_container_of_the_library_has_its_cases_and_they_decode() -> None:
    cases = [case for case in media_cases(CLOUD, 0) if case.control.format == "ts"]
    assert {case.control.encoder for case in cases} == {"library"}
    artefact = make(cases[0].control)
    with av.open(io.BytesIO(artefact.content)) as container:
        assert container.format.name == "mpegts"
        assert sum(1 for _ in container.decode(video=0)) == artefact.spec.frames
    assert artefact.media_type == "video/mp2t"


def test_strategies_draw_the_format() -> None:
    assert find(image_specs(), lambda spec: spec.format == "gif") == ImageSpec(1, 1, "gif", "1")
    assert find(image_specs(encoder="direct"), lambda spec: spec.format == "apng").mode == "L"
    assert find(video_specs(), lambda spec: spec.format == "ts").coded == "h264"


def test_what_the_record_leaves_out_is_refused() -> None:
    assert not supports_direct(ImageSpec(32, 32, "gif", "1", encoder="direct"))
    with pytest.raises(UnrepresentableError, match="gif ends at 65535 px a side"):
        ImageSpec(65_536, 32, "gif", "1")
    with pytest.raises(UnrepresentableError, match="gif has no EXIF orientation 6"):
        ImageSpec(32, 32, "gif", "1", orientation=6)


@pytest.mark.parametrize(
    ("record", "missing"),
    [
        ({"modes": ("L",)}, "it names neither a format of a library nor a module in generators/encoders"),
        ({"library": "GIF", "modes": ("LAB",)}, "there is no 'LAB' in SAMPLES of contract/formats.py"),
    ],
)
def test_a_record_that_cannot_be_is_refused_when_it_is_made(record: dict[str, object], missing: str) -> None:
    with pytest.raises(FormatError, match=f"the record of new in contract/formats.py: {missing}"):
        ImageFormat(extensions=("new",), media_type="image/new", **record)  # type: ignore[arg-type]


def test_a_container_without_a_codec_is_refused_when_its_record_is_made() -> None:
    with pytest.raises(FormatError, match=r"the record of new .* names no codec for the direct encoder"):
        VideoFormat(extensions=("new",), media_type="video/new", library="mp4", direct="isobmff", codecs=("h264",))


def test_an_image_format_without_its_encoder_stops_the_listing_of_cases(added: pytest.MonkeyPatch) -> None:
    record = ImageFormat(extensions=("avif",), media_type="image/avif", direct="av1", modes=("RGB",))
    added.setitem(IMAGE_FORMATS, "avif", record)
    with pytest.raises(FormatError, match=r"avif in .*: there is no function encode in generators/encoders/av1.py"):
        media_cases(CLOUD, 0)


def test_an_image_format_that_pillow_cannot_write_says_so(added: pytest.MonkeyPatch) -> None:
    record = ImageFormat(extensions=("heic",), media_type="image/heic", library="NONE", modes=("RGB",))
    added.setitem(IMAGE_FORMATS, "heic", record)
    with pytest.raises(FormatError, match=r"heic in .*: Pillow writes no format 'NONE'"):
        make(ImageSpec(32, 32, "heic"))


@pytest.mark.parametrize(
    ("record", "encoder", "missing"),
    [
        ({"library": "none", "codecs": ("h264",)}, "library", "PyAV has no muxer 'none'"),
        ({"library": "mpegts", "codecs": ("vp9",)}, "library", "there is no 'vp9' in _RECIPES"),
        ({"direct": "isobmff", "direct_codecs": ("h264",)}, "direct", "there is no 'new' in _BRANDS"),
        ({"direct": "matroska", "direct_codecs": ("vp8",)}, "direct", "there is no 'vp8' in _STREAMS"),
    ],
)
def test_a_container_that_asks_for_too_much_says_what_is_missing(
    record: dict[str, object], encoder: str, missing: str, added: pytest.MonkeyPatch
) -> None:
    added.setitem(VIDEO_FORMATS, "new", VideoFormat(extensions=("new",), media_type="video/new", **record))  # type: ignore[arg-type]
    with pytest.raises(FormatError, match=f"new in .*: {missing}"):
        make(VideoSpec(32, 32, format="new", encoder=encoder))  # type: ignore[arg-type]


def test_a_format_that_nothing_can_fill_says_so() -> None:
    with pytest.raises(FormatError, match=r"gif in .*: it names no module in generators/encoders"):
        padded(ImageSpec(32, 32, "gif", "1"), 100_000)
