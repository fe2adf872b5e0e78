"""What surrounds a deployment in the field, as behaviours of a proxy, or what makes one that has a state."""

from __future__ import annotations

import gzip
import json
import random
import re
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final
from urllib.parse import urlsplit

from tests.support.proxy import Behaviour, Forward, Reply, Request, error_reply

_ID: Final = re.compile(r"\b(?:[0-9a-f]{24}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\b", re.IGNORECASE)
_UPLOAD: Final = re.compile(r"/media/(?:images|videos)$")
_OF_A_PROJECT: Final = re.compile(r"/projects/([^/:?]+)")
# What starts a job on a project that is there.
_JOB_ON_A_PROJECT: Final = re.compile(
    r"/projects/[^/:?]+(?:/.*)?:(?:train|optimize|export|prepare-for-export|import-from-dataset)"
)
_EXTRA_HEADERS: Final = {
    "x-request-id": "7f3a",
    "via": "1.1 gateway",
    "strict-transport-security": "max-age=1",
    "vary": "Accept",
}


def is_json(reply: Reply) -> bool:
    return reply.headers.get("content-type", "").startswith("application/json") and bool(reply.body)


def rewriting(change: Callable[[Any], Any], *, path: str = "") -> Behaviour:
    """The JSON bodies of successes as ``change`` makes them; ``path`` is a pattern of the requests concerned."""

    def rewrite(request: Request, forward: Forward) -> Reply:
        reply = forward(request)
        if reply.ok and is_json(reply) and re.search(path, request.target):
            return replace(reply, body=json.dumps(change(json.loads(reply.body))).encode())
        return reply

    return rewrite


def ids_in_upper_case(request: Request, forward: Forward) -> Reply:
    """Ids are written in upper-case hex, and taken in either case."""
    body = request.body
    if request.headers.get("content-type", "").startswith("application/json"):
        body = _spelled(str.lower, body)
    target = _ID.sub(lambda found: found[0].lower(), request.target)
    reply = forward(replace(request, target=target, body=body))
    headers = {name: _ID.sub(lambda found: found[0].upper(), value) for name, value in reply.headers.items()}
    return replace(reply, headers=headers, body=_spelled(str.upper, reply.body) if is_json(reply) else reply.body)


def _spelled(write: Callable[[str], str], body: bytes) -> bytes:
    """A body, which need be no text, with its ids written otherwise."""
    return _ID.sub(lambda found: write(found[0]), body.decode("latin-1")).encode("latin-1")


def additional_fields(request: Request, forward: Forward) -> Reply:
    """Every object of an answer has fields that no document names; the document itself is as it was."""
    return rewriting(_with_more, path="^/api/")(request, forward)


def _with_more(value: Any) -> Any:
    if isinstance(value, dict):
        return {**{name: _with_more(each) for name, each in value.items()}, "x_revision": 7, "x_links": {"self": None}}
    return [_with_more(each) for each in value] if isinstance(value, list) else value


def several_workspaces(*others: Mapping[str, str], first: bool = False) -> Behaviour:
    """The organization has more workspaces, which the key may not enter; they are listed ``first`` or last."""
    closed = [each["id"] for each in others]

    def listed(body: Any) -> Any:
        spaces = body["workspaces"]
        return {**body, "workspaces": [*others, *spaces] if first else [*spaces, *others]}

    def surround(request: Request, forward: Forward) -> Reply:
        if any(f"/workspaces/{each}/" in request.target for each in closed):
            return error_reply(403, "forbidden", "The key may not enter this workspace.")
        return rewriting(listed, path=r"/workspaces$")(request, forward)

    return surround


def unknown_environment(request: Request, forward: Forward) -> Reply:
    """/product_info names an environment that no document knows."""
    return rewriting(lambda body: {**body, "environment": "edge"}, path=r"/product_info$")(request, forward)


def gzipped(request: Request, forward: Forward) -> Reply:
    """JSON comes compressed."""
    reply = forward(request)
    if not is_json(reply):
        return reply
    return replace(reply, headers={**reply.headers, "content-encoding": "gzip"}, body=gzip.compress(reply.body, 1))


def chunked(request: Request, forward: Forward) -> Reply:
    """Bodies come in chunks, without a length."""
    reply = forward(request)
    return replace(reply, headers={**reply.headers, "transfer-encoding": "chunked"}) if reply.body else reply


