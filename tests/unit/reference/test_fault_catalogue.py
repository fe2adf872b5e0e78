"""The catalogue of faults: named, explained, composable, and about requirements that exist."""

from __future__ import annotations

from fnmatch import fnmatchcase

import pytest

from contract.limits import LIMITS, REQUIREMENTS
from contract.probes import Side
from contract.profiles import CLOUD
from contract.verdicts import BROKEN, Verdict
from judges.media.agreement import agreement_cases
from judges.media.cases import media_cases
from judges.media.combinations import combination_cases
from judges.uploads.files import file_cases
from judges.uploads.forms import form_cases
from reference.behaviour import Behaviour
from reference.faults import FAULTS, behaviour
from reference.faults.fault import Fault

HOSTILE = {case.requirement for cases in (file_cases, form_cases) for case in cases(CLOUD, 0)}
AGREED = {case.id for case in agreement_cases(media_cases(CLOUD, 0))}
COMBINED = {case.id for case in combination_cases(CLOUD, 0)}
JUDGED = {*REQUIREMENTS, *HOSTILE, *AGREED, *COMBINED}
SAID = {*BROKEN, Verdict.INCONCLUSIVE}


def test_the_catalogue_holds_eighty_faults() -> None:
    assert len(FAULTS) >= 80


def test_no_two_faults_behave_alike_or_say_the_same() -> None:
    assert len({fault.behaviour for fault in FAULTS.values()}) == len(FAULTS)
    assert len({fault.sentence for fault in FAULTS.values()}) == len(FAULTS)


@pytest.mark.parametrize("fault", FAULTS.values(), ids=lambda fault: fault.name)
def test_a_fault_says_in_one_sentence_what_it_breaks_and_how(fault: Fault) -> None:
    assert fault.name.replace("-", "").isalnum()
    assert fault.sentence.endswith(".")
    assert fault.sentence.count(". ") == 0
    assert fault.verdict in SAID
    assert fault.side in (*Side, None)
    for pattern in fault.requirements:
        if pattern.partition(".")[0] not in ("openapi", "document"):
            assert any(fnmatchcase(requirement, pattern) for requirement in JUDGED), pattern


def test_every_requirement_that_no_document_tells_has_a_fault_that_breaks_it() -> None:
    # What claims a whole family by a pattern is found in part of it only: it vouches for none.
    named = {name for fault in FAULTS.values() for name in fault.requirements if "*" not in name}
    assert named >= JUDGED - COMBINED


def test_every_limit_has_a_fault_on_each_side_at_every_point() -> None:
    sides = {(requirement, fault.side) for fault in FAULTS.values() for requirement in fault.requirements}
    assert sides >= {(requirement, side) for requirement in REQUIREMENTS for side in ("at", "above")}


def test_faults_compose_in_any_order() -> None:
    names = [name for name in FAULTS if name not in ("accept-everything", "refuse-everything")]
    for order in (names, names[::-1]):
        assert isinstance(behaviour(CLOUD, order), Behaviour)


def test_two_faults_together_break_both_limits() -> None:
    both = behaviour(CLOUD, ["video-width-7680", "image-side-max-off-by-one", "video-width-7680"])
    limits = {limit.id: both.limit(limit.id, limit.enforced_at[0]) for limit in LIMITS}
    assert limits["video.width.max"] == 7680
    assert limits["image.side.max"] == 20_001


def test_without_a_fault_every_limit_is_the_documented_one() -> None:
    kept = behaviour(CLOUD, [])
    assert all(kept.limit(limit.id, point) == limit.value for limit in LIMITS for point in limit.enforced_at)
