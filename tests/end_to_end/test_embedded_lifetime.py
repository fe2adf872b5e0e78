"""The embedded deployment ends with the process that started it, however that process ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.support.processes import ROOT

WITHIN_S = 240  # a bound for a busy machine: idle, each wait takes seconds
# Whoever started these tests may ignore SIGHUP, as nohup does: what is started here does not.
HOLDER = [
    sys.executable,
    "-c",
    "import signal; from deployment import embedded; signal.signal(signal.SIGHUP, signal.SIG_DFL); "
    "started = embedded.start('cloud'); signal.pause()",
]


def processes(group: int) -> list[int]:
    """The processes of a group that run; a zombie, whom nobody may be there to reap, does not."""
    running = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _parent, of_group, *_ = stat.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(of_group) == group and state not in "ZX":
            running.append(int(stat.parent.name))
    return running


def wait_until(reached: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + WITHIN_S
    while not reached():
        assert time.monotonic() < deadline, f"{what}: not within {WITHIN_S} s"
        time.sleep(0.02)


class Run:
    """A process that starts the embedded deployment, and what is to be gone when it is."""

    def __init__(self, temporary: Path, command: list[str], **how: object) -> None:
        environment = os.environ | {"TMPDIR": str(temporary)}
        self.temporary = temporary
        self.process = subprocess.Popen(command, cwd=ROOT, env=environment, **how)  # type: ignore[call-overload]
        self.embedded = 0

    def wait_until_ready(self) -> None:
        wait_until(lambda: list(self.temporary.glob("*/ready.json")), "the embedded deployment is ready")
        self.embedded = json.loads(next(self.temporary.glob("*/ready.json")).read_text())["pid"]
        assert processes(self.embedded) == [self.embedded]

    def assert_nothing_is_left(self) -> None:
        self.process.wait(WITHIN_S)
        for group, what in ((self.process.pid, "the run"), (self.embedded, "the embedded deployment")):
            wait_until(lambda group=group: not processes(group), f"{what} has ended")  # type: ignore[misc]
        assert list(self.temporary.glob("geti-*")) == []


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Run]]:
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    started: list[Run] = []

    def run(command: list[str], **how: object) -> Run:
        started.append(Run(temporary, command, stdout=subprocess.DEVNULL, start_new_session=True, **how))
        started[-1].wait_until_ready()
        return started[-1]

    yield run
    for each in started:
        for process in (*processes(each.process.pid), *(processes(each.embedded) if each.embedded else ())):
            os.kill(process, signal.SIGKILL)
        each.process.wait()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP], ids=lambda number: number.name)
def test_embedded_deployment_ends_when_a_signal_ends_who_started_it(
    start: Callable[..., Run], number: signal.Signals
) -> None:
    run = start(HOLDER)
    run.process.send_signal(number)
    run.assert_nothing_is_left()


def test_embedded_deployment_ends_when_the_terminal_of_who_started_it_is_closed(start: Callable[..., Run]) -> None:
    terminal, inside = os.openpty()
    run = start(HOLDER, stdin=inside, stderr=inside, preexec_fn=partial(os.login_tty, 0))
    os.close(inside)
    os.close(terminal)
    run.assert_nothing_is_left()
    assert run.process.returncode == -signal.SIGHUP


def test_embedded_deployment_and_workers_end_with_a_run_that_was_killed(
    start: Callable[..., Run], tmp_path: Path
) -> None:
    command = [sys.executable, "-m", "pytest", "suites", "--geti-report-dir", str(tmp_path / "out"), "-n", "2"]
    run = start([*command, "-k", "image"], stderr=subprocess.DEVNULL)
    wait_until(lambda: len(list(run.temporary.glob("geti-*/ledger/*/*.jsonl"))) == 3, "every process of the run judges")
    run.process.kill()
    run.assert_nothing_is_left()


def test_embedded_deployment_ends_with_the_load_that_was_killed(start: Callable[..., Run]) -> None:
    run = start([sys.executable, "-m", "harness.load", "--time", "2s"], stderr=subprocess.DEVNULL)
    run.process.kill()
    run.assert_nothing_is_left()


def test_embedded_deployment_goes_on_while_another_child_of_who_started_it_lives(start: Callable[..., Run]) -> None:
    child = "import subprocess, sys; subprocess.Popen(['sleep', '60']); "
    run = start([HOLDER[0], "-c", HOLDER[2].replace("signal.pause()", f"{child}signal.pause()")])
    wait_until(lambda: len(processes(run.process.pid)) == 2, "the child runs")
    run.process.kill()
    run.process.wait()
    wait_until(lambda: not processes(run.embedded), "the embedded deployment has ended")
    assert len(processes(run.process.pid)) == 1
