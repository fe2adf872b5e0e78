"""What was refused can be reached all the same, and refusals whose body is not called what it is."""

from __future__ import annotations

import io
import re
import secrets
from collections.abc import Callable, MutableMapping
from dataclasses import replace
from typing import Any, Final

from fastapi.responses import JSONResponse, Response
from PIL import Image
from starlette.types import ASGIApp, Receive, Scope, Send

from reference.behaviour import Behaviour
from reference.faults.fault import Fault, Group
from reference.faults.replies import Reply, rewriting

_Naming = Callable[[Reply, str], Reply]


def _served(path: str) -> Response:
    """What is shown of something that was refused."""
    if path.endswith(("/thumb", "/full", "/stream")):
        picture = io.BytesIO()
        Image.new("RGB", (32, 32), "red").save(picture, "JPEG")
        return Response(picture.getvalue(), media_type="image/jpeg")
    return JSONResponse({"id": path.rpartition("/")[2], "name": "refused"})


def _reachable(collection: str, below: str, named: _Naming) -> type[Behaviour]:
    """What is refused in a collection can be reached, at an address that its refusal names as ``named`` says."""
    refused = set[str]()

    def name(scope: MutableMapping[str, Any], reply: Reply) -> Reply:
        creates = scope["method"] == "POST" and scope["path"].endswith(collection)
        if not creates or not 400 <= reply.status < 500 or reply.status in (401, 403, 404):
            return reply
        address = f"{scope['path']}/{secrets.token_hex(12)}{below}"
        refused.add(address)
        return named(reply, address)

    class Reachable(rewriting(name)):  # type: ignore[misc]
        def around(self, app: ASGIApp) -> ASGIApp:
            inner = super().around(app)

            async def reached(scope: Scope, receive: Receive, send: Send) -> None:
                shown = scope["type"] == "http" and scope["method"] in ("GET", "HEAD") and scope["path"] in refused
                await (_served(scope["path"]) if shown else inner)(scope, receive, send)

            return reached

    return Reachable


def _in_field(name: str, part: Callable[[str], str] = str) -> _Naming:
    """The refusal has a field more: the address, or a part of it."""
    return lambda reply, address: reply.with_json({**reply.json(), name: part(address)})


def _id_of(address: str) -> str:
    return str(re.findall("[0-9a-f]{24}", address)[-1])


def _in_message(reply: Reply, address: str) -> Reply:
    body = reply.json()
    return reply.with_json({**body, "message": f"{body['message']} ({_id_of(address)})"})


def _in_location(reply: Reply, address: str) -> Reply:
    return reply.with_header(b"location", address.encode())


def _called(media_type: bytes | None, concerned: Callable[[int], bool]) -> type[Behaviour]:
    """Refusals of some statuses are called something else than JSON, or nothing at all."""

    def call(_scope: MutableMapping[str, Any], reply: Reply) -> Reply:
        if not concerned(reply.status) or reply.json() is None:
            return reply
        rest = tuple(pair for pair in reply.headers if pair[0].lower() != b"content-type")
        named = ((b"content-type", media_type),) if media_type else ()
        return replace(reply, headers=(*rest, *named))

    return rewriting(call)


_leftover = Group("leftover")


def _left(name: str, sentence: str, operation: str, by: type[Behaviour]) -> Fault:
    requirement = f"openapi.refusals@{operation}"
    return _leftover(name, sentence).breaks(requirement, verdict="unclean", by=by, also=("openapi.*-data@*",))


FAULTS: Final = (
    _leftover("refused-upload-is-open", "A resumable upload that is refused is open all the same.").breaks(
        "archive.file.max@resumable-upload",
        side="above",
        verdict="unclean",
        by=_reachable("/uploads/resumable", "", _in_location),
        also=("tus.version@*",),
    ),
    _left(
        "refused-thumbnail",
        "A refusal of an image names its thumbnail, which is shown.",
        "upload_image",
        _reachable("/media/images", "/display/thumb", _in_field("thumbnail")),
    ),
    _left(
        "refused-image-by-id",
        "A refusal of an image has an id, by which the image is displayed.",
        "upload_image",
        _reachable("/media/images", "/display/full", _in_field("id", _id_of)),
    ),
    _left(
        "refused-video-in-location",
        "A refusal of a video says in a header where the video lies.",
        "upload_video",
        _reachable("/media/videos", "", _in_location),
    ),
    _left(
        "refused-project-in-message",
        "A refusal of a project has in its message the id by which it reads back.",
        "create_project",
        _reachable("/projects", "", _in_message),
    ),
    _left(
        "refused-dataset-by-id",
        "A refusal of a dataset has an id, by which it reads back.",
        "create_dataset",
        _reachable("/datasets", "", _in_field("dataset_id", _id_of)),
    ),
    *(
        _leftover(name, sentence).breaks(
            "*.max@*",
            verdict="wrong-status",
            side="above",
            by=_called(media_type, lambda status: status == 409),
            also=("*",),
        )
        for name, sentence, media_type in (
            ("conflict-as-text", "Every 409 is called plain text.", b"text/plain"),
            ("conflict-as-bytes", "Every 409 is called a stream of bytes.", b"application/octet-stream"),
            ("conflict-called-nothing", "A 409 does not say what its body is.", None),
        )
    ),
    _leftover("not-found-as-html", "The JSON of a 404 is called HTML.").breaks(
        "openapi.deleted-ids@*",
        verdict="nonconforming",
        by=_called(b"text/html", lambda status: status == 404),
        also=("*",),
    ),
    _leftover("malformed-as-xml", "The JSON of a 400 is called XML.").breaks(
        "openapi.negative-data@*",
        verdict="nonconforming",
        by=_called(b"application/xml", lambda status: status == 400),
        also=("*",),
    ),
)
