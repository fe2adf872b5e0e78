"""A second host behind the same address: it answers every second read or so, from what was stored a moment ago."""

from __future__ import annotations

import random
import sqlite3
import threading
import time
from collections import deque
from pathlib import Path
from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

from reference.store import SNAPSHOT

_READS: Final = (":query",)
# Requests that began on an older snapshot are still being answered.
_KEPT: Final = 16


class Replica:
    """Snapshots of a database, the latest at most ``lag_s`` seconds old; each is a connection whose reading goes on."""

    def __init__(self, database: Path, lag_s: float) -> None:
        self._database, self._lag_s = database, lag_s
        self._snapshots = deque([self._snapshot()])
        threading.Thread(target=self._follow, daemon=True, name="replica").start()

    @property
    def latest(self) -> sqlite3.Connection:
        """The latest snapshot."""
        return self._snapshots[-1]

    def _follow(self) -> None:
        while True:
            time.sleep(self._lag_s)
            self._snapshots.append(self._snapshot())
            if len(self._snapshots) > _KEPT:
                self._snapshots.popleft().close()

    def _snapshot(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._database, isolation_level=None, check_same_thread=False)
        connection.execute("PRAGMA query_only=ON")
        connection.execute("BEGIN")
        connection.execute("SELECT 1 FROM documents").fetchone()  # only the first reading fixes what is seen
        return connection


class TwoHosts:
    """Middleware: half of all reads, drawn from a fixed seed, are answered from the replica's latest snapshot."""

    def __init__(self, app: ASGIApp, replica: Replica) -> None:
        self._app, self._replica, self._draw = app, replica, random.Random(1)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        reads = scope["type"] == "http" and (scope["method"] in ("GET", "HEAD") or scope["path"].endswith(_READS))
        if not reads or self._draw.random() < 0.5:
            await self._app(scope, receive, send)
            return
        token = SNAPSHOT.set(self._replica.latest)
        try:
            await self._app(scope, receive, send)
        finally:
            SNAPSHOT.reset(token)
