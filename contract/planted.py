"""What was planted into a deployment before an upgrade, as the plant file holds it: what was read of each thing."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from contract.planted_kinds import KINDS

# A change that an older reader would misread takes another number.
SCHEMA: Final = "geti-contract-plant/1"


class PlantFileError(Exception):
    """A text that is no whole plant file, or that of a newer version: what it says would be compared in vain."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """One thing that was planted: a project, a label, the bytes of a medium, a version of annotations.

    ``kind`` is the id of one of ``KINDS``; ``project`` names its project within the set and ``name`` the thing within
    that. ``ids`` lead to it where the deployment keeps its ids, ``names`` where an import gave it others. ``facts`` are
    what was read of it, as JSON values, and ``sent`` is what it was made from.
    """

    kind: str
    project: str
    name: str
    ids: Mapping[str, str]
    names: Mapping[str, str]
    facts: Mapping[str, Any] = field(default_factory=dict)
    sent: Mapping[str, Any] = field(default_factory=dict)

    @property
    def words(self) -> str:
        """The thing in words: ``label cat of project detection``."""
        of = f" of project {self.project}" if self.kind != "project" else ""
        return f"{KINDS[self.kind].words} {self.name}{of}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    """A set of things that a run planted, and where.

    ``deployment`` is what the product said of itself, ``started`` the UTC time in ISO 8601. A set that is not
    ``complete`` was cut short. ``untaken`` says what the deployment did not take, and how it refused.
    """

    run: str
    url: str
    organization: str
    workspace: str
    deployment: Mapping[str, str]
    profile: str
    seed: int
    tool_version: str
    started: str
    complete: bool = False
    things: tuple[Thing, ...] = ()
    untaken: tuple[str, ...] = ()

    @property
    def projects(self) -> tuple[Thing, ...]:
        """The projects among the things."""
        return tuple(each for each in self.things if each.kind == "project")


def to_text(planted: Planted) -> str:
    """The plant file: JSON with a checksum, so that no damage to the file is taken for one to the deployment."""
    content = dataclasses.asdict(planted)
    whole = {"schema": SCHEMA, "sha256": _checksum(content), **content}
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


def parse_planted(text: str) -> Planted:
    """The set that a plant file holds. Raises ``PlantFileError``, which says what is wrong with the text."""
    try:
        content = json.loads(text)
        schema = content.pop("schema")
    except (ValueError, RecursionError, KeyError, TypeError, AttributeError):
        raise PlantFileError("is no plant file, or is cut short") from None
    if schema != SCHEMA:
        raise PlantFileError(f"says schema {str(schema)[:60]!r}, this version reads {SCHEMA!r}")
    if content.pop("sha256", None) != _checksum(content):
        raise PlantFileError("is damaged: its content is not that of its checksum")
    try:
        things = tuple(Thing(**each) for each in content.pop("things"))
        if any(each.kind not in KINDS for each in things):
            raise PlantFileError("holds a kind of thing that this version does not know")
        return Planted(**{**content, "things": things, "untaken": tuple(content["untaken"])})
    except (KeyError, TypeError):
        raise PlantFileError("is no plant file of this version") from None


def _checksum(content: Mapping[str, Any]) -> str:
    plain = json.dumps(content, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(plain.encode()).hexdigest()
