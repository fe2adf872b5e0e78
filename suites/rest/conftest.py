"""What the cases of the document need: the plan, live resources of the run, and one sender for every request."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from typing import Final

import pytest

from deployment.errors import SetupError
from harness.run import Run
from judges.rest.cases import Case, Finding, result_of
from judges.rest.fuzzer import Fuzzer
from judges.rest.generator import Generator
from judges.rest.links import complete
from judges.rest.plan import Plan
from judges.rest.resources import Resources
from judges.rest.search_budget import SearchBudget
from judges.rest.sender import Sender
from suites.conftest import PLAN

_TRIES: Final = 3
Judge = Callable[[Case, Callable[[], Finding]], None]


@pytest.fixture(scope="session")
def sender(run: Run) -> Sender:
    """One sender: what an operation answered, echoed or was held back for is gathered over all cases."""
    return Sender(run.client, run.other_keys)


@pytest.fixture(scope="session")
def resources(run: Run, plan: Plan) -> Iterator[Resources]:
    """Live resources of the run; deleted after the last test that needs them, else when the run ends."""
    way, made = run.client.transient_failures, Resources(run.client, run.discovery, run.prefix)
    try:
        for _ in range(_TRIES):
            faults = way.count
            made.make()
            if not run.options.read_only:
                complete(made, plan.links)
            if way.count == faults or not made.gaps:
                break
            made.remove()
            made = Resources(run.client, run.discovery, made.name)
        else:
            raise SetupError(f"what is asked about could not be made, by a fault of the way each time: {way.last}")
        run.notes.extend(f"no {kind} to ask about: {why}" for kind, why in made.gaps.items())
        yield made
    finally:
        with contextlib.suppress(KeyboardInterrupt):
            made.remove()


@pytest.fixture(scope="session")
def plan(pytestconfig: pytest.Config) -> Plan:
    """The document with its operations and cases."""
    return pytestconfig.stash[PLAN]


@pytest.fixture(scope="session")
def generator(plan: Plan) -> Generator:
    """What Schemathesis makes of the document."""
    assert plan.document is not None, "without a document there is no case of an operation"
    return Generator(plan.document.content)


@pytest.fixture(scope="session")
def fuzzer(run: Run, plan: Plan, sender: Sender, resources: Resources, generator: Generator) -> Fuzzer:
    """The search: a fixed small set of examples in the gate, many new ones and a memory elsewhere."""
    thorough = run.options.tier != "gate"
    # In the gate so many that a document of 100 operations costs half a minute.
    share = 1 / max(1, len(plan.operations))
    few, edges = max(4, min(20, int(400 * share))), max(12, min(60, int(1600 * share)))
    memory = run.options.report_dir / "examples"
    effort = SearchBudget(100, 300, memory, run.options.seed) if thorough else SearchBudget(few, edges)
    return Fuzzer(generator, sender, resources, plan.readers, effort)


@pytest.fixture
def judge(run: Run, sender: Sender) -> Judge:
    """Runs one case and records its result with the exchanges that a finding rests on."""

    def judged(case: Case, find: Callable[[], Finding]) -> None:
        __tracebackhide__ = True
        started = time.time()
        sender.check = case.check
        finding = find()
        if finding.judgement.broken:
            tier = run.options.tier
            again = f"--geti-tier {tier} --geti-seed {run.options.seed} " if tier != "gate" else ""
            finding.facts["replay"] = f"pytest suites {again}--geti-replay '{case.id}'"
        exchanges = tuple(run.client.exchanges[-3:])
        del run.client.exchanges[:]
        run.record(result_of(case, finding, started, exchanges, run.options.report_dir / "requests"))

    return judged
