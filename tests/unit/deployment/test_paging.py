"""Pages: each entity once whatever is deleted meanwhile, at the same cost wherever a page lies, to the last one."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from deployment.client import Client
from deployment.media import Dataset
from reference.store import Store

DATASET = "d" * 24
ROOT = "/organizations/o/workspaces/w"
PATH = f"{ROOT}/projects/{'a' * 24}/datasets/{DATASET}"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """250 media of one dataset, every fifth of them a video, among those of another."""
    made = Store(tmp_path)
    for number in range(250):
        kind = "video" if number % 5 == 0 else "image"
        made.put(kind, f"{number:024x}", DATASET, {"id": f"{number:024x}"})
        made.put("image", f"{number + 1000:024x}", "e" * 24, {})
    return made


def walked(store: Store, kind: str | None = None, limit: int = 30) -> list[int]:
    numbers, after = [], 0
    while True:
        page = store.page(DATASET, kind, limit, after)
        numbers += [int(each["id"], 16) for each in page.shown]
        if page.end is None:
            return numbers
        after = page.end


@pytest.mark.parametrize("limit", [1, 30, 125, 250, 251])
def test_pages_bring_every_entity_once_in_order(store: Store, limit: int) -> None:
    assert walked(store, limit=limit) == list(range(250))


def test_pages_of_one_kind_bring_that_kind_alone(store: Store) -> None:
    assert walked(store, "video") == list(range(0, 250, 5))


def test_what_is_deleted_between_two_pages_moves_nothing(store: Store) -> None:
    first = store.page(DATASET, None, 100)
    for number in range(50):
        store.delete(f"{number:024x}")
    assert first.end is not None
    assert int(store.page(DATASET, None, 1, first.end).shown[0]["id"], 16) == 100


def test_a_page_is_found_in_an_index_and_never_sorted(store: Store, tmp_path: Path) -> None:
    plans: list[str] = []
    database = sqlite3.connect(tmp_path / "store.sqlite")
    for kind in ("", " AND kind = 'image'"):
        query = f"SELECT seq, body FROM documents WHERE parent = 'd' AND seq > 5{kind} ORDER BY seq LIMIT 9"
        plans += [row[3] for row in database.execute(f"EXPLAIN QUERY PLAN {query}")]
    database.close()
    assert [plan.split("USING INDEX ")[1] for plan in plans] == [
        "by_parent (parent=? AND seq>?)",
        "by_kind (parent=? AND kind=? AND seq>?)",
    ]


class Paged(BaseHTTPRequestHandler):
    """Five media in pages of two; ``next_page`` comes in the form that the test asks for."""

    form = ""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        query = parse_qs(urlsplit(self.path).query)
        start = int(query.get("cursor", query.get("skip", ["0"]))[0])
        body: dict[str, object] = {"media": [{"id": str(n)} for n in range(start, min(5, start + 2))]}
        if start + 2 < 5 or self.form == "endless":
            body["next_page"] = self.form.format(f"limit=2&cursor={start + 2}")
        content = json.dumps(body).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def dataset() -> Iterator[Dataset]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Paged)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    client = Client(f"http://127.0.0.1:{server.server_port}", "key", "run")
    client.area.root = ROOT
    yield Dataset(client, "a" * 24, DATASET)
    client.close()
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(
    "form",
    [f"http://elsewhere.invalid/api/v1{PATH}/media:query?{{}}", f"/api/v1{PATH}/media:query?{{}}", "?{}", "opaque"],
)
def test_a_listing_follows_the_next_page_in_every_form(
    dataset: Dataset, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Paged, "form", form)
    assert sorted(dataset.listing() or ()) == ["0", "1", "2", "3", "4"]


def test_a_listing_without_an_end_is_no_listing(dataset: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Paged, "form", "endless")
    assert dataset.listing() is None
