"""Who wants what went over the wire: the last exchanges in short, or every one of them whole."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

import httpx

from contract.results import Exchange
from deployment.recorder import Recorder
from deployment.redaction import Redactor

# So many requests does a recording hold unless it is asked for another number.
RECORDED: Final = 64
_SHOWN_BODY: Final = 2000
_SHOWN_HEADER: Final = 300


@dataclass(frozen=True, slots=True)
class Taken:
    """One request with its answer, or with the ``failure`` in its place; ``url`` is what it is shown as.

    ``size`` is that of its body in bytes, ``elapsed_s`` in seconds.
    """

    request: httpx.Request
    response: httpx.Response | None
    url: str
    size: int
    trace_id: str
    elapsed_s: float
    failure: str | None

    def in_short(self, redactor: Redactor) -> Exchange:
        """As reports show it: texts alone, cut, and no key in them."""
        status, headers, shown = None, {}, ""
        if self.response is not None:
            status, kind = self.response.status_code, self.response.headers.get("content-type", "")
            headers = {name: _shown(name, redactor.clean(value)) for name, value in self.response.headers.items()}
            if kind.startswith(("application/json", "text/")):
                # Cut after the key is out: a key that the cut goes through would be half of one.
                shown = redactor.clean(self.response.text[: 2 * _SHOWN_BODY])[:_SHOWN_BODY]
        return Exchange(
            self.request.method,
            redactor.clean(self.url),
            status,
            self.elapsed_s,
            self.size,
            self.trace_id,
            headers,
            shown,
            self.failure,
        )


@dataclass(slots=True)
class Recordings:
    """The recordings that are open; safe to be used by several threads, and they nest."""

    _short: list[deque[Exchange]] = field(default_factory=list)
    _whole: list[Recorder] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def last(self, number: int) -> Iterator[deque[Exchange]]:
        """The last requests with their answers, in short, while the context is open."""
        recorded = deque[Exchange](maxlen=number)
        with self._lock:
            self._short.append(recorded)
        try:
            yield recorded
        finally:
            with self._lock:
                self._short = [each for each in self._short if each is not recorded]

    @contextmanager
    def by(self, recorder: Recorder) -> Iterator[Recorder]:
        """Let a recorder have every exchange whole while the context is open."""
        with self._lock:
            self._whole.append(recorder)
        try:
            yield recorder
        finally:
            with self._lock:
                self._whole = [each for each in self._whole if each is not recorder]

    def take(self, taken: Taken, redactor: Redactor) -> None:
        """Give an exchange to everyone who wants it."""
        with self._lock:
            exchange = taken.in_short(redactor)
            for recorded in self._short:
                recorded.append(exchange)
            for recorder in self._whole:
                recorder.record(
                    taken.request,
                    taken.response,
                    trace_id=taken.trace_id,
                    started_s=time.time() - taken.elapsed_s,
                    elapsed_s=taken.elapsed_s,
                    failure=taken.failure,
                )


def _shown(name: str, value: str) -> str:
    """A header of a response as a report may show it: no cookie, and not without end."""
    return "[cookie]" if name == "set-cookie" else value[:_SHOWN_HEADER]
