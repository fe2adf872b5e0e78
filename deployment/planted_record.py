"""What was planted, as a sweep takes it: from the plant file alone, where no ledger of it is at hand."""

from __future__ import annotations

from pathlib import Path

from contract.identifiers import Ids
from contract.operations import CREATE_PROJECT, WORKSPACE
from contract.planted import Planted
from deployment.ledger import is_run_id, run_prefix
from deployment.ledger_records import Entry, Record
from deployment.planted_file import read_planted


def planted_run(asked: str) -> tuple[str, Planted | None]:
    """The run that a plant file names, and what it holds; or the run of this id. Raises ``SetupError``."""
    if is_run_id(asked) and not Path(asked).exists():
        return asked, None
    planted = read_planted(Path(asked))
    return planted.run, planted


def record_of(planted: Planted, url: str) -> Record:
    """What a sweep of a deployment removes: the projects of the file, and what else carries the name of their run.

    In another deployment than that of the file they have other ids, and lie in whichever workspace the key opens: the
    names alone lead to them.
    """
    here = url == planted.url
    root = WORKSPACE.format(organization=planted.organization, workspace=planted.workspace) if here else ""
    path = root + CREATE_PROJECT.path
    made = [Entry(path, each.names["project"], 201, (each.ids["project"],)) for each in planted.projects if here]
    entries = (*made, Entry(path, run_prefix(planted.run)))
    return Record(run_id=planted.run, url=url, entries=entries, gone=frozenset(), foreign=Ids(), damaged=())
