"""A load that lost, doubled, stored what it refused or refused too early is found; a sound one is kept."""

from __future__ import annotations

from dataclasses import replace

import pytest

from contract.load import Load, Upload, judge_load
from contract.verdicts import Verdict

LIMIT = 5


def sent(number: int, status: int = 200, at: float | None = None) -> Upload:
    when = float(number) if at is None else at
    return Upload("w", f"w-{number}", status, f"id{number}" if status == 200 else None, when, when + 0.5)


ACCEPTED = [sent(number) for number in range(LIMIT)]
REFUSED = [sent(number, 409) for number in range(LIMIT, LIMIT + 3)]
LISTED = {f"id{number}": f"w-{number}" for number in range(LIMIT)}
SOUND = Load([*ACCEPTED, *REFUSED], LISTED, LIMIT, queries=4, downloads=4)


def without(listed: dict[str, str], *gone: str) -> dict[str, str]:
    return {key: name for key, name in listed.items() if key not in gone}


def test_a_sound_load_is_kept_in_every_respect() -> None:
    assert {judgement.verdict for judgement in judge_load(SOUND, LIMIT).values()} == {Verdict.KEPT}


@pytest.mark.parametrize(
    ("requirement", "load", "verdict"),
    [
        ("load.none-lost", replace(SOUND, listed=without(LISTED, "id2"), total=4), Verdict.UNCLEAN),
        ("load.none-lost", replace(SOUND, listed=LISTED | {"id2": "other"}), Verdict.UNCLEAN),
        ("load.none-lost", replace(SOUND, listed=None), Verdict.INCONCLUSIVE),
        ("load.none-doubled", replace(SOUND, listed=LISTED | {"again": "w-2"}, total=6), Verdict.UNCLEAN),
        ("load.refused-not-stored", replace(SOUND, listed=LISTED | {"id6": "w-6"}, total=6), Verdict.UNCLEAN),
        ("load.counts-exact", replace(SOUND, total=4), Verdict.UNCLEAN),
        ("load.counts-exact", replace(SOUND, total=None), Verdict.INCONCLUSIVE),
        ("load.counts-exact", replace(SOUND, short=("a query counted 1",)), Verdict.UNCLEAN),
        ("load.counts-exact", replace(SOUND, listed=LISTED | {"x": "nobody's"}, total=6), Verdict.UNCLEAN),
        (
            "load.limit",
            replace(SOUND, uploads=[*ACCEPTED, sent(5)], listed=LISTED | {"id5": "w-5"}),
            Verdict.NOT_ENFORCED,
        ),
        ("load.limit", replace(SOUND, listed=without(LISTED, "id4")), Verdict.OVER_ENFORCED),
        ("load.limit", replace(SOUND, uploads=[*ACCEPTED, sent(9, 409, at=1.0)]), Verdict.OVER_ENFORCED),
        ("load.limit", replace(SOUND, uploads=[*ACCEPTED, sent(9, 413)]), Verdict.WRONG_STATUS),
        ("load.limit", replace(SOUND, uploads=[*ACCEPTED, replace(REFUSED[0], fault="no JSON")]), Verdict.WRONG_STATUS),
        ("load.limit", replace(SOUND, uploads=ACCEPTED), Verdict.INCONCLUSIVE),
        ("load.downloads", replace(SOUND, damaged=("id1 does not decode",)), Verdict.UNCLEAN),
        ("load.answers", replace(SOUND, uploads=[*ACCEPTED, sent(9, 500)]), Verdict.CRASHED),
        ("load.answers", replace(SOUND, uploads=[*ACCEPTED, sent(9, 503)]), Verdict.INCONCLUSIVE),
        ("load.answers", replace(SOUND, uploads=[*ACCEPTED, sent(9, 429)]), Verdict.INCONCLUSIVE),
        ("load.answers", replace(SOUND, failures=("a query got 404",)), Verdict.CRASHED),
    ],
)
def test_each_defect_of_a_load_has_its_requirement_and_verdict(requirement: str, load: Load, verdict: Verdict) -> None:
    assert judge_load(load, LIMIT)[requirement].verdict is verdict


def test_a_load_with_a_lost_worker_is_never_kept_and_can_be_broken() -> None:
    open_ones = judge_load(replace(SOUND, missing=("w2",)), LIMIT).values()
    assert {judgement.verdict for judgement in open_ones} == {Verdict.INCONCLUSIVE}
    lost = replace(SOUND, missing=("w2",), listed=without(LISTED, "id2"))
    assert judge_load(lost, LIMIT)["load.none-lost"].verdict is Verdict.UNCLEAN


def test_uploads_in_flight_when_the_first_refusal_came_may_still_be_accepted() -> None:
    early = [sent(number, at=float(number)) for number in range(4)]
    crossing = [sent(4, at=4.4), sent(5, 409, at=4.0)]  # the refusal arrives at 4.5, the last accepted one left at 4.4
    assert judge_load(replace(SOUND, uploads=[*early, *crossing]), LIMIT)["load.limit"].verdict is Verdict.KEPT


def test_a_refusal_is_a_finding_where_there_is_no_limit() -> None:
    assert judge_load(SOUND, None)["load.limit"].verdict is Verdict.OVER_ENFORCED
    assert judge_load(replace(SOUND, uploads=ACCEPTED), None)["load.limit"].verdict is Verdict.NOT_APPLICABLE
