"""What the processes of one run share: who judges which case, what they tell each other, and whose turn it is."""

from __future__ import annotations

import fcntl
import threading
from pathlib import Path

import pytest

from contract.profiles import CLOUD, scaled_down
from contract.shards import ALONE
from contract.tally import OperationSeen
from harness.workers import Turns, WorkerConfig, WorkerSummary, unit_at


def test_what_shares_a_fill_or_a_sender_is_handed_out_together() -> None:
    at = "suites/limits/test_count_limits.py::test_count_limit[{}]".format
    assert unit_at(at(f"{ALONE}@project-creation/above/race")) == ALONE
    assert unit_at(at("project.media.max@video-upload/at")) == unit_at(at("project.media.max@image-upload/at"))
    assert unit_at("a.py::test_key[openapi.key-missing@x]") == unit_at("b.py::test_no_key[openapi.key-never-echoed]")
    alone = "suites/limits/test_image_limits.py::test_image_limit[image.side.min@image-upload/at/width/png]"
    assert unit_at(alone) != unit_at(alone.replace("/at/", "/above/"))
    assert unit_at("a.py::test_x") == "a.py::test_x"


def test_what_goes_between_the_processes_arrives_as_it_was(tmp_path: Path) -> None:
    profile = scaled_down(CLOUD)
    settings = {key: value if isinstance(value, int) else value.value for key, value in profile.settings.items()}
    told = WorkerConfig(
        "0123abcd",
        "http://127.0.0.1:1",
        "key",
        {"expired": "x"},
        "ledger",
        str(tmp_path),
        "o",
        "w",
        {"build-version": "2"},
        profile.name,
        settings,
        {ALONE: 20},
        7,
        2,
        ["f" * 24],
    )
    assert WorkerConfig.unpacked(told.packed()) == told
    assert WorkerConfig.unpacked(told.packed()).profile == profile
    assert "key" not in repr(told).replace("other_keys", "").replace("token", "")
    seen = OperationSeen("GET /x", "x", {"200": 2}, {8: 2})
    back = WorkerSummary(["a note"], {"openapi": {}}, 3, 0.5, [seen])
    assert WorkerSummary.unpacked(back.packed()) == back


def held(lock: Path) -> bool:
    with lock.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def test_whoever_counts_alone_waits_for_the_others_and_is_not_overtaken(tmp_path: Path) -> None:
    first, alone, late = Turns(tmp_path), Turns(tmp_path), Turns(tmp_path)
    order: list[str] = []

    def turn(turns: Turns, name: str, started: threading.Event, *, by_itself: bool) -> None:
        started.set()
        turns.begin(alone=by_itself)
        order.append(name)
        turns.end()

    first.begin(alone=False)
    threads = []
    for turns, name, by_itself in ((alone, "alone", True), (late, "late", False)):
        started = threading.Event()
        threads.append(threading.Thread(target=turn, args=(turns, name, started), kwargs={"by_itself": by_itself}))
        threads[-1].start()
        started.wait()
        while by_itself and not held(tmp_path / "door"):
            assert threads[-1].is_alive()
    assert order == []
    first.end()
    for thread in threads:
        thread.join()
    assert order == ["alone", "late"]


@pytest.mark.parametrize("alone", [True, False])
def test_a_turn_that_is_kept_is_not_asked_for_again(tmp_path: Path, *, alone: bool) -> None:
    turns = Turns(tmp_path)
    for _ in range(3):
        turns.begin(alone=alone)
    turns.end()
    Turns(tmp_path).begin(alone=True)
