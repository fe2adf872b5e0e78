"""An import of two images where one fits: what may come of it, and what not, against real deployments."""

from __future__ import annotations

from contextlib import nullcontext

import pytest

from contract.jobs import judge_import
from contract.limits import EnforcementPoint
from contract.profiles import CLOUD
from contract.verdicts import Expected, Verdict
from deployment.entities import Entities
from deployment.jobs import Jobs
from judges.counts.imports import ImportedMedia
from judges.importer import Importer

LIMIT = 4


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
    start_deployment, faults: tuple[str, ...], verdict: Verdict, held: int
) -> None:
    deployment = start_deployment(faults=faults, limits={"project.media.max": LIMIT})
    entities = Entities(deployment.client, deployment.discovery, "test")
    importer = Importer(entities, Jobs(deployment.client, deployment.discovery))
    subject = ImportedMedia(entities, lambda *_: nullcontext(lambda _: None), profile=CLOUD, importer=importer)
    subject.by = EnforcementPoint.DATASET_IMPORT
    judgement = judge_import(Expected.REFUSED, subject.two_for_one_place(LIMIT + 1))
    assert judgement.verdict is verdict, judgement.reason
    assert subject.count() == held
