"""Damaged uploads, and those whose header is wrong, are taken, break the deployment, or are stored though refused."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, MutableMapping
from pathlib import Path
from typing import Any, Final

import av
from fastapi.responses import HTMLResponse, Response
from PIL import Image

from reference.behaviour import Behaviour
from reference.errors import ApiError
from reference.faults.fault import Group
from reference.faults.replies import Reply, broken, refusing, rewriting, uploads
from reference.inspection import Measured

_UPLOADS: Final = ("image-upload", "video-upload")
_HOSTILE: Final = tuple(f"robustness.{point}@*" for point in _UPLOADS)
_UNREADABLE: Final = ("cut-in-header", "cut-at-quarter", "cut-at-half", "no-medium", "other-kind-of-medium")
_PNG: Final = b"\x89PNG\r\n\x1a\n"
# What is set aside to inflate a picture into, in bytes.
_ROOM: Final = 32_000_000
_HEAD: Final = 1 << 16


def answered(code: str, answer: Callable[[ApiError], Response]) -> type[Behaviour]:
    """Refusals of one kind are answered otherwise."""
    return refusing(lambda error: error.code == code, answer)


def both(*defects: str) -> tuple[str, ...]:
    """The requirements of defects at the upload of images and at that of videos."""
    return tuple(f"robustness.{point}@{defect}" for point in _UPLOADS for defect in defects)


def images(*defects: str) -> tuple[str, ...]:
    """The requirements of defects at the upload of images."""
    return tuple(f"robustness.image-upload@{defect}" for defect in defects)


hostile = Group("hostility", _HOSTILE)


def _videos(*defects: str) -> tuple[str, ...]:
    return tuple(f"robustness.video-upload@{defect}" for defect in defects)


def _page(error: ApiError) -> Response:
    return HTMLResponse(f"<h1>{error.status}</h1>", error.status)


def _uploads_break(scope: MutableMapping[str, Any], reply: Reply) -> Reply:
    return reply.broken() if uploads(scope) and reply.status == 400 else reply


def _looking_first(image: Callable[[Path], None], video: Callable[[Path], None]) -> type[Behaviour]:
    """A look at each upload that breaks on what it does not expect, before anything is measured."""

    class LooksFirst(Behaviour):
        def measure_image(self, path: Path) -> Measured:
            image(path)
            return super().measure_image(path)

        def measure_video(self, path: Path) -> Measured:
            video(path)
            return super().measure_video(path)

    return LooksFirst


def _well(_path: Path) -> None:
    pass


def _parts(path: Path, at: int, beside: int) -> Iterator[tuple[int, bytes, int]]:
    """Where each chunk of a PNG or box of an MP4 begins, its type, and its declared end, in bytes."""
    with path.open("rb") as file:
        while at < path.stat().st_size:
            file.seek(at)
            head = file.read(8)
            end = at + max(8, beside + int.from_bytes(head[:4], "big"))
            yield at, head[4:], end
            at = end


def _ends_with_its_last_part(path: Path) -> None:
    with path.open("rb") as file:
        head = file.read(8)
    png = head == _PNG
    for _, _, end in _parts(path, 8 * png, 12 * png) if png or head[4:] == b"ftyp" else ():
        if end > path.stat().st_size:
            raise EOFError("the file ends in the midst of a part")


def _fits_into_memory(path: Path) -> None:
    content = path.read_bytes() if path.stat().st_size < _ROOM else b""
    if not content.startswith(_PNG):
        return
    data = b"".join(content[at + 8 : end - 4] for at, kind, end in _parts(path, 8, 12) if kind == b"IDAT")
    if len(zlib.decompressobj().decompress(data, _ROOM)) == _ROOM:
        raise MemoryError("the picture does not fit")


def _image_is_what_it_is_called(path: Path) -> None:
    try:
        with Image.open(path) as image:
            real = str(image.format).lower()
    except OSError:
        return
    kinds = {"jpg": "jpeg", "jfif": "jpeg", "tif": "tiff"}
    suffix = path.suffix[1:]
    if real != kinds.get(suffix, suffix):
        raise TypeError(f"{real} is no {suffix}")


def _video_is_what_it_is_called(path: Path) -> None:
    try:
        with av.open(str(path)) as container:
            real = container.format.name
    except av.FFmpegError:
        return
    kinds = {"m4v": "mp4", "mkv": "matroska"}
    suffix = path.suffix[1:]
    if kinds.get(suffix, suffix) not in real.split(","):
        raise TypeError(f"{real} is no {suffix}")


def _frames_are_as_large_as_declared(path: Path) -> None:
    """Raise ``ValueError`` for an MP4 whose sample entry declares another size than its stream has."""
    with path.open("rb") as file:
        content = file.read(_HEAD)
    entry = content.find(b"avc1", content.find(b"stsd")) + 28
    if content[4:8] != b"ftyp" or entry < 28 + 4:
        return
    declared = int.from_bytes(content[entry : entry + 2], "big"), int.from_bytes(content[entry + 2 : entry + 4], "big")
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        if (stream.width, stream.height) != declared:
            raise ValueError("the frame does not fit its buffer")


class _HeaderBelieved(Behaviour):
    def decode_image(self, path: Path, measured: Measured) -> Measured:  # noqa: ARG002
        return measured


class _VideoUnread(Behaviour):
    """What cannot be read as a video is taken for a small one."""

    def measure_video(self, path: Path) -> Measured:
        try:
            return super().measure_video(path)
        except ApiError:
            return Measured(64, 64, 8, 4.0, 2)

    def decode_video(self, path: Path) -> None:
        pass


class _DamagedKept(Behaviour):
    def stores_despite(self, error: ApiError) -> bool:
        return error.code == "invalid_media" or super().stores_despite(error)


class _AnimationBreaks(Behaviour):
    def decode_image(self, path: Path, measured: Measured) -> Measured:
        with Image.open(path) as image:
            if getattr(image, "n_frames", 1) > 1:
                raise ValueError("one frame expected")
        return super().decode_image(path, measured)


FAULTS: Final = (
    hostile("refused-uploads-500", "Whatever is wrong with an upload is answered with 500.").breaks(
        *_HOSTILE, verdict="crashed", by=rewriting(_uploads_break), also=("openapi.*",)
    ),
    hostile("empty-file-500", "An empty file is answered with 500.").breaks(
        *both("empty"), verdict="crashed", by=answered("empty_file", broken)
    ),
    hostile("damaged-file-500", "A file that cannot be decoded is answered with 500.").breaks(
        *both(*_UNREADABLE),
        *images("claims-larger", "pixel-bomb", "text-bomb"),
        verdict="crashed",
        by=answered("invalid_media", broken),
    ),
    hostile("damaged-file-page", "A file that cannot be decoded is refused with a page of HTML.").breaks(
        *both(*_UNREADABLE), verdict="nonconforming", by=answered("invalid_media", _page)
    ),
    hostile("damaged-file-kept", "A file that cannot be decoded is refused, and stored all the same.").breaks(
        *both(*_UNREADABLE), *images("claims-larger", "pixel-bomb", "text-bomb"), verdict="unclean", by=_DamagedKept
    ),
    hostile("truncated-image-stored", "An image is taken by its header, its pixels are never decoded.").breaks(
        *images("cut-at-half", "cut-at-quarter", "claims-larger"),
        verdict="unclean",
        by=_HeaderBelieved,
        also=("image.side.min@image-upload", "image.usability@re-import"),
    ),
    hostile("truncated-video-stored", "What cannot be read as a video is taken for one of two seconds.").breaks(
        *_videos(*_UNREADABLE), verdict="unclean", by=_VideoUnread
    ),
    hostile("animated-image-500", "An image of several frames is answered with 500.").breaks(
        *images("animated"), verdict="crashed", by=_AnimationBreaks
    ),
    hostile("cut-last-part-500", "A PNG or an MP4 that ends before its last part does is answered with 500.").breaks(
        *both("cut-last-byte"), verdict="crashed", by=_looking_first(_ends_with_its_last_part, _ends_with_its_last_part)
    ),
    hostile("large-pixel-data-500", "A PNG that inflates to more than 32 MB is answered with 500.").breaks(
        *images("data-bomb", "pixel-bomb"),
        verdict="crashed",
        by=_looking_first(_fits_into_memory, _well),
        also=("combination.image-upload@both-sides-at-max",),
    ),
    hostile("wrong-extension-500", "A file that is of another format than its extension is answered with 500.").breaks(
        *both("wrong-extension"),
        *images("name-wrong-extension"),
        verdict="crashed",
        by=_looking_first(_image_is_what_it_is_called, _video_is_what_it_is_called),
    ),
    hostile(
        "video-size-twice-500", "An MP4 whose header says another size than its frames is answered with 500."
    ).breaks(*_videos("claims-larger"), verdict="crashed", by=_looking_first(_well, _frames_are_as_large_as_declared)),
)
