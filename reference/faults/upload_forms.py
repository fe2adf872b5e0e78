"""Odd file names and forms that are not as documented break the deployment, or lose a part."""

from __future__ import annotations

import errno
from collections.abc import Callable, Sequence
from pathlib import PurePosixPath
from typing import Any, Final

from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.datastructures import UploadFile

from contract.formats import IMAGE_FORMATS, VIDEO_FORMATS
from reference.behaviour import Behaviour
from reference.faults.hostile_files import answered, both, hostile, images
from reference.faults.replies import broken
from reference.store import Document, Page, Store

_LONGEST_FILE_NAME: Final = 255


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


def _own_letters(name: str) -> str:
    return name.encode("ascii").decode()


def _own_decoder(name: str) -> str:
    extension = PurePosixPath(name).suffix.lower().lstrip(".")
    if extension not in {**IMAGE_FORMATS, **VIDEO_FORMATS}:
        raise KeyError(extension)
    return name


def _own_end(name: str) -> str:
    if "\0" in name:
        raise ValueError("embedded null byte")
    return name


def _to_first_dot(name: str) -> str:
    """The name of a video ends at its first dot; what follows its last one says what it is."""
    extension = PurePosixPath(name).suffix.lower().lstrip(".")
    return f"{name.partition('.')[0]}.{extension}" if extension in VIDEO_FORMATS else name


class _ListedToFirstDot(Behaviour):
    """In a listing the names of media end at their first dot."""

    def page(self, store: Store, parent: str, kind: str | None, limit: int, after: int = 0, skip: int = 0) -> Page:
        found = super().page(store, parent, kind, limit, after, skip)
        shown = [
            each | {"name": each["name"].partition(".")[0]} if each.get("type") in ("image", "video") else each
            for each in found.shown
        ]
        return Page(shown, found.end)


class _TakenApartByQuotes(Behaviour):
    def files_taken(self, files: Sequence[UploadFile]) -> Sequence[UploadFile]:
        for file in files:
            _, _name, _, _file_name, _ = file.headers["content-disposition"].split('"')
        return super().files_taken(files)


class _EveryPartStored(Behaviour):
    def files_taken(self, files: Sequence[UploadFile]) -> Sequence[UploadFile]:
        return files or super().files_taken(files)


class _EmptyInfoBreaks(Behaviour):
    def labels_at_upload(self, text: str | None, project: Document) -> list[str]:
        if text is not None and not text:
            raise ValueError("Expecting value: line 1 column 1 (char 0)")
        return super().labels_at_upload(text, project)


class _NullInfoBreaks(Behaviour):
    def labels_at_upload(self, text: str | None, project: Document) -> list[str]:
        if text is not None and text.strip() == "null":
            raise AttributeError("'NoneType' object has no attribute 'get'")
        return super().labels_at_upload(text, project)


def _breaks_on(concerned: Callable[[dict[str, Any]], bool]) -> type[Behaviour]:
    """A form breaks the deployment where one of the errors found in it is of some kind."""

    class FormsBreak(Behaviour):
        def malformed(self, error: RequestValidationError) -> Response:
            return broken(error) if any(map(concerned, error.errors())) else super().malformed(error)

    return FormsBreak


def _file_missing(error: dict[str, Any]) -> bool:
    return (error["type"], error["loc"]) == ("missing", ("body", "file"))


def _file_and_text_mistaken(error: dict[str, Any]) -> bool:
    return error["type"] != "missing" and error["loc"] in (("body", "file"), ("body", "upload_info"))


