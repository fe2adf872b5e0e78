"""``python -m deployment``: what can be done to a deployment, or to its document, beside judging it."""

from __future__ import annotations

import io
import sys

from contract.results import ExitStatus
from deployment import audit, compatibility, sweep
from deployment.options import CommandParser


def main() -> int:
    """Run the command that was typed; its exit status."""
    parser = CommandParser(prog="python -m deployment", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for command in (sweep, audit, compatibility):
        command.add_parser(commands)
    options = parser.parse_args()
    status: ExitStatus = options.command(options)
    return int(status)


if __name__ == "__main__":
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a console that has not every character gets the rest
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(int(ExitStatus.INTERRUPTED))
