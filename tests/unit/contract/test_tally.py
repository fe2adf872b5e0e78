"""Counts by operation: ids fold together, latencies stay within what is promised, memory stays bounded."""

from __future__ import annotations

import random
from typing import Any

import pytest

from contract.openapi import operations
from contract.tally import Tally, joined, operations_seen, shape

DOCUMENT: dict[str, Any] = {
    "paths": {"/projects/{id}": {"get": {}}, "/projects/{id}:train": {"post": {}}, "/projects/all": {"get": {}}},
    "servers": [{"url": "/api/v1/organizations/{o}/workspaces/{w}", "variables": {}}],
}


@pytest.mark.parametrize(
    ("path", "folded"),
    [
        ("/api/v1/status", "/status"),
        ("/api/v1/projects/0a1b2c3d4e5f0a1b2c3d4e5f/datasets?limit=1", "/projects/{}/datasets"),
        ("/api/v1/projects/805439fd401cad883740402b:train", "/projects/{}:train"),
        ("/api/v1/workspaces/6bcec2f2-4faf-4710-997b-118e2cf03d5d", "/workspaces/{}"),
        ("/api/v1/videos/v/frames/0/annotations", "/videos/v/frames/{}/annotations"),
    ],
)
def test_paths_that_differ_in_ids_are_counted_together(path: str, folded: str) -> None:
    assert shape(path) == folded


def test_counts_go_to_the_operation_of_the_document_that_names_most() -> None:
    tally = Tally()
    document = {"paths": {f"/api/v1{path}": item for path, item in DOCUMENT["paths"].items()}}
    for path in ("/projects/all", "/projects/x", "/projects/00000000"):
        tally.add("GET", f"/api/v1{path}", 200, 0.01)
    tally.add("PUT", "/api/v1/projects/all", None, 0.01)
    found = {each.operation: dict(each.statuses) for each in operations_seen(tally, operations(document))}
    assert found == {
        "GET /projects/all": {"200": 1},
        "GET /projects/{}": {"200": 2},
        "PUT (no operation of the document)": {"none": 1},
    }


def test_a_quantile_is_within_5_percent_of_the_true_one() -> None:
    tally, drawn = Tally(), random.Random(1)
    times = [drawn.lognormvariate(-4, 1.5) for _ in range(2001)]
    for time in times:
        tally.add("GET", "/api/v1/status", 200, time)
    (seen,) = operations_seen(tally, ())
    for share in (0.5, 0.95):
        true = sorted(times)[int(share * 2000)] * 1000
        assert seen.milliseconds(share) == pytest.approx(true, rel=0.05)


def test_a_million_paths_do_not_fill_the_memory() -> None:
    tally = Tally()
    for number in range(5000):
        word = "".join(chr(97 + int(digit)) for digit in str(number))
        tally.add("GET", f"/api/v1/{word}", 404, 0.001)
    assert len(tally.statuses) <= 2001
    assert sum(count.total() for count in tally.statuses.values()) == 5000


def test_counts_of_several_runs_add_up() -> None:
    tally = Tally()
    tally.add("GET", "/api/v1/status", 200, 0.01)
    seen = operations_seen(tally, ())
    assert joined([seen, seen, ()])[0].statuses == {"200": 2}