FAULTS: Final = (
    hostile("path-in-name-500", "A file name with a path in it is answered with 500.").breaks(
        *both("name-path-up"), *images("name-path-from-root"), verdict="crashed", by=_named(_own_place)
    ),
    hostile("long-name-500", "A file name longer than the file system takes is answered with 500.").breaks(
        *both("name-255-characters-of-three-bytes"), verdict="crashed", by=_named(_own_length)
    ),
    hostile("foreign-letters-in-name-500", "A file name with letters outside ASCII is answered with 500.").breaks(
        *both("name-japanese", "name-255-characters-of-three-bytes"),
        *images("name-combining-accent", "name-right-to-left", "name-emoji"),
        verdict="crashed",
        by=_named(_own_letters),
    ),
    hostile("null-in-name-500", "A file name with a null in it is answered with 500.").breaks(
        *both("name-raw-null"), verdict="crashed", by=_named(_own_end)
    ),
    hostile("unknown-extension-500", "A file name without an extension that is known is answered with 500.").breaks(
        *both("name-no-extension", "name-double-extension", "name-empty", "name-trailing-space"),
        *images("name-extension-alone", "name-trailing-dot"),
        verdict="crashed",
        by=_named(_own_decoder),
        also=("openapi.*",),
    ),
    hostile("name-cut-from-quotes-500", "A file name is looked for between two quotes, and breaks all else.").breaks(
        *both("name-raw-quote", "name-no-quotes", "name-unfinished"),
        verdict="crashed",
        by=_TakenApartByQuotes,
        also=("openapi.*",),
    ),
    hostile("name-lost", "Every medium is called medium, whatever its file was called.").breaks(
        *both(
            "name-archive-extension", "name-path-up", "name-path-up-backslash", "name-line-break", "name-255-characters"
        ),
        *images(
            "name-wrong-extension",
            "name-upper-case",
            "name-path-from-root",
            "name-path-from-drive",
            "name-semicolon",
            "name-quote",
            "name-per-cent",
            "name-markup",
            "name-combining-accent",
            "name-right-to-left",
        ),
        verdict="unclean",
        by=_named(lambda name: f"medium.{name.rpartition('.')[2]}"),
    ),
    hostile("video-name-to-first-dot", "The name of a video ends at the first dot of its file name.").breaks(
        "robustness.video-upload@name-archive-extension", verdict="unclean", by=_named(_to_first_dot)
    ),
    hostile("listed-names-to-first-dot", "In a listing the names of media end at their first dot.").breaks(
        *both("name-archive-extension"), verdict="unclean", by=_ListedToFirstDot
    ),
    hostile("two-parts-both-stored", "Of two files in one upload both are stored, and the last is answered.").breaks(
        *both("two-parts"), verdict="unclean", by=_EveryPartStored
    ),
    hostile("missing-part-500", "An upload without its file is answered with 500.").breaks(
        *both("missing-part", "no-part", "empty-body", "wrong-field-name", "json-body", "bare-file", "unfinished-form"),
        verdict="crashed",
        by=_breaks_on(_file_missing),
        also=("openapi.*",),
    ),
    hostile("file-or-text-500", "A text where a file is due, or a file where a text is, is answered with 500.").breaks(
        *both("file-as-text", "name-extended", "upload-info-as-file"),
        verdict="crashed",
        by=_breaks_on(_file_and_text_mistaken),
        also=("openapi.*",),
    ),
    hostile("unreadable-form-500", "A form that cannot be read is answered with 500.").breaks(
        *both("no-boundary", "wrong-boundary", "name-raw-line-break"),
        verdict="crashed",
        by=answered("no_such_operation", lambda error: broken(error) if error.status == 400 else error.response()),
        also=("openapi.*",),
    ),
    hostile("upload-info-500", "A malformed upload_info is answered with 500.").breaks(
        *both(
            "upload-info-no-json",
            "upload-info-array",
            "upload-info-null",
            "upload-info-boolean",
            "upload-info-text",
            "upload-info-number-without-end",
            "upload-info-nested-10000-deep",
            "upload-info-not-utf8",
            "upload-info-labels-no-list",
            "upload-info-labels-malformed",
            "upload-info-labels-unknown",
        ),
        verdict="crashed",
        by=answered("bad_upload_info", broken),
        also=("openapi.*",),
    ),
    hostile("empty-upload-info-500", "An upload_info of nothing is answered with 500.").breaks(
        *both("upload-info-empty"), verdict="crashed", by=_EmptyInfoBreaks, also=("openapi.*",)
    ),
    hostile("null-upload-info-500", "An upload_info that is null is answered with 500.").breaks(
        *both("upload-info-null"), verdict="crashed", by=_NullInfoBreaks, also=("openapi.*",)
    ),
)
