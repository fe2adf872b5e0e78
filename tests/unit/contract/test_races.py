"""Every verdict on a race for the last place, with the exact sentence that justifies it."""

from __future__ import annotations

import pytest

from contract.observations import Answer
from contract.races import RACERS, judge_race
from contract.verdicts import Expected, Verdict
from tests.unit.contract.answers import ACCEPT, BODY, NO, OK, REFUSE, read


def racing(*odd: Answer, accepted: int = 1) -> list[Answer]:
    return [OK] * accepted + list(odd) + [NO] * (RACERS - accepted - len(odd))


@pytest.mark.parametrize(
    ("answers", "after", "verdict", "reason"),
    [
        (racing(), 10, "kept", "16 at once for one place: 1 accepted, the count went from 9 to 10"),
        (racing(accepted=2), 11, "not-enforced", "16 at once for one place: 2 accepted, the count went from 9 to 11"),
        (
            racing(accepted=2),
            10,
            "wrong-status",
            "16 at once for one place: 2 accepted, the count went from 9 to 10; "
            "the others were not created, and not refused with 409",
        ),
        (racing(accepted=1), 11, "not-enforced", "16 at once for one place: 1 accepted, the count went from 9 to 11"),
        (racing(accepted=0), 9, "over-enforced", "16 at once for one place: 0 accepted, the count went from 9 to 9"),
        (racing(accepted=0), 10, "over-enforced", "16 at once for one place: 0 accepted, the count went from 9 to 10"),
        (racing(accepted=0), 11, "not-enforced", "16 at once for one place: 0 accepted, the count went from 9 to 11"),
        (racing(accepted=2), 9, "unclean", "16 at once for one place: 2 accepted, the count went from 9 to 9"),
        (racing(Answer(503)), 10, "crashed", "16 at once: one was answered 503"),
        (racing(), 9, "unclean", "16 at once for one place: 1 accepted, the count went from 9 to 9"),
        (racing(), None, "inconclusive", "the count could not be read"),
        (racing(Answer(500)), 10, "crashed", "16 at once: one was answered 500"),
        (racing(Answer(599)), 10, "crashed", "16 at once: one was answered 599"),
        (racing(Answer(None, failure="reset")), 10, "crashed", "16 at once: one got no answer (reset)"),
        (
            racing(Answer(400, BODY)),
            10,
            "wrong-status",
            "16 at once for one place: 1 accepted, the count went from 9 to 10; one was refused with 400 limit, "
            "http_status says 409, the answer is 400",
        ),
        (
            racing(Answer(422, {**BODY, "http_status": 422})),
            10,
            "wrong-status",
            "16 at once for one place: 1 accepted, the count went from 9 to 10; "
            "one was refused with 422 limit, not 409",
        ),
        (
            racing(Answer(409, "full")),
            10,
            "wrong-status",
            "16 at once for one place: 1 accepted, the count went from 9 to 10; one was refused with 409, "
            "the body is no JSON object",
        ),
    ],
)
def test_each_race_has_its_verdict_and_sentence(
    answers: list[Answer], after: int | None, verdict: str, reason: str
) -> None:
    assert read(judge_race(REFUSE, answers, 9, after)) == (verdict, reason)


def test_a_race_without_a_limit_or_a_count_is_not_judged_by_the_last_place() -> None:
    nothing = judge_race(Expected.NOTHING, racing(), 9, 10)
    assert read(nothing) == ("not-applicable", "this limit is not part of the profile")
    assert judge_race(REFUSE, racing(), None, 10).verdict is Verdict.INCONCLUSIVE
    assert judge_race(ACCEPT, [OK, OK], 9, 11).verdict is Verdict.KEPT
    assert judge_race(ACCEPT, [OK, OK], 9, 12).verdict is Verdict.NOT_ENFORCED
    assert judge_race(ACCEPT, [OK, NO], 9, 10).verdict is Verdict.OVER_ENFORCED
