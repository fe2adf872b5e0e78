"""Who wants what went over the wire: the last exchanges in short, or every one of them whole."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Final, TypeVar

import httpx

from contract.results import Exchange
from deployment.parsing import is_json, media_type_of
from deployment.recorder import Recorder
from deployment.redaction import Redactor

_Recording = TypeVar("_Recording")
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
            status = self.response.status_code
            headers = {name: _shown(name, redactor.clean(value)) for name, value in self.response.headers.items()}
            if is_json(self.response) or media_type_of(self.response).startswith("text/"):
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

    def last(self, number: int) -> AbstractContextManager[deque[Exchange]]:
        """The last requests with their answers, in short, while the context is open."""
        return self._open(self._short, deque[Exchange](maxlen=number))

    def by(self, recorder: Recorder) -> AbstractContextManager[Recorder]:
        """Let a recorder have every exchange whole while the context is open."""
        return self._open(self._whole, recorder)

    def take(self, taken: Taken, redactor: Redactor) -> None:
        """Give an exchange to everyone who wants it."""
        exchange = taken.in_short(redactor)
        with self._lock:
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

    @contextmanager
    def _open(self, wanting: list[_Recording], recording: _Recording) -> Iterator[_Recording]:
        with self._lock:
            wanting.append(recording)
        try:
            yield recording
        finally:
            with self._lock:
                # By what it is: two that hold the same are equal.
                wanting[:] = [each for each in wanting if each is not recording]


def _shown(name: str, value: str) -> str:
    """A header of a response as a report may show it: no cookie, and not without end."""
    return "[cookie]" if name == "set-cookie" else value[:_SHOWN_HEADER]
