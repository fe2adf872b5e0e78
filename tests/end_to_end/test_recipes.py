"""The recipes: their shell parses, what they pass exists, and none judges the embedded deployment by mistake."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.options import ENVIRONMENT, OPTIONS
from tests.support.processes import ROOT

RECIPES = ROOT / "docs" / "recipes"


def github() -> dict[str, str]:
    steps = yaml.safe_load((RECIPES / "github-actions.yml").read_text())["jobs"]["judge"]["steps"]
    return {step["name"]: step["run"] for step in steps if "run" in step}


def gitlab() -> dict[str, str]:
    job: dict[str, Any] = yaml.safe_load((RECIPES / "gitlab-ci.yml").read_text())[".judge"]
    return {part: "\n".join(job[part]) for part in ("before_script", "script", "after_script")}


SCRIPTS = {
    **{f"github {name}": run for name, run in github().items()},
    **{f"gitlab {name}": run for name, run in gitlab().items()},
}
FILES = ("github-actions.yml", "gitlab-ci.yml", "geti-contract.service", "geti-contract.timer")


@pytest.mark.parametrize("name", SCRIPTS)
def test_the_shell_of_a_recipe_parses(name: str) -> None:
    assert subprocess.run(["bash", "-n"], input=SCRIPTS[name], text=True, capture_output=True).stderr == ""


@pytest.mark.parametrize("name", ["github Judge", "gitlab script"])
def test_a_recipe_without_a_deployment_stops(name: str, tmp_path: Path) -> None:
    plain = {"PATH": os.environ["PATH"], "GETI_URL": "", "TIER": "gate"}
    run = subprocess.run(["bash", "-e"], input=SCRIPTS[name], env=plain, cwd=tmp_path, text=True, capture_output=True)
    assert run.returncode != 0
    assert "the embedded deployment would be judged" in run.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", FILES)
def test_a_recipe_passes_only_what_there_is(name: str) -> None:
    text = (RECIPES / name).read_text()
    assert set(re.findall(r"--geti-[a-z-]+", text)) <= OPTIONS
    assert set(re.findall(r"\bGETI_[A-Z_]+", text)) <= ENVIRONMENT


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_systemd_takes_the_units(tmp_path: Path) -> None:
    for name in FILES[2:]:
        text = (RECIPES / name).read_text().replace("/opt/geti-contract/.venv/bin/python", "/bin/sh")
        (tmp_path / name).write_text(text.replace("WorkingDirectory=/opt/geti-contract", "WorkingDirectory=/"))
    units = [str(each) for each in sorted(tmp_path.iterdir())]
    run = subprocess.run(["systemd-analyze", "verify", *units], capture_output=True, text=True, check=False)
    assert "geti-contract" not in run.stderr
    assert run.returncode == 0
