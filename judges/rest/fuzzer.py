"""Searching for a request that an operation answers otherwise than it should, and shrinking it."""

from __future__ import annotations

import contextlib
import itertools
from collections import Counter
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

import httpx
from hypothesis import HealthCheck, Phase, Verbosity, given, reject, seed, settings
from hypothesis import strategies as st
from hypothesis.database import DirectoryBasedExampleDatabase
from hypothesis.errors import HypothesisException, Unsatisfiable

from contract.openapi import Operation
from contract.verdicts import Judgement, Verdict
from deployment.errors import NotContainedError
from judges.rest.bodies import carrying_the_name, known_body
from judges.rest.conformance import judge_answer
from judges.rest.drawing import DRAWING
from judges.rest.findings import Finding, Sent, not_judged
from judges.rest.generator import GeneratedCase, Generator, exercised, keyword, tried
from judges.rest.own_ids import own_named
from judges.rest.path_state import PathState
from judges.rest.request import PreparedRequest, UnsendableError, prepare
from judges.rest.resources import Resources
from judges.rest.search_budget import SearchBudget, seed_of
from judges.rest.sender import Sender

# Shrinking sends requests too: a finding costs at most so many more.
_SHRINKING_REQUESTS: Final = 60
_PLAIN_REQUESTS: Final = 8
_SHOWN: Final = 300


class _RefutedError(Exception):
    """An answer that breaks the contract; what it says is kept beside the request that led to it."""


@dataclass(slots=True)
class Fuzzer:
    """Searches one operation after the other with what Schemathesis generates."""

    generator: Generator
    sender: Sender
    resources: Resources
    readers: Mapping[str, Operation]
    budget: SearchBudget

    def judge(self, operation: Operation, name: str, *, negative: bool) -> Finding:
        """The worst that was found, shrunk; kept where nothing was. ``name`` is what the search is seeded by."""
        values, made_up = self.resources.values(operation)
        try:
            with DRAWING.deterministic():
                strategy = self.generator.strategy(operation, values, negative=negative)
        except LookupError as error:
            return _inconclusive(f"the operation cannot be generated: {error}")
        if unread := self.generator.unread(operation):
            return _inconclusive(f"the document declares what could not be taken into account: {', '.join(unread)}")
        if strategy is None:
            return not_judged("the operation takes nothing beside its path")
        search = _Search(self, operation, values, negative)
        try:
            edges = self._edges(operation, negative=negative, most=self.budget.boundaries)
            known = () if negative else self._known(operation, values)
            if all(search.holds(one) for one in itertools.chain(known, edges)):
                search.run(strategy, name)
        except Unsatisfiable:
            if not search.statuses:
                return search.nothing_sent()
        except HypothesisException as error:
            if search.finding is None:
                return _inconclusive(f"the search failed: {type(error).__name__}: {error}")
        except Exception as error:  # noqa: BLE001  whatever a hostile document makes the generator raise is a gap
            reason = f"{type(error).__name__}: {' '.join(str(error).split())[:_SHOWN]}"
            return _inconclusive(f"the operation cannot be generated: {reason}")
        return search.concluded(made_up)

    def accepted(self, operation: Operation, values: Mapping[str, str]) -> Sent | None:
        """The first of few plain requests that is accepted, else the last that was not; None where none could go."""
        last: Sent | None = None
        edges = self._edges(operation, negative=False, most=_PLAIN_REQUESTS)
        for generated in itertools.chain(self._known(operation, values), edges):
            try:
                request = self.request(generated, operation, values, negative=False)
                last = self.sender.send(operation, request.target, request.headers, request.content)
            except (UnsendableError, NotContainedError, httpx.InvalidURL):
                continue
            if last.answer.accepted:
                break
        return last

    def request(
        self, generated: GeneratedCase, operation: Operation, values: Mapping[str, str], *, negative: bool
    ) -> PreparedRequest:
        """The bytes of a generated case, naming the run's own ids where it names any. Raises ``UnsendableError``."""
        case, live = generated.case, self.resources.live
        case.query = own_named(case.query, live, any_text=not negative)
        case.body = own_named(case.body, live, any_text=not negative)
        return prepare(generated, operation, values)

    def _edges(self, operation: Operation, *, negative: bool, most: int) -> Iterator[GeneratedCase]:
        """The values at the edges of keywords, so many at most."""
        return DRAWING.one_by_one(itertools.islice(self.generator.boundaries(operation, negative=negative), most))

    def _known(self, operation: Operation, values: Mapping[str, str]) -> tuple[GeneratedCase, ...]:
        """What should be accepted before anything is varied: a body that means something, or nothing at all."""
        body = known_body(operation, self.resources, values)
        if body is not None:
            return (self.generator.case(operation, values, body),)
        plain = self.generator.plain(operation, values)
        return () if plain is None else (plain,)


