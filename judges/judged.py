"""One judgement of a case: its result, with the exchanges that it rests on."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, replace

from contract.boundaries import ObservedBoundary
from contract.cases import Case
from contract.results import Result
from deployment.errors import NotContainedError, SetupError
from deployment.recorder import Recorder
from judges.family import Family, Judge
from judges.results import Search, inconclusive, located, recording_of, result_of
from judges.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Judged:
    """The result of one judgement of a case, and how to look for where the deployment really turns.

    ``message`` is what its answer says for people.
    """

    result: Result
    search: Search | None = None
    message: str = ""

    def located(self, result: Result, known: dict[str, ObservedBoundary]) -> Result:
        """``result`` with the boundary that is found now, where one can be; ``known`` holds those by requirement."""
        if self.search is None:
            return result
        boundary = self.search(known.get(result.requirement))
        if boundary is not None:
            known[result.requirement] = boundary
        return located(result, boundary, self.message)


def judged(
    family: Family, judge_of: Callable[[], Judge], case: Case, workspace: Workspace, *, whole: bool = False
) -> Judged:
    """One judgement of a case, with the exchanges that a finding rests on; all of them ``whole`` where it is asked for.

    Of a case that rests on the answers to all before it they are whole, too: it is not judged again.
    What a case needs may not be had any more, or what a deployment answers may lead to what is not the run's: then it
    could not be judged, and the next one is tried all the same.
    """
    started, client = time.time(), workspace.client
    with (
        client.recording(last=family.exchanges) as exchanges,
        client.transport.recordings.by(_recorder(workspace)) if whole or case.cumulative else nullcontext() as recorder,
    ):
        try:
            outcome = judge_of().judge(case)
        except (SetupError, NotContainedError) as error:
            outcome = inconclusive(str(error))
    result = result_of(case, outcome, workspace.profile, started, tuple(exchanges))
    if recorder is not None and recorder.whole and result.broken:
        names = {
            "prefix": workspace.prefix,
            "run": client.run_id,
            "organization": workspace.discovery.organization,
            "workspace": workspace.discovery.workspace,
        }
        result = replace(result, recordings=(recording_of(outcome, recorder.exchanges, names),))
    return Judged(result, outcome.search, outcome.answer.message if outcome.answer else "")


def _recorder(workspace: Workspace) -> Recorder:
    """What records the exchanges of a workspace whole, and knows its keys."""
    others = {f"{name}_key": key for name, key in workspace.other_keys.items()}
    return Recorder(workspace.client.token, workspace.client.redactor, others)
