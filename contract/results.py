"""The record of a run: one result for each case, and the run's own verdict."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import IntEnum, StrEnum
from typing import Any, Final

from contract.recording import Recording
from contract.shards import Shard
from contract.tally import OperationSeen
from contract.verdicts import BROKEN, Verdict


class ExitStatus(IntEnum):
    """What the process ends with; others script against it."""

    KEPT = 0
    BROKEN = 1
    INTERRUPTED = 2
    USAGE = 4
    INCOMPLETE = 6

    @property
    def meaning(self) -> str:
        """The status in one sentence."""
        return _MEANINGS[self]


_MEANINGS: Final = {
    ExitStatus.KEPT: "Every requirement was judged, and each is kept, waived or not applicable.",
    ExitStatus.BROKEN: "At least one requirement is broken, or a waiver has to be removed.",
    ExitStatus.INTERRUPTED: "The run was interrupted; what it had created is deleted.",
    ExitStatus.USAGE: "An option or the set-up is wrong; one line says what to do, and nothing was judged.",
    ExitStatus.INCOMPLETE: (
        "Something could not be judged (also where `-k` left cases out), something that the run created could not be "
        "deleted, or a report could not be written."
    ),
}


# The least status of those that refuse.
_REFUSED: Final = 400


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
class Attempt:
    """One of several times that a case was judged: what it came to, and when.

    ``started_ms`` in milliseconds since the epoch, ``elapsed_s`` in seconds. ``in_flight`` names the cases that other
    processes of the run were judging when it ended, and ``alone`` says that there could be none. ``disturbed`` says
    which failure of the network fell into it, where one did.
    """

    verdict: Verdict
    reason: str
    status: int | None = None
    error_code: str | None = None
    started_ms: int = 0
    elapsed_s: float = 0.0
    alone: bool = True
    in_flight: Sequence[str] = ()
    disturbed: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """What one case found.

    ``case`` is unique within the manifest; ``requirement`` is what it judges. ``documented`` is the limit's value in
    the profile, in the limit's ``unit``; ``sent`` describes the artefact (specification, size in bytes, sha256).
    ``observed_boundary`` is the last value that was accepted, in the same unit, where the limit is broken, and
    ``boundary`` the same in words; ``search`` lists the values that were probed to find it, with whether each was
    accepted. ``axis`` is what the probe varied and ``value`` where it stood on it. Where a waiver covers the case,
    ``waiver`` names its owner and ``waived_verdict`` is what was found. ``attempts`` lists every time that the case was
    judged, where that was more than once. ``trace_id`` is that of the request whose answer the verdict rests on, where
    it is known. ``replay`` is the name by which what it speaks of is judged again, where that
    is not the case itself. ``lane`` is what judged it, of several at one time. ``recordings`` are the
    exchanges of attempts from scratch that found what is found, the last one last; no report holds them as they are.
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
    trace_id: str = ""
    observed_boundary: int | None = None
    boundary: str | None = None
    search: Sequence[tuple[int, bool]] = ()
    citation: str = ""
    curl: str | None = None
    exchanges: Sequence[Exchange] = ()
    started_ms: int = 0
    elapsed_s: float = 0.0
    waiver: str | None = None
    waived_verdict: Verdict | None = None
    attempts: Sequence[Attempt] = ()
    replay: str = ""
    lane: str = ""
    recordings: Sequence[Recording] = field(default=(), repr=False, compare=False)

    @property
    def broken(self) -> bool:
        """Whether this case found the contract broken."""
        return self.verdict in BROKEN

    @property
    def exchange(self) -> Exchange | None:
        """The exchange that the verdict rests on; None where there is none.

        Where its request is not known, it is the last that got the status. Where the case could not be judged it is the
        first that failed: a control goes before its probe.
        """
        if self.verdict is Verdict.INCONCLUSIVE:
            failed = [each for each in self.exchanges if each.status is None or each.status >= _REFUSED]
            return next(iter(failed or self.exchanges), None)
        decisive = [each for each in self.exchanges if each.trace_id == self.trace_id] if self.trace_id else []
        same = [each for each in self.exchanges if each.status == self.status]
        changing = [each for each in same if each.method != "GET"]
        return next(iter(decisive or changing[::-1] or same[::-1] or self.exchanges[::-1]), None)

    @property
    def documented_words(self) -> str:
        """The value in force, to be read by people; a limit without one is switched off in the profile."""
        return "off" if self.documented is None else f"{self.documented:,}"


