"""Waivers: in force they cover exactly what they expect; worn, they fail the run; mistaken, they are refused."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from contract.results import ExitStatus, Result, conclude
from contract.verdicts import BROKEN, Verdict
from contract.waivers import WaiverError, apply, parse_waivers, stale
from reports.waiver_proposal import proposed

TODAY = date(2026, 6, 15)
FILE = """\
# what is known
[[waiver]]
requirement = "video.width.max@*"
verdict = "over-enforced"
owner = "ann"
reason = "the codec ends at 7680"
ticket = "GETI-1"
expires = 2026-06-15
"""


def result(
    verdict: Verdict = Verdict.OVER_ENFORCED, requirement: str = "video.width.max@video-upload", **more: Any
) -> Result:
    return Result(f"{requirement}/{more.get('side', '')}", requirement, "t", verdict, "why", **more)


def test_a_waiver_in_force_covers_the_verdict_it_expects_and_says_whose_it_is() -> None:
    covered = apply(result(), parse_waivers(FILE, "w"), TODAY)
    assert (covered.verdict, covered.waived_verdict) == (Verdict.WAIVED, Verdict.OVER_ENFORCED)
    assert covered.waiver == "GETI-1, ann, until 2026-06-15: the codec ends at 7680"
    concluded = conclude([covered], [covered.case], stale(parse_waivers(FILE, "w"), [covered], [], TODAY))
    assert concluded.exit_status is ExitStatus.KEPT


@pytest.mark.parametrize("verdict", sorted(set(Verdict) - {Verdict.OVER_ENFORCED}))
def test_a_waiver_never_hides_another_verdict(verdict: Verdict) -> None:
    assert apply(result(verdict), parse_waivers(FILE, "w"), TODAY).verdict is verdict


def test_a_waiver_never_hides_another_requirement() -> None:
    assert apply(result(requirement="video.height.max@video-upload"), parse_waivers(FILE, "w"), TODAY).broken


def test_a_waiver_is_in_force_on_its_last_day_and_not_after() -> None:
    waivers = parse_waivers(FILE, "w")
    assert stale(waivers, [result()], [], TODAY) == ()
    assert apply(result(), waivers, TODAY + timedelta(days=1)).broken
    assert stale(waivers, [result()], [], TODAY + timedelta(days=1)) == (
        "w:2: the waiver of video.width.max@* has expired on 2026-06-15; remove line 2 to 8",
    )


@pytest.mark.parametrize(
    ("results", "words"),
    [
        ([result(Verdict.KEPT)], "what is kept now (video.width.max@video-upload)"),
        ([result(), result(Verdict.KEPT, "video.width.max@dataset-import")], "now (video.width.max@dataset-import)"),
        ([result(requirement="image.side.max@image-upload")], "matches nothing that was judged"),
        ([result(Verdict.NOT_APPLICABLE)], "matches nothing that was judged"),
    ],
)
def test_a_waiver_that_is_not_needed_breaks_the_run_and_names_its_lines(results: list[Result], words: str) -> None:
    worn = stale(parse_waivers(FILE, "w.toml"), results, [], TODAY)
    assert len(worn) == 1
    assert words in worn[0]
    assert worn[0].startswith("w.toml:2: ")
    assert worn[0].endswith("; remove line 2 to 8")
    kept = [each for each in results if not each.broken]
    assert conclude(kept, [each.case for each in kept], worn).exit_status is ExitStatus.BROKEN


def test_a_requirement_kept_on_one_side_only_still_needs_its_waiver() -> None:
    results = [result(side="at"), result(Verdict.KEPT, side="above")]
    assert stale(parse_waivers(FILE, "w"), results, [], TODAY) == ()


def test_a_waiver_of_a_case_that_was_not_judged_is_not_stale() -> None:
    waivers = parse_waivers(FILE, "w")
    assert stale(waivers, [], ["video.width.max@video-upload/at/mp4"], TODAY) == ()
    assert stale(waivers, [result(Verdict.KEPT)], ["video.width.max@video-upload/at/mp4"], TODAY) == ()
    assert stale(waivers, [result(Verdict.INCONCLUSIVE)], [], TODAY) == ()


WAIVER = """\
[[waiver]]
requirement = "video.width.max@*"
verdict = "over-enforced"
owner = "ops"
reason = "encoder"
ticket = "T-1"
expires = 2026-07-01
"""


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x = ", "w:1:5: Invalid value"),
        ("\nother = 1\n" + WAIVER, "w:2:9: unknown key 'other'; a file of waivers has [[waiver]] tables"),
        ("other = 1\n" + WAIVER, "w:1:9: unknown key 'other'; a file of waivers has [[waiver]] tables"),
        (
            "# known\n" + WAIVER.replace('"encoder"', '"""\n[[waiver]]\n"""'),
            "w:2:1: write each waiver as a table of its own, below a line [[waiver]]",
        ),
        (
            WAIVER + WAIVER.replace('owner = "ops"\n', ""),
            "w:8:1: owner is missing; a waiver has requirement, verdict, owner, reason, ticket, expires",
        ),
        ("waiver = 7", "w:1:1: write each waiver as a table of its own, below a line [[waiver]]"),
        ("waiver = [{}, {}]", "w:1:1: write each waiver as a table of its own, below a line [[waiver]]"),
        (
            "# known\n[[waiver]]\n[waiver.x]\n",
            "w:2:1: unknown key 'x'; a waiver has requirement, verdict, owner, reason, ticket, expires",
        ),
        (
            WAIVER.replace('owner = "ops"\n', ""),
            "w:1:1: owner is missing; a waiver has requirement, verdict, owner, reason, ticket, expires",
        ),
        (
            WAIVER.replace("owner", "ower"),
            "w:4:8: unknown key 'ower'; a waiver has requirement, verdict, owner, reason, ticket, expires",
        ),
        (WAIVER.replace('"ops"', '"ops'), "w:4:13: Illegal character '\\n'"),
        (WAIVER.replace('"ops"', "7"), "w:4:9: owner is no text"),
        (WAIVER.replace('"ops"', '" "'), "w:4:9: owner is empty; fill it in"),
        (
            WAIVER.replace("over-enforced", "kept"),
            "w:3:11: verdict 'kept' cannot be waived; it is one of crashed, "
            "nonconforming, not-enforced, over-enforced, unclean, unstable, wrong-status",
        ),
        (WAIVER.replace("2026-07-01", "7"), "w:7:11: expires '7' is no day such as 2026-12-31"),
        (WAIVER.replace("2026-07-01", '"soon"'), "w:7:11: expires 'soon' is no day such as 2026-12-31"),
        (
            WAIVER.replace("2026-07-01", "2026-07-01T00:00:00"),
            "w:7:11: expires '2026-07-01 00:00:00' is no day such as 2026-12-31",
        ),
    ],
)
def test_a_mistaken_waiver_is_refused_with_line_and_column(text: str, message: str) -> None:
    with pytest.raises(WaiverError) as error:
        parse_waivers(text, "w")
    assert str(error.value) == message


def test_a_waiver_may_write_its_day_as_text() -> None:
    dated = parse_waivers(WAIVER, "w")
    assert parse_waivers(WAIVER.replace("2026-07-01", '" 2026-07-01 "'), "w") == dated
    assert parse_waivers("", "w") == ()


@pytest.mark.parametrize(
    ("kept", "message"),
    [
        (["a@1"], "matches what is kept now (a@1)"),
        (["a@1", "a@2", "a@3"], "matches what is kept now (a@1, a@2, a@3)"),
        (["a@1", "a@2", "a@3", "a@4"], "matches what is kept now (a@1, a@2, a@3 and 1 more)"),
        (["a@1", "a@2", "a@3", "a@4", "a@5"], "matches what is kept now (a@1, a@2, a@3 and 2 more)"),
        (["b@1"], "matches nothing that was judged"),
    ],
)
def test_a_waiver_of_a_kept_requirement_names_the_cases_that_are_kept(kept: list[str], message: str) -> None:
    waivers = parse_waivers(WAIVER.replace("video.width.max@*", "a@*"), "w")
    results = [Result(name, name, "t", Verdict.KEPT, "r") for name in kept]
    line = f"w:1: the waiver of a@* {message}; remove line 1 to 7"
    assert stale(waivers, results, (), date(2026, 6, 1)) == (line,)


def test_a_proposed_waiver_is_refused_until_it_is_filled_in_and_then_covers_its_finding() -> None:
    found = [result(verdict, f"image.side.max@{verdict}") for verdict in BROKEN] + [result(Verdict.KEPT, "kept")]
    text = proposed(found)
    with pytest.raises(WaiverError, match="owner is empty"):
        parse_waivers(text, "w")
    for field in ("owner", "reason", "ticket"):
        text = text.replace(f'{field} = ""', f'{field} = "x"')
    waivers = parse_waivers(text.replace('expires = ""', "expires = 2026-12-31"), "w")
    assert all(apply(each, waivers, TODAY).verdict is Verdict.WAIVED for each in found if each.broken)
    assert stale(waivers, [apply(each, waivers, TODAY) for each in found], [], TODAY) == ()
