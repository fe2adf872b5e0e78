"""Strategies draw what can be made, and shrink to the smallest failure."""

from __future__ import annotations

import io

import pytest
from hypothesis import find, given
from hypothesis import strategies as st
from PIL import Image

from contract.formats import ENCODERS, Encoder
from generators.artefacts import make
from generators.specs import ImageSpec, VideoSpec
from generators.strategies import image_specs, video_specs


@given(st.one_of(image_specs(largest=48), image_specs(largest=48, encoder="direct")))
def test_every_drawn_image_can_be_made_and_read(spec: ImageSpec) -> None:
    with Image.open(io.BytesIO(make(spec).content)) as image:
        image.load()
        assert image.size in {(spec.width, spec.height), spec.displayed}


@given(st.one_of(video_specs(48, most_frames=5), video_specs(48, most_frames=5, encoder="direct")))
def test_every_drawn_video_can_be_made(spec: VideoSpec) -> None:
    assert make(spec).content == make(spec).content


@pytest.mark.parametrize("encoder", ENCODERS)
def test_a_failing_image_shrinks_to_the_smallest_specification(encoder: Encoder) -> None:
    smallest = find(image_specs(encoder=encoder), lambda spec: spec.width >= 33)
    assert smallest == ImageSpec(33, 1, "png", "1", "solid", 0, 1, encoder)


@pytest.mark.parametrize("encoder", ENCODERS)
def test_a_failing_video_shrinks_to_the_smallest_specification(encoder: Encoder) -> None:
    smallest = find(video_specs(encoder=encoder), lambda spec: spec.height >= 17 and spec.duration >= 2)
    assert smallest == VideoSpec(1, 17, 2, 1, "mp4", "solid", 0, encoder, "h264")


def test_what_a_decoder_does_wrong_shrinks_to_the_file_that_shows_it() -> None:
    def misread(spec: ImageSpec) -> bool:
        """A decoder that drops the last column of what is wider than 40."""
        with Image.open(io.BytesIO(make(spec).content)) as image:
            return (min(image.width, 40), image.height) != (spec.width, spec.height)

    assert find(image_specs(encoder="direct"), misread) == ImageSpec(41, 1, "png", "1", encoder="direct")


@given(st.one_of(image_specs(largest=10**6), image_specs(10**6, encoder="direct")))
def test_images_are_drawn_beyond_any_bound_without_an_error(spec: ImageSpec) -> None:
    assert max(spec.width, spec.height) <= spec.record.longest_side


@given(st.one_of(video_specs(20_000, most_frames=2**40), video_specs(20_000, most_frames=2**40, encoder="direct")))
def test_videos_are_drawn_beyond_any_bound_without_an_error(spec: VideoSpec) -> None:
    assert max(spec.width, spec.height) <= spec.record.longest_side
