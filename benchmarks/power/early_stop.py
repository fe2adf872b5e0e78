"""A pytest plugin of the power run: what is likely to show the expected finding goes first, and the run stops there.

``-p benchmarks.power.early_stop --power-expect TEXT`` loads it.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from fnmatch import fnmatchcase

import pytest

from contract.results import Result
from harness.collection import case_of
from harness.events import CaseJudged, Event


@dataclass(frozen=True, slots=True)
class ExpectedFinding:
    """A finding to look for: in each of ``requirements`` (``*`` stands for any part) with this side and verdict."""

    requirements: tuple[str, ...]
    side: str | None
    verdict: str

    @classmethod
    def parse(cls, text: str) -> ExpectedFinding:
        """What ``text`` wrote."""
        given = json.loads(text)
        return cls(tuple(given["requirements"]), given["side"], given["verdict"])

    @property
    def text(self) -> str:
        """The finding as the option takes it."""
        return json.dumps(asdict(self))

    def concerns(self, requirement: str) -> bool:
        """Whether the finding is looked for in a requirement."""
        return any(fnmatchcase(requirement, pattern) for pattern in self.requirements)

    def is_shown_by(self, result: Result) -> bool:
        """Whether a result is the finding."""
        same = result.side == self.side and result.verdict.value == self.verdict
        return same and self.concerns(result.requirement)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the option of this plugin."""
    parser.addoption("--power-expect", metavar="TEXT", required=True, help="the finding to stop at, as JSON")


def pytest_configure(config: pytest.Config) -> None:
    """Look for the finding."""
    config.pluginmanager.register(EarlyStop(ExpectedFinding.parse(config.getoption("--power-expect"))))


class EarlyStop:
    """Orders the cases of a run by what is expected, and stops the run once each requirement has shown it."""

    def __init__(self, expected: ExpectedFinding) -> None:
        self._expected = expected
        self._shown: set[str] = set()
        self._pending: list[str] = []

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Put the cases of the expected requirements first, then those of the same suite."""
        suites = {item.path.parent for item in items if self._expected.concerns(_requirement(item))}
        items.sort(key=lambda item: (not self._goes_first(item), item.path.parent not in suites))
        self._pending = [name for name in map(_requirement, items) if self._expected.concerns(name)]

    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Leave out what has been shown already."""
        if _requirement(item) in self._shown:
            pytest.skip("the expected finding was made here")

    @pytest.hookimpl(optionalhook=True)
    def pytest_geti_event(self, event: Event) -> None:
        """Look at what a case found."""
        if isinstance(event, CaseJudged) and self._expected.is_shown_by(event.result):
            self._shown.add(event.result.requirement)

    @pytest.hookimpl(trylast=True)
    def pytest_runtest_teardown(self, item: pytest.Item) -> None:
        """Stop where nothing is left to be shown."""
        requirement = _requirement(item)
        if self._expected.concerns(requirement):
            self._pending.remove(requirement)
        shown = all(any(fnmatchcase(name, each) for name in self._shown) for each in self._expected.requirements)
        if shown and set(self._pending) <= self._shown:
            item.session.shouldstop = "the expected finding was made"

    def _goes_first(self, item: pytest.Item) -> bool:
        requirement = _requirement(item)
        # A rule that spans everything that was sent is judged after the rest of its suite.
        return self._expected.concerns(requirement) and ("@" in requirement or requirement.startswith("document."))


def _requirement(item: pytest.Item) -> str:
    """The id of the requirement that an item judges; empty for one without a case."""
    case = case_of(item)
    return case.requirement.id if case is not None else ""
