"""The benign matrix: every pair of variants meets, and a run passes only where nobody was reported."""

from __future__ import annotations

from itertools import combinations

import pytest

from benchmarks.benign.pairs import SIZE, packed, pairs
from benchmarks.benign.runs import BenignRun
from benchmarks.benign.variants import VARIANTS
from benchmarks.power.runs import Finding, GateRun
from contract.verdicts import Verdict
from reference.faults import FAULTS
from reports.ctrf import NEVER_JUDGED

PROJECTS, PIXELS = "organization.projects.max@project-creation", "image.pixels.max@image-upload"


def test_each_two_variants_that_go_together_meet_in_a_run() -> None:
    groups = packed(list(VARIANTS))
    met = {frozenset((one.id, other.id)) for group in groups for one, other in combinations(group, 2)}
    assert met == pairs(list(VARIANTS))
    assert all(len(group) <= SIZE for group in groups)
    assert len(groups) < len(VARIANTS)


def test_variants_of_one_aspect_never_run_together() -> None:
    for group in packed(list(VARIANTS)):
        aspects = [variant.aspect for variant in group if variant.aspect]
        assert len(aspects) == len(set(aspects))


def test_a_fault_that_looks_like_a_variant_is_one_of_the_catalogue() -> None:
    assert {name for variant in VARIANTS for name in variant.faults} <= set(FAULTS)


@pytest.mark.parametrize(
    ("findings", "status", "whole", "passed"),
    [
        (((PIXELS, Verdict.KEPT, ""),), 0, True, True),
        (((PIXELS, Verdict.KEPT, ""),), 1, True, False),
        (((PIXELS, Verdict.UNSTABLE, ""), (PROJECTS, Verdict.KEPT, "")), 1, True, False),
        (((PIXELS, Verdict.KEPT, ""), (PIXELS, Verdict.KEPT, ""), (PROJECTS, Verdict.INCONCLUSIVE, "")), 6, True, True),
        (((PIXELS, Verdict.KEPT, ""), (PROJECTS, Verdict.INCONCLUSIVE, "others")), 6, True, False),
        (((PIXELS, Verdict.INCONCLUSIVE, "no answer"), (PROJECTS, Verdict.KEPT, "")), 6, True, False),
        (((PIXELS, Verdict.INCONCLUSIVE, NEVER_JUDGED), (PROJECTS, Verdict.KEPT, "")), 6, True, False),
        (((PIXELS, Verdict.INCONCLUSIVE, NEVER_JUDGED), (PROJECTS, Verdict.KEPT, "")), 6, False, True),
        (((PIXELS, Verdict.INCONCLUSIVE, NEVER_JUDGED),), 6, False, False),
        ((), -1, True, False),
    ],
)
def test_a_run_passes_where_nobody_is_reported_and_all_is_judged(
    findings: tuple[tuple[str, Verdict, str], ...], status: int, whole: bool, passed: bool
) -> None:
    found = tuple(Finding(name, None, verdict, reason) for name, verdict, reason in findings)
    run = BenignRun((VARIANTS["others-at-work"],), GateRun(status, found, 1.0, ""), whole)
    assert run.passed == passed
