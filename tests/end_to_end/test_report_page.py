"""``report.html`` in a real browser: what a reader finds, who can read it, its weight, that nothing acts in it."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from contract.results import Result, RunInfo, conclude
from contract.verdicts import Verdict
from reports.comparison import comparison_of
from reports.files import write_reports
from reports.page import page
from tests.unit.reports.samples import broken_width, run_info

HOSTILE = (
    "</script><script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">"
    "\u202egnp.exe\x1b[2J\x00"
)


def opened(
    browser: Browser,
    tmp_path: Path,
    results: list[Result],
    width: int = 1280,
    scheme: str = "light",
    run: RunInfo | None = None,
) -> Page:
    manifest = [each.case for each in results]
    write_reports(run or run_info(), results, manifest, conclude(results, manifest), tmp_path)
    tab = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]
    tab.set_default_timeout(120_000)
    tab.route(re.compile("^(?!file|data)"), lambda route: route.abort())
    tab.goto((tmp_path / "report.html").as_uri())
    return tab


def test_the_first_screen_shows_the_limit_the_real_boundary_and_the_command(browser: Browser, tmp_path: Path) -> None:
    tab = opened(browser, tmp_path, broken_width())
    finding = tab.locator(".finding").first
    box = finding.locator(".command").first.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] < 900
    text = finding.inner_text()
    assert "video width: at most 7,860 px, at video upload" in text
    assert "Documented 7,860 px, the real boundary is 7,680." in text
    assert "--geti-replay video.width.max@video-upload/at/width/mp4" in text
    assert "broken" in tab.locator("h1").inner_text().lower()


def test_the_ruler_shows_every_probe_the_search_and_both_boundaries(browser: Browser, tmp_path: Path) -> None:
    tab = opened(browser, tmp_path, broken_width())
    ruler = tab.locator("svg.ruler")
    assert ruler.count() == 1
    assert ruler.locator(".m-refused").count() == 3
    assert ruler.locator(".ring").count() == 2
    assert ruler.locator(".step").count() == 2
    documented, observed = (ruler.locator(f".{each}").first.bounding_box() for each in ("documented", "observed"))
    assert documented is not None
    assert observed is not None
    assert observed["x"] < documented["x"]
    assert "observed 7,680" in (ruler.get_attribute("aria-label") or "")


def test_a_limit_that_is_kept_has_no_ruler(browser: Browser, tmp_path: Path) -> None:
    assert opened(browser, tmp_path, broken_width()[2:]).locator("svg.ruler").count() == 0


def test_a_finding_shows_its_requirement_what_was_sent_what_came_back_and_the_trace(
    browser: Browser, tmp_path: Path
) -> None:
    tab = opened(browser, tmp_path, broken_width())
    finding = tab.locator(".finding").first
    assert finding.locator("cite").inner_text() == "the table"
    finding.get_by_text("What was sent").click()
    text = finding.inner_text()
    for words in ("trace1", "123 bytes", '"a": "b"', "curl -sS https://geti.example/api/v1/x", "x-a"):
        assert words in text
    assert finding.locator("img.thumbnail").evaluate("each => each.naturalWidth") == 1


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 1280), ("light", 390)])
def test_axe_finds_nothing_serious(browser: Browser, tmp_path: Path, scheme: str, width: int) -> None:
    results = [
        *broken_width(),
        Result("b@x", "b@x", "t", Verdict.INCONCLUSIVE, "no answer"),
        Result("c@x", "c@x", "t", Verdict.NOT_APPLICABLE, "not part"),
        Result("d", "d", "t", Verdict.KEPT, "ok"),
        Result("e", "e", "t", Verdict.WAIVED, "w", waiver="T-1", waived_verdict=Verdict.CRASHED),
    ]
    tab = opened(browser, tmp_path, results, width, scheme)
    tab.locator("#requirements button").first.click()
    for summary in tab.locator("summary:visible").all():
        summary.click()
    violations = Axe().run(tab).response["violations"]
    assert [
        (each["id"], each["nodes"][0]["html"]) for each in violations if each["impact"] in ("serious", "critical")
    ] == []
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_a_comparison_and_an_upgrade_have_sections_that_anybody_can_read(
    browser: Browser, tmp_path: Path, scheme: str, width: int
) -> None:
    lost = {"project": "detection", "change": "altered", "cause": "altered, label, color"}
    label = Result(
        "planted.label@detection/cat", "planted.label@detection", "label cat", Verdict.UNCLEAN, HOSTILE, sent=lost
    )
    results = [*broken_width(), label]
    facts = {"before": {}, "after": {"build-version": "2"}, "file": "plant.json", "run": "a", "url": HOSTILE}
    planted = {**facts, "started": "2026", "complete": True, "untaken": ["keypoint: 400"]}
    kept = [replace(each, verdict=Verdict.KEPT, boundary=None) for each in results]
    first = run_info(), kept, [each.case for each in kept]
    comparison = comparison_of(first, (run_info(), results, []))
    run = run_info(coverage={"planted": planted}, comparison=comparison)
    tab = opened(browser, tmp_path, results, width, scheme, run)
    assert "version unknown, now 2; 1 check: 1 altered" in tab.locator("#upgrade").inner_text()
    assert "video.width.max@video-upload" in tab.locator("#comparison").inner_text()
    assert "owned" not in tab.title()
    for summary in tab.locator("summary:visible").all():
        summary.click()
    violations = Axe().run(tab).response["violations"]
    assert [each["id"] for each in violations if each["impact"] in ("serious", "critical")] == []
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_markup_from_a_deployment_is_shown_as_text(browser: Browser, tmp_path: Path) -> None:
    results = [*broken_width(HOSTILE), Result(f"x@{HOSTILE}", f"x@{HOSTILE}", HOSTILE, Verdict.CRASHED, HOSTILE)]
    dialogs: list[str] = []
    tab = opened(browser, tmp_path, results)
    tab.on("dialog", lambda dialog: dialogs.append(dialog.message))
    tab.locator("#requirements button").first.click()
    assert "owned" not in tab.title()
    assert dialogs == []
    assert tab.locator("script").count() == 2
    assert tab.locator("img:not(.thumbnail)").count() == 0
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert not {"\u202e", "\x1b", "\x00"} & set(text)
    assert "<U+202E>" in tab.locator("#findings").inner_text()
    assert not {"\u202e", "\x1b", "\x00"} & set((tmp_path / "summary.md").read_text(encoding="utf-8"))
    assert not {"\x1b", "\x00"} & set((tmp_path / "junit.xml").read_text(encoding="utf-8"))


def test_a_printed_page_is_light(browser: Browser, tmp_path: Path) -> None:
    tab = opened(browser, tmp_path, broken_width(), scheme="dark")
    shade = "getComputedStyle(document.querySelector('.legal')).fill"
    dark = tab.evaluate(shade)
    tab.emulate_media(media="print")
    assert tab.evaluate(shade) == "rgb(220, 239, 226)" != dark
    assert tab.locator(".tools").is_hidden()


def test_search_and_filter_narrow_the_table_down(browser: Browser, tmp_path: Path) -> None:
    kept = [Result(f"rule@{number}", f"rule@{number}", "t", Verdict.KEPT, "ok") for number in range(300)]
    tab = opened(browser, tmp_path, [*kept, *broken_width()])
    lines = tab.locator("#requirements tbody tr")
    assert lines.count() == 100
    tab.locator("#more").click()
    assert lines.count() == 200
    tab.locator("#search").fill("rule@299")
    assert lines.count() == 1
    tab.locator("#search").fill("")
    tab.get_by_label("kept").uncheck()
    assert lines.count() == 1
    tab.keyboard.press("Tab")
    lines.locator("button").focus()
    tab.keyboard.press("Enter")
    assert tab.locator("#requirements .cases li").count() == 3
    assert "1 of 301 requirements" in tab.locator("#shown").inner_text()


def test_ten_thousand_results_weigh_little(browser: Browser, tmp_path: Path) -> None:
    results = [
        replace(each, case=f"{each.case}/{number}", requirement=f"{each.requirement}{number}")
        for number in range(3334)
        for each in broken_width()
    ]
    tab = opened(browser, tmp_path, results)
    assert tab.locator("#requirements tbody tr").count() == 100
    assert (tmp_path / "report.html").stat().st_size < 10_000_000


def test_a_page_without_javascript_still_shows_the_findings(browser: Browser, tmp_path: Path) -> None:
    results = broken_width()
    (tmp_path / "report.html").write_text(page(run_info(), results, conclude(results, []), []), encoding="utf-8")
    tab = browser.new_context(java_script_enabled=False).new_page()
    tab.goto((tmp_path / "report.html").as_uri())
    assert "the real boundary is 7,680" in tab.locator("#findings").inner_text()
    assert "needs JavaScript" in tab.locator("#table").inner_text()
