"""The pages: what is generated is what the code says, links resolve, and the README stays short and true."""

from __future__ import annotations

import re
import shlex
from dataclasses import replace
from pathlib import Path

import pytest

from contract.limits import LIMITS
from contract.results import ExitStatus
from contract.verdicts import Verdict
from deployment.first_contact import FIRST_CONTACT
from docs.generate import DIRECTORY, pages, requirements
from judges.rest.rules import RULES

ROOT = Path(__file__).parents[3]
README = ROOT / "README.md"
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


def name_of(page: Path) -> str:
    return str(page.relative_to(ROOT))


def anchors(page: Path) -> set[str]:
    """The fragments that GitHub gives the headings of a page."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_the_generated_pages_are_what_the_code_says() -> None:
    written = {name: (DIRECTORY / name).read_text(encoding="utf-8") for name in pages()}
    assert written == pages(), "run `make docs`"
    assert {f"reference/{page.name}" for page in (DIRECTORY / "reference").iterdir()} <= set(written)


def test_every_message_of_first_contact_is_on_its_page() -> None:
    page = pages()["how-to/when-it-does-not-start.md"]
    for row in FIRST_CONTACT.values():
        assert f"| `{row.id}` | {row.seen} |" in page
    assert "{" not in page.replace('{"detail"', "")


def test_a_limit_and_a_rule_that_are_added_are_on_the_page_of_requirements() -> None:
    limit = replace(LIMITS["video.duration.max"], id="video.duration.least", value=3)
    rule = replace(RULES["key-missing"], id="key-upside-down", sentence="a key that stands on its head is refused")
    with LIMITS.adding(limit), RULES.adding(rule):
        page = requirements()
    assert "| `video.duration.least` | video, duration: at most 3 s |" in page
    assert "| `openapi.key-upside-down` | a key that stands on its head is refused |" in page
    assert "`video.duration.least@video-upload`" in page


def test_the_page_of_requirements_names_what_judges_each() -> None:
    page = requirements()
    for requirement, judge, file in (
        ("openapi.deleted-ids", "judge_deleted", "judges/rest/ids.py"),
        ("openapi.key-missing", "judge_key", "judges/rest/keys.py"),
        ("document.security", "security", "contract/document_rules.py"),
        ("project.labels.max", "CountJudge.judge", "judges/counts/judge.py"),
        ("encoders.image-upload", "AgreementJudge.judge", "judges/media/agreement.py"),
    ):
        line = next(line for line in page.splitlines() if line.startswith(f"| `{requirement}` |"))
        assert f"| [{judge}](../../{file})" in line
    judges = {"MediaJudge": "media/judge.py", "RouteJudge": "uploads/routes.py", "ImportJudge": "imports/judge.py"}
    assert ", ".join(f"[{judge}.judge](../../judges/{file})" for judge, file in judges.items()) in page


def test_the_page_of_verdicts_names_what_gives_each_and_not_what_only_compares() -> None:
    decided = pages()["reference/verdicts.md"].partition("| decided in |")[2]
    lines = {line.split("`")[1]: line for line in decided.splitlines() if line.startswith("| `")}
    assert set(lines) == {verdict.value for verdict in Verdict}
    assert "`judge_echo`" in lines["unclean"]
    assert "`judge_echo`" not in lines["not-enforced"]
    assert "harness" not in "".join(lines.values())


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_of_a_page_resolve(page: Path) -> None:
    for link in LINK.findall(page.read_text(encoding="utf-8")):
        if not link.startswith("https://"):
            path, _, fragment = link.partition("#")
            target = (page.parent / path).resolve() if path else page
            assert target.is_relative_to(ROOT)
            assert target.exists(), link
            assert not fragment or fragment in anchors(target), link


def test_every_page_can_be_reached_from_the_readme() -> None:
    reached, waiting = set[Path](), [README]
    while waiting:
        page = waiting.pop()
        if page not in reached and page.suffix == ".md":
            reached.add(page)
            links = (link.partition("#")[0] for link in LINK.findall(page.read_text(encoding="utf-8")))
            waiting += [(page.parent / link).resolve() for link in links if link and not link.startswith("https://")]
    assert set(PAGES) <= reached


def test_the_readme_has_at_most_150_lines() -> None:
    assert len(README.read_text(encoding="utf-8").splitlines()) <= 150


def test_the_readme_says_each_exit_status_and_verdict_in_the_words_of_the_code() -> None:
    text = README.read_text(encoding="utf-8")
    for status in ExitStatus:
        assert f"| {status:d} | {status.name.lower()} | {status.meaning} |" in text
    for verdict in Verdict:
        assert re.search(rf"\| `{verdict}` \| [a-z ]+ \| {re.escape(verdict.meaning)} \|", text)


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_the_tests_that_a_page_names_are_there(page: Path) -> None:
    for line in page.read_text(encoding="utf-8").splitlines():
        if re.match(r"\s+\.venv/bin/python -m pytest tests", line):
            for word in shlex.split(line, comments=True):
                assert not word.startswith("tests/") or (ROOT / word).exists(), word


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_the_make_targets_that_a_page_names_are_there(page: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(re.findall(r"(?:`| {4})make ([a-z-]+)", page.read_text(encoding="utf-8"))) <= targets
