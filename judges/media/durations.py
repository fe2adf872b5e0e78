"""How long uploads take that are sent several at a time: none far longer than alone."""

from __future__ import annotations

from dataclasses import dataclass, replace

from contract.cases import Case, Requirement
from contract.concurrency import is_long, judge_duration
from contract.profiles import Profile
from judges.media.at_once import AtOnceCase, AtOnceJudge, at_once_cases
from judges.media.held import Held
from judges.results import Outcome
from judges.upload import kind_of
from judges.workspace import Workspace


def duration_cases(profile: Profile, seed: int) -> tuple[AtOnceCase, ...]:
    """The same uploads, each number at a time, of which only how long each takes is judged."""
    return tuple(
        replace(
            case,
            requirement=Requirement("concurrency.duration", case.requirement.scope),
            title=f"{case.title}: how long each takes",
            expected="each takes at most 20 times as long as alone, or less than 2 s",
            timed=True,
            seconds=0.0,
            requests=1,
        )
        for case in at_once_cases(profile, seed)
    )


@dataclass(slots=True)
class DurationJudge:
    """Judges what is known of uploads that met each other; they are sent again only where that is not known here."""

    workspace: Workspace

    def judge(self, case: AtOnceCase) -> Outcome:
        """What one number at a time comes to; what took long is sent alone directly after."""
        at_once, kind = AtOnceJudge.shared(self.workspace), kind_of(case.specs[0])
        if (kind, case.at_a_time) not in at_once.met:
            at_once.judge(case)
        accepted = [each.answer for each in at_once.met[kind, case.at_a_time] if each.answer.accepted]
        waited = [answer.elapsed_s for answer in accepted]
        alone = self._alone(case) if any(map(is_long, waited)) else []
        judgement = judge_duration(kind, {case.at_a_time: waited}, alone)
        slowest = max(accepted, key=lambda answer: answer.elapsed_s, default=None)
        return Outcome(judgement=judgement, answer=slowest, sent={"at a time": case.at_a_time})

    def release(self, following: Case | None) -> None:
        """What was sent goes with its project."""

    def _alone(self, case: AtOnceCase) -> list[float]:
        """How long each takes by itself now, in seconds."""
        taken = []
        for spec in case.specs:
            held = Held.of(self.workspace, spec)
            held.leave_to(self.workspace)
            if held.uploaded.accepted:
                taken.append(held.uploaded.elapsed_s)
        return taken
