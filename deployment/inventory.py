"""What a workspace holds: projects with their datasets and media, counted before and after a run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from deployment.client import Client
from deployment.ledger import carries

_PAGE: Final = 100
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
    while True:
        answer = client.send("GET", f"{root}/projects", params={"limit": _PAGE, "skip": len(names)})
        listed = answer.body.get("projects") if answer.accepted and isinstance(answer.body, dict) else None
        if not isinstance(listed, list):
            return None
        fresh = {str(each.get("id")): str(each.get("name")) for each in listed if isinstance(each, dict)}
        if not fresh.keys() - names.keys():
            break
        names |= fresh
        if len(listed) < _PAGE:
            break
    chosen = frozenset(list(names)[:COUNTED]) if counted is None else counted
    return {
        identifier: _held(client, f"{root}/projects/{identifier}", name) if identifier in chosen else Holding(name)
        for identifier, name in names.items()
    }


def _held(client: Client, path: str, name: str) -> Holding:
    answer = client.send("GET", f"{path}/datasets")
    datasets = answer.body.get("datasets") if answer.accepted and isinstance(answer.body, dict) else None
    if not isinstance(datasets, list):
        return Holding(name)
    media = 0
    for each in datasets:
        found = client.send("POST", f"{path}/datasets/{each.get('id')}/media:query", {}, {"limit": 1})
        totals = found.body if found.accepted and isinstance(found.body, dict) else {}
        images, videos = totals.get("total_images"), totals.get("total_videos")
        if not isinstance(images, int) or not isinstance(videos, int):
            return Holding(name)
        media += images + videos
    return Holding(name, len(datasets), media)


def leaked(foreign: frozenset[str], after: Inventory, run_id: str, created: set[str]) -> list[str]:
    """What the run left, in words."""
    return [
        f"{held.words}, {identifier}"
        for identifier, held in after.items()
        if identifier not in foreign and (carries(held.name, run_id) or identifier in created)
    ]


def changed(before: Inventory, after: Inventory, run_id: str, created: set[str]) -> list[str]:
    """What others changed meanwhile, in words: the run itself can touch none of it."""

    def ours(identifier: str, held: Holding) -> bool:
        return identifier in created or carries(held.name, run_id)

    told = [f"{held.words} is gone" for each, held in before.items() if each not in after and not ours(each, held)]
    for identifier, held in after.items():
        was = before.get(identifier)
        if ours(identifier, held):
            continue
        if was is None:
            told.append(f"{held.words} is new")
        elif was != held and None not in (was.datasets, held.datasets):
            told.append(f"{was.words} is now {held.words}")
    return told


def summary(inventory: Inventory | None) -> dict[str, Any] | None:
    """The sums of an inventory, as JSON values: projects, and datasets and media of those that were counted."""
    if inventory is None:
        return None
    counted = [held for held in inventory.values() if held.datasets is not None]
    datasets, media = (sum(getattr(held, name) or 0 for held in counted) for name in ("datasets", "media"))
    return {"projects": len(inventory), "counted": len(counted), "datasets": datasets, "media": media}
