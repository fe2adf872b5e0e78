"""A profile file changes what a deployment is held to, and the report says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.processes import SuitesRun

LIMITS = ("suites/limits/test_image_limits.py", "suites/limits/test_video_limits.py")
SITE = """
name = "site 42"
base = "on-prem"
[limits]
"image.side.min" = "off"
"image.side.max" = "unknown"
"video.side.min" = 48
"image.pixels.max" = 25_000_000
"""
FEW = (
    "((image.side and png and not noise and not direct) or (video.side and mp4) or (image.pixels and png))"
    " and not double-extension and not capital-extension and not other-media-type"
)


@pytest.fixture
def profile(tmp_path: Path) -> str:
    path = tmp_path / "site.toml"
    path.write_text(SITE)
    return str(path)


def verdicts(run: SuitesRun) -> dict[str, dict[str, set[str]]]:
    """By limit and side."""
    found: dict[str, dict[str, set[str]]] = {}
    for extra in (test["extra"] for test in run.judged):
        found.setdefault(extra["limit"], {}).setdefault(extra["side"], set()).add(extra["verdict"])
    return found


def test_a_deployment_that_is_set_as_the_file_says_keeps_it(run_suites, start_deployment, profile: str) -> None:
    deployment = start_deployment(profile)
    run = run_suites("-k", FEW, "--geti-profile", profile, deployment=deployment, paths=LIMITS)
    kept = {"below": {"kept"}, "at": {"kept"}, "above": {"kept"}}
    assert verdicts(run) == {
        "image.side.min": kept,
        "video.side.min": kept,
        "image.pixels.max": kept,
        "image.side.max": {side: {"not-applicable"} for side in kept},
    }
    assert run.results["extra"]["run"]["profile"] == "site 42"
    wanted = {
        "image.side.min": "off",
        "image.side.max": "unknown",
        "video.side.min": "48",
        "image.pixels.max": "25000000",
    }
    assert run.results["extra"]["run"]["profile_changes"].items() >= wanted.items()


def test_a_deployment_that_is_set_as_published_breaks_it(run_suites, start_deployment, profile: str) -> None:
    run = run_suites("-k", FEW, "--geti-profile", profile, deployment=start_deployment("on-prem"), paths=LIMITS)
    found = verdicts(run)
    assert found["image.side.min"]["above"] == {"over-enforced"}
    assert found["video.side.min"]["above"] == {"not-enforced"}
    assert found["image.pixels.max"]["above"] == {"not-enforced"}
    assert found["image.side.max"]["above"] == {"not-applicable"}
