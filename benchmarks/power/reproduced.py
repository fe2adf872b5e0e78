"""``python -m benchmarks.power.reproduced``: does the folder of a finding know a faulty deployment from a sound one?

Of each fault the first finding is made into its folder, whose script must end with 1 at the deployment with the fault,
and with 0 at one without. Cases are judged here, one by one, by what judges them in a run.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from itertools import groupby
from pathlib import Path
from typing import Final

from benchmarks.power.early_stop import ExpectedFinding
from contract.profiles import PUBLISHED_PROFILES, scaled_down
from contract.results import ExitStatus, Result, RunInfo
from contract.verdicts import BROKEN
from contract.version import VERSION
from deployment import embedded
from deployment.client import Client
from deployment.discovery import discover
from deployment.embedded import Embedded
from deployment.options import CommandParser
from harness.confirmation import Confirmation
from harness.lane import Lane
from harness.manifest import Manifest
from harness.turns import Turns
from judges.family import Scope
from judges.rest.plan import make_plan
from judges.workspace import Workspace
from reference.faults import FAULTS
from reference.faults.fault import Fault
from reports.causes import causes
from reports.finding.folders import FINDINGS, write_folders

_PROFILE: Final = scaled_down(PUBLISHED_PROFILES["cloud"])
_STANDS, _MENDED = 1, 0
# A few answers never come; so long each is waited for, in seconds.
_TIMEOUT_S: Final = 10.0
_LONGEST_S: Final = 600
_MOST_CASES: Final = 60


@dataclass(frozen=True, slots=True)
class Reproduced:
    """The folder of one finding: what its script ended with at the faulty and at the sound deployment, and printed."""

    folder: str
    faulty: int
    sound: int
    printed: str

    @property
    def holds(self) -> bool:
        """Whether the script knows the one from the other."""
        return (self.faulty, self.sound) == (_STANDS, _MENDED)


@contextmanager
def deployment(faults: Sequence[str] = ()) -> Iterator[Embedded]:
    """An embedded deployment with the limits of a gate and these faults."""
    limits = {key: value for key, value in _PROFILE.changed().items() if isinstance(value, int)}
    started = embedded.start("cloud", faults, limits)
    try:
        yield started
    finally:
        started.stop()


def reproduced(fault: Fault, sound: Embedded, directory: Path) -> Reproduced | None:
    """Make the first finding of a fault into a folder below ``directory``, and run it; None where nothing is found."""
    with deployment([fault.name]) as faulty:
        client = Client(faulty.url, faulty.token, "0badc0de", timeout=_TIMEOUT_S)
        try:
            found = _first_finding(fault, faulty, client, directory)
        finally:
            client.close()
        if found is None:
            return None
        result, run = found
        write_folders(run, causes([result], *BROKEN), directory)
        (folder,) = (directory / FINDINGS).iterdir()
        (first, printed), (second, then) = run_script(folder, faulty), run_script(folder, sound)
        return Reproduced(folder.name, first, second, f"{printed}--- without the fault:\n{then}")


def _first_finding(fault: Fault, faulty: Embedded, client: Client, directory: Path) -> tuple[Result, RunInfo] | None:
    discovery, now = discover(client), int(time.time() * 1000)
    scope = Scope(_PROFILE, 0, "gate", make_plan(client, None, None))
    manifest = Manifest(scope)
    workspace = Workspace(
        client=client,
        discovery=discovery,
        profile=_PROFILE,
        prefix=f"geti-contract-{client.run_id}",
        seed=0,
        tier="gate",
        timeout_s=_TIMEOUT_S,
        files=directory,
        watch=lambda *_: nullcontext(lambda _done: None),
        document=scope.plan.content or None,
        other_keys={"expired": faulty.expired_token, "foreign": faulty.foreign_token},
    )
    turns, expected = Turns(), ExpectedFinding(fault.requirements, fault.side, fault.verdict)
    lane = Lane(manifest, workspace, turns, Confirmation(client, turns), name="lane 1")
    cases = [case for case in manifest.cases if expected.concerns(case.requirement.id)]
    cases = sorted(cases, key=lambda case: case.side != fault.side)[:: max(1, len(cases) // _MOST_CASES)]
    if all(case.cumulative for case in cases):  # it rests on what others were answered
        before = [case for case in manifest.cases if case.group == cases[0].group and case.read_only]
        cases = [case for case in before if not case.cumulative][:: max(1, len(before) // _MOST_CASES)] + cases
    run = RunInfo("0badc0de", VERSION, "gate", "cloud", {}, client.base, discovery.product, 0, now, now)
    try:
        for case in cases:
            result = lane.result(case, None)
            if result.broken and expected.concerns(case.requirement.id):
                return client.redactor.cleaned(result), replace(run, stopped_ms=int(time.time() * 1000))
    finally:
        lane.close()
    return None


def run_script(folder: Path, at: Embedded, *options: str) -> tuple[int, str]:
    """What the script of a folder ends with at a deployment, and what it prints."""
    keys = {"GETI_TOKEN": at.token, "GETI_EXPIRED_TOKEN": at.expired_token, "GETI_FOREIGN_TOKEN": at.foreign_token}
    ended = subprocess.run(
        [sys.executable, str(folder / "reproduce.py"), at.url, "--timeout", str(_TIMEOUT_S), *options],
        env={**os.environ, **keys, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=_LONGEST_S,
    )
    return ended.returncode, ended.stdout + ended.stderr


def sampled(faults: Mapping[str, Fault], patterns: Sequence[str], every: int) -> list[Fault]:
    """The faults whose name or class a pattern matches and that break something: of each class every so-many-th."""
    broken = {verdict.value for verdict in BROKEN}
    known = [each for each in faults.values() if each.verdict in broken]
    chosen = [each for each in known if any(fnmatchcase(each.name, one) or each.group == one for one in patterns)]
    groups = groupby(sorted(chosen, key=lambda fault: fault.group), key=lambda fault: fault.group)
    return [fault for _, group in groups for fault in list(group)[::every]]


def main() -> int:
    """Run, print, and end with 1 where a folder does not hold."""
    parser = CommandParser(prog="python -m benchmarks.power.reproduced", description=__doc__)
    parser.add_argument("pattern", nargs="*", default=["*"], help="names or classes of faults; * stands for any part")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="of each class every N-th fault")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="leave the folders there")
    options = parser.parse_args()
    faults = sampled(FAULTS, options.pattern, options.every)
    held = 0
    with tempfile.TemporaryDirectory(prefix="geti-contract-folders-") as made, deployment() as sound:
        for fault in faults:
            directory = Path(options.keep or made, fault.name)
            done = reproduced(fault, sound, directory)
            held += done is not None and done.holds
            if done is None:
                print(f"{fault.name}: NOTHING WAS FOUND", flush=True)
            elif done.holds:
                print(f"{fault.name}: {done.folder} holds", flush=True)
            else:
                print(
                    f"{fault.name}: {done.folder} ENDS WITH {done.faulty} AND {done.sound}\n{done.printed}", flush=True
                )
    print(f"of {len(faults)} faults the folder of {held} holds")
    return int(ExitStatus.KEPT if held == len(faults) else ExitStatus.BROKEN)


if __name__ == "__main__":
    sys.exit(main())
