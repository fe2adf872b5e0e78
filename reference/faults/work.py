"""Jobs that do not end, warn, take or bring in what they should."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final
from zipfile import ZipInfo

from contract.formats import IMAGE_FORMATS
from contract.limits import EnforcementPoint
from reference.behaviour import Behaviour
from reference.faults.fault import Group

_TRAINING: Final = "training.dataset-size.max"
_MEDIA_AT_IMPORT: Final = (
    "image.side.min@dataset-import",
    "image.side.max@dataset-import",
    "image.pixels.max@dataset-import",
)
_TrainingSet = tuple[tuple[str, ...], int]


def _trains(change: Callable[[_TrainingSet, int], _TrainingSet]) -> type[Behaviour]:
    """A job takes other images, or warns otherwise; the change sees what it should do and how many are annotated."""

    class TrainsOtherwise(Behaviour):
        def training_set(self, images: int, point: EnforcementPoint) -> _TrainingSet:
            return change(super().training_set(images, point), images)

    return TrainsOtherwise


def _silent(concerned: Callable[[str], bool]) -> type[Behaviour]:
    class WarningsMissing(Behaviour):
        def job_warning(self, kind: str, words: str) -> str:
            return "" if concerned(kind) else super().job_warning(kind, words)

    return WarningsMissing


class _NeverEnds(Behaviour):
    def ends(self, kind: str) -> bool:
        return kind != "train" and super().ends(kind)


class _LosesTheLast(Behaviour):
    def importable(self, entries: Sequence[ZipInfo]) -> Sequence[ZipInfo]:
        taken = super().importable(entries)
        images = [entry for entry in taken if entry.filename.lower().rpartition(".")[2] in IMAGE_FORMATS]
        return [entry for entry in taken if entry not in images[-1:]]


_job = Group("job")
FAULTS: Final = (
    _job("training-never-ends", "A training never comes to an end.").breaks(
        f"{_TRAINING}@training", side="below", verdict="inconclusive", by=_NeverEnds
    ),
    _job("training-warning-missing", "A job that leaves images out does not warn of it.").breaks(
        f"{_TRAINING}@*", side="above", verdict="unclean", by=_silent(lambda kind: kind in ("train", "optimize_pot"))
    ),
    _job("training-warns-and-uses-all", "A job warns of the limit, and uses all images all the same.").breaks(
        f"{_TRAINING}@*", side="above", verdict="not-enforced", by=_trains(lambda should, images: (should[0], images))
    ),
    _job("training-uses-one-fewer", "A job leaves out one image of those it should use.").breaks(
        f"{_TRAINING}@*",
        side="at",
        verdict="over-enforced",
        by=_trains(lambda should, _: (should[0], max(0, should[1] - 1))),
    ),
    _job("import-leaves-out-in-silence", "An import leaves out what is over a limit without a word.").breaks(
        *_MEDIA_AT_IMPORT,
        side="above",
        verdict="unclean",
        by=_silent(lambda kind: "import" in kind),
        also=("project.media.max@*",),
    ),
    _job("import-loses-last-file", "The last image of every imported archive is lost.").breaks(
        *_MEDIA_AT_IMPORT, side="at", verdict="unclean", by=_LosesTheLast, also=("project.*", "organization.*")
    ),
)
