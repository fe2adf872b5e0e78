"""The cases of the manifest as pytest's items: one for each case, given to the test that covers its requirement."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest

from contract.cases import Case
from harness.manifest import Manifest


class Collection:
    """The hooks that turn a manifest into items. ``manifest`` must be set before collection begins."""

    def __init__(self, manifest: Manifest | None = None) -> None:
        self._manifest = manifest

    @property
    def manifest(self) -> Manifest:
        """The cases of the run. Raises ``LookupError`` before there are any."""
        if self._manifest is None:
            raise LookupError("the manifest is made before the tests are collected")
        return self._manifest

    @manifest.setter
    def manifest(self, manifest: Manifest) -> None:
        self._manifest = manifest

    def pytest_configure(self, config: pytest.Config) -> None:
        """Declare the marker."""
        config.addinivalue_line(
            "markers", "covers(*subjects, drawn=False): the limits or rules whose requirements a test judges"
        )

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """One item for each case that a test covers."""
        marker = metafunc.definition.get_closest_marker("covers")
        if marker is not None:
            named = {(subject, marker.kwargs.get("drawn", False)) for subject in marker.args}
            others = set() if named else _named_subjects(metafunc.config.rootpath / "suites")
            cases = [
                case
                for case in self.manifest.cases
                if ((case.requirement.subject, case.searching) in (named or others)) is bool(named)
            ]
            metafunc.parametrize("case", cases, ids=[case.id for case in cases])

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        """Keep the chosen cases; a test that has no case in this run is left out without a word."""
        chosen = set(self.manifest.chosen)
        with_case = [(item, case_of(item)) for item in items if item.get_closest_marker("covers")]
        without = {item for item, case in with_case if case is None}
        left = {item for item, case in with_case if case is not None and case.id not in chosen}
        items[:] = [item for item in items if item not in without | left]
        if left:
            config.hook.pytest_deselected(items=list(left))


def case_of(item: pytest.Item) -> Case | None:
    """The case that an item judges; None for one that has none."""
    callspec: Any = getattr(item, "callspec", None)
    case = callspec.params.get("case") if callspec is not None else None
    return case if isinstance(case, Case) else None


def _named_subjects(suites: Path) -> set[tuple[str, bool]]:
    """The subjects that the tests of the suites name, and whether of what is drawn.

    They are read from the decorators: none need be collected for it.
    """
    calls = [
        node
        for file in suites.rglob("test_*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "covers"
    ]
    return {
        (str(argument.value), any(keyword.arg == "drawn" for keyword in call.keywords))
        for call in calls
        for argument in call.args
        if isinstance(argument, ast.Constant)
    }
