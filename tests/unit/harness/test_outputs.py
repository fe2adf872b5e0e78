"""What a run writes is proven to be writable before it asks anything of a deployment."""

from __future__ import annotations

from pathlib import Path

import pytest

from deployment.errors import SetupError
from deployment.ledger import default_directory, prove_writable
from reports.files import BESIDE, ReportError, prepare


def test_a_directory_that_is_not_there_is_made_and_nothing_is_left_in_it(tmp_path: Path) -> None:
    prepare(tmp_path / "new" / "out", tmp_path / "new" / "history")
    prove_writable(tmp_path / "new" / "ledger")
    assert list((tmp_path / "new" / "out").iterdir()) == list((tmp_path / "new" / "ledger").iterdir()) == []


def test_a_report_directory_that_lies_below_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ReportError, match="give another --geti-report-dir"):
        prepare(tmp_path / "file")
    with pytest.raises(ReportError, match="give another --geti-report-dir"):
        prepare(tmp_path / "file" / "out")


@pytest.mark.parametrize("name", [*BESIDE, "results.json"])
def test_what_stands_in_the_place_of_a_report_is_refused(tmp_path: Path, name: str) -> None:
    if name in BESIDE:
        (tmp_path / name).touch()
    else:
        (tmp_path / name).mkdir()
    with pytest.raises(ReportError, match=name):
        prepare(tmp_path)


def test_a_history_that_cannot_be_kept_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ReportError, match="--geti-history"):
        prepare(tmp_path / "out", tmp_path / "file")


def test_a_ledger_directory_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SetupError, match="--geti-ledger-dir"):
        prove_writable(tmp_path / "file")


def test_a_user_without_a_home_is_asked_for_a_ledger_directory(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_entry(_uid: int) -> None:
        raise KeyError("getpwuid(): uid not found")

    monkeypatch.delenv("HOME", raising=False)
    monkeypatch.delenv("XDG_STATE_HOME", raising=False)
    monkeypatch.setattr("pwd.getpwuid", no_entry)
    with pytest.raises(SetupError, match="give --geti-ledger-dir"):
        default_directory()
