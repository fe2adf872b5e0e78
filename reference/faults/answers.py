"""Answers with another status, another body or none, whatever the deployment has done."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, MutableMapping
from dataclasses import replace
from typing import Any, Final
from urllib.parse import parse_qs

from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from reference.behaviour import Behaviour
from reference.errors import ApiError
from reference.faults.fault import Fault
from reference.faults.refusing import broken, refusing
from reference.faults.rewriting import Reply, rewriting, uploads


def _refuses(status: int, answer: Callable[[ApiError], Response]) -> type[Behaviour]:
    return refusing(lambda error: error.status == status, answer)


def _malformed(answer: Callable[[RequestValidationError], Response]) -> type[Behaviour]:
    class AnswersMalformed(Behaviour):
        def malformed(self, error: RequestValidationError) -> Response:
            return answer(error)

    return AnswersMalformed


class _StatusNeverComes(Behaviour):
    def around(self, app: ASGIApp) -> ASGIApp:
        inner = super().around(app)

        async def late(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] == "http" and scope["path"].endswith("/status"):
                await asyncio.sleep(600)
            await inner(scope, receive, send)

        return late


# What follows such a word in a path is an id, a number, or `latest`.
_ID: Final = re.compile(
    r"/(?:organizations|workspaces|projects|datasets|images|videos|frames|annotations|jobs|tasks|models|model_groups"
    r"|resumable)/(?!(?:[0-9a-f]{24}|[0-9a-f-]{36}|\d+|latest)(?:[:/]|$))[^/]+"
)


def _malformed_ids_break(scope: MutableMapping[str, Any], reply: Reply) -> Reply:
    malformed = 400 <= reply.status < 500 and reply.status != 401 and _ID.search(scope["path"])
    return reply.with_json({"detail": "InvalidId"}, 500) if malformed else reply


def _misplaced_pieces_break(scope: MutableMapping[str, Any], reply: Reply) -> Reply:
    misplaced = scope["method"] == "PATCH" and reply.status == 409
    return reply.broken() if misplaced else reply


def _read(scope: MutableMapping[str, Any], reply: Reply) -> bool:
    """Whether an answer is a success of an operation that reads an object."""
    return scope["method"] == "GET" and reply.status == 200 and reply.json() is not None and "/api/" in scope["path"]


def _without_first_field(scope: MutableMapping[str, Any], reply: Reply) -> Reply:
    if not _read(scope, reply) or "/projects" not in scope["path"]:
        return reply
    return reply.with_json(dict(list(reply.json().items())[1:]))


def _numbers_as_text(scope: MutableMapping[str, Any], reply: Reply) -> Reply:
    if not _read(scope, reply):
        return reply
    return reply.with_json(
        {key: str(value) if isinstance(value, int) else value for key, value in reply.json().items()}
    )


def _names_as_numbers(scope: MutableMapping[str, Any], reply: Reply) -> Reply:
    if not _read(scope, reply) or "name" not in reply.json():
        return reply
    return reply.with_json({**reply.json(), "name": 7})


def _other_status(scope: MutableMapping[str, Any], reply: Reply) -> Reply:
    return replace(reply, status=203) if _read(scope, reply) else reply


def _plain_text(scope: MutableMapping[str, Any], reply: Reply) -> Reply:
    return reply.with_body(reply.body, b"text/plain") if _read(scope, reply) else reply


def _large_pages_break(scope: MutableMapping[str, Any], reply: Reply) -> Reply:
    asked = parse_qs(scope["query_string"].decode("latin-1")).get("skip", ["0"])[0]
    large = asked.isdecimal() and int(asked) > 10_000
    return reply.broken() if large else reply


def _cut(scope: MutableMapping[str, Any], reply: Reply) -> Reply:  # noqa: ARG001
    return replace(reply, promised=len(reply.body) + 100) if reply.status == 404 else reply


def _total_of_page(scope: MutableMapping[str, Any], reply: Reply) -> Reply:
    value = reply.json()
    if not _read(scope, reply) or "project_counts" not in value:
        return reply
    return reply.with_json({**value, "project_counts": len(value["projects"])})


def _stray_upload(scope: MutableMapping[str, Any], reply: Reply) -> Reply:
    """An upload into nothing is answered as any other."""
    if not uploads(scope) or reply.status != 404:
        return reply
    body = {
        "id": "0" * 24,
        "name": "medium",
        "type": "image",
        "upload_time": "",
        "media_information": {"width": 64, "height": 48, "size": 100},
    }
    return reply.with_json(body, 200)


def _page(_error: Exception) -> Response:
    return HTMLResponse("<html><body><h1>Not Found</h1></body></html>", 404)


def _answer(
    name: str, sentence: str, requirements: tuple[str, ...], verdict: str, behaviour: type[Behaviour], *also: str
) -> Fault:
    return Fault(name, sentence, "answer", requirements, None, verdict, behaviour, also)


FAULTS: Final = (
    _answer(
        "upload-into-nowhere",
        "An upload into a dataset that does not exist is answered as any other.",
        ("openapi.deleted-ids@upload_image", "openapi.deleted-ids@upload_video"),
        "not-enforced",
        rewriting(_stray_upload),
        "openapi.*",
    ),
    _answer(
        "total-of-page",
        "The number of all projects is that of the page.",
        ("openapi.pages@list_projects",),
        "nonconforming",
        rewriting(_total_of_page),
        "organization.projects.max@*",
    ),
    _answer(
        "large-skip-500",
        "A page far behind the last one breaks the deployment.",
        ("openapi.positive-data@list_projects", "openapi.positive-data@query_media"),
        "crashed",
        rewriting(_large_pages_break),
        "openapi.*",
    ),
    _answer(
        "not-found-200",
        "What does not exist is answered with 200 and nothing.",
        ("openapi.deleted-ids@*", "openapi.malformed-ids@*", "openapi.unsupported-methods@*"),
        "not-enforced",
        _refuses(404, lambda _: JSONResponse({})),
        "*",
    ),
    _answer(
        "not-found-400",
        "What does not exist is refused with 400.",
        ("openapi.deleted-ids@*",),
        "wrong-status",
        _refuses(404, lambda error: ApiError(400, error.code, error.message).response()),
        "openapi.*",
    ),
    _answer(
        "not-found-500",
        "What does not exist breaks the deployment.",
        ("openapi.deleted-ids@*", "openapi.ids-of-another-project@*"),
        "crashed",
        _refuses(404, broken),
        "*",
    ),
    _answer(
        "not-found-html",
        "What does not exist is answered with a page of HTML.",
        ("openapi.deleted-ids@*",),
        "nonconforming",
        _refuses(404, _page),
        "openapi.*",
    ),
    _answer(
        "not-found-cut-short",
        "The connection is closed in the midst of every 404.",
        ("openapi.deleted-ids@*",),
        "crashed",
        rewriting(_cut),
        "*",
    ),
    _answer(
        "malformed-id-500",
        "An id that is none breaks the deployment.",
        ("openapi.malformed-ids@*",),
        "crashed",
        rewriting(_malformed_ids_break),
        "openapi.*",
    ),
    _answer(
        "misplaced-piece-500",
        "A piece of an upload that does not follow the one before breaks the deployment.",
        ("openapi.positive-data@tus_append",),
        "crashed",
        rewriting(_misplaced_pieces_break),
        "openapi.*",
    ),
    _answer(
        "methods-taken",
        "A method that a path does not declare is answered with 200.",
        ("openapi.unsupported-methods@*",),
        "not-enforced",
        _refuses(405, lambda _: JSONResponse({})),
    ),
    _answer(
        "methods-500",
        "A method that a path does not declare breaks the deployment.",
        ("openapi.unsupported-methods@*",),
        "crashed",
        _refuses(405, broken),
    ),
    _answer(
        "malformed-taken",
        "What the document does not allow is answered with 200.",
        ("openapi.negative-data@*",),
        "not-enforced",
        _malformed(lambda _: JSONResponse({})),
        "*",
    ),
    _answer(
        "malformed-500",
        "What the document does not allow breaks the deployment.",
        ("openapi.negative-data@*",),
        "crashed",
        _malformed(broken),
        "*",
    ),
    _answer(
        "malformed-422",
        "What the document does not allow is refused with 422, which is not declared.",
        ("openapi.negative-data@*",),
        "wrong-status",
        _malformed(lambda error: ApiError(422, "unprocessable", str(error.errors()[0]["msg"])).response()),
        "*",
    ),
    _answer(
        "malformed-detail",
        "What the document does not allow is refused with the framework's own error body.",
        ("openapi.negative-data@*",),
        "nonconforming",
        _malformed(lambda error: JSONResponse({"detail": str(error.errors()[0]["msg"])}, 400)),
        "*",
    ),
    _answer(
        "field-missing",
        "Every object that is read of a project lacks its first field.",
        ("openapi.positive-data@read_project", "openapi.positive-data@list_projects"),
        "nonconforming",
        rewriting(_without_first_field),
        "*",
    ),
    _answer(
        "numbers-as-text",
        "Numbers and truth values of objects that are read are texts.",
        ("openapi.positive-data@list_projects",),
        "nonconforming",
        rewriting(_numbers_as_text),
        "*",
    ),
    _answer(
        "names-as-numbers",
        "Names of objects that are read are numbers.",
        ("openapi.positive-data@read_project", "openapi.positive-data@read_image"),
        "nonconforming",
        rewriting(_names_as_numbers),
        "*",
    ),
    _answer(
        "undeclared-203",
        "Reads are answered with 203 in place of 200.",
        ("openapi.positive-data@read_*",),
        "wrong-status",
        rewriting(_other_status),
        "openapi.positive-data@*",
        "openapi.negative-data@*",
    ),
    _answer(
        "json-as-text",
        "JSON is called plain text.",
        ("openapi.positive-data@read_*",),
        "nonconforming",
        rewriting(_plain_text),
        "*",
    ),
    _answer(
        "status-never-comes",
        "The status of a project is never answered.",
        ("openapi.positive-data@project_status",),
        "crashed",
        _StatusNeverComes,
        "openapi.*@project_status",
        "openapi.sequence@*",
    ),
)
