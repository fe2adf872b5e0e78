"""``.ci/run`` installs only what a machine lacks, and then runs every check in order."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / ".ci" / "run"
TARGETS = ["test", "test-all", "lint", "types", "imports", "gate"]
# Notes how it was called. Where it installs something, that is a program from then on.
STUB = """#!/usr/bin/env bash
program=$(basename "$0")
echo "$program $*" >> "$CALLS"
if [ "$program" = apt-get ]; then
  for package in "$@"; do
    case $package in
      chromium | npm) cp "$0" "$(dirname "$0")/$package" ;;
      nodejs) cp "$0" "$(dirname "$0")/node" ;;
    esac
  done
fi
if [ "$program $*" = "make $FAILING" ]; then exit 1; fi
"""


def run_ci(directory: Path, present: tuple[str, ...], failing: str = "") -> tuple[int, list[str]]:
    """Run a copy of the script with these programs and no others: its exit status and the calls that it made."""
    programs, script, calls = directory / "bin", directory / ".ci" / "run", directory / "calls"
    programs.mkdir()
    script.parent.mkdir()
    shutil.copy(SCRIPT, script)
    for tool in ("bash", "basename", "dirname", "cp"):
        (programs / tool).symlink_to(shutil.which(tool) or "")
    for name in ("apt-get", "make", *present):
        (programs / name).write_text(STUB)
        (programs / name).chmod(0o755)
    (programs / "id").write_text("#!/usr/bin/env bash\necho 0\n")
    (programs / "id").chmod(0o755)
    environment = {"PATH": str(programs), "CALLS": str(calls), "FAILING": failing}
    status = subprocess.run([script], env=environment, check=False, timeout=60, stdout=subprocess.DEVNULL).returncode
    return status, calls.read_text().splitlines()


@pytest.mark.parametrize(
    ("present", "installed"),
    [
        (("chromium", "node", "npm"), []),
        (("node", "npm"), ["chromium"]),
        (("node",), ["chromium", "npm"]),
        (("chromium", "node"), ["npm"]),
        (("chromium",), ["nodejs", "npm"]),
        ((), ["chromium", "nodejs", "npm"]),
    ],
    ids=lambda names: "+".join(names) or "nothing",
)
def test_only_what_is_missing_is_installed(tmp_path: Path, present: tuple[str, ...], installed: list[str]) -> None:
    status, calls = run_ci(tmp_path, present)
    asked = [call.split() for call in calls if call.startswith("apt-get") and "install" in call]
    assert status == 0
    assert [[name for name in call if name in ("chromium", "nodejs", "npm")] for call in asked] == (
        [installed] if installed else []
    )


def test_every_check_runs_in_order(tmp_path: Path) -> None:
    status, calls = run_ci(tmp_path, ("chromium", "node", "npm"))
    assert status == 0
    assert [call for call in calls if call.startswith("make")] == [f"make {target}" for target in TARGETS]


@pytest.mark.parametrize("target", TARGETS)
def test_nothing_runs_after_a_check_that_failed(tmp_path: Path, target: str) -> None:
    status, calls = run_ci(tmp_path, ("chromium", "node", "npm"), failing=target)
    assert status != 0
    assert calls[-1] == f"make {target}"
