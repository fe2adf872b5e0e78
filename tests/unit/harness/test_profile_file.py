"""A profile file changes what a deployment is held to, and the report says so."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from deployment import embedded
from deployment.embedded import Embedded
from harness.options import unaimed

HERE = Path(__file__).parents[3]
SITE = """
name = "site 42"
base = "on-prem"
[limits]
"image.side.min" = "off"
"image.side.max" = "unknown"
"video.side.min" = 48
"image.pixels.max" = 25_000_000
"""
FEW = "(image.side and png and not noise and not direct) or (video.side and mp4) or (image.pixels and png)"


def judged(deployment: Embedded, profile: Path, out: Path) -> tuple[dict[str, dict[str, set[str]]], dict[str, Any]]:
    """The verdicts by limit and side, and what the report says of the run."""
    plain = unaimed()
    command = [
        sys.executable,
        "-m",
        "pytest",
        "suites/limits/test_image_limits.py",
        "suites/limits/test_video_limits.py",
    ]
    command += ["-q", "-k", FEW, "--geti-url", deployment.url, "--geti-profile", str(profile)]
    command += ["--geti-report-dir", str(out), "--geti-ledger-dir", str(out / "ledger")]
    subprocess.run(command, cwd=HERE, env=plain | {"GETI_TOKEN": deployment.token}, capture_output=True, check=False)
    found = json.loads((out / "results.json").read_text())["results"]
    verdicts: dict[str, dict[str, set[str]]] = {}
    for extra in (test["extra"] for test in found["tests"] if test["status"] != "pending"):
        verdicts.setdefault(extra["limit"], {}).setdefault(extra["side"], set()).add(extra["verdict"])
    return verdicts, found["extra"]["run"]


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    path = tmp_path / "site.toml"
    path.write_text(SITE)
    return path


def test_a_deployment_that_is_set_as_the_file_says_keeps_it(profile: Path, tmp_path: Path) -> None:
    deployment = embedded.start(str(profile))
    try:
        verdicts, run = judged(deployment, profile, tmp_path / "out")
    finally:
        deployment.stop()
    kept = {"below": {"kept"}, "at": {"kept"}, "above": {"kept"}}
    assert verdicts == {
        "image.side.min": kept,
        "video.side.min": kept,
        "image.pixels.max": kept,
        "image.side.max": {side: {"not-applicable"} for side in kept},
    }
    assert run["profile"] == "site 42"
    wanted = {
        "image.side.min": "off",
        "image.side.max": "unknown",
        "video.side.min": "48",
        "image.pixels.max": "25000000",
    }
    assert run["profile_changes"].items() >= wanted.items()


def test_a_deployment_that_is_set_as_published_breaks_it(profile: Path, tmp_path: Path) -> None:
    deployment = embedded.start("on-prem")
    try:
        verdicts, _run = judged(deployment, profile, tmp_path / "out")
    finally:
        deployment.stop()
    assert verdicts["image.side.min"]["above"] == {"over-enforced"}
    assert verdicts["video.side.min"]["above"] == {"not-enforced"}
    assert verdicts["image.pixels.max"]["above"] == {"not-enforced"}
    assert verdicts["image.side.max"]["above"] == {"not-applicable"}
