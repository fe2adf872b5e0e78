"""``python -m harness discover``: find out what a deployment really does, and write it as a profile and as a page."""

from __future__ import annotations

import argparse
import os
import secrets
import sys
import time
from pathlib import Path
from typing import Final

import pytest

from contract.limits import LIMITS
from contract.profiles import ProfileError
from contract.results import ExitStatus, RunInfo
from contract.survey import Sighting
from contract.version import VERSION
from deployment.errors import SetupError
from deployment.ledger import run_prefix
from deployment.options import OPTIONS, CommandParser
from harness.connection import Connection, reach
from harness.interrupts import Interrupts
from harness.options import Options, checked
from harness.progress import shown
from judges.costs import requests_to_fill
from judges.rest.plan import make_plan
from judges.survey.survey import survey
from judges.workspace import Workspace
from reports.files import ReportError, prove_writable, write_whole
from reports.survey import survey_markdown, survey_page, survey_profile
from reports.text import count, escape

_EPILOG: Final = """\
It looks for each limit and constraint at each place where it must hold, by doubling and bisection, and takes no number
from a table. Three files come of it: a profile for --geti-profile, in which each value stands with what was seen, and
the page "what this deployment does" in Markdown and in HTML. What costs thousands of requests is looked for with
--geti-tier capacity alone. It creates projects of its own, and deletes them at the end, as a run does.

The options of a run are taken here too, so that all commands can be given the same; those that are not listed mean
nothing here.

exit status: 0 all is known; 2 interrupted; 4 a wrong option, no key, or the deployment cannot be reached; 6 something
could not be found out, or not deleted. Whatever was found is written all the same.
"""
_USED: Final = {
    "url": "",
    "token-file": "",
    "workspace": "",
    "tier": "gate, or capacity: also counts of thousands",
    "report-dir": "where the page goes",
    "ledger-dir": "",
    "ca-bundle": "",
    "proxy": "",
    "openapi": "",
    "rate": "",
    "max-requests": "send at most so many requests; what is left then is unknown",
    "max-bytes": "",
    "max-seconds": "look for at most so many seconds",
    "timeout": "",
    "settle": "",
    "fault": "",
}
PAGES: Final = ("discovered.md", "discovered.html")


def add_parser(commands: argparse._SubParsersAction[CommandParser]) -> None:
    """Declare the command and its options."""
    parser = commands.add_parser(
        "discover",
        help="find out what a deployment really does",
        description=__doc__,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    for name, option in OPTIONS.items():
        option.declare(parser.add_argument, meaning=_USED.get(name, ""), listed=name in _USED)
    parser.add_argument(
        "--to", metavar="FILE", type=Path, help="where the profile goes; else discovered.toml beside the page"
    )
    parser.add_argument("--overwrite", action="store_true", help="replace a profile that is there already")
    parser.set_defaults(command=discover)


def discover(options: argparse.Namespace) -> ExitStatus:
    """Look, and write what was found; the exit status."""
    interrupts = Interrupts()
    interrupts.listen()
    try:
        asked = checked(options)
        target = options.to or asked.report_dir / "discovered.toml"
        if target.exists() and not options.overwrite:
            raise SetupError(f"{target} exists; give --overwrite, or another --to FILE")
        prove_writable(target.parent, asked.report_dir)
        connection = reach(asked, secrets.token_hex(4))
    except (SetupError, ProfileError, ReportError, pytest.UsageError) as error:
        return _refused(error)
    except KeyboardInterrupt:
        return ExitStatus.INTERRUPTED
    try:
        return _discovered(connection, _workspace(connection, asked), asked, target, interrupts)
    except SetupError as error:
        return _refused(error)
    finally:
        connection.close()


def _say(text: str) -> None:
    """Print as long as somebody reads it: what was made must be deleted, and what was found written, all the same."""
    try:
        print(text, flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _refused(error: Exception) -> ExitStatus:
    print(f"python -m harness discover: {error}", file=sys.stderr)
    return ExitStatus.USAGE


def _discovered(
    connection: Connection, workspace: Workspace, options: Options, target: Path, interrupts: Interrupts
) -> ExitStatus:
    client, started, seen = connection.client, time.time(), list[Sighting]()
    client.breaker.say = _say
    version = connection.discovery.product.get("build-version", "version unknown")
    _say(f"deployment: {client.base} {version}, tier {options.tier}, run {client.run_id}")
    if options.tier == "capacity":
        filling = requests_to_fill(connection.discovery.profile)
        _say(f"counts are filled up until one more is refused: about {filling:,} requests at the documented limits")
        _say("Ctrl-C ends it at any time: what was found until then is written, and what was made deleted")
    try:
        for sighting in survey(workspace, lambda: _stopped(connection)):
            seen.append(client.redactor.cleaned(sighting))
            _say(escape(f"{seen[-1].row:34}{seen[-1].where}: {seen[-1].words}"))
    except KeyboardInterrupt:
        _say("interrupted: what was found is written")
    interrupts.ignore()
    connection.teardown.delete_everything()
    for line in connection.teardown.lines:
        _say(line)
    run = _run_info(connection, options, started)
    try:
        write_whole(target, survey_profile(run, connection.discovery.profile.base, seen))
        write_whole(options.report_dir / PAGES[0], survey_markdown(run, seen))
        write_whole(options.report_dir / PAGES[1], survey_page(run, seen))
    except ReportError as error:
        _say(f"NOT WRITTEN: {error}")
        return ExitStatus.INCOMPLETE
    unknown = sum(not each.is_known and not each.left for each in seen)
    counts = sum(each.requests for each in seen if each.row in LIMITS and LIMITS[each.row].counting)
    cost = f"{run.requests:,} requests, {counts:,} of them for counts, in {time.time() - started:.0f} s"
    _say(f"\n{count(len(seen), 'place')}, {unknown} of them not known; {cost}")
    _say(f"profile: {target}\npage: {options.report_dir}/{{{','.join(PAGES)}}}")
    if interrupts.came:
        return ExitStatus.INTERRUPTED
    return ExitStatus.INCOMPLETE if unknown or connection.teardown.left else ExitStatus.KEPT


def _stopped(connection: Connection) -> str:
    """Why nothing more can be asked; empty as long as it can."""
    client = connection.client
    if client.budget.stopped:
        return client.budget.stopped
    return "" if client.key_opens() is not None else "the deployment no longer answers"


def _workspace(connection: Connection, options: Options) -> Workspace:
    client = connection.client
    return Workspace(
        client=client,
        discovery=connection.discovery,
        profile=connection.discovery.profile,
        prefix=run_prefix(client.run_id),
        seed=options.seed,
        tier=options.tier,
        timeout_s=options.timeout,
        files=options.report_dir,
        watch=shown,
        document=make_plan(client, options.openapi, options.ca_bundle).content or None,
    )


def _run_info(connection: Connection, options: Options, started: float) -> RunInfo:
    client = connection.client
    info: RunInfo = client.redactor.cleaned(
        RunInfo(
            run_id=client.run_id,
            tool_version=VERSION,
            tier=options.tier,
            profile=connection.discovery.profile.name,
            profile_changes={},
            base_url=client.base,
            deployment=connection.discovery.product,
            seed=options.seed,
            started_ms=int(started * 1000),
            stopped_ms=int(time.time() * 1000),
            requests=client.traffic.requests,
            notes=connection.discovery.remarks,
            embedded=connection.embedded is not None,
        )
    )
    return info
