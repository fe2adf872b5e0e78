"""Annotations that are shown where none were made, and those that are not the latest although they came last."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, MutableMapping
from contextvars import ContextVar
from typing import Any, Final

from starlette.types import ASGIApp, Receive, Scope, Send

from contract.profiles import Profile
from reference.behaviour import Behaviour
from reference.faults.fault import Fault, Group
from reference.faults.fields import altered
from reference.faults.replies import Reply, rewritten
from reference.store import Store

# So long is waited for others that come at one time, in seconds, and so many are kept as they should be.
_GAP_S: Final = 0.2
_KEPT: Final = 2
_ANNOTATIONS: Final = re.compile(
    r"(?P<dataset>.*)/media/(?P<kind>\w+)/(?P<medium>[^/]+)(?:/frames/(?P<frame>\d+))?/annotations(?P<latest>/latest)?"
)
_Place = tuple[str, str, str, int]
_FRAME: Final = ("openapi.fields@annotate_frame",)


def _shown_elsewhere(shown_at: Callable[[_Place], _Place]) -> type[Behaviour]:
    """What has no annotations shows those that were made at another place."""

    class ShownElsewhere(Behaviour):
        def __init__(self, profile: Profile) -> None:
            super().__init__(profile)
            self.made = dict[_Place, Any]()

        def around(self, app: ASGIApp) -> ASGIApp:
            def shown(scope: MutableMapping[str, Any], reply: Reply) -> Reply:
                found = _ANNOTATIONS.fullmatch(scope["path"])
                if found is None:
                    return reply
                place = (found["dataset"], found["kind"], found["medium"], int(found["frame"] or 0))
                if scope["method"] == "POST" and reply.status == 200:
                    self.made[place] = self.made[_whichever_medium(place)] = reply.json()
                elif reply.status == 204 and found["latest"] and shown_at(place) in self.made:
                    return reply.with_json(self.made[shown_at(place)], 200)
                return reply

            return rewritten(super().around(app), shown)

    return ShownElsewhere


def _whichever_medium(place: _Place) -> _Place:
    dataset, kind, _medium, frame = place
    return dataset, kind, "", frame


def _frame_before(place: _Place) -> _Place:
    return (*place[:-1], place[-1] - 1)


def _frame_after(place: _Place) -> _Place:
    return (*place[:-1], place[-1] + 1)


class _OldestIsLatest(Behaviour):
    """From the third on, what comes at one time leaves the oldest version in the place of the latest."""

    def __init__(self, profile: Profile) -> None:
        super().__init__(profile)
        self.within = 0
        self.late = ContextVar("late", default=False)

    def around(self, app: ASGIApp) -> ASGIApp:
        inner = super().around(app)

        async def met(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != "http" or scope["method"] != "POST" or not _ANNOTATIONS.fullmatch(scope["path"]):
                await inner(scope, receive, send)
                return
            self.within += 1
            late = self.late.set(self.within > _KEPT)
            try:
                await asyncio.sleep(_GAP_S)
                await inner(scope, receive, send)
            finally:
                self.within -= 1
                self.late.reset(late)

        return met

    def annotated(self, store: Store, medium: str, kind: str) -> None:
        super().annotated(store, medium, kind)
        if self.late.get():
            oldest, *_ = store.list(medium, kind)
            store.delete(oldest["id"])
            store.put(kind, oldest["id"], medium, oldest)


def _beside(name: str, sentence: str, requirements: tuple[str, ...], shown_at: Callable[[_Place], _Place]) -> Fault:
    return altered(name, sentence, requirements, _shown_elsewhere(shown_at))


FAULTS: Final = (
    _beside("annotations-of-frame-before", "A frame without annotations shows those before it.", _FRAME, _frame_before),
    _beside("annotations-of-frame-after", "A frame without annotations shows those behind it.", _FRAME, _frame_after),
    _beside(
        "annotations-of-another-medium",
        "What has no annotations shows those that were made last in its dataset.",
        ("openapi.fields@annotate_*",),
        _whichever_medium,
    ),
    Group("simultaneous", ("*.max@*",))(
        "oldest-annotation-latest",
        "From the third on, annotations that come at one time leave the oldest as the latest.",
    ).breaks("openapi.at-one-time@annotate_image", verdict="unclean", by=_OldestIsLatest),
)
