"""The catalogue of faults: named, explained, composable, and about requirements that exist."""

from __future__ import annotations

import asyncio
import sys
from fnmatch import fnmatchcase
from pathlib import Path

import httpx
import pytest
from fastapi import Request

from benchmarks.power.runs import Finding, GateRun
from benchmarks.power.scores import score
from contract.limits import LIMITS
from contract.probes import Side
from contract.profiles import CLOUD, scaled_down
from contract.verdicts import BROKEN, Verdict
from judges.constraints.cases import constraint_cases
from judges.exports.cases import export_cases
from judges.machines.cases import lifecycle_cases
from judges.media.agreement import agreement_cases
from judges.media.at_once import at_once_cases
from judges.media.cases import media_cases
from judges.media.combinations import combination_cases
from judges.media.displays_at_once import displays_at_once_cases
from judges.media.durations import duration_cases
from judges.media.orientation import orientation_cases
from judges.media.training import training_cases
from judges.media.use_cases import use_cases
from judges.plant.cases import PROMISES
from judges.rest.plan import Plan
from judges.uploads.cases import hostile_cases
from judges.uploads.labels import labelled_cases
from reference.__main__ import main
from reference.app import create_app
from reference.behaviour import Behaviour
from reference.faults import FAULTS, behaviour
from reference.faults.fault import Fault, Group
from reference.keys import Keys
from reference.store import Store

REQUIREMENTS = {limit.requirement(point) for limit in LIMITS for point in limit.enforced_at}
HOSTILE = {case.requirement.id for case in hostile_cases(CLOUD, 0)}
AGREED = {case.requirement.id for case in agreement_cases(media_cases(CLOUD, 0))}
COMBINED = {case.requirement.id for case in combination_cases(CLOUD, 0)}
TURNED = {case.requirement.id for case in orientation_cases(CLOUD, 0)}
USED = {case.requirement.id for case in (*use_cases(CLOUD, 0), *training_cases(CLOUD, 0), *export_cases(CLOUD, 0))}
MET = {
    case.requirement.id for cases in (at_once_cases, duration_cases, displays_at_once_cases) for case in cases(CLOUD, 0)
}
CONSTRAINED = {case.requirement.id for case in constraint_cases(scaled_down(CLOUD), 0, Plan()) if not case.unjudged}
LIVED = {case.requirement.id for case in lifecycle_cases(CLOUD, "gate") if case.requirement.id not in REQUIREMENTS}
LABELLED = {case.requirement.id for case in labelled_cases(CLOUD, 0)}
JUDGED = {*LIVED, *LABELLED, *REQUIREMENTS, *CONSTRAINED, *HOSTILE, *AGREED, *COMBINED, *TURNED, *USED, *MET}
PLANTED = {f"{subject}@detection" for subject in PROMISES}
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
            assert any(fnmatchcase(requirement, pattern) for requirement in JUDGED | PLANTED), pattern


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


class NoKeyNeeded(Behaviour):
    def organization_of(self, keys: Keys, key: str | None, request: Request) -> str:
        return super().organization_of(keys, key or keys.valid, request)


@pytest.fixture
def added(monkeypatch: pytest.MonkeyPatch) -> Fault:
    """A fault that is added to the catalogue while it runs, in this one place."""
    fault = Group("access")("no-key-needed", "A request without a key is answered as any other.").breaks(
        "openapi.key-missing@*", verdict="not-enforced", by=NoKeyNeeded
    )
    monkeypatch.setitem(FAULTS, fault.name, fault)
    return fault


def test_an_added_fault_is_listed(
    added: Fault, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["reference", "--list-faults"])
    assert main() == 0
    assert capsys.readouterr().out.splitlines()[-1].split(maxsplit=2) == [added.name, added.requirement, added.sentence]


@pytest.mark.parametrize(("faulty", "status"), [(False, 401), (True, 200)])
def test_a_deployment_has_an_added_fault_where_it_is_started_with_it(
    added: Fault, tmp_path: Path, *, faulty: bool, status: int
) -> None:
    app = create_app(Store(tmp_path), Keys(), behaviour(CLOUD, [added.name] if faulty else []))

    async def ask() -> int:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://embedded") as client:
            return (await client.get("/api/v1/product_info")).status_code

    assert asyncio.run(ask()) == status


def test_an_added_fault_is_found_by_its_requirement_side_and_verdict(added: Fault) -> None:
    finding = Finding("openapi.key-missing@product_info", None, Verdict.NOT_ENFORCED)
    scored = score(added, GateRun(1, (finding,), 1.0, ""))
    assert scored.killed
    assert scored.named
    assert not scored.false_positives
