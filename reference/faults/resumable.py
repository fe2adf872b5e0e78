"""A resumable upload whose parts are not put together as they came."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

from reference.behaviour import Behaviour
from reference.faults.fault import Fault, Group
from reference.faults.replies import read_body

_UPLOAD: Final = re.compile(r".*/uploads/resumable/[^/]+")
_OFFSET: Final = b"upload-offset"


def _further(kept: Callable[[bytes], bytes]) -> type[Behaviour]:
    """Of each part but the first what is ``kept`` of its bytes."""

    class FurtherParts(Behaviour):
        def around(self, app: ASGIApp) -> ASGIApp:
            inner = super().around(app)

            async def further(scope: Scope, receive: Receive, send: Send) -> None:
                appends = scope["type"] == "http" and scope["method"] == "PATCH" and _UPLOAD.fullmatch(scope["path"])
                if not appends or dict(scope["headers"]).get(_OFFSET, b"0") == b"0":
                    await inner(scope, receive, send)
                    return
                body, _again = await read_body(receive)
                part = {"type": "http.request", "body": kept(body), "more_body": False}

                async def changed() -> dict[str, object]:
                    return part

                await inner(scope, changed, send)

            return further

    return FurtherParts


_resumable = Group("constraint", ("openapi.*",))


def _parts(name: str, sentence: str, kept: Callable[[bytes], bytes]) -> Fault:
    return _resumable(name, sentence).breaks(
        "tus.whole@import-preparation", side="at", verdict="over-enforced", by=_further(kept)
    )


FAULTS: Final = (
    _parts(
        "tus-parts-zeroed", "The parts of a resumable upload after its first are zeros.", lambda part: bytes(len(part))
    ),
    _parts(
        "tus-parts-reversed", "The parts of a resumable upload after its first come backwards.", lambda part: part[::-1]
    ),
)
