"""Nothing goes out that touches what the run did not create, however it is written."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deployment.containment import contained
from deployment.errors import NotContainedError

OURS, THEIRS = "a" * 24, "b" * 24
ROOT = "/organizations/o-1/workspaces/w-1"


@pytest.mark.parametrize(
    ("method", "path", "body", "params"),
    [
        ("POST", f"{ROOT}/projects", {"name": "x"}, None),
        ("DELETE", f"{ROOT}/projects/{OURS}", None, None),
        ("PUT", f"{ROOT}/projects/{OURS}", {"pipeline": {"tasks": [{"id": THEIRS}]}}, None),
        ("POST", f"{ROOT}/projects/{OURS}:train", {}, None),
        ("POST", f"{ROOT}/datasets:prepare-for-import", None, {"file_id": OURS}),
        ("POST", f"{ROOT}/projects/{THEIRS}/datasets/{THEIRS}/media:query", {}, None),
        ("GET", f"{ROOT}/projects/{THEIRS}", None, None),
    ],
)
def test_what_is_ours_or_only_reads_goes_out(method: str, path: str, body: Any, params: Any) -> None:
    contained(method, path, body, params, {OURS})


@pytest.mark.parametrize(
    ("method", "path", "body", "params"),
    [
        ("DELETE", f"{ROOT}/projects/{THEIRS}", None, None),
        ("POST", f"{ROOT}/projects/{THEIRS}:train", {}, None),
        ("DELETE", f"{ROOT}/projects/{OURS}/datasets/{THEIRS}", None, None),
        ("DELETE", f"{ROOT}/projects/{OURS}/../{THEIRS}", None, None),
        ("DELETE", f"{ROOT}/projects/{OURS}/%2e%2e/{THEIRS}", None, None),
        ("DELETE", f"{ROOT}/projects//{THEIRS}", None, None),
        ("DELETE", f"{ROOT}/projects/{THEIRS.upper()}", None, None),
        ("DELETE", f"{ROOT}/projects/{OURS}?x=/../{THEIRS}", None, None),
        ("DELETE", f"{ROOT}/projects", None, None),
        ("DELETE", f"{ROOT}", None, None),
        ("POST", "/users/1/keys", {}, None),
        ("POST", f"{ROOT}/datasets:prepare-for-import", None, {"file_id": THEIRS}),
        ("POST", f"{ROOT}/projects:import-from-dataset", {"file_id": THEIRS}, None),
        ("POST", f"{ROOT}/projects/{OURS}:import-from-dataset", {"file_id": OURS, "x": [{"dataset_id": THEIRS}]}, None),
        ("POST", f"{ROOT}/projects/{THEIRS}%2Fmedia:query", {}, None),
    ],
)
def test_what_is_of_others_is_held_back(method: str, path: str, body: Any, params: Any) -> None:
    with pytest.raises(NotContainedError):
        contained(method, path, body, params, {OURS})


_STEP = st.sampled_from(
    [OURS, THEIRS, THEIRS.upper(), "projects", "datasets", "media", "images", ".", "..", "", "%2e%2e", "%62" * 24, "x"]
)


@given(
    steps=st.lists(_STEP, max_size=8),
    joint=st.sampled_from(["/", ":", "//", "/./"]),
    method=st.sampled_from(["PUT", "DELETE", "PATCH"]),
)
def test_no_way_of_writing_names_a_stranger(steps: list[str], joint: str, method: str) -> None:
    path = f"{ROOT}/{joint.join(steps)}"
    try:
        contained(method, path, None, None, {OURS})
    except NotContainedError:
        return
    assert THEIRS not in path.lower()
    assert "%" not in path
    assert f"/projects/{OURS}" in path
