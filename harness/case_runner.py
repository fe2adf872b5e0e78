"""Judges the cases of a run, one after the other: what each family needs is made when its first case comes."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Final

import pytest

from contract.cases import Case
from deployment.errors import SetupError
from harness.collection import Collection, case_of
from harness.manifest import Manifest
from harness.run import Run
from harness.selection import choose
from judges.costs import bytes_of, requests_of
from judges.counts.judge import resumable
from judges.families import Family, Judge, Judged, Scope, judged
from judges.rest.plan import make_plan
from judges.results import inconclusive, result_of
from judges.workspace import Workspace

CASE_RUNNER: Final = "geti-case-runner"
# What takes more requests than this to fill is not filled anew to be judged again: a place in it is freed.
_COSTLY: Final = 2000


class CaseRunner:
    """The hooks around each case, and what judges it."""

    def __init__(self, run: Run, collection: Collection) -> None:
        self._run, self._collection = run, collection
        self._judges: dict[str, Judge] = {}
        self._workspace: Workspace | None = None

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection(self) -> None:
        """Fix the manifest, in the controller of several processes too, which collects nothing itself."""
        run, options = self._run, self._run.options
        try:
            plan = make_plan(run.client, options.openapi, options.ca_bundle)
        except SetupError as error:
            raise pytest.UsageError(str(error)) from None
        manifest = self._collection.manifest = Manifest(Scope(run.profile, options.seed, options.tier, plan))
        run.documented, run.whole = plan.operations, list(manifest.entries)
        run.manifest = manifest.chosen = choose(manifest, options)
        run.announce_cost(requests_of(manifest.cases, run.profile), bytes_of(manifest.cases, run.profile))

    def judge(self, case: Case) -> None:
        """Judge a case and record its result."""
        __tracebackhide__ = True
        family, _ = self._collection.manifest.entries[case.id]
        self._run.record(self._run.confirmation.confirmed(case, lambda number: self._judging(family, case, number)))

    @contextlib.contextmanager
    def _judging(self, family: Family, case: Case, number: int) -> Iterator[Judged]:
        """One judgement of a case: with what all cases share, or from scratch where it is not the first."""
        if number == 0 or case.requests > _COSTLY:
            yield judged(family, lambda: self._judge_of(family), case, self.workspace)
            return
        self._judge_of(family).release(case)
        workspace = self.workspace.fresh(number)
        made: list[Judge] = []

        def judge_of() -> Judge:
            made.append(family.judge(workspace, self._collection.manifest.scope))
            return made[0]

        try:
            yield judged(family, judge_of, case, workspace)
        finally:
            for judge in made:
                judge.release(None)
            workspace.close()

    @property
    def workspace(self) -> Workspace:
        """What the judges share, made when it is first needed."""
        if self._workspace is None:
            run = self._run
            self._workspace = Workspace(
                client=run.client,
                discovery=run.discovery,
                profile=run.profile,
                prefix=run.prefix,
                seed=run.options.seed,
                tier=run.options.tier,
                timeout_s=run.options.timeout,
                files=run.options.report_dir,
                watch=run.progress,
                document=self._collection.manifest.scope.plan.content or None,
                other_keys=run.other_keys,
                kept=run.take_over(resumable),
                first_serial=run.connection.process << 32,
                keeps_unfinished=run.options.resume is not None,
                notes=run.notes,
                coverage=run.coverage,
            )
        return self._workspace

    def _judge_of(self, family: Family) -> Judge:
        if family.id not in self._judges:
            self._judges[family.id] = family.judge(self.workspace, self._collection.manifest.scope)
        return self._judges[family.id]

    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Hold back, before anything is made for it, a case that this run can no longer or must not judge."""
        case, run = case_of(item), self._run
        if case is None or case.offline:
            return
        reason = run.client.budget.stopped
        if run.options.read_only and not case.read_only:
            reason = "held back: --geti-read-only, and to judge this something must be created or changed"
        if reason:
            run.record(result_of(case, inconclusive(reason), run.profile, 0.0))

    def pytest_runtest_teardown(self, nextitem: pytest.Item | None) -> None:
        """Delete what would be in the way of the next case."""
        following = case_of(nextitem) if nextitem is not None else None
        if following is not None:
            for judge in self._judges.values():
                judge.release(following)

    def pytest_sessionfinish(self) -> None:
        """Delete what the judges made."""
        workspace = self._workspace
        if workspace is None:
            return
        workspace.interrupted = self._run.interrupts.came
        for judge in self._judges.values():
            with contextlib.suppress(KeyboardInterrupt):
                judge.release(None)
        workspace.close()
        self._run.keeps = workspace.unfinished
