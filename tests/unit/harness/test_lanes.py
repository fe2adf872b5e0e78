"""Several lanes: every case is judged once, what belongs together in one lane and in order."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from contract.cases import Case, Requirement
from contract.purposes import Purpose
from contract.results import Result
from contract.verdicts import Verdict
from deployment.traffic import Traffic
from harness.events import Event, Message
from harness.lanes import Lanes
from harness.pace import Pace
from harness.turns import Turns


def cases(*groups: str) -> list[Case]:
    """Three cases in each group, one after the other by turns."""
    return [
        Case(requirement=Requirement(f"{group}.{number}", "image-upload"), group=group, requests=5)
        for number in range(3)
        for group in groups
    ]


@dataclass(eq=False)
class Recorder:
    """A lane that notes what it judges, in which thread."""

    seen: list[tuple[str, int]]
    do: Callable[[Case], None]
    turns: Turns = field(default_factory=Turns)

    def result(self, case: Case, _following: Case | None) -> Result:
        self.seen.append((case.id, threading.get_ident()))
        self.do(case)
        return Result(
            case=case.id, requirement=case.requirement.id, title=case.id, verdict=Verdict.KEPT, reason="as documented"
        )

    def close(self) -> None:
        self.seen.append(("-closed", threading.get_ident()))

    @property
    def client(self) -> Any:
        return SimpleNamespace(budget=SimpleNamespace(stopped=""))


def begun(
    some: Sequence[Case],
    count: int,
    do: Callable[[Case], None] = lambda _case: None,
    emit: Callable[[Event], None] = print,
) -> tuple[Lanes, list[tuple[str, int]]]:
    seen: list[tuple[str, int]] = []
    lanes: list[Any] = [Recorder(seen, do) for _ in range(count + 1)]
    made = Lanes(lanes[:-1], lanes[-1], Pace(count), Traffic(), emit)
    made.start(some)
    return made, seen


def test_each_case_is_judged_once_and_a_strand_in_order_in_one_lane() -> None:
    some = cases("a", "b", "c")
    lanes, seen = begun(some, 3, lambda _case: time.sleep(0.01))
    assert [lanes.result(case, None).case for case in some] == [case.id for case in some]
    lanes.stop()
    for group in ("a", "b", "c"):
        own = [(name, thread) for name, thread in seen if name.startswith(group)]
        assert [name for name, _ in own] == [case.id for case in some if case.group == group]
        assert len({thread for _, thread in own}) == 1


def test_half_of_the_lanes_take_what_is_asked_for_next_and_half_what_takes_longest() -> None:
    some = [replace(case, requests=case.requests + 50 * (case.group == "c")) for case in cases("a", "b", "c")]
    both = threading.Barrier(2)

    def meet() -> None:
        both.wait(5)

    lanes, seen = begun(some, 2, lambda case: None if case.id[0] == "b" else meet())
    for case in some:
        lanes.result(case, None)
    lanes.stop()
    first = {thread: name for name, thread in reversed(seen)}
    assert sorted(first.values()) == ["a.0@image-upload", "c.0@image-upload"]


def test_what_rests_on_all_answers_waits_for_its_item() -> None:
    last = Case(requirement=Requirement("z"), group="a", cumulative=True)
    some = [*cases("a", "b"), last]
    lanes, seen = begun(some, 2)
    for case in some:
        lanes.result(case, None)
    lanes.stop()
    assert seen.index(("z", threading.get_ident())) > max(
        place for place, (name, _) in enumerate(seen) if name[0] in "ab"
    )


def test_who_waits_reads_how_far_it_has_come_and_how_long_it_goes_on() -> None:
    some = cases("a", "b")
    held = threading.Event()
    lanes, _ = begun(some, 2, lambda case: None if case.id[0] == "a" else held.wait(5) and None)
    for case in some[::2]:
        lanes.result(case, None)
    assert re.fullmatch(r"3 of 6 cases judged, about \d+ s left", lanes.progress)
    held.set()
    for case in some[1::2]:
        lanes.result(case, None)
    lanes.stop()
    assert re.fullmatch("6 of 6 cases judged, about 0 s left", lanes.progress)


def test_an_error_of_the_suite_is_raised_where_the_result_is_asked_for() -> None:
    some = cases("a")

    def do(case: Case) -> None:
        if case is some[1]:
            raise ZeroDivisionError

    lanes, _ = begun(some, 1, do)
    assert lanes.result(some[0], None).verdict is Verdict.KEPT
    with pytest.raises(ZeroDivisionError):
        lanes.result(some[1], None)
    assert lanes.result(some[2], None).verdict is Verdict.KEPT
    lanes.stop()


def test_an_error_while_a_strand_is_cleared_away_ends_no_lane() -> None:
    some = cases("a", "b")

    class Failing(Recorder):
        def close(self) -> None:
            raise ZeroDivisionError

    lanes: list[Any] = [Failing([], lambda _case: None), Recorder([], lambda _case: None)]
    made = Lanes(lanes[:1], lanes[1], Pace(1), Traffic(), print)
    with pytest.MonkeyPatch.context() as quiet:
        quiet.setattr(threading, "excepthook", lambda _error: None)  # its last closing ends the thread
        made.start(some)
        for case in some:
            if case.id.startswith("a.2") or case.id.startswith("b.2"):
                with pytest.raises(ZeroDivisionError):
                    made.result(case, None)
            else:
                assert made.result(case, None).verdict is Verdict.KEPT
        made.stop()


def test_what_a_lane_says_is_said_by_the_thread_that_waits() -> None:
    said: list[int] = []
    some, made, ready = cases("a", "b"), list[Lanes](), threading.Event()

    def do(case: Case) -> None:
        ready.wait(10)
        made[0].put(Message(case.id))

    made.append(begun(some, 2, do, lambda _event: said.append(threading.get_ident()))[0])
    ready.set()
    for case in some:
        made[0].result(case, None)
    made[0].stop()
    assert said == 6 * [threading.get_ident()]


def test_a_stop_begins_nothing_more_and_hands_over_what_no_item_has_asked_for() -> None:
    some, first, go_on = cases("a"), threading.Event(), threading.Event()

    def do(case: Case) -> None:
        if case is some[1]:
            first.set()
            go_on.wait(10)

    lanes, seen = begun(some, 1, do)
    first.wait(10)
    threading.Timer(0.1, go_on.set).start()
    assert [result.case for result in lanes.stop()] == [some[0].id]
    assert [name for name, _ in seen] == [some[0].id, some[1].id, "-closed"]


@dataclass(eq=False)
class Turning(Recorder):
    """A lane that takes turns, and keeps one from an exclusive case to the next."""

    def result(self, case: Case, following: Case | None) -> Result:
        self.turns.take(case.id, alone=case.exclusive)
        try:
            return super().result(case, following)
        finally:
            if not (case.exclusive and following is not None and following.exclusive):
                self.turns.release()


def test_whoever_keeps_its_turn_does_not_wait_for_those_that_wait_for_it(tmp_path: Path) -> None:
    some = [replace(case, exclusive=case.group == "a") for case in cases("a", "b")]
    traffic, others_wait = Traffic(), threading.Event()

    def do(case: Case) -> None:
        if case.id == some[0].id:
            others_wait.wait(0.2)
            overload(traffic, 429)

    lanes: list[Any] = [Turning([], do, turns=Turns(tmp_path, f"-{number}")) for number in range(3)]
    made = Lanes(lanes[:-1], lanes[-1], Pace(2), traffic, print)
    made.start(some)
    ended = threading.Thread(target=lambda: [made.result(case, None) for case in some], daemon=True)
    ended.start()
    ended.join(20)
    assert not ended.is_alive()


def overload(traffic: Traffic, status: int) -> None:
    for _ in range(9):
        traffic.note("GET", "/api/v1/organizations", status, 0.1, Purpose.PROBE)


def test_the_pace_grows_by_one_and_falls_by_half() -> None:
    pace, traffic = Pace(8), Traffic()
    for _ in range(60):
        with pace.slot(traffic):
            pass
    assert (pace.words, pace.notes) == ("0 cases are under way, at most 8 at one time", [])
    for status in (*(200, 429) * 3, *[200] * 40):
        with pace.slot(traffic):
            traffic.note("GET", "/api/v1/organizations", status, 0.1, Purpose.PROBE)
    assert pace.notes == [], "now and then says nothing"
    with pace.slot(traffic):
        overload(traffic, 429)
    assert pace.words == "0 cases are under way, at most 4 at one time"
    assert pace.notes
    with pace.slot(traffic):
        overload(traffic, 503)
    assert pace.words.endswith("at most 4 at one time"), "what was asked before it was slowed down slows nothing down"


def answered(traffic: Traffic, pace: Pace, elapsed_s: float) -> None:
    for _ in range(60):
        with pace.slot(traffic):
            traffic.note("GET", "/api/v1/organizations", 200, elapsed_s, Purpose.PROBE)


@pytest.mark.parametrize(
    ("quickest_s", "crowded_s", "fewer"),
    [(0.1, 0.7, False), (0.1, 1.3, True), (0.01, 0.2, False)],
    ids=["as long as one after the other", "longer than one after the other", "not long"],
)
def test_the_pace_falls_where_more_at_one_time_get_less_done(quickest_s: float, crowded_s: float, fewer: bool) -> None:
    pace, traffic = Pace(8), Traffic()
    answered(traffic, pace, quickest_s)
    answered(traffic, pace, crowded_s)
    assert bool(pace.notes) == fewer
