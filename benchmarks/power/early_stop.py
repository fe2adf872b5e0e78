"""Looking for one finding: what is likely to show it goes first, and the run stops once it is there."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from fnmatch import fnmatchcase

import pytest

from contract.results import Result
from harness.run import Run


@dataclass(frozen=True, slots=True)
class ExpectedFinding:
    """A finding to look for: in each of ``requirements`` (``*`` stands for any part) with this side and verdict."""

    requirements: tuple[str, ...]
    side: str | None
    verdict: str

    @classmethod
    def parse(cls, text: str) -> ExpectedFinding:
        """What ``text`` writes down. Raises ``pytest.UsageError``."""
        try:
            given = json.loads(text)
            return cls(tuple(given["requirements"]), given["side"], given["verdict"])
        except (ValueError, KeyError, TypeError) as error:
            raise pytest.UsageError(f"--geti-stop-at {text} is not what the power run writes ({error})") from None

    @property
    def text(self) -> str:
        """The finding as the option takes it."""
        return json.dumps(asdict(self))

    def concerns(self, requirement: str) -> bool:
        """Whether the finding is looked for in a requirement."""
        return any(fnmatchcase(requirement, pattern) for pattern in self.requirements)

    def is_named_by(self, result: Result) -> bool:
        """Whether a result is the finding."""
        named = result.side == self.side and result.verdict.value == self.verdict
        return named and self.concerns(result.requirement)


class EarlyStop:
    """Orders the cases of a run by what is sought, and stops the run once each requirement has shown it."""

    def __init__(self, sought: ExpectedFinding, run: Run) -> None:
        self.sought, self.run = sought, run
        self.named: set[str] = set()
        self.ahead: list[str] = []

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Put the cases of the sought requirements first, then those of the same suite."""
        suites = {item.path.parent for item in items if self.sought.concerns(_requirement(item))}
        items.sort(key=lambda item: (not self._ahead(item), item.path.parent not in suites))
        self.ahead = [_requirement(item) for item in items if self.sought.concerns(_requirement(item))]

    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Leave out what has been shown already."""
        if _requirement(item) in self.named:
            pytest.skip("the finding that is sought was made here")

    @pytest.hookimpl(trylast=True)
    def pytest_runtest_teardown(self, item: pytest.Item) -> None:
        """Look at what the case found; stop where nothing is left to be shown."""
        requirement = _requirement(item)
        if self.sought.concerns(requirement):
            self.ahead.remove(requirement)
        result = self.run.results[-1] if self.run.results else None
        if result is not None and self.sought.is_named_by(result):
            self.named.add(result.requirement)
        if self.complete:
            item.session.shouldstop = "the finding that is sought was made"

    @property
    def complete(self) -> bool:
        """Whether each of the requirements has shown the finding, as far as it can be judged."""
        shown = all(any(fnmatchcase(name, pattern) for name in self.named) for pattern in self.sought.requirements)
        return shown and set(self.ahead) <= self.named

    def _ahead(self, item: pytest.Item) -> bool:
        requirement = _requirement(item)
        # A rule that spans everything that was sent is judged after the rest of its suite.
        return self.sought.concerns(requirement) and ("@" in requirement or requirement.startswith("document."))


def _requirement(item: pytest.Item) -> str:
    """The requirement that a case judges: its id begins with it."""
    return item.name.partition("[")[2].rstrip("]").partition("/")[0]
