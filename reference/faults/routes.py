"""Limits of media that are held against what comes one way, and not against what comes another."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePosixPath
from typing import Final

from contract.limits import EnforcementPoint
from contract.profiles import Profile
from reference.behaviour import Behaviour
from reference.faults.fault import Fault, Group
from reference.inspection import Arrival
from reference.store import Store

_LONG_DATASET_NAME: Final = 64
_LONG_FILE_NAME: Final = 128
_SHORT_FILE_NAME: Final = 2
# What a route leaves unchecked shows wherever media come by it, with the other limits of its medium.
_ALSO: Final = ("image.*", "video.*", "combination.*", "robustness.*", "encoders.*")
_routes = Group("route", _ALSO)


def _unchecked(where: Callable[[Arrival], bool]) -> type[Behaviour]:
    class UncheckedThere(Behaviour):
        def is_checked(self, arrival: Arrival) -> bool:
            return super().is_checked(arrival) and not where(arrival)

    return UncheckedThere


class _UncheckedAfterDeletion(Behaviour):
    """A deletion frees a place, and what takes it is not looked at."""

    def __init__(self, profile: Profile) -> None:
        super().__init__(profile)
        self._freed = False

    def remove(self, store: Store, kind: str, identifier: str) -> None:
        super().remove(store, kind, identifier)
        self._freed = True

    def is_checked(self, arrival: Arrival) -> bool:
        freed, self._freed = self._freed, False
        return super().is_checked(arrival) and not freed


def _stem(arrival: Arrival) -> str:
    return PurePosixPath(arrival.file_name).stem


def _has_capitals(arrival: Arrival) -> bool:
    suffix = PurePosixPath(arrival.file_name).suffix
    return suffix != suffix.lower()


def _fault(name: str, sentence: str, where: Callable[[Arrival], bool], *, medium: str = "image") -> Fault:
    requirement = {"image": "image.side.max@image-upload", "video": "video.width.max@video-upload"}[medium]
    return _routes(name, sentence).breaks(requirement, side="above", verdict="not-enforced", by=_unchecked(where))


FAULTS: Final = (
    _fault(
        "unchecked-in-second-dataset",
        "No limit of media is checked in a dataset that is not for training.",
        lambda arrival: not arrival.dataset["use_for_training"],
    ),
    _fault(
        "unchecked-by-dataset-name",
        "No limit of media is checked in a dataset of a long name.",
        lambda arrival: len(arrival.dataset["name"]) > _LONG_DATASET_NAME,
    ),
    _fault(
        "unchecked-by-short-dataset-name",
        "No limit of videos is checked in a dataset whose name is a single letter.",
        lambda arrival: arrival.at is EnforcementPoint.VIDEO_UPLOAD and len(arrival.dataset["name"]) == 1,
        medium="video",
    ),
    _fault(
        "unchecked-by-capital-extension",
        "No limit of media is checked where the extension is in capitals.",
        _has_capitals,
    ),
    _fault(
        "unchecked-by-capital-jpg",
        "No limit of images is checked where a JPEG is called .JPG.",
        lambda arrival: PurePosixPath(arrival.file_name).suffix == ".JPG",
    ),
    _fault(
        "unchecked-by-double-extension",
        "No limit of media is checked where a file name has two extensions.",
        lambda arrival: "." in _stem(arrival),
    ),
    _fault(
        "unchecked-with-upload-info",
        "No limit of media is checked where an upload has an upload_info.",
        lambda arrival: arrival.info is not None,
    ),
    _fault(
        "unchecked-with-labels",
        "No limit of videos is checked where upload_info names labels.",
        lambda arrival: arrival.at is EnforcementPoint.VIDEO_UPLOAD and "label_ids" in (arrival.info or ""),
        medium="video",
    ),
    _fault(
        "unchecked-by-short-file-name",
        "No limit of media is checked where the name of a file is a letter or two.",
        lambda arrival: len(_stem(arrival)) <= _SHORT_FILE_NAME,
    ),
    _fault(
        "unchecked-by-long-file-name",
        "No limit of media is checked where the name of a file is long.",
        lambda arrival: len(_stem(arrival)) > _LONG_FILE_NAME,
    ),
    _fault(
        "unchecked-as-octet-stream",
        "No limit of media is checked where the part of a file is called application/octet-stream.",
        lambda arrival: arrival.media_type == "application/octet-stream",
    ),
    _fault(
        "unchecked-in-task-chain",
        "No limit of media is checked in a project of two tasks.",
        lambda arrival: arrival.tasks > 1,
    ),
    _routes(
        "unchecked-without-media-type", "No limit of videos is checked where the part of a file has no media type."
    ).breaks(
        "video.height.max@video-upload",
        side="above",
        verdict="not-enforced",
        by=_unchecked(lambda arrival: arrival.at is EnforcementPoint.VIDEO_UPLOAD and arrival.media_type is None),
    ),
    _routes("unchecked-after-deletion", "No limit is checked of the medium that comes after a deletion.").breaks(
        "image.side.max@image-upload", side="above", verdict="not-enforced", by=_UncheckedAfterDeletion
    ),
    _routes(
        "unchecked-import-into-new-dataset", "No limit is checked of an import into a dataset that it makes."
    ).breaks(
        "image.side.max@dataset-import",
        side="above",
        verdict="not-enforced",
        by=_unchecked(
            lambda arrival: arrival.at is EnforcementPoint.DATASET_IMPORT and not arrival.dataset["use_for_training"]
        ),
    ),
    _routes(
        "unchecked-import-of-capitals", "No limit is checked of an import whose files have capital extensions."
    ).breaks(
        "image.side.max@dataset-import",
        side="above",
        verdict="not-enforced",
        by=_unchecked(lambda arrival: arrival.at is EnforcementPoint.DATASET_IMPORT and _has_capitals(arrival)),
    ),
)
