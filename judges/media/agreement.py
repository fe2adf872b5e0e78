"""Two encoders, one contract: at each probe the deployment takes the files of both alike."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, replace

from contract.limits import PUBLISHED, EnforcementPoint
from contract.observations import Answer
from contract.results import Result
from contract.verdicts import Expected, Verdict, inconclusive_reason
from deployment.client import curl
from generators.artefacts import make
from generators.specs import MediaSpec
from judges.media.cases import DIRECT, MediaCase
from judges.media.judge import MediaJudge, described


@dataclass(frozen=True, slots=True)
class AgreementCase:
    """One format at one enforcement point, and what both encoders made of it: the controls, then each probe."""

    point: EnforcementPoint
    format: str
    pairs: tuple[tuple[str, MediaSpec, MediaSpec], ...]

    @property
    def id(self) -> str:
        """Unique within the manifest, and the requirement: ``encoders.image-upload@png``."""
        return f"encoders.{self.point.value}@{self.format}"


def agreement_cases(cases: Iterable[MediaCase]) -> tuple[AgreementCase, ...]:
    """One case for each format that both encoders make, over the probes that the profile promises something for."""
    of_both: dict[tuple[EnforcementPoint, str], dict[str, dict[str, MediaCase]]] = {}
    for case in cases:
        if case.variant in ("", DIRECT) and case.spec is not None and case.probe.expected is not Expected.NOTHING:
            probes = of_both.setdefault((case.probe.point, case.format), {})
            probes.setdefault(case.id.removesuffix(f"/{DIRECT}"), {})[case.spec.encoder] = case
    found = []
    for (point, extension), probes in of_both.items():
        both = [(name, made["library"], made["direct"]) for name, made in probes.items() if len(made) > 1]
        pairs = [(name, one.spec, other.spec) for name, one, other in both if one.spec and other.spec]
        if pairs:
            controls = ("the control", both[0][1].control, both[0][2].control)
            found.append(AgreementCase(point, extension, (controls, *pairs)))
    return tuple(found)


def judge_agreement(judge: MediaJudge, case: AgreementCase) -> Result:
    """The result of one format: what was sent already is not sent again, unless the answers differ."""
    started, first = time.time(), len(judge.dataset.client.exchanges)
    base = Result(
        case=case.id,
        requirement=case.id,
        title=f"{case.point.words} {case.format}, made by either encoder",
        verdict=Verdict.KEPT,
        reason=f"both encoders' files are taken alike at {len(case.pairs) - 1} probes",
        enforcement_point=case.point.value,
        expected="one answer to both encoders' files",
        citation=PUBLISHED,
        started_ms=int(started * 1000),
    )
    result = next((found for pair in case.pairs if (found := _compared(judge, base, *pair)) is not None), base)
    exchanges = tuple(judge.dataset.client.exchanges[first:])
    del judge.dataset.client.exchanges[:]
    return replace(result, exchanges=exchanges if result.broken else (), elapsed_s=time.time() - started)


def _compared(judge: MediaJudge, base: Result, where: str, one: MediaSpec, other: MediaSpec) -> Result | None:
    """What ends the comparison at one pair; None where both are accepted or both refused."""
    answers = [judge.answer(spec) for spec in (one, other)]
    if _differ(answers):
        # Said of a deployment only where it says so again.
        answers = [judge.sent_anew(spec) for spec in (one, other)]
    if any(_taken(answer) is None for answer in answers):
        words = " and ".join(answer.words for answer in answers)
        return replace(base, verdict=Verdict.INCONCLUSIVE, reason=f"{where}: {words} say nothing of the files")
    if not _differ(answers):
        return None
    accepted, refused = (one, other) if _taken(answers[0]) else (other, one)
    answer = answers[1] if accepted is one else answers[0]
    return replace(
        base,
        verdict=Verdict.NONCONFORMING,
        reason=f"{where}: the file of the {accepted.encoder} encoder is accepted, that of the {refused.encoder} "
        f"encoder, which is as large and as long, got {answer.words}",
        status=answer.status,
        error_code=answer.error_code,
        sent=described(make(refused)),
        curl=curl("POST", judge.url(refused), refused.name),
    )


def _taken(answer: Answer) -> bool | None:
    """Accepted or refused; None where the answer speaks of something other than the file."""
    return None if answer.lost or inconclusive_reason(answer) is not None else answer.accepted


def _differ(answers: list[Answer]) -> bool:
    one, other = map(_taken, answers)
    return one is not None and other is not None and one is not other
