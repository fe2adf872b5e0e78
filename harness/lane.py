"""A lane: judges cases one after the other, with a client, a workspace and judges of its own."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from contract.cases import Case
from contract.purposes import Purpose
from contract.results import Result
from deployment.client import Client
from harness.confirmation import Confirmation
from harness.manifest import Manifest
from harness.turns import Turns
from judges.family import Family, Judge
from judges.judged import Judged, judged
from judges.results import inconclusive, result_of
from judges.workspace import Workspace

# What takes more requests than this to fill is not filled anew to be judged again: a place in it is freed.
_COSTLY: Final = 2000


@dataclass(slots=True)
class Lane:
    """Judges what it is given in order; what its cases share stays in its workspace.

    ``reads_only`` holds back whatever creates or changes something. Its results carry its ``name``.
    """

    manifest: Manifest
    workspace: Workspace
    turns: Turns
    confirmation: Confirmation
    reads_only: bool = False
    name: str = ""
    _judges: dict[str, Judge] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.workspace.give_way = self.turns.give_way

    @property
    def client(self) -> Client:
        """What it sends with."""
        return self.workspace.client

    def result(self, case: Case, following: Case | None) -> Result:
        """The result of a case, confirmed where it is broken; then what is in the way of the ``following`` one goes.

        Whoever judges ``exclusive`` cases keeps the turn until the last of them.
        """
        self.turns.take(case.id, alone=case.exclusive)
        try:
            reason = "" if case.offline else self._held_back(case)
            if reason:
                result = result_of(case, inconclusive(reason), self.workspace.profile, time.time())
            else:
                family, _ = self.manifest.entries[case.id]
                result = self.confirmation.confirmed(case, lambda number: self._judging(family, case, number))
            return replace(result, lane=self.name)
        finally:
            if following is not None:
                self.release(following)
            if not (case.exclusive and following is not None and following.exclusive):
                self.turns.release()

    def release(self, following: Case | None) -> None:
        """Delete what would be in the way of the next case; everything that judges hold, where there is none."""
        for judge in self._judges.values():
            judge.release(following)

    def close(self) -> None:
        """Delete what was made for the cases of this lane."""
        while self._judges:
            _, judge = self._judges.popitem()
            with contextlib.suppress(KeyboardInterrupt):
                judge.release(None)
        self.workspace.close()

    def _held_back(self, case: Case) -> str:
        """Why this run can no longer or must not judge a case, before anything is made for it; empty where it may."""
        if self.reads_only and not case.read_only:
            return "held back: --geti-read-only, and to judge this something must be created or changed"
        return self.client.budget.stopped

    @contextlib.contextmanager
    def _judging(self, family: Family, case: Case, number: int) -> Iterator[Judged]:
        """One judgement of a case: with what all cases share, or from scratch where it is not the first."""
        if number == 0 or case.requests > _COSTLY:
            yield judged(family, lambda: self._judge_of(family), case, self.workspace)
            return
        if number == 1:
            self._judge_of(family).release(case)
        workspace = self.workspace.fresh(number)
        made: list[Judge] = []

        def judge_of() -> Judge:
            made.append(family.judge(workspace, self.manifest.scope))
            return made[0]

        with self.client.purpose(Purpose.CONFIRMATION):
            try:
                yield judged(family, judge_of, case, workspace, whole=True)
            finally:
                for judge in made:
                    judge.release(None)
                workspace.close()

    def _judge_of(self, family: Family) -> Judge:
        if family.id not in self._judges:
            self._judges[family.id] = family.judge(self.workspace, self.manifest.scope)
        return self._judges[family.id]
