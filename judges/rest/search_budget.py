"""How hard to search, and searches that depend on the case alone: not on our code, the process or what is loaded."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from unittest import mock

from hypothesis.internal.conjecture import providers
from hypothesis.internal.conjecture.engine import ConjectureRunner
from hypothesis.internal.constants_ast import Constants


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


@dataclass(slots=True)
class _Determinism:
    """Holds as long as any thread searches."""

    searches: int = 0
    _undo: ExitStack = field(default_factory=ExitStack)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def __call__(self) -> Iterator[None]:
        """Searches within draw the same for the same seed, whatever is loaded beside them.

        Hypothesis offers no setting for either. It draws constants that it reads out of the loaded modules: any change
        of our code would change which requests go out. And it repeats parts of an example within the next ones, which
        made two of five drawn requests the same as one before, for a third of the time.
        """
        with self._lock:
            self.searches += 1
            if self.searches == 1:
                providers.CONSTANTS_CACHE.cache.clear()
                self._undo.enter_context(mock.patch.object(providers, "_get_local_constants", Constants))
                patched = mock.patch.object(ConjectureRunner, "generate_mutations_from", _no_mutations)
                self._undo.enter_context(patched)
        try:
            yield
        finally:
            with self._lock:
                self.searches -= 1
                if self.searches == 0:
                    self._undo.close()
                    providers.CONSTANTS_CACHE.cache.clear()


deterministic: Final = _Determinism()


def _no_mutations(_runner: ConjectureRunner, _example: object) -> None:
    """Stands in for the repetition; no mock, which would keep every example."""


def seed_of(case: str, run_seed: int) -> int:
    """A seed of its own for each case of a run, the same in every process."""
    return int.from_bytes(hashlib.sha256(f"{run_seed} {case}".encode()).digest()[:8])
