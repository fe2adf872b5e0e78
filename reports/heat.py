"""Operations × outcome as a heat map, with the latency of each operation."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from contract.tally import NO_ANSWER, OperationSeen

COLUMNS: Final = ("2xx", "3xx", "400", "401, 403", "404", "409", "other 4xx", "5xx", "no answer")
_PATIENT: Final = 400


@dataclass(frozen=True, slots=True)
class Cell:
    """How often an outcome came, and how strong its colour is, 0…1."""

    count: int
    strength: float


@dataclass(frozen=True, slots=True)
class Row:
    """One operation: a cell for each of ``COLUMNS``, its answers and their latency in milliseconds."""

    operation: str
    name: str
    cells: tuple[Cell, ...]
    total: int
    median: float
    p95: float


def heat(operations: Sequence[OperationSeen]) -> list[Row]:
    """The rows of the map; where there are very many, those with the most answers."""
    busiest = sorted(operations, key=lambda each: -sum(each.statuses.values()))[:_PATIENT]
    most = max((count for each in busiest for count in _columns(each).values()), default=1)
    return [_row(each, most) for each in operations if each in busiest]


def _row(seen: OperationSeen, most: int) -> Row:
    counted = _columns(seen)
    cells = tuple(Cell(counted[column], round(math.log1p(counted[column]) / math.log1p(most), 2)) for column in COLUMNS)
    median, p95 = seen.milliseconds(0.5), seen.milliseconds(0.95)
    return Row(seen.operation, seen.name, cells, sum(seen.statuses.values()), median, p95)


def _columns(seen: OperationSeen) -> Counter[str]:
    counted: Counter[str] = Counter()
    for status, count in seen.statuses.items():
        counted[_column(status)] += count
    return counted


def _column(status: str) -> str:
    if status == NO_ANSWER:
        return "no answer"
    if status in ("400", "404", "409"):
        return status
    if status in ("401", "403"):
        return "401, 403"
    return "other 4xx" if status[0] == "4" else f"{status[0]}xx" if status[0] in "235" else "no answer"
