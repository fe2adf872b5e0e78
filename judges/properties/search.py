"""The search of one property: what failed before, then what Hypothesis draws, until examples or minutes are over."""

from __future__ import annotations

import copy
import time
from dataclasses import dataclass, field
from typing import Final

from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings, target
from hypothesis.database import DirectoryBasedExampleDatabase, ExampleDatabase

from contract.limits import Limit
from contract.verdicts import Verdict
from deployment.client import Client
from generators.boundaries import illegal, legal
from generators.submissions import Submission
from judges.properties.cases import PropertyCase
from judges.properties.drawn import Drawn
from judges.properties.examples import ExampleJudge
from judges.properties.found import Found
from judges.properties.simplest import Simplifier
from judges.rest.drawing import DRAWING
from judges.rest.search_budget import seed_of
from judges.results import Outcome
from judges.workspace import Workspace

# So many causes are told of one property, and so many examples are judged to make one of them simple.
_MOST_FOUND: Final = 5
_MOST_SIMPLER: Final = 60
# What the network disturbed is judged again, so often in all.
_TRIES: Final = 3
# After so many draws Hypothesis begins anew with another seed: what it remembers of a search grows with each.
_ROUND: Final = 2000


class _EndedError(BaseException):
    """Nothing more is to be drawn; no error of an example, so that Hypothesis lets it through."""


@dataclass(slots=True)
class PropertySearch:
    """Searches one property; ``found`` are its counterexamples, ``stopped`` is why it ended early.

    ``of_others`` are examples that fail whether or not they are near this limit: what they break is for the property of
    the limit that they are near.
    """

    case: PropertyCase
    workspace: Workspace
    examples: ExampleJudge
    drawn: Drawn
    found: list[Found] = field(default_factory=list)
    of_others: list[Found] = field(default_factory=list)
    judged: dict[str, Outcome] = field(default_factory=dict)
    stopped: str = ""
    _draws: int = 0
    _ends: float = field(init=False)

    def __post_init__(self) -> None:
        minutes = self.workspace.search.minutes
        self._ends = time.monotonic() + 60 * minutes if minutes is not None else float("inf")

    def run(self) -> None:
        """Search, and remember what was found for the next time."""
        database, key = self._database(), self.case.id.encode()
        known = sorted(database.fetch(key)) if database else []
        number = 0
        try:
            for line in known:
                self._attempt(Submission.parse(line.decode()))
            while self._draws < self.case.examples:
                self._round(number, min(_ROUND, self.case.examples - self._draws))
                number += 1
        except _EndedError:
            pass
        if database and not self.stopped:
            for line in known:
                database.delete(key, line)
            for each in self.found:
                database.save(key, each.submission.line.encode())

    @property
    def limit(self) -> Limit:
        """The limit that is searched around."""
        assert self.case.limit is not None
        return self.case.limit

    @property
    def counts(self) -> dict[Verdict, int]:
        """How many examples came to each verdict."""
        verdicts = [each.judgement.verdict for each in self.judged.values()]
        return {verdict: verdicts.count(verdict) for verdict in dict.fromkeys(verdicts)}

    def _round(self, number: int, most: int) -> None:
        case, before = self.case, self._draws
        profile = self.examples.profile
        strategy = (illegal if case.outside else legal)(self.limit.id, profile, case.point)

        @settings(
            max_examples=most,
            database=None,
            phases=(Phase.generate, Phase.target),
            deadline=None,
            suppress_health_check=list(HealthCheck),
            verbosity=Verbosity.quiet,
        )
        @given(strategy)
        def attempt(submission: Submission) -> None:
            self._draws += 1
            target(self.drawn.note(case, submission, profile))
            with DRAWING.paused():
                self._attempt(submission)

        with DRAWING.deterministic():
            seed(seed_of(f"{case.id} {number}", self.workspace.search.seed))(attempt)()
        # Where everything that there is was drawn, Hypothesis ends before the number is reached.
        if self._draws == before:
            raise _EndedError

    def _attempt(self, submission: Submission) -> None:
        """Judge what was drawn, unless it was before or is explained by what was found."""
        self._end_where_over()
        if submission.line in self.judged or self._is_explained(submission):
            return
        self.workspace.give_way()
        outcome = self._judge(submission)
        if outcome.judgement.broken:
            self._add(submission, outcome)

    def _is_explained(self, submission: Submission) -> bool:
        known = (*self.found, *self.of_others)
        return any(each.explains(submission, self.limit, self.examples.profile) for each in known)

    def _add(self, submission: Submission, outcome: Outcome) -> None:
        cause, expected, left = _cause(outcome), self.examples.expected(submission), _MOST_SIMPLER

        def fails(simpler: Submission) -> bool:
            nonlocal left
            if self.examples.expected(simpler) is not expected:
                return False
            if simpler.line not in self.judged:
                left -= 1
                if left < 0:
                    return False
            return _cause(self._judge(simpler)) == cause

        simplifier = Simplifier(self.limit, self.examples.profile, fails)
        simplest = simplifier.simplest(submission)
        found = Found(simplest, self.judged[simplest.line])
        if simplifier.is_of_another_limit(simplest):
            self.of_others.append(found)
            return
        self.found.append(found)
        if len(self.found) >= _MOST_FOUND:
            raise _EndedError

    def _judge(self, submission: Submission) -> Outcome:
        """What an example comes to; judged again where the network disturbed it. Ends the search where nothing goes."""
        if submission.line in self.judged:
            return self.judged[submission.line]
        client = self.workspace.client
        failures = client.counters.failures
        for _ in range(_TRIES):
            before = copy.copy(client.counters)
            outcome = self.examples.judge(submission)
            if client.budget.stopped:
                self.stopped = client.budget.stopped
                raise _EndedError
            if client.counters.failures == before.failures:
                client.counters.forget_failures(before.failures - failures)
                break
        else:
            self._end_where_unreachable(client)
        self.judged[submission.line] = outcome
        return outcome

    def _end_where_over(self) -> None:
        self.stopped = self.workspace.client.budget.stopped
        if self.stopped or time.monotonic() > self._ends:
            raise _EndedError

    def _end_where_unreachable(self, client: Client) -> None:
        if client.key_opens() is not True:
            self.stopped = "the deployment could not be reached"
            raise _EndedError

    def _database(self) -> ExampleDatabase | None:
        directory = self.workspace.search.database
        return DirectoryBasedExampleDatabase(directory) if directory else None


Cause = tuple[Verdict, int | None, str | None]


def _cause(outcome: Outcome) -> Cause | None:
    answer = outcome.answer
    verdict = outcome.judgement.verdict
    return (verdict, answer.status, answer.error_code) if answer else (verdict, None, None)
