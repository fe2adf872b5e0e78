"""Hostile files: empty, cut, lying, animated, exploding, and what is no medium of that kind at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Final

from contract.formats import VIDEO_FORMATS
from contract.limits import EnforcementPoint
from contract.profiles import Profile
from generators.artefacts import make
from generators.damage import CLAIMED_SIZE, Damage, damaged
from generators.forms import form
from generators.sound import sound_only
from generators.specs import ImageSpec, MediaSpec, VideoSpec
from judges.uploads.upload import HostileUpload, displayed, file_part, image, video

_IMAGE, _VIDEO = EnforcementPoint.IMAGE_UPLOAD, EnforcementPoint.VIDEO_UPLOAD
# A last byte is cut where every reader still finds the whole picture: elsewhere readers differ with good reason.
_IMAGE_DAMAGE: Final = {
    Damage.EMPTY: ("png", "jpg"),
    **dict.fromkeys(
        (Damage.CUT_IN_HEADER, Damage.CUT_AT_QUARTER, Damage.CUT_AT_HALF), ("png", "jpg", "bmp", "tiff", "webp")
    ),
    Damage.CUT_LAST_BYTE: ("png",),
    Damage.CLAIMS_LARGER: ("png", "jpg", "bmp"),
    Damage.TEXT_BOMB: ("png",),
    Damage.DATA_BOMB: ("png",),
}
_ANIMATED: Final = ("png", "webp", "tiff")
_VIDEO_DAMAGE: Final[dict[Damage, Iterable[str]]] = {
    Damage.EMPTY: ("mp4",),
    Damage.CUT_IN_HEADER: ("mp4", "mkv"),
    Damage.CUT_AT_QUARTER: ("mp4", "avi", "webm"),
    Damage.CUT_AT_HALF: VIDEO_FORMATS,
    Damage.CUT_LAST_BYTE: ("mp4",),
    Damage.CLAIMS_LARGER: ("mp4",),
    Damage.CLAIMS_LONGER: ("mp4",),
    Damage.CLAIMS_SHORTER: ("mp4",),
}
_SOUND: Final = ("mp4", "avi", "mkv")
_TIMES: Final = frozenset({Damage.CLAIMS_LONGER, Damage.CLAIMS_SHORTER})
_BOMBS: Final = frozenset({Damage.TEXT_BOMB, Damage.DATA_BOMB})
# Three times the documented side: 450 MB of pixels in 440 KB.
_PIXEL_BOMB_SIDE: Final = 60_000
_NO_MEDIUM: Final = {
    "text": b"This is neither an image nor a video.\n",
    "html": b"<!doctype html><title>x</title><script>alert(1)</script>\n",
    "playlist": b"#EXTM3U\n#EXTINF:2,\nfile:///etc/hostname\n",
    "zip": b"PK\x05\x06" + bytes(18),
}


def file_uploads(profile: Profile, seed: int) -> Iterator[HostileUpload]:
    """Every hostile file at the upload of images and of videos."""
    yield from _damaged(_IMAGE, _IMAGE_DAMAGE, partial(image, profile, seed))
    for extension in _ANIMATED:
        # What animates WebP and TIFF takes the plainest of these formats.
        spec = ImageSpec(*displayed(image(profile, seed, extension)), extension, "RGB", "solid", seed, encoder="direct")
        yield _case(_IMAGE, "animated", extension, spec, partial(_damage, spec, Damage.ANIMATED))
    bomb = ImageSpec(_PIXEL_BOMB_SIDE, _PIXEL_BOMB_SIDE, "png", "1", seed=seed, encoder="direct")
    control = image(profile, seed, "png")
    yield HostileUpload(
        _IMAGE,
        "pixel-bomb",
        "png",
        control,
        partial(_form, partial(_content, bomb), "png"),
        sizes=(displayed(bomb),),
        heavy=True,
    )
    yield from _damaged(_VIDEO, _VIDEO_DAMAGE, partial(video, profile, seed))
    for extension in _SOUND:
        body = partial(_form, partial(sound_only, extension), extension)
        yield HostileUpload(_VIDEO, "sound-only", extension, video(profile, seed, extension), body)
    yield from _wrong(profile, seed)


def _wrong(profile: Profile, seed: int) -> Iterator[HostileUpload]:
    """Content that its extension, or the operation, does not speak of."""
    images = {name: image(profile, seed, name) for name in ("png", "jpg", "webp")}
    videos = {name: video(profile, seed, name) for name in ("mp4", "avi", "webm")}
    for real, named in (("png", "jpg"), ("jpg", "png"), ("webp", "bmp")):
        yield _named(_IMAGE, images[real], named, images[real])
    for real, named in (("mp4", "avi"), ("avi", "mp4"), ("webm", "mov")):
        yield _named(_VIDEO, videos[real], named, videos[real])
    for named in ("png", "mp4"):
        yield _named(_IMAGE, videos["mp4"], named, images["png"])
        yield _named(_VIDEO, images["png"], named, videos["mp4"])
    for name, content in _NO_MEDIUM.items():
        for point, named, control in ((_IMAGE, "png", images["png"]), (_VIDEO, "mp4", videos["mp4"])):
            body = partial(_form, partial(bytes, content), named)
            yield HostileUpload(point, "no-medium", name, control, body)


def _named(point: EnforcementPoint, spec: MediaSpec, named: str, control: MediaSpec) -> HostileUpload:
    defect = "wrong-extension" if spec is control else "other-kind-of-medium"
    body = partial(_form, partial(_content, spec), named)
    return HostileUpload(point, defect, f"{spec.format}-as-{named}", control, body, sizes=(displayed(spec),))


def _damaged(
    point: EnforcementPoint, damages: Mapping[Damage, Iterable[str]], spec_in: Callable[[str], MediaSpec]
) -> Iterator[HostileUpload]:
    for damage, extensions in damages.items():
        for extension in extensions:
            spec = spec_in(extension)
            lie = (CLAIMED_SIZE,) if damage is Damage.CLAIMS_LARGER else ()
            upload = _case(point, damage.value, extension, spec, partial(_damage, spec, damage), lie, damage in _BOMBS)
            yield replace(upload, lasting=spec.duration) if isinstance(spec, VideoSpec) and damage in _TIMES else upload


def _case(
    point: EnforcementPoint,
    defect: str,
    extension: str,
    spec: MediaSpec,
    content: Callable[[], bytes],
    lie: tuple[tuple[int, int], ...] = (),
    heavy: bool = False,
) -> HostileUpload:
    body = partial(_form, content, extension)
    return HostileUpload(point, defect, extension, spec, body, sizes=(displayed(spec), *lie), heavy=heavy)


def _form(content: Callable[[], bytes], extension: str) -> bytes:
    return form([file_part(content(), extension)])


def _content(spec: MediaSpec) -> bytes:
    return make(spec).content


def _damage(spec: MediaSpec, damage: Damage) -> bytes:
    return damaged(make(spec).content, damage)
