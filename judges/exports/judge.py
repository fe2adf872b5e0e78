"""How an export and its import are judged: all media go together, and each alone where that goes wrong for all."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from contract.cases import Case
from contract.limits import EnforcementPoint
from contract.probes import Shape, expected_of
from contract.usability import judge_ready, judge_stage
from contract.verdicts import Expected
from generators.specs import ImageSpec, MediaSpec
from judges.exports.cases import ExportCase
from judges.exports.round_trip import Carried, RoundTrip
from judges.results import Outcome, not_applicable
from judges.workspace import Workspace


@dataclass
class ExportJudge:
    """Judges exports; ``together`` is what became of all media in one round trip, ``alone`` of each by itself."""

    workspace: Workspace
    together: dict[MediaSpec, Carried] = field(default_factory=dict)
    alone: dict[MediaSpec, Carried] = field(default_factory=dict)

    @cached_property
    def not_offered(self) -> str:
        """What of an export and its import the document does not declare; empty where all is there."""
        return RoundTrip(self.workspace, ()).exports.not_offered

    def judge(self, case: ExportCase) -> Outcome:
        """What one step of one medium comes to."""
        if self.not_offered:
            return not_applicable(self.not_offered)
        if case.step == "re-import" and not self._may_enter(case.spec):
            return not_applicable("it keeps the limits of uploads, not those of imports")
        if case.spec not in self.together:
            self.together = RoundTrip(self.workspace, case.media).carried()
        seen, control = self.together[case.spec], None
        if any(each.broken_off for each in self.together.values()):
            seen, control = self._by_itself(case.spec), self._by_itself(case.control)
        if not seen.ready.done:
            return Outcome(judgement=judge_ready(seen.ready), answer=seen.ready.answer)
        if seen.ready.differences:
            return not_applicable(f"it is not shown as it was sent: {'; '.join(seen.ready.differences)}")
        stage, plain = seen.at(case.step), None if control is None else control.at(case.step)
        if stage is None:
            return not_applicable("its export is not as it should be, so there is nothing to import")
        return Outcome(judgement=judge_stage(stage, plain), answer=stage.answer, sent={"file": case.spec.name})

    def release(self, following: Case | None) -> None:
        """Nothing is left behind: each round trip deletes its projects."""

    def _by_itself(self, spec: MediaSpec) -> Carried:
        if spec not in self.alone:
            self.alone |= RoundTrip(self.workspace, (spec,)).carried()
        return self.alone[spec]

    def _may_enter(self, spec: MediaSpec) -> bool:
        """Whether the limits at dataset import, which may be others than those at upload, let a medium in."""
        if not isinstance(spec, ImageSpec):
            return True
        profile = self.workspace.profile.at(EnforcementPoint.DATASET_IMPORT)
        return expected_of("image", Shape(*spec.displayed), profile) is not Expected.REFUSED
