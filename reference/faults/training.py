"""Trainings that warn where they need not, do not where they should, or say something else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from contract.limits import EnforcementPoint
from reference.behaviour import Behaviour
from reference.faults.fault import Fault, Group

_LIMIT: Final = "training.dataset-size.max"
# Changes the warnings of a job, seeing how many images are annotated, how many are allowed, and for what it is.
_Change = Callable[[tuple[str, ...], int, int, EnforcementPoint], tuple[str, ...]]


def _warns(change: _Change) -> type[Behaviour]:
    class WarnsOtherwise(Behaviour):
        def training_set(self, images: int, point: EnforcementPoint) -> tuple[tuple[str, ...], int]:
            warnings, used = super().training_set(images, point)
            bound = self.limit(_LIMIT, point)
            return (warnings if bound is None else change(warnings, images, bound, point)), used

    return WarnsOtherwise


def _words(images: int, bound: int) -> str:
    return f"The dataset has {images} images and may exceed the limit of {bound}."


_training = Group("training")


def _warning(name: str, sentence: str, point: str, side: str, verdict: str, change: _Change) -> Fault:
    return _training(name, sentence).breaks_limit(f"{_LIMIT}@{point}", side=side, verdict=verdict, by=_warns(change))


FAULTS: Final = (
    _warning(
        "training-always-warns",
        "Every job warns of the limit.",
        "training",
        "below",
        "over-enforced",
        lambda _warnings, images, bound, _point: (_words(images, bound),),
    ),
    _warning(
        "training-warns-at-limit",
        "A job that uses as many images as it may warns of the limit.",
        "training",
        "at",
        "over-enforced",
        lambda warnings, images, bound, _point: (_words(images, bound),) if images == bound else warnings,
    ),
    _warning(
        "optimization-always-warns",
        "Every optimization warns of the limit.",
        "optimize",
        "at",
        "over-enforced",
        lambda warnings, images, bound, point: (
            (_words(images, bound),) if point is EnforcementPoint.OPTIMIZE else warnings
        ),
    ),
    _warning(
        "training-warns-late",
        "A job that leaves out a single image does not warn of it.",
        "training",
        "above",
        "unclean",
        lambda warnings, images, bound, _point: warnings if images > bound + 1 else (),
    ),
    _warning(
        "training-warns-of-memory",
        "Every job warns of its memory, and none of the limit.",
        "training",
        "above",
        "unclean",
        lambda _warnings, images, _bound, _point: (f"Memory for {images} steps is short.",),
    ),
    _warning(
        "hpo-does-not-warn",
        "A training with hyper parameter optimization does not warn of the limit.",
        "hpo",
        "above",
        "unclean",
        lambda warnings, _images, _bound, point: () if point is EnforcementPoint.HPO else warnings,
    ),
)
