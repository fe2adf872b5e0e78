"""What the deployment holds: rows in SQLite (WAL), files on disk. A row is written when its file is complete."""

from __future__ import annotations

import builtins
import hashlib
import json
import secrets
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from reference.files import remove_files, remove_orphans

# Counts are kept by triggers: a limit on 100,000 media must not cost a scan of 100,000 rows at each upload.
_SCHEMA = """
CREATE TABLE IF NOT EXISTS documents (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, parent TEXT NOT NULL,
    body TEXT NOT NULL, path TEXT
);
CREATE INDEX IF NOT EXISTS by_parent ON documents (parent, seq);
CREATE INDEX IF NOT EXISTS by_kind ON documents (parent, kind, seq);
CREATE TABLE IF NOT EXISTS counts (
    parent TEXT NOT NULL, kind TEXT NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (parent, kind)
) WITHOUT ROWID;
CREATE TRIGGER IF NOT EXISTS added AFTER INSERT ON documents BEGIN
    INSERT INTO counts VALUES (new.parent, new.kind, 1) ON CONFLICT DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER IF NOT EXISTS removed AFTER DELETE ON documents BEGIN
    UPDATE counts SET n = n - 1 WHERE parent = old.parent AND kind = old.kind;
    DELETE FROM counts WHERE parent = old.parent AND kind = old.kind AND n = 0;
END;
"""

Document = dict[str, Any]
# What the request in hand reads from, where that is not what is stored now.
SNAPSHOT: Final[ContextVar[sqlite3.Connection | None]] = ContextVar("snapshot", default=None)


def now() -> str:
    """The time as entities hold it."""
    return datetime.now(UTC).isoformat()


@dataclass(frozen=True, slots=True)
class Page:
    """Some entities in order of insertion, and where they end; None where nothing follows."""

    shown: list[Document]
    end: int | None


