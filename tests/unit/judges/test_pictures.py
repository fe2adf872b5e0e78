"""What a picture is held to: the card that was sent, exactly where it is the file, else up to what JPEG does to it."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace

import pytest
from PIL import Image, ImageChops, ImageOps

from contract.formats import IMAGE_FORMATS
from contract.profiles import CLOUD
from generators.artefacts import make
from generators.specs import ImageSpec
from judges.media.pictures import other_picture
from judges.media.use_cases import use_cases

Change = Callable[[Image.Image], Image.Image]
RGB = ImageSpec(64, 72, "png", "RGB", "card", 7)
CARDS = list({case.spec: None for case in use_cases(CLOUD, 0) if isinstance(case.spec, ImageSpec)})


def shown(spec: ImageSpec, change: Change, kind: str | None = None, *, exif: bool = True) -> bytes:
    """The card as a deployment would give it out that changed it."""
    out = io.BytesIO()
    with Image.open(io.BytesIO(make(spec).content)) as image:
        kept = image.getexif() if exif else Image.Exif()
        change(image).save(out, kind or image.format, exif=kept)
    return out.getvalue()


@pytest.mark.parametrize("spec", CARDS, ids=lambda spec: spec.name)
def test_the_file_itself_and_its_jpeg_are_what_was_sent(spec: ImageSpec) -> None:
    artefact = make(spec)
    assert other_picture(artefact, artefact.content) == ()
    jpeg = shown(spec, lambda image: without_alpha(ImageOps.exif_transpose(image)), "JPEG", exif=False)
    assert other_picture(artefact, jpeg) == ()
    assert other_picture(artefact, jpeg, derived=True) == ()


def eight_bits(image: Image.Image) -> Image.Image:
    return image.point(lambda value: value / 257).convert("L") if image.mode == "I;16" else image


def without_alpha(image: Image.Image) -> Image.Image:
    indexed = image.mode == "P"
    return (image.convert("RGBA") if indexed else eight_bits(image)).convert("RGB")


@pytest.mark.parametrize("size", [(256, 256), (32, 36), (228, 256)])
def test_a_thumbnail_of_another_size_is_what_was_sent(size: tuple[int, int]) -> None:
    assert other_picture(make(RGB), shown(RGB, lambda image: image.resize(size), "JPEG"), derived=True) == ()


@pytest.mark.parametrize("orientation", range(2, 9))
def test_a_jpeg_that_lost_its_orientation_is_told_by_the_one_that_it_shows(orientation: int) -> None:
    spec = replace(RGB, format="jpg", orientation=orientation)
    (words,) = other_picture(make(spec), shown(spec, lambda image: image.copy(), exif=False))
    assert words == f"it is shown as if its EXIF orientation were 1, sent {orientation}"


@pytest.mark.parametrize("extension", ["png", "tiff", "webp"])
def test_other_formats_may_be_shown_as_encoded_or_as_displayed_and_no_other_way(extension: str) -> None:
    spec = replace(RGB, format=extension, orientation=6)
    encoded = make(replace(spec, orientation=1)).content
    assert other_picture(make(spec), encoded) == ()
    with Image.open(io.BytesIO(encoded)) as image:
        for turn, right in ((Image.Transpose.ROTATE_270, True), (Image.Transpose.ROTATE_90, False)):
            out = io.BytesIO()
            image.transpose(turn).save(out, "JPEG")
            assert (other_picture(make(spec), out.getvalue()) == ()) is right


@pytest.mark.parametrize(
    ("spec", "change", "words"),
    [
        (replace(RGB, mode="I;16"), eight_bits, "its samples have 8 bits (L), sent 16"),
        (replace(RGB, mode="RGBA"), lambda image: image.convert("RGB"), "its alpha is gone (RGB)"),
        (replace(RGB, mode="P"), without_alpha, "its alpha is gone (RGB)"),
        (replace(RGB, format="jpg", mode="CMYK"), ImageChops.invert, "its blocks have other colours"),
        (replace(RGB, format="jpg"), ImageOps.mirror, "it is shown as if its EXIF orientation were 2, sent 1"),
        (RGB, lambda image: image.convert("L"), "its pixels are not those that were sent"),
        (RGB, lambda image: image.point(lambda value: value & 0xFE), "its pixels are not those that were sent"),
    ],
)
def test_another_picture_is_told(spec: ImageSpec, change: Change, words: str) -> None:
    assert "".join(other_picture(make(spec), shown(spec, change))).startswith(words)


def test_a_webp_that_lost_a_little_is_what_was_sent_and_one_that_lost_its_alpha_is_not() -> None:
    spec = replace(RGB, format="webp", mode="RGBA")
    out = io.BytesIO()
    with Image.open(io.BytesIO(make(spec).content)) as image:
        image.save(out, "WEBP", quality=90)
    assert other_picture(make(spec), out.getvalue()) == ()
    (words,) = other_picture(make(spec), shown(spec, lambda image: image.convert("RGB")))
    assert words == "its alpha is gone (RGB)"


@pytest.mark.parametrize("level", [0, 128, 255])
def test_a_thumbnail_of_an_indexed_png_shows_any_level_through_it(level: int) -> None:
    spec = replace(RGB, mode="P")
    below = Image.new("RGBA", (spec.width, spec.height), (level, level, level, 255))
    jpeg = shown(spec, lambda image: Image.alpha_composite(below, image.convert("RGBA")).convert("RGB"), "JPEG")
    assert other_picture(make(spec), jpeg, derived=True) == ()
    assert other_picture(make(spec), shown(spec, lambda image: image.convert("RGBA"))) == ()


def test_every_format_mode_and_orientation_has_a_card_that_is_judged() -> None:
    assert {(card.format, card.mode) for card in CARDS} == {
        (extension, mode) for extension, record in IMAGE_FORMATS.items() for mode in record.modes
    }
    assert {card.orientation for card in CARDS if card.record.turned_by_readers} == set(range(1, 9))
