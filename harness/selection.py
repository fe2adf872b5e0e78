"""Which cases of the whole manifest this process's run judges: all, one that is replayed, or those of a shard."""

from __future__ import annotations

from pathlib import Path

import pytest

from contract.shards import split
from harness.manifest import Manifest
from harness.options import Options
from reports.parser import UnreadableError, read_report


def choose(manifest: Manifest, options: Options) -> list[str]:
    """The ids of the cases to judge, in order. Raises ``pytest.UsageError`` with the next step."""
    if options.replay is not None:
        if not manifest.holds(options.replay):
            raise pytest.UsageError(
                f"--geti-replay {options.replay} is no case of this run; see the names in results.json"
            )
        return [options.replay]
    if options.shard is None:
        return list(manifest.entries)
    mine = split(manifest.cases, options.shard.count, _recorded(options.durations))[options.shard.index - 1]
    if not mine:
        raise pytest.UsageError(
            f"--geti-shard {options.shard.index}/{options.shard.count} is empty: "
            f"{len(manifest.entries):,} cases make fewer parts; lower the number of shards"
        )
    return [case.id for case in mine]


def _recorded(file: Path | None) -> dict[str, float]:
    if file is None:
        return {}
    try:
        return {result.case: result.elapsed_s for result in read_report(file).results}
    except UnreadableError as error:
        raise pytest.UsageError(f"--geti-durations {error}") from None
