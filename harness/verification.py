"""What a run verifies after an upgrade: the plant file, held against the deployment before anything is judged."""

from __future__ import annotations

from pathlib import Path

from contract import operations as api
from contract.planted import Planted
from deployment.errors import SetupError
from deployment.ledger import carries
from deployment.planted_file import read_planted
from harness.run import Run
from reports.text import count
from reports.upgrade import PLANTED


def to_verify(file: Path | None) -> Planted | None:
    """The set that a run is to verify, read before anything is sent. Raises ``SetupError``."""
    planted = read_planted(file) if file is not None else None
    if planted is not None and not planted.things:
        raise SetupError(f"{file} holds nothing that was planted; plant it again with --geti-plant")
    return planted


def hold_against(planted: Planted, run: Run) -> None:
    """Make sure that this is the deployment in which a set was planted, or one that it was brought to.

    A deployment that has lost all of it is judged: each thing is lost. Raises ``SetupError`` where the set is of a
    deployment that this one has nothing of.
    """
    file = run.options.verify
    names = run.client.call(api.LIST_PROJECT_NAMES).names("projects")
    if names is None:
        raise SetupError(f"the projects of {run.client.base} cannot be listed; check what the key may do")
    known = {each.ids["project"] for each in planted.projects}
    held = [key for key, name in names.items() if key in known or carries(name, planted.run)]
    same = planted.url == run.client.base or planted.organization == run.discovery.organization
    moved = planted.organization == run.discovery.organization and planted.workspace != run.discovery.workspace
    if not held and moved:
        raise SetupError(f"{file} was planted in the workspace {planted.workspace}; name it with --geti-workspace")
    if not held and not same:
        raise SetupError(
            f"{file} was planted in {planted.url}, and {run.client.base} holds nothing of it; give that --geti-url, "
            "or import the projects first"
        )
    run.coverage[PLANTED] = {
        "file": str(file),
        "run": planted.run,
        "url": planted.url,
        "started": planted.started,
        "complete": planted.complete,
        "before": dict(planted.deployment),
        "after": dict(run.discovery.product),
        "things": len(planted.things),
        "held": len(held),
        "untaken": list(planted.untaken),
    }
    if not planted.complete:
        run.notes.append(f"{file} holds a set that was cut short: {count(len(planted.things), 'thing')} are verified")
    if not held:
        run.say(f"ALL LOST: none of the {count(len(known), 'project')} of {file} is there any more")
