"""``python -m harness``: what is done to a deployment beside judging it, which is ``pytest suites``."""

from __future__ import annotations

import sys

from deployment.commands import run
from harness import discover

if __name__ == "__main__":
    sys.exit(run("python -m harness", __doc__, discover))
