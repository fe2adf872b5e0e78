"""Searching for a request that an operation answers otherwise than it should, and shrinking it."""

from __future__ import annotations

import itertools
import json
from collections import Counter
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import httpx
from hypothesis import HealthCheck, Phase, Verbosity, given, reject, seed, settings
from hypothesis import strategies as st
from hypothesis.database import DirectoryBasedExampleDatabase
from hypothesis.errors import HypothesisException, Unsatisfiable

from contract.openapi import Operation
from contract.verdicts import Judgement, Verdict
from deployment.errors import NotContainedError
from judges.rest.bodies import carrying_the_name, known_body
from judges.rest.cases import Case, Check, Finding
from judges.rest.conformance import judge_answer
from judges.rest.generator import GeneratedCase, Generator, exercised, keyword
from judges.rest.own_ids import own_named
from judges.rest.request import PreparedRequest, UnsendableError, prepare
from judges.rest.resources import Resources
from judges.rest.search_budget import SearchBudget, deterministic, seed_of
from judges.rest.sender import Sender, Sent, filled

# Shrinking sends requests too: a finding costs at most so many more.
_SHRINKING_REQUESTS: Final = 60
_PLAIN_REQUESTS: Final = 8


class _RefutedError(Exception):
    """An answer that breaks the contract; what it says is kept beside the request that led to it."""


@dataclass(slots=True)
class Fuzzer:
    """Searches one operation after the other with what Schemathesis draws."""

    generator: Generator
    sender: Sender
    resources: Resources
    readers: Mapping[str, Operation]
    effort: SearchBudget

    def judge(self, case: Case) -> Finding:
        """The worst that was found, shrunk; kept where nothing was."""
        operation = case.operation
        assert operation is not None, "fuzzing is of one operation"
        values, made_up = self.resources.values(operation)
        negative = case.check is Check.NEGATIVE
        try:
            strategy = self.generator.strategy(operation, values, negative=negative)
        except LookupError as error:
            return Finding(Judgement(Verdict.INCONCLUSIVE, f"the operation cannot be generated: {error}"))
        if strategy is None:
            return Finding(Judgement(Verdict.NOT_APPLICABLE, "the operation takes nothing beside its path"))
        search = _Search(self, operation, values, negative)
        try:
            edges = itertools.islice(self.generator.boundaries(operation, negative=negative), self.effort.boundaries)
            known = () if negative else self._known(operation, values)
            if all(search.holds(one) for one in itertools.chain(known, edges)):
                search.run(strategy, case.id)
        except Unsatisfiable:
            if not search.statuses:
                if search.held_back:
                    return Finding(Judgement(Verdict.NOT_APPLICABLE, f"held back: {search.held_back}"))
                reason = "nothing that the document does not allow can be sent" if negative else "nothing can be drawn"
                return Finding(Judgement(Verdict.NOT_APPLICABLE if negative else Verdict.INCONCLUSIVE, reason))
        except HypothesisException as error:
            if search.found is None:
                return Finding(Judgement(Verdict.INCONCLUSIVE, f"the search failed: {type(error).__name__}: {error}"))
        except Exception as error:  # noqa: BLE001  whatever a hostile document makes the generator raise is a gap
            told = f"{type(error).__name__}: {' '.join(str(error).split())[:300]}"
            return Finding(Judgement(Verdict.INCONCLUSIVE, f"the operation cannot be generated: {told}"))
        return search.concluded(made_up)

    def knows(self, operation: Operation) -> bool:
        """Whether a body that means something is known for an operation, or a medium is its body."""
        return bool(operation.points)

    def accepted(self, operation: Operation, values: Mapping[str, str]) -> Sent | None:
        """The first of few plain requests that is accepted, else the last that was not; None where none could go."""
        last: Sent | None = None
        edges = itertools.islice(self.generator.boundaries(operation, negative=False), _PLAIN_REQUESTS)
        for drawn in itertools.chain(self._known(operation, values), edges):
            try:
                request = self.request(drawn, operation, values, negative=False)
                last = self.sender.send(operation, request.target, request.headers, request.content)
            except (UnsendableError, NotContainedError, httpx.InvalidURL):
                continue
            if last.answer.accepted:
                break
        return last

    def request(
        self, drawn: GeneratedCase, operation: Operation, values: Mapping[str, str], *, negative: bool
    ) -> PreparedRequest:
        """The bytes of what was drawn, with the run's own ids where it names entities. Raises ``UnsendableError``."""
        case, live = drawn.case, self.resources.live
        case.query = own_named(case.query, live, any_text=not negative)
        case.body = own_named(case.body, live, any_text=not negative)
        return prepare(drawn, operation, values)

    def _known(self, operation: Operation, values: Mapping[str, str]) -> tuple[GeneratedCase, ...]:
        """What should be accepted before anything is varied: a body that means something, or nothing at all."""
        body = known_body(operation, self.resources, values)
        first = (
            self.generator.plain(operation, values) if body is None else self.generator.case(operation, values, body)
        )
        return () if first is None else (first,)


