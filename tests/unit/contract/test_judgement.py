"""Every verdict with the exact sentence that justifies it: these sentences are what people act on."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from contract.boundaries import ObservedBoundary, bisect
from contract.jobs import ImportSeen, TrainingSeen, import_answer, judge_import, judge_training
from contract.observations import Answer, Observation, documented_error
from contract.races import RACERS, judge_race
from contract.results import Conclusion, ExitStatus, Result, RunVerdict, conclude
from contract.verdicts import Expected, Judgement, Verdict, judge, unanswered
from contract.waivers import WaiverError, parse_waivers, stale

ACCEPT, REFUSE = Expected.ACCEPTED, Expected.REFUSED
BODY = {"error_code": "limit", "message": "too large", "http_status": 409}
OK = Answer(201, {"id": "a"})
NO = Answer(409, BODY)
SEEN = Observation(OK, OK, created=True)


def said(judgement: Judgement | None) -> tuple[str, str] | None:
    return None if judgement is None else (judgement.verdict.value, judgement.reason)


@pytest.mark.parametrize(
    ("expected", "seen", "verdict", "reason"),
    [
        (Expected.NOTHING, SEEN, "not-applicable", "this limit is not part of the profile"),
        (
            REFUSE,
            Observation(OK, None),
            "inconclusive",
            "no control was sent, so the answer says nothing about the limit",
        ),
        (
            ACCEPT,
            Observation(NO, NO),
            "over-enforced",
            "refused with 409 limit, as is the control, well inside every limit",
        ),
        (
            ACCEPT,
            Observation(NO, Answer(400, BODY)),
            "inconclusive",
            "the control, well inside every limit, got 400 limit: the answer (409 limit) says nothing",
        ),
        (
            ACCEPT,
            Observation(NO, Answer(409, "full")),
            "inconclusive",
            "the control, well inside every limit, got 409: the answer (409 limit) says nothing",
        ),
        (
            ACCEPT,
            Observation(Answer(409, "full"), NO),
            "inconclusive",
            "the control, well inside every limit, got 409 limit: the answer (409) says nothing",
        ),
        (REFUSE, Observation(Answer(500), OK), "crashed", "answered 500"),
        (ACCEPT, SEEN, "kept", "accepted with 201 and reads back as sent"),
        (REFUSE, SEEN, "not-enforced", "accepted with 201, should be refused with 409"),
        (REFUSE, replace(SEEN, changes=None), "not-enforced", "accepted with 201; the state could not be read after"),
        (REFUSE, replace(SEEN, created=False), "wrong-status", "nothing was created, yet the answer is 201, not 409"),
        (
            REFUSE,
            replace(SEEN, created=False, changes=("media a appeared",)),
            "not-enforced",
            "accepted with 201, should be refused with 409",
        ),
        (ACCEPT, replace(SEEN, differences=None), "inconclusive", "accepted with 201, but it could not be read back"),
        (ACCEPT, replace(SEEN, changes=None), "inconclusive", "accepted with 201, but it could not be read back"),
        (ACCEPT, replace(SEEN, created=False), "unclean", "accepted with 201, but it is not listed afterwards"),
        (
            ACCEPT,
            replace(SEEN, differences=("smaller",), changes=("b appeared",)),
            "unclean",
            "accepted with 201, but smaller; b appeared",
        ),
        (ACCEPT, Observation(NO, OK), "over-enforced", "refused with 409 limit, should be accepted"),
        (
            ACCEPT,
            Observation(NO, OK, created=True),
            "over-enforced",
            "refused with 409 limit, should be accepted (and yet something was created)",
        ),
        (
            ACCEPT,
            Observation(NO, OK, changes=("b appeared",)),
            "over-enforced",
            "refused with 409 limit, should be accepted (and yet something was created)",
        ),
        (REFUSE, Observation(NO, OK), "kept", "refused with 409 limit and nothing changed"),
        (
            REFUSE,
            Observation(NO, OK, changes=None),
            "inconclusive",
            "refused with 409 limit, but the state could not be read after",
        ),
        (REFUSE, Observation(NO, OK, created=True), "unclean", "refused with 409 limit, yet it was stored"),
        (
            REFUSE,
            Observation(NO, OK, changes=("b appeared", "c appeared")),
            "unclean",
            "refused with 409 limit, yet b appeared; c appeared",
        ),
        (REFUSE, Observation(Answer(400, BODY), OK), "wrong-status", "refused with 400 limit, should be 409"),
        (REFUSE, Observation(Answer(499), OK), "wrong-status", "refused with 499, should be 409"),
        (
            REFUSE,
            Observation(Answer(409, "<html>"), OK),
            "wrong-status",
            "refused with 409, but not as documented: the body is no JSON object",
        ),
    ],
)
def test_each_probe_is_judged_in_words(expected: Expected, seen: Observation, verdict: str, reason: str) -> None:
    assert said(judge(expected, seen)) == (verdict, reason)


@pytest.mark.parametrize(
    ("answer", "verdict", "reason"),
    [
        (Answer(None, failure="reset"), "inconclusive", "no answer (reset)"),
        (Answer(None), "inconclusive", "no answer (unknown)"),
        (Answer(None, failure="reset", recurred=True), "crashed", "no answer (reset), each time"),
        (Answer(502), "inconclusive", "502 from a gateway, and not each time"),
        (Answer(302), "inconclusive", "302: neither accepted nor refused"),
        (Answer(300), "inconclusive", "300: neither accepted nor refused"),
        (Answer(399), "inconclusive", "399: neither accepted nor refused"),
        (Answer(199), "inconclusive", "199: neither accepted nor refused"),
        (Answer(401), "inconclusive", "401: the key was refused"),
        (Answer(403), "inconclusive", "403: the key has no permission"),
        (Answer(407), "inconclusive", "407: a proxy wants credentials"),
        (Answer(408), "inconclusive", "408: the deployment gave up waiting"),
        (Answer(429), "inconclusive", "429: the deployment asked for patience"),
        (Answer(507), "inconclusive", "507: the deployment has no space left"),
    ],
)
def test_what_is_no_answer_is_told_for_what_it_is(answer: Answer, verdict: str, reason: str) -> None:
    assert said(unanswered(answer)) == (verdict, reason)


@pytest.mark.parametrize(
    "answer", [OK, Answer(200), Answer(299), Answer(400), NO, Answer(500), Answer(502, recurred=True)]
)
def test_what_is_an_answer_is_judged_elsewhere(answer: Answer) -> None:
    assert unanswered(answer) is None


def test_a_rule_on_keys_is_told_by_401() -> None:
    assert unanswered(Answer(401), (401, 403)) is None
    assert unanswered(Answer(429), (401, 403)) is not None


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        (BODY, None),
        ({**BODY, "message": {"en": "too large"}}, None),
        ({**BODY, "message": ["too large"]}, None),
        ("too large", "the body is no JSON object"),
        (None, "the body is no JSON object"),
        ({**BODY, "error_code": ""}, "error_code is missing"),
        ({**BODY, "error_code": 409}, "error_code is missing"),
        ({**BODY, "message": ""}, "message is missing"),
        ({**BODY, "message": 7}, "message is missing"),
        ({"error_code": "limit", "http_status": 409}, "message is missing"),
        ({**BODY, "http_status": "409"}, "http_status says '409', the answer is 409"),
        ({"error_code": "limit", "message": "too large"}, "http_status says None, the answer is 409"),
    ],
)
def test_the_documented_error_body_is_told_from_others(body: Any, fault: str | None) -> None:
    assert documented_error(Answer(409, body)) == fault


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
        (racing(), 9, "unclean", "16 at once for one place: 1 accepted, the count went from 9 to 9"),
        (racing(), None, "inconclusive", "the count could not be read"),
        (racing(Answer(500)), 10, "crashed", "16 at once: one was answered 500"),
        (racing(Answer(599)), 10, "crashed", "16 at once: one was answered 599"),
        (racing(Answer(None, failure="reset")), 10, "inconclusive", "16 at once: one got no answer (reset)"),
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
def test_each_race_is_judged_in_words(answers: list[Answer], after: int | None, verdict: str, reason: str) -> None:
    assert said(judge_race(REFUSE, answers, 9, after)) == (verdict, reason)


def test_a_race_says_nothing_without_a_limit_or_a_count() -> None:
    nothing = judge_race(Expected.NOTHING, racing(), 9, 10)
    assert said(nothing) == ("not-applicable", "this limit is not part of the profile")
    assert judge_race(REFUSE, racing(), None, 10).verdict is Verdict.INCONCLUSIVE
    assert judge_race(ACCEPT, [OK, OK], 9, 11).verdict is Verdict.KEPT
    assert judge_race(ACCEPT, [OK, OK], 9, 12).verdict is Verdict.NOT_ENFORCED


IN = ImportSeen(True, OK, "finished", (), entered=True, good=2, good_sent=2)
OUT = replace(IN, entered=False, warnings=("too large", "blurred"))
TOLD = "the job finished, warning: too large"
QUIET = "the job finished, without a warning"


@pytest.mark.parametrize(
    ("expected", "seen", "verdict", "reason"),
    [
        (Expected.NOTHING, IN, "not-applicable", "this limit is not part of the profile"),
        (REFUSE, replace(IN, control=False), "inconclusive", "an archive of good images alone could not be imported"),
        (REFUSE, replace(IN, answer=Answer(500)), "crashed", "the import request was answered 500"),
        (REFUSE, replace(IN, answer=Answer(429)), "inconclusive", "429: the deployment asked for patience"),
        (REFUSE, replace(IN, entered=None), "inconclusive", "what is in the project afterwards could not be read"),
        (REFUSE, replace(IN, state=None), "inconclusive", "the job did not end in time"),
        (ACCEPT, IN, "kept", "imported, and reads back as sent"),
        (ACCEPT, OUT, "over-enforced", f"{TOLD}; it keeps the limit and should have been imported"),
        (
            ACCEPT,
            replace(OUT, answer=NO),
            "over-enforced",
            "refused with 409 limit; it keeps the limit and should have been imported",
        ),
        (
            ACCEPT,
            replace(IN, answer=NO),
            "over-enforced",
            "refused with 409 limit; it keeps the limit and should have been imported",
        ),
        (ACCEPT, replace(IN, altered="smaller"), "unclean", f"{QUIET}, but smaller"),
        (ACCEPT, replace(IN, good=1), "unclean", f"{QUIET}, but 1 of 2 other images are there"),
        (REFUSE, IN, "not-enforced", f"{QUIET}, and what is over the limit is in the project"),
        (
            REFUSE,
            replace(IN, answer=NO),
            "unclean",
            "refused with 409 limit, and what is over the limit is in the project",
        ),
        (
            REFUSE,
            replace(OUT, answer=NO, state=None),
            "kept",
            "refused with 409 limit, and nothing over the limit is in the project",
        ),
        (
            REFUSE,
            replace(OUT, answer=Answer(422, {**BODY, "http_status": 422})),
            "wrong-status",
            "refused with 422 limit, should be 409",
        ),
        (
            REFUSE,
            replace(OUT, answer=Answer(409, "full")),
            "wrong-status",
            "refused with 409, should be 409: the body is no JSON object",
        ),
        (REFUSE, replace(OUT, warnings=()), "unclean", f"{QUIET}: what is over the limit was left out without a word"),
        (REFUSE, OUT, "kept", f"{TOLD}, and nothing over the limit is in the project"),
        (
            REFUSE,
            replace(OUT, warnings=(), state="failed"),
            "kept",
            "the job failed, without a warning, and nothing over the limit is in the project",
        ),
    ],
)
def test_each_import_is_judged_in_words(expected: Expected, seen: ImportSeen, verdict: str, reason: str) -> None:
    assert said(judge_import(expected, seen)) == (verdict, reason)


def test_an_import_is_as_good_as_its_job() -> None:
    failed = import_answer(Answer(200, {"job_id": "j"}, 1.5), "failed", ())
    assert failed == Answer(409, {"error_code": "refused_by_job", "message": "the job failed", "http_status": 409}, 1.5)
    assert documented_error(failed) is None
    warned = import_answer(OK, "finished", ("too large", "blurred"))
    assert warned.body["message"] == "too large"
    assert import_answer(NO, "failed", ("too large",)) is NO


TRAINED = TrainingSeen(OK, "finished", ("11 > 10",), 11, 10)


@pytest.mark.parametrize(
    ("expected", "seen", "verdict", "reason"),
    [
        (Expected.NOTHING, TRAINED, "not-applicable", "this limit is not part of the profile"),
        (REFUSE, replace(TRAINED, answer=Answer(500)), "crashed", "the job was answered 500"),
        (
            REFUSE,
            replace(TRAINED, answer=NO),
            "over-enforced",
            "the job was refused with 409 limit; documented is a warning",
        ),
        (REFUSE, replace(TRAINED, state="failed"), "inconclusive", "the job failed"),
        (REFUSE, replace(TRAINED, state=None), "inconclusive", "the job did not end in time"),
        (REFUSE, replace(TRAINED, used=None), "inconclusive", "how many images the job used could not be read"),
        (REFUSE, replace(TRAINED, used=11), "not-enforced", "11 of 11 annotated images used, the limit is 10"),
        (
            REFUSE,
            replace(TRAINED, warnings=()),
            "unclean",
            "10 of 11 annotated images used, without a warning on the job",
        ),
        (REFUSE, TRAINED, "kept", "10 of 11 annotated images used, and the job warns"),
        (ACCEPT, TRAINED, "over-enforced", "10 of 11 annotated images used, all keep the limit"),
        (ACCEPT, replace(TRAINED, annotated=10), "kept", "10 of 10 annotated images used"),
    ],
)
def test_each_training_is_judged_in_words(expected: Expected, seen: TrainingSeen, verdict: str, reason: str) -> None:
    assert said(judge_training(expected, seen, 10)) == (verdict, reason)


def asked(real: int, accepted: int, refused: int | None, furthest: int, most: int = 16) -> list[int]:
    """The values that are tried to find a boundary at ``real``, where larger values are refused."""
    found = bisect(accepted, refused, furthest, lambda value: value <= real, most=most)
    assert all(answer is (value <= real) for value, answer in found.asked)
    assert found.requests == len(found.asked)
    return [value for value, _answer in found.asked]


@pytest.mark.parametrize(
    ("real", "accepted", "refused", "furthest", "most", "tried"),
    [
        (7680, 64, 7860, 15720, 16, [3962, 5911, 6885, 7372, 7616, 7738, 7677, 7707, 7692, 7684, 7680, 7682, 7681]),
        (20000, 20001, None, 20002, 16, [20002]),
        (
            20003,
            20001,
            None,
            40002,
            16,
            [40002, 30001, 25001, 22501, 21251, 20626, 20313, 20157, 20079, 20040, 20020, 20010, 20005, 20003, 20004],
        ),
        (
            1000000,
            64,
            20000000,
            40000000,
            16,
            [
                19967232,
                19934464,
                9967264,
                4983664,
                2491864,
                1245964,
                623014,
                934489,
                1090226,
                1012357,
                973423,
                992890,
                1002623,
                997756,
                1000000,
                1000001,
            ],
        ),
        (5, 1, 9, 20, 2, [7, 5]),
        (
            35000000,
            4096,
            35481600,
            70000000,
            16,
            [
                35448832,
                35416064,
                17710080,
                26563072,
                30989568,
                33202816,
                34309440,
                34862752,
                35139408,
                35001080,
                34931916,
                34966498,
                34983789,
                34992434,
                35000000,
                35000001,
            ],
        ),
        (4096, 64, 4320, 8640, 8, [4192, 4064, 4128, 4096, 4112, 4104, 4100, 4097]),
    ],
)
def test_a_boundary_is_looked_for_in_this_order(
    real: int, accepted: int, refused: int | None, furthest: int, most: int, tried: list[int]
) -> None:
    assert asked(real, accepted, refused, furthest, most) == tried


def roundness(value: int) -> float:
    """The largest power of 2 or of 10 in a number, in bits."""
    twos = max(each for each in range(40) if value % 2**each == 0)
    return max(twos, 3.32 * (len(str(value)) - len(str(value).rstrip("0"))))


@pytest.mark.parametrize("low", [*range(1, 40), 95, 990, 7671])
def test_the_roundest_number_between_two_is_tried_where_two_tries_are_left(low: int) -> None:
    for high in range(low + 25, low + 90):
        (_, _), (refused, _), (roundest, _), *_ = bisect(low, high, 0, lambda _value: False, most=4).asked
        assert low < roundest < refused < high
        assert roundness(roundest) == max(roundness(value) for value in range(low + 1, refused))


@pytest.mark.parametrize(
    ("boundary", "words"),
    [
        (ObservedBoundary(None, 32, 1, exact=False), "nothing accepted from 32"),
        (ObservedBoundary(40, None, 1, exact=False), "none up to 40"),
        (ObservedBoundary(7680, 7681, 9, exact=True), "7680"),
        (ObservedBoundary(100, 108, 16, exact=False), "between 100 and 108"),
    ],
)
def test_a_boundary_is_told_in_words(boundary: ObservedBoundary, words: str) -> None:
    assert boundary.words == words


def test_a_smallest_value_is_looked_for_downwards() -> None:
    found = bisect(64, 15, 1, lambda value: value >= 20)
    assert [value for value, _answer in found.asked] == [39, 27, 21, 18, 19, 20]
    assert found == ObservedBoundary(20, 19, 6, exact=True)


@pytest.mark.parametrize("most", range(1, 9))
@pytest.mark.parametrize("step", [1, 3])
def test_a_search_ends_between_what_was_accepted_and_refused_and_is_exact_only_where_nothing_is_between(
    most: int, step: int
) -> None:
    for refused in range(2, 60):
        for real in range(refused):
            found = bisect(0, refused, 0, lambda value, real=real: value <= real, lambda v: v % step == 0, most)
            assert found.accepted is not None
            assert found.refused is not None
            assert found.accepted <= real < found.refused <= refused
            between = [value for value in range(found.accepted + 1, found.refused) if value % step == 0]
            assert not (found.exact and between)
            assert found.exact or between or found.requests == most


def test_what_cannot_be_made_is_never_asked_for() -> None:
    found = bisect(64, 7860, 15720, lambda value: value <= 7680, lambda value: value % 16 == 0)
    assert all(value % 16 == 0 for value, _answer in found.asked)
    assert (found.accepted, found.refused, found.exact) == (7680, 7696, True)


def test_a_search_that_gets_no_answer_ends_with_what_is_known() -> None:
    found = bisect(1, 9, 20, lambda value: None if value == 5 else value < 5)
    assert found == ObservedBoundary(1, 9, 1, exact=False)
    assert bisect(1, None, 20, lambda _value: None) == ObservedBoundary(1, None, 1, exact=False)
    assert bisect(1, None, 20, lambda _value: True) == ObservedBoundary(20, None, 1, exact=False)


def result(verdict: Verdict, case: str = "a") -> Result:
    return Result(case, "r", "t", verdict, "why")


@pytest.mark.parametrize(
    ("results", "stale", "concluded"),
    [
        ([Verdict.KEPT], (), Conclusion(RunVerdict.INCOMPLETE, ExitStatus.INCOMPLETE, ("b", "c"))),
        ([Verdict.UNCLEAN], (), Conclusion(RunVerdict.BROKEN, ExitStatus.BROKEN, ("b", "c"))),
        ([Verdict.KEPT], ("w:1: old",), Conclusion(RunVerdict.BROKEN, ExitStatus.BROKEN, ("b", "c"), ("w:1: old",))),
    ],
)
def test_a_conclusion_names_what_is_missing_and_what_is_stale(
    results: list[Verdict], stale: tuple[str, ...], concluded: Conclusion
) -> None:
    assert conclude([result(verdict) for verdict in results], ["c", "a", "b"], stale) == concluded


def test_a_waived_finding_alone_is_a_judged_run() -> None:
    assert conclude([result(Verdict.WAIVED)], ["a"]).verdict is RunVerdict.KEPT


def test_kept_is_incomplete_once_something_else_went_wrong() -> None:
    kept = conclude([result(Verdict.KEPT)], ["a"])
    assert kept.not_kept() == Conclusion(RunVerdict.INCOMPLETE, ExitStatus.INCOMPLETE, ())
    broken = conclude([result(Verdict.CRASHED)], ["a"])
    assert broken.not_kept() is broken


WAIVER = """\
[[waiver]]
requirement = "video.width.max@*"
verdict = "over-enforced"
owner = "ops"
reason = "encoder"
ticket = "T-1"
expires = 2026-07-01
"""


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("x = ", "w:1:5: Invalid value"),
        ("\nother = 1\n" + WAIVER, "w:2:9: unknown key 'other'; a file of waivers has [[waiver]] tables"),
        ("other = 1\n" + WAIVER, "w:1:9: unknown key 'other'; a file of waivers has [[waiver]] tables"),
        (
            "# known\n" + WAIVER.replace('"encoder"', '"""\n[[waiver]]\n"""'),
            "w:2:1: write each waiver as a table of its own, below a line [[waiver]]",
        ),
        (
            WAIVER + WAIVER.replace('owner = "ops"\n', ""),
            "w:8:1: owner is missing; a waiver has requirement, verdict, owner, reason, ticket, expires",
        ),
        ("waiver = 7", "w:1:1: write each waiver as a table of its own, below a line [[waiver]]"),
        ("waiver = [{}, {}]", "w:1:1: write each waiver as a table of its own, below a line [[waiver]]"),
        (
            "# known\n[[waiver]]\n[waiver.x]\n",
            "w:2:1: unknown key 'x'; a waiver has requirement, verdict, owner, reason, ticket, expires",
        ),
        (
            WAIVER.replace('owner = "ops"\n', ""),
            "w:1:1: owner is missing; a waiver has requirement, verdict, owner, reason, ticket, expires",
        ),
        (WAIVER.replace('"ops"', "7"), "w:4:9: owner is no text"),
        (WAIVER.replace('"ops"', '" "'), "w:4:9: owner is empty; fill it in"),
        (
            WAIVER.replace("over-enforced", "kept"),
            "w:3:11: verdict 'kept' cannot be waived; it is one of crashed, "
            "nonconforming, not-enforced, over-enforced, unclean, wrong-status",
        ),
        (WAIVER.replace("2026-07-01", "7"), "w:7:11: expires '7' is no day such as 2026-12-31"),
        (WAIVER.replace("2026-07-01", '"soon"'), "w:7:11: expires 'soon' is no day such as 2026-12-31"),
        (
            WAIVER.replace("2026-07-01", "2026-07-01T00:00:00"),
            "w:7:11: expires '2026-07-01 00:00:00' is no day such as 2026-12-31",
        ),
    ],
)
def test_a_mistaken_waiver_is_told_where_it_stands(text: str, told: str) -> None:
    with pytest.raises(WaiverError) as error:
        parse_waivers(text, "w")
    assert str(error.value) == told


def test_a_waiver_may_write_its_day_as_text() -> None:
    dated = parse_waivers(WAIVER, "w")
    assert parse_waivers(WAIVER.replace("2026-07-01", '" 2026-07-01 "'), "w") == dated
    assert parse_waivers("", "w") == ()


@pytest.mark.parametrize(
    ("kept", "told"),
    [
        (["a@1"], "matches what is kept now (a@1)"),
        (["a@1", "a@2", "a@3"], "matches what is kept now (a@1, a@2, a@3)"),
        (["a@1", "a@2", "a@3", "a@4"], "matches what is kept now (a@1, a@2, a@3 and 1 more)"),
        (["a@1", "a@2", "a@3", "a@4", "a@5"], "matches what is kept now (a@1, a@2, a@3 and 2 more)"),
        (["b@1"], "matches nothing that was judged"),
    ],
)
def test_a_waiver_that_is_needed_no_longer_says_of_what(kept: list[str], told: str) -> None:
    waivers = parse_waivers(WAIVER.replace("video.width.max@*", "a@*"), "w")
    results = [Result(name, name, "t", Verdict.KEPT, "r") for name in kept]
    line = f"w:1: the waiver of a@* {told}; remove line 1 to 7"
    assert stale(waivers, results, (), date(2026, 6, 1)) == (line,)
