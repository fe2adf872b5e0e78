"""What the controller of several processes (``pytest -n N``) and its workers hand each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from contract.identifiers import Ids
from contract.profiles import Profile
from contract.tally import OperationSeen
from deployment.discovery import Discovery


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerConfig:
    """What a worker needs to take part: one run, one deployment, one discovery. It goes by a pipe, never a command.

    ``count`` is the number of workers, among which the rate and the budgets are divided; ``locks`` a directory.
    """

    run_id: str
    url: str
    token: str = field(repr=False)
    other_keys: Mapping[str, str] = field(repr=False)
    ledger_dir: Path
    locks: Path
    discovery: Discovery
    profile: Profile
    scaled: Mapping[str, int]
    foreign: Ids
    seed: int
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerSummary:
    """What a worker hands over at its end, beside the results that its reports carried."""

    notes: Sequence[str]
    coverage: Mapping[str, Any]
    requests: int
    waited_s: float
    operations: Sequence[OperationSeen]
