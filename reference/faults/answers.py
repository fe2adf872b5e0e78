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
from reference.faults.fault import Group
from reference.faults.replies import Reply, broken, refusing, rewriting, uploads


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


_answer = Group("answer")
FAULTS: Final = (
    _answer("upload-into-nowhere", "An upload into a dataset that does not exist is answered as any other.").breaks(
        "openapi.deleted-ids@upload_image",
        "openapi.deleted-ids@upload_video",
        verdict="not-enforced",
        by=rewriting(_stray_upload),
        also=("openapi.*",),
    ),
    _answer("total-of-page", "The number of all projects is that of the page.").breaks(
        "openapi.pages@list_projects",
        verdict="nonconforming",
        by=rewriting(_total_of_page),
        also=("organization.projects.max@*",),
    ),
    _answer("large-skip-500", "A page far behind the last one breaks the deployment.").breaks(
        "openapi.positive-data@list_projects",
        "openapi.positive-data@query_media",
        verdict="crashed",
        by=rewriting(_large_pages_break),
        also=("openapi.*",),
    ),
    _answer("not-found-200", "What does not exist is answered with 200 and nothing.").breaks(
        "openapi.deleted-ids@*",
        "openapi.malformed-ids@*",
        "openapi.unsupported-methods@*",
        verdict="not-enforced",
        by=_refuses(404, lambda _: JSONResponse({})),
        also=("*",),
    ),
    _answer("not-found-400", "What does not exist is refused with 400.").breaks(
        "openapi.deleted-ids@*",
        verdict="wrong-status",
        by=_refuses(404, lambda error: ApiError(400, error.code, error.message).response()),
        also=("openapi.*",),
    ),
    _answer("not-found-500", "What does not exist breaks the deployment.").breaks(
        "openapi.deleted-ids@*",
        "openapi.ids-of-another-project@*",
        verdict="crashed",
        by=_refuses(404, broken),
        also=("*",),
    ),
    _answer("not-found-html", "What does not exist is answered with a page of HTML.").breaks(
        "openapi.deleted-ids@*", verdict="nonconforming", by=_refuses(404, _page), also=("openapi.*",)
    ),
    _answer("not-found-cut-short", "The connection is closed in the midst of every 404.").breaks(
        "openapi.deleted-ids@*", verdict="crashed", by=rewriting(_cut), also=("*",)
    ),
    _answer("malformed-id-500", "An id that is none breaks the deployment.").breaks(
        "openapi.malformed-ids@*", verdict="crashed", by=rewriting(_malformed_ids_break), also=("openapi.*",)
    ),
    _answer(
        "misplaced-piece-500", "A piece of an upload that does not follow the one before breaks the deployment."
    ).breaks(
        "openapi.positive-data@tus_append",
        verdict="crashed",
        by=rewriting(_misplaced_pieces_break),
        also=("openapi.*",),
    ),
    _answer("methods-taken", "A method that a path does not declare is answered with 200.").breaks(
        "openapi.unsupported-methods@*", verdict="not-enforced", by=_refuses(405, lambda _: JSONResponse({}))
    ),
    _answer("methods-500", "A method that a path does not declare breaks the deployment.").breaks(
        "openapi.unsupported-methods@*", verdict="crashed", by=_refuses(405, broken)
    ),
    _answer("malformed-taken", "What the document does not allow is answered with 200.").breaks(
        "openapi.negative-data@*", verdict="not-enforced", by=_malformed(lambda _: JSONResponse({})), also=("*",)
    ),
    _answer("malformed-500", "What the document does not allow breaks the deployment.").breaks(
        "openapi.negative-data@*", verdict="crashed", by=_malformed(broken), also=("*",)
    ),
    _answer("malformed-422", "What the document does not allow is refused with 422, which is not declared.").breaks(
        "openapi.negative-data@*",
        verdict="wrong-status",
        by=_malformed(lambda error: ApiError(422, "unprocessable", str(error.errors()[0]["msg"])).response()),
        also=("*",),
    ),
    _answer(
        "malformed-detail", "What the document does not allow is refused with the framework's own error body."
    ).breaks(
        "openapi.negative-data@*",
        verdict="nonconforming",
        by=_malformed(lambda error: JSONResponse({"detail": str(error.errors()[0]["msg"])}, 400)),
        also=("*",),
    ),
    _answer("field-missing", "Every object that is read of a project lacks its first field.").breaks(
        "openapi.positive-data@read_project",
        "openapi.positive-data@list_projects",
        verdict="nonconforming",
        by=rewriting(_without_first_field),
        also=("*",),
    ),
    _answer("numbers-as-text", "Numbers and truth values of objects that are read are texts.").breaks(
        "openapi.positive-data@list_projects", verdict="nonconforming", by=rewriting(_numbers_as_text), also=("*",)
    ),
    _answer("names-as-numbers", "Names of objects that are read are numbers.").breaks(
        "openapi.positive-data@read_project",
        "openapi.positive-data@read_image",
        verdict="nonconforming",
        by=rewriting(_names_as_numbers),
        also=("*",),
    ),
    _answer("undeclared-203", "Reads are answered with 203 in place of 200.").breaks(
        "openapi.positive-data@read_*",
        verdict="wrong-status",
        by=rewriting(_other_status),
        also=("openapi.positive-data@*", "openapi.negative-data@*"),
    ),
    _answer("json-as-text", "JSON is called plain text.").breaks(
        "openapi.positive-data@read_*", verdict="nonconforming", by=rewriting(_plain_text), also=("*",)
    ),
    _answer("status-never-comes", "The status of a project is never answered.").breaks(
        "openapi.positive-data@project_status",
        verdict="crashed",
        by=_StatusNeverComes,
        also=("openapi.*@project_status", "openapi.sequence@*"),
    ),
)
