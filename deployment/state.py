"""The state before and after something is done: what appeared, and what is gone."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Generic, Self, TypeVar

from contract.identifiers import Ids, canonical
from deployment.history import History
from deployment.settling import Settling

T = TypeVar("T")


@dataclass(slots=True)
class LastState(Generic[T]):
    """A state as it was left: the one after a change is the one before the next, as long as nothing else is done.

    Whoever does something else to it says so: ``forget``, or ``note_deleted`` for what is gone.
    """

    held: dict[str, T] | None = None

    def forget(self) -> None:
        """Nothing is known of it any more."""
        self.held = None

    def note_deleted(self, identifier: str) -> None:
        """What an id names is gone."""
        if self.held is not None:
            self.held = {key: each for key, each in self.held.items() if canonical(key) != canonical(identifier)}


@dataclass(slots=True)
class StateChange(Generic[T]):
    """Reads a state by id when its context opens and when it closes: ``dataset.watched()``.

    ``before`` and ``after`` are None where the state could not be read. ``expected`` is the id that should be new, set
    within the context. Either reading may come from a host which is behind: the second is read again until nothing is
    left to explain, or the time is over, and what the run knew before or deleted itself is no change. Neither is what a
    creation made whose answer was lost; ``made_here`` says of a path whether such a creation there shows in the state.
    Where ``last`` knows the state before, it is not read.
    """

    read: Callable[[], Mapping[str, T] | None]
    what: str
    history: History
    settling: Settling
    made_here: Callable[[str], bool] = lambda _path: False
    last: LastState[T] = field(default_factory=LastState)
    expected: str | None = None
    before: Mapping[str, T] | None = field(init=False, default=None)
    after: Mapping[str, T] | None = field(init=False, default=None)
    _excused: int = field(init=False, default=0)
    _opened: float = field(init=False, default=0.0)

    def __enter__(self) -> Self:
        self.before = self.last.held if self.last.held is not None else self.read()
        self._opened = time.monotonic()
        self.last.forget()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if error is None:
            self.after = self.settling.until(self.read, self._is_explained)
            self.history.take_lost(self.made_here, len(self._beside))
            self.last.held = None if self.after is None or self.changes else dict(self.after)

    @property
    def appeared(self) -> dict[str, T] | None:
        """What is there now, was not, and was not known before; None where a state could not be read."""
        if self.before is None or self.after is None:
            return None
        before = Ids(self.before)
        return {each: held for each, held in self.after.items() if each not in before and self._is_new(each)}

    @property
    def created(self) -> bool:
        """Whether what is ``expected`` appeared."""
        return self.expected in Ids(self.appeared or ())

    @property
    def changes(self) -> tuple[str, ...] | None:
        """What appeared but the ``expected`` id, and what disappeared, in words; None where that is not known."""
        if self.before is None or self.after is None:
            return None
        fresh = [f"{self.what} {each} appeared" for each in self._beside]
        after = Ids(self.after)
        gone = [each for each in self.before if each not in after and not self.history.has_deleted(each)]
        return (*fresh[self._excused :], *(f"{self.what} {each} disappeared" for each in gone))

    def _is_explained(self, after: Mapping[str, T] | None) -> bool:
        self.after, self._excused = after, sum(self.made_here(path) for path in self.history.lost)
        is_missing = self.expected is not None and after is not None and self.expected not in Ids(after)
        return not self.changes and not is_missing

    @property
    def _beside(self) -> list[str]:
        return [each for each in self.appeared or () if canonical(each) != canonical(self.expected or "")]

    def _is_new(self, identifier: str) -> bool:
        """Whether an id was not named before; what was deleted, and is there for longer than a host may lag, is new."""
        key, history = canonical(identifier), self.history
        return history.has_deleted(key) or history.named.get(key, self._opened) >= self._opened
