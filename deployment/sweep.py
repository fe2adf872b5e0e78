"""``python -m deployment sweep``: remove what earlier runs left, and only that."""

from __future__ import annotations

import argparse
import os
import ssl
import sys
from pathlib import Path
from typing import Final

from deployment.cleanup import Cleanup
from deployment.client import Client
from deployment.discovery import discover
from deployment.errors import SetupError
from deployment.ledger import default_directory
from deployment.ledger_records import Record, forget, is_living, read_record, runs
from deployment.target import base_url, read_token

CLEAN: Final = 0
USAGE: Final = 4
INCOMPLETE: Final = 6
_EPILOG: Final = """\
Each run keeps a ledger of what it creates. A run that was killed could not delete; this deletes in its place, newest
first: the projects that the ledger names, and where the ledger holds a request without its answer, the projects whose
names begin with geti-contract-RUN. Everything else is left alone, and so is a run that still goes on.

exit status: 0 nothing is left; 4 a wrong option, no key, or the deployment cannot be reached; 6 something is left, and
each line that begins with LEFT says what and why.
"""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command and its options."""
    parser = commands.add_parser(
        "sweep",
        help="remove what earlier runs left, and only that",
        description=__doc__,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    given = os.environ.get
    parser.add_argument(
        "--ledger-dir",
        metavar="DIR",
        default=given("GETI_LEDGER_DIR") or str(default_directory()),
        help="where the ledgers are [GETI_LEDGER_DIR] (default: %(default)s)",
    )
    parser.add_argument(
        "--geti-url",
        metavar="URL",
        default=given("GETI_URL"),
        help="only runs against this deployment [GETI_URL] (default: as the ledgers say)",
    )
    parser.add_argument(
        "--geti-token-file",
        metavar="FILE",
        default=given("GETI_TOKEN_FILE"),
        help="a file that holds the key, or set GETI_TOKEN [GETI_TOKEN_FILE]",
    )
    parser.add_argument(
        "--geti-ca-bundle",
        metavar="FILE",
        default=given("GETI_CA_BUNDLE"),
        help="PEM file with the certificate authority to trust [GETI_CA_BUNDLE]",
    )
    parser.add_argument("--run", metavar="RUN", help="only the run with this id (default: all)")
    parser.add_argument(
        "--patience",
        metavar="S",
        type=float,
        default=60.0,
        help="seconds to wait for a deployment that is busy or away (default: 60)",
    )
    parser.add_argument("--dry-run", action="store_true", help="say what would be deleted, and delete nothing")
    parser.set_defaults(command=sweep)


def sweep(options: argparse.Namespace) -> int:
    """Sweep every run that has a ledger; the exit status."""
    try:
        ledgers = _chosen(options)
        token = read_token(options.geti_token_file) if any(_left_something(each) for _, each in ledgers) else ""
        statuses = [_sweep(directory, record, token, options) for directory, record in ledgers]
    except SetupError as error:
        print(f"python -m deployment sweep: {error}", file=sys.stderr)
        return USAGE
    if not ledgers:
        print(f"Nothing to sweep: {options.ledger_dir} holds no such ledger.")
    return max(statuses, default=CLEAN)


def _chosen(options: argparse.Namespace) -> list[tuple[Path, Record]]:
    """The ledgers that the options name. Raises ``SetupError``."""
    directory = Path(options.ledger_dir)
    if options.geti_url is not None:
        base_url(options.geti_url)
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
        if options.run in (None, record.run_id) and options.geti_url in (None, record.url)
    ]
    urls = sorted({record.url for _, record in ledgers if _left_something(record)})
    if len(urls) > 1:
        raise SetupError(f"the ledgers are of {', '.join(urls)}, and a key is of one; say which with --geti-url")
    return ledgers


def _left_something(record: Record) -> bool:
    return bool(record.projects or record.unresolved or record.damaged)


def _sweep(directory: Path, record: Record, token: str, options: argparse.Namespace) -> int:
    run = record.run_id
    if is_living(directory):
        print(f"LEFT by run {run}: it still goes on; sweep again when it has ended")
        return INCOMPLETE
    if not _left_something(record):
        print(f"run {run}: it left nothing")
    else:
        cleanup = _cleaned(record, token, options)
        verb = "would be deleted" if options.dry_run else "deleted"
        for project in cleanup.deleted:
            print(f"run {run}: {verb}: {project}")
        for line in cleanup.left:
            print(f"LEFT by run {run}: {line}")
        if cleanup.left or (options.dry_run and cleanup.deleted):
            return INCOMPLETE
        print(f"run {run}: {len(cleanup.deleted)} {verb}, nothing is left")
    if not options.dry_run:
        forget(directory)
    return CLEAN


def _cleaned(record: Record, token: str, options: argparse.Namespace) -> Cleanup:
    try:
        client = Client(base_url(record.url), token, record.run_id, options.geti_ca_bundle)
    except OSError as error:
        reason = "holds no certificate" if isinstance(error, ssl.SSLError) else f"cannot be read ({error.strerror})"
        raise SetupError(f"--geti-ca-bundle {options.geti_ca_bundle} {reason}; give a PEM file") from None
    try:
        discover(client)
        cleanup = Cleanup(client, record, options.patience, dry=options.dry_run)
        cleanup.clear()
    finally:
        client.close()
    return cleanup