@dataclass(frozen=True, slots=True)
class RunInfo:
    """The facts of a run, as its reports show them. Times in milliseconds since the epoch, ``None`` while unknown.

    ``coverage`` is what each family of suites reached, by the family's name, as JSON values.
    ``operations`` is what each operation answered. Of a ``shard``, ``whole`` names the cases of all shards, so that
    whoever joins them notices a missing one. ``waivers`` holds the ``source`` and the ``text`` of the file of waivers,
    nothing where there is none. ``replay`` is the command that judges a case again, up to the name of the case.
    ``contract`` is the release whose documented values hold, ``switches`` are the feature flags of the deployment.
    ``purposes`` counts the requests by what they were sent for (``contract.purposes``).
    ``inventory`` counts what the workspace held ``before`` and ``after``, and names what was ``left`` behind and what
    others ``changed``, as JSON values. ``comparison`` says how the run differs from the one that it was compared with.
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
    embedded: bool = False
    operations: Sequence[OperationSeen] = ()
    shard: Shard | None = None
    whole: Sequence[str] = ()
    waivers: Mapping[str, str] = field(default_factory=dict)
    replay: str = ""
    inventory: Mapping[str, Any] = field(default_factory=dict)
    contract: str = ""
    switches: Mapping[str, str] = field(default_factory=dict)
    purposes: Mapping[str, int] = field(default_factory=dict)
    comparison: Mapping[str, Any] = field(default_factory=dict)

    @property
    def held_to(self) -> str:
        """What the deployment was held to, in words: ``profile cloud, contract 2.0``."""
        return f"profile {self.profile}" + (f", contract {self.contract}" if self.contract else "")


@dataclass(frozen=True, slots=True)
class Conclusion:
    """The run's verdict, the exit status that goes with it, and the cases of the manifest that were never judged.

    ``stale`` names the waivers that are to be removed.
    """

    verdict: RunVerdict
    exit_status: ExitStatus
    missing: tuple[str, ...]
    stale: tuple[str, ...] = ()

    def not_kept(self) -> Conclusion:
        """The same where something beside the cases went wrong: kept is incomplete then."""
        if self.exit_status is not ExitStatus.KEPT:
            return self
        verdict = RunVerdict.INCOMPLETE if self.verdict is RunVerdict.KEPT else self.verdict
        return replace(self, verdict=verdict, exit_status=ExitStatus.INCOMPLETE)


def conclude(results: Sequence[Result], manifest: Iterable[str], stale: Sequence[str] = ()) -> Conclusion:
    """The verdict of a run over the manifest of its cases.

    Broken wins over incomplete, and a ``stale`` waiver breaks a run; an empty manifest, a case without a result, a
    result without a case or one that could not be judged makes the run incomplete. Nothing unjudged is ever kept.
    """
    expected = set(manifest)
    seen = {result.case for result in results}
    missing = tuple(sorted(expected - seen))
    unjudged = any(result.verdict is Verdict.INCONCLUSIVE for result in results)
    judged = any(result.verdict in (Verdict.KEPT, Verdict.WAIVED) for result in results)
    verdict, status = RunVerdict.KEPT, ExitStatus.KEPT
    if stale or any(result.broken for result in results):
        verdict, status = RunVerdict.BROKEN, ExitStatus.BROKEN
    elif missing or seen - expected or unjudged or not judged or len(results) != len(seen):
        verdict, status = RunVerdict.INCOMPLETE, ExitStatus.INCOMPLETE
    return Conclusion(verdict, status, missing, tuple(stale))
