"""Going on with a run that ended before it was done: which one, and what of it is still there.

A run that goes on keeps its id, so one ledger, one prefix and one sweep cover all its processes.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Final

from contract import operations as api
from contract.identifiers import Ids
from deployment.client import Client
from deployment.errors import SetupError
from deployment.ledger import carries, run_prefix
from deployment.ledger_records import Record, is_living, read_record, runs

NEWEST: Final = "auto"


def left_behind(directory: Path, url: str) -> list[Path]:
    """The ledgers of runs against ``url`` that have ended and left projects, the newest first.

    Ledgers that cannot be read are left to the sweep, which says so.
    """
    ledgers = []
    for each in reversed(runs(directory)):
        try:
            record = read_record(each)
            if record.url == url and record.projects and not record.planted and not is_living(each):
                ledgers.append(each)
        except (OSError, ValueError):
            continue
    return ledgers


def chosen(asked: str, directory: Path, url: str) -> str | None:
    """The id of the run to go on with; None where ``auto`` finds none. Raises ``SetupError`` with the next step."""
    ledgers = left_behind(directory, url)
    if asked == NEWEST:
        return ledgers[0].name if ledgers else None
    if asked in [each.name for each in ledgers]:
        return asked
    if asked in [each.name for each in runs(directory)]:
        ledger = directory / asked
        if is_living(ledger):
            raise SetupError(f"--geti-resume {asked}: that run still goes on; wait for its end")
        record = read_record(ledger)
        if record.url != url:
            raise SetupError(f"--geti-resume {asked}: that run was against {record.url}; give it as --geti-url")
    known = ", ".join(each.name for each in ledgers) or "none"
    raise SetupError(f"--geti-resume {asked}: no such run left anything for {url} in {directory}; there is: {known}")


def resumed_projects(client: Client, root: str, record: Record, keeps: Callable[[str], bool]) -> dict[str, str]:
    """The projects of an earlier process of this run that it may go on with, by what follows the run's prefix.

    Only what the ledger names, and the deployment still lists under a name of the run, is ours. What ``keeps`` says no
    to is deleted. Raises ``SetupError`` where the projects cannot be listed.
    """
    answer = client.send(*api.LIST_PROJECT_NAMES.at(root))
    names = answer.names("projects")
    if names is None:
        raise SetupError(f"the projects of {client.base} cannot be listed ({answer.words}); nothing to go on with")
    ours = Ids(one.ids[0] for one in record.projects) - record.foreign
    kept = {}
    for identifier, name in names.items():
        if identifier in ours and carries(name, record.run_id):
            client.created.add(identifier)
            title = name.removeprefix(run_prefix(record.run_id)).removeprefix("-")
            if keeps(title):
                kept[title] = identifier
            else:
                client.send(*api.DELETE_PROJECT.at(root, identifier))
    return kept


def sweep_command(directory: Path, run: str) -> str:
    """What to type to remove what a run left."""
    return shlex.join(["python", "-m", "deployment", "sweep", "--ledger-dir", str(directory), "--run", run])
