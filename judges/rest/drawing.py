"""Drawing with Hypothesis: by one thread at a time, and the same for the same seed, whatever is loaded beside."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Final, TypeVar
from unittest import mock

from hypothesis.internal.conjecture import providers
from hypothesis.internal.conjecture.engine import ConjectureRunner
from hypothesis.internal.constants_ast import Constants

T = TypeVar("T")


@dataclass(slots=True)
class _Drawing:
    """Whose turn it is to draw, and how many searches are under way.

    What Hypothesis keeps for all tests, and Schemathesis for an operation, is not made for several threads: a search
    beside another one was called flaky now and then.
    """

    searches: int = 0
    _undo: ExitStack = field(default_factory=ExitStack)
    _turn: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def deterministic(self) -> Iterator[None]:
        """Searches within draw the same for the same seed, by themselves but for where they are ``paused``.

        Hypothesis offers no setting for either. It draws constants that it reads out of the loaded modules: any change
        of our code would change which requests go out. And it repeats parts of an example within the next ones, which
        made two of five drawn requests the same as one before, for a third of the time.
        """
        with self._turn:
            self.searches += 1
            if self.searches == 1:
                providers.CONSTANTS_CACHE.cache.clear()
                self._undo.enter_context(mock.patch.object(providers, "_get_local_constants", Constants))
                patched = mock.patch.object(ConjectureRunner, "generate_mutations_from", _no_mutations)
                self._undo.enter_context(patched)
            try:
                yield
            finally:
                self.searches -= 1
                if self.searches == 0:
                    self._undo.close()
                    providers.CONSTANTS_CACHE.cache.clear()

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Others may draw meanwhile: what was drawn is sent, and waited for."""
        self._turn.release()
        try:
            yield
        finally:
            self._turn.acquire()

    def one_by_one(self, drawn: Iterator[T]) -> Iterator[T]:
        """What is drawn outside a search, each by itself."""
        while True:
            with self._turn:
                try:
                    each = next(drawn)
                except StopIteration:
                    return
            yield each


DRAWING: Final = _Drawing()


def _no_mutations(_runner: ConjectureRunner, _example: object) -> None:
    """Stands in for the repetition; no mock, which would keep every example."""
