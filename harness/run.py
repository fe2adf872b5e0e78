"""A run as its suites see it: the deployment, what it is held to, and where results go."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from contract.openapi import Operation
from contract.planted import Planted
from contract.profiles import Profile
from contract.results import Result
from contract.verdicts import Verdict
from deployment.client import Client
from deployment.curl import routed
from deployment.discovery import Discovery
from deployment.ledger import run_prefix
from deployment.resume import resumed_projects, sweep_command
from harness.connection import Connection
from harness.events import CaseJudged, Emit, Message, Progress
from harness.interrupts import Interrupts
from harness.journal import Journal
from harness.options import Options
from harness.waivers import Waivers
from judges.workspace import Workspace
from reports.record import Recorded


@dataclass(slots=True, kw_only=True, eq=False)
class Run:
    """One run against one deployment. ``manifest`` is every case that must be judged, in order.

    ``whole`` is what the manifest was chosen from: where this is one shard of several, that of all of them.
    ``documented`` are the operations of the deployment's document. ``process`` names the process, where the run has
    several. ``keeps`` says that what was filled is not to be deleted at the end. ``first`` is the run that this one is
    compared with, ``document`` the OpenAPI document of the deployment. ``planted`` is what the run verifies, and that
    alone.
    """

    options: Options
    connection: Connection
    waivers: Waivers
    interrupts: Interrupts
    emit: Emit
    process: str = ""
    manifest: list[str] = field(default_factory=list)
    whole: Sequence[str] = ()
    documented: Sequence[Operation] = ()
    keeps: bool = False
    first: Recorded | None = None
    planted: Planted | None = None
    document: Mapping[str, Any] = field(default_factory=dict)
    journal: Journal = field(init=False)

    def __post_init__(self) -> None:
        self.journal = Journal(notes=list(self.connection.notes))

    def workspace(self) -> Workspace:
        """A workspace of the run, in which nothing was made yet."""
        options = self.options
        return Workspace(
            client=self.client,
            discovery=self.discovery,
            profile=self.profile,
            prefix=self.prefix,
            seed=options.seed,
            tier=options.tier,
            timeout_s=options.timeout,
            files=options.report_dir,
            watch=self.progress,
        )

    @property
    def client(self) -> Client:
        """The one client."""
        return self.connection.client

    @property
    def discovery(self) -> Discovery:
        """What was learnt of the deployment."""
        return self.connection.discovery

    @property
    def profile(self) -> Profile:
        """What the deployment is held to."""
        return self.connection.profile

    @property
    def other_keys(self) -> Mapping[str, str]:
        """Further keys, by name."""
        return self.connection.other_keys

    @property
    def prefix(self) -> str:
        """What the names of all that this process creates begin with."""
        return run_prefix(self.client.run_id) + (f"-{self.process}" if self.process else "")

    @property
    def notes(self) -> list[str]:
        """What the reports should say of the run beside its results."""
        return self.journal.notes

    @property
    def coverage(self) -> dict[str, Any]:
        """What each family of suites says of its reach, as JSON values."""
        return self.journal.coverage

    def say(self, text: str) -> None:
        """Tell the user something at once."""
        self.emit(Message(self.client.redactor.clean(text)))

    @contextmanager
    def progress(self, label: str, done: int, total: int) -> Iterator[Callable[[int], None]]:
        """Show how far long work has come; call what is given with each new count."""
        self.emit(Progress(label, done, total))
        try:
            yield lambda count: self.emit(Progress(label, count, total))
        finally:
            self.emit(Progress(label, total, total, ended=True))

    def note(self, result: Result) -> Result:
        """Take a result, without the key, with the waiver that applies to it; its command goes where the run went."""
        if result.curl:
            result = replace(result, curl=routed(result.curl, self.client.proxy))
        result = self.waivers.applied(self.client.redactor.cleaned(result))
        self.emit(CaseJudged(result))
        return result

    def record(self, result: Result) -> None:
        """Take the result of the case in hand; fails or skips its test so that pytest shows the same verdict."""
        __tracebackhide__ = True
        result = self.note(result)
        if result.broken:
            pytest.fail(_finding(result), pytrace=False)
        if result.verdict is not Verdict.KEPT:
            pytest.skip(f"{result.verdict}: {result.reason}")

    def take_over(self, keeps: Callable[[str], bool]) -> dict[str, str]:
        """The projects of earlier processes of this run that ``keeps`` wants, ids by title; the others are deleted."""
        if self.connection.earlier is None:
            return {}
        kept = resumed_projects(self.client, self.discovery.root, self.connection.earlier, keeps)
        names = ", ".join(sorted(kept)[:4]) + (" ..." if len(kept) > 4 else "")
        self.say(f"going on with run {self.client.run_id}: {len(kept)} of its projects can be filled further {names}")
        return kept

    def announce_cost(self, requests: int, size: int) -> None:
        """Say what a capacity run will send, ``size`` in bytes.

        Raises ``pytest.UsageError`` where ``--geti-max-requests`` would cut it off in the middle.
        """
        options = self.options
        if options.tier != "capacity":
            return
        cost = f"about {requests:,} requests" + (f" and {size / 1e6:,.0f} MB" if size >= 1e6 else "")
        if requests > options.max_requests:
            raise pytest.UsageError(
                f"the {options.tier} tier takes {cost}, --geti-max-requests allows {options.max_requests:,}; "
                "raise it, or take another tier"
            )
        self.say(f"capacity tier: {cost}")
        if options.url is not None:
            run_id = self.client.run_id
            self.say(
                f"should this run be killed, go on with --geti-resume {run_id}, or remove what it left with "
                f"{sweep_command(self.connection.teardown.directory, run_id)}"
            )


def _finding(result: Result) -> str:
    """A broken case in a few lines: what, where, what it should be, and the command to see it."""
    boundary = f"; documented {result.documented_words}, observed {result.boundary}" if result.boundary else ""
    where = f"{result.limit}, {result.side}, enforced at {result.enforcement_point}"
    return (
        f"{result.verdict.upper()} {where if result.side else result.requirement}\n"
        f"  {result.reason} [{result.title}]{boundary}" + (f"\n  {result.curl}" if result.curl else "")
    )
