"""How one hostile upload is judged: control, state before, upload, state after, read back."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass, field, replace
from typing import Any, Final

from contract.observations import Answer
from contract.results import Result
from contract.robustness import HostileSeen, judge_hostile
from contract.verdicts import Verdict, inconclusive_reason
from deployment.client import curl
from deployment.media import Dataset, Kind
from generators.forms import FORM
from generators.specs import MediaSpec
from judges.upload import kind_of
from judges.uploads.cases import HostileCase, plain_form
from judges.uploads.readback import read_back

EXPECTED: Final = "refused with 4xx as documented, or accepted and reads back"
_REPEATS: Final = 2
_CITATION: Final = "the documented error body; see the README for what reads back means"


@dataclass(slots=True)
class HostileJudge:
    """Judges hostile uploads to one dataset of the run.

    Controls stay in the dataset as neighbours that no hostile upload may touch. ``patience_s`` is how long the run as
    a whole waits, in seconds, for a deployment that no longer takes a control.
    """

    dataset: Dataset
    patience_s: float = 60.0
    controls: dict[MediaSpec, Answer] = field(default_factory=dict)

    def judge(self, case: HostileCase) -> Result:
        """The result of one hostile upload."""
        started, client = time.time(), self.dataset.client
        del client.exchanges[:]
        body = case.body()
        control = self.controls.get(case.control)
        if control is None:
            control = self._upload(kind_of(case.control), plain_form(case.control), FORM)
            if inconclusive_reason(control) is None:
                self.controls[case.control] = control
        seen = self._seen(case, body, control)
        if _broke(seen.answer) and client.worth_repeating(seen.answer):
            seen = self._repeated(case, body, seen)
        judgement = judge_hostile(seen)
        exchanges = tuple(client.exchanges[-12:])
        del client.exchanges[:]
        url = f"{client.base}/api/v1{self.dataset.path}/media/{kind_of(case.control)}"
        return Result(
            case=case.id,
            requirement=case.requirement,
            title=case.title,
            verdict=judgement.verdict,
            reason=_printable(judgement.reason),
            enforcement_point=case.point.value,
            expected=EXPECTED,
            sent=_described(case, body),
            status=seen.answer.status,
            error_code=seen.answer.error_code,
            citation=_CITATION,
            curl=curl("POST", url, "FILE") if judgement.verdict is not Verdict.KEPT else None,
            exchanges=exchanges if judgement.broken else (),
            started_ms=int(started * 1000),
            elapsed_s=time.time() - started,
        )

    def _seen(self, case: HostileCase, body: bytes, control: Answer) -> HostileSeen:
        before = self.dataset.listing()
        answer = self._upload(kind_of(case.control), body, case.content_type)
        after = self.dataset.listing()
        if before is None or after is None:
            return HostileSeen(answer, control, changes=None, differences=None)
        medium = answer.text("id")
        fresh = [identifier for identifier in after if identifier not in before]
        changes = [f"media {identifier} appeared" for identifier in fresh if identifier != medium]
        changes += [f"media {identifier} disappeared" for identifier in before if identifier not in after]
        listed = medium in fresh
        told, differences = read_back(self.dataset, case, str(medium)) if listed else (False, ())
        for identifier in fresh:
            self.dataset.delete("videos" if after[identifier].get("type") == "video" else "images", identifier)
        return HostileSeen(answer, control, listed, tuple(changes), told, differences)

    def _repeated(self, case: HostileCase, body: bytes, seen: HostileSeen) -> HostileSeen:
        """Tell a deployment that breaks from a way that breaks: repeat, once the control is accepted again."""
        for _ in range(_REPEATS):
            control = self._recovered(case)
            if not control.accepted:
                return replace(seen, control=control)
            seen = self._seen(case, body, control)
            if not _broke(seen.answer):
                return seen
        return replace(seen, answer=replace(seen.answer, recurred=True))

    def _recovered(self, case: HostileCase) -> Answer:
        """The control's answer, asked for until it is accepted or the patience is spent; it is deleted again."""
        content, kind = plain_form(case.control), kind_of(case.control)
        while True:
            began = time.monotonic()
            answer = self._upload(kind, content, FORM)
            if answer.fields:
                self.dataset.delete(kind, str(answer.body.get("id")))
            if answer.accepted or answer.unsent or self.patience_s <= 0:
                return answer
            time.sleep(1.0)
            self.patience_s -= time.monotonic() - began

    def _upload(self, kind: Kind, body: bytes, content_type: str | None) -> Answer:
        return self.dataset.upload_form(kind, body, content_type)


def _broke(answer: Answer) -> bool:
    return answer.status is None or answer.status >= 500


def _described(case: HostileCase, body: bytes) -> dict[str, Any]:
    """What was sent, for a report; sizes in bytes, the digest that of the whole body."""
    named = {} if case.file_name is None else {"file_name": _printable(case.file_name)}
    return {
        "defect": case.defect,
        "variant": case.variant,
        **named,
        "content_type": case.content_type,
        "body_bytes": len(body),
        "body_sha256": hashlib.sha256(body).hexdigest(),
    }


def _printable(text: str) -> str:
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in text)
