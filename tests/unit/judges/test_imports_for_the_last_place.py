"""An import of two images where one fits: what may come of it, and what not, against real deployments."""

from __future__ import annotations

from contextlib import nullcontext

import pytest

from contract.jobs import judge_import
from contract.limits import EnforcementPoint
from contract.profiles import CLOUD, scaled_down
from contract.verdicts import Expected, Judgement, Verdict
from deployment import embedded
from deployment.client import Client
from deployment.discovery import discover
from deployment.entities import Entities
from deployment.jobs import Jobs
from judges.counts.cases import SEVERAL, count_cases
from judges.counts.imports import ImportedMedia
from judges.importer import Importer

LIMIT = 4


def judged(*faults: str) -> tuple[Judgement, int | None]:
    """The verdict on an import of two, and how many media the project then holds."""
    started = embedded.start("cloud", faults, {"project.media.max": LIMIT})
    client = Client(started.url, started.token, "two")
    try:
        entities = Entities(client, discover(client), client.run_id)
        importer = Importer(entities, Jobs(client, entities.discovery))
        subject = ImportedMedia(entities, lambda *_: nullcontext(lambda _: None), profile=CLOUD, importer=importer)
        subject.by = EnforcementPoint.DATASET_IMPORT
        seen = subject.two_for_one_place(LIMIT + 1)
        held = subject.count()
        return judge_import(Expected.REFUSED, seen), held
    finally:
        client.close()
        started.stop()


@pytest.mark.parametrize(
    ("faults", "verdict", "held"),
    [
        ((), Verdict.KEPT, LIMIT),
        (("imported-media-do-not-count",), Verdict.NOT_ENFORCED, LIMIT + 1),
        (("import-leaves-out-in-silence",), Verdict.UNCLEAN, LIMIT),
        (("project-media-short-by-one",), Verdict.INCONCLUSIVE, LIMIT - 1),
    ],
)
def test_an_import_of_two_may_fill_the_last_place_and_no_more(
    faults: tuple[str, ...], verdict: Verdict, held: int
) -> None:
    judgement, found = judged(*faults)
    assert judgement.verdict is verdict, judgement.reason
    assert found == held


@pytest.mark.parametrize("tier", ["gate", "capacity"])
def test_the_case_is_there_wherever_the_limit_is_judged(tier: str) -> None:
    profile = scaled_down(CLOUD) if tier == "gate" else CLOUD
    cases = [case for case in count_cases(profile, tier) if case.variant == SEVERAL]
    assert [(case.id, case.probe.expected) for case in cases] == [
        (f"project.media.max@dataset-import/above/{SEVERAL}", Expected.REFUSED)
    ]
