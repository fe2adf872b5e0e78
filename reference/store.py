"""What the deployment holds: rows in SQLite (WAL), files on disk. A row is written when its file is complete."""

from __future__ import annotations

import json
import secrets
import sqlite3
import threading
from pathlib import Path
from typing import Any

_SCHEMA = """
CREATE TABLE IF NOT EXISTS documents (
    kind TEXT NOT NULL, id TEXT PRIMARY KEY, parent TEXT NOT NULL, body TEXT NOT NULL, path TEXT
);
CREATE INDEX IF NOT EXISTS by_parent ON documents (parent, kind, id);
"""


class Store:
    """Projects, datasets and media by id; thread-safe, one connection a thread."""

    def __init__(self, directory: Path) -> None:
        self.files = directory / "files"
        self.files.mkdir(parents=True, exist_ok=True)
        self._database = directory / "store.sqlite"
        self._local = threading.local()
        self._connection().executescript(_SCHEMA)

    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = sqlite3.connect(self._database, timeout=30, isolation_level=None)
            connection.execute("PRAGMA journal_mode=WAL")
            self._local.connection = connection
        return connection

    @staticmethod
    def new_id() -> str:
        """24 hex digits, as every entity of Geti has."""
        return secrets.token_hex(12)

    def put(self, kind: str, identifier: str, parent: str, body: dict[str, Any], path: Path | None = None) -> None:
        """Insert or replace one entity."""
        row = (kind, identifier, parent, json.dumps(body), str(path) if path else None)
        self._connection().execute("INSERT OR REPLACE INTO documents VALUES (?, ?, ?, ?, ?)", row)

    def get(self, kind: str, identifier: str, parent: str) -> tuple[dict[str, Any], Path | None] | None:
        """One entity and its file, or None."""
        row = (
            self._connection()
            .execute(
                "SELECT body, path FROM documents WHERE kind = ? AND id = ? AND parent = ?", (kind, identifier, parent)
            )
            .fetchone()
        )
        return (json.loads(row[0]), Path(row[1]) if row[1] else None) if row else None

    def list(self, kind: str, parent: str, limit: int = -1, skip: int = 0) -> list[dict[str, Any]]:
        """The entities of one parent in order of insertion."""
        query = "SELECT body FROM documents WHERE parent = ? AND kind = ? ORDER BY rowid LIMIT ? OFFSET ?"
        return [json.loads(row[0]) for row in self._connection().execute(query, (parent, kind, limit, skip))]

    def count(self, kind: str, parent: str) -> int:
        """How many entities of a kind one parent has."""
        query = "SELECT count(*) FROM documents WHERE parent = ? AND kind = ?"
        return int(self._connection().execute(query, (parent, kind)).fetchone()[0])

    def delete(self, identifier: str) -> None:
        """Remove an entity with all below it, rows first, files after."""
        connection = self._connection()
        for (child,) in connection.execute("SELECT id FROM documents WHERE parent = ?", (identifier,)).fetchall():
            self.delete(child)
        row = connection.execute("SELECT path FROM documents WHERE id = ?", (identifier,)).fetchone()
        connection.execute("DELETE FROM documents WHERE id = ?", (identifier,))
        if row and row[0]:
            for file in (Path(row[0]), *Path(row[0]).parent.glob(f"{identifier}.*")):
                file.unlink(missing_ok=True)

    def keep(self, source: Any, identifier: str, extension: str) -> Path:
        """Stream an open file to its place on disk, whole or not at all."""
        part = self.files / f"{identifier}.part"
        with part.open("wb") as target:
            while chunk := source.read(1 << 20):
                target.write(chunk)
        final = self.files / f"{identifier}.{extension}"
        part.replace(final)
        return final
