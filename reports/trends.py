"""Small charts over the last runs: counts of verdicts, latency, and observed boundaries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from contract.verdicts import BROKEN, Verdict
from reports.changes import changes
from reports.history import KeptRun

RUNS: Final = 30
WIDTH: Final = 240
HEIGHT: Final = 50
_SLOWEST: Final = 4
_BOUNDARIES: Final = 12


@dataclass(frozen=True, slots=True)
class Chart:
    """A line over the runs: ``points`` for a polyline, ``end`` its last point, ``words`` what it says."""

    name: str
    unit: str
    points: str
    end: tuple[float, float]
    words: str


def history_of(runs: Sequence[KeptRun]) -> dict[str, Any]:
    """What the page tells of the last run and those before; empty where there is none before."""
    if len(runs) < 2:
        return {}
    before = runs[-2]
    return {
        "against": before.run_id,
        "when": f"{datetime.fromtimestamp(before.started_ms / 1000, UTC):%Y-%m-%d %H:%M} UTC",
        "runs": len(runs),
        "changes": changes(runs),
        "charts": [*_counts(runs), *_latency(runs), *_boundaries(runs)],
        "width": WIDTH,
        "height": HEIGHT,
    }


def _counts(runs: Sequence[KeptRun]) -> list[Chart]:
    def counted(verdicts: frozenset[Verdict]) -> list[float | None]:
        return [float(sum(Counter(each.verdict for each in run.cases.values())[v] for v in verdicts)) for run in runs]

    series = {
        "broken": BROKEN,
        "kept": {Verdict.KEPT},
        "not judged": {Verdict.INCONCLUSIVE},
        "waived": {Verdict.WAIVED},
    }
    return [_chart(f"cases {name}", "", counted(frozenset(verdicts))) for name, verdicts in series.items()]


def _latency(runs: Sequence[KeptRun]) -> list[Chart]:
    slowest = sorted(runs[-1].operations, key=lambda name: -runs[-1].operations[name])[:_SLOWEST]
    return [
        _chart("latency, median of all", "ms", [run.median_ms for run in runs]),
        _chart("latency, p95 of all", "ms", [run.p95_ms for run in runs]),
        *(_chart(f"p95 {name}", "ms", [run.operations.get(name) for run in runs]) for name in slowest),
    ]


def _boundaries(runs: Sequence[KeptRun]) -> list[Chart]:
    """The observed boundary of each requirement that was broken in any of the runs; as documented where it is kept."""
    names = sorted({case.requirement for run in runs for case in run.cases.values() if case.observed is not None})
    return [_chart(f"boundary {name}", "", [_boundary(run, name) for run in runs]) for name in names[:_BOUNDARIES]]


def _boundary(run: KeptRun, requirement: str) -> float | None:
    cases = [case for case in run.cases.values() if case.requirement == requirement]
    observed = next((case.observed for case in cases if case.observed is not None), None)
    kept = next((case.documented for case in cases if case.verdict == Verdict.KEPT), None)
    return float(observed) if observed is not None else None if kept is None else float(kept)


def _chart(name: str, unit: str, values: Sequence[float | None]) -> Chart:
    known = [value for value in values if value is not None]
    low, high = min(known, default=0.0), max(known, default=0.0)
    step = (WIDTH - 10) / max(1, len(values) - 1)
    places = [
        (round(5 + place * step, 1), round(HEIGHT - 6 - (value - low) / ((high - low) or 1) * (HEIGHT - 12), 1))
        for place, value in enumerate(values)
        if value is not None
    ]
    least, most, now = (f"{value:,.0f}" for value in (low, high, known[-1] if known else 0.0))
    words = f"{now} {unit}".strip() + (f", between {least} and {most}" if low != high else ", always")
    return Chart(name, unit, " ".join(f"{x},{y}" for x, y in places), places[-1] if places else (0, 0), words)
