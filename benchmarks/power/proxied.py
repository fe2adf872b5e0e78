"""Faults that a reverse proxy puts before the embedded deployment: whoever writes them need not touch the project.

``COMMAND --list`` prints one JSON object a line: ``name``, ``requirements``, ``side``, ``verdict``, and where there are
any ``sentence`` and ``also``, as in the catalogue. ``COMMAND NAME URL`` serves the deployment at ``URL`` with that
fault, prints its own base URL as its first line, and ends when its input does. What it forwards must keep ids and
addresses as they are.
"""

from __future__ import annotations

import json
import shlex
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from reference.behaviour import Behaviour
from reference.faults.fault import Fault

_LISTING_S = 60
_ENDING_S = 10


class ProxyCommandError(Exception):
    """A command that does not do what is asked of it; the message says what."""


def faults_of(command: str) -> list[Fault]:
    """The faults that a command lists. Raises ``ProxyCommandError``."""
    try:
        listed = subprocess.run(
            [*shlex.split(command), "--list"], capture_output=True, text=True, check=True, timeout=_LISTING_S
        )
        return [_fault(json.loads(line)) for line in listed.stdout.splitlines() if line.strip()]
    except (OSError, subprocess.SubprocessError, ValueError, KeyError, TypeError) as error:
        raise ProxyCommandError(
            f"{command} --list does not list faults ({type(error).__name__}: {error}); print one JSON object a line "
            "with name, requirements, side and verdict"
        ) from None


@contextmanager
def serving(command: str, fault: Fault, url: str) -> Iterator[str]:
    """The base URL of the proxy with one fault, while the context is open. Raises ``ProxyCommandError``."""
    process = subprocess.Popen(
        [*shlex.split(command), fault.name, url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        base = process.stdout.readline().strip()
        if not base.startswith("http://"):
            raise ProxyCommandError(
                f"{command} {fault.name} printed {base!r} first; print the base URL, http://HOST:PORT"
            )
        yield base
    finally:
        try:
            process.communicate("", timeout=_ENDING_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _fault(given: dict[str, object]) -> Fault:
    requirements, also = given["requirements"], given.get("also", [])
    if not isinstance(requirements, list) or not isinstance(also, list):
        raise TypeError("requirements and also are lists")
    side = given.get("side")
    return Fault(
        name=str(given["name"]),
        sentence=str(given.get("sentence", "")),
        group="proxied",
        requirements=tuple(map(str, requirements)),
        side=None if side is None else str(side),
        verdict=str(given["verdict"]),
        behaviour=Behaviour,
        also=tuple(map(str, also)),
    )
