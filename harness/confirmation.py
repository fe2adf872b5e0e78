"""Confirmation: what broke is judged again, from scratch and alone; the network, the key or a budget breaks nothing."""

from __future__ import annotations

import copy
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from typing import Final

from contract.boundaries import ObservedBoundary
from contract.cases import Case
from contract.confirmation import MOST_ATTEMPTS, answers_changed, beside_copies, decide, must_be_alone
from contract.purposes import Purpose
from contract.results import Attempt, Result
from contract.verdicts import BROKEN, Verdict
from deployment.circuit_breaker import MOST
from deployment.client import Client
from deployment.counters import Counters
from deployment.retry import RetryPolicy
from harness.turns import Turns
from judges.judged import Judged

# On so many cases is a cause confirmed; the next ones of the same cause say nothing new.
_CASES_OF_A_CAUSE: Final = 3
# An answer that never comes costs the whole timeout each time.
_MOST_TIMEOUTS: Final = 3
_PAUSE_S: Final = 0.2
# So many copies of a case are judged at one time, twice, to see whether what it met at first came of that; of one that
# sends many requests none is.
_COPIES: Final = 4
_MOST_REQUESTS_COPIED: Final = 60
# What differs between so many recordings of a finding is no part of it: a time, a number that only counts up.
_RECORDINGS: Final = 2

Cause = tuple[str, Verdict, int | None, str | None]
# Judges a case for the n-th time, counted from 0: the first time as it comes, then each time from scratch.
Judging = Callable[[int], AbstractContextManager[Judged]]


@dataclass(slots=True)
class Causes:
    """What is known of causes already: on how many cases each was confirmed, which ones came out otherwise.

    ``boundaries`` are those that were observed, by requirement. Shared by all threads that judge.
    """

    cases: Counter[Cause] = field(default_factory=Counter)
    changing: set[Cause] = field(default_factory=set)
    boundaries: dict[str, ObservedBoundary] = field(default_factory=dict)

    def is_confirmed(self, cause: Cause) -> bool:
        """Whether a cause came out alike on several cases, and never otherwise."""
        return self.cases[cause] >= _CASES_OF_A_CAUSE and cause not in self.changing

    def note(self, cause: Cause, verdict: Verdict, attempts: int) -> None:
        """Take what the cause of a first attempt came to in the end."""
        if verdict is not cause[1]:
            self.changing.add(cause)
        elif attempts > 1:
            self.cases[cause] += 1


