"""Edits that are refused for their labels, and of which something else is kept all the same."""

from __future__ import annotations

import copy
from abc import abstractmethod
from contextvars import ContextVar
from typing import Final

from contract.limits import EnforcementPoint
from reference.behaviour import Behaviour
from reference.errors import ApiError, LimitReached
from reference.faults.fault import Fault, Group
from reference.faults.sequences import Edits
from reference.store import Document, Store

_LABELS: Final = "project.labels.max@label-management"
# Whether the edit in hand is one that is refused.
_REFUSED: Final[ContextVar[bool]] = ContextVar("refused", default=False)


class _KeepsSome(Edits):
    def admit(self, limit_id: str, point: EnforcementPoint, value: int) -> ApiError | None:
        try:
            return super().admit(limit_id, point, value)
        except LimitReached as late:
            if point is not EnforcementPoint.LABEL_MANAGEMENT:
                raise
            _REFUSED.set(True)
            return late

    def edited(self, store: Store, before: Document, after: Document) -> Document:
        after = super().edited(store, before, after)
        return {**before, **self.kept(before, after)} if _REFUSED.get() else after

    @abstractmethod
    def kept(self, before: Document, after: Document) -> Document:
        """What is written of an edit that is refused."""


class _Name(_KeepsSome):
    def kept(self, before: Document, after: Document) -> Document:  # noqa: ARG002
        return {"name": after["name"]}


class _Colours(_KeepsSome):
    def kept(self, before: Document, after: Document) -> Document:
        kept = copy.deepcopy(before["pipeline"])
        colours = {label["id"]: label["color"] for label in _labels(after["pipeline"])}
        for label in _labels(kept):
            label["color"] = colours.get(label["id"], label["color"])
        return {"pipeline": kept}


def _labels(pipeline: Document) -> list[Document]:
    return [label for task in pipeline["tasks"] for label in task.get("labels", ())]


def _kept(name: str, what: str, by: type[Behaviour]) -> Fault:
    sentence = f"An edit of a project that is refused for its labels {what} all the same."
    return Group("refused edit")(name, sentence).breaks_limit(
        _LABELS, side="above", verdict="unclean", by=by, also=("lifecycle.refusals",)
    )


FAULTS: Final = (
    _kept("refused-edit-renames-project", "renames the project", _Name),
    _kept("refused-edit-colours-label", "gives a label another colour", _Colours),
)
