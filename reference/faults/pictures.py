"""Pictures that are not what was sent: turned, flattened, in other colours, or not shown at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

from PIL import Image, ImageChops, ImageOps

from contract.profiles import Profile
from reference.behaviour import Behaviour, Surface
from reference.faults.fault import Fault, Group
from reference.inspection import Measured
from reference.store import Document, Store

Picture = Image.Image
_FULL: Final = "image.content@full-display"
_THUMB: Final = "image.content@thumbnail"
_ORIENTATION: Final = 0x0112
_LARGE_PIXELS: Final = 1_000_000
# What is stored otherwise shows in the thumbnail, too, and in whatever else is read back.
_STORED: Final = (_THUMB, "image.*", "combination.image-upload@*", "robustness.image-upload@*")
_picture = Group("picture", ("concurrency@*",))


def _always(_image: Picture) -> bool:
    return True


def _mode(*modes: str) -> Callable[[Picture], bool]:
    return lambda image: image.mode in modes


def _redrawn(path: Path, target: Path, draw: Callable[[Picture], Picture], *, turned: bool = True) -> None:
    """Write an image again in its own format, drawn otherwise, with its EXIF where it is still to be ``turned``."""
    with Image.open(path) as image:
        kind, exif = str(image.format), image.getexif()
        picture = draw(image)
    options = {"lossless": True, "exact": True} if kind == "WEBP" else {"quality": 95} if kind == "JPEG" else {}
    picture.save(target, kind, **options, **({"exif": exif} if turned and exif else {}))


def _stored(concerned: Callable[[Picture], bool], draw: Callable[[Picture], Picture]) -> type[Behaviour]:
    """Some images are stored as another picture of the same size and format."""

    class StoredOtherwise(Behaviour):
        def stored_image(self, path: Path, measured: Measured) -> Measured:
            kept = super().stored_image(path, measured)
            with Image.open(path) as image:
                changed = concerned(image)
            if changed:
                _redrawn(path, path, draw)
            return kept

    return StoredOtherwise


class _ThumbnailsByName(Behaviour):
    """A thumbnail is kept by the name and the size of its image, and given out for whatever has them too."""

    def __init__(self, profile: Profile) -> None:
        super().__init__(profile)
        self._keys: dict[str, tuple[object, ...]] = {}
        self._kept: dict[tuple[object, ...], Path] = {}

    def find(self, store: Store, kind: str, identifier: str, parent: str) -> tuple[Document, Path | None] | None:
        found = super().find(store, kind, identifier, parent)
        if found is not None and "media_information" in found[0]:
            said = found[0]["media_information"]
            self._keys[identifier] = (found[0]["name"], said["width"], said["height"])
        return found

    def given_out(self, surface: Surface, path: Path) -> Path:
        kept, key = super().given_out(surface, path), self._keys.get(path.name.partition(".")[0])
        if surface != "thumb" or key is None:
            return kept
        first = self._kept.setdefault(key, kept)
        return first if first.exists() else kept


def _shown(
    surfaces: Iterable[Surface],
    draw: Callable[[Picture], Picture],
    concerned: Callable[[Picture], bool] = _always,
    *,
    turned: bool = True,
) -> type[Behaviour]:
    """The file is kept; what is given out of some images is another picture."""

    class ShownOtherwise(Behaviour):
        def given_out(self, surface: Surface, path: Path) -> Path:
            kept = super().given_out(surface, path)
            if surface not in surfaces:
                return kept
            with Image.open(kept) as image:
                changed = concerned(image)
            other = kept.with_suffix(f".shown{kept.suffix}")
            if changed and not other.exists():
                _redrawn(kept, other, draw, turned=turned)
            return other if changed else kept

    return ShownOtherwise


class _ThumbnailsAsEncoded(Behaviour):
    """The thumbnail is made of the pixels as they are encoded."""

    def given_out(self, surface: Surface, path: Path) -> Path:
        kept = super().given_out(surface, path)
        stem = path.name.partition(".")[0]
        for file in (path.with_name(f"{stem}.{extension}") for extension in ("jpg", "jpeg", "jfif")):
            if surface == "thumb" and file.exists():
                with Image.open(file) as image:
                    image.thumbnail((256, 256))
                    image.convert("RGB").save(kept, "JPEG")
        return kept


class _ThumbnailsOfIndexedBreak(Behaviour):
    def stored_image(self, path: Path, measured: Measured) -> Measured:
        kept = super().stored_image(path, measured)
        with Image.open(path) as image:
            if image.mode == "P":
                path.with_suffix(".indexed").touch()
        return kept

    def given_out(self, surface: Surface, path: Path) -> Path:
        if surface == "thumb" and path.with_name(f"{path.name.partition('.')[0]}.indexed").exists():
            raise ValueError("cannot write mode P as JPEG")
        return super().given_out(surface, path)


class _LastThumbnailAgain(Behaviour):
    """The last thumbnail that was given out is at hand, and given out for the next medium."""

    _last: bytes | None = None

    def given_out(self, surface: Surface, path: Path) -> Path:
        kept = super().given_out(surface, path)
        if surface != "thumb" or not path.name.endswith(".thumb.jpg"):
            return kept
        last, self._last = self._last, kept.read_bytes()
        other = kept.with_suffix(".last.jpg")
        other.write_bytes(last or self._last)
        return other


def _eight_bits(image: Picture) -> Picture:
    return image.point(lambda value: value / 257).convert("L")


def _with_other_palette(image: Picture) -> Picture:
    shifted = image.copy()
    palette = bytes(image.getpalette() or ())
    shifted.putpalette(palette[3:] + palette[:3])
    return shifted


def _flattened(image: Picture) -> Picture:
    return Image.alpha_composite(Image.new("RGBA", image.size, (0, 0, 0, 255)), image).convert("RGB")


def _opaque(image: Picture) -> Picture:
    opaque = image.copy()
    opaque.info.pop("transparency", None)
    return opaque


def _blue_first(image: Picture) -> Picture:
    red, green, blue = image.convert("RGB").split()
    return Image.merge("RGB", (blue, green, red))


def _of(kind: str) -> Callable[[Picture], bool]:
    return lambda image: image.format == kind and image.mode == "RGB"


def _is_large(image: Picture) -> bool:
    return image.format == "PNG" and image.mode == "RGB" and image.width * image.height > _LARGE_PIXELS


def _is_transposed(image: Picture) -> bool:
    return image.format == "JPEG" and image.getexif().get(_ORIENTATION) in (5, 7)


def _is_turned_jpeg(image: Picture) -> bool:
    return image.format == "JPEG" and image.getexif().get(_ORIENTATION, 1) != 1


def _unclean(name: str, sentence: str, by: type[Behaviour], requirement: str = _FULL) -> Fault:
    return _picture(name, sentence).breaks(requirement, verdict="unclean", by=by, also=_STORED)


FAULTS: Final = (
    _unclean(
        "orientation-dropped-on-display",
        "The full picture of a JPEG has lost its EXIF orientation, and was not turned by it.",
        _shown(("full",), lambda image: image.copy(), _is_turned_jpeg, turned=False),
    ),
    _unclean(
        "orientation-mirrors-confused",
        "A JPEG of the EXIF orientations 5 and 7 is given out turned by a quarter, and not mirrored.",
        _shown(("full",), lambda image: ImageOps.mirror(ImageOps.exif_transpose(image)), _is_transposed, turned=False),
    ),
    _unclean(
        "thumbnail-not-turned",
        "The thumbnail of a JPEG is not turned by its EXIF orientation.",
        _ThumbnailsAsEncoded,
        _THUMB,
    ),
    _unclean(
        "sixteen-bits-to-eight",
        "Images of 16 bits a sample are stored with 8.",
        _stored(_mode("I", "I;16", "I;16B"), _eight_bits),
    ),
    _unclean("alpha-flattened", "Images with alpha are stored on black.", _stored(_mode("RGBA"), _flattened)),
    _unclean(
        "inks-inverted",
        "The full picture of CMYK has its inks inverted.",
        _shown(("full",), ImageChops.invert, _mode("CMYK")),
    ),
    _unclean(
        "palette-shifted",
        "Each pixel of an indexed image gets the next colour of the palette.",
        _stored(_mode("P"), _with_other_palette),
    ),
    _unclean("palette-made-opaque", "The transparency of an indexed PNG is lost.", _stored(_mode("P"), _opaque)),
    _unclean(
        "channels-swapped-in-webp",
        "Red and blue of a WebP are exchanged where it is shown.",
        _shown(("full",), _blue_first, _of("WEBP")),
    ),
    _unclean(
        "large-image-mirrored",
        "A PNG in colour of more than a million pixels is stored mirrored.",
        _stored(_is_large, ImageOps.mirror),
    ),
    _unclean("thumbnail-in-negative", "Thumbnails are negatives.", _shown(("thumb",), ImageChops.invert), _THUMB),
    # Judged again it is the picture before of the same name.
    _picture("thumbnail-of-another", "A thumbnail is that of the image before.").breaks(
        _THUMB, verdict="unstable", by=_LastThumbnailAgain, also=_STORED
    ),
    _picture(
        "thumbnails-by-name", "A thumbnail is that of the first image of its name and size, whichever is asked for."
    ).breaks(_THUMB, verdict="unclean", by=_ThumbnailsByName),
    _picture("thumbnail-of-indexed-500", "The thumbnail of an indexed image is answered with 500.").breaks(
        _THUMB, verdict="crashed", by=_ThumbnailsOfIndexedBreak, also=("openapi.*",)
    ),
)