@dataclass(slots=True)
class _Search:
    fuzzer: Fuzzer
    operation: Operation
    values: dict[str, str]
    negative: bool
    statuses: Counter[int | None] = field(default_factory=Counter)
    carried: set[str] = field(default_factory=set)
    keywords: set[str] = field(default_factory=set)
    known: dict[Hashable, bool] = field(default_factory=dict)
    held_back: str = ""
    found: Finding | None = None
    patience: int = _SHRINKING_REQUESTS
    before: Any = None

    def run(self, strategy: st.SearchStrategy[GeneratedCase], name: str) -> None:
        effort = self.fuzzer.effort
        self.before = self._state()

        @settings(
            max_examples=min(effort.examples, 3) if self.operation.method == "DELETE" else effort.examples,
            database=DirectoryBasedExampleDatabase(effort.database) if effort.database else None,
            phases=(Phase.reuse, Phase.generate, Phase.shrink) if effort.database else (Phase.generate, Phase.shrink),
            deadline=None,
            suppress_health_check=list(HealthCheck),
            report_multiple_bugs=False,
            print_blob=False,
            verbosity=Verbosity.quiet,
        )
        @given(strategy)
        def attempt(drawn: GeneratedCase) -> None:
            try:
                self._attempt(drawn)
            except (UnsendableError, NotContainedError):
                reject()

        # Hypothesis tells searches apart by their source, which is one for all cases: the id is what differs.
        inner = attempt.hypothesis.inner_test  # type: ignore[attr-defined]
        inner._hypothesis_internal_add_digest = name.encode()
        try:
            with deterministic():
                seed(seed_of(name, effort.seed))(attempt)()
        except _RefutedError:
            return

    def holds(self, known: GeneratedCase) -> bool:
        """Whether a case that is not searched for is answered as declared; what cannot be sent holds."""
        try:
            self._attempt(known)
        except _RefutedError:
            return False
        except (UnsendableError, NotContainedError):
            return True
        return True

    def concluded(self, made_up: tuple[str, ...]) -> Finding:
        statuses = {str(status): count for status, count in sorted(self.statuses.items(), key=str)}
        tally = self.fuzzer.sender.tallies[self.operation.name]
        tally.parameters |= self.carried
        tally.keywords |= self.keywords
        tally.made_up |= set(made_up)
        facts = {
            "requests": self.statuses.total(),
            "statuses": statuses,
            "parameters": sorted(self.carried),
            "keywords": sorted(self.keywords),
        }
        if made_up:
            facts["made_up"] = list(made_up)
        if self.found is not None:
            self.found.facts = {**facts, **self.found.facts}
            return self.found
        told = ", ".join(f"{count}x {status}" for status, count in statuses.items())
        return Finding(Judgement(Verdict.KEPT, f"{self.statuses.total()} requests, as declared: {told}"), None, facts)

    def _attempt(self, drawn: GeneratedCase) -> None:
        request = self._wire(drawn)
        key = (request.target, *sorted(request.headers.items()), request.content)
        if self.known.get(key):
            raise _RefutedError
        if key in self.known or (self.found is not None and self.patience <= 0):
            return
        if self.found is not None:
            self.patience -= 1
        judgement, sent = self._sent(drawn, request)
        self.known[key] = judgement is not None
        if judgement is not None and (self.found is None or self.found.judgement.verdict is judgement.verdict):
            self.found = Finding(judgement, sent)
            raise _RefutedError

    def _sent(self, drawn: GeneratedCase, request: PreparedRequest) -> tuple[Judgement | None, Sent]:
        fuzzer = self.fuzzer
        try:
            sent = fuzzer.sender.send(self.operation, request.target, request.headers, request.content)
        except httpx.InvalidURL:
            raise UnsendableError from None
        except NotContainedError as error:
            self.held_back = str(error)
            raise
        self.statuses[sent.answer.status] += 1
        self.carried |= exercised(drawn)
        self.keywords |= {name for name in (keyword(drawn),) if name}
        judgement = judge_answer(fuzzer.generator.document, self.operation, drawn.case, sent, negative=self.negative)
        if not sent.answer.accepted:
            return judgement or self._unchanged(sent), sent
        fuzzer.resources.took(self.operation, request.target.partition("?")[0], sent.answer)
        if self.operation.mutates:
            self.before = self._state()
        return judgement, sent

    def _wire(self, drawn: GeneratedCase) -> PreparedRequest:
        if self.operation.method == "DELETE":
            self.values = self.fuzzer.resources.values(self.operation)[0]
        name = self.fuzzer.resources.name
        drawn.case.body = carrying_the_name(drawn.case.body, self.operation, name, negative=self.negative)
        return self.fuzzer.request(drawn, self.operation, self.values, negative=self.negative)

    def _unchanged(self, sent: Sent) -> Judgement | None:
        """What a refused request changed all the same, read where the document lets the same path be read."""
        now = self._state() if self.operation.mutates else None
        if now is None or self.before is None or now == self.before:
            return None
        self.before = now
        return Judgement(Verdict.UNCLEAN, f"refused with {sent.answer.words}, yet what the path reads as has changed")

    def _state(self) -> str | None:
        reader = self.fuzzer.readers.get(self.operation.path)
        if reader is None or not self.operation.mutates or self.operation.method == "DELETE":
            return None
        if not any(value in self.values.values() for value in self.fuzzer.resources.projects):
            return None
        sent = self.fuzzer.sender.send(reader, filled(reader, self.values))
        return json.dumps(sent.answer.body, sort_keys=True) if sent.answer.accepted else None
