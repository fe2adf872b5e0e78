"""Whether a result rests on the deployment alone: what the network, the key or a budget had a part in is no finding."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import Final

from contract.results import Result
from contract.verdicts import BROKEN, Verdict
from deployment.circuit_breaker import MOST
from deployment.client import Client

_ATTEMPTS: Final = 3
# A finding beside transient failures must come out the same more often than chance has it.
_ATTEMPTS_TO_FIND: Final = 5


class JudgeAgainError(Exception):
    """A transient failure fell into a case: what was found may be its doing."""


@dataclass(frozen=True, slots=True)
class _Counters:
    """What a client had met at one moment."""

    failures: int
    refusals: int
    over_budget: int
    timeouts: int
    operations_given_up: int
    not_asked: int

    @classmethod
    def of(cls, client: Client) -> _Counters:
        breaker = client.breaker
        return cls(
            failures=client.transient_failures.count,
            refusals=client.refusals,
            over_budget=client.budget.withheld,
            timeouts=breaker.timeouts,
            operations_given_up=breaker.given_up,
            not_asked=breaker.withheld,
        )


@dataclass(slots=True)
class Confirmation:
    """Confirms the result of each case. ``patience_s``: how long the whole run waits for a deployment that is away."""

    client: Client
    patience_s: float = 120.0
    _verdicts: list[Verdict] = field(default_factory=list)
    _at_case: _Counters = field(init=False)
    _at_attempt: _Counters = field(init=False)

    def start_case(self) -> None:
        """Begin a case, to be judged for the first time."""
        self._verdicts.clear()
        self._at_case = self._at_attempt = _Counters.of(self.client)

    def start_attempt(self) -> None:
        """Begin to judge the case in hand once more."""
        self._at_attempt = _Counters.of(self.client)

    def confirmed(self, result: Result, *, offline: bool) -> Result:
        """The result that counts. Raises ``JudgeAgainError`` where the case is to be judged again first.

        What is judged again and again the same, with the network at fault each time and the deployment answering in
        between, is the deployment's; everything else that was disturbed is inconclusive.
        """
        if offline:
            return result
        budget = self.client.budget
        before, now = self._at_attempt, _Counters.of(self.client)
        if now.over_budget > before.over_budget or (budget.stopped and result.verdict is Verdict.KEPT):
            return _inconclusive(result, budget.stopped)
        if now.not_asked > before.not_asked and not self._never_answers(result):
            return _inconclusive(result, f"not asked again: {self.client.breaker.last}")
        disturbed = now.failures > before.failures
        refused = now.refusals > before.refusals and result.verdict is not Verdict.NOT_APPLICABLE
        if not (result.broken or disturbed or refused):
            return result
        failure, unreachable = self.client.transient_failures.last, self._unreachable()
        if unreachable:
            return _inconclusive(result, unreachable)
        return self._repeated(result, failure) if disturbed else result

    def _repeated(self, result: Result, failure: str) -> Result:
        breaker = self.client.breaker
        timed_out = breaker.timeouts > self._at_attempt.timeouts
        if timed_out and breaker.enough_findings:
            reason = f"{failure}, once: {breaker.findings} findings already say that answers never come"
            return _inconclusive(result, reason)
        self._verdicts.append(result.verdict)
        agree = len(set(self._verdicts)) == 1
        attempts = _ATTEMPTS_TO_FIND if agree and result.verdict in BROKEN else _ATTEMPTS
        more = len(self._verdicts) < attempts and not self.client.budget.stopped
        if more and not self._never_answers(result):
            raise JudgeAgainError
        if result.broken and agree:
            breaker.findings += timed_out
            return result
        return _inconclusive(result, f"the network failed each time, the last: {failure}")

    def _never_answers(self, result: Result) -> bool:
        """Whether this case met so many timeouts that it is as sure as can be that no answer comes."""
        breaker = self.client.breaker
        several = len(self._verdicts) > 1 and breaker.timeouts - self._at_case.timeouts >= MOST
        given_up = breaker.given_up > self._at_case.operations_given_up
        return result.verdict is Verdict.CRASHED and (several or given_up)

    def _unreachable(self) -> str:
        """Why the deployment cannot be asked now, after some patience; empty where it answers and takes the key."""
        pause = 0.2
        while True:
            began = time.monotonic()
            opens = self.client.key_opens()
            if opens:
                return ""
            if opens is False:
                self.client.budget.stopped = "the key is no longer accepted; make a new one and run again"
                return self.client.budget.stopped
            if self.patience_s <= 0 or self.client.budget.stopped:
                return self.client.budget.stopped or "the deployment does not answer"
            time.sleep(pause)
            pause = min(5.0, 2 * pause)
            self.patience_s -= time.monotonic() - began


def _inconclusive(result: Result, reason: str) -> Result:
    if result.verdict is not Verdict.INCONCLUSIVE:
        reason = f"{reason} ({result.verdict}: {result.reason})"
    return replace(result, verdict=Verdict.INCONCLUSIVE, reason=reason, observed_boundary=None, boundary=None)
