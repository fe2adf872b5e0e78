"""What the controller of several processes (``pytest -n N``) and its workers hand each other."""

from __future__ import annotations

import pickle
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from contract.identifiers import Ids
from contract.profiles import Profile
from contract.tally import Tally
from deployment.discovery import Discovery

# How the name of a file ends in which a worker keeps its summary.
SUMMARY: Final = ".summary"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerConfig:
    """What a worker needs to take part: one run, one deployment, one discovery. It goes by a pipe, never a command.

    ``count`` is the number of workers, among which the rate and the budgets are divided; they take turns in the
    directory ``turns``, and keep in ``shared`` what the controller is to have of them.
    """

    run_id: str
    url: str
    token: str = field(repr=False)
    other_keys: Mapping[str, str] = field(repr=False)
    ledger_dir: Path
    shared: Path
    turns: Path
    discovery: Discovery
    profile: Profile
    scaled: Mapping[str, int]
    foreign: Ids
    seed: int
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerSummary:
    """What a worker has come to, beside the results that its reports carried.

    ``lag_s`` is the longest lag of a reading that it saw, in seconds.
    """

    notes: Sequence[str]
    coverage: Mapping[str, Any]
    requests: int
    purposes: Mapping[str, int]
    waited_s: float
    lag_s: float
    tally: Tally

    def keep(self, file: Path) -> None:
        """Write it to a file, whole or not at all, in place of what stood there."""
        part = file.with_suffix(".part")
        part.write_bytes(pickle.dumps(self))
        part.replace(file)

    @classmethod
    def kept(cls, directory: Path) -> list[WorkerSummary]:
        """What the workers have kept in a directory, each the last that it wrote."""
        files = sorted(directory.glob(f"*{SUMMARY}"))
        return [pickle.loads(file.read_bytes()) for file in files]  # noqa: S301  from our own processes