def closing(request: Request, forward: Forward) -> Reply:
    """Each answer is HTTP/1.0, and ends its connection."""
    return replace(forward(request), protocol="HTTP/1.0")


def other_headers(request: Request, forward: Forward) -> Reply:
    """Names of headers are in capitals, and there are more of them."""
    reply = forward(request)
    return replace(reply, headers={name.upper(): value for name, value in (_EXTRA_HEADERS | reply.headers).items()})


def absolute_pages(request: Request, forward: Forward) -> Reply:
    """``next_page`` is a whole URL."""
    return rewriting(lambda body: _next_page(body, lambda page: f"https://geti.example{page}"))(request, forward)


def relative_pages(request: Request, forward: Forward) -> Reply:
    """``next_page`` is a query alone."""
    return rewriting(lambda body: _next_page(body, lambda page: f"?{urlsplit(page).query}"))(request, forward)


def _next_page(body: Any, write: Callable[[str], str]) -> Any:
    page = body.get("next_page") if isinstance(body, dict) else None
    return {**body, "next_page": write(page)} if page else body


def slow(seed: int, least_s: float = 0.05, most_s: float = 0.2) -> Behaviour:
    """Every request takes longer, by a time between two bounds, in seconds."""
    draw = random.Random(seed)

    def wait(request: Request, forward: Forward) -> Reply:
        time.sleep(draw.uniform(least_s, most_s))
        return forward(request)

    return wait


def read_later(seconds: float) -> Behaviour:
    """An upload is answered 202, and the medium is read in the so many seconds after."""
    accepted: dict[str, float] = {}

    def surround(request: Request, forward: Forward) -> Reply:
        reply = forward(request)
        if not reply.ok or not is_json(reply):
            return reply
        path, body = request.target.partition("?")[0], json.loads(reply.body)
        if request.method == "POST" and _UPLOAD.search(path):
            accepted[str(body.get("id"))] = time.monotonic()
            return replace(reply, status=202, body=json.dumps(_unread(body)).encode())
        since = accepted.get(path.rpartition("/")[2])
        if request.method == "GET" and since is not None and time.monotonic() - since < seconds:
            return replace(reply, body=json.dumps(_unread(body)).encode())
        return reply

    return surround


def _unread(body: Any) -> Any:
    return {**body, "preprocessing": {"status": "IN_PROGRESS"}}


def videos_that_meet(seed: int, share: float) -> Behaviour:
    """Of the videos that are uploaded while another upload goes on, a ``share`` is refused with 415; alone never."""
    draw, lock = random.Random(seed), threading.Lock()
    under_way: list[str] = []

    def surround(request: Request, forward: Forward) -> Reply:
        if request.method != "POST" or not _UPLOAD.search(request.target):
            return forward(request)
        with lock:
            hit = bool(under_way) and request.target.endswith("/media/videos") and draw.random() < share
            under_way.append(request.target)
        try:
            return error_reply(415, "invalid_media", "The video cannot be read.") if hit else forward(request)
        finally:
            with lock:
                under_way.remove(request.target)

    return surround


def locked_by_jobs(seconds: float) -> Behaviour:
    """A job locks its project for so many seconds: what would change it is refused with 409 until then."""
    until: dict[str, float] = {}

    def surround(request: Request, forward: Forward) -> Reply:
        project = _OF_A_PROJECT.search(request.target)
        reads = request.method in ("GET", "HEAD", "OPTIONS") or request.target.partition("?")[0].endswith(":query")
        starts_a_job = request.method == "POST" and _JOB_ON_A_PROJECT.search(request.target)
        if project is None or reads:
            return forward(request)
        if not starts_a_job and time.monotonic() < until.get(project[1], 0):
            return error_reply(409, "project_locked", "The project is locked by a job.")
        reply = forward(request)
        if starts_a_job and reply.ok:
            until[project[1]] = time.monotonic() + seconds
        return reply

    return surround


def no_large_bodies(most: int) -> Behaviour:
    """A gateway refuses bodies of more than so many bytes with 413."""

    def surround(request: Request, forward: Forward) -> Reply:
        if len(request.body) > most:
            return error_reply(413, "payload_too_large", "The body is too large.")
        return forward(request)

    return surround
