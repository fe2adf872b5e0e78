"""Judges the cases of a run: one after the other, or in several lanes ahead of pytest."""

from __future__ import annotations

import math
import tempfile
from collections import Counter
from collections.abc import Generator
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from contract.cases import Case
from contract.declared_bounds import largest_page
from deployment.errors import SetupError
from harness.collection import Collection, case_of
from harness.confirmation import Causes, Confirmation
from harness.lane import Lane
from harness.lanes import Lanes
from harness.manifest import Manifest
from harness.pace import Pace
from harness.run import Run
from harness.selection import choose
from harness.turns import Turns
from harness.verification import hold_against
from judges.costs import bytes_of, requests_of
from judges.counts.judge import resumable
from judges.family import Family, Scope
from judges.rest.plan import Plan, make_plan
from judges.workspace import Workspace

CASE_RUNNER: Final = "geti-case-runner"


class CaseRunner:
    """The hooks around each case, and what judges it.

    The lanes are made when the first case is to be judged: nothing is created for a run that judges nothing.
    """

    def __init__(self, run: Run, collection: Collection) -> None:
        self._run, self._collection = run, collection
        self._cases: list[Case] = []
        self._following: Case | None = None
        self._judging: Lane | Lanes | None = None
        self._turns: tempfile.TemporaryDirectory[str] | None = None

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection(self) -> None:
        """Fix the manifest, in the controller of several processes too, which collects nothing itself."""
        run, options = self._run, self._run.options
        try:
            if run.planted is not None:
                hold_against(run.planted, run)
            plan = Plan() if run.planted else make_plan(run.client, options.openapi, options.ca_bundle)
        except SetupError as error:
            raise pytest.UsageError(str(error)) from None
        scope = Scope(run.profile, options.seed, options.tier, plan, options.search, run.planted)
        manifest = self._collection.manifest = Manifest(scope)
        run.client.largest_page = largest_page(plan.content, plan.operations)
        run.documented, run.document, run.whole = plan.operations, plan.content, list(manifest.entries)
        run.manifest = manifest.chosen = choose(manifest, options)
        run.announce_cost(requests_of(manifest.cases, run.profile), bytes_of(manifest.cases, run.profile))

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Keep the cases, in the order in which pytest asks for them."""
        self._cases = [case for item in session.items if (case := case_of(item)) is not None]

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, nextitem: pytest.Item | None) -> Generator[None, object, object]:
        """Know which case comes next: what would be in its way is deleted first."""
        self._following = case_of(nextitem) if nextitem is not None else None
        return (yield)

    def judge(self, case: Case) -> None:
        """Judge a case and record its result."""
        __tracebackhide__ = True
        if self._judging is None:
            self._judging = self._begun()
        self._run.record(self._judging.result(case, self._following))

    def _begun(self) -> Lane | Lanes:
        """One lane, or as many as are asked for and there is work for, which have begun."""
        run = self._run
        wanted = 1 if run.process else min(run.options.parallel, len({case.strand for case in self._cases}))
        workspace = self._workspace(wanted)
        if wanted <= 1:
            turns = Turns(run.connection.turns)
            return self._made(run.process or "lane 1", workspace, turns, Confirmation(run.client, turns))
        if run.connection.turns is None:
            self._turns = tempfile.TemporaryDirectory(prefix="geti-contract-turns-")
        for family in self._families:
            family.load()
        directory, causes = run.connection.turns or Path(self._turns.name if self._turns else ""), Causes()
        lanes = []
        for number in range(wanted + 1):
            beside, turns = workspace.beside(number), Turns(directory, f"-{number}")
            name = f"lane {number + 1}" if number < wanted else "last"
            lanes.append(self._made(name, beside, turns, Confirmation(beside.client, turns, causes)))
        begun = Lanes(lanes[:-1], lanes[-1], Pace(wanted), run.client.traffic, run.emit)
        run.emit = begun.put
        begun.start(self._cases)
        return begun

    @property
    def _families(self) -> list[Family]:
        """The families of the cases, each once."""
        return list(dict.fromkeys(self._collection.manifest.entries[case.id][0] for case in self._cases))

    def _made(self, name: str, workspace: Workspace, turns: Turns, confirmation: Confirmation) -> Lane:
        return Lane(self._collection.manifest, workspace, turns, confirmation, self._run.options.read_only, name)

    def _workspace(self, lanes: int) -> Workspace:
        run, searches = self._run, Counter(case.strand for case in self._cases if case.searching)
        rounds = math.ceil(len(searches) / lanes) * max(searches.values(), default=0)
        return replace(
            run.workspace(),
            search=run.options.search.share(rounds),
            document=self._collection.manifest.scope.plan.content or None,
            other_keys=run.other_keys,
            kept=run.take_over(resumable),
            first_serial=run.connection.process << 32,
            keeps_unfinished=run.options.resume is not None,
            notes=run.notes,
            coverage=run.coverage,
        )

    def pytest_sessionfinish(self) -> None:
        """Stop, record what was judged before an interrupt, and delete what was made."""
        run = self._run
        lanes: list[Lane] = [self._judging] if isinstance(self._judging, Lane) else []
        if isinstance(self._judging, Lanes):
            unclaimed = self._judging.stop()
            for result in unclaimed if run.interrupts.came else ():
                run.note(result)
            run.emit, lanes = self._judging.emit, [*self._judging.lanes, self._judging.last]
            run.notes.extend(self._judging.pace.notes)
        for lane in lanes:
            lane.workspace.interrupted = run.interrupts.came
            lane.close()
            run.keeps = run.keeps or lane.workspace.unfinished
        if self._turns is not None:
            self._turns.cleanup()
