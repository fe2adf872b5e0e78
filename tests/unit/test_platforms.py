"""Where the suite runs: said in one line where it cannot, and nothing taken for granted that Linux alone has."""

from __future__ import annotations

import os

import pytest

import conftest
from deployment.ledger import Ledger


def test_windows_is_refused_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conftest.os, "name", "nt")
    with pytest.raises(pytest.UsageError, match=r"Linux and macOS, not on Windows itself; use WSL 2 there$"):
        conftest.pytest_configure()


def test_the_ledger_is_durable_where_the_system_has_no_fdatasync(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[int] = []
    monkeypatch.delattr(os, "fdatasync")
    monkeypatch.setattr(os, "fsync", synced.append)
    ledger = Ledger(tmp_path, "0" * 8, "http://127.0.0.1")
    assert synced, "what no fdatasync writes out fsync does"
    ledger.close()
