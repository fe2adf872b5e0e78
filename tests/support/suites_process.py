"""The suites as a process of their own, as a user starts them."""

from __future__ import annotations

import sys
from pathlib import Path


def suites_command(out: Path, *options: str) -> list[str]:
    """What judges a deployment and writes its reports into ``out``; to be run where the suites are."""
    return [sys.executable, "-m", "pytest", "suites", "--geti-report-dir", str(out), *options]
