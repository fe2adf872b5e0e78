"""The rules of the house that a file can be held to."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PRODUCT = ("contract", "generators", "deployment", "reports", "reference", "judges", "harness", "suites")
# A table of rows is as long as what it says.
TABLES = {
    "contract/constraints.py",
    "contract/formats.py",
    "contract/limits.py",
    "deployment/first_contact.py",
    "deployment/options.py",
}


def modules(*packages: str) -> dict[str, str]:
    """The text of every module, by its path."""
    paths = (path for package in packages for path in (ROOT / package).rglob("*.py"))
    return {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in paths}


def test_the_formatter_decides_everywhere() -> None:
    skip = "# fmt: " + "skip"
    assert [name for name, text in modules(*PRODUCT, "benchmarks", "tests").items() if skip in text] == []


def test_no_module_of_the_product_has_more_than_250_lines() -> None:
    assert {name for name, text in modules(*PRODUCT).items() if text.count("\n") > 250} <= TABLES


def test_no_suite_imports_another() -> None:
    for name, text in modules("suites").items():
        imported = set(re.findall(r"^\s*(?:from|import) suites\.(\w+)", text, re.MULTILINE))
        assert imported <= {Path(name).parts[1], "conftest", "covering"}, name


def test_no_unit_test_starts_a_process() -> None:
    starting = re.compile(r"^\s*(import subprocess|from deployment import embedded|from playwright)", re.MULTILINE)
    assert {name for name, text in modules("tests/unit").items() if starting.search(text)} == set()


def test_every_make_command_of_the_readme_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    commands = set(re.findall(r"(?:^|`)make ([a-z-]+)", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE))
    assert commands
    assert commands <= targets
