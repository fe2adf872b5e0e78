"""``python -m deployment sweep``: remove what earlier runs left, and only that."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from contract.results import ExitStatus
from deployment.budget import Budget
from deployment.cleanup import Cleanup
from deployment.client import Client
from deployment.discovery import discover
from deployment.errors import SetupError
from deployment.ledger import default_directory
from deployment.ledger_records import Record, forget, is_living, read_record, runs
from deployment.options import OPTIONS, CommandParser, values
from deployment.planted_record import planted_run, record_of
from deployment.target import base_url, read_token

_EPILOG: Final = """\
Each run keeps a ledger of what it creates. A run that was killed could not delete; this deletes in its place, newest
first: the projects that the ledger names, and where the ledger holds a request without its answer, the projects whose
names begin with geti-contract-RUN. Everything else is left alone, and so is a run that still goes on.

What --geti-plant planted is kept until --planted FILE asks for it. It is then found by the ledger, by the plant file,
and, with --url, in another deployment that it was imported to, by the names of its projects.

The options of a run are taken here too, so that both commands can be given the same; those that are not listed mean
nothing here.

exit status: 0 nothing is left; 4 a wrong option, no key, or the deployment cannot be reached; 6 something is left, and
each line that begins with LEFT says what and why.
"""
# The options of a run that mean something here, with what they mean where that is not the same; each has a short form.
_USED: Final = {
    "ledger-dir": "where the ledgers are; without it the user's state directory",
    "url": "only runs against this deployment; without it as the ledgers say",
    "token-file": "",
    "ca-bundle": "",
    "proxy": "",
    "timeout": "wait so many seconds for an answer",
    "rate": "",
}


def add_parser(commands: argparse._SubParsersAction[CommandParser]) -> None:
    """Declare the command and its options."""
    parser = commands.add_parser(
        "sweep",
        help="remove what earlier runs left, and only that",
        description=__doc__,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    for name, option in OPTIONS.items():
        own = (f"--{name}",) if name in _USED else ()
        option.declare(add, *own, meaning=_USED.get(name, ""), listed=name in _USED)
    parser.add_argument("--run", metavar="RUN", help="only the run with this id (default: all)")
    parser.add_argument(
        "--planted", metavar="FILE", help="what was planted and noted in this plant file, or by the run of this id"
    )
    parser.add_argument(
        "--patience",
        metavar="S",
        type=float,
        default=60.0,
        help="seconds to wait for a deployment that is busy or away (default: 60)",
    )
    parser.add_argument("--dry-run", action="store_true", help="say what would be deleted, and delete nothing")
    parser.set_defaults(command=sweep)


def sweep(options: argparse.Namespace) -> ExitStatus:
    """Sweep every run that has a ledger; the exit status."""
    try:
        options = argparse.Namespace(**vars(options) | values(options, _USED))
        options.ledger_dir = options.ledger_dir or default_directory()
        ledgers = _chosen(options)
        token = read_token(options.token_file) if any(_left_something(each) for _, each in ledgers) else ""
        statuses = [_sweep(directory, record, token, options) for directory, record in ledgers]
    except SetupError as error:
        print(f"python -m deployment sweep: {error}", file=sys.stderr)
        return ExitStatus.USAGE
    if not ledgers:
        print(f"Nothing to sweep: {options.ledger_dir} holds no such ledger.")
    return max(statuses, default=ExitStatus.KEPT)


def _chosen(options: argparse.Namespace) -> Sequence[tuple[Path | None, Record]]:
    """The ledgers that the options name. Raises ``SetupError``."""
    directory: Path = options.ledger_dir
    if options.planted is not None:
        return [_planted(directory, options)]
    if not directory.is_dir() and directory != default_directory():
        raise SetupError(f"--ledger-dir {directory} is no directory; give the one that the runs were given")
    try:
        known = [(each, read_record(each)) for each in runs(directory)]
    except OSError as error:
        raise SetupError(f"{error.filename} cannot be read ({error.strerror}); check --ledger-dir") from None
    if options.run is not None and options.run not in [record.run_id for _, record in known]:
        raise SetupError(f"{directory} holds no run {options.run}; leave --run away to sweep all that it holds")
    ledgers = [
        (each, record)
        for each, record in known
        if options.run in (None, record.run_id) and options.url in (None, record.url)
    ]
    for _, record in ledgers:
        if record.planted:
            print(f"run {record.run_id}: KEPT, it planted {record.planted}; --planted {record.planted} removes it")
    ledgers = [(each, record) for each, record in ledgers if not record.planted]
    urls = sorted({record.url for _, record in ledgers if _left_something(record)})
    if len(urls) > 1:
        raise SetupError(f"the ledgers are of {', '.join(urls)}, and a key is of one; say which with --geti-url")
    return ledgers


def _planted(directory: Path, options: argparse.Namespace) -> tuple[Path | None, Record]:
    """The ledger of what was planted, else what its file says of it, without a ledger. Raises ``SetupError``."""
    run, planted = planted_run(options.planted)
    ledger = directory / run
    known = read_record(ledger) if ledger.is_dir() else None
    if known is not None and options.url in (None, known.url):
        return ledger, known
    if planted is None:
        raise SetupError(f"{directory} holds no run {run}; give the plant file, or --ledger-dir as it was planted with")
    return None, record_of(planted, options.url or planted.url)


def _left_something(record: Record) -> bool:
    return bool(record.projects or record.unresolved or record.unplaced or record.damaged)


def _sweep(directory: Path | None, record: Record, token: str, options: argparse.Namespace) -> ExitStatus:
    run = record.run_id
    if directory is not None and is_living(directory):
        print(f"LEFT by run {run}: it still goes on; sweep again when it has ended")
        return ExitStatus.INCOMPLETE
    if not _left_something(record):
        print(f"run {run}: it left nothing")
    else:
        cleanup = _cleaned_up(record, token, options)
        verb = "would be deleted" if options.dry_run else "deleted"
        for name in cleanup.deleted:
            print(f"run {run}: {verb}: {name}")
        for reason in cleanup.left:
            print(f"LEFT by run {run}: {reason}")
        if cleanup.left or (options.dry_run and cleanup.deleted):
            return ExitStatus.INCOMPLETE
        print(f"run {run}: {len(cleanup.deleted)} {verb}, nothing is left")
    if not options.dry_run and directory is not None:
        forget(directory)
    return ExitStatus.KEPT


def _cleaned_up(record: Record, token: str, options: argparse.Namespace) -> Cleanup:
    budget = Budget(options.rate)
    client = Client(
        base=base_url(record.url),
        token=token,
        run_id=record.run_id,
        ca_bundle=options.ca_bundle,
        timeout=options.timeout,
        asked_proxy=options.proxy,
        budget=budget,
    )
    try:
        discovery = discover(client, record.workspace)
        cleanup = Cleanup(client, record.within(discovery.root), options.patience, dry=options.dry_run)
        cleanup.clear()
    finally:
        client.close()
    return cleanup
