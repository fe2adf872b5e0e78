"""A table of rows with ids: one place to add a row, also while the program runs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Generic, Protocol, TypeVar


class Row(Protocol):
    """What a registry holds: a value with an id of its own."""

    @property
    def id(self) -> str:
        """The row's id, unique within its registry."""


RowT = TypeVar("RowT", bound=Row)


class Registry(Generic[RowT]):
    """Rows in the order in which they were added, found by id."""

    def __init__(self, *rows: RowT) -> None:
        self._rows: dict[str, RowT] = {}
        for row in rows:
            self.add(row)

    def add(self, row: RowT) -> RowT:
        """Add a row at the end. Raises ``ValueError`` where another row has its id."""
        if row.id in self._rows:
            raise ValueError(f"there are two rows with the id {row.id!r}")
        self._rows[row.id] = row
        return row

    @contextmanager
    def adding(self, row: RowT) -> Iterator[RowT]:
        """The registry with one row more, for as long as the block runs."""
        self.add(row)
        try:
            yield row
        finally:
            del self._rows[row.id]

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of all rows, in order."""
        return tuple(self._rows)

    def get(self, row_id: str | None) -> RowT | None:
        """The row of an id; None where there is none."""
        return self._rows.get(row_id) if row_id is not None else None

    def __getitem__(self, row_id: str) -> RowT:
        return self._rows[row_id]

    def __contains__(self, row_id: object) -> bool:
        return row_id in self._rows

    def __iter__(self) -> Iterator[RowT]:
        return iter(tuple(self._rows.values()))

    def __len__(self) -> int:
        return len(self._rows)
