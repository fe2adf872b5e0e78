"""Jobs that do not end, warn, take or bring in what they should."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final
from zipfile import ZipInfo

from contract.formats import IMAGE_FORMATS
from contract.limits import EnforcementPoint
from reference.behaviour import Behaviour
from reference.faults.fault import Fault

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


def _job(
    name: str,
    sentence: str,
    requirements: tuple[str, ...],
    side: str,
    verdict: str,
    behaviour: type[Behaviour],
    *also: str,
) -> Fault:
    return Fault(name, sentence, "job", requirements, side, verdict, behaviour, also)


FAULTS: Final = (
    _job(
        "training-never-ends",
        "A training never comes to an end.",
        (f"{_TRAINING}@training",),
        "below",
        "inconclusive",
        _NeverEnds,
    ),
    _job(
        "training-warning-missing",
        "A job that leaves images out does not warn of it.",
        (f"{_TRAINING}@*",),
        "above",
        "unclean",
        _silent(lambda kind: kind in ("train", "optimize_pot")),
    ),
    _job(
        "training-warns-and-uses-all",
        "A job warns of the limit, and uses all images all the same.",
        (f"{_TRAINING}@*",),
        "above",
        "not-enforced",
        _trains(lambda should, images: (should[0], images)),
    ),
    _job(
        "training-uses-one-fewer",
        "A job leaves out one image of those it should use.",
        (f"{_TRAINING}@*",),
        "at",
        "over-enforced",
        _trains(lambda should, _: (should[0], max(0, should[1] - 1))),
    ),
    _job(
        "import-leaves-out-in-silence",
        "An import leaves out what is over a limit without a word.",
        _MEDIA_AT_IMPORT,
        "above",
        "unclean",
        _silent(lambda kind: "import" in kind),
        "project.media.max@*",
    ),
    _job(
        "import-loses-last-file",
        "The last image of every imported archive is lost.",
        _MEDIA_AT_IMPORT,
        "at",
        "unclean",
        _LosesTheLast,
        "project.*",
        "organization.*",
    ),
)
