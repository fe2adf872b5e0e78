"""One report from the reports of a run's shards; a shard that is missing leaves it incomplete."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from contract.purposes import added_up
from contract.reach import joined_coverage
from contract.results import Result, RunInfo, RunVerdict, conclude
from contract.tally import joined
from contract.waivers import stale
from reports.parser import Report


class MergeError(Exception):
    """Reports that are no shards of one run: a verdict over them would be about no run at all."""


def merge(parts: Sequence[Report]) -> Report:
    """The report of the whole. Raises ``MergeError`` where the parts do not belong together.

    What a shard left open stays open: the whole is kept only where every shard is there and each was kept.
    """
    first = parts[0]
    expected = _identity(first.run)
    for part in parts[1:]:
        for name, value in _identity(part.run).items():
            if value != expected[name]:
                values = f": {expected[name]} and {value}" if isinstance(value, str | int) else ""
                raise MergeError(f"the {name} differs between {_name(first)} and {_name(part)}{values}")
    numbers = [part.run.shard.index if part.run.shard else 1 for part in parts]
    count = first.run.shard.count if first.run.shard else 1
    twice = next((number for number in numbers if numbers.count(number) > 1), None)
    if twice is not None:
        raise MergeError(f"shard {twice}/{count} is there twice; give each shard once")
    absent = sorted(set(range(1, count + 1)) - set(numbers))
    results = _in_order([result for part in parts for result in part.results], first)
    whole = first.run.whole or first.manifest
    missing = conclude(results, whole).missing
    today = datetime.fromtimestamp(max(part.run.stopped_ms for part in parts) / 1000, UTC).date()
    conclusion = conclude(results, whole, stale(first.waivers, results, missing, today))
    if absent or any(part.conclusion.verdict is RunVerdict.INCOMPLETE for part in parts):
        conclusion = conclusion.not_kept()
    notes = [f"shard {number}/{count} is missing: its cases were never judged" for number in absent]
    return Report(_run(parts, notes), tuple(results), conclusion)


def _identity(run: RunInfo) -> dict[str, object]:
    """What all shards of a run have in common, by the name that an error gives it."""
    return {
        "deployment": "embedded" if run.embedded else run.base_url,
        "profile": run.profile,
        "contract": run.contract,
        "profile's limits": dict(run.profile_changes),
        "tier": run.tier,
        "seed": run.seed,
        "version of the tool": run.tool_version,
        "number of shards": run.shard.count if run.shard else 1,
        "list of cases": tuple(run.whole),
        "file of waivers": dict(run.waivers),
    }


def _name(part: Report) -> str:
    shard = part.run.shard
    return f"run {part.run.run_id}" + (f" (shard {shard.index}/{shard.count})" if shard else "")


def _in_order(results: list[Result], first: Report) -> list[Result]:
    place = {case: number for number, case in enumerate(first.run.whole)}
    return sorted(results, key=lambda result: place.get(result.case, len(place)))


def _run(parts: Sequence[Report], notes: Sequence[str]) -> RunInfo:
    runs = [part.run for part in parts]
    return replace(
        runs[0],
        run_id="+".join(run.run_id for run in runs),
        started_ms=min(run.started_ms for run in runs),
        stopped_ms=max(run.stopped_ms for run in runs),
        requests=sum(run.requests for run in runs),
        purposes=added_up(run.purposes for run in runs),
        waited_s=sum(run.waited_s for run in runs),
        notes=tuple(dict.fromkeys((*notes, *(note for run in runs for note in run.notes)))),
        operations=joined(run.operations for run in runs),
        coverage=joined_coverage(run.coverage for run in runs),
        shard=None,
        whole=(),
    )
