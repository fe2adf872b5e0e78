"""Several lanes that judge at one time, ahead of pytest, which takes each result when its item comes."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import Final

from contract.cases import Case
from contract.results import Result
from deployment.traffic import Traffic
from harness.events import Emit, Event, Message
from harness.lane import Lane
from harness.pace import Pace

# Whoever waits so long for one case is told what is under way.
_SILENT_S: Final = 20.0
# About how long an answer takes over a network, in seconds.
_ANSWER_S: Final = 0.05
# So long is waited at the end for a lane that was stopped; its last answer may never come.
_STOPPING_S: Final = 5.0


@dataclass(slots=True)
class Lanes:
    """Judges cases in as many threads as there are ``lanes``; what belongs together stays in one lane, in order.

    Half of the lanes take what is asked for next, so that results come soon; the others take what takes longest, so
    that none is left with that at the end.
    The ``last`` lane has no thread: it judges what rests on the answers to all cases before, when its item comes.
    What the threads want to emit is emitted by the thread that waits for a result: pytest's console is made for one.
    """

    lanes: Sequence[Lane]
    last: Lane
    pace: Pace
    traffic: Traffic
    emit: Emit
    _results: dict[str, Future[Result]] = field(default_factory=dict)
    _strands: list[Sequence[Case]] = field(default_factory=list)
    _taking: threading.Lock = field(default_factory=threading.Lock)
    _events: SimpleQueue[Event | None] = field(default_factory=SimpleQueue)
    _threads: list[threading.Thread] = field(default_factory=list)
    _stopped: bool = False
    _began: float = 0.0
    _weights: list[float] = field(default_factory=list)
    _judged: list[float] = field(default_factory=list)

    def start(self, cases: Sequence[Case]) -> None:
        """Begin to judge; cases of one strand follow one another, in the order in which the results are asked for."""
        cases = [case for case in cases if not case.cumulative]
        self._results = {case.id: Future() for case in cases}
        self._began, self._weights = time.monotonic(), [case.seconds for case in cases]
        strands: dict[str, list[Case]] = {}
        for case in cases:
            strands.setdefault(case.strand, []).append(case)
        # Whoever judges alone waits until all others have ended their cases: at the beginning there are none.
        self._strands.extend(sorted(strands.values(), key=lambda strand: not any(case.exclusive for case in strand)))
        for number, lane in enumerate(self.lanes):
            thread = threading.Thread(target=self._judge, args=(lane, number % 2 == 1), daemon=True)
            self._threads.append(thread)
            thread.start()

    def result(self, case: Case, _following: Case | None) -> Result:
        """The result of a case, waited for; what rests on the answers to all cases before it is judged now."""
        if case.cumulative:
            return self.last.result(case, None)
        future = self._results[case.id]
        while not future.done():
            try:
                event = self._events.get(timeout=_SILENT_S)
            except Empty:
                event = Message(f"waiting for {case.id}; {self.progress}; {self.pace.words}")
            if event is not None:
                self.emit(event)
        return self._results.pop(case.id).result()

    @property
    def progress(self) -> str:
        """How far it has come, and about how long it goes on: cases of which little is known take alike."""
        done, took_s = sum(self._judged), time.monotonic() - self._began
        words = f"{len(self._judged):,} of {len(self._weights):,} cases judged"
        return f"{words}, about {took_s * (sum(self._weights) / done - 1):,.0f} s left" if done else words

    def put(self, event: Event) -> None:
        """Emit at once in the main thread; what another one asks for is emitted when the main thread waits."""
        if threading.current_thread() is threading.main_thread():
            self.emit(event)
        else:
            self._events.put(event)

    def stop(self) -> list[Result]:
        """Begin no further case, and wait a while for those that are under way; what no item has asked for yet."""
        unclaimed = [each.result() for each in self._results.values() if each.done() and each.exception() is None]
        if len(unclaimed) < len(self._results):
            self.last.client.budget.stopped = self.last.client.budget.stopped or "the run was stopped"
        self._stopped, deadline = True, time.monotonic() + _STOPPING_S
        self._strands.clear()
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        while not self._events.empty():
            event = self._events.get()
            if event is not None:
                self.emit(event)
        return unclaimed

    def _judge(self, lane: Lane, longest: bool) -> None:
        """Judge in one lane until nothing is left, then delete what it made."""
        try:
            cases = self._cases(longest=longest)
            case = next(cases, None)
            while case is not None and not self._stopped:
                with self.pace.slot(self.traffic, at_once=lane.turns.kept):
                    following = self._settle(lane, case, cases)
                case = following
        finally:
            lane.close()
            self._events.put(None)

    def _settle(self, lane: Lane, case: Case, cases: Iterator[Case]) -> Case | None:
        """Judge one case, and return the one that the lane judges next; with a strand goes all that it made."""
        following, future = next(cases, None), self._results[case.id]
        try:
            result = lane.result(case, following)
            if following is None or following.strand != case.strand:
                lane.close()
        except BaseException as error:  # noqa: BLE001  it is raised where the result is asked for
            future.set_exception(error)
        else:
            self._judged.append(case.seconds)
            future.set_result(result)
        self._events.put(None)
        return following

    def _cases(self, *, longest: bool) -> Iterator[Case]:
        """The cases of one strand after the other, each strand taken by one lane alone."""
        while True:
            with self._taking:
                if not self._strands:
                    return
                places = range(len(self._strands))
                place = max(places, key=lambda place: _takes_s(self._strands[place])) if longest else 0
                strand = self._strands.pop(place)
            yield from strand


def _takes_s(strand: Sequence[Case]) -> float:
    """About how long a strand takes over a network, in seconds."""
    return sum(case.seconds + case.requests * _ANSWER_S for case in strand)
