"""``python -m benchmarks.power.reproduced``: does the folder of a finding know a fault from none?.

Each fault's deployment is judged, and the script of each folder sent to it, which must end with 1, and to a sound one,
which must end with 0.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from itertools import groupby
from pathlib import Path
from typing import Final

from benchmarks.common import embedded_as_in_the_gate
from benchmarks.power.early_stop import ExpectedFinding
from benchmarks.power.runs import TIMEOUT_S
from contract.results import ExitStatus
from contract.verdicts import BROKEN
from deployment.options import CommandParser
from reference.faults import FAULTS
from reference.faults.fault import Fault

_STANDS: Final = 1
_MENDED: Final = 0
_LONGEST_S: Final = 900


@dataclass(frozen=True, slots=True)
class Folder:
    """The folder of one finding: what its script ended with at the faulty and at the sound deployment, and said."""

    name: str
    faulty: int
    sound: int
    said: str

    @property
    def holds(self) -> bool:
        """Whether the script knows the one from the other."""
        return (self.faulty, self.sound) == (_STANDS, _MENDED)


def reproduced(fault: Fault, keep: Path | None = None) -> list[Folder]:
    """Judge a deployment with a fault until something is broken, and run the script of its folder there and elsewhere.

    ``keep`` is where the reports stay.
    """
    with tempfile.TemporaryDirectory(prefix="geti-contract-folders-") as made:
        directory, other = Path(made, "faulty"), Path(made, "sound")
        directory.mkdir()
        other.mkdir()
        with (
            embedded_as_in_the_gate(directory, [fault.name]) as (faulty, aimed, environment),
            embedded_as_in_the_gate(other) as (sound, _, sound_environment),
        ):
            out = keep / fault.name if keep is not None else directory / "out"
            expected = ExpectedFinding(fault.requirements, fault.side, fault.verdict)
            stop = ["-x", "--geti-parallel", "1", "-p", "benchmarks.power.early_stop", "--power-expect", expected.text]
            command = [sys.executable, "-m", "pytest", "suites", "-q", "--assert=plain", "--geti-url", faulty]
            command += ["--geti-timeout", str(TIMEOUT_S), "--geti-report-dir", str(out), *aimed, *stop]
            subprocess.run(command, env=environment, capture_output=True, check=False, timeout=_LONGEST_S)
            keys = {f"GETI_{name.upper()}_TOKEN": (directory / name).read_text() for name in ("expired", "foreign")}
            others = {f"GETI_{name.upper()}_TOKEN": (other / name).read_text() for name in ("expired", "foreign")}
            return [
                _ran(folder, (faulty, environment | keys), (sound, sound_environment | others))
                for folder in sorted((out / "findings").glob("[0-9]*"))
            ]


def _ran(folder: Path, faulty: tuple[str, dict[str, str]], sound: tuple[str, dict[str, str]]) -> Folder:
    first, said = script(folder, *faulty)
    second, then = script(folder, *sound)
    return Folder(folder.name, first, second, f"{said}\n--- sound:\n{then}")


def script(folder: Path, url: str, environment: Mapping[str, str]) -> tuple[int, str]:
    """What the script of a folder ends with at a deployment, and what it prints."""
    command = [sys.executable, "reproduce.py", url, "--timeout", str(TIMEOUT_S)]
    ended = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, **environment, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=_LONGEST_S,
    )
    return ended.returncode, ended.stdout + ended.stderr


def sampled(faults: Sequence[Fault], every: int) -> Iterator[Fault]:
    """Of each class of faults the first and every so-many-th."""
    for _, group in groupby(sorted(faults, key=lambda fault: fault.group), key=lambda fault: fault.group):
        yield from list(group)[::every]


def main() -> int:
    """Run, print, and end with 1 where a folder does not hold."""
    parser = CommandParser(prog="python -m benchmarks.power.reproduced", description=__doc__)
    parser.add_argument("pattern", nargs="*", default=["*"], help="names or classes of faults; * stands for any part")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="of each class every N-th fault")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="leave the reports there")
    options = parser.parse_args()
    known = [each for each in FAULTS.values() if each.verdict in {verdict.value for verdict in BROKEN}]
    chosen = [each for each in known if any(fnmatchcase(each.name, p) or each.group == p for p in options.pattern)]
    held: Counter[bool] = Counter()
    whole: Counter[bool] = Counter()
    for fault in sampled(chosen, options.every):
        folders = reproduced(fault, keep=options.keep)
        for folder in folders:
            held[folder.holds] += 1
            words = "holds" if folder.holds else f"ENDS WITH {folder.faulty} AND {folder.sound}\n{folder.said}"
            print(f"{fault.name}: {folder.name}: {words}", flush=True)
        if not folders:
            print(f"{fault.name}: NO FOLDER", flush=True)
        whole[bool(folders) and all(each.holds for each in folders)] += 1
    print(f"{held[True]} of {held.total()} folders hold; {whole[True]} of {whole.total()} faults wholly")
    return int(ExitStatus.BROKEN if whole[False] else ExitStatus.KEPT)


if __name__ == "__main__":
    sys.exit(main())
