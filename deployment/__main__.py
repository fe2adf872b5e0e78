"""``python -m deployment``: what can be done to a deployment, or to its document, beside judging it."""

from __future__ import annotations

import sys

from deployment import audit, compatibility, sweep
from deployment.commands import run

if __name__ == "__main__":
    sys.exit(run("python -m deployment", __doc__, sweep, audit, compatibility))
