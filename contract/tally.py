"""What every operation answered and how fast, counted while a run goes on: nothing grows with its requests.

Latencies are counted in steps of a factor 2^(1/8): a median or a p95 is within 5 % of the true one, and the counts of
shards add up, which kept samples would not.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

from contract.answer_fields import ENOUGH, Fields, Types, no_fields, note_fields
from contract.openapi import Operation
from contract.operations import API, WORKSPACE, shape_of

NO_ANSWER: Final = "none"
_STEPS: Final = 8  # a doubling of the latency
_MOST_SHAPES: Final = 2000
_WORKSPACE: Final = shape_of(WORKSPACE)
_WORD: Final = re.compile(r"[a-z][a-z_.-]*|[A-Za-z_.-]*openapi[A-Za-z_.-]*")
_HEX: Final = re.compile(r"[0-9a-f]{8,}|[0-9a-f-]{32,}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class OperationSeen:
    """What one operation answered over a run.

    ``operation`` is its method and path, ids as ``{}``; ``statuses`` counts answers by status (``none``: no answer);
    ``latency`` counts them by step, see ``milliseconds``. ``fields`` counts the fields of successful answers by path
    and type (``contract.answer_fields``).
    """

    operation: str
    name: str
    statuses: Mapping[str, int]
    latency: Mapping[int, int]
    fields: Mapping[str, Types] = field(default_factory=dict)

    def milliseconds(self, share: float) -> float:
        """The latency that ``share`` (0…1) of the answers do not exceed, in milliseconds, within 5 %."""
        wanted, seen = share * sum(self.latency.values()), 0
        for step in sorted(self.latency):
            seen += self.latency[step]
            if seen >= wanted:
                return float(2 ** ((step + 0.5) / _STEPS))
        return 0.0


@dataclass(slots=True)
class Tally:
    """Counts of answers, latencies and fields by method and shape of the path."""

    statuses: dict[tuple[str, str], Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    latency: dict[tuple[str, str], Counter[int]] = field(default_factory=lambda: defaultdict(Counter))
    fields: dict[tuple[str, str], Fields] = field(default_factory=lambda: defaultdict(no_fields))

    def add(self, method: str, path: str, status: int | None, elapsed_s: float) -> tuple[str, str]:
        """Count one request to ``path``, from the root, and return the row; its query says nothing here."""
        key = (method, shape(path))
        if key not in self.statuses and len(self.statuses) >= _MOST_SHAPES:
            key = (method, "/…")
        self.statuses[key][NO_ANSWER if status is None else str(status)] += 1
        self.latency[key][math.floor(_STEPS * math.log2(max(elapsed_s * 1000, 0.01)))] += 1
        return key

    def look_into(self, method: str, path: str, body: Callable[[], Any]) -> None:
        """Count the fields of a successful answer, as long as few of its operation were looked at."""
        key = (method, shape(path))
        seen = self.fields.get(key)
        if key in self.statuses and (seen is None or sum(seen[""].values()) < ENOUGH):
            note_fields(self.fields[key], body())


@lru_cache(64)  # each request asks twice: before it goes out, and to be counted
def shape(path: str) -> str:
    """A path below ``/api/v1`` with everything that looks like an id as ``{}``."""
    plain = path.partition("?")[0].removeprefix(API)
    return "/".join(_segment(segment) for segment in plain.split("/"))


def _segment(segment: str) -> str:
    name, colon, verb = segment.partition(":")
    plain = not name or (_WORD.fullmatch(name) and not _HEX.fullmatch(name))
    return (name if plain else "{}") + (f":{verb}" if colon and _WORD.fullmatch(verb) else ":{}" if colon else "")


def operations_seen(tally: Tally, documented: Sequence[Operation]) -> tuple[OperationSeen, ...]:
    """The counts by operation of the document; what is none of them is one row a method. Without it: by shape."""
    patterns = [
        (each.method, re.compile("[^/]+".join(map(re.escape, each.shape.split("{}")))), each)
        for each in sorted(documented, key=lambda each: each.shape.count("{}"))
    ]
    rows = _Rows(_counters)
    for (method, path), statuses in tally.statuses.items():
        match = next((each for verb, pattern, each in patterns if verb == method and pattern.fullmatch(path)), None)
        if match is not None:
            key = (f"{method} {match.shape.removeprefix(_WORKSPACE)}", match.name)
        elif documented:
            key = (f"{method} (no operation of the document)", "")
        else:
            key = (f"{method} {path.removeprefix(_WORKSPACE)}", "")
        rows[key][0].update(statuses)
        rows[key][1].update(tally.latency[method, path])
        _add(rows[key][2], tally.fields.get((method, path), {}))
    return _seen(rows)


def joined(parts: Iterable[Sequence[OperationSeen]]) -> tuple[OperationSeen, ...]:
    """The counts of several runs, added up."""
    rows = _Rows(_counters)
    for part in parts:
        for each in part:
            rows[each.operation, each.name][0].update(each.statuses)
            rows[each.operation, each.name][1].update(each.latency)
            _add(rows[each.operation, each.name][2], each.fields)
    return _seen(rows)


_Counters = tuple[Counter[str], Counter[int], Fields]
_Rows = defaultdict[tuple[str, str], _Counters]


def _counters() -> _Counters:
    return Counter(), Counter(), no_fields()


def _add(fields: Fields, more: Mapping[str, Types]) -> None:
    for path, types in more.items():
        fields[path].update(types)


def _seen(rows: _Rows) -> tuple[OperationSeen, ...]:
    return tuple(
        OperationSeen(
            *key, dict(statuses), dict(latency), {path: dict(types) for path, types in sorted(fields.items())}
        )
        for key in sorted(rows, key=_order)
        for statuses, latency, fields in (rows[key],)
    )


def _order(key: tuple[str, str]) -> tuple[str, str]:
    method, _, path = key[0].partition(" ")
    return path, method
