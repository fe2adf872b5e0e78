"""Shards and workers: together the results of a single run, one report, and nothing that is missing is kept."""

from __future__ import annotations

import json
import os
import re
import signal
from pathlib import Path
from typing import Any

import pytest

from tests.support.processes import Process, SuitesRun

FEW = ("-k", "bmp and not noise or project.tasks.max or organization.projects.max or document.")
# What two runs of the same cases never share: times, lanes, ids that the deployment draws, and its port.
PASSING = frozenset({"duration", "start", "stop", "curl", "exchanges", "trace_id", "timestamp", "lane"})


def lasting(value: Any) -> Any:
    """A report without what no two runs share."""
    if isinstance(value, dict):
        return {key: lasting(each) for key, each in value.items() if key not in PASSING}
    return [lasting(each) for each in value] if isinstance(value, list) else value


def lasting_tests(out: Path) -> Any:
    text = re.sub(r"http://127\.0\.0\.1:\d+", "URL", (out / "results.json").read_text())
    return lasting(json.loads(text)["results"]["tests"])


@pytest.fixture
def merge(start, tmp_path: Path):
    """Joins the reports of these runs into ``joined``."""

    def run(*parts: SuitesRun) -> Process:
        return start(
            "-m", "reports", "merge", "-o", str(tmp_path / "joined"), *(str(each.out) for each in parts)
        ).finish()

    return run


def test_two_workers_and_two_shards_judge_as_one_process_does(run_suites, merge, tmp_path: Path) -> None:
    one = run_suites(*FEW, out=tmp_path / "one")
    workers = run_suites(*FEW, "-n", "2", out=tmp_path / "workers")
    shards = [run_suites(*FEW, "--geti-shard", f"{n}/2", out=tmp_path / str(n)) for n in (1, 2)]
    assert [run.status for run in (one, workers, *shards)] == 4 * [6], workers.console
    assert merge(*reversed(shards)).status == 6
    single = lasting_tests(one.out)
    assert {test["status"] for test in single} >= {"passed", "pending"}
    assert lasting_tests(workers.out) == single
    assert lasting_tests(tmp_path / "joined") == single
    assert "geti_pat_" not in workers.console


def test_several_cases_at_one_time_come_out_as_one_by_one(run_suites, tmp_path: Path) -> None:
    few = ("-k", "bmp and not noise or test_hostile and jpg or test_count or test_ids or document.")
    one, several = (run_suites(*few, "--geti-parallel", n, out=tmp_path / n) for n in ("1", "6"))
    assert (one.status, several.status) == (6, 6), several.console
    assert lasting_tests(several.out) == lasting_tests(one.out)


def test_a_missing_shard_leaves_the_whole_incomplete(run_suites, merge) -> None:
    run = run_suites("-k", "document.", "--geti-shard", "1/2")
    assert run.status == 6
    joined = merge(run)
    assert joined.status == 6
    assert "shard 2/2 is missing" in joined.console


def test_a_finding_of_a_worker_is_one_of_the_run(run_suites) -> None:
    run = run_suites("-n", "2", "-k", "image. and image-upload and bmp", "--geti-fault", "image-side-max-off-by-one")
    assert run.status == 1, run.console
    assert {each["requirement"] for each in run.findings} == {"image.side.max@image-upload"}


def test_a_worker_that_dies_leaves_the_run_incomplete(start_suites, deployment) -> None:
    options = ("-v", "-n", "2", "--max-worker-restart", "0", "-k", "image. and image-upload and bmp")
    run = start_suites(*options, deployment=deployment)
    run.until("PASSED")
    children = Path(f"/proc/{run.pid}/task/{run.pid}/children").read_text().split()
    assert "geti_pat_" not in "".join(Path(f"/proc/{child}/cmdline").read_text() for child in children)
    os.kill(int(children[0]), signal.SIGKILL)
    assert run.finish().status == 6, run.console


@pytest.mark.parametrize("whom", ["controller", "all"])
def test_an_interrupted_run_of_several_workers_says_how_many_requests_it_sent(
    start_suites, start_proxy, deployment, whom: str
) -> None:
    proxy = start_proxy(deployment)
    run = start_suites("-v", "-n", "2", "-k", "image. and image-upload and bmp", deployment=deployment, proxy=proxy)
    for _ in range(4):
        run.until("PASSED")
    children = Path(f"/proc/{run.pid}/task/{run.pid}/children").read_text().split()
    for process in [run.pid, *(map(int, children) if whom == "all" else ())]:
        os.kill(process, signal.SIGINT)
    assert run.finish().status == 2, run.console
    reported = run.results["extra"]["run"]["requests"]
    # What a request was under way when its worker was interrupted is not known to have been sent.
    assert len(proxy.seen) - 4 <= reported <= len(proxy.seen)
    assert deployment.project_names() == []
