"""``python -m deployment``: what can be done to a deployment beside judging it."""

from __future__ import annotations

import argparse
import sys

from deployment import sweep


def main() -> int:
    """Run the command that was typed; its exit status."""
    parser = argparse.ArgumentParser(prog="python -m deployment", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    sweep.add_parser(commands)
    try:
        options = parser.parse_args()
    except SystemExit as end:
        return sweep.USAGE if end.code else sweep.CLEAN  # 2, which argparse ends with, says interrupted here
    status: int = options.command(options)
    return status


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(2)
