"""What the processes of one run share: who judges which case, what they tell each other, and whose turn it is."""

from __future__ import annotations

import fcntl
import pickle
import threading
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from xdist.remote import Producer

from contract.identifiers import Ids
from contract.profiles import CLOUD, scaled_down
from contract.tally import Tally
from deployment.discovery import Discovery
from harness.distribution import UnitScheduling
from harness.manifest import Manifest
from harness.turns import Turns
from harness.workers import SUMMARY, WorkerConfig, WorkerSummary
from judges.family import Scope
from judges.rest.plan import Plan


def test_cases_that_share_a_fill_or_a_sender_are_handed_out_together() -> None:
    manifest = Manifest(Scope(scaled_down(CLOUD), 0, "gate", Plan()))
    config: Any = SimpleNamespace(getvalue=lambda _name: ["2*popen"])
    unit_at = UnitScheduling(config, Producer("test"), manifest)._split_scope
    at = "suites/limits/test_count_limits.py::test_count_limit[{}]".format
    race = at("organization.projects.max@project-creation/above/race")
    assert unit_at(race) == unit_at(at("organization.projects.max@import-new-project/at")) != race
    assert unit_at(at("project.media.max@video-upload/at")) == unit_at(at("project.media.max@image-upload/at"))
    assert unit_at("a.py::test_key[openapi.key-missing]") == unit_at("b.py::test_no_key[openapi.key-never-echoed]")
    alone = "suites/limits/test_image_limits.py::test_image_limit[image.side.min@image-upload/at/width/png]"
    assert unit_at(alone) != unit_at(alone.replace("/at/", "/above/"))
    assert unit_at("a.py::test_x") == "a.py::test_x"


def test_what_goes_between_the_processes_arrives_as_it_was_and_shows_no_key(tmp_path: Path) -> None:
    profile = scaled_down(CLOUD)
    config = WorkerConfig(
        run_id="0123abcd",
        url="http://127.0.0.1:1",
        token="the-key",
        other_keys={"expired": "the-other-key"},
        ledger_dir=tmp_path,
        shared=tmp_path,
        turns=tmp_path,
        discovery=Discovery("o", "w", {"build-version": "2"}, profile),
        profile=profile,
        scaled={"organization.projects.max": 20},
        foreign=Ids(["f" * 24]),
        seed=7,
        count=2,
    )
    assert pickle.loads(pickle.dumps(config)) == config
    assert "the-key" not in repr(config)
    assert "the-other-key" not in repr(config)
    tally = Tally()
    tally.add("GET", "/x", 200, 0.5)
    summary = WorkerSummary(
        notes=["a note"],
        coverage={"openapi": {}},
        requests=3,
        purposes={"probe": 3},
        waited_s=0.5,
        lag_s=0.2,
        tally=tally,
    )
    for requests in (1, 3):
        replace(summary, requests=requests).keep(tmp_path / f"gw0{SUMMARY}")
    assert WorkerSummary.kept(tmp_path) == [summary]


def held(lock: Path) -> bool:
    with lock.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def test_whoever_waits_to_be_alone_waits_for_the_others_and_is_not_overtaken(tmp_path: Path) -> None:
    first, alone, late = Turns(tmp_path), Turns(tmp_path), Turns(tmp_path)
    order: list[str] = []

    def hold(lock: Turns, name: str, started: threading.Event, *, by_itself: bool) -> None:
        started.set()
        lock.take("a case", alone=by_itself)
        order.append(name)
        lock.release()

    first.take("a case", alone=False)
    threads = []
    for lock, name, by_itself in ((alone, "alone", True), (late, "late", False)):
        started = threading.Event()
        threads.append(threading.Thread(target=hold, args=(lock, name, started), kwargs={"by_itself": by_itself}))
        threads[-1].start()
        started.wait()
        while by_itself and not held(tmp_path / "queue"):
            assert threads[-1].is_alive()
    assert order == []
    first.release()
    for thread in threads:
        thread.join()
    assert order == ["alone", "late"]


def test_a_long_case_lets_whoever_waits_to_be_alone_go_first_and_then_goes_on(tmp_path: Path) -> None:
    long, alone, order = Turns(tmp_path), Turns(tmp_path, "-alone"), list[str]()
    long.take("a long case", alone=False)
    long.give_way()  # nobody waits

    def hold() -> None:
        alone.take("a case", alone=True)
        order.append("alone")
        alone.release()

    waiting = threading.Thread(target=hold)
    waiting.start()
    while not held(tmp_path / "queue"):
        assert waiting.is_alive()
    assert order == []
    long.give_way()
    order.append("long")
    waiting.join()
    assert order == ["alone", "long"]
    assert long.kept
    assert Turns(tmp_path, "-other").in_flight() == ("a long case",)


@pytest.mark.parametrize("alone", [True, False])
def test_a_lock_that_is_held_can_be_asked_for_again_and_is_released_once(tmp_path: Path, *, alone: bool) -> None:
    lock = Turns(tmp_path)
    for _ in range(3):
        lock.take("a case", alone=alone)
    lock.release()
    Turns(tmp_path).take("a case", alone=True)