@dataclass(slots=True)
class _Search:
    """One search: what was sent and answered, and the first finding; later ones must have the same verdict."""

    fuzzer: Fuzzer
    operation: Operation
    values: dict[str, str]
    negative: bool
    statuses: Counter[int | None] = field(default_factory=Counter)
    parameters: set[str] = field(default_factory=set)
    keywords: set[str] = field(default_factory=set)
    refuted: dict[Hashable, bool] = field(default_factory=dict)
    held_back: str = ""
    finding: Finding | None = None
    shrinking_requests: int = _SHRINKING_REQUESTS
    state: PathState = field(init=False)

    def __post_init__(self) -> None:
        fuzzer = self.fuzzer
        self.state = PathState(fuzzer.sender, fuzzer.resources, fuzzer.readers, self.operation, self.values)

    def run(self, strategy: st.SearchStrategy[GeneratedCase], name: str) -> None:
        budget = self.fuzzer.budget
        self.state.look()

        @settings(
            max_examples=min(budget.examples, 3) if self.operation.method == "DELETE" else budget.examples,
            database=DirectoryBasedExampleDatabase(budget.database) if budget.database else None,
            phases=(Phase.reuse, Phase.generate, Phase.shrink) if budget.database else (Phase.generate, Phase.shrink),
            deadline=None,
            suppress_health_check=list(HealthCheck),
            report_multiple_bugs=False,
            print_blob=False,
            verbosity=Verbosity.quiet,
        )
        @given(strategy)
        def attempt(generated: GeneratedCase) -> None:
            try:
                with DRAWING.paused():
                    self._attempt(generated)
            except (UnsendableError, NotContainedError):
                reject()

        # Hypothesis tells searches apart by their source, which is one for all cases: the id is what differs.
        inner = attempt.hypothesis.inner_test  # type: ignore[attr-defined]
        inner._hypothesis_internal_add_digest = name.encode()
        with DRAWING.deterministic(), contextlib.suppress(_RefutedError):
            seed(seed_of(name, budget.seed))(attempt)()

    def holds(self, known: GeneratedCase) -> bool:
        """Whether a case that is not searched for is answered as declared; what cannot be sent holds."""
        try:
            self._attempt(known)
        except _RefutedError:
            return False
        except (UnsendableError, NotContainedError):
            return True
        return True

    def nothing_sent(self) -> Finding:
        """The finding where nothing that was generated could go out."""
        if self.held_back:
            return not_judged(f"held back: {self.held_back}")
        if self.negative:
            return not_judged("nothing that the document does not allow can be sent")
        return _inconclusive("nothing can be generated")

    def concluded(self, made_up: tuple[str, ...]) -> Finding:
        tally = self.fuzzer.sender.tally(self.operation)
        tally.parameters |= self.parameters
        tally.keywords |= self.keywords
        tally.made_up |= set(made_up)
        statuses = {str(status): count for status, count in sorted(self.statuses.items(), key=str)}
        facts = {
            "requests": self.statuses.total(),
            "statuses": statuses,
            "parameters": sorted(self.parameters),
            "keywords": sorted(self.keywords),
            **({"made_up": list(made_up)} if made_up else {}),
        }
        if self.finding is not None:
            return replace(self.finding, facts={**self.finding.facts, **facts})
        counts = ", ".join(f"{count}x {status}" for status, count in statuses.items())
        return Finding(Judgement(Verdict.KEPT, f"{self.statuses.total()} requests, as declared: {counts}"), facts=facts)

    def _attempt(self, generated: GeneratedCase) -> None:
        request = self._request(generated)
        key = (request.target, *sorted(request.headers.items()), request.content)
        if self.refuted.get(key):
            raise _RefutedError
        if key in self.refuted or (self.finding is not None and self.shrinking_requests <= 0):
            return
        if self.finding is not None:
            self.shrinking_requests -= 1
        judgement, sent = self._judged(generated, request)
        self.refuted[key] = judgement is not None
        if judgement is not None and (self.finding is None or self.finding.judgement.verdict is judgement.verdict):
            facts = {"tried": tried(generated, self.operation), "declared": sorted(self.operation.statuses)}
            self.finding = Finding(judgement, sent, facts)
            raise _RefutedError

    def _judged(self, generated: GeneratedCase, request: PreparedRequest) -> tuple[Judgement | None, Sent]:
        fuzzer = self.fuzzer
        try:
            sent = fuzzer.sender.send(self.operation, request.target, request.headers, request.content)
        except httpx.InvalidURL:
            raise UnsendableError from None
        except NotContainedError as error:
            self.held_back = str(error)
            raise
        self.statuses[sent.answer.status] += 1
        self.parameters |= exercised(generated)
        self.keywords |= {name for name in (keyword(generated),) if name}
        document, negative = fuzzer.generator.document, self.negative
        judgement = judge_answer(document, self.operation, generated.case, sent, negative=negative)
        if not sent.answer.accepted:
            return judgement or self.state.changed_by(sent), sent
        fuzzer.resources.note(self.operation, request.target.partition("?")[0], sent.answer)
        if self.operation.mutates:
            self.state.look()
        return judgement, sent

    def _request(self, generated: GeneratedCase) -> PreparedRequest:
        resources = self.fuzzer.resources
        if self.operation.method == "DELETE":
            self.values = resources.values(self.operation)[0]
        body = carrying_the_name(generated.case.body, self.operation, resources.name, negative=self.negative)
        generated.case.body = body
        return self.fuzzer.request(generated, self.operation, self.values, negative=self.negative)


def _inconclusive(reason: str) -> Finding:
    return Finding(Judgement(Verdict.INCONCLUSIVE, reason))
