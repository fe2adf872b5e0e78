"""The ledger holds what a run creates before it is asked for, through kills, full disks and torn lines."""

from __future__ import annotations

import json
import os
import resource
from pathlib import Path

import pytest

from deployment.ledger import Ledger, LedgerError, carries
from deployment.ledger_records import is_living, read_record, runs

RUN, ROOT = "0123abcd", "/organizations/o/workspaces/w"
PROJECTS = f"{ROOT}/projects"
FIRST, SECOND = "a" * 24, "b" * 24


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path, RUN, "http://127.0.0.1:9")


def test_an_intent_is_on_the_disk_before_its_outcome(ledger: Ledger) -> None:
    ledger.intend(PROJECTS, {"name": f"geti-contract-{RUN}-x"})
    record = read_record(ledger.path.parent)
    assert [one.name for one in record.unresolved] == [f"geti-contract-{RUN}-x"]
    assert record.projects == ()


def test_projects_are_told_newest_first_without_those_that_are_gone(ledger: Ledger) -> None:
    for identifier in (FIRST, SECOND, "c" * 24):
        ledger.outcome(ledger.intend(PROJECTS, {"name": "x"}), PROJECTS, 201, {"id": identifier})
    ledger.gone(f"{PROJECTS}/{SECOND}")
    assert [one.ids[0] for one in read_record(ledger.path.parent).projects] == ["c" * 24, FIRST]


def test_what_lies_in_a_project_is_noted_too(ledger: Ledger) -> None:
    path = f"{PROJECTS}/{FIRST}/datasets/{SECOND}/media/images"
    ledger.outcome(ledger.intend(path, {"name": "1.png"}), path, 200, {"id": "c" * 24})
    (entry,) = read_record(ledger.path.parent).entries
    assert (entry.path, entry.name, entry.ids) == (path, "1.png", ("c" * 24,))


@pytest.mark.parametrize(("status", "unresolved"), [(None, 1), (500, 1), (409, 0), (201, 1)])
def test_only_a_refusal_says_that_nothing_was_made(ledger: Ledger, status: int | None, unresolved: int) -> None:
    path = f"{ROOT}/projects:import-from-dataset"
    ledger.outcome(ledger.intend(path, {"project_name": "x"}), path, status, {"job_id": FIRST})
    assert len(read_record(ledger.path.parent).unresolved) == unresolved


def test_a_torn_last_line_is_passed_over_and_one_in_the_middle_is_told(ledger: Ledger) -> None:
    ledger.intend(PROJECTS, {"name": "x"})
    with ledger.path.open("ab") as file:
        file.write(b'{"outcome":1,"sta')
    assert read_record(ledger.path.parent).damaged == ()
    with ledger.path.open("ab") as file:
        file.write(b"\n")
    record = read_record(ledger.path.parent)
    assert record.damaged == (f"{ledger.path.name}:3",)
    assert len(record.unresolved) == 1


def test_a_living_run_is_told_from_a_dead_one(ledger: Ledger) -> None:
    assert is_living(ledger.path.parent)
    ledger.close()
    assert not is_living(ledger.path.parent)


def test_a_disk_that_is_full_stops_what_would_be_created(ledger: Ledger) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (ledger.path.stat().st_size + 10, before[1]))
    try:
        with pytest.raises(LedgerError, match="cannot be written"):
            ledger.intend(PROJECTS, {"name": "x"})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_directory_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / RUN).write_text("")
    with pytest.raises(LedgerError, match="cannot be written"):
        Ledger(tmp_path, RUN, "http://h")


def test_the_ledger_is_for_the_eyes_of_its_owner(ledger: Ledger) -> None:
    assert ledger.path.stat().st_mode & 0o077 == 0
    assert all(isinstance(json.loads(line), dict) for line in ledger.path.read_text().splitlines())
    assert str(os.getpid()) in ledger.path.name


@pytest.mark.parametrize(
    ("name", "ours"),
    [
        (f"geti-contract-{RUN}", True),
        (f"geti-contract-{RUN}-x", True),
        (f"geti-contract-{RUN}0", False),
        ("geti-contract-", False),
        ("", False),
        (f"x-geti-contract-{RUN}", False),
    ],
)
def test_a_name_is_ours_only_with_the_whole_run_id(name: str, ours: bool) -> None:
    assert carries(name, RUN) is ours


def test_directories_that_are_no_runs_are_passed_over(tmp_path: Path, ledger: Ledger) -> None:
    for name in ("x", "0123", "..geti", "0123ABCD"):
        (tmp_path / name).mkdir()
    assert runs(tmp_path) == [ledger.path.parent]
