"""Filling up to a limit: what is asked for, when it ends, and what of it is shown."""

from __future__ import annotations

import io
import itertools
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest
from rich.console import Console

from contract.observations import Answer
from harness.progress import shown
from suites.limits import count_subjects
from suites.limits.count_subjects import Filled

LIMIT = Answer(409, {"error_code": "limit_reached", "message": "full", "http_status": 409})
ENTITIES: Any = SimpleNamespace(client=SimpleNamespace(exchanges=[]), first_serial=0)


@dataclass
class Shelf(Filled):
    """Holds up to ``room`` things; ``outages`` are answers that come in place of every hundredth creation's own."""

    room: int = 10**6
    outages: Iterator[Answer] = field(default_factory=lambda: iter(()))
    held: list[int] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def create(self, serial: int) -> Answer:
        with self.lock:
            if serial % 100 == 50 and (outage := next(self.outages, None)) is not None:
                if serial % 200 == 50:
                    self.held.append(serial)  # done, and the answer was lost
                return outage
            if len(self.held) >= self.room:
                return LIMIT
            self.held.append(serial)
            return Answer(201, {"id": str(serial)})

    def remember(self, answer: Answer) -> None:
        pass

    def count(self) -> int | None:
        return len(self.held)

    def shrink(self) -> bool:
        return bool(self.held) and self.held.pop() is not None


def shelf(**given: Any) -> Shelf:
    return Shelf(ENTITIES, lambda _done, _total: nullcontext(lambda _count: None), **given)


def test_a_fill_ends_exactly_where_it_was_asked_to_and_nothing_is_made_twice() -> None:
    filled = shelf()
    assert filled._reach(1000) is None
    assert len(filled.held) == len(set(filled.held)) == 1000


def test_a_refusal_ends_a_fill_and_is_noticed_before_many_more_were_asked_for() -> None:
    filled = shelf(room=300)
    assert filled._reach(1000) is LIMIT
    assert filled.refused == (300, LIMIT)
    assert filled.serial <= 300 + count_subjects._WAITING


@pytest.mark.parametrize("outage", [Answer(None, failure="reset"), Answer(503), Answer(429)])
def test_a_fill_goes_on_where_the_deployment_stands_after_an_outage(
    outage: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.sleep", lambda _seconds: None)
    filled = shelf(outages=itertools.repeat(outage, 3))
    assert filled._reach(1000) is None
    assert len(filled.held) == len(set(filled.held)) == 1000


def test_a_deployment_that_stays_away_ends_a_fill(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr("time.sleep", slept.append)
    filled = shelf()
    monkeypatch.setattr(filled, "create", lambda _serial: Answer(503))
    assert filled._reach(1000) == Answer(503)
    assert 10 < sum(slept) < 60


@contextmanager
def _clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[float]]:
    now = [0.0]
    monkeypatch.setattr("harness.progress.time.monotonic", lambda: now[0])
    yield now


def test_a_log_gets_a_line_every_ten_seconds_with_rate_and_estimate(monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.StringIO()
    with _clock(monkeypatch) as now, shown("filling", 1000, 5000, Console(file=out)) as tell:
        for now[0] in range(25):
            tell(1000 + 100 * int(now[0]))
    assert out.getvalue().split("\n") == [
        "", "filling: 2,000 of 5,000, 100/s, 30 s left", "filling: 3,000 of 5,000, 100/s, 20 s left", ""
    ]  # fmt: skip


def test_a_terminal_gets_a_bar_with_rate_and_estimate() -> None:
    out = io.StringIO()
    with shown("filling", 0, 5000, Console(file=out, force_terminal=True, width=100)) as tell:
        tell(2000)
        tell(5000)
    assert "5000/5000" in out.getvalue()
    assert "━" in out.getvalue()


def test_short_work_says_nothing() -> None:
    out = io.StringIO()
    with shown("filling", 0, 48, Console(file=out)) as tell:
        tell(48)
    assert out.getvalue() == ""
