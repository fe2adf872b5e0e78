"""How one case of a limit on a count is judged."""

from __future__ import annotations

from dataclasses import dataclass, replace

from contract.cases import Case
from contract.operations import API, AT_POINT
from deployment.curl import curl
from judges.counts.case import CountCase
from judges.counts.entities import Datasets
from judges.counts.incremental import IncrementalProbe
from judges.counts.makers import probe_for
from judges.counts.media import Media
from judges.counts.probe import CountProbe, UnreachableError
from judges.counts.projects import FILLS
from judges.results import Outcome, inconclusive, not_applicable
from judges.workspace import Workspace


@dataclass(slots=True)
class CountJudge:
    """Judges the cases of limits on counts; holds one count probe at a time, so that fills do not add up.

    ``_group`` is that of the cases which the probe fills the organization for; empty where it fills less.
    """

    workspace: Workspace
    _key: str = ""
    _probe: CountProbe | None = None
    _group: str = ""
    _judged: str = ""

    def judge(self, case: CountCase) -> Outcome:
        """What one case comes to."""
        self._judged = case.id
        if case.unjudged:
            return not_applicable(case.unjudged)
        operation, workspace = AT_POINT[case.probe.point], self.workspace
        url = f"{workspace.client.base}{API}{workspace.discovery.root}{operation.placeholder}"
        try:
            outcome = self._probe_for(case).judge(case)
        except UnreachableError as error:
            outcome = inconclusive(str(error))
        return replace(outcome, sent={case.probe.limit.unit: case.probe.value}, curl=curl(operation.method, url))

    def release(self, following: Case | None) -> None:
        """Delete what fills the organization before others go on: at the limit nobody could create a project."""
        again = following is not None and following.id == self._judged
        if following is None or again or (self._group and following.group != self._group):
            self._release()

    def _release(self) -> None:
        """Delete what the probe in hand has created, unless a later process is to go on with it."""
        workspace, probe = self.workspace, self._probe
        if probe is None:
            return
        self._probe, self._key, self._group = None, "", ""
        may_resume = workspace.keeps_unfinished and isinstance(probe, IncrementalProbe)
        if may_resume and (workspace.interrupted or probe.unfinished):
            workspace.unfinished = True
        else:
            probe.release()

    def _probe_for(self, case: CountCase) -> CountProbe:
        counting, point = case.probe.limit.counts, case.probe.point
        shares = not counting.single_request and case.kind in counting.above_only.get(point, ())
        kind = "" if shares else case.kind
        key = case.group if counting.one_fill else f"{case.group}/{kind}"
        if key != self._key or self._probe is None:
            self._release()
            self._probe, self._key, self._group = (
                probe_for(self.workspace, case),
                key,
                case.group if case.exclusive else "",
            )
        return self._probe


def resumable(title: str) -> bool:
    """Whether a project of this title, without the run's prefix, is one that a later process can go on filling."""
    return title.startswith(FILLS) or title in (Datasets.title, Media.title)
