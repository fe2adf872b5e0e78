"""The comparison of two files: a table with the place in the new one, and an exit status."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import pytest

from contract.results import ExitStatus
from deployment.compatibility import compatibility
from tests.support.synthetic_document import ROOT, synthetic_document


def run(directory: Path, old: dict[str, Any], new: dict[str, Any]) -> ExitStatus:
    for name, document in (("old.json", old), ("new.json", new)):
        (directory / name).write_text(json.dumps(document, indent=1), encoding="utf-8")
    named = {"old": str(directory / "old.json"), "new": str(directory / "new.json")}
    return compatibility(argparse.Namespace(**named, json=None, sarif=directory / "found.sarif"))


def test_what_is_gone_is_said_with_its_line_in_the_new_document(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    new = synthetic_document()
    new["components"]["schemas"]["New"]["required"] = ["name", "pipeline"]
    assert run(tmp_path, synthetic_document(), new) is ExitStatus.BROKEN
    line = (tmp_path / "new.json").read_text(encoding="utf-8").splitlines().index('   "New": {') + 1
    (shown, *_) = [each for each in capsys.readouterr().out.splitlines() if each.startswith("POST")]
    assert shown.split("  ")[0] == f"POST {ROOT}/projects"
    assert "body must now hold pipeline" in shown
    assert shown.endswith(f"new.json:{line}")
    (run_of_it,) = json.loads((tmp_path / "found.sarif").read_text(encoding="utf-8"))["runs"]
    assert {each["ruleId"] for each in run_of_it["results"]} == {"compatibility.request"}


def test_the_same_document_keeps_all(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path, synthetic_document(), synthetic_document()) is ExitStatus.KEPT
    assert "nothing is gone" in capsys.readouterr().out


def test_what_is_no_document_ends_with_4(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path, synthetic_document(), {}) is ExitStatus.USAGE
    assert "new.json is no OpenAPI" in capsys.readouterr().err
