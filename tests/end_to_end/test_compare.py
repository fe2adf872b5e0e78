"""Two deployments compared: a fault of the second is one row of its own, its mending better, each by its status."""

from __future__ import annotations

from pathlib import Path

import pytest

from reference.faults import FAULTS
from tests.support.servers import QuietHandler, serving

CASES = {
    "video-width-7680": "video.width.max@video-upload/at/width/mp4",
    "image-mirrored": "image.side.min@image-upload/at/width/png/RGB-noise",
}


@pytest.mark.parametrize("fault", ["video-width-7680", pytest.param("image-mirrored", marks=pytest.mark.slow)])
def test_a_fault_is_one_row_of_its_own_and_its_mending_is_better(run_suites, tmp_path: Path, fault: str) -> None:
    sound, faulty = tmp_path / "sound.json", tmp_path / "faulty.json"
    replay = ("--geti-replay", CASES[fault])
    run_suites(*replay, "--geti-record", str(sound))
    worse = run_suites(*replay, "--geti-fault", fault, "--geti-record", str(faulty), "--geti-against", str(sound))
    assert worse.status == 1, worse.console
    (row,) = worse.results["extra"]["run"]["comparison"]["rows"]
    assert (row["effect"], row["number"]) == ("worse", 1)
    assert row["requirements"] == [FAULTS[fault].requirement]
    assert f"now {FAULTS[fault].verdict}" in row["words"]
    better = run_suites(*replay, "--geti-against", str(faulty))
    assert better.status == 0, better.console
    assert "BETTER: " in better.console
    assert "COMPARISON: the second accepts no less" in better.console


def test_two_addresses_are_judged_one_after_the_other(run_suites, deployment) -> None:
    run = run_suites(
        "--geti-replay", CASES["video-width-7680"], "--geti-against", deployment.url, deployment=deployment
    )
    assert run.status == 0, run.console
    assert "no case differs" in run.console
    assert (run.out / "first" / "results.json").exists()


class Nobody(QuietHandler):
    def answer(self) -> None:
        self.reply(404, {}, b"nothing here")


def test_what_cannot_be_compared_ends_with_one_line_and_4(run_suites, deployment, tmp_path: Path) -> None:
    with serving(Nobody) as nobody:
        away = run_suites("--geti-against", nobody, deployment=deployment)
    torn = tmp_path / "torn.json"
    torn.write_text('{"results": {')
    cut = run_suites("--geti-against", str(torn), deployment=deployment)
    alone = run_suites("--geti-against", "https://geti.example")
    for run, words in ((away, f"{nobody} could not be judged"), (cut, "cut short"), (alone, "give --geti-url")):
        assert run.status == 4, run.console
        assert words in run.console
        assert "Traceback" not in run.console
    assert deployment.project_names() == []
