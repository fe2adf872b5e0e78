"""The search of a property: what it finds, how simple it makes it, when it ends, and what it remembers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from contract.limits import LIMITS, EnforcementPoint
from contract.observations import Answer
from contract.profiles import CLOUD
from contract.search import SearchSettings
from contract.verdicts import Expected, Judgement, Verdict
from deployment.counters import Counters
from generators.submissions import Submission
from judges.properties.cases import PropertyCase, property_cases, property_named
from judges.properties.drawn import DIMENSIONS, Drawn
from judges.properties.examples import ExampleJudge
from judges.properties.search import PropertySearch
from judges.results import Outcome

IMAGE, VIDEO = EnforcementPoint.IMAGE_UPLOAD, EnforcementPoint.VIDEO_UPLOAD
KEPT = Outcome(judgement=Judgement(Verdict.KEPT, "kept"), answer=Answer(409))
BROKEN = Outcome(judgement=Judgement(Verdict.NOT_ENFORCED, "accepted"), answer=Answer(200))
CRASHED = Outcome(judgement=Judgement(Verdict.CRASHED, "500"), answer=Answer(500))


class FakeExamples(ExampleJudge):
    """Answers as ``outcome_of`` says; counts what is asked, and lets the network fail as often as it should."""

    def __init__(self, workspace: Any, outcome_of: Callable[[Submission], Outcome], failures: int = 0) -> None:
        super().__init__(workspace, IMAGE)
        self.outcome_of, self.asked, self.failures = outcome_of, list[str](), failures

    def judge(self, submission: Submission) -> Outcome:
        self.asked.append(submission.line)
        if self.failures:
            self.failures -= 1
            self.workspace.client.counters.note_failure("reset")
            return Outcome(judgement=Judgement(Verdict.CRASHED, "no answer"), answer=Answer(None))
        return self.outcome_of(submission)


def case_of(limit: str, *, outside: bool = True, examples: int = 120) -> PropertyCase:
    cases = property_cases(CLOUD, "nightly", SearchSettings(examples=examples))
    return next(each for each in cases if each.requirement.subject == limit and each.outside is outside)


def search_of(
    case: PropertyCase,
    outcome_of: Callable[[Submission], Outcome],
    *,
    database: Path | None = None,
    failures: int = 0,
    opens: bool | None = True,
) -> tuple[PropertySearch, FakeExamples]:
    client = SimpleNamespace(counters=Counters(), budget=SimpleNamespace(stopped=""), key_opens=lambda: opens)
    settings = SearchSettings(case.examples, seed=5, database=database)
    workspace: Any = SimpleNamespace(profile=CLOUD, search=settings, client=client, give_way=lambda: None)
    examples = FakeExamples(workspace, outcome_of, failures)
    search = PropertySearch(case, workspace, examples, Drawn())
    search.run()
    return search, examples


def where(**traits: str) -> Callable[[Submission], Outcome]:
    """Fails where a submission has all of these traits."""
    return lambda each: BROKEN if traits.items() <= each.traits.items() else KEPT


def test_without_a_failure_every_example_is_judged_once() -> None:
    search, examples = search_of(case_of("image.side.max"), lambda _: KEPT)
    assert search.found == []
    assert not search.stopped
    assert len(examples.asked) == len(set(examples.asked)) == search.counts[Verdict.KEPT] > 60


@pytest.mark.parametrize(
    ("limit", "traits", "line"),
    [
        ("image.side.max", {}, "20001x64"),
        ("image.side.max", {"mode": "CMYK", "format": "tiff"}, "20001x64,format=tiff,mode=CMYK"),
        ("image.side.min", {"extension": "upper", "dataset": "second"}, "31x64,extension=upper,dataset=second"),
        ("image.side.min", {"moment": "tenth"}, "31x64,moment=tenth"),
        ("image.pixels.max", {"info": "label"}, "6443x5507,info=label"),
        ("video.width.max", {"codec": "mjpeg", "format": "mov"}, "7861x64,2s,format=mov,codec=mjpeg"),
        ("video.duration.max", {"rate": "20"}, "64x64,10801s,rate=20"),
    ],
)
def test_a_failure_ends_with_nothing_but_what_matters(limit: str, traits: dict[str, str], line: str) -> None:
    search, examples = search_of(case_of(limit, examples=400), where(**traits))
    assert [each.submission.line for each in search.found] == [line]
    assert search.found[0].outcome is BROKEN
    assert len(examples.asked) < 500


def test_a_size_that_matters_is_the_nearest_that_fails() -> None:
    far, _ = search_of(case_of("image.side.max"), lambda each: BROKEN if each.spec.width > 65_535 else KEPT)
    both, _ = search_of(
        case_of("image.side.max"), lambda each: BROKEN if min(each.spec.width, each.spec.height) > 500 else KEPT
    )
    assert [each.submission.line for each in far.found] == ["65536x64"]
    assert [each.submission.line for each in both.found] in (["20001x501"], ["501x20001"])


def test_what_fails_near_another_limit_alone_is_left_to_that() -> None:
    def outcome_of(each: Submission) -> Outcome:
        return BROKEN if each.spec.width > 7680 else KEPT

    least, _ = search_of(case_of("video.side.min", outside=False), outcome_of)
    widest, _ = search_of(case_of("video.width.max", outside=False), outcome_of)
    assert (least.found, [each.submission.line for each in least.of_others]) == ([], ["7681x32,2s"])
    assert [each.submission.line for each in widest.found] == ["7860x64,2s"]


def test_several_causes_are_all_told_once_each() -> None:
    def outcome_of(each: Submission) -> Outcome:
        if each.traits.get("format") == "webp":
            return CRASHED
        return BROKEN if each.arrival.extension == "upper" or each.arrival.moment == "tenth" else KEPT

    search, _ = search_of(case_of("image.side.min", outside=True), outcome_of)
    found = {each.submission.line: each.outcome for each in search.found}
    assert found == {"31x64,format=webp": CRASHED, "31x64,extension=upper": BROKEN, "31x64,moment=tenth": BROKEN}


def test_what_the_network_disturbed_is_judged_again_and_disturbs_nothing() -> None:
    search, examples = search_of(case_of("image.side.max", examples=20), lambda _: KEPT, failures=2)
    assert search.found == []
    assert examples.asked[0] == examples.asked[2]
    assert examples.workspace.client.counters.failures == 0


def test_a_deployment_that_is_away_ends_the_search_and_is_no_counterexample() -> None:
    search, examples = search_of(case_of("image.side.max"), lambda _: KEPT, failures=1000, opens=None)
    assert search.found == []
    assert "could not be reached" in search.stopped
    assert len(examples.asked) == 3


def test_a_search_draws_the_same_again_and_both_sides_their_own() -> None:
    first, second = (search_of(case_of("image.side.max"), lambda _: KEPT)[1] for _ in range(2))
    other = search_of(case_of("image.side.max", outside=False), lambda _: KEPT)[1]
    assert first.asked == second.asked
    assert not set(first.asked) & set(other.asked)


def test_what_failed_is_tried_first_the_next_time_until_it_is_kept(tmp_path: Path) -> None:
    case, line = case_of("image.side.max", examples=60), "20001x64,extension=upper"
    search_of(case, where(extension="upper"), database=tmp_path)
    again, examples = search_of(case, where(extension="upper"), database=tmp_path)
    assert examples.asked[0] == line == again.found[0].submission.line
    mended, examples = search_of(case, lambda _: KEPT, database=tmp_path)
    assert (examples.asked[0], mended.found) == (line, [])
    assert search_of(case, lambda _: KEPT, database=tmp_path)[1].asked[0] != line


def test_each_limit_has_a_property_on_either_side_at_each_point() -> None:
    cases = property_cases(CLOUD, "gate", SearchSettings())
    sides = {(case.requirement.id, case.outside) for case in cases}
    assert sides == {
        (limit.requirement(point), outside)
        for limit in LIMITS
        if limit.axes
        for point in limit.enforced_at
        for outside in (False, True)
    }
    assert all("property" in case.id and case.searching for case in cases)


def test_a_line_names_a_case_of_its_own() -> None:
    case = property_named("image.side.max@image-upload/property/20001x64,mode=I;16", CLOUD)
    assert case is not None
    assert (case.side, case.axis, case.value, case.expected) == ("above", "width", 20_001, Expected.REFUSED.value)
    assert case.id == "image.side.max@image-upload/property/20001x64,mode=I;16"
    for other in ("x", "image.side.max@image-upload/property/x", "image.side.max@video-upload/property/64x64"):
        assert property_named(other, CLOUD) is None


def test_what_was_drawn_is_counted_by_value_and_by_pair() -> None:
    drawn, case = Drawn(), case_of("image.side.max")
    one = Submission.parse("20001x64,mode=L,extension=upper")
    assert drawn.note(case, one, CLOUD) > 0
    assert drawn.note(case, one, CLOUD) == 0
    facts = drawn.facts
    assert facts["dimensions"]["mode"]["L"] == 2
    assert facts["dimensions"]["orientation"]["7"] == 0
    assert facts["pairs"]["mode x extension"] == {"L x upper": 2}
    assert set(facts["dimensions"]) == set(DIMENSIONS)
