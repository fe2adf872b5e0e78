"""The store of the embedded deployment: pages bring each entity once, and what a killed process left goes."""

from __future__ import annotations

import io
import sqlite3
from pathlib import Path

import pytest

from reference.store import Store

DATASET = "d" * 24


def test_files_of_a_killed_process_are_removed_at_the_start(tmp_path: Path) -> None:
    store = Store(tmp_path)
    identifiers = [Store.new_id() for _ in range(3)]
    for identifier in identifiers:
        path = store.keep(io.BytesIO(b"content"), identifier, "png")
        path.with_suffix(".thumb.jpg").touch()
        path.with_suffix(".part").touch()
    kept = identifiers[0]
    store.put("image", kept, "parent", {}, store.place(kept, "png"))
    assert store.tidy() == 7
    assert sorted(path.name for path in store.files.rglob("*.*")) == [f"{kept}.png", f"{kept}.thumb.jpg"]
    store.delete(kept)
    assert not list(store.files.rglob("*.*"))


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


def test_a_page_after_a_deletion_begins_where_the_last_one_ended(store: Store) -> None:
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
