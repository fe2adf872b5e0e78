"""The store of the embedded deployment: what a killed process left on the disk."""

from __future__ import annotations

import io
from pathlib import Path

from reference.store import Store


def test_what_a_killed_process_left_on_disk_is_removed_at_the_start(tmp_path: Path) -> None:
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
