"""What was planted is known to the ledger as such, and is found by its file where there is no ledger."""

from __future__ import annotations

from pathlib import Path

import pytest

from contract.planted import to_text
from deployment.errors import SetupError
from deployment.ledger import Ledger
from deployment.ledger_records import read_record
from deployment.planted_file import read_planted, write_planted
from deployment.planted_record import planted_run, record_of
from deployment.resume import left_behind
from tests.unit.contract.test_planted import LABEL, SET

PROJECT = {"kind": "project", "name": "detection"}


def test_a_ledger_says_which_plant_file_is_of_it_and_is_not_gone_on_with(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path, SET.run, SET.url)
    ledger.plant(tmp_path / "plant.json")
    path = "/organizations/o/workspaces/w/projects"
    ledger.outcome(ledger.intend(path, {"name": "x"}), path, 201, {"id": "a" * 24})
    ledger.close()
    assert read_record(tmp_path / SET.run).planted == str(tmp_path / "plant.json")
    assert left_behind(tmp_path, SET.url) == []


def test_the_file_alone_leads_to_its_projects_and_elsewhere_their_names_do() -> None:
    planted = type(SET)(**{**{name: getattr(SET, name) for name in SET.__slots__}, "things": (project(),)})
    here, there = record_of(planted, SET.url), record_of(planted, "https://other.example")
    assert [one.at for one in here.projects] == [f"/organizations/o/workspaces/w/projects/{'a' * 24}"]
    assert (there.projects, there.workspace, len(there.unplaced)) == ((), None, 1)
    assert here.unplaced == ()
    assert [one.path for one in there.within("/organizations/p/workspaces/q").unresolved] == [
        "/organizations/p/workspaces/q/projects"
    ]


def project():
    return type(LABEL)(**{**{name: getattr(LABEL, name) for name in LABEL.__slots__}, **PROJECT})


def test_a_run_is_asked_for_by_its_file_or_its_id(tmp_path: Path) -> None:
    file = tmp_path / "plant.json"
    write_planted(file, SET)
    assert planted_run(str(file)) == (SET.run, SET)
    assert planted_run("0123abcd") == ("0123abcd", None)
    assert read_planted(file) == SET


@pytest.mark.parametrize("content", ["", "{}", to_text(SET)[:-40]])
def test_a_file_that_cannot_be_read_is_one_line_and_stays(tmp_path: Path, content: str) -> None:
    file = tmp_path / "plant.json"
    file.write_text(content)
    with pytest.raises(SetupError, match="plant file"):
        planted_run(str(file))
    assert file.read_text() == content
    with pytest.raises(SetupError, match="cannot be read"):
        planted_run(str(tmp_path / "nothing.json"))
