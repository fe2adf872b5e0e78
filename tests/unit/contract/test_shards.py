"""Shards: the same split everywhere, each case in one of them, and together the results of a single run."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from contract.probes import MEDIA_AXES
from contract.profiles import CLOUD, scaled_down
from contract.shards import seconds_of, shard_of, split, unit_of
from harness.options import unaimed
from judges.counts.cases import count_cases
from judges.media.cases import media_cases

HERE = Path(__file__).parents[3]
CASES = [
    *(case.id for case in media_cases(CLOUD, 0)),
    *(case.id for case in count_cases(scaled_down(CLOUD), "gate")),
    *(f"openapi.{check}@operation-{n}" for check in ("positive-data", "key-missing") for n in range(30)),
    "openapi.key-never-echoed",
]


@pytest.mark.parametrize("count", [1, 2, 3, 7])
def test_each_case_is_in_one_shard_and_in_order(count: int) -> None:
    parts = split(CASES, count, {})
    assert sorted(case for part in parts for case in part) == sorted(CASES)
    assert all(list(part) == [case for case in CASES if case in set(part)] for part in parts)
    assert parts == split(list(CASES), count, {})


@pytest.mark.parametrize("recorded", [{}, dict.fromkeys(CASES[:40], 5.0)])
def test_shards_take_about_the_same_time(recorded: dict[str, float]) -> None:
    loads = [sum(recorded.get(case, seconds_of(case)) for case in part) for part in split(CASES, 2, recorded)]
    assert max(loads) < 1.1 * min(loads)


def test_what_shares_a_fill_or_a_sender_stays_together() -> None:
    where = {case: number for number, part in enumerate(split(CASES, 5, {})) for case in part}
    units: dict[str, set[int]] = {}
    for case, number in where.items():
        units.setdefault(unit_of(case), set()).add(number)
    assert all(len(numbers) == 1 for numbers in units.values())
    assert len({where[case] for case in CASES if case.startswith("openapi.")}) == 1
    fills = {case.partition("/")[0] for case in CASES if case.partition("@")[0] == "project.media.max"}
    assert len(fills) > 1
    assert len({where[case] for case in CASES if case.partition("@")[0] == "project.media.max"}) == 1
    assert {unit_of(case) for case in CASES if case.partition("@")[0] in MEDIA_AXES} <= set(CASES)


@pytest.mark.parametrize("text", ["", "1", "0/2", "3/2", "1/0", "a/b", "1/2/3", "-1/2"])
def test_what_is_no_shard_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no shard"):
        shard_of(text)


def gate(out: Path, *options: str) -> subprocess.CompletedProcess[str]:
    plain = unaimed()
    command = [sys.executable, "-m", "pytest", "suites", "-q", "--geti-report-dir", str(out), *options]
    return subprocess.run(command, cwd=HERE, env=plain, capture_output=True, text=True, check=False)


def merged(out: Path, *parts: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "reports", "merge", "-o", str(out), *map(str, parts)]
    return subprocess.run(command, cwd=HERE, capture_output=True, text=True, check=False)


# What two runs of the same cases never share: times, ids that the deployment draws, and its port.
PASSING = frozenset({"duration", "start", "stop", "curl", "exchanges", "timestamp"})


def lasting(value: Any) -> Any:
    """A report without what no two runs share."""
    if isinstance(value, dict):
        return {key: lasting(each) for key, each in value.items() if key not in PASSING}
    return [lasting(each) for each in value] if isinstance(value, list) else value


def judged(out: Path) -> Any:
    text = re.sub(r"http://127\.0\.0\.1:\d+", "URL", (out / "results.json").read_text())
    return lasting(json.loads(text)["results"]["tests"])


def test_two_shards_joined_are_the_single_run_but_for_times(tmp_path: Path) -> None:
    few = ("-k", "bmp and not noise or project.tasks.max or document")
    assert gate(tmp_path / "single", *few).returncode == 6
    for number in (1, 2):
        assert gate(tmp_path / str(number), *few, "--geti-shard", f"{number}/2").returncode == 6
    assert merged(tmp_path / "joined", tmp_path / "2", tmp_path / "1").returncode == 6
    single, joined = judged(tmp_path / "single"), judged(tmp_path / "joined")
    assert {test["status"] for test in single} >= {"passed", "pending"}
    assert joined == single


def test_a_missing_shard_leaves_the_whole_incomplete(tmp_path: Path) -> None:
    assert gate(tmp_path / "1", "-k", "document", "--geti-shard", "1/2").returncode == 6
    join = merged(tmp_path / "joined", tmp_path / "1")
    assert join.returncode == 6
    assert "shard 2/2 is missing" in join.stdout


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--geti-shard", "3/2"], "no shard"),
        (["--geti-shard", "1/2", "--geti-tier", "nightly"], "--geti-seed"),
        (["--geti-shard", "9999/9999"], "is empty"),
        (["--geti-shard", "1/2", "--geti-durations", "/nowhere"], "cannot be read"),
    ],
)
def test_bad_input_is_one_line_and_exit_4(tmp_path: Path, options: list[str], words: str) -> None:
    run = gate(tmp_path, *options)
    assert run.returncode == 4, run.stdout[-2000:]
    assert words in run.stderr
