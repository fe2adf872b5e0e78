"""Waivers: in force they cover exactly what they expect; worn, they fail the run; mistaken, they are refused."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from contract.results import ExitStatus, Result, conclude
from contract.verdicts import BROKEN, Verdict
from contract.waivers import WaiverError, apply, parse_waivers, stale
from reports.proposing import proposed

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


def test_what_was_not_judged_does_not_wear_a_waiver_out() -> None:
    waivers = parse_waivers(FILE, "w")
    assert stale(waivers, [], ["video.width.max@video-upload/at/mp4"], TODAY) == ()
    assert stale(waivers, [result(Verdict.KEPT)], ["video.width.max@video-upload/at/mp4"], TODAY) == ()
    assert stale(waivers, [result(Verdict.INCONCLUSIVE)], [], TODAY) == ()


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ('"over-enforced"', '"kept"', "4:11: verdict 'kept' cannot be waived"),
        ('"over-enforced"', '"inconclusive"', "4:11: verdict 'inconclusive' cannot be waived"),
        ('"ann"', '""', "5:9: owner is empty"),
        ('"ann"', "7", "5:9: owner is no text"),
        ('owner = "ann"\n', "", "2:1: owner is missing"),
        ('owner = "ann"', 'owner = "ann', "5:13: "),
        ("2026-06-15", '"soon"', "8:11: expires 'soon' is no day"),
        ("2026-06-15", "2026-06-15T10:00:00Z", "8:11: expires"),
        ("2026-06-15", "7", "8:11: expires '7' is no day"),
        ("owner", "ower", "5:8: unknown key 'ower'"),
        ("[[waiver]]", "[waiver]", "1:1: write each waiver"),
        ("[[waiver]]", "[[waver]]", "2:8: unknown key 'waver'"),
        ("[[waiver]]", "x = 1\n[[waiver]]", "2:5: unknown key 'x'"),
    ],
)
def test_a_mistake_is_refused_with_its_line_and_column(old: str, new: str, place: str) -> None:
    with pytest.raises(WaiverError) as caught:
        parse_waivers(FILE.replace(old, new), "w.toml")
    assert str(caught.value).startswith(f"w.toml:{place}")


def test_what_is_proposed_is_refused_until_it_is_filled_in_and_then_covers_every_finding() -> None:
    found = [result(verdict, f"image.side.max@{verdict}") for verdict in BROKEN] + [result(Verdict.KEPT, "kept")]
    text = proposed(found)
    with pytest.raises(WaiverError, match="owner is empty"):
        parse_waivers(text, "w")
    for field in ("owner", "reason", "ticket"):
        text = text.replace(f'{field} = ""', f'{field} = "x"')
    waivers = parse_waivers(text.replace('expires = ""', "expires = 2026-12-31"), "w")
    assert all(apply(each, waivers, TODAY).verdict is Verdict.WAIVED for each in found if each.broken)
    assert stale(waivers, [apply(each, waivers, TODAY) for each in found], [], TODAY) == ()
