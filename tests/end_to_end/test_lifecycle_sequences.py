"""Sequences of requests against a deployment: what only they break is named right, and shrunk to the shortest."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest

from contract.profiles import CLOUD, scaled_down
from contract.search import SearchSettings
from contract.verdicts import Verdict
from deployment.discovery import discover
from judges.machines.cases import lifecycle_cases
from judges.machines.judge import LifecycleJudge
from judges.machines.search import GATE, Search
from judges.machines.steps import Action, Sequence_, Step
from judges.workspace import Workspace
from reference.faults import FAULTS
from tests.support.deployments import Deployment
from tests.support.proxy import Proxy, Reply, Request, error_reply

PROFILE = scaled_down(CLOUD)
LIMITS = {key: value for key, value in PROFILE.changed().items() if isinstance(value, int)}

# Project 1 is of one task, 20 of two; their first datasets and labels follow them.
ONE, TWO = Step(Action.CREATE_PROJECT, made=1), Step(Action.CREATE_PROJECT, made=20, number=2)
DATASET = Step(Action.CREATE_DATASET, 1, 6)
IMAGE, SECOND, THIRD = (Step(Action.UPLOAD_IMAGE, 2, serial) for serial in (7, 8, 9))
INSIDE = Step(Action.UPLOAD_IMAGE, 6, 10)
RENAMED = Step(Action.RENAME_PROJECT, 1)
LABELLED = Step(Action.ADD_LABEL, 1, 11)
ANNOTATED = Step(Action.ANNOTATE, 7, 12, number=3)
DELETED = Step(Action.DELETE_DATASET, 6)
# What has nothing to do with any of them.
NOISE = (
    Step(Action.CREATE_PROJECT, made=50),
    Step(Action.UPLOAD_VIDEO, 51, 56),
    Step(Action.VIEW_MEDIUM, 56),
    Step(Action.RENAME_DATASET, 51),
)
# The shortest sequence of a fault; those of a group do not meet.
GROUPS: tuple[dict[str, Sequence_], ...] = (
    {
        "rename-after-label-edit-lost": (ONE, LABELLED, RENAMED),
        "first-task-edit-drops-label": (TWO, Step(Action.ADD_LABEL, 20, 11)),
        "refused-upload-costs-annotation": (ONE, IMAGE, ANNOTATED, Step(Action.UPLOAD_SMALL, 2, 13)),
        "deletion-takes-the-next": (ONE, IMAGE, SECOND, ANNOTATED, Step(Action.DELETE_MEDIUM, 7)),
        "media-of-a-deleted-project-served": (ONE, IMAGE, Step(Action.VIEW_MEDIUM, 7), Step(Action.DELETE_PROJECT, 1)),
        "upload-after-label-edit-costs-annotations": (ONE, IMAGE, ANNOTATED, LABELLED, SECOND),
    },
    {
        "rename-reaches-dataset": (ONE, DATASET, RENAMED),
        "annotated-label-fixed": (ONE, IMAGE, ANNOTATED, Step(Action.RENAME_LABEL, 3)),
        "second-dataset-rename-doubles": (ONE, Step(Action.RENAME_DATASET, 2), Step(Action.RENAME_DATASET, 2)),
        "place-of-a-filled-dataset-lost": (
            ONE,
            DATASET,
            INSIDE,
            Step(Action.FILL_DATASETS, 1, 14),
            DELETED,
            Step(Action.CREATE_DATASET, 1, 15),
        ),
        "import-after-a-deletion-twice": (
            ONE,
            IMAGE,
            ANNOTATED,
            Step(Action.DELETE_MEDIUM, 7),
            Step(Action.IMPORT, 2, 16, number=1),
        ),
    },
)


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Callable[..., Workspace]]:
    """A workspace in a deployment, or behind a proxy before it."""

    def made(deployment: Deployment, url: str | None = None, seed: int = 0) -> Workspace:
        client = deployment.connect("sequences", url)
        client.settling.patience_s = 0.1
        return Workspace(
            client=client,
            discovery=discover(client),
            profile=PROFILE,
            prefix="geti-contract-sequences",
            seed=seed,
            tier="gate",
            timeout_s=60.0,
            files=tmp_path,
            watch=lambda *_: nullcontext(lambda _done: None),
            search=SearchSettings(seed=seed),
        )

    return made


@pytest.mark.parametrize(
    "group",
    [pytest.param(GROUPS[0], id="edits and media"), pytest.param(GROUPS[1], id="counts", marks=pytest.mark.slow)],
)
def test_what_only_a_sequence_breaks_is_named_right_and_shrunk_to_the_shortest(
    start_deployment, workspace, group: dict[str, Sequence_]
) -> None:
    deployment = start_deployment(faults=list(group), limits=LIMITS)
    for name, shortest in group.items():
        search = Search(workspace(deployment), GATE)
        first, *others = shortest
        search.try_out((first, *NOISE, *others))
        found = search.found.get(FAULTS[name].requirement)
        assert found is not None, (name, search.found)
        assert found.steps == shortest, (name, [step.words for step in found.steps])
        assert found.verdict.value == FAULTS[name].verdict
        assert len(search.found) == 1
    assert not deployment.project_names()


@pytest.mark.parametrize("seed", [0, pytest.param(1, marks=pytest.mark.slow), pytest.param(2, marks=pytest.mark.slow)])
def test_nothing_is_found_in_a_deployment_that_keeps_the_contract(start_deployment, workspace, seed: int) -> None:
    deployment = start_deployment(limits=LIMITS)
    search = Search(workspace(deployment, seed=seed), GATE)
    before = search.workspace.client.budget.sent
    search.run()
    assert (search.found, search.unjudged, search.unsupported) == ({}, "", {})
    assert search.carried_out == GATE.sequences + GATE.full
    assert search.workspace.client.budget.sent - before <= 275
    assert not deployment.project_names()


def test_what_failed_is_tried_again_alone_and_is_not_broken_where_it_no_longer_fails(
    start_deployment, start_proxy, workspace
) -> None:
    deployment, renamed = start_deployment(limits=LIMITS), 0

    def forgets_one_name(request: Request, proxy: Proxy) -> Reply:
        nonlocal renamed
        reply = proxy.forward(request)
        renamed += request.method == "PUT"
        if request.method == "GET" and renamed == 1 and '"pipeline"' in reply.body.decode("latin-1"):
            return reply.changed(name="another")
        return reply

    proxy = start_proxy(deployment, forgets_one_name)
    judge = LifecycleJudge(workspace(deployment, proxy.url))
    search = Search(judge.workspace, GATE)
    search.try_out((ONE, RENAMED))
    renamed = 2  # from here on every name is as it is
    case = next(each for each in lifecycle_cases(PROFILE, "gate") if each.requirement.id in search.found)
    judge.workspace.found[case.id] = search.found[case.requirement.id]
    assert judge.judge(case).judgement.verdict is Verdict.KEPT


def test_a_search_ends_as_inconclusive_where_the_deployment_goes_away(start_deployment, start_proxy, workspace) -> None:
    deployment, asked = start_deployment(limits=LIMITS), 0

    def goes_away(request: Request, proxy: Proxy) -> Reply:
        nonlocal asked
        asked += 1
        return error_reply(503) if asked > 60 else proxy.forward(request)

    proxy = start_proxy(deployment, goes_away)
    judge = LifecycleJudge(workspace(deployment, proxy.url))
    judge.workspace.client.budget.seconds = 20
    outcomes = [judge.judge(case) for case in lifecycle_cases(PROFILE, "gate")]
    assert {outcome.judgement.verdict for outcome in outcomes} == {Verdict.INCONCLUSIVE}
    assert "steps" in outcomes[0].judgement.reason


def test_a_search_comes_to_its_end_where_the_network_loses_answers(start_deployment, start_proxy, workspace) -> None:
    deployment, draw, lost = start_deployment(limits=LIMITS), random.Random(1), 0

    def loses_answers(request: Request, proxy: Proxy) -> Reply:
        nonlocal lost
        reply = proxy.forward(request)
        if request.method == "POST" and draw.random() < 0.04:
            lost += 1
            return error_reply(502)
        return reply

    proxy = start_proxy(deployment, loses_answers)
    search = Search(workspace(deployment, proxy.url), GATE)
    search.run()
    assert (search.found, search.unjudged) == ({}, "")
    assert lost > 2, "more than once for a sequence, which was carried out once more"


def test_a_run_reports_the_shortest_sequence_as_the_requests_to_make(run_suites) -> None:
    run = run_suites("-k", "lifecycle", "--geti-fault", "annotated-label-fixed", "--geti-parallel", "1")
    assert run.status == 1, run.console
    (finding,) = run.findings
    assert (finding["requirement"], finding["verdict"]) == ("lifecycle.acceptance", "over-enforced")
    assert finding["reason"].count(", then ") == 3
    methods = [line.partition(" -X ")[2].split()[0] for line in finding["curl"].splitlines()]
    assert methods == ["POST", "POST", "POST", "PUT"]
    assert "$PROJECT_1" in finding["curl"]
    assert len(finding["sent"]["sequence"]) == 4
