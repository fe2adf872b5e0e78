"""A test card is like no other way round, survives what encoders do to it, and says which frame it is."""

from __future__ import annotations

import io
from itertools import combinations

import av
import numpy as np
import pytest
from PIL import Image

from contract.formats import IMAGE_FORMATS, SAMPLES, VIDEO_FORMATS
from generators.artefacts import make
from generators.cards import PERIOD, block_means, card, number_shown, numbered
from generators.specs import ImageSpec, VideoSpec


@pytest.mark.parametrize("mode", SAMPLES)
def test_no_turn_of_a_card_is_like_another(mode: str) -> None:
    extension = next(name for name, record in IMAGE_FORMATS.items() if mode in record.modes)
    blocks = block_means(card(ImageSpec(64, 72, extension, mode, "card", 3)).astype(float))  # type: ignore[arg-type]
    turns = [np.rot90(each, times) for each in (blocks, blocks.swapaxes(0, 1)) for times in range(4)]
    top = 65_535 if mode == "I;16" else 255
    for one, other in combinations(turns, 2):
        assert np.abs(one - other).max() > 0.4 * top


def test_no_exchange_of_channels_leaves_a_card_as_it_was() -> None:
    blocks = block_means(card(ImageSpec(64, 72, "png", "RGB", "card", 3)))
    for one, other in combinations(range(3), 2):
        assert np.abs(blocks[..., one] - blocks[..., other]).max() > 100


@pytest.mark.parametrize("quality", [20, 50, 75])
def test_a_frame_says_its_number_after_jpeg_and_at_any_size(quality: int) -> None:
    for index in (0, 1, 127, PERIOD - 1, PERIOD, 3600):
        frame = Image.fromarray(numbered(VideoSpec(64, 64, 4000, seed=7), index))
        for size in ((64, 64), (256, 256), (40, 52)):
            out = io.BytesIO()
            frame.resize(size).save(out, "JPEG", quality=quality)
            with Image.open(out) as shown:
                assert number_shown(np.asarray(shown.convert("L"))) == (7 + index) % PERIOD


def test_what_is_no_frame_of_a_card_shows_no_number() -> None:
    frame = numbered(VideoSpec(64, 64), 3)[..., 0]
    for picture in (np.zeros_like(frame), np.full_like(frame, 128), np.roll(frame, 16, 1), frame[::-1]):
        assert number_shown(picture) is None or number_shown(picture) != 3


@pytest.mark.parametrize("extension", VIDEO_FORMATS)
def test_each_frame_of_a_video_shows_its_own_number(extension: str) -> None:
    with av.open(io.BytesIO(make(VideoSpec(64, 64, 30, 5, extension, "card")).content)) as container:
        shown = [number_shown(frame.to_ndarray(format="gray")) for frame in container.decode(video=0)]
    assert shown == list(range(30))
