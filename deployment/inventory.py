"""What a workspace holds: projects with their datasets and media, counted before and after a run."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import Any, Final

from contract import operations as api
from deployment.client import Client
from deployment.ledger import carries
from deployment.media import Dataset

# Counting costs two requests and more for each project: of so many the counts are taken, of the others the names.
COUNTED: Final = 25


@dataclass(frozen=True, slots=True)
class Holding:
    """One project: its name, and how many datasets and media it holds, None where they were not counted."""

    name: str
    datasets: int | None = None
    media: int | None = None

    @property
    def words(self) -> str:
        """The project in words."""
        return self.name if self.datasets is None else f"{self.name} ({self.datasets} datasets, {self.media} media)"


Inventory = Mapping[str, Holding]


def take_inventory(client: Client, root: str, counted: frozenset[str] | None = None) -> dict[str, Holding] | None:
    """Every project of the workspace by id; None where it cannot be listed whole.

    ``counted`` are those to be counted, so that two inventories compare; the first ``COUNTED`` where it is None.
    """
    names: dict[str, str] = {}
    limit: dict[str, int] = {"limit": client.largest_page}
    while True:
        answer = client.send(*api.LIST_PROJECTS.at(root), params={**limit, "skip": len(names)})
        if answer.status == 400 and limit:
            limit = {}  # its document, which says how many may be asked for, is not read yet
            continue
        page = answer.names("projects")
        if page is None:
            return None
        if not page.keys() - names.keys():
            break
        names |= page
        if limit and len(page) < client.largest_page:
            break
    chosen = frozenset(list(names)[:COUNTED]) if counted is None else counted
    return {
        identifier: _held(client, root, identifier, name) if identifier in chosen else Holding(name)
        for identifier, name in names.items()
    }


def _held(client: Client, root: str, project: str, name: str) -> Holding:
    datasets = client.send(*api.LIST_DATASETS.at(root, project)).names("datasets")
    if datasets is None:
        return Holding(name)
    media = 0
    for each in datasets:
        held = Dataset(client, project, each).count_media()
        if held is None:
            return Holding(name)
        media += held
    return Holding(name, len(datasets), media)


def leaked(foreign: Set[str], after: Inventory, run_id: str, created: Set[str]) -> list[str]:
    """What the run left, in words."""
    return [
        f"{held.words}, {identifier}"
        for identifier, held in after.items()
        if identifier not in foreign and (carries(held.name, run_id) or identifier in created)
    ]


def changed(before: Inventory, after: Inventory, run_id: str, created: Set[str]) -> list[str]:
    """What others changed meanwhile, in words: the run itself can touch none of it."""

    def ours(identifier: str, held: Holding) -> bool:
        return identifier in created or carries(held.name, run_id)

    changes = [f"{held.words} is gone" for each, held in before.items() if each not in after and not ours(each, held)]
    for identifier, held in after.items():
        was = before.get(identifier)
        if ours(identifier, held):
            continue
        if was is None:
            changes.append(f"{held.words} is new")
        elif was != held and None not in (was.datasets, held.datasets):
            changes.append(f"{was.words} is now {held.words}")
    return changes


def summary(inventory: Inventory | None) -> dict[str, Any] | None:
    """The sums of an inventory, as JSON values: projects, and datasets and media of those that were counted."""
    if inventory is None:
        return None
    counted = [held for held in inventory.values() if held.datasets is not None]
    datasets, media = (sum(getattr(held, name) or 0 for held in counted) for name in ("datasets", "media"))
    return {"projects": len(inventory), "counted": len(counted), "datasets": datasets, "media": media}
