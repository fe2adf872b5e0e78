"""``results.json`` is valid by the reference implementation of its format."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from contract.results import Result, conclude
from contract.verdicts import Verdict
from reports.files import write_reports
from tests.support.browser import require
from tests.support.processes import ROOT
from tests.unit.reports.samples import broken_width, run_info

CTRF = ROOT / "build" / "npm" / "node_modules" / "ctrf" / "dist" / "index.js"
VALIDATE = """
import { readFileSync } from "node:fs";
const { validate } = await import(process.argv[1]);
const found = validate(JSON.parse(readFileSync(process.argv[2], "utf8")));
if (!found.valid) { console.error(JSON.stringify(found.errors)); process.exit(1); }
"""


def test_the_reference_implementation_takes_the_report_and_refuses_a_wrong_one(tmp_path: Path) -> None:
    if not CTRF.is_file() and os.environ.get("CI") != "true":
        pytest.skip("npm package ctrf is not installed (npm install --prefix build/npm ctrf)")
    others = (Verdict.INCONCLUSIVE, Verdict.NOT_APPLICABLE, Verdict.WAIVED)
    results = [*broken_width(), *(Result(each.value, each.value, "t", each, "why") for each in others)]
    manifest = [*(each.case for each in results), "never"]
    write_reports(run_info(), results, manifest, conclude(results, manifest), tmp_path)
    file = tmp_path / "results.json"
    command = [require("node"), "--input-type=module", "-e", VALIDATE, str(CTRF), str(file)]
    assert subprocess.run(command, capture_output=True, text=True, check=False).stderr == ""
    report = json.loads(file.read_text())
    report["results"]["tests"][0]["status"] = "fine"
    file.write_text(json.dumps(report))
    assert subprocess.run(command, capture_output=True, text=True, check=False).returncode == 1
