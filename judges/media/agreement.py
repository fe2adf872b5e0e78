"""Two encoders, one contract: at each probe the deployment takes the files of both alike."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from contract.cases import Case, Requirement
from contract.limits import PUBLISHED, EnforcementPoint
from contract.observations import Answer
from contract.verdicts import Expected, Judgement, Verdict, inconclusive_reason
from deployment.curl import curl
from generators.artefacts import make
from generators.specs import MediaSpec
from judges.media.cases import DIRECT, MediaCase, strand_of
from judges.media.judge import MediaJudge, described
from judges.results import Outcome, inconclusive

Pair = tuple[str, MediaSpec, MediaSpec]


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementCase(Case):
    """One format at one enforcement point, and what both encoders made of it: the controls, then each probe."""

    pairs: tuple[Pair, ...]

    @property
    def strand(self) -> str:
        """That of the cases whose answers are compared."""
        return strand_of(self.pairs[0][1])

    @property
    def promise(self) -> str:
        """All of one enforcement point promise the same."""
        return self.requirement.subject


def agreement_cases(cases: Iterable[MediaCase]) -> tuple[AgreementCase, ...]:
    """One case for each format that both encoders make, over the probes that the profile promises something for."""
    by_format: dict[tuple[EnforcementPoint, str], dict[str, dict[str, MediaCase]]] = {}
    for case in cases:
        if case.maker in ("", DIRECT) and case.spec is not None and case.probe.expected is not Expected.NOTHING:
            probes = by_format.setdefault((case.probe.point, case.spec.format), {})
            probes.setdefault(case.id.removesuffix(f"/{DIRECT}"), {})[case.spec.encoder] = case
    agreements = []
    for (point, extension), probes in by_format.items():
        both = [(name, made["library"], made["direct"]) for name, made in probes.items() if len(made) > 1]
        pairs = [(name, one.spec, other.spec) for name, one, other in both if one.spec and other.spec]
        if pairs:
            controls = ("the control", both[0][1].control, both[0][2].control)
            agreements.append(
                AgreementCase(
                    requirement=Requirement(f"encoders.{point.value}", extension),
                    title=f"{point.words} {extension}, made by either encoder",
                    point=point,
                    expected="one answer to both encoders' files",
                    citation=PUBLISHED,
                    pairs=(controls, *pairs),
                )
            )
    return tuple(agreements)


@dataclass(frozen=True, slots=True)
class AgreementJudge:
    """Compares the answers to both encoders' files; what was sent already is not sent again, unless they differ."""

    media: MediaJudge

    def judge(self, case: AgreementCase) -> Outcome:
        """The first pair that is not taken alike; kept where there is none."""
        differing = (outcome for pair in case.pairs if (outcome := self._compare(*pair)) is not None)
        reason = f"both encoders' files are taken alike at {len(case.pairs) - 1} probes"
        return next(differing, Outcome(judgement=Judgement(Verdict.KEPT, reason)))

    def release(self, following: Case | None) -> None:
        """Nothing is left behind."""

    def _compare(self, where: str, one: MediaSpec, other: MediaSpec) -> Outcome | None:
        """What ends the comparison at one pair; None where both are accepted or both refused."""
        answers = [self.media.answer(spec) for spec in (one, other)]
        if _differ(answers):
            # Each twice and by turns: that the one is accepted now and the other was refused then says nothing yet.
            sent = [self.media.send_again(spec) for spec in (one, other, other, one)]
            answers, again = sent[:2], [sent[3], sent[2]]
            for spec, pair in zip((one, other), zip(answers, again, strict=True), strict=True):
                if _differ(list(pair)):
                    words = " and ".join(answer.words for answer in pair)
                    reason = f"{where}: the same file of the {spec.encoder} encoder got {words}"
                    return Outcome(
                        judgement=Judgement(Verdict.UNSTABLE, reason), answer=pair[1], sent=described(make(spec))
                    )
        if any(_taken(answer) is None for answer in answers):
            words = " and ".join(answer.words for answer in answers)
            return inconclusive(f"{where}: {words} say nothing of the files")
        if not _differ(answers):
            return None
        accepted, refused = (one, other) if _taken(answers[0]) else (other, one)
        answer = answers[1] if accepted is one else answers[0]
        reason = (
            f"{where}: the file of the {accepted.encoder} encoder is accepted, that of the {refused.encoder} encoder, "
            f"which is as large and as long, got {answer.words}"
        )
        return Outcome(
            judgement=Judgement(Verdict.NONCONFORMING, reason),
            answer=answer,
            sent=described(make(refused)),
            curl=curl("POST", self.media.url(refused), refused.name),
        )


def _taken(answer: Answer) -> bool | None:
    """Accepted or refused; None where the answer speaks of something other than the file."""
    return None if answer.lost or inconclusive_reason(answer) is not None else answer.accepted


def _differ(answers: list[Answer]) -> bool:
    one, other = map(_taken, answers)
    return one is not None and other is not None and one is not other
