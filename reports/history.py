"""Every run in one SQLite file: it is in Python's library, one writer at a time is safe, any tool can read it.

DuckDB would answer larger questions faster; thirty runs of a thousand cases are not large.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import astuple, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from contract.reach import DRAWN
from contract.releases import DEFAULT_RELEASE
from contract.results import Conclusion, Result, RunInfo
from contract.tally import OperationSeen, joined
from contract.verdicts import BROKEN, Verdict

FILE: Final = "history.sqlite"
RUNS: Final = 30
_VERSION: Final = 2
_LOCK_TIMEOUT_S: Final = 30
_SCHEMA: Final = """
CREATE TABLE runs (id TEXT PRIMARY KEY, target TEXT, profile TEXT, tier TEXT, seed INTEGER, version TEXT,
  started_ms INTEGER, stopped_ms INTEGER, verdict TEXT, requests INTEGER, median_ms REAL, p95_ms REAL, facts TEXT);
CREATE TABLE cases (run TEXT REFERENCES runs, name TEXT, requirement TEXT, side TEXT, verdict TEXT, documented INTEGER,
  observed INTEGER, boundary TEXT, PRIMARY KEY (run, name));
CREATE TABLE operations (run TEXT REFERENCES runs, name TEXT, answers INTEGER, median_ms REAL, p95_ms REAL,
  PRIMARY KEY (run, name));
"""
# Beside the tables of a version, which older readers of the same file leave alone.
_DRAWN: Final = """
CREATE TABLE IF NOT EXISTS drawn (run TEXT REFERENCES runs, dimension TEXT, value TEXT, examples INTEGER,
  PRIMARY KEY (run, dimension, value));