@dataclass(slots=True)
class Confirmation:
    """Confirms the result of each case. ``patience_s``: how long a deployment that is away is waited for."""

    client: Client
    turns: Turns
    causes: Causes = field(default_factory=Causes)
    patience_s: float = 120.0

    def confirmed(self, case: Case, judging: Judging) -> Result:
        """The result that counts, of as many attempts as it takes (``contract.confirmation``)."""
        attempts: list[Attempt] = []
        results: list[Result] = []
        counters, causes = self.client.counters, self.causes
        at_case = copy.copy(counters)
        while True:
            before = copy.copy(counters)
            with judging(len(attempts)) as judged:
                result = judged.result
                if case.offline or case.cumulative:
                    return result
                withheld = self._withheld(result, before, at_case, len(attempts))
                if withheld:
                    return _inconclusive(result, withheld, attempts)
                attempts.append(self._attempt(result, before))
                results.append(result)
                cause = _cause(case, attempts[0])
                timed_out = counters.timeouts > at_case.timeouts
                decision = decide(
                    attempts,
                    confirmed=causes.is_confirmed(cause) and not case.timed,
                    timed=case.timed,
                    most=self._most(at_case, len(attempts)) if timed_out else MOST_ATTEMPTS,
                )
                if (
                    decision is not None
                    and case.requests <= _MOST_REQUESTS_COPIED
                    and answers_changed(attempts, decision)
                ):
                    decision = beside_copies(attempts, decision, self._copies(judging, len(attempts)))
                if decision is not None:
                    causes.note(cause, decision.verdict, len(attempts))
                    self.client.breaker.findings += timed_out and decision.verdict in BROKEN
                    listed = tuple(attempts) if len({each.verdict for each in attempts}) > 1 else ()
                    shown = results[decision.attempt]
                    same = [each for each in results if each.verdict is shown.verdict]
                    final = replace(
                        shown,
                        verdict=decision.verdict,
                        reason=decision.reason,
                        attempts=listed,
                        recordings=tuple(whole for each in same for whole in each.recordings)[-_RECORDINGS:],
                    )
                    if decision.verdict is not result.verdict:
                        return final
                    with self.client.purpose(Purpose.BOUNDARY):
                        return judged.located(final, causes.boundaries)
            # What the network disturbed is judged again beside others: where it fails often, all would wait for each.
            if not attempts[-1].disturbed or must_be_alone(attempts):
                self.turns.take(case.id, alone=True)
            time.sleep(_PAUSE_S * len(attempts))

    def _copies(self, judging: Judging, attempts: int) -> list[Verdict]:
        """What copies of a case come to that are judged at one time, and beside nothing else."""

        def verdict(number: int) -> Verdict:
            with judging(number) as judged:
                return judged.result.verdict

        with ThreadPoolExecutor(_COPIES) as pool:
            return list(pool.map(verdict, range(attempts, attempts + 2 * _COPIES)))

    def _most(self, at_case: Counters, attempts: int) -> int:
        """How many attempts are made at what never answers: no more once it was given up."""
        return attempts if self._gave_up(at_case) else _MOST_TIMEOUTS

    def _gave_up(self, at_case: Counters) -> bool:
        return self.client.counters.given_up > at_case.given_up

    def _attempt(self, result: Result, before: Counters) -> Attempt:
        counters = self.client.counters
        failures = counters.failures - before.failures
        if result.verdict is Verdict.KEPT:
            # What was answered in the end is as it should be, and rests on nothing else.
            failures -= counters.repeated - before.repeated
        return Attempt(
            verdict=result.verdict,
            reason=result.reason,
            status=result.status,
            error_code=result.error_code,
            started_ms=result.started_ms,
            elapsed_s=result.elapsed_s,
            alone=self.turns.alone,
            in_flight=self.turns.in_flight(),
            disturbed=counters.last_failure if failures > 0 else "",
        )

    def _withheld(self, result: Result, before: Counters, at_case: Counters, attempts: int) -> str:
        """Why nothing can be concluded from an attempt, nor from another one; empty where that is not so."""
        budget, breaker, now = self.client.budget, self.client.breaker, copy.copy(self.client.counters)
        if now.over_budget > before.over_budget or (budget.stopped and result.verdict is Verdict.KEPT):
            return budget.stopped
        many = attempts > 0 and now.timeouts - at_case.timeouts >= MOST
        never_answers = result.verdict is Verdict.CRASHED and (many or self._gave_up(at_case))
        if now.not_asked > before.not_asked and not never_answers:
            return f"not asked again: {now.why_not_asked}"
        disturbed = now.failures > before.failures
        refused = now.refusals > before.refusals and result.verdict is not Verdict.NOT_APPLICABLE
        if not (result.broken or disturbed or refused):
            return ""
        failure, unreachable = now.last_failure, self._unreachable()
        if unreachable:
            return unreachable
        if disturbed and now.timeouts > before.timeouts and breaker.enough_findings:
            return f"{failure}, once: {breaker.findings} findings already say that answers never come"
        return ""

    def _unreachable(self) -> str:
        """Why the deployment cannot be asked now, after some patience; empty where it answers and takes the key."""
        budget = self.client.budget
        for _ in RetryPolicy(patience_s=max(0.0, self.patience_s), first_s=0.2):
            opens = self.client.key_opens()
            if opens:
                return ""
            if opens is False:
                budget.stopped = "the key is no longer accepted; make a new one and run again"
            if budget.stopped:
                return budget.stopped
        # Each further case would only wait for answers that do not come.
        budget.stopped = f"the deployment did not answer for {self.patience_s:g} s, and is not asked any more"
        return budget.stopped


def _cause(case: Case, first: Attempt) -> Cause:
    """What the same answers to several cases have in common; what could not be judged speaks of no requirement."""
    promise = "" if first.verdict is Verdict.INCONCLUSIVE else case.promise
    return promise, first.verdict, first.status, first.error_code


def _inconclusive(result: Result, reason: str, attempts: list[Attempt]) -> Result:
    if result.verdict is not Verdict.INCONCLUSIVE:
        reason = f"{reason} ({result.verdict}: {result.reason})"
    return replace(result, verdict=Verdict.INCONCLUSIVE, reason=reason, attempts=tuple(attempts))
