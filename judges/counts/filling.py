"""Filling up: many creations at once, and how far a fill has come."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Final

from contract.observations import Answer

_FILLERS: Final = 8
# So many are on their way at most: a refusal is noticed before many more are asked for.
MOST: Final = 2 * _FILLERS
LONGEST_PAUSE_S: Final = 30.0
# So many rounds of a fill may leave the count as it was, or lower.
STALLED: Final = 12
# Shows how far long work has come: from so many done, of so many.
Watch = Callable[[int, int], AbstractContextManager[Callable[[int], None]]]


@dataclass(frozen=True, slots=True)
class FillState:
    """What was held before the last creations of a fill, the foreign_ids beside it, and the answer that stopped it."""

    held: int
    foreign_ids: frozenset[str]
    stopped: Answer | None = None


def creations(
    creation: Callable[[], Callable[[], Answer]], wanted: int, at_once: Callable[[], int]
) -> Iterator[Answer]:
    """The answers until ``wanted`` were accepted, or one was not and those on their way have come.

    ``creation`` gives what asks for one more; at most ``at_once()`` of them are on their way.
    """
    accepted, refused, waiting = 0, False, deque[Future[Answer]]()
    with ThreadPoolExecutor(_FILLERS) as pool:
        while waiting or (accepted < wanted and not refused):
            while not refused and len(waiting) < min(at_once(), wanted - accepted):
                waiting.append(pool.submit(creation()))
            answer = waiting.popleft().result()
            accepted += answer.accepted
            refused |= not answer.accepted
            yield answer
