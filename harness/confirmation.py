"""Whether a result rests on the deployment alone: what the way, the key or a budget had a part in is no finding."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import Final

from contract.results import Result
from contract.verdicts import BROKEN, Verdict
from deployment.circuit_breaker import MOST
from deployment.client import Client

_JUDGINGS: Final = 3
# An accusation that the way had a part in must come out the same more often than chance has it.
_ACCUSING_JUDGINGS: Final = 5
_AUDIT: Final = "document."


class DisturbedError(Exception):
    """A fault of the way fell into a case: what was found may be its doing, and the case is judged again."""


@dataclass(slots=True)
class Confirmation:
    """Weighs the result of each case. ``patience_s`` is how long the whole run waits for a deployment that is away."""

    client: Client
    patience_s: float = 120.0
    _verdicts: list[Verdict] = field(default_factory=list)
    _faults: int = 0
    _withheld: int = 0
    _refusals: int = 0
    _silences: int = 0
    _unasked: int = 0
    _given_up: int = 0
    _case_silences: int = 0

    def open_case(self) -> None:
        """Begin a case."""
        self._verdicts.clear()
        self._given_up = self.client.breaker.given_up
        self._case_silences = self.client.breaker.timeouts

    def begin(self) -> None:
        """Begin to judge the case in hand, perhaps once more."""
        self._faults = self.client.transient_failures.count
        self._withheld = self.client.budget.withheld
        self._refusals = self.client.refusals
        self._silences = self.client.breaker.timeouts
        self._unasked = self.client.breaker.withheld

    @property
    def disturbed(self) -> bool:
        """Whether the way failed a request since the judging began."""
        return self.client.transient_failures.count > self._faults

    @property
    def may_repeat(self) -> bool:
        """Whether the case may be judged once more."""
        accuses = len(set(self._verdicts)) == 1 and self._verdicts[0] in BROKEN
        most = _ACCUSING_JUDGINGS if accuses else _JUDGINGS
        return len(self._verdicts) < most and not self.client.budget.stopped

    def _silent_for_good(self, result: Result) -> bool:
        """Whether this case met so many silences that it is as sure as can be that no answer comes."""
        silence = self.client.breaker
        several = len(self._verdicts) > 1 and silence.timeouts - self._case_silences >= MOST
        return result.verdict is Verdict.CRASHED and (several or silence.given_up > self._given_up)

    def weigh(self, result: Result) -> Result:
        """The result as it may be told. Raises ``DisturbedError`` where the case is to be judged again.

        What is judged again and again the same, with the way at fault each time and the deployment answering in
        between, is the deployment's; everything else that was disturbed is inconclusive.
        """
        budget, way = self.client.budget, self.client.transient_failures
        if result.requirement.startswith(_AUDIT):
            return result
        if budget.withheld > self._withheld or (budget.stopped and result.verdict is Verdict.KEPT):
            return _inconclusive(result, budget.stopped)
        silence = self.client.breaker
        if silence.withheld > self._unasked and not self._silent_for_good(result):
            return _inconclusive(result, f"not asked again: {silence.last}")
        if result.verdict is Verdict.NOT_APPLICABLE and not self.disturbed:
            return result
        if result.broken or self.disturbed or self.client.refusals > self._refusals:
            disturbed, last = self.disturbed, way.last
            away = self._away()
            if away:
                return _inconclusive(result, away)
            if disturbed:
                return self._repeatedly(result, last)
        return result

    def _repeatedly(self, result: Result, last: str) -> Result:
        silence = self.client.breaker
        silent = silence.timeouts > self._silences
        if silent and silence.enough_findings:
            why = f"{last}, once: {silence.findings} findings already say that answers never come"
            return _inconclusive(result, why)
        self._verdicts.append(result.verdict)
        if self.may_repeat and not self._silent_for_good(result):
            raise DisturbedError
        if result.broken and set(self._verdicts) == {result.verdict}:
            silence.findings += silent
            return result
        return _inconclusive(result, f"a fault of the way each time, the last: {last}")

    def _away(self) -> str:
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


def _inconclusive(result: Result, why: str) -> Result:
    told = f"{why} ({result.verdict}: {result.reason})" if result.verdict is not Verdict.INCONCLUSIVE else why
    return replace(result, verdict=Verdict.INCONCLUSIVE, reason=told, observed_boundary=None, boundary=None)
