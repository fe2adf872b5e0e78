"""The commands of a package, as ``python -m PACKAGE COMMAND`` runs them."""

from __future__ import annotations

import argparse
import io
import sys
from typing import Protocol

from contract.results import ExitStatus
from deployment.options import CommandParser


class Command(Protocol):
    """A module that is a command: its parser sets ``command``, what runs it and gives its exit status."""

    def add_parser(self, commands: argparse._SubParsersAction[CommandParser]) -> None:
        """Declare the command and its options."""


def run(program: str, description: str | None, *commands: Command) -> int:
    """Run the command that was typed; its exit status, that of an interrupt where it was interrupted."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a console that has not every character gets the rest
    parser = CommandParser(prog=program, description=description)
    declared = parser.add_subparsers(required=True, metavar="COMMAND")
    for command in commands:
        command.add_parser(declared)
    options = parser.parse_args()
    try:
        status: ExitStatus = options.command(options)
    except KeyboardInterrupt:
        return int(ExitStatus.INTERRUPTED)
    return int(status)
