"""``python -m harness``: what is done to a deployment beside judging it, which is ``pytest suites``."""

from __future__ import annotations

import io
import sys

from contract.results import ExitStatus
from deployment.options import CommandParser
from harness import discover


def main() -> int:
    """Run the command that was typed; its exit status."""
    parser = CommandParser(prog="python -m harness", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    discover.add_parser(commands)
    options = parser.parse_args()
    status: ExitStatus = options.command(options)
    return int(status)


if __name__ == "__main__":
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a console that has not every character gets the rest
    sys.exit(main())