"""
# What makes a history of version 1 one of version 2.
_TO_2: Final = "ALTER TABLE runs ADD COLUMN facts TEXT;"


class HistoryError(Exception):
    """A history that cannot be read or written: what is new in this run stays unknown."""


@dataclass(frozen=True, slots=True)
class KeptCase:
    """One case of a run: its verdict, and the boundary where one was observed."""

    requirement: str
    side: str | None
    verdict: str
    documented: int | None = None
    observed: int | None = None
    boundary: str | None = None


@dataclass(frozen=True, slots=True)
class KeptRun:
    """One run as the history keeps it; latencies in milliseconds.

    ``facts`` are what the deployment said of itself: its version, its environment, its feature flags.
    """

    run_id: str
    started_ms: int
    verdict: str
    requests: int
    median_ms: float
    p95_ms: float
    cases: dict[str, KeptCase]
    facts: Mapping[str, str] = field(default_factory=dict)

    @property
    def when(self) -> str:
        """The start of the run, UTC."""
        return f"{datetime.fromtimestamp(self.started_ms / 1000, UTC):%Y-%m-%d %H:%M}"

    @property
    def broken(self) -> int:
        """How many cases found the contract broken."""
        return sum(case.verdict in BROKEN for case in self.cases.values())

    @property
    def unjudged(self) -> int:
        """How many cases could not be judged."""
        return sum(case.verdict == Verdict.INCONCLUSIVE for case in self.cases.values())


def kept_run(run: RunInfo, results: Sequence[Result], conclusion: Conclusion) -> KeptRun:
    """A run in the form of the history."""
    operations = joined([[OperationSeen("all", "", each.statuses, each.latency) for each in run.operations]])
    median_ms, p95_ms = (operations[0].milliseconds(share) if operations else 0.0 for share in (0.5, 0.95))
    return KeptRun(
        run_id=run.run_id,
        started_ms=run.started_ms,
        verdict=conclusion.verdict.value,
        requests=run.requests,
        median_ms=median_ms,
        p95_ms=p95_ms,
        cases={
            each.case: KeptCase(
                requirement=each.requirement,
                side=each.side,
                verdict=each.verdict.value,
                documented=each.documented,
                observed=each.observed_boundary,
                boundary=each.boundary,
            )
            for each in results
        },
        facts={**run.deployment, **run.switches},
    )


def check_writable(directory: Path) -> None:
    """Begin to write, and write nothing. Raises ``HistoryError``."""
    with _open(directory) as base:
        base.execute("BEGIN IMMEDIATE")
        base.rollback()


def record(directory: Path, run: RunInfo, results: Sequence[Result], conclusion: Conclusion) -> None:
    """Keep a run. Raises ``HistoryError``."""
    kept = kept_run(run, results, conclusion)
    row = {
        "id": kept.run_id,
        "target": _target(run),
        "profile": _held_to(run),
        "tier": run.tier,
        "seed": run.seed,
        "version": str(run.deployment.get("build-version", "")),
        "started_ms": run.started_ms,
        "stopped_ms": run.stopped_ms,
        "verdict": kept.verdict,
        "requests": kept.requests,
        "median_ms": kept.median_ms,
        "p95_ms": kept.p95_ms,
        "facts": json.dumps(kept.facts),
    }
    cases = [(run.run_id, name, *astuple(each)) for name, each in kept.cases.items()]
    operations = [
        (run.run_id, each.operation, sum(each.latency.values()), each.milliseconds(0.5), each.milliseconds(0.95))
        for each in run.operations
    ]
    drawn = [
        (run.run_id, dimension, value, count)
        for dimension, values in run.coverage.get(DRAWN, {}).get("dimensions", {}).items()
        for value, count in values.items()
    ]
    tables = {"runs": [tuple(row.values())], "cases": cases, "operations": operations, "drawn": drawn}
    with _open(directory) as base, base:
        for table, rows in tables.items():
            if rows:
                marks = ",".join("?" * len(rows[0]))
                base.executemany(f"INSERT OR REPLACE INTO {table} VALUES ({marks})", rows)  # noqa: S608  ours


def earlier(directory: Path, run: RunInfo) -> list[KeptRun]:
    """The runs of the same deployment, profile and tier before ``run``, oldest first: with it they are ``RUNS``."""
    values = (_target(run), _held_to(run), run.tier, run.run_id)
    return _runs(directory, "target = ? AND profile = ? AND tier = ? AND id != ?", values, RUNS - 1)


def drawn(directory: Path, runs: Sequence[KeptRun]) -> list[dict[str, dict[str, int]]]:
    """What each of some runs has drawn, by dimension and value; those that drew nothing are left out."""
    found = []
    with _open(directory) as base:
        for run in runs:
            dimensions: dict[str, dict[str, int]] = {}
            rows = base.execute("SELECT dimension, value, examples FROM drawn WHERE run = ?", (run.run_id,))
            for dimension, value, examples in rows:
                dimensions.setdefault(dimension, {})[value] = examples
            if dimensions:
                found.append(dimensions)
    return found


def last(directory: Path) -> list[KeptRun]:
    """The last run that is kept, after the earlier ones of the same deployment, profile and tier; at most ``RUNS``."""
    with _open(directory) as base:
        newest = base.execute("SELECT target, profile, tier FROM runs ORDER BY started_ms DESC, id LIMIT 1").fetchone()
    return _runs(directory, "target = ? AND profile = ? AND tier = ?", newest, RUNS) if newest else []


def _target(run: RunInfo) -> str:
    """What runs are compared by: an embedded deployment has another port each time."""
    return "embedded" if run.embedded else run.base_url


def _held_to(run: RunInfo) -> str:
    """The profile, with the contract where that is not the default: a run is compared with those held to the same."""
    return run.profile if run.contract in ("", DEFAULT_RELEASE.id) else f"{run.profile}, contract {run.contract}"


def _runs(directory: Path, condition: str, values: tuple[str, ...], most: int) -> list[KeptRun]:
    with _open(directory) as base:
        rows = base.execute(
            f"SELECT id, started_ms, verdict, requests, median_ms, p95_ms, facts FROM runs WHERE {condition} "  # noqa: S608  ours
            "ORDER BY started_ms DESC, id LIMIT ?",
            (*values, most),
        ).fetchall()
        return [
            KeptRun(
                run_id=run_id,
                started_ms=started_ms,
                verdict=verdict,
                requests=requests,
                median_ms=median_ms,
                p95_ms=p95_ms,
                cases=_cases(base, run_id),
                facts=json.loads(facts or "{}"),
            )
            for run_id, started_ms, verdict, requests, median_ms, p95_ms, facts in reversed(rows)
        ]


def _cases(base: sqlite3.Connection, run_id: str) -> dict[str, KeptCase]:
    rows = base.execute(
        "SELECT name, requirement, side, verdict, documented, observed, boundary FROM cases WHERE run = ?", (run_id,)
    )
    return {name: KeptCase(*rest) for name, *rest in rows}


@contextmanager
def _open(directory: Path) -> Iterator[sqlite3.Connection]:
    file = directory / FILE
    try:
        directory.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(file, timeout=_LOCK_TIMEOUT_S)) as base:
            (version,) = base.execute("PRAGMA user_version").fetchone()
            if version == 0:
                base.executescript(f"BEGIN IMMEDIATE; {_SCHEMA} PRAGMA user_version = {_VERSION}; COMMIT;")
            elif version == 1:
                base.executescript(f"BEGIN IMMEDIATE; {_TO_2} PRAGMA user_version = {_VERSION}; COMMIT;")
            elif version != _VERSION:
                raise HistoryError(f"{file} is of version {version}, this is {_VERSION}; give another directory")
            base.execute(_DRAWN)
            yield base
    except sqlite3.Error as error:
        raise HistoryError(f"{file} cannot be used ({error}); move it away, or give another directory") from None
    except OSError as error:
        raise HistoryError(f"{file} cannot be used ({error.strerror}); give another directory") from None
