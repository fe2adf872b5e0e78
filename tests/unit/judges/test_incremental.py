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

from contract.observations import Answer, Observation
from contract.verdicts import Expected, Verdict, judge
from deployment.settling import Settling
from harness.progress import shown
from judges.counts.incremental import IncrementalProbe
from judges.counts.probe import UnreachableError
from judges.counts.single_request import SingleRequestProbe

LIMIT = Answer(409, {"error_code": "limit_reached", "message": "full", "http_status": 409})
ENTITIES: Any = SimpleNamespace(first_serial=0, client=SimpleNamespace(settling=Settling(0)))


@dataclass
class Shelf(IncrementalProbe):
    """Holds up to ``room`` things; ``outages`` are answers that come in place of every hundredth creation's own."""

    room: int = 10**6
    full: Answer = LIMIT
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
                return self.full
            return self.make(serial)

    def make(self, serial: int) -> Answer:
        self.held.append(serial)
        return Answer(201, {"id": str(serial)})

    def remember(self, answer: Answer) -> None:
        pass

    def there(self, answer: Answer) -> bool | None:
        return answer.body["id"] in map(str, self.held)

    def count(self) -> int | None:
        return len(self.held)

    def shrink(self) -> int:
        return int(bool(self.held) and self.held.pop() is not None)


def unwatched(_done: int, _total: int) -> Any:
    return nullcontext(lambda _count: None)


def shelf(**given: Any) -> Shelf:
    return Shelf(ENTITIES, unwatched, **given)


def test_a_fill_ends_exactly_where_it_was_asked_to_and_nothing_is_made_twice() -> None:
    filled = shelf()
    assert filled.observe(1000).answer.accepted
    assert len(filled.held) == len(set(filled.held)) == 1000


def test_a_refusal_ends_a_fill_and_is_noticed_before_many_more_were_asked_for() -> None:
    filled = shelf(room=300)
    assert filled.observe(1000).answer is LIMIT
    assert filled.refused == (300, LIMIT)
    assert filled.serial <= 350


