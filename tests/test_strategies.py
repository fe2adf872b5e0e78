"""Strategies draw what can be made, reach their boundary from either side, and shrink to the smallest failure."""

from __future__ import annotations

import io

import pytest
from hypothesis import find, given, settings
from hypothesis import strategies as st
from PIL import Image

from contract.limits import BY_ID
from generators.artefacts import make
from generators.specs import ImageSpec, VideoSpec
from generators.strategies import around, image_specs, video_specs


@settings(deadline=None, max_examples=60)
@given(image_specs(largest=48))
def test_every_drawn_image_can_be_made_and_read(spec: ImageSpec) -> None:
    with Image.open(io.BytesIO(make(spec).content)) as image:
        image.load()
        assert image.size in {(spec.width, spec.height), spec.displayed}


@settings(deadline=None, max_examples=20)
@given(video_specs(largest=48, most_frames=5))
def test_every_drawn_video_can_be_made(spec: VideoSpec) -> None:
    assert make(spec).content == make(spec).content


@pytest.mark.parametrize("limit_id", ["image.side.min", "image.side.max", "video.width.max", "video.height.max"])
@pytest.mark.parametrize("offset", [-1, 0, 1])
def test_a_boundary_is_reached_from_either_side(limit_id: str, offset: int) -> None:
    value = BY_ID[limit_id].value + offset
    found = find(around(limit_id), lambda spec: value in (spec.width, spec.height))
    assert value in (found.width, found.height)


def test_a_failure_shrinks_to_the_smallest_specification() -> None:
    smallest = find(image_specs(), lambda spec: spec.width >= 33)
    assert (smallest.width, smallest.height, smallest.seed, smallest.orientation) == (33, 1, 0, 1)


@settings(max_examples=50)
@given(st.data(), st.sampled_from(["image.pixels.max", "video.duration.max", "video.side.min"]))
def test_what_lies_around_a_boundary_is_close_to_it(data: st.DataObject, limit_id: str) -> None:
    spec = data.draw(around(limit_id))
    value = BY_ID[limit_id].value
    if isinstance(spec, ImageSpec):
        assert abs(spec.pixels - value) <= 6
    elif limit_id == "video.duration.max":
        assert abs(spec.duration - value) <= 4
    else:
        assert min(abs(spec.width - value), abs(spec.height - value)) <= 4
