"""Bodies of requests and responses as JSON, where they are such."""

from __future__ import annotations

import json
from typing import Any

import httpx

from contract.observations import Answer


def is_json(response: httpx.Response) -> bool:
    """Whether a response says that its body is JSON."""
    media_type = media_type_of(response)
    return media_type == "application/json" or media_type.endswith("+json")


def media_type_of(response: httpx.Response) -> str:
    """The media type of a response in small letters, its parameters left out; empty where it names none."""
    return str(response.headers.get("content-type", "")).partition(";")[0].strip().lower()


def parsed(response: httpx.Response) -> Any:
    """The body as JSON, or as text where it is none."""
    try:
        return response.json()
    except (ValueError, RecursionError):  # no JSON, or a number or a nesting that Python does not read
        return response.text


def answer_of(response: httpx.Response, elapsed_s: float) -> Answer:
    """A response as an answer; ``elapsed_s`` in seconds."""
    trace_id, media_type = trace_of(response), media_type_of(response)
    return Answer(response.status_code, parsed(response), elapsed_s, media_type=media_type, trace_id=trace_id)


def trace_of(response: httpx.Response) -> str:
    """The trace id that the request of a response was sent with; empty where it had none."""
    return str(response.request.headers.get("traceparent", "")).partition("-")[2].partition("-")[0]


def json_of(content: bytes | None) -> Any:
    """The value of exact bytes that are sent; None where they are no JSON."""
    try:
        return json.loads(content or b"null")
    except (ValueError, RecursionError):
        return None
