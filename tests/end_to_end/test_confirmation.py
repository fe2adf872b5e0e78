"""No run blames a deployment for what the network, the key or a budget did; and none is green that judged nothing."""

from __future__ import annotations

import random
import resource
from collections import Counter

import pytest

from contract.verdicts import BROKEN
from tests.support.proxy import Proxy, at_random, error_reply

FEW = ("-k", "image.side.min and bmp and not noise and above")


@pytest.fixture
def proxy(deployment, start_proxy) -> Proxy:
    return start_proxy(deployment)


@pytest.mark.parametrize(
    "fault", ["503", "reset-after", *(pytest.param(each, marks=pytest.mark.slow) for each in ("429", "cut"))]
)
def test_uploads_that_the_network_fails_are_inconclusive(run_suites, deployment, proxy: Proxy, fault: str) -> None:
    proxy.network_fault = lambda request: fault if request.target.endswith("/media/images") else None
    run = run_suites(*FEW, deployment=deployment, proxy=proxy)
    assert run.status == 6, run.console
    assert set(run.verdicts.values()) == {"inconclusive"}
    assert deployment.project_names() == []


def test_a_key_that_expires_in_the_middle_leaves_cases_inconclusive(
    run_suites, sweep, deployment, proxy: Proxy
) -> None:
    def expire(request, proxy):
        return error_reply(401, "unauthorized") if len(proxy.seen) > 60 else proxy.forward(request)

    proxy.answer = expire
    run = run_suites("-k", "openapi.key and (image or video or project)", deployment=deployment, proxy=proxy)
    assert run.status == 6, run.console
    assert not BROKEN & set(run.verdicts.values())
    assert "inconclusive" in run.verdicts.values()
    assert "no longer accepted" in run.console
    assert "LEFT BEHIND" in run.console
    assert "python -m deployment sweep" in run.console
    proxy.answer = None
    assert sweep(deployment).status == 0
    assert deployment.project_names() == []


def test_a_budget_that_is_spent_leaves_the_rest_unjudged_and_nothing_behind(
    run_suites, deployment, proxy: Proxy
) -> None:
    run = run_suites(*FEW, "--geti-max-requests", "20", deployment=deployment, proxy=proxy)
    assert run.status == 6, run.console
    assert "budget spent: 20 requests (--geti-max-requests)" in run.console
    assert "inconclusive" in run.verdicts.values()
    assert len(proxy.seen) <= 32
    assert deployment.project_names() == []


def test_a_run_that_only_reads_sends_nothing_else(run_suites, deployment, proxy: Proxy) -> None:
    selection = "document. or (openapi and project) or image.side.min"
    run = run_suites("--geti-read-only", "-k", selection, deployment=deployment, proxy=proxy)
    assert run.status == 6, run.console
    sent = {each.method for each in proxy.seen if not each.target.partition("?")[0].endswith("/media:query")}
    assert sent <= {"GET", "HEAD", "OPTIONS"}
    verdicts = run.verdicts
    assert verdicts["openapi.key-missing@list_projects"] == "kept"
    assert verdicts["openapi.positive-data@list_projects"] == "kept"
    assert {verdicts[name] for name in verdicts if name.startswith("image.side.min")} == {"inconclusive"}
    assert any(name.startswith("document.") and verdict == "kept" for name, verdict in verdicts.items())


def test_a_run_that_cannot_write_its_reports_is_incomplete(start_suites, deployment) -> None:
    one = ("--geti-replay", "document.valid")
    assert start_suites(*one, deployment=deployment).finish().status == 0
    run = start_suites(*one, deployment=deployment)
    resource.prlimit(run.pid, resource.RLIMIT_FSIZE, (2000, 2000))
    assert run.finish().status == 6, run.console
    assert "REPORTS NOT WRITTEN" in run.console


# Many cases a run, which -k makes incomplete, and single cases, which alone are a whole run and so can be green.
SELECTIONS = (
    "(image.side.min and bmp and not noise) or sequence",
    "deleted-ids or (malformed-ids and project)",
    "count_limits and (labels or tasks)",
    "(positive-data or negative-data) and (project or dataset)",
    "key-missing",
)
SINGLE = (
    "image.side.min@image-upload/above",
    "image.side.max@image-upload/at",
    "project.tasks.max@project-creation",
    "openapi.sequence",
    "openapi.deleted-ids",
    "openapi.positive-data",
    "openapi.negative-data",
)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10))
def test_fifty_faults_of_the_network_break_nothing_and_hide_nothing(
    run_suites, deployment, start_proxy, seed: int
) -> None:
    draw, met, known, greens = random.Random(seed), Counter[str](), list[str](), 0
    while met.total() < 50:
        single = [name for name in known if name.startswith(SINGLE)]
        case = draw.choice(single) if single and draw.random() < 0.5 else None
        options = ["--geti-replay", case] if case else ["-k", draw.choice(SELECTIONS)]
        share = draw.choice([0.1, 0.2, 0.4])
        proxy = start_proxy(deployment, network_fault=at_random(draw.randrange(10**6), share))
        run = run_suites(*options, "--geti-timeout", "1", deployment=deployment, proxy=proxy)
        met.update(proxy.injected)
        assert run.status in (0, 4, 6), run.console
        if run.status == 4:
            assert "refuses the token" not in run.console
            continue
        verdicts = run.verdicts
        assert not BROKEN & set(verdicts.values()), run.console
        assert (run.status == 0) == (case is not None and verdicts.get(case) == "kept"), run.console
        greens += run.status == 0
        known = known or [test["name"] for test in run.results["tests"]]
    print(f"seed {seed}: {met.total()} faults, {greens} green runs of one case, nothing broken: {dict(met)}")
