"""A run in several processes (``pytest -n N``): what the controller tells its workers, and what they hand back."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

import pytest
from xdist.scheduler import LoadScopeScheduling

from contract.profiles import Profile, Setting
from contract.tally import OperationSeen
from deployment.discovery import Discovery
from harness.manifest import Manifest

INPUT: Final = "geti"


class UnitScheduling(LoadScopeScheduling):  # type: ignore[misc]
    """Hands out cases to workers so that those which share what was filled or sent stay in one process."""

    def __init__(self, config: pytest.Config, log: Any, manifest: Manifest) -> None:
        super().__init__(config, log)
        self._manifest = manifest

    def _split_scope(self, nodeid: str) -> str:
        entry = self._manifest.entries.get(nodeid.partition("[")[2].removesuffix("]"))
        return entry[1].unit if entry else nodeid


@dataclass(frozen=True, slots=True)
class WorkerConfig:
    """What a worker needs to take part: one run, one deployment, one discovery. It goes by a pipe, never a command.

    ``count`` is the number of workers, among which the rate and the budgets are divided; ``turns`` a directory of
    locks.
    """

    run_id: str
    url: str
    token: str = field(repr=False)
    other_keys: Mapping[str, str] = field(repr=False)
    ledger_dir: str
    turns: str
    organization: str
    workspace: str
    product: Mapping[str, str]
    profile_name: str
    profile_base: str
    overrides: Mapping[str, int | str]
    scaled: Mapping[str, int]
    seed: int
    count: int
    foreign: Sequence[str]

    def packed(self) -> str:
        """As a text that goes through xdist's pipe."""
        return json.dumps(asdict(self))

    @classmethod
    def unpacked(cls, text: str) -> WorkerConfig:
        """What ``packed`` made."""
        return cls(**json.loads(text))

    @property
    def profile(self) -> Profile:
        """The profile in force."""
        overrides = {key: value if isinstance(value, int) else Setting(value) for key, value in self.overrides.items()}
        return Profile(self.profile_name, self.profile_base, overrides)

    @property
    def discovery(self) -> Discovery:
        """What the controller found."""
        return Discovery(self.organization, self.workspace, dict(self.product), self.profile)


@dataclass(frozen=True, slots=True)
class WorkerSummary:
    """What a worker hands back at its end, beside the results that its reports carried."""

    notes: list[str]
    coverage: dict[str, Any]
    requests: int
    waited_s: float
    operations: list[OperationSeen]

    def packed(self) -> str:
        """As a text that goes through xdist's pipe."""
        return json.dumps(asdict(self))

    @classmethod
    def unpacked(cls, text: str) -> WorkerSummary:
        """What ``packed`` made."""
        data = json.loads(text)
        operations = [
            OperationSeen(**{**each, "latency": {int(step): count for step, count in each["latency"].items()}})
            for each in data["operations"]
        ]
        return cls(**{**data, "operations": operations})


@dataclass(slots=True)
class Turns:
    """Lets one worker alone count the projects of the organization, and all others go on beside each other.

    Two locks: whoever waits to be alone holds the door, so that those who come after cannot overtake it for ever.
    """

    directory: Path
    _held: int = -1
    _alone: bool = False

    def begin(self, *, alone: bool) -> None:
        """Wait for a turn; goes on where this worker is alone already and wants to stay so."""
        if self._held >= 0 and self._alone and alone:
            return
        self.end()
        with self._door():
            self._held = os.open(self.directory / "turn", os.O_RDWR | os.O_CREAT, 0o600)
            fcntl.flock(self._held, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
        self._alone = alone

    def end(self) -> None:
        """Give the turn up."""
        if self._held >= 0:
            os.close(self._held)
            self._held = -1

    @contextlib.contextmanager
    def _door(self) -> Iterator[None]:
        door = os.open(self.directory / "door", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(door, fcntl.LOCK_EX)
            yield
        finally:
            os.close(door)
