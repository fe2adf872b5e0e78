"""What is over a limit is refused, but not as documented: another status, another body, none, or far too late."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import Receive, Scope, Send

from reference.errors import ApiError, LimitReached
from reference.faults.fault import Fault, Group
from reference.faults.replies import broken, refusing


class _Cut(Response):
    """Announces a body, and closes the connection before it comes."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        headers = [(b"content-type", b"application/json"), (b"content-length", b"100")]
        await send({"type": "http.response.start", "status": self.status_code, "headers": headers})


class _Late(Response):
    """Keeps the client waiting for longer than anybody waits."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await asyncio.sleep(600)
        await super().__call__(scope, receive, send)


def _body(error: ApiError, **changed: Any) -> dict[str, Any]:
    """The documented error body with some of its fields changed; None leaves one out."""
    body = {"error_code": error.code, "message": error.message, "http_status": error.status, **changed}
    return {key: value for key, value in body.items() if value is not None}


def _status(status: int) -> Callable[[ApiError], Response]:
    return lambda error: ApiError(status, error.code, error.message).response()


@dataclass(frozen=True, slots=True)
class _Refusal:
    """A fault by its name and sentence: what is over one limit is refused in another way."""

    name: str
    sentence: str

    def of(self, requirement: str, answer: Callable[[ApiError], Response], verdict: str = "wrong-status") -> Fault:
        """The fault at the requirement."""
        limit_id = requirement.partition("@")[0]
        by = refusing(lambda error: isinstance(error, LimitReached) and error.limit_id == limit_id, answer)
        entry = Group("refusal")(self.name, self.sentence)
        return entry.breaks_limit(requirement, side="above", verdict=verdict, by=by)


FAULTS: Final = (
    _Refusal("refuse-400", "An image below the smallest side is refused with 400 in place of 409.").of(
        "image.side.min@image-upload", _status(400)
    ),
    _Refusal("refuse-403", "Too many labels are refused with 403, as if the key were at fault.").of(
        "project.labels.max@label-management", _status(403), "inconclusive"
    ),
    _Refusal("refuse-413", "An image of too many pixels is refused with 413 in place of 409.").of(
        "image.pixels.max@image-upload", _status(413)
    ),
    _Refusal("refuse-415", "An image side over the limit is refused with 415 in place of 409.").of(
        "image.side.max@image-upload", _status(415)
    ),
    _Refusal("refuse-422", "A chain of too many tasks is refused with 422 in place of 409.").of(
        "project.tasks.max@project-creation", _status(422)
    ),
    _Refusal("refuse-500", "A video over the duration limit is answered with 500 in place of 409.").of(
        "video.duration.max@video-upload", broken, "crashed"
    ),
    _Refusal("refuse-503", "A video over the width limit is answered with 503, each time.").of(
        "video.width.max@video-upload", lambda _: PlainTextResponse("upstream connect error", 503), "crashed"
    ),
    _Refusal("refuse-200", "A video over the height limit is not stored, and answered 200 with an error body.").of(
        "video.height.max@video-upload", lambda error: JSONResponse(_body(error), 200)
    ),
    _Refusal("refuse-201-dataset", "A dataset too many is not created, and answered 201 with an error body.").of(
        "project.datasets.max@dataset-creation", lambda error: JSONResponse(_body(error), 201)
    ),
    _Refusal("refuse-204", "An annotation version too many is not kept, and answered 204.").of(
        "media.annotation-versions.max@frame-annotation", lambda _: Response(status_code=204)
    ),
    _Refusal(
        "refuse-302", "An image side over the limit is answered with a redirection to a page that explains it."
    ).of("image.side.max@image-upload", lambda _: RedirectResponse("/limits.html", 302), "inconclusive"),
    _Refusal("refuse-409-name-taken", "A dataset too many is refused with 409, as if its name were taken.").of(
        "project.datasets.max@dataset-creation",
        lambda _: ApiError(409, "dataset_already_exists", "A dataset of this name already exists.").response(),
    ),
    _Refusal("refuse-409-locked", "Too many labels are refused with 409, as if a job had locked the project.").of(
        "project.labels.max@label-management",
        lambda _: ApiError(409, "project_locked", "The project is locked by a running job.").response(),
        "inconclusive",
    ),
    _Refusal("refuse-409-html", "A project too many is refused with 409 and a page of HTML.").of(
        "organization.projects.max@project-creation",
        lambda _: HTMLResponse("<html><body><h1>409 Conflict</h1></body></html>", 409),
    ),
    _Refusal("refuse-409-empty", "An image too many is refused with 409 and no body.").of(
        "project.media.max@image-upload", lambda _: Response(status_code=409)
    ),
    _Refusal("refuse-409-text", "A video that is too small is refused with 409 and plain text.").of(
        "video.side.min@video-upload", lambda error: PlainTextResponse(error.message, 409)
    ),
    _Refusal(
        "refuse-409-detail", "An image side over the limit is refused with 409 and the framework's own error body."
    ).of("image.side.max@image-upload", lambda error: JSONResponse({"detail": error.message}, 409)),
    _Refusal("refuse-409-without-code", "An annotation version too many is refused with 409 and no error_code.").of(
        "media.annotation-versions.max@image-annotation", lambda error: JSONResponse(_body(error, error_code=None), 409)
    ),
    _Refusal("refuse-409-without-message", "A video over the duration limit is refused with 409 and no message.").of(
        "video.duration.max@video-upload", lambda error: JSONResponse(_body(error, message=""), 409)
    ),
    _Refusal("refuse-409-says-400", "Too many labels are refused with 409, and the body says 400.").of(
        "project.labels.max@project-creation", lambda error: JSONResponse(_body(error, http_status=400), 409)
    ),
    _Refusal("refusal-cut-short", "The connection is closed in the midst of the refusal of an image too large.").of(
        "image.pixels.max@image-upload", lambda _: _Cut(status_code=409), "crashed"
    ),
    _Refusal("refusal-never-comes", "A video below the smallest side is never answered.").of(
        "video.side.min@video-upload", lambda error: _Late(error.message, 409), "crashed"
    ),
)
