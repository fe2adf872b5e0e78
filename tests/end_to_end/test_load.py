"""A load from several processes: what it finds, what it leaves, and how it ends."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from tests.support.processes import SuitesRun

RATES = ("--uploads", "40/s", "--queries", "5/s", "--downloads", "5/s")


class LoadRun(SuitesRun):
    """``python -m harness.load`` with its reports in ``out``."""

    command = ("-m", "harness.load")


@pytest.fixture
def start_load(start_suites):
    return lambda *options, **given: start_suites(*RATES, *options, kind=LoadRun, paths=(), **given)


def test_a_master_and_two_workers_fill_a_project_past_its_limit(start_load) -> None:
    run = start_load("--time", "4s", "--media-max", "60", "--workers", "2").finish()
    assert run.status == 0, run.console
    assert set(run.verdicts.values()) == {"kept"}
    assert "geti_pat_" not in run.console + (run.out / "results.json").read_text()


@pytest.fixture
def unlimited(start_deployment):
    return start_deployment(faults=["accept-everything"], limits={"project.media.max": 50})


def test_a_deployment_that_goes_on_past_the_limit_is_found(start_load, unlimited, tmp_path: Path) -> None:
    profile = tmp_path / "profile.toml"
    profile.write_text('name = "fifty"\nbase = "cloud"\n[limits]\n"project.media.max" = 50\n')
    run = start_load("--time", "3s", "--geti-profile", str(profile), deployment=unlimited).finish()
    assert run.status == 1, run.console
    broken = {name for name, verdict in run.verdicts.items() if verdict != "kept"}
    assert broken == {"load.limit", "load.refused-not-stored"}


def test_an_interrupted_load_ends_with_2_and_leaves_nothing(start_load, unlimited, start_proxy, tmp_path: Path) -> None:
    interrupts = [signal.SIGINT]

    def interrupt_at_the_first_upload(request, proxy):
        if request.target.endswith("/media/images") and interrupts:
            run.send_signal(interrupts.pop())
        return proxy.forward(request)

    proxy = start_proxy(unlimited, interrupt_at_the_first_upload)
    run = start_load("--time", "60s", deployment=unlimited, proxy=proxy)
    assert run.finish().status == 2, run.console
    assert unlimited.project_names() == []
    assert not any((tmp_path / "ledger").rglob("*.jsonl"))
