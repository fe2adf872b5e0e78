"""The script in the folder of a finding: 1 where the fault is, 0 where there is none, 3 where it cannot tell."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.power.reproduced import deployment, reproduced, run_script, sampled
from contract.verdicts import BROKEN
from deployment.embedded import Embedded
from reference.faults import FAULTS
from reports.causes import causes
from reports.finding.folders import FINDINGS, write_folders
from tests.unit.reports.finding_samples import finding
from tests.unit.reports.samples import run_info

# A limit of media, and an answer of the REST contract.
KINDS = ("video-width-7680", "field-missing")
# A listing that others fill, too; a key that is echoed to whatever is asked.
OTHERS = ("last-page-repeats", "key-in-header")
SLOW = sorted({*OTHERS, *(fault.name for fault in sampled(FAULTS, ["*"], every=12))} - {*KINDS})
UNKNOWN = 3
pytestmark = pytest.mark.processes


@pytest.fixture(scope="module")
def sound() -> Iterator[Embedded]:
    with deployment() as started:
        yield started


@pytest.mark.parametrize("name", [*KINDS, *(pytest.param(name, marks=pytest.mark.slow) for name in SLOW)])
def test_a_script_knows_the_faulty_deployment_from_the_sound_one(name: str, sound: Embedded, tmp_path: Path) -> None:
    done = reproduced(FAULTS[name], sound, tmp_path)
    assert done is not None
    assert done.holds, done.printed
    assert not any(sound.token in file.read_text(errors="replace") for file in tmp_path.rglob("*.*") if file.is_file())


def test_a_script_that_cannot_tell_ends_with_neither(sound: Embedded, tmp_path: Path) -> None:
    write_folders(run_info(), causes([finding()], *BROKEN), tmp_path)
    (folder,) = (tmp_path / FINDINGS).iterdir()
    script = [sys.executable, str(folder / "reproduce.py")]
    for environment, url, words in (
        ({}, sound.url, "set GETI_TOKEN"),
        ({"GETI_TOKEN": "nobody's"}, sound.url, "check the address, the key"),
        ({"GETI_TOKEN": sound.token}, "http://127.0.0.1:1", "no answer"),
    ):
        ended = subprocess.run([*script, url], env=environment, capture_output=True, text=True, check=False)
        assert ended.returncode == UNKNOWN, ended.stderr
        assert words in ended.stdout
    (folder / "sending.py").unlink()
    status, printed = run_script(folder, sound)
    assert (status, "CANNOT TELL" in printed) == (UNKNOWN, True)
