"""A session that plants before an upgrade: it collects no test, judges nothing, and keeps what it creates."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from contract import operations as api
from contract.planted import Planted, Thing
from contract.results import ExitStatus
from contract.version import VERSION
from deployment.errors import SetupError
from deployment.ledger import carries, default_directory
from deployment.ledger_records import is_living
from deployment.planted_file import read_planted, write_planted
from harness.options import Options
from harness.run import Run
from judges.plant.content import planted_projects
from judges.plant.planting import Planter
from reports.text import count

_MOST_SHOWN = 20


def begun(options: Options) -> Planted | None:
    """The set that is to be completed, where the file holds one that was cut short; None where there is no file.

    Raises ``SetupError`` where the file is of another deployment, whole, or that of a run that still goes on.
    """
    file = options.plant
    if file is None or not file.exists():
        return None
    planted = read_planted(file)
    if planted.url != options.url:
        raise SetupError(f"{file} was planted in {planted.url}; give another file, or that address as --geti-url")
    ledger = (options.ledger_dir or default_directory()) / planted.run
    if ledger.is_dir() and is_living(ledger):
        raise SetupError(f"{file}: run {planted.run} still plants; wait for its end")
    if planted.complete:
        raise SetupError(
            f"{file} holds a whole set already; verify it with --geti-verify, remove it with {sweep_planted(options)}"
        )
    return planted


def sweep_planted(options: Options) -> str:
    """The command that removes what was planted."""
    ledger = ["--ledger-dir", str(options.ledger_dir)] if options.ledger_dir is not None else []
    command = [".venv/bin/python", "-m", "deployment", "sweep", "--planted", str(options.plant), *ledger]
    return shlex.join(command)


@dataclass(slots=True, eq=False)
class Planting:
    """Plants into ``file``; ``earlier`` is a set that was cut short, to be completed."""

    run: Run
    file: Path
    earlier: Planted | None
    planted: Planted = field(init=False)
    problem: str = ""

    def __post_init__(self) -> None:
        run, discovery = self.run, self.run.discovery
        self.planted = self.earlier or Planted(
            run=run.client.run_id,
            url=run.client.base,
            organization=discovery.organization,
            workspace=discovery.workspace,
            deployment=dict(discovery.product),
            profile=run.profile.name,
            seed=run.options.seed,
            tool_version=VERSION,
            started=datetime.now(UTC).isoformat(timespec="seconds"),
        )

    def begin(self) -> None:
        """Write the file and mark the ledger, before anything is created. Raises ``SetupError`` or ``LedgerError``."""
        if self.planted.workspace != self.run.discovery.workspace:
            where = self.planted.workspace
            raise SetupError(f"{self.file} was planted in the workspace {where}; name it with --geti-workspace")
        write_planted(self.file, self.planted)
        ledger = self.run.client.ledger
        if ledger is not None:
            ledger.plant(self.file.absolute())

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection(self) -> bool:
        """There is nothing to collect."""
        return True

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self) -> bool:
        """Plant, one project after the other; what is whole is in the file."""
        try:
            self._plant()
        except SetupError as error:
            self.problem = str(error)
        return True

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Keep what was created, and say by the exit status whether the set is whole."""
        self.run.connection.teardown.delete_everything(keeps=True)
        if session.exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED:
            whole = self.planted.complete and self.planted.things
            session.exitstatus = int(ExitStatus.KEPT if whole else ExitStatus.INCOMPLETE)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """What was planted, what was not taken, and what comes next."""
        planted, line = self.planted, terminalreporter.write_line
        state = "PLANTED" if planted.complete else "HALF PLANTED"
        line(
            f"{state}: {count(len(planted.projects), 'project')} with {count(len(planted.things), 'thing')} "
            f"in {planted.url}, noted in {self.file}"
        )
        for each in planted.untaken[:_MOST_SHOWN]:
            line(f"  not taken: {self.run.client.redactor.clean(each)}")
        if len(planted.untaken) > _MOST_SHOWN:
            line(f"  and {len(planted.untaken) - _MOST_SHOWN} more, in {self.file}")
        if self.problem:
            line(self.run.client.redactor.clean(self.problem), red=True)
        if not planted.complete:
            line("complete it: give the same command again")
        line(f"after the upgrade: .venv/bin/python -m pytest suites --geti-verify {shlex.quote(str(self.file))} ...")
        line(f"remove it: {sweep_planted(self.run.options)}")

    def _plant(self) -> None:
        projects = list(planted_projects(self.run.profile, self.planted.seed))
        done = self._whole_ones()
        self._keep([each for each in self.planted.things if each.project in done], ())
        planter = Planter(replace(self.run.workspace(), seed=self.planted.seed))
        with self.run.progress("planting projects", 0, len(projects)) as show:
            for number, project in enumerate(projects, 1):
                self.run.interrupts.stop_here()
                if project.key not in done:
                    before = len(planter.untaken)
                    things = planter.plant(project)
                    self._keep([*self.planted.things, *things], planter.untaken[before:])
                show(number)
        self.planted = replace(self.planted, complete=True)
        write_planted(self.file, self.planted)

    def _keep(self, things: list[Thing], untaken: tuple[str, ...] | list[str]) -> None:
        noted = tuple(dict.fromkeys((*self.planted.untaken, *untaken)))
        self.planted = replace(self.planted, things=tuple(things), untaken=noted)
        write_planted(self.file, self.planted)

    def _whole_ones(self) -> set[str]:
        """The projects of the file that are still there; what else carries the run's name was cut short, and goes."""
        client, whole = self.run.client, set[str]()
        if self.earlier is None:
            return whole
        names = client.call(api.LIST_PROJECT_NAMES).names("projects")
        if names is None:
            raise SetupError(f"the projects of {client.base} cannot be listed; give the same command again")
        known = {each.ids["project"]: each.project for each in self.planted.projects}
        for identifier, name in names.items():
            if identifier in known:
                whole.add(known[identifier])
            elif carries(name, client.run_id) and identifier not in client.area.foreign:
                client.created.add(identifier)
                client.call(api.DELETE_PROJECT, identifier)
        return whole
