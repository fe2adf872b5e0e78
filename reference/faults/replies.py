"""Replies changed on their way out, after the deployment has done all it should."""

from __future__ import annotations

import json
from collections.abc import Callable, MutableMapping
from dataclasses import dataclass, replace
from typing import Any, Final

from fastapi.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from reference.behaviour import Behaviour
from reference.errors import ApiError

_BROKEN: Final = {"detail": "Internal Server Error"}


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer as it would go out; ``promised`` is its length in bytes where more is announced than comes."""

    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes
    promised: int | None = None

    def json(self) -> Any:
        """The body where it is a JSON object, else None."""
        try:
            value = json.loads(self.body)
        except ValueError:
            return None
        return value if isinstance(value, dict) else None

    def with_json(self, value: Any, status: int | None = None) -> Reply:
        """The answer with another body, of JSON."""
        return self.with_body(json.dumps(value).encode(), b"application/json", status)

    def broken(self) -> Reply:
        """The answer of a deployment that breaks, in place of this one."""
        return self.with_json(_BROKEN, 500)

    def with_body(self, body: bytes, media_type: bytes, status: int | None = None) -> Reply:
        """The answer with another body."""
        rest = tuple(pair for pair in self.headers if pair[0].lower() != b"content-type")
        return replace(self, body=body, headers=(*rest, (b"content-type", media_type)), status=status or self.status)

    def with_header(self, name: bytes, value: bytes) -> Reply:
        """The answer with one header more."""
        return replace(self, headers=(*self.headers, (name, value)))


def uploads(scope: MutableMapping[str, Any]) -> bool:
    """Whether a request uploads a medium."""
    path: str = scope["path"]
    return scope["method"] == "POST" and path.endswith(("/media/images", "/media/videos"))


Change = Callable[[MutableMapping[str, Any], Reply], Reply]


def rewriting(change: Change) -> type[Behaviour]:
    """A behaviour whose answers are what ``change`` makes of request and answer."""

    class Rewriting(Behaviour):
        def around(self, app: ASGIApp) -> ASGIApp:
            return rewritten(super().around(app), change)

    return Rewriting


def rewritten(inner: ASGIApp, change: Change) -> ASGIApp:
    """An application whose answers are what ``change`` makes of them."""

    async def rewriting(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await inner(scope, receive, send)
            return
        start: Message = {}
        body = bytearray()

        async def hold(message: Message) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
            else:
                body.extend(message.get("body", b""))

        await inner(scope, receive, hold)
        reply = change(scope, Reply(start["status"], tuple(start["headers"]), bytes(body)))
        length = len(reply.body) if reply.promised is None else reply.promised
        rest = [pair for pair in reply.headers if pair[0].lower() != b"content-length"]
        keep = scope["method"] == "HEAD" or reply.status in (204, 304)
        headers = list(reply.headers) if keep else [*rest, (b"content-length", str(length).encode())]
        await send({"type": "http.response.start", "status": reply.status, "headers": headers})
        await send({"type": "http.response.body", "body": reply.body, "more_body": reply.promised is not None})

    return rewriting


async def read_body(receive: Receive) -> tuple[bytes, Receive]:
    """The body of a request, and what hands it on."""
    messages: list[Message] = [await receive()]
    while messages[-1].get("more_body"):
        messages.append(await receive())
    left = iter(messages)

    async def again() -> Message:
        return next(left, None) or await receive()

    return b"".join(each.get("body", b"") for each in messages), again


class Looking(Behaviour):
    """Looks at the JSON objects that are sent before anything is done."""

    def look(self, method: str, path: str, body: dict[str, Any]) -> ApiError | None:  # noqa: ARG002  faults look at them
        """What a request is refused with; None where it is handed on."""
        return None

    def around(self, app: ASGIApp) -> ASGIApp:
        """Each body is looked at, and handed on where nothing speaks against it."""
        inner = super().around(app)

        async def looked(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != "http" or scope["method"] not in ("POST", "PUT"):
                await inner(scope, receive, send)
                return
            body, again = await read_body(receive)
            refusal = self.look(scope["method"], scope["path"], json_object(body))
            if refusal is None:
                await inner(scope, again, send)
            else:
                await refusal.response()(scope, again, send)

        return looked


def json_object(body: bytes) -> dict[str, Any]:
    """The JSON object of a body; empty where it is none."""
    try:
        value = json.loads(body)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def refusing(concerned: Callable[[ApiError], bool], answer: Callable[[ApiError], Response]) -> type[Behaviour]:
    """A behaviour that answers the refusals that are concerned with ``answer``."""

    class RefusesOtherwise(Behaviour):
        def refusal(self, error: ApiError) -> Response:
            return answer(error) if concerned(error) else super().refusal(error)

    return RefusesOtherwise


def broken(_error: Exception) -> Response:
    """The answer to a request that broke the deployment."""
    return JSONResponse(_BROKEN, 500)
