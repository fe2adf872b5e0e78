"""Trainings that warn where they need not, do not where they should, or say something else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

from contract.limits import EnforcementPoint
from contract.profiles import Profile
from reference.behaviour import Behaviour
from reference.faults.fault import Fault, Group
from reference.faults.replies import json_object, read_body
from reference.store import Store

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


class _ScratchDoesNotWarn(Behaviour):
    """The job after a request for a training from scratch does not warn."""

    def __init__(self, profile: Profile) -> None:
        super().__init__(profile)
        self.from_scratch = False

    def around(self, app: ASGIApp) -> ASGIApp:
        inner = super().around(app)

        async def noticed(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] == "http" and scope["path"].endswith(":train"):
                body, receive = await read_body(receive)
                self.from_scratch |= json_object(body).get("train_from_scratch") is True
            await inner(scope, receive, send)

        return noticed

    def training_set(self, images: int, point: EnforcementPoint) -> tuple[tuple[str, ...], int]:
        warnings, used = super().training_set(images, point)
        from_scratch, self.from_scratch = self.from_scratch, False
        return (() if from_scratch else warnings), used


class _DeletedCount(Behaviour):
    """A training of as many images as it may take warns once annotated images were deleted."""

    def __init__(self, profile: Profile) -> None:
        super().__init__(profile)
        self.deleted = 0

    def remove(self, store: Store, kind: str, identifier: str) -> None:
        self.deleted += kind == "image" and bool(store.kinds(identifier))
        super().remove(store, kind, identifier)

    def training_set(self, images: int, point: EnforcementPoint) -> tuple[tuple[str, ...], int]:
        warnings, used = super().training_set(images, point)
        bound = self.limit(_LIMIT, point)
        if bound == images and self.deleted and point is EnforcementPoint.TRAINING:
            return (_words(images + self.deleted, bound),), used
        return warnings, used


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
    _training(
        "training-from-scratch-does-not-warn", "A training from scratch does not warn of the limit."
    ).breaks_limit(f"{_LIMIT}@training", side="above", verdict="unclean", by=_ScratchDoesNotWarn),
    _training(
        "training-warns-of-deleted-images", "Annotated images that were deleted count for the warning of a training."
    ).breaks_limit(f"{_LIMIT}@training", side="at", verdict="over-enforced", by=_DeletedCount),
)
