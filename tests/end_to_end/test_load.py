"""A load that lost, doubled, stored what it refused or refused too early is convicted; a sound one is kept."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from contract.load import Load, Upload, judge_load
from contract.verdicts import Verdict
from deployment import embedded
from deployment.client import Client
from deployment.discovery import discover
from harness.options import unaimed

HERE = Path(__file__).parents[2]
LIMIT = 5


def sent(number: int, status: int = 200, at: float | None = None) -> Upload:
    when = float(number) if at is None else at
    return Upload("w", f"w-{number}", status, f"id{number}" if status == 200 else None, when, when + 0.5)


ACCEPTED = [sent(number) for number in range(LIMIT)]
REFUSED = [sent(number, 409) for number in range(LIMIT, LIMIT + 3)]
LISTED = {f"id{number}": f"w-{number}" for number in range(LIMIT)}
SOUND = Load([*ACCEPTED, *REFUSED], LISTED, LIMIT, queries=4, downloads=4)


def without(listed: dict[str, str], *gone: str) -> dict[str, str]:
    return {key: name for key, name in listed.items() if key not in gone}


def test_a_sound_load_is_kept_in_every_respect() -> None:
    assert {judgement.verdict for judgement in judge_load(SOUND, LIMIT).values()} == {Verdict.KEPT}


@pytest.mark.parametrize(
    ("requirement", "load", "verdict"),
    [
        ("load.none-lost", replace(SOUND, listed=without(LISTED, "id2"), total=4), Verdict.UNCLEAN),
        ("load.none-lost", replace(SOUND, listed=LISTED | {"id2": "other"}), Verdict.UNCLEAN),
        ("load.none-lost", replace(SOUND, listed=None), Verdict.INCONCLUSIVE),
        ("load.none-doubled", replace(SOUND, listed=LISTED | {"again": "w-2"}, total=6), Verdict.UNCLEAN),
        ("load.refused-not-stored", replace(SOUND, listed=LISTED | {"id6": "w-6"}, total=6), Verdict.UNCLEAN),
        ("load.counts-exact", replace(SOUND, total=4), Verdict.UNCLEAN),
        ("load.counts-exact", replace(SOUND, total=None), Verdict.INCONCLUSIVE),
        ("load.counts-exact", replace(SOUND, short=("a query counted 1",)), Verdict.UNCLEAN),
        ("load.counts-exact", replace(SOUND, listed=LISTED | {"x": "nobody's"}, total=6), Verdict.UNCLEAN),
        (
            "load.limit",
            replace(SOUND, uploads=[*ACCEPTED, sent(5)], listed=LISTED | {"id5": "w-5"}),
            Verdict.NOT_ENFORCED,
        ),
        ("load.limit", replace(SOUND, listed=without(LISTED, "id4")), Verdict.OVER_ENFORCED),
        ("load.limit", replace(SOUND, uploads=[*ACCEPTED, sent(9, 409, at=1.0)]), Verdict.OVER_ENFORCED),
        ("load.limit", replace(SOUND, uploads=[*ACCEPTED, sent(9, 413)]), Verdict.WRONG_STATUS),
        ("load.limit", replace(SOUND, uploads=[*ACCEPTED, replace(REFUSED[0], fault="no JSON")]), Verdict.WRONG_STATUS),
        ("load.limit", replace(SOUND, uploads=ACCEPTED), Verdict.INCONCLUSIVE),
        ("load.downloads", replace(SOUND, damaged=("id1 does not decode",)), Verdict.UNCLEAN),
        ("load.answers", replace(SOUND, uploads=[*ACCEPTED, sent(9, 500)]), Verdict.CRASHED),
        ("load.answers", replace(SOUND, uploads=[*ACCEPTED, sent(9, 503)]), Verdict.INCONCLUSIVE),
        ("load.answers", replace(SOUND, uploads=[*ACCEPTED, sent(9, 429)]), Verdict.INCONCLUSIVE),
        ("load.answers", replace(SOUND, failures=("a query got 404",)), Verdict.CRASHED),
    ],
)
def test_what_is_wrong_is_named(requirement: str, load: Load, verdict: Verdict) -> None:
    assert judge_load(load, LIMIT)[requirement].verdict is verdict


def test_what_a_lost_worker_knew_leaves_nothing_kept_and_convicts_all_the_same() -> None:
    open_ones = judge_load(replace(SOUND, missing=("w2",)), LIMIT).values()
    assert {judgement.verdict for judgement in open_ones} == {Verdict.INCONCLUSIVE}
    lost = replace(SOUND, missing=("w2",), listed=without(LISTED, "id2"))
    assert judge_load(lost, LIMIT)["load.none-lost"].verdict is Verdict.UNCLEAN


def test_uploads_in_flight_when_the_first_refusal_came_may_still_be_accepted() -> None:
    early = [sent(number, at=float(number)) for number in range(4)]
    crossing = [sent(4, at=4.4), sent(5, 409, at=4.0)]  # the refusal arrives at 4.5, the last accepted one left at 4.4
    assert judge_load(replace(SOUND, uploads=[*early, *crossing]), LIMIT)["load.limit"].verdict is Verdict.KEPT


def test_without_a_limit_a_refusal_is_a_finding_and_none_is_none() -> None:
    assert judge_load(SOUND, None)["load.limit"].verdict is Verdict.OVER_ENFORCED
    assert judge_load(replace(SOUND, uploads=ACCEPTED), None)["load.limit"].verdict is Verdict.NOT_APPLICABLE


def load_command(tmp_path: Path, *options: str) -> list[str]:
    rates = ["--uploads", "40/s", "--queries", "5/s", "--downloads", "5/s"]
    return [sys.executable, "-m", "harness.load", "--geti-report-dir", str(tmp_path / "out"), *rates, *options]


def loaded(tmp_path: Path, *options: str, **environment: str) -> subprocess.CompletedProcess[str]:
    plain = unaimed()
    command = load_command(tmp_path, *options)
    return subprocess.run(command, cwd=HERE, env=plain | environment, capture_output=True, text=True, check=False)


def verdicts(tmp_path: Path) -> dict[str, str]:
    tests = json.loads((tmp_path / "out" / "results.json").read_text())["results"]["tests"]
    return {test["name"]: test["extra"]["verdict"] for test in tests}


def test_a_master_and_two_workers_fill_a_project_past_its_limit(tmp_path: Path) -> None:
    run = loaded(tmp_path, "--time", "4s", "--media-max", "60", "--workers", "2")
    assert run.returncode == 0, run.stdout[-3000:] + run.stderr[-3000:]
    assert set(verdicts(tmp_path).values()) == {"kept"}
    assert "geti_pat_" not in run.stdout + run.stderr + (tmp_path / "out" / "results.json").read_text()


@pytest.fixture
def unlimited() -> Iterator[embedded.Embedded]:
    deployment = embedded.start("cloud", ["accept-everything"], {"project.media.max": 50})
    yield deployment
    deployment.stop()


def test_a_deployment_that_goes_on_past_the_limit_is_found(tmp_path: Path, unlimited: embedded.Embedded) -> None:
    profile = tmp_path / "profile.toml"
    profile.write_text('name = "fifty"\nbase = "cloud"\n[limits]\n"project.media.max" = 50\n')
    given = ("--geti-url", unlimited.url, "--geti-profile", str(profile), "--geti-ledger-dir", str(tmp_path / "ledger"))
    run = loaded(tmp_path, "--time", "3s", *given, GETI_TOKEN=unlimited.token)
    assert run.returncode == 1, run.stdout[-3000:] + run.stderr[-3000:]
    assert {name for name, verdict in verdicts(tmp_path).items() if verdict != "kept"} == {
        "load.limit",
        "load.refused-not-stored",
    }


def test_an_interrupted_load_ends_with_2_and_leaves_nothing(tmp_path: Path, unlimited: embedded.Embedded) -> None:
    environment = os.environ | {"GETI_TOKEN": unlimited.token}
    ledger = tmp_path / "ledger"
    command = load_command(tmp_path, "--time", "60s", "--geti-url", unlimited.url, "--geti-ledger-dir", str(ledger))
    client = Client(unlimited.url, unlimited.token, "test")
    root = discover(client).root
    with subprocess.Popen(command, cwd=HERE, env=environment, stdout=subprocess.DEVNULL) as run:
        while not client.send("GET", f"{root}/projects").body["project_counts"]:
            assert run.poll() is None
        run.send_signal(signal.SIGINT)
        assert run.wait() == 2
    assert client.send("GET", f"{root}/projects").body["project_counts"] == 0
    assert not any(ledger.rglob("*.jsonl"))
    client.close()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--time", "soon"], "no time"),
        (["--uploads", "many"], "no rate"),
        (["--geti-url", "http://127.0.0.1:9"], "does not answer"),
        (["--geti-url", "http://127.0.0.1:9", "--geti-token-file", "/nowhere"], "cannot be read"),
    ],
)
def test_bad_input_is_one_line_and_exit_4(tmp_path: Path, options: list[str], words: str) -> None:
    run = loaded(tmp_path, *options, GETI_TOKEN="key")
    assert run.returncode == 4, run.stdout[-2000:] + run.stderr[-2000:]
    assert words in run.stderr
    assert "Traceback" not in run.stdout + run.stderr
