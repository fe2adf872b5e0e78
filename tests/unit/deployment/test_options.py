"""The one table of options: twins, flags, and what is no value."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from deployment.errors import SetupError
from deployment.options import OPTIONS, CommandParser, values


@pytest.mark.parametrize("text", ["1", "true", "YES", "on"])
def test_the_twin_of_a_flag_sets_it(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("GETI_READ_ONLY", text)
    assert OPTIONS["read-only"].value(None) is True


@pytest.mark.parametrize("text", ["0", "false", "No", "off", ""])
def test_the_twin_of_a_flag_leaves_it_off(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("GETI_READ_ONLY", text)
    assert OPTIONS["read-only"].value(None) is False
    assert OPTIONS["read-only"].value(True) is True


def test_the_twin_of_a_flag_that_is_neither_is_a_mistake(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GETI_READ_ONLY", "maybe")
    with pytest.raises(SetupError, match="GETI_READ_ONLY maybe is neither true nor false"):
        OPTIONS["read-only"].value(None)


def test_what_is_typed_goes_before_the_twin_and_the_twin_before_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    report_dir = OPTIONS["report-dir"]
    assert report_dir.value(None) == Path("out")
    monkeypatch.setenv("GETI_REPORT_DIR", "twin")
    assert report_dir.value(None) == Path("twin")
    assert report_dir.value("typed") == Path("typed")


def test_what_is_repeatable_is_a_list_in_its_twin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GETI_FAULT", "a, b")
    assert OPTIONS["fault"].value(None) == ("a", "b")
    assert OPTIONS["fault"].value(["c", "d"]) == ("c", "d")
    monkeypatch.delenv("GETI_FAULT")
    assert OPTIONS["fault"].value(None) == ()


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("url", "http://host/path", "has more than a host"),
        ("token-file", "", "--geti-token-file is empty"),
        ("tier", "moon", "--geti-tier moon is unknown"),
        ("rate", "0", "--geti-rate 0 is no rate"),
        ("shard", "5/4", "--geti-shard 5/4 is no shard"),
        ("max-requests", "-1", "no whole number"),
        ("timeout", "0", "no whole number above 0"),
        ("ca-bundle", "/nowhere", "is no file"),
        ("ca-bundle", __file__, "holds no certificate"),
    ],
)
def test_what_is_no_value_is_named_with_its_option(name: str, text: str, words: str) -> None:
    with pytest.raises(SetupError, match=words):
        OPTIONS[name].value(text)


def test_a_command_declares_a_part_of_the_table_and_gets_the_values_of_that_part() -> None:
    parser = CommandParser()
    OPTIONS["ledger-dir"].declare(parser.add_argument, "--ledger-dir")
    OPTIONS["read-only"].declare(parser.add_argument)
    given = parser.parse_args(["--ledger-dir", "here", "--geti-read-only"])
    assert values(given) == {"ledger_dir": Path("here"), "read_only": True}
    assert values(argparse.Namespace()) == {}


def test_a_mistaken_option_ends_with_4() -> None:
    with pytest.raises(SystemExit) as end:
        CommandParser(prog="x").parse_args(["--moon"])
    assert end.value.code == 4
