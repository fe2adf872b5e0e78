"""The record of a run: one result for each case, and the run's own verdict."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import Any

from contract.verdicts import BROKEN, Verdict


class ExitStatus(IntEnum):
    """What the process ends with; others script against it."""

    KEPT = 0
    BROKEN = 1
    INTERRUPTED = 2
    USAGE = 4
    INCOMPLETE = 6


class RunVerdict(StrEnum):
    """What is concluded for the whole run."""

    KEPT = "kept"
    BROKEN = "broken"
    INCOMPLETE = "incomplete"


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer, redacted: fit to be shown to anybody.

    ``elapsed_s`` in seconds; ``size`` the request body's length in bytes. ``response`` is the body as text, cut.
    """

    method: str
    url: str
    status: int | None
    elapsed_s: float
    size: int = 0
    trace_id: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    response: str = ""
    failure: str | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """What one case found.

    ``case`` is unique within the manifest; ``requirement`` is what it judges. ``documented`` is the limit's value in
    the profile, in the limit's ``unit``; ``sent`` describes the artefact (specification, size in bytes, sha256).
    ``observed_boundary`` is the last value that was accepted, in the same unit, where the limit is broken, and
    ``boundary`` says the same in words. ``axis`` is what the probe varied and ``value`` where it stood on it.
    """

    case: str
    requirement: str
    title: str
    verdict: Verdict
    reason: str
    limit: str | None = None
    enforcement_point: str | None = None
    side: str | None = None
    axis: str | None = None
    value: int | None = None
    documented: int | None = None
    unit: str = ""
    expected: str = ""
    sent: Mapping[str, Any] = field(default_factory=dict)
    status: int | None = None
    error_code: str | None = None
    observed_boundary: int | None = None
    boundary: str | None = None
    citation: str = ""
    curl: str | None = None
    exchanges: Sequence[Exchange] = ()
    started_ms: int = 0
    elapsed_s: float = 0.0
    waiver: str | None = None

    @property
    def broken(self) -> bool:
        """Whether this case found the contract broken."""
        return self.verdict in BROKEN


@dataclass(frozen=True, slots=True)
class RunInfo:
    """What a report says about the run itself. Times in milliseconds since the epoch, ``None`` while unknown.

    ``coverage`` is what each family of suites says about its reach, by the family's name, as JSON values.
    """

    run_id: str
    tool_version: str
    tier: str
    profile: str
    profile_changes: Mapping[str, str]
    base_url: str
    deployment: Mapping[str, str]
    seed: int
    started_ms: int
    stopped_ms: int
    requests: int = 0
    waited_s: float = 0.0
    notes: Sequence[str] = ()
    coverage: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Conclusion:
    """The run's verdict, the exit status that goes with it, and the cases of the manifest that were never judged."""

    verdict: RunVerdict
    exit_status: ExitStatus
    missing: tuple[str, ...]


def conclude(results: Sequence[Result], manifest: Iterable[str]) -> Conclusion:
    """The verdict of a run over the manifest of its cases.

    Broken wins over incomplete; an empty manifest, a case without a result, a result without a case or one that
    could not be judged makes the run incomplete. Nothing unjudged is ever kept.
    """
    expected = set(manifest)
    seen = {result.case for result in results}
    missing = tuple(sorted(expected - seen))
    if any(result.broken for result in results):
        return Conclusion(RunVerdict.BROKEN, ExitStatus.BROKEN, missing)
    unjudged = any(result.verdict is Verdict.INCONCLUSIVE for result in results)
    judged = any(result.verdict in (Verdict.KEPT, Verdict.WAIVED) for result in results)
    if missing or seen - expected or unjudged or not judged or len(results) != len(seen):
        return Conclusion(RunVerdict.INCOMPLETE, ExitStatus.INCOMPLETE, missing)
    return Conclusion(RunVerdict.KEPT, ExitStatus.KEPT, missing)
