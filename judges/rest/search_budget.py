"""How hard to search, and from which seed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class SearchBudget:
    """How hard to search: a fixed small set of examples, or many new ones with a memory of what failed before.

    ``boundaries`` is how many values at the edges of keywords are tried before, for each operation and kind of data.
    """

    examples: int
    boundaries: int
    database: Path | None = None
    seed: int = 0

    @classmethod
    def of_the_gate(cls, operations: int) -> SearchBudget:
        """So much that a document of 100 operations costs half a minute."""
        share = 1 / max(1, operations)
        return cls(examples=max(4, min(20, int(400 * share))), boundaries=max(12, min(60, int(1600 * share))))


def seed_of(case: str, run_seed: int) -> int:
    """A seed of its own for each case of a run, the same in every process."""
    return int.from_bytes(hashlib.sha256(f"{run_seed} {case}".encode()).digest()[:8])