@pytest.mark.parametrize("outage", [Answer(None, failure="reset"), Answer(503), Answer(429)])
def test_a_fill_goes_on_where_the_deployment_stands_after_an_outage(
    outage: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.sleep", lambda _seconds: None)
    filled = shelf(outages=itertools.repeat(outage, 3))
    assert filled.observe(1000).answer.accepted
    assert len(filled.held) == len(set(filled.held)) == 1000


def test_a_deployment_that_stays_away_ends_a_fill(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr("time.sleep", slept.append)
    filled = shelf()
    monkeypatch.setattr(filled, "create", lambda _serial: Answer(503))
    assert filled.observe(1000).answer == Answer(503)
    assert 10 < sum(slept) < 60


@pytest.mark.parametrize("hollow", [Answer(204), Answer(201, LIMIT.body), Answer(201, {"id": "invented"})])
def test_what_is_answered_as_created_and_is_not_there_is_a_refusal_with_the_wrong_status(hollow: Answer) -> None:
    filled = shelf(room=10, full=hollow)
    assert judge(Expected.ACCEPTED, filled.observe(10)).verdict is Verdict.KEPT
    seen = filled.observe(11)
    assert (seen.answer, seen.created, seen.changes) == (hollow, False, ())
    assert judge(Expected.REFUSED, seen).verdict is Verdict.WRONG_STATUS


@pytest.mark.parametrize("hollow", [Answer(204), Answer(201, {"id": "invented"})])
def test_a_fill_stops_where_creations_no_longer_count(hollow: Answer) -> None:
    filled = shelf(room=10, full=hollow)
    seen = filled.observe(20)
    assert (len(filled.held), seen.answer, filled.serial) == (10, hollow, 20)
    assert judge(Expected.ACCEPTED, seen).verdict is Verdict.UNCLEAN


def test_a_fill_that_others_undo_for_ever_comes_to_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    filled, moves = shelf(room=10, full=Answer(204)), itertools.count()
    monkeypatch.setattr(Shelf, "foreign_ids", lambda _self: frozenset({str(next(moves))}))
    with pytest.raises(UnreachableError, match="stays at 10 while others create and delete"):
        filled.observe(20)


def test_a_fill_makes_up_for_a_creation_that_was_lost_before_it_asks_for_one_too_many() -> None:
    filled = shelf(room=10, outages=itertools.repeat(Answer(201, {"id": "50"}), 1), serial=45)
    assert judge(Expected.REFUSED, filled.observe(11)).verdict is Verdict.KEPT
    assert len(filled.held) == 10


def test_what_takes_the_place_of_another_is_no_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    filled = shelf()
    filled.observe(10)
    monkeypatch.setattr(filled, "create", lambda serial: (filled.held.pop(0) and None) or filled.make(serial))
    assert judge(Expected.REFUSED, filled.observe(11)).verdict is Verdict.NOT_ENFORCED


@pytest.mark.parametrize(
    ("full", "found"),
    [
        (LIMIT, (13, 14, True)),
        (Answer(204), (13, 14, True)),
        (Answer(201, {"id": "x"}), (13, 14, True)),
        (Answer(400), None),
    ],
)
def test_the_boundary_is_where_creations_no_longer_count(full: Answer, found: tuple[int, int, bool] | None) -> None:
    filled = shelf(room=13, full=full)
    filled.observe(11)
    boundary = filled.boundary(11, accepted=True)
    assert (boundary and (boundary.accepted, boundary.refused, boundary.exact)) == found


def test_a_boundary_is_open_where_others_come_and_go_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    filled = shelf(room=13, full=Answer(204))
    filled.observe(11)
    foreign_ids = itertools.count()
    monkeypatch.setattr(filled, "foreign_ids", lambda: frozenset({str(next(foreign_ids))}))
    assert filled.boundary(11, accepted=True) is None


def test_no_race_is_run_where_the_deployment_went_away_before_the_last_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda _seconds: None)
    filled = shelf()
    filled.observe(5)
    monkeypatch.setattr(filled, "create", lambda _serial: Answer(503))
    with pytest.raises(UnreachableError, match="503"):
        filled.race(11)


@pytest.mark.parametrize("room", [9, 11])
def test_labels_that_are_not_created_are_refused_wherever_the_boundary_is_looked_for(room: int) -> None:
    def accept(count: int) -> Observation:
        return Observation(Answer(201), None, created=count <= room)

    found = SingleRequestProbe(accept, 2).boundary(10, accepted=room > 10)
    assert found is not None
    assert (found.accepted, found.exact) == (room, True)


def test_a_boundary_of_labels_that_is_known_is_asked_for_on_both_sides_alone() -> None:
    asked: list[int] = []

    def accept(count: int) -> Observation:
        asked.append(count)
        return Observation(Answer(201), None, created=count <= 1000)

    probe = SingleRequestProbe(accept, 2)
    known = probe.boundary(501, accepted=True)
    asked.clear()
    found = probe.boundary(501, accepted=True, known=known)
    assert found is not None
    assert (found.words, found.exact) == ("1,000", True)
    assert asked == [1000, 1001]


def test_labels_that_cannot_be_read_back_end_the_search() -> None:
    found = SingleRequestProbe(lambda _count: Observation(Answer(201), None, changes=None), 2).boundary(
        10, accepted=True
    )
    assert found is not None
    assert (found.accepted, found.refused) == (10, None)


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
        "",
        "filling: 2,000 of 5,000, 100/s, 30 s left",
        "filling: 3,000 of 5,000, 100/s, 20 s left",
        "",
    ]


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


@dataclass
class Untold(Shelf):
    """Things of which the deployment says no number: the count is that of the answers."""

    told: list[str] = field(default_factory=list)
    fresh: int = 0

    def remember(self, answer: Answer) -> None:
        self.told.append(answer.body["id"])

    def count(self) -> int | None:
        return len(self.told)

    def recount(self) -> int | None:
        self.fresh += 1
        self.held, self.told = [], []
        return 0