class Store:
    """Entities by id, each below one parent; thread-safe, one connection a thread."""

    def __init__(self, directory: Path) -> None:
        self.files = directory / "files"
        self.files.mkdir(parents=True, exist_ok=True)
        self.database = directory / "store.sqlite"
        self._local = threading.local()
        self._connection().executescript(_SCHEMA)

    def tidy(self) -> int:
        """Remove what a killed process left on disk, before anything is served; how many files that were."""
        known = {row[0] for row in self._connection().execute("SELECT id FROM documents WHERE path IS NOT NULL")}
        return remove_orphans(self.files, known.__contains__)

    def _connection(self) -> sqlite3.Connection:
        connection = SNAPSHOT.get() or getattr(self._local, "connection", None)
        if connection is None:
            connection = sqlite3.connect(self.database, timeout=30, isolation_level=None)
            connection.execute("PRAGMA journal_mode=WAL")
            # WAL with NORMAL loses nothing when the process is killed; only a power cut may lose the last commits.
            connection.execute("PRAGMA synchronous=NORMAL")
            self._local.connection = connection
        return connection

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Count and insert as one step: no other writer comes between."""
        connection = self._connection()
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")

    @staticmethod
    def new_id() -> str:
        """24 hex digits, as every entity of Geti has."""
        return secrets.token_hex(12)

    @staticmethod
    def derived_id(*parts: str) -> str:
        """The id of what a job creates: the same each time the job is done again."""
        return hashlib.sha256("/".join(parts).encode()).hexdigest()[:24]

    def put(self, kind: str, identifier: str, parent: str, body: Document, path: Path | None = None) -> None:
        """Insert one entity, or replace its body."""
        self._connection().execute(
            "INSERT INTO documents (kind, id, parent, body, path) VALUES (?, ?, ?, ?, ?) "
            "ON CONFLICT (id) DO UPDATE SET body = excluded.body",
            (kind, identifier, parent, json.dumps(body), str(path) if path else None),
        )

    def get(self, kind: str, identifier: str, parent: str) -> tuple[Document, Path | None] | None:
        """One entity and its file, or None."""
        query = "SELECT body, path FROM documents WHERE id = ? AND kind = ? AND parent = ?"
        row = self._connection().execute(query, (identifier, kind, parent)).fetchone()
        path = Path(row[1]) if row and row[1] else None
        if row is None or (path is not None and SNAPSHOT.get() and not path.exists()):
            return None  # of what has been deleted meanwhile a snapshot has the row alone
        return json.loads(row[0]), path

    def ancestors(self, identifier: str) -> Iterator[str]:
        """The ids of all that an entity lies in, from its parent up."""
        query = "SELECT parent FROM documents WHERE id = ?"
        while row := self._connection().execute(query, (identifier,)).fetchone():
            identifier = row[0]
            yield identifier

    def list(self, parent: str, kind: str) -> list[Document]:
        """The entities of one kind below one parent, in order of insertion."""
        query = "SELECT body FROM documents WHERE parent = ? AND kind = ? ORDER BY seq"
        return [json.loads(row[0]) for row in self._connection().execute(query, (parent, kind))]

    def page(self, parent: str, kind: str | None, limit: int, after: int = 0, skip: int = 0) -> Page:
        """At most ``limit`` entities of one kind, or of all, that follow ``after``, the end of an earlier page.

        A page costs the same wherever it lies; ``skip`` leaves out so many more, and costs a step for each of them.
        """
        below = "FROM documents WHERE parent = :parent AND seq > :after" + (" AND kind = :kind" if kind else "")
        query = f"SELECT seq, body {below} ORDER BY seq LIMIT :limit OFFSET :skip"
        given = {"parent": parent, "kind": kind, "after": after, "limit": limit + 1, "skip": skip}
        rows = self._connection().execute(query, given).fetchall()
        shown = [json.loads(row[1]) for row in rows[:limit]]
        return Page(shown, rows[limit - 1][0] if len(rows) > limit else None)

    def last(self, parent: str, kind: str) -> Document | None:
        """The entity inserted last below one parent."""
        query = "SELECT body FROM documents WHERE parent = ? AND kind = ? ORDER BY seq DESC LIMIT 1"
        row = self._connection().execute(query, (parent, kind)).fetchone()
        return json.loads(row[0]) if row else None

    def kinds(self, parent: str) -> builtins.list[str]:
        """The kinds of entities that one parent has."""
        return [row[0] for row in self._connection().execute("SELECT kind FROM counts WHERE parent = ?", (parent,))]

    def count(self, parent: str, *kinds: str) -> int:
        """How many entities of these kinds one parent has."""
        query = "SELECT ifnull(sum(n), 0) FROM counts WHERE parent = ? AND kind IN (SELECT value FROM json_each(?))"
        return int(self._connection().execute(query, (parent, json.dumps(kinds))).fetchone()[0])

    def count_media(self, project: str) -> int:
        """How many images and videos all datasets of a project hold together."""
        query = (
            "SELECT ifnull(sum(n), 0) FROM documents JOIN counts ON counts.parent = documents.id "
            "WHERE documents.parent = ? AND documents.kind = 'dataset' AND counts.kind IN ('image', 'video')"
        )
        return int(self._connection().execute(query, (project,)).fetchone()[0])

    def annotated(self, dataset: str) -> builtins.list[str]:
        """The ids of the images of a dataset that have at least one annotation version."""
        query = (
            "SELECT documents.id FROM documents JOIN counts ON counts.parent = documents.id "
            "WHERE documents.parent = ? AND documents.kind = 'image' AND counts.kind = 'annotation' ORDER BY seq"
        )
        return [row[0] for row in self._connection().execute(query, (dataset,))]

    def delete(self, identifier: str) -> None:
        """Remove an entity with all below it: rows first, in one step, files after."""
        with self.transaction():
            query = (
                "WITH RECURSIVE below (id) AS (SELECT ? UNION ALL "
                "SELECT documents.id FROM documents JOIN below ON documents.parent = below.id) "
                "SELECT documents.id, documents.path FROM documents JOIN below USING (id)"
            )
            rows = self._connection().execute(query, (identifier,)).fetchall()
            self._connection().executemany("DELETE FROM documents WHERE id = ?", [(row[0],) for row in rows])
        remove_files({Path(path).parent for _, path in rows if path}, {row[0] for row in rows}.__contains__)

    def place(self, identifier: str, extension: str) -> Path:
        """Where a file lies: in one of 256 directories, so that none grows large."""
        directory = self.files / identifier[-2:]
        directory.mkdir(exist_ok=True)
        return directory / f"{identifier}.{extension}"

    def keep(self, source: Any, identifier: str, extension: str) -> Path:
        """Stream an open file to its place on disk, whole or not at all."""
        final = self.place(identifier, extension)
        part = final.with_suffix(".part")
        try:
            with part.open("wb") as target:
                while chunk := source.read(1 << 20):
                    target.write(chunk)
            part.replace(final)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        return final
