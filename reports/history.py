"""Every run in one SQLite file: it is in Python's library, one writer at a time is safe, any tool can read it.

DuckDB would answer larger questions faster; thirty runs of a thousand cases are not large.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Final

from contract.results import Conclusion, Result, RunInfo
from contract.tally import OperationSeen, joined

FILE: Final = "history.sqlite"
_VERSION: Final = 1
_PATIENCE_S: Final = 30
_SCHEMA: Final = """
CREATE TABLE runs (id TEXT PRIMARY KEY, target TEXT, profile TEXT, tier TEXT, seed INTEGER, version TEXT,
  started_ms INTEGER, stopped_ms INTEGER, verdict TEXT, requests INTEGER, median_ms REAL, p95_ms REAL);
CREATE TABLE cases (run TEXT REFERENCES runs, name TEXT, requirement TEXT, side TEXT, verdict TEXT, documented INTEGER,
  observed INTEGER, boundary TEXT, PRIMARY KEY (run, name));
CREATE TABLE operations (run TEXT REFERENCES runs, name TEXT, answers INTEGER, median_ms REAL, p95_ms REAL,
  PRIMARY KEY (run, name));
"""


class HistoryError(Exception):
    """A history that cannot be read or written: what is new and what is old cannot be told."""


@dataclass(frozen=True, slots=True)
class KeptCase:
    """What one run found in one case."""

    requirement: str
    side: str | None
    verdict: str
    documented: int | None = None
    observed: int | None = None
    boundary: str | None = None


@dataclass(frozen=True, slots=True)
class KeptRun:
    """One run as the history keeps it; latencies in milliseconds, ``operations`` their p95 by operation."""

    run_id: str
    started_ms: int
    verdict: str
    requests: int
    median_ms: float
    p95_ms: float
    cases: dict[str, KeptCase]
    operations: dict[str, float]


def kept_run(run: RunInfo, results: Sequence[Result], conclusion: Conclusion) -> KeptRun:
    """A run in the form of the history."""
    every = _all(run.operations)
    cases = {
        each.case: KeptCase(
            each.requirement, each.side, each.verdict.value, each.documented, each.observed_boundary, each.boundary
        )
        for each in results
    }
    return KeptRun(
        run.run_id,
        run.started_ms,
        conclusion.verdict.value,
        run.requests,
        every.milliseconds(0.5),
        every.milliseconds(0.95),
        cases,
        {each.operation: each.milliseconds(0.95) for each in run.operations},
    )


def record(directory: Path, run: RunInfo, results: Sequence[Result], conclusion: Conclusion) -> None:
    """Keep a run. Raises ``HistoryError``."""
    kept = kept_run(run, results, conclusion)
    with _open(directory) as base, base:
        base.execute(
            "INSERT OR REPLACE INTO runs VALUES (?,?,?,?,?,?,?,?,?,?,?,?)",
            (
                kept.run_id,
                target(run),
                run.profile,
                run.tier,
                run.seed,
                str(run.deployment.get("build-version", "")),
                run.started_ms,
                run.stopped_ms,
                kept.verdict,
                kept.requests,
                kept.median_ms,
                kept.p95_ms,
            ),
        )
        base.executemany(
            "INSERT OR REPLACE INTO cases VALUES (?,?,?,?,?,?,?,?)",
            [(run.run_id, name, *astuple(each)) for name, each in kept.cases.items()],
        )
        base.executemany(
            "INSERT OR REPLACE INTO operations VALUES (?,?,?,?,?)",
            [
                (
                    run.run_id,
                    each.operation,
                    sum(each.latency.values()),
                    each.milliseconds(0.5),
                    each.milliseconds(0.95),
                )
                for each in run.operations
            ],
        )


def earlier(directory: Path, run: RunInfo, most: int) -> list[KeptRun]:
    """The last ``most`` runs of the same deployment, profile and tier before ``run``, oldest first."""
    values = (target(run), run.profile, run.tier, run.run_id)
    return _runs(directory, "target = ? AND profile = ? AND tier = ? AND id != ?", values, most)


def last(directory: Path, most: int) -> list[KeptRun]:
    """The last run that is kept, after up to ``most`` - 1 earlier ones of the same deployment, profile and tier."""
    with _open(directory) as base:
        newest = base.execute("SELECT target, profile, tier FROM runs ORDER BY started_ms DESC, id LIMIT 1").fetchone()
    return _runs(directory, "target = ? AND profile = ? AND tier = ?", newest, most) if newest else []


def target(run: RunInfo) -> str:
    """What runs are compared by: an embedded deployment has another port each time."""
    return "embedded" if run.embedded else run.base_url


def _runs(directory: Path, condition: str, values: tuple[str, ...], most: int) -> list[KeptRun]:
    with _open(directory) as base:
        rows = base.execute(
            f"SELECT id, started_ms, verdict, requests, median_ms, p95_ms FROM runs WHERE {condition} "  # noqa: S608  ours
            "ORDER BY started_ms DESC, id LIMIT ?",
            (*values, most),
        ).fetchall()
        return [
            KeptRun(
                run_id,
                started,
                verdict,
                requests,
                median,
                p95,
                cases=_cases(base, run_id),
                operations=_operations(base, run_id),
            )
            for run_id, started, verdict, requests, median, p95 in reversed(rows)
        ]


def _cases(base: sqlite3.Connection, run_id: str) -> dict[str, KeptCase]:
    rows = base.execute(
        "SELECT name, requirement, side, verdict, documented, observed, boundary FROM cases WHERE run = ?", (run_id,)
    )
    return {name: KeptCase(*rest) for name, *rest in rows}


def _operations(base: sqlite3.Connection, run_id: str) -> dict[str, float]:
    return dict(base.execute("SELECT name, p95_ms FROM operations WHERE run = ?", (run_id,)))


def _all(operations: Sequence[OperationSeen]) -> OperationSeen:
    found = joined([[OperationSeen("all", "", each.statuses, each.latency) for each in operations]])
    return found[0] if found else OperationSeen("all", "", {}, {})


@contextmanager
def _open(directory: Path) -> Iterator[sqlite3.Connection]:
    file = directory / FILE
    try:
        directory.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(file, timeout=_PATIENCE_S)) as base:
            (version,) = base.execute("PRAGMA user_version").fetchone()
            if version == 0:
                base.executescript(f"BEGIN IMMEDIATE; {_SCHEMA} PRAGMA user_version = {_VERSION}; COMMIT;")
            elif version != _VERSION:
                raise HistoryError(f"{file} is of version {version}, this is {_VERSION}; give another directory")
            yield base
    except sqlite3.Error as error:
        raise HistoryError(f"{file} cannot be used ({error}); move it away, or give another directory") from None
    except OSError as error:
        raise HistoryError(f"{file} cannot be used ({error.strerror}); give another directory") from None
