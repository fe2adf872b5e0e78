"""What comes damaged, oddly named or misshapen is believed, breaks the deployment, or stays behind."""

from __future__ import annotations

import errno
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, Response
from PIL import Image
from starlette.datastructures import UploadFile

from reference.behaviour import Behaviour
from reference.errors import ApiError
from reference.faults.fault import Fault
from reference.inspection import Measured

_UPLOADS: Final = ("image-upload", "video-upload")
_HOSTILE: Final = tuple(f"robustness.{point}@*" for point in _UPLOADS)
_LONGEST_FILE_NAME: Final = 255


def _answered(code: str, answer: Callable[[ApiError], Response]) -> type[Behaviour]:
    """Refusals of one kind are answered otherwise."""

    class AnsweredOtherwise(Behaviour):
        def refusal(self, error: ApiError) -> Response:
            return answer(error) if error.code == code else super().refusal(error)

    return AnsweredOtherwise


def _broken(_error: ApiError) -> Response:
    return JSONResponse({"detail": "Internal Server Error"}, 500)


def _page(error: ApiError) -> Response:
    return HTMLResponse(f"<h1>{error.status}</h1>", error.status)


def _named(keep: Callable[[str], str]) -> type[Behaviour]:
    class NamedOtherwise(Behaviour):
        def media_name(self, name: str) -> str:
            return super().media_name(keep(name))

    return NamedOtherwise


def _own_place(name: str) -> str:
    """The file lies under its own name, in one directory: what has a path points nowhere."""
    if "/" in name:
        raise FileNotFoundError(errno.ENOENT, "No such file or directory")
    return name


def _own_length(name: str) -> str:
    if len(name.encode()) > _LONGEST_FILE_NAME:
        raise OSError(errno.ENAMETOOLONG, "File name too long")
    return name


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


class _EveryPartStored(Behaviour):
    def files_taken(self, files: Sequence[UploadFile]) -> Sequence[UploadFile]:
        return files or super().files_taken(files)


class _MisshapenBreaks(Behaviour):
    def malformed(self, error: RequestValidationError) -> Response:
        missing = any(each.get("type") == "missing" and "file" in each.get("loc", ()) for each in error.errors())
        return JSONResponse({"detail": "KeyError: 'file'"}, 500) if missing else super().malformed(error)


def _both(defect: str) -> tuple[str, ...]:
    return tuple(f"robustness.{point}@{defect}" for point in _UPLOADS)


def _fault(name: str, sentence: str, requirements: tuple[str, ...], verdict: str, behaviour: type[Behaviour],
           *also: str) -> Fault:  # fmt: skip
    return Fault(name, sentence, "hostility", requirements, None, verdict, behaviour, (*_HOSTILE, *also))


FAULTS: Final = (
    _fault("empty-file-500", "An empty file is answered with 500.",
           _both("empty"), "crashed", _answered("empty_file", _broken)),
    _fault("damaged-file-500", "A file that cannot be decoded is answered with 500.",
           _both("cut-at-half"), "crashed", _answered("invalid_media", _broken)),
    _fault("damaged-file-page", "A file that cannot be decoded is refused with a page of HTML.",
           _both("cut-at-half"), "nonconforming", _answered("invalid_media", _page)),
    _fault("damaged-file-kept", "A file that cannot be decoded is refused, and stored all the same.",
           _both("cut-at-half"), "unclean", _DamagedKept),
    _fault("truncated-image-stored", "An image is taken by its header, its pixels are never decoded.",
           ("robustness.image-upload@cut-at-half",), "unclean", _HeaderBelieved, "image.side.min@image-upload"),
    _fault("truncated-video-stored", "What cannot be read as a video is taken for one of two seconds.",
           ("robustness.video-upload@cut-at-half",), "unclean", _VideoUnread),
    _fault("animated-image-500", "An image of several frames is answered with 500.",
           ("robustness.image-upload@animated",), "crashed", _AnimationBreaks),
    _fault("path-in-name-500", "A file name with a path in it is answered with 500.",
           _both("name-path-up"), "crashed", _named(_own_place)),
    _fault("long-name-500", "A file name longer than the file system takes is answered with 500.",
           _both("name-255-characters-of-three-bytes"), "crashed", _named(_own_length)),
    _fault("name-lost", "Every medium is called medium, whatever its file was called.",
           _both("name-path-up"), "unclean", _named(lambda name: f"medium.{name.rpartition('.')[2]}")),
    _fault("two-parts-both-stored", "Of two files in one upload both are stored, and the last is answered.",
           _both("two-parts"), "unclean", _EveryPartStored),
    _fault("missing-part-500", "An upload without its file is answered with 500.",
           _both("missing-part"), "crashed", _MisshapenBreaks, "openapi.*"),
    _fault("upload-info-500", "A malformed upload_info is answered with 500.",
           _both("upload-info-no-json"), "crashed", _answered("bad_upload_info", _broken), "openapi.*"),
)  # fmt: skip
