"""The state before and after something is done: what appeared, and what is gone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Generic, Self, TypeVar

T = TypeVar("T")


@dataclass(slots=True)
class StateChange(Generic[T]):
    """Reads a state by id when its context opens and when it closes: ``dataset.listing``, ``entities.our_projects``.

    ``before`` and ``after`` are None where the state could not be read.
    """

    read: Callable[[], Mapping[str, T] | None]
    before: Mapping[str, T] | None = field(init=False, default=None)
    after: Mapping[str, T] | None = field(init=False, default=None)

    def __enter__(self) -> Self:
        self.before = self.read()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if error is None:
            self.after = self.read()

    @property
    def appeared(self) -> dict[str, T] | None:
        """What is there now and was not; None where a state could not be read."""
        if self.before is None or self.after is None:
            return None
        return {each: held for each, held in self.after.items() if each not in self.before}

    @property
    def gone(self) -> list[str] | None:
        """The ids of what was there and is not; None where a state could not be read."""
        if self.before is None or self.after is None:
            return None
        return [each for each in self.before if each not in self.after]

    def beside(self, expected: str | None, what: str) -> tuple[str, ...] | None:
        """What appeared or disappeared but the ``expected`` id, in words; None where that could not be told."""
        appeared, gone = self.appeared, self.gone
        if appeared is None or gone is None:
            return None
        fresh = (f"{what} {each} appeared" for each in appeared if each != expected)
        return (*fresh, *(f"{what} {each} disappeared" for each in gone))
