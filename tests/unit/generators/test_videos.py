"""The direct encoders' videos are genuine: every frame decodes in readers that did not write them, and all agree."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract.formats import VIDEO_FORMATS
from generators.artefacts import make, supports_direct
from generators.direct import pieces
from generators.specs import CONTENTS, UnrepresentableError, VideoSpec
from tests.support.media_readers import SMALL_SIZES, SeenVideo, by_libav, video_by_libav, video_by_opencv

EVERY_KIND = [
    VideoSpec(61, 37, 12, 6, extension, seed=201, encoder="direct", codec=codec)
    for extension, record in VIDEO_FORMATS.items()
    for codec in record.direct_codecs
]
EVERY_CONTENT = [
    spec for kind in EVERY_KIND for content in CONTENTS if supports_direct(spec := replace(kind, content=content))
]
# One container of each codec: what differs with the size is in the frames.
ONE_OF_EACH_CODEC = [kind for kind in EVERY_KIND if kind.format in {"mp4", "avi", "webm"}]
SMALL = range(1, 71)


def written(spec: VideoSpec, folder: Path) -> Path:
    path = folder / spec.name
    with path.open("wb") as file:
        file.writelines(pieces(spec))
    return path


def check(spec: VideoSpec, folder: Path) -> None:
    path = written(spec, folder)
    expected = SeenVideo(((spec.width, spec.height),) * spec.frames, spec.fps, spec.frames / spec.fps)  # type: ignore[arg-type]
    for seen in (video_by_libav(path), video_by_opencv(path)):
        assert (seen.sizes, seen.rate) == (expected.sizes, expected.rate)
        assert seen.seconds == pytest.approx(expected.seconds, abs=0.001)
    path.unlink()


@pytest.mark.parametrize("spec", EVERY_CONTENT, ids=lambda spec: f"{spec.name}-{spec.coded}")
def test_all_readers_agree_on_size_frames_rate_and_duration(spec: VideoSpec, tmp_path: Path) -> None:
    check(spec, tmp_path)


@pytest.mark.parametrize("extension", VIDEO_FORMATS)
@pytest.mark.parametrize("size", [(31, 32), (32, 33), (7859, 64), (7860, 64), (7861, 64), (64, 4319), (64, 4321)])
def test_all_readers_agree_at_the_boundaries_of_the_sides(
    extension: str, size: tuple[int, int], tmp_path: Path
) -> None:
    rate = VIDEO_FORMATS[extension].agreed_rate
    check(VideoSpec(*size, 2 * rate, rate, extension, encoder="direct"), tmp_path)


@pytest.mark.parametrize("size", [(7860, 4320), (7861, 4321), (4320, 7860)])
def test_all_readers_agree_where_both_sides_end(size: tuple[int, int], tmp_path: Path) -> None:
    check(VideoSpec(*size, 3, encoder="direct"), tmp_path)


@pytest.mark.parametrize("extension", VIDEO_FORMATS)
def test_all_readers_agree_at_the_longest_duration(extension: str, tmp_path: Path) -> None:
    rate = VIDEO_FORMATS[extension].agreed_rate
    check(VideoSpec(32, 32, 10_801 * rate, rate, extension, encoder="direct"), tmp_path)


@pytest.mark.parametrize("kind", ONE_OF_EACH_CODEC, ids=lambda spec: spec.coded)
def test_every_side_up_to_70_decodes(kind: VideoSpec) -> None:
    for width, height in SMALL_SIZES:
        content = make(replace(kind, width=width, height=height, frames=2)).content
        assert [(frame.width, frame.height) for frame in by_libav(content)] == [(width, height)] * 2


@pytest.mark.slow
@pytest.mark.parametrize("spec", EVERY_CONTENT, ids=lambda spec: f"{spec.name}-{spec.coded}")
def test_every_size_up_to_70_decodes_in_every_container_and_content(spec: VideoSpec) -> None:
    for width in SMALL:
        for height in SMALL:
            content = make(replace(spec, width=width, height=height, frames=2)).content
            assert [(frame.width, frame.height) for frame in by_libav(content)] == [(width, height)] * 2


@pytest.mark.slow
@pytest.mark.parametrize("spec", ONE_OF_EACH_CODEC, ids=lambda spec: spec.coded)
def test_every_size_up_to_70_decodes_in_opencv(spec: VideoSpec, tmp_path: Path) -> None:
    for width in SMALL:
        for height in SMALL:
            path = written(replace(spec, width=width, height=height, frames=3), tmp_path)
            assert video_by_opencv(path).sizes == ((width, height),) * 3


@given(
    st.sampled_from(EVERY_CONTENT),
    st.integers(1, 2000),
    st.integers(1, 90),
    st.booleans(),
    st.integers(1, 80),
    st.integers(6, 60),
    st.integers(0, 255),
)
def test_any_size_length_and_rate_between_decodes(
    kind: VideoSpec, long: int, short: int, upright: bool, frames: int, fps: int, seed: int
) -> None:
    width, height = (short, long) if upright else (long, short)
    spec = replace(kind, width=width, height=height, frames=frames, fps=fps, seed=seed)
    assert [(frame.width, frame.height) for frame in by_libav(make(spec).content)] == [(width, height)] * frames


@pytest.mark.parametrize("size", [(64, 48), (61, 37)])
@pytest.mark.parametrize("seed", [0, 1, 201, 255])
def test_the_first_and_the_last_frame_show_the_colour_of_the_seed(size: tuple[int, int], seed: int) -> None:
    frames = by_libav(make(VideoSpec(*size, 90, seed=seed, encoder="direct")).content)
    for frame in (frames[0], frames[-1]):
        luma = np.asarray(frame.planes[0]).reshape(size[1], -1)[:, : size[0]]
        assert (luma == max(1, seed)).all()


def test_every_thirtieth_frame_is_a_key_frame_and_neighbours_differ_in_their_idr_pic_id(tmp_path: Path) -> None:
    path = written(VideoSpec(64, 64, 95, encoder="direct"), tmp_path)
    with av.open(path) as container:
        packets = [packet for packet in container.demux(video=0) if packet.size]
    keys = [number for number, packet in enumerate(packets) if packet.is_keyframe]
    assert keys == [0, 30, 60, 90]
    assert bytes(packets[0]) != bytes(packets[30])
    assert bytes(packets[0]) == bytes(packets[60])


def test_three_hours_of_the_largest_size_are_small_pieces_and_little_in_all() -> None:
    sizes = [len(piece) for piece in pieces(VideoSpec(7860, 4320, 324_000, 30, encoder="direct"))]
    assert sum(sizes) < 2_000_000
    assert max(sizes) < 300_000


@pytest.mark.parametrize("extension", ["mkv", "webm"])
def test_a_cue_for_each_cluster_leads_to_a_frame_near_the_end(extension: str, tmp_path: Path) -> None:
    spec = VideoSpec(64, 64, 3_000, 5, extension, encoder="direct")
    with av.open(written(spec, tmp_path)) as container:
        container.seek(590 * av.time_base)
        assert next(container.decode(video=0)).time == 570


@pytest.mark.parametrize("wrong", [{"format": "webm", "content": "noise"}, {"format": "webm", "content": "gradient"}])
def test_what_no_direct_encoder_can_make_is_refused(wrong: dict[str, object]) -> None:
    spec = VideoSpec(**({"width": 64, "height": 64, "encoder": "direct"} | wrong))  # type: ignore[arg-type]
    assert not supports_direct(spec)
    with pytest.raises(UnrepresentableError, match="no direct encoder"):
        make(spec)


def test_an_avi_beyond_4_gib_is_refused_before_a_byte_is_made() -> None:
    with pytest.raises(UnrepresentableError, match="AVI ends at 4 GiB"):
        next(pieces(VideoSpec(7860, 4320, 324_000, 30, "avi", encoder="direct")))


def test_a_codec_that_a_container_is_not_written_with_is_refused() -> None:
    with pytest.raises(UnrepresentableError, match="mp4 is written with h264, not vp9"):
        VideoSpec(64, 64, codec="vp9")
