"""A run in two processes: the same results as in one, one report, and a worker that dies leaves it incomplete."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from contract.profiles import CLOUD, scaled_down
from contract.shards import ALONE
from deployment.discovery import Discovery
from harness.distribution import unit_at
from harness.locks import ReadWriteLock
from harness.workers import WorkerConfig
from tests.unit.contract.test_shards import gate, judged

HERE = Path(__file__).parents[3]
FEW = ("-k", "bmp and not noise or project.tasks.max or organization.projects.max or document")


def test_two_processes_judge_as_one_does(tmp_path: Path) -> None:
    assert gate(tmp_path / "one", *FEW).returncode == 6
    run = gate(tmp_path / "two", *FEW, "-n", "2")
    assert run.returncode == 6, run.stdout[-3000:] + run.stderr[-3000:]
    assert judged(tmp_path / "two") == judged(tmp_path / "one")
    assert "geti_pat_" not in run.stdout + run.stderr


def test_a_finding_of_a_worker_is_one_of_the_run(tmp_path: Path) -> None:
    run = gate(tmp_path / "out", "-n", "2", "-k", "image_limit and bmp", "--geti-fault", "image-side-max-off-by-one")
    assert run.returncode == 1, run.stdout[-3000:]
    failed = {test["extra"]["requirement"] for test in judged(tmp_path / "out") if test["status"] == "failed"}
    assert failed == {"image.side.max@image-upload"}


def test_a_worker_that_dies_leaves_the_run_incomplete(tmp_path: Path) -> None:
    command = [sys.executable, "-u", "-m", "pytest", "suites", "-v", "-n", "2", "--max-worker-restart", "0"]
    command += ["--geti-report-dir", str(tmp_path / "out"), "-k", "image_limit and bmp"]
    with subprocess.Popen(command, cwd=HERE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as run:
        assert run.stdout is not None
        output = ""
        for line in run.stdout:
            output += line
            if "PASSED" in line:
                break
        children = Path(f"/proc/{run.pid}/task/{run.pid}/children").read_text().split()
        commands = {child: Path(f"/proc/{child}/cmdline").read_text() for child in children}
        assert "geti_pat_" not in "".join(commands.values())
        os.kill(next(int(child) for child, text in commands.items() if "reference" not in text), signal.SIGKILL)
        output += run.stdout.read()
    assert run.returncode == 6, output[-3000:]


def test_what_shares_a_fill_or_a_sender_is_handed_out_together() -> None:
    at = "suites/limits/test_count_limits.py::test_count_limit[{}]".format
    assert unit_at(at(f"{ALONE}@project-creation/above/race")) == ALONE
    assert unit_at(at("project.media.max@video-upload/at")) == unit_at(at("project.media.max@image-upload/at"))
    assert unit_at("a.py::test_key[openapi.key-missing@x]") == unit_at("b.py::test_no_key[openapi.key-never-echoed]")
    alone = "suites/limits/test_image_limits.py::test_image_limit[image.side.min@image-upload/at/width/png]"
    assert unit_at(alone) != unit_at(alone.replace("/at/", "/above/"))
    assert unit_at("a.py::test_x") == "a.py::test_x"


def test_the_configuration_of_a_worker_arrives_as_it_was_and_shows_no_key(tmp_path: Path) -> None:
    profile = scaled_down(CLOUD)
    config = WorkerConfig(
        run_id="0123abcd",
        url="http://127.0.0.1:1",
        token="the-key",
        other_keys={"expired": "the-other-key"},
        ledger_dir=tmp_path,
        locks=tmp_path,
        discovery=Discovery("o", "w", {"build-version": "2"}, profile),
        profile=profile,
        scaled={ALONE: 20},
        foreign=frozenset(["f" * 24]),
        seed=7,
        count=2,
    )
    assert pickle.loads(pickle.dumps(config)) == config
    assert "the-key" not in repr(config)
    assert "the-other-key" not in repr(config)


def test_whoever_waits_to_be_alone_waits_for_the_others_and_is_not_overtaken(tmp_path: Path) -> None:
    first, alone, late = ReadWriteLock(tmp_path), ReadWriteLock(tmp_path), ReadWriteLock(tmp_path)
    order: list[str] = []

    def hold(lock: ReadWriteLock, name: str, started: threading.Event, *, by_itself: bool) -> None:
        started.set()
        lock.acquire(alone=by_itself)
        order.append(name)
        lock.release()

    first.acquire(alone=False)
    threads = []
    for lock, name, by_itself in ((alone, "alone", True), (late, "late", False)):
        started = threading.Event()
        threads.append(threading.Thread(target=hold, args=(lock, name, started), kwargs={"by_itself": by_itself}))
        threads[-1].start()
        started.wait()
        threads[-1].join(0.2)  # it is at its lock by now, or will be later: either way it must wait
        assert threads[-1].is_alive()
    first.release()
    for thread in threads:
        thread.join()
    assert order == ["alone", "late"]


@pytest.mark.parametrize("alone", [True, False])
def test_a_lock_that_is_held_can_be_asked_for_again_and_is_released_once(tmp_path: Path, *, alone: bool) -> None:
    lock = ReadWriteLock(tmp_path)
    for _ in range(3):
        lock.acquire(alone=alone)
    lock.release()
    ReadWriteLock(tmp_path).acquire(alone=True)
