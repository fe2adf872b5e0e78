"""Limits of media that are not checked where a medium comes in one way and is of one kind: pairs that no route has."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import Final

from contract.limits import EnforcementPoint
from contract.profiles import Profile
from reference.behaviour import Behaviour
from reference.faults.dimensions import DRAWN
from reference.faults.fault import Fault
from reference.inspection import Arrival
from reference.store import Store

_IMAGE, _IMPORT = EnforcementPoint.IMAGE_UPLOAD, EnforcementPoint.DATASET_IMPORT
_JPEG: Final = (".jpg", ".jpeg", ".jfif")
_LONG_NAME, _PLACE = 50, 10


def _unchecked(where: Callable[[Arrival], bool]) -> type[Behaviour]:
    class UncheckedThere(Behaviour):
        def is_checked(self, arrival: Arrival) -> bool:
            return super().is_checked(arrival) and not where(arrival)

    return UncheckedThere


class _WebpUncheckedAfterDeletion(Behaviour):
    def __init__(self, profile: Profile) -> None:
        super().__init__(profile)
        self._freed = set[str]()

    def remove(self, store: Store, kind: str, identifier: str) -> None:
        super().remove(store, kind, identifier)
        self._freed.add(kind)

    def is_checked(self, arrival: Arrival) -> bool:
        freed = "image" in self._freed
        self._freed.clear()
        return super().is_checked(arrival) and not (freed and _suffix(arrival) == ".webp")


class _UncheckedFromTheTenth(Behaviour):
    """The project of an upload is not at hand where it is checked: how many media it holds was counted before."""

    def __init__(self, profile: Profile) -> None:
        super().__init__(profile)
        self._held = threading.local()

    def count(self, store: Store, limit_id: str, parent: str, kind: str) -> int:
        held = super().count(store, limit_id, parent, kind)
        if limit_id == "project.media.max":
            self._held.media = held
        return held

    def is_checked(self, arrival: Arrival) -> bool:
        upload = arrival.at is not _IMPORT
        return super().is_checked(arrival) and not (upload and getattr(self._held, "media", 0) >= _PLACE - 1)


def _suffix(arrival: Arrival) -> str:
    return PurePosixPath(arrival.file_name).suffix.lower()


def _is_called(suffix: str) -> Callable[[Arrival], bool]:
    return lambda arrival: PurePosixPath(arrival.file_name).suffix == suffix


def _has_long_name(arrival: Arrival) -> bool:
    return len(PurePosixPath(arrival.file_name).stem) > _LONG_NAME


def _comes(name: str, sentence: str, where: Callable[[Arrival], bool], requirement: str = "") -> Fault:
    """Whatever comes in one way passes every limit of media."""
    broken = requirement or "image.side.min@image-upload"
    return DRAWN(name, sentence).breaks(broken, side="above", verdict="not-enforced", by=_unchecked(where))


FAULTS: Final = (
    _comes(
        "capital-webp-unchecked", "No limit of images is checked where a WebP is called .WEBP.", _is_called(".WEBP")
    ),
    _comes(
        "capital-tif-with-labels-unchecked",
        "No limit of images is checked where a .TIF in capitals comes with labels.",
        lambda arrival: _is_called(".TIF")(arrival) and "label_ids" in (arrival.info or ""),
    ),
    _comes(
        "jpeg-in-second-dataset-unchecked",
        "No limit of images is checked for a JPEG in a dataset that is not for training.",
        lambda arrival: not arrival.dataset["use_for_training"] and _suffix(arrival) in _JPEG,
    ),
    _comes(
        "long-named-jpeg-unchecked",
        "No limit of images is checked for a JPEG whose name has more than 50 characters.",
        lambda arrival: arrival.at is _IMAGE and _has_long_name(arrival) and _suffix(arrival) in _JPEG,
    ),
    _comes(
        "avi-with-upload-info-unchecked",
        "No limit of videos is checked for an AVI in the first dataset that comes with an upload_info.",
        lambda arrival: (
            _suffix(arrival) == ".avi" and arrival.info is not None and bool(arrival.dataset["use_for_training"])
        ),
        "video.side.min@video-upload",
    ),
    DRAWN("webp-after-deletion-unchecked", "No limit is checked of a WebP that comes after a deletion.").breaks(
        "image.side.min@image-upload", side="above", verdict="not-enforced", by=_WebpUncheckedAfterDeletion
    ),
    DRAWN("tenth-medium-unchecked", "From the tenth medium of a project on no limit of media is checked.").breaks(
        "image.side.min@image-upload", side="above", verdict="not-enforced", by=_UncheckedFromTheTenth
    ),
    _comes(
        "nested-import-unchecked",
        "No limit is checked of what lies in folders of its own in an archive.",
        lambda arrival: arrival.at is _IMPORT and len(PurePosixPath(arrival.file_name).parts) > len(("a", "b", "c")),
        "image.side.min@dataset-import",
    ),
    _comes(
        "capital-jpg-import-unchecked",
        "No limit is checked of what is called .JPG in an archive.",
        lambda arrival: arrival.at is _IMPORT and _is_called(".JPG")(arrival),
        "image.side.min@dataset-import",
    ),
)
