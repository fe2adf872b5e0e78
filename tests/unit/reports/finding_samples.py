"""A finding with its recordings: a project is made, and an image over a limit is accepted in it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from contract.recording import RecordedExchange, Recording
from contract.results import Result
from contract.verdicts import Verdict
from deployment.recorder import content_of

PROJECT, DATASET, MEDIUM = "a" * 24, "b" * 24, "c" * 24
ROOT = "/api/v1/organizations/" + "1" * 24 + "/workspaces/" + "2" * 24
NAMES = {"run": "0badc0de", "organization": "1" * 24, "workspace": "2" * 24}


def exchange(number: int, method: str, target: str, status: int, sent: bytes, got: Any, kind: str) -> RecordedExchange:
    return RecordedExchange(
        trace_id=f"trace{number}",
        method=method,
        target=ROOT + target,
        headers=(("content-type", kind),) if sent else (),
        body=content_of(sent),
        started_s=float(number),
        elapsed_s=0.1,
        status=status,
        media_type="application/json",
        content=content_of(json.dumps(got).encode()),
    )


def form(medium: bytes, name: str = "tall.png") -> bytes:
    head = f'--x\r\ncontent-disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode()
    return head + medium + b"\r\n--x--\r\n"


def recording(medium: bytes = b"bytes", status: int = 200) -> Recording:
    created = {"id": PROJECT, "datasets": [{"id": DATASET}]}
    media = f"/projects/{PROJECT}/datasets/{DATASET}/media/images"
    made = exchange(1, "POST", "/projects", 201, b'{"name": "geti-contract-0badc0de"}', created, "application/json")
    sent = exchange(2, "POST", media, status, form(medium), {"id": MEDIUM}, "multipart/form-data; boundary=x")
    return Recording((made, sent), ("trace2",), NAMES)


def finding(requirement: str = "image.side.max@image-upload", **changed: Any) -> Result:
    result = Result(
        case=f"{requirement}/above",
        requirement=requirement,
        title="an image",
        verdict=Verdict.NOT_ENFORCED,
        reason="accepted",
        status=200,
        recordings=(recording(), recording()),
    )
    return replace(result, **changed)
