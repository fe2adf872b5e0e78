"""How one case of a limit on a count is judged."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from contract.cases import Case
from contract.limits import EnforcementPoint as At
from deployment.client import curl
from judges.counts.cases import CountCase
from judges.counts.entities import FILLS, Datasets
from judges.counts.incremental import IncrementalProbe
from judges.counts.makers import probe_for
from judges.counts.media import Media
from judges.counts.probe import CountProbe, UnreachableError
from judges.results import Outcome, inconclusive, not_applicable
from judges.workspace import Workspace

# The operation behind each point, below the workspace, as it is shown in a command.
_OPERATION: Final = {
    At.PROJECT_CREATION: ("POST", "/projects"),
    At.LABEL_MANAGEMENT: ("PUT", "/projects/PROJECT"),
    At.DATASET_CREATION: ("POST", "/projects/PROJECT/datasets"),
    At.IMAGE_UPLOAD: ("POST", "/projects/PROJECT/datasets/DATASET/media/images"),
    At.VIDEO_UPLOAD: ("POST", "/projects/PROJECT/datasets/DATASET/media/videos"),
    At.IMAGE_ANNOTATION: ("POST", "/projects/PROJECT/datasets/DATASET/media/images/IMAGE/annotations"),
    At.FRAME_ANNOTATION: ("POST", "/projects/PROJECT/datasets/DATASET/media/videos/VIDEO/frames/0/annotations"),
    At.IMPORT_NEW_PROJECT: ("POST", "/projects:import-from-dataset"),
    At.IMPORT_NEW_DATASET: ("POST", "/projects/PROJECT:import-from-dataset"),
    At.DATASET_IMPORT: ("POST", "/projects/PROJECT:import-from-dataset"),
    At.TRAINING: ("POST", "/projects/PROJECT:train"),
    At.HPO: ("POST", "/projects/PROJECT:train"),
    At.OPTIMIZE: ("POST", "/projects/PROJECT/model_groups/GROUP/models/MODEL:optimize"),
}


@dataclass(slots=True)
class CountJudge:
    """Judges the cases of limits on counts; holds one count probe at a time, so that fills do not add up."""

    workspace: Workspace
    _key: str = ""
    _probe: CountProbe | None = None
    _exclusive: bool = False

    def judge(self, case: CountCase) -> Outcome:
        """What one case comes to."""
        if case.unjudged:
            return not_applicable(case.unjudged)
        method, path = _OPERATION[case.probe.point]
        url = f"{self.workspace.client.base}/api/v1{self.workspace.discovery.root}{path}"
        try:
            outcome = self._probe_for(case).judge(case)
        except UnreachableError as error:
            outcome = inconclusive(str(error))
        return replace(outcome, sent={case.probe.limit.unit: case.probe.value}, curl=curl(method, url))

    def release(self, following: Case | None) -> None:
        """Delete what fills the organization before others go on: at the limit nobody could create a project."""
        if following is None or (self._exclusive and not following.exclusive):
            self._release()

    def _release(self) -> None:
        """Delete what the probe in hand has created, unless a later process is to go on with it."""
        workspace, probe = self.workspace, self._probe
        if probe is None:
            return
        self._probe, self._key, self._exclusive = None, "", False
        may_resume = workspace.keeps_unfinished and isinstance(probe, IncrementalProbe)
        if may_resume and (workspace.interrupted or probe.unfinished):
            workspace.unfinished = True
        else:
            probe.release()

    def _probe_for(self, case: CountCase) -> CountProbe:
        counting, point = case.probe.limit.counts, case.probe.point
        kind = "" if case.kind in counting.above_only.get(point, ()) else case.kind
        key = case.group if counting.one_fill else f"{case.group}/{kind}"
        if key != self._key or self._probe is None:
            self._release()
            self._probe, self._key, self._exclusive = probe_for(self.workspace, case), key, case.exclusive
        return self._probe


def resumable(title: str) -> bool:
    """Whether a project of this title, without the run's prefix, is one that a later process can go on filling."""
    return title.startswith(FILLS) or title in (Datasets.title, Media.title)