@pytest.mark.parametrize("lost", [Answer(504), Answer(None, failure="reset")])
@pytest.mark.parametrize("first", range(45, 51))
def test_a_count_that_the_deployment_does_not_tell_is_built_anew_after_a_lost_answer(lost: Answer, first: int) -> None:
    filled = Untold(ENTITIES, unwatched, room=10, outages=iter([lost]), serial=first)
    assert judge(Expected.ACCEPTED, filled.observe(9)).verdict is Verdict.KEPT
    assert judge(Expected.ACCEPTED, filled.observe(10)).verdict is Verdict.KEPT
    assert judge(Expected.REFUSED, filled.observe(11)).verdict is Verdict.KEPT
    assert filled.fresh == 2


def test_a_lost_answer_to_the_probe_itself_is_a_crash_only_where_it_comes_again() -> None:
    filled = Untold(ENTITIES, unwatched, room=10, outages=iter([Answer(504)]), serial=41)
    assert judge(Expected.ACCEPTED, filled.observe(10)).verdict is Verdict.CRASHED
    assert judge(Expected.ACCEPTED, filled.observe(10)).verdict is Verdict.KEPT


def test_a_refusal_beside_a_lost_answer_is_not_believed() -> None:
    answers = {6: LIMIT, 7: Answer(504)}
    filled = Untold(ENTITIES, unwatched, room=10)
    filled.make = lambda serial: answers.get(serial) or Shelf.make(filled, serial)  # type: ignore[method-assign]
    assert judge(Expected.ACCEPTED, filled.observe(10)).verdict is Verdict.KEPT


def test_a_refusal_where_others_took_the_last_places_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    filled, counts = shelf(room=10), itertools.chain([8, 10], itertools.repeat(9))
    monkeypatch.setattr(filled, "create", lambda _serial: LIMIT)
    monkeypatch.setattr(filled, "count", lambda: next(counts))
    assert filled._reach(9).stopped is None


@dataclass
class Lagging(Shelf):
    """The count is that of a moment ago at every other reading."""

    behind: int = 3
    readings: Iterator[int] = field(default_factory=itertools.count)

    def count(self) -> int | None:
        return max(0, len(self.held) - (self.behind if next(self.readings) % 4 < 3 else 0))


def test_a_count_that_lags_behind_is_read_again() -> None:
    entities = SimpleNamespace(first_serial=0, client=SimpleNamespace(settling=Settling(1.0, pause=lambda _s: None)))
    filled = Lagging(entities, unwatched, room=10)  # type: ignore[arg-type]
    assert judge(Expected.ACCEPTED, filled.observe(10)).verdict is Verdict.KEPT
    assert judge(Expected.REFUSED, filled.observe(11)).verdict is Verdict.KEPT
    assert judge(Expected.ACCEPTED, filled.observe(6)).verdict is Verdict.KEPT
    assert len(filled.held) == 6


@pytest.mark.parametrize(("has_room", "verdict"), [(True, Verdict.OVER_ENFORCED), (False, Verdict.INCONCLUSIVE)])
def test_what_is_refused_where_the_organization_is_full_says_nothing(has_room: bool, verdict: Verdict) -> None:
    probe = SingleRequestProbe(lambda _count: Observation(LIMIT, None), 2, has_room=lambda: has_room)
    assert judge(Expected.ACCEPTED, probe.observe(10)).verdict is verdict


def test_what_one_request_was_given_needs_no_other_beside_it() -> None:
    asked: list[int] = []
    probe = SingleRequestProbe(lambda count: asked.append(count) or Observation(Answer(201), None, created=True), 2)
    assert judge(Expected.ACCEPTED, probe.observe(10)).verdict is Verdict.KEPT
    assert asked == [10]


def test_the_last_place_is_one_that_was_taken_and_freed() -> None:
    freed: list[int] = []
    filled = shelf(room=10)
    shrink = filled.shrink
    filled.shrink = lambda: freed.append(len(filled.held)) or shrink()  # type: ignore[method-assign]
    _answers, before, after = filled.race(11)
    assert (before, after, freed) == (9, 10, [10])
