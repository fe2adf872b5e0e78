"""Every verdict on an import and a training, with the exact sentence that justifies it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from contract.jobs import ImportSeen, TrainingSeen, import_answer, judge_import, judge_training
from contract.observations import Answer, documented_error
from contract.verdicts import Expected
from tests.unit.contract.answers import ACCEPT, BODY, NO, OK, REFUSE, read

IN = ImportSeen(True, OK, "finished", (), entered=True, good=2, good_sent=2)
OUT = replace(IN, entered=False, warnings=("too large", "blurred"))
WARNED = "the job finished, warning: too large"
QUIET = "the job finished, without a warning"


@pytest.mark.parametrize(
    ("expected", "seen", "verdict", "reason"),
    [
        (Expected.NOTHING, IN, "not-applicable", "this limit is not part of the profile"),
        (
            REFUSE,
            replace(IN, control=False, answer=Answer(404, {"detail": "Not Found"})),
            "inconclusive",
            "an archive of good images alone could not be imported; the one to be judged got 404: Not Found",
        ),
        (REFUSE, replace(IN, answer=Answer(500)), "crashed", "the import request was answered 500"),
        (REFUSE, replace(IN, answer=Answer(503)), "crashed", "the import request was answered 503"),
        (REFUSE, replace(IN, answer=Answer(429)), "inconclusive", "429: the deployment asked for patience"),
        (REFUSE, replace(IN, entered=None), "inconclusive", "what is in the project afterwards could not be read"),
        (REFUSE, replace(IN, state=None), "inconclusive", "the job did not end in time"),
        (ACCEPT, IN, "kept", "imported, and reads back as sent"),
        (ACCEPT, OUT, "over-enforced", f"{WARNED}; it keeps the limit and should have been imported"),
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
        (REFUSE, OUT, "kept", f"{WARNED}, and nothing over the limit is in the project"),
        (
            REFUSE,
            replace(OUT, warnings=(), state="failed"),
            "kept",
            "the job failed, without a warning, and nothing over the limit is in the project",
        ),
    ],
)
def test_each_import_has_its_verdict_and_sentence(
    expected: Expected, seen: ImportSeen, verdict: str, reason: str
) -> None:
    assert read(judge_import(expected, seen)) == (verdict, reason)


def test_an_import_whose_job_fails_or_warns_is_a_refusal() -> None:
    failed = import_answer(Answer(200, {"job_id": "j"}, 1.5), "failed", ())
    assert failed == Answer(409, {"error_code": "refused_by_job", "message": "the job failed", "http_status": 409}, 1.5)
    assert documented_error(failed) is None
    warned = import_answer(OK, "finished", ("too large", "blurred"))
    assert warned.body["message"] == "too large"
    assert import_answer(NO, "failed", ("too large",)) is NO
    elsewhere = ("No GPU was found.", "This took longer than usual.")
    assert import_answer(OK, "finished", elsewhere) is OK
    assert import_answer(OK, "finished", (*elsewhere, "2 files were not imported.")).status == 409
    assert import_answer(OK, "failed", elsewhere).body["message"] == elsewhere[0]
    assert import_answer(OK, "finished", ()) is OK


TRAINED = TrainingSeen(OK, "finished", ("11 > 10",), 11, 10)


@pytest.mark.parametrize(
    ("expected", "seen", "verdict", "reason"),
    [
        (Expected.NOTHING, TRAINED, "not-applicable", "this limit is not part of the profile"),
        (REFUSE, replace(TRAINED, answer=Answer(500)), "crashed", "the job was answered 500"),
        (REFUSE, replace(TRAINED, answer=Answer(503)), "crashed", "the job was answered 503"),
        (
            REFUSE,
            replace(TRAINED, answer=NO),
            "over-enforced",
            "the job was refused with 409 limit; documented is a warning",
        ),
        (
            ACCEPT,
            replace(TRAINED, answer=Answer(409, {"error_code": "not_train_ready", "message": "Annotate more."})),
            "inconclusive",
            "the job was refused, not for its size: 409 not_train_ready: Annotate more.",
        ),
        (
            ACCEPT,
            replace(TRAINED, answer=Answer(400, {"error_code": "bad_request", "message": "Too many images."})),
            "over-enforced",
            "the job was refused with 400 bad_request; documented is a warning",
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
        (
            REFUSE,
            replace(TRAINED, warnings=("Short of memory for 11",), usual=("Short of memory for 10",)),
            "unclean",
            "10 of 11 annotated images used, without a warning on the job",
        ),
        (
            REFUSE,
            replace(TRAINED, usual=("Short of memory",)),
            "kept",
            "10 of 11 annotated images used, and the job warns",
        ),
        (
            ACCEPT,
            replace(TRAINED, annotated=10, warnings=("10 images, at most 10",)),
            "over-enforced",
            "10 of 10 annotated images used, all keep the limit, and the job warns of it: 10 images, at most 10",
        ),
        (
            ACCEPT,
            replace(TRAINED, annotated=10, warnings=("GPU memory is near its limit",)),
            "kept",
            "10 of 10 annotated images used",
        ),
    ],
)
def test_each_training_has_its_verdict_and_sentence(
    expected: Expected, seen: TrainingSeen, verdict: str, reason: str
) -> None:
    assert read(judge_training(expected, seen, 10)) == (verdict, reason)
