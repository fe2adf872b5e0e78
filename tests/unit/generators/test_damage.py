"""Each damage is the one it says, as Pillow reads it, and nothing else is wrong with the file."""

from __future__ import annotations

import io
import struct

import av
import pytest
from PIL import Image

from generators.artefacts import make
from generators.damage import FILE_NAMES, Damage, damaged
from generators.sound import sound_only
from generators.specs import ImageSpec, UnrepresentableError, VideoSpec

CUTS = (Damage.EMPTY, Damage.CUT_IN_HEADER, Damage.CUT_AT_QUARTER, Damage.CUT_AT_HALF)


def content(extension: str) -> bytes:
    return make(ImageSpec(64, 64, extension, "RGB", "noise", 1)).content


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


@pytest.mark.parametrize("kind", CUTS)
@pytest.mark.parametrize("extension", ["png", "jpg", "bmp", "tiff", "webp"])
def test_a_cut_file_does_not_open(extension: str, kind: Damage) -> None:
    with pytest.raises((OSError, SyntaxError, ValueError, struct.error, IndexError, UserWarning)):
        opened(damaged(content(extension), kind))


@pytest.mark.parametrize("extension", ["png", "jpg", "bmp", "tiff", "webp"])
def test_only_the_last_byte_is_missing(extension: str) -> None:
    whole = content(extension)
    assert damaged(whole, Damage.CUT_LAST_BYTE) == whole[:-1]


@pytest.mark.parametrize("extension", ["png", "jpg", "bmp"])
def test_a_forged_header_is_believed(extension: str) -> None:
    assert Image.open(io.BytesIO(damaged(content(extension), Damage.CLAIMS_LARGER))).size == (4_000, 4_000)


def test_a_forged_sample_entry_leaves_the_frames_alone() -> None:
    whole = make(VideoSpec(64, 64, 2, 1, "mp4")).content
    forged = damaged(whole, Damage.CLAIMS_LARGER)
    assert struct.pack(">HH", 4_000, 4_000) in forged
    assert sum(one != other for one, other in zip(whole, forged, strict=True)) <= 4
    with av.open(io.BytesIO(forged)) as container:
        assert next(container.decode(video=0)).width == 64


def test_the_pixels_that_a_forged_header_adds_are_missing() -> None:
    # Not for JPEG: libjpeg fills what is missing with grey and a warning that Pillow swallows.
    with pytest.raises(OSError, match="truncated"):
        opened(damaged(content("png"), Damage.CLAIMS_LARGER))


@pytest.mark.parametrize("extension", ["png", "webp", "tiff"])
def test_an_animated_image_has_two_frames_that_decode(extension: str) -> None:
    image = opened(damaged(content(extension), Damage.ANIMATED))
    assert image.n_frames == 2
    image.seek(1)
    assert image.convert("RGB").tobytes() == opened(content(extension)).tobytes()


def test_a_text_bomb_is_small_on_the_wire_and_large_inflated(monkeypatch: pytest.MonkeyPatch) -> None:
    # Pillow's own cap, which a reader elsewhere in this process may have lifted.
    monkeypatch.setattr("PIL.PngImagePlugin.MAX_TEXT_CHUNK", 1 << 20)
    bomb = damaged(content("png"), Damage.TEXT_BOMB)
    assert len(bomb) < 100_000
    with pytest.raises(ValueError, match="too large"):
        opened(bomb)


def test_a_text_bomb_still_shows_its_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("PIL.PngImagePlugin.MAX_TEXT_CHUNK", 1 << 27)
    monkeypatch.setattr("PIL.PngImagePlugin.MAX_TEXT_MEMORY", 1 << 27)
    assert opened(damaged(content("png"), Damage.TEXT_BOMB)).tobytes() == opened(content("png")).tobytes()


def test_a_data_bomb_is_small_on_the_wire_and_shows_its_picture() -> None:
    bomb = damaged(content("png"), Damage.DATA_BOMB)
    assert len(bomb) < 100_000
    assert opened(bomb).tobytes() == opened(content("png")).tobytes()


def test_a_format_without_the_damage_is_refused() -> None:
    with pytest.raises(UnrepresentableError, match="animated"):
        damaged(content("bmp"), Damage.ANIMATED)


def test_file_names_differ_and_the_longest_has_255_characters() -> None:
    assert len(set(FILE_NAMES.values())) == len(FILE_NAMES)
    assert max(map(len, FILE_NAMES.values())) == 255


@pytest.mark.parametrize("extension", ["mp4", "avi", "mkv"])
def test_a_container_with_sound_alone_has_no_picture(extension: str) -> None:
    content = sound_only(extension)
    assert content == sound_only(extension)
    with av.open(io.BytesIO(content)) as container:
        assert [stream.type for stream in container.streams] == ["audio"]


@pytest.mark.parametrize(("damage", "seconds"), [(Damage.CLAIMS_LONGER, 3600), (Damage.CLAIMS_SHORTER, 0.25)])
def test_a_header_says_another_duration_than_the_frames_have(damage: Damage, seconds: float) -> None:
    content = damaged(make(VideoSpec(64, 64, 8, 4, "mp4", "noise")).content, damage)
    at = content.find(b"mvhd") + 16
    scale, duration = (int.from_bytes(content[place : place + 4], "big") for place in (at, at + 4))
    assert duration / scale == seconds
    with av.open(io.BytesIO(content)) as container:
        assert sum(1 for _ in container.decode(video=0)) == 8


def test_only_an_mp4_can_claim_another_duration() -> None:
    with pytest.raises(UnrepresentableError):
        damaged(make(VideoSpec(64, 64, 8, 4, "avi", "noise")).content, Damage.CLAIMS_LONGER)
