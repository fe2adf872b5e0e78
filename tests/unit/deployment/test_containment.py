"""Nothing goes out that touches what the run did not create, however it is written."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contract import operations as api
from contract.identifiers import Ids
from deployment.client import Client
from deployment.containment import Area, check
from deployment.errors import NotContainedError
from tests.support.servers import QuietHandler, serving

OURS, THEIRS, MENTIONED = "a1" * 12, "b2" * 12, "c3" * 12
THEIR_UUID = "0f8fad5b-d9cb-469f-a165-70867728950e"
ROOT = "/organizations/o-1/workspaces/w-1"


def area(**fields: Any) -> Area:
    return Area(ROOT, {OURS}, **fields)


@pytest.mark.parametrize(
    ("method", "path", "query", "body"),
    [
        ("POST", f"{ROOT}/projects", "", {"name": "x"}),
        ("DELETE", f"{ROOT}/projects/{OURS}", "", None),
        ("PUT", f"{ROOT}/projects/{OURS}", "", {"pipeline": {"tasks": [{"id": MENTIONED}]}}),
        ("POST", f"{ROOT}/projects/{OURS}:train", "", {}),
        ("POST", f"{ROOT}/projects/{OURS}/datasets/{OURS}/media/videos/{OURS}/frames/3/annotations", "", {}),
        ("POST", f"{ROOT}/datasets:prepare-for-import", f"file_id={OURS}", None),
        ("POST", "/user_settings", f"project_id={OURS}", {"settings": "x"}),
        ("POST", f"{ROOT}/projects/{THEIRS}/datasets/{THEIRS}/media:query", "", {}),
        ("GET", f"{ROOT}/projects/{THEIRS}", "", None),
        ("POST", f"{ROOT}/projects", "", {"name": "0" * 23, "color": "#ff0000ff", "hash": "ab" * 20}),
    ],
)
def test_what_is_ours_or_only_reads_goes_out(method: str, path: str, query: str, body: Any) -> None:
    check(area(mentioned={MENTIONED}), method, path, query, body)


@pytest.mark.parametrize("spelled", [str.upper, str.lower])
def test_an_id_of_ours_goes_out_in_either_spelling(spelled: Callable[[str], str]) -> None:
    held = Area(ROOT, Ids([OURS.upper()]), mentioned=Ids([MENTIONED.upper()]))
    check(held, "PUT", f"{ROOT}/projects/{spelled(OURS)}", "", {"creator_id": spelled(MENTIONED)})
    check(held, "POST", f"{ROOT}/datasets:prepare-for-import", f"file_id={spelled(OURS)}")
    theirs = Area(ROOT, Ids([OURS]), foreign=Ids([OURS.upper()]))
    with pytest.raises(NotContainedError):
        check(theirs, "DELETE", f"{ROOT}/projects/{spelled(OURS)}")


def test_a_workspace_whose_ids_are_in_capitals_is_the_own_one() -> None:
    root = f"/organizations/{THEIR_UUID.upper()}/workspaces/{THEIR_UUID.upper()}"
    check(Area(root), "POST", f"{root}/projects", "", {"workspace_id": THEIR_UUID.upper()})


@pytest.mark.parametrize(
    ("method", "path", "query", "body"),
    [
        ("DELETE", f"{ROOT}/projects/{THEIRS}", "", None),
        ("POST", f"{ROOT}/projects/{THEIRS}:train", "", {}),
        ("DELETE", f"{ROOT}/projects/{OURS}/datasets/{THEIRS}", "", None),
        ("DELETE", f"{ROOT}/projects/{OURS}/../{THEIRS}", "", None),
        ("DELETE", f"{ROOT}/projects/{OURS}/%2e%2e/{THEIRS}", "", None),
        ("DELETE", f"{ROOT}/projects//{THEIRS}", "", None),
        ("DELETE", f"{ROOT}/projects/{THEIRS.upper()}", "", None),
        ("DELETE", f"{ROOT}/projects/{OURS}/datasets/{THEIR_UUID}", "", None),
        ("DELETE", f"{ROOT}/projects/{OURS}/..:x/{THEIRS}", "", None),
        ("DELETE", f"{ROOT}/projects", "", None),
        ("DELETE", f"{ROOT}", "", None),
        ("POST", "/users/1/keys", "", {}),
        ("POST", "/organizations/o-1/workspaces/w-2/projects", "", {"name": "x"}),
        ("POST", f"{ROOT}0/projects", "", {"name": "x"}),
        ("POST", f"{ROOT}/datasets:prepare-for-import", f"file_id={THEIRS}", None),
        ("POST", f"{ROOT}/datasets:prepare-for-import", f"file_id={OURS}&file_id={THEIRS}", None),
        ("POST", f"{ROOT}/datasets:prepare-for-import", f"file_id={THEIRS}&file_id={OURS}", None),
        ("POST", f"{ROOT}/datasets:prepare-for-import", f"anything[]={THEIRS.upper()}", None),
        ("POST", f"{ROOT}/projects:import-from-dataset", "", {"file_id": THEIRS}),
        ("POST", f"{ROOT}/projects:import-from-dataset", "", {"file_id": MENTIONED}),
        ("POST", f"{ROOT}/projects/{OURS}:import-from-dataset", "", {"file_id": OURS, "x": [{"datasetId": THEIRS}]}),
        ("POST", f"{ROOT}/projects/{THEIRS}%2Fmedia:query", "", {}),
        ("DELETE", f"{ROOT}/projects/{OURS}", "_method=GET", None),
        ("GET", f"{ROOT}/projects/{THEIRS}", "_method=DELETE", None),
        ("delete", f"{ROOT}/projects/{THEIRS}", "", None),
    ],
)
def test_what_is_of_others_is_held_back(method: str, path: str, query: str, body: Any) -> None:
    with pytest.raises(NotContainedError):
        check(area(mentioned={MENTIONED}), method, path, query, body)


@pytest.mark.parametrize("name", ["X-HTTP-Method-Override", "x-original-url", "Host", "Content-Encoding"])
def test_a_request_in_disguise_is_held_back_even_where_it_reads(name: str) -> None:
    with pytest.raises(NotContainedError):
        check(area(), "GET", f"{ROOT}/projects", headers={name: "DELETE"})


def test_the_table_of_operations_opens_nothing_else() -> None:
    """A new line there must not widen the rule unseen."""
    assert {each.path for each in api.OPERATIONS if each.creates} == {
        "/projects",
        "/projects:import-from-dataset",
        "/datasets/uploads",
        "/datasets/uploads/resumable",
        "/datasets:prepare-for-import",
    }
    assert {each.method for each in api.OPERATIONS if each.creates or each.reads} == {"POST"}
    assert {each.collection for each in api.OPERATIONS if each.mutates and each.collection} == {
        "/projects/",
        "/jobs/",
        "/datasets/uploads/resumable/",
    }
    assert all(each.path.endswith("/media:query") for each in api.OPERATIONS if each.reads)
    project = "/projects/{project}"
    assert {each.path for each in api.OPERATIONS if each.describes} == {
        "/projects",
        project,
        f"{project}/datasets",
        f"{project}/datasets/{{dataset}}",
    }


def test_nothing_mutates_while_the_own_workspace_is_not_known() -> None:
    with pytest.raises(NotContainedError):
        check(Area(created={OURS}), "POST", f"{ROOT}/projects", "", {"name": "x"})


def test_a_run_that_only_reads_sends_nothing_else() -> None:
    for method, path in (("POST", "/projects"), ("DELETE", f"/projects/{OURS}"), ("PUT", f"/projects/{OURS}")):
        with pytest.raises(NotContainedError):
            check(area(read_only=True), method, ROOT + path, "", {})
    check(area(read_only=True), "POST", f"{ROOT}/projects/{THEIRS}/datasets/{THEIRS}/media:query", "", {})


def test_no_answer_makes_a_project_ours_that_was_there_before() -> None:
    held = area(foreign=frozenset({THEIRS}), mentioned={THEIRS})
    held.created.add(THEIRS)
    for method, path, body in (("DELETE", f"/projects/{THEIRS}", None), ("PUT", f"/projects/{OURS}", {"x": THEIRS})):
        with pytest.raises(NotContainedError):
            check(held, method, ROOT + path, "", body)


def test_only_what_our_own_projects_say_of_themselves_is_learned() -> None:
    held = area()
    held.learn("GET", f"{ROOT}/projects", {THEIRS})
    held.learn("GET", f"{ROOT}/projects/{THEIRS}", {THEIRS})
    held.learn("GET", f"{ROOT}/projects/{OURS}/datasets/{OURS}/media/images/{OURS}", {THEIRS})
    assert held.mentioned == set()
    held.learn("GET", f"{ROOT}/projects/{OURS}", {MENTIONED})
    assert held.mentioned == {MENTIONED}


_STEP = st.sampled_from(
    [
        OURS,
        THEIRS,
        THEIRS.upper(),
        THEIR_UUID,
        "projects",
        "datasets",
        "media",
        "images",
        "frames",
        "7",
        ".",
        "..",
        "",
        "%2e%2e",
        "%62" * 24,
        "x",
        "\\..\\",
        "..;",
        OURS + "\x00",
        "b" * 24,
    ]
)


@given(
    steps=st.lists(_STEP, max_size=8),
    joint=st.sampled_from(["/", ":", "//", "/./", "\\", ";"]),
    method=st.sampled_from(["PUT", "DELETE", "PATCH", "POST", "MOVE", "delete"]),
)
def test_no_way_of_writing_a_path_names_a_stranger(steps: list[str], joint: str, method: str) -> None:
    path = f"{ROOT}/{joint.join(steps)}"
    try:
        check(area(), method, path)
    except NotContainedError:
        return
    if method == "POST" and path in (f"{ROOT}/projects", f"{ROOT}/datasets/uploads"):
        return
    foreign_ids = (THEIRS, THEIR_UUID, "%", "..", "//", "\\", ";", "b" * 24)
    assert path.endswith("/media:query") or not any(each in path.lower() for each in foreign_ids)
    assert path.endswith("/media:query") or f"/projects/{OURS}" in path


def _odd(text: str) -> str:
    return "".join(one.upper() if n % 2 else one for n, one in enumerate(text))


def _escaped(text: str) -> str:
    return "".join(f"\\u{ord(one):04x}" for one in text)


_WRITTEN: list[Callable[[str], str]] = [str, _odd, str.upper, lambda text: f"x/{text}/y", lambda text: f"[{text},1]"]
_NAMES = st.sampled_from(["id", "dataset_id", "datasetId", "anything", "x", "ids", "upload_info"])


def _nested(leaf: str) -> st.SearchStrategy[Any]:
    return st.recursive(
        st.just(leaf),
        lambda inner: st.one_of(
            st.lists(inner, min_size=1, max_size=2),
            st.dictionaries(_NAMES, inner, min_size=1, max_size=2),
            inner.map(json.dumps),
            st.dictionaries(st.just(leaf), st.none(), min_size=1, max_size=1),
        ),
        max_leaves=4,
    )


@settings(suppress_health_check=[HealthCheck.too_slow])  # drawing is slow where the machine is busy
@given(st.sampled_from(_WRITTEN).flatmap(lambda written: _nested(written(THEIRS))))
def test_no_way_of_writing_a_body_names_a_stranger(body: Any) -> None:
    for sent in (body, json.dumps(body).encode(), json.dumps(body).encode("utf-16")):
        with pytest.raises(NotContainedError):
            check(area(), "POST", f"{ROOT}/projects/{OURS}:train", "", sent)


@pytest.mark.parametrize(
    "body",
    [
        f'{{"id": "{_escaped(THEIRS)}", "id": "{OURS}"}}'.encode(),
        f'--b\r\nContent-Disposition: form-data; name="upload_info"\r\n\r\n{{"ids":["{THEIRS}"]}}\r\n--b--'.encode(),
        f"file_id={quote(THEIRS)}&x=1".encode(),
        b"x=" + b"".join(b"%%%02x" % one for one in THEIRS.encode()),
        b"x=" + b"".join(b"%%25%02x" % one for one in THEIRS.encode()),
    ],
)
def test_exact_bytes_that_name_a_stranger_are_held_back(body: bytes) -> None:
    with pytest.raises(NotContainedError):
        check(area(), "POST", f"{ROOT}/projects/{OURS}/datasets/{OURS}/media/images", "", body)


@given(name=st.text(max_size=10), times=st.integers(0, 3))
def test_no_way_of_writing_a_query_names_a_stranger(name: str, times: int) -> None:
    value = THEIRS
    for _ in range(times):
        value = "".join(f"%{ord(one):02x}" for one in value) if len(value) < 100 else quote(value)
    with pytest.raises(NotContainedError):
        check(area(), "POST", f"{ROOT}/projects/{OURS}:train", f"{quote(name)}={value}")


@pytest.fixture
def redirecting() -> Iterator[tuple[str, list[str]]]:
    """A deployment that sends everybody elsewhere, and the requests that came."""
    seen: list[str] = []

    class Handler(QuietHandler):
        def answer(self) -> None:
            seen.append(f"{self.command} {self.path}")
            self.body()
            self.reply(307, {"location": f"/api/v1{ROOT}/projects/{THEIRS}"})

    with serving(Handler) as url:
        yield url, seen


def test_a_redirect_is_never_followed(redirecting: tuple[str, list[str]]) -> None:
    url, seen = redirecting
    client = Client(url, "key", "run", created={OURS})
    client.area.root = ROOT
    assert client.send("DELETE", f"{ROOT}/projects/{OURS}").status == 307
    assert client.send("POST", f"{ROOT}/projects", {"name": "x"}).status == 307
    response, _ = client.request("DELETE", f"/api/v1{ROOT}/projects/{OURS}")
    assert response is not None
    assert response.status_code == 307
    assert not any(THEIRS in each for each in seen)
    client.close()


@pytest.mark.parametrize("target", ["http://127.0.0.2:1/x", "//127.0.0.2:1/x", "https://127.0.0.1/x"])
def test_no_target_leads_to_another_host(redirecting: tuple[str, list[str]], target: str) -> None:
    client = Client(redirecting[0], "key", "run")
    with pytest.raises(NotContainedError):
        client.request("GET", target)
    client.close()
    assert redirecting[1] == []


@pytest.mark.parametrize(
    ("method", "path", "query"),
    [
        ("POST", "/user_settings", ""),
        ("POST", "/user_settings", f"project_id={THEIRS}"),
        ("POST", "/user_settings", f"project_id={OURS}&project_id={OURS}"),
        ("POST", "/user_settings", f"project_id={OURS}&user_id=me"),
        ("POST", "/user_settings", f"id={OURS}"),
        ("POST", "/user_settings", "project_id="),
        ("DELETE", "/user_settings", f"project_id={OURS}"),
        ("POST", "/user_settings/more", f"project_id={OURS}"),
        ("POST", "/feature_flags", f"project_id={OURS}"),
    ],
)
def test_what_stands_beside_the_workspaces_is_changed_for_an_entity_of_the_run_alone(method, path, query) -> None:
    with pytest.raises(NotContainedError):
        check(area(), method, path, query, {"settings": "x"})
    with pytest.raises(NotContainedError):
        check(Area("", {OURS}), method, path, query or f"project_id={OURS}", {"settings": "x"})
