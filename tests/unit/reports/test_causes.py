"""Causes, and the promise that a finding stands under."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from contract.limits import LIMITS
from contract.results import Attempt, Exchange, Result
from contract.verdicts import BROKEN, Verdict
from reports.cause_keys import normalised
from reports.causes import causes, cited, promise
from reports.console import findings
from reports.evidence import attempts as attempts_of
from tests.unit.reports.samples import broken_width, run_info


def rule(operation: str, reason: str) -> Result:
    name = f"openapi.missing-key@{operation}"
    return Result(name, name, f"a missing key is refused [{operation}]", Verdict.WRONG_STATUS, reason, citation="doc")


def test_a_limit_is_cited_as_its_row_of_the_table() -> None:
    result = replace(broken_width()[0], citation='The page, "Limits". How it was read.')
    assert cited(result) == 'video width: at most 7,860 px, at video upload (The page, "Limits")'


def test_a_limit_that_the_profile_switches_off_promises_nothing() -> None:
    assert promise(replace(broken_width()[0], documented=None)) == (
        "video width: no limit in this profile, at video upload"
    )


def test_a_rule_is_cited_without_its_operation() -> None:
    assert cited(rule("GET /jobs", "got 200")) == "a missing key is refused (doc)"


def test_a_promise_that_is_the_title_is_not_said_twice() -> None:
    assert cited(replace(rule("x", "got 200"), title="the document is valid")) == "doc"


def test_operations_that_break_a_rule_alike_are_one_cause_and_others_are_another() -> None:
    found = causes([rule("a", "got 200"), rule("b", "got 200"), rule("c", "got 500")], Verdict.WRONG_STATUS)
    assert [(cause.requirement, cause.others) for cause in found] == [
        ("openapi.missing-key@a", 1),
        ("openapi.missing-key@c", 0),
    ]


def answered(status: int, message: str, code: str | None = "invalid_media") -> dict[str, Any]:
    """The fields of a result whose verdict rests on one answer."""
    body = json.dumps({"error_code": code, "message": message, "http_status": status})
    exchange = Exchange("POST", "https://geti.example/api/v1/x", status, 0.03, response=body)
    return {"status": status, "error_code": code, "exchanges": (exchange,)}


def of_limit(limit: str, side: str, verdict: Verdict, **fields: Any) -> Result:
    point = LIMITS[limit].enforced_at[0].value
    name = f"{limit}@{point}"
    known = {"limit": limit, "enforcement_point": point, "side": side, "documented": LIMITS[limit].value}
    return Result(
        f"{name}/{side}/{fields.get('error_code')}", name, "t", verdict, **{"reason": "why", **known, **fields}
    )


def of_rule(requirement: str, verdict: Verdict, reason: str, tried: str = "", **fields: Any) -> Result:
    return Result(requirement, requirement, "t", verdict, reason, sent={"tried": tried} if tried else {}, **fields)


def extents(results: list[Result]) -> list[str]:
    return [cause.extent for cause in causes(results, *Verdict)]


def test_media_that_are_refused_by_another_status_are_one_cause_over_all_limits() -> None:
    media = [limit.id for limit in LIMITS if limit.axes]
    results = [
        of_limit(limit, "above", Verdict.WRONG_STATUS, **answered(415, f"{limit} is too much: {number}"))
        for number, limit in enumerate(media)
    ]
    combined = "combination.image-upload@both"
    results += [Result(combined, combined, "t", Verdict.WRONG_STATUS, "why", **answered(415, "both"))]
    labels = of_limit("project.labels.max", "above", Verdict.WRONG_STATUS, **answered(415, "too many"))
    (media_cause, label_cause) = causes([*results, labels], Verdict.WRONG_STATUS)
    assert media_cause.extent == f"{len(media)} limits, {len(media) + 1} cases"
    assert media_cause.sentence == "media past a limit are refused with 415 invalid_media, 409 is documented"
    assert list(media_cause.requirements.values()) == [1] * (len(media) + 1)
    assert label_cause.name == "project.labels.max@project-creation, above"


def test_limits_that_are_broken_by_themselves_are_a_cause_each() -> None:
    message = answered(409, "the sides are wrong: 7680 or 4096", "dimensions_invalid")
    limits = ("video.width.max", "video.height.max")
    results = [of_limit(limit, "at", Verdict.OVER_ENFORCED, boundary="7,680", **message) for limit in limits]
    assert extents(results) == ["1 case", "1 case"]
    results = [of_limit(limit, "above", Verdict.NOT_ENFORCED, status=201) for limit in limits]
    assert extents(results) == ["1 case", "1 case"]


def test_a_limit_that_is_set_otherwise_wherever_it_is_enforced_is_one_cause() -> None:
    at = LIMITS["project.labels.max"].enforced_at
    results = [
        Result(
            f"project.labels.max@{point.value}/above",
            f"project.labels.max@{point.value}",
            "t",
            Verdict.NOT_ENFORCED,
            "why",
            limit="project.labels.max",
            enforcement_point=point.value,
            side="above",
            boundary=boundary,
        )
        for point, boundary in zip(at, ("1,000", "1,000", "none up to 517"), strict=True)
    ]
    assert extents(results) == ["2 cases", "1 case"]


def test_what_is_taken_above_a_limit_in_another_way_is_part_of_the_limit_that_is_set_higher_there() -> None:
    limit, verdict = "project.labels.max", Verdict.NOT_ENFORCED
    higher = of_limit(limit, "above", verdict, boundary="1,000")
    other_way = of_limit(limit, "above", verdict, error_code="after-deletion")
    elsewhere = replace(other_way, case="import", requirement=f"{limit}@import-new-project")
    assert extents([higher, other_way]) == ["2 cases"]
    assert len(causes([higher, other_way, elsewhere], verdict)) == 2
    assert len(causes([other_way, elsewhere], verdict)) == 2


def test_what_is_refused_with_its_control_or_by_what_stands_in_between_is_one_cause() -> None:
    limits = ("image.side.min", "image.side.max", "image.pixels.max")
    full = answered(409, "the project 0123456789ab0123456789ab holds 48 media", "limit_reached")
    reason = "refused with 409 limit_reached, as is the control, well inside every limit"
    results = [of_limit(limit, "at", Verdict.OVER_ENFORCED, reason=reason, **full) for limit in limits]
    large = answered(413, "more than 2097152 bytes", None)
    results += [of_limit(limit, "at", Verdict.OVER_ENFORCED, **large) for limit in limits]
    assert extents(results) == ["3 limits, 3 cases", "3 limits, 3 cases"]


def test_a_boundary_met_in_a_combination_is_the_one_of_the_limit() -> None:
    said = answered(415, "Video too large: the maximum width is 7680")
    combined = "combination.video-upload@sides-at-max"
    one = Result(combined, combined, "t", Verdict.OVER_ENFORCED, "why", enforcement_point="video-upload", **said)
    limit = of_limit("video.width.max", "at", Verdict.OVER_ENFORCED, boundary="7,680", **said)
    (cause,) = causes([one, limit], Verdict.OVER_ENFORCED)
    assert (cause.requirement, cause.extent) == ("video.width.max@video-upload", "2 cases")
    other = of_limit("video.height.max", "at", Verdict.OVER_ENFORCED, **said)
    assert len(causes([one, limit, other], Verdict.OVER_ENFORCED)) == 3  # nobody can say which of them it is


def test_a_limit_that_is_kept_as_the_deployments_own_document_states_it_shows_three_numbers() -> None:
    limit = of_limit(
        "video.width.max", "at", Verdict.OVER_ENFORCED, unit="px", boundary="7,680", observed_boundary=7680
    )
    name = "document.numbers@video.width.max"
    document = Result(name, name, "t", Verdict.NONCONFORMING, "w", limit="video.width.max", sent={"stated": [7680]})
    (cause,) = causes([document, limit], *BROKEN)
    assert cause.sentence == (
        "7,860 px documented in the table, 7,680 stated in the deployment's own document, 7,680 observed"
    )
    assert cause.verdict is Verdict.OVER_ENFORCED
    assert len(causes([document, replace(limit, observed_boundary=7000)], *BROKEN)) == 2
    assert len(causes([document], *BROKEN)) == 1


@pytest.mark.parametrize("bodies", [('{"detail": "Not Found"}', '{"detail": [7, "x"]}')])
def test_one_malformed_error_body_is_one_cause_over_rules_operations_and_statuses(bodies: tuple[str, str]) -> None:
    reason = "but not as documented: error_code is missing"
    seen = [Exchange("GET", "https://geti.example/x", 404, 0.1, response=body) for body in bodies]
    results = [
        of_rule(
            f"openapi.{rule}@{name}", Verdict.NONCONFORMING, f"got {status}, {reason}", status=status, exchanges=(one,)
        )
        for rule in ("deleted-ids", "negative-data")
        for name, status, one in (("A", 404, seen[0]), ("B", 422, seen[1]))
    ]
    results += [
        of_rule("robustness.image-upload@x", Verdict.NONCONFORMING, f"refused with 400, {reason}", exchanges=(seen[0],))
    ]
    assert extents(results) == ["2 operations, 5 cases"]
    other = replace(seen[0], response='{"error": "no"}')
    assert len(causes([*results, replace(results[0], exchanges=(other,))], *BROKEN)) == 2


def test_crashes_are_told_apart_by_what_was_sent_and_by_what_is_said() -> None:
    crashes = [
        of_rule("openapi.positive-data@CreateProject", Verdict.CRASHED, "answered 500", "CreateProject with body name"),
        of_rule("openapi.negative-data@CreateProject", Verdict.CRASHED, "answered 500", "body of CreateProject: type"),
        of_rule("openapi.negative-data@EditProject", Verdict.CRASHED, "answered 500", "body of EditProject: type"),
        of_rule("openapi.negative-data@ListJobs", Verdict.CRASHED, "answered 500", "query skip: value_above_maximum"),
        of_rule("openapi.negative-data@ListMedia", Verdict.CRASHED, "answered 500", "query skip: value_above_maximum"),
    ]
    crashes = [replace(each, **answered(500, "Internal error", "internal")) for each in crashes]
    assert extents(crashes) == ["1 case", "1 case", "1 case", "2 operations, 2 cases"]
    said = replace(crashes[-1], **answered(500, "no such column", "internal"))
    assert extents([*crashes[:-1], said]) == ["1 case"] * 5


def test_wrong_keys_that_open_and_statuses_that_are_not_declared_are_one_cause_over_operations() -> None:
    opened = "accepted with 200, should be 401 or 403"
    names = [f"openapi.key-{key}@{name}" for key in ("missing", "garbage") for name in "AB"]
    results = [of_rule(name, Verdict.NOT_ENFORCED, opened, status=200) for name in names]
    undeclared = "got 400 bad_request, which is not declared"
    results += [
        of_rule(
            f"openapi.{rule}@{name}",
            Verdict.WRONG_STATUS,
            undeclared,
            f"{rule} {name}",
            status=400,
            error_code="bad_request",
        )
        for rule in ("positive-data", "negative-data")
        for name in "ABC"
    ]
    assert extents(results) == ["2 operations, 4 cases", "3 operations, 3 cases", "3 operations, 3 cases"]


def test_what_could_not_be_judged_is_one_cause_however_its_message_names_things() -> None:
    def reason(name: str, probe: str) -> str:
        return f"control refused with 400: project '{name}' of 2026-11-27T20:04:24Z is gone (the probe got {probe})"

    results = [
        of_limit("image.side.min", "at", Verdict.INCONCLUSIVE, reason=reason("a", "409")),
        of_limit("video.width.max", "above", Verdict.INCONCLUSIVE, reason=reason("b", "400 bad_request")),
    ]
    assert extents(results) == ["2 limits, 2 cases"]


def test_an_answer_that_changes_is_one_cause_where_it_changes_between_the_same_answers() -> None:
    attempts = (
        Attempt(Verdict.OVER_ENFORCED, "refused", 415, "invalid_media", 1_700_000_000_123, 0.5, False, ("another",)),
        Attempt(Verdict.KEPT, "accepted", 200, None, 1_700_000_001_000, 0.4),
    )
    limits = ("video.width.max", "video.side.min")
    results = [of_limit(limit, "at", Verdict.UNSTABLE, attempts=attempts) for limit in limits]
    assert extents([*results, replace(results[0], attempts=attempts[::-1])]) == ["2 limits, 3 cases"]
    (cause,) = causes(results, Verdict.UNSTABLE)
    assert attempts_of(cause.shown) == [
        "attempt 1, 22:13:20.123 UTC, 0.5 s, beside another: over-enforced, refused",
        "attempt 2, 22:13:21.000 UTC, 0.4 s, alone: kept, accepted",
    ]


def test_the_first_exchange_that_failed_is_the_one_that_a_case_could_not_be_judged_for() -> None:
    seen = [Exchange("POST", "u", status, 0.1, size=size) for status, size in ((201, 9), (400, 9), (409, 7), (200, 0))]
    unjudged = of_rule("a@b", Verdict.INCONCLUSIVE, "why", exchanges=seen, status=409)
    assert unjudged.exchange == seen[1]
    assert replace(unjudged, verdict=Verdict.WRONG_STATUS).exchange == seen[2]
    assert replace(unjudged, exchanges=()).exchange is None


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("job 64b7f0c2a1d3e4f5a6b7c8d9 at 2026-11-27T20:04:24.123+00:00", "job # at #"),
        ("id 3fa85f64-5717-4562-b3fc-2c963f66afa6, 35,481,600 px", "id #, # px"),
        ("got 404, should be 200.5", "got 404, should be #"),
        ("decade of facade", "decade of facade"),
    ],
)
def test_ids_numbers_and_times_make_no_difference(text: str, same: str) -> None:
    assert normalised(text) == same


def test_an_operation_that_answers_for_what_is_not_there_is_one_cause_over_the_rules_that_ask_it() -> None:
    crash = answered(500, "Internal error", None)
    deleted = [
        of_rule(f"openapi.deleted-ids@{name}", Verdict.NOT_ENFORCED, "got 200, and the image was deleted", "the image")
        for name in ("ReadImage", "ShowImage")
    ]
    sequence = replace(
        of_rule("openapi.sequence@UploadImage", Verdict.UNCLEAN, "deleted, yet it answers 200"),
        sent={"operation": "ShowImage"},
    )
    elsewhere = of_rule(
        "openapi.ids-of-another-project@ReadImage", Verdict.NOT_ENFORCED, "got 200, and it is another's"
    )
    (cause,) = causes([sequence, *deleted, elsewhere], *BROKEN)
    assert (cause.verdict, cause.extent) == (Verdict.NOT_ENFORCED, "3 operations, 4 cases")
    stranger = replace(elsewhere, requirement="openapi.ids-of-another-project@ReadVideo")
    assert len(causes([*deleted, stranger], *BROKEN)) == 2
    read = [
        Exchange("GET", f"http://g/api/v1/projects/{each}", 200, 0.1, trace_id=each) for each in ("a" * 24, "b" * 24)
    ]
    read[1] = replace(read[1], url=read[1].url.replace("b", "c"))
    gone = replace(
        of_rule("lifecycle.deletions@medium", Verdict.UNCLEAN, "image 3 was deleted, and still read"),
        exchanges=[replace(read[0], method="DELETE", trace_id="x"), read[0]],
        status=200,
        trace_id="a" * 24,
    )
    shown = replace(deleted[0], exchanges=read[1:], status=200)
    assert len(causes([gone, shown, deleted[1]], *BROKEN)) == 1
    (chain,) = causes([gone, replace(sequence, exchanges=read[1:], status=200), *deleted], *BROKEN)
    assert chain.others == 3, "nothing is lost where one is part of what is part of another"
    assert len(causes([replace(gone, trace_id="x"), shown, deleted[1]], *BROKEN)) == 2
    crashed = [
        replace(of_rule("openapi.deleted-ids@Thumb", Verdict.CRASHED, "answered 500", "the video"), **crash),
        replace(of_rule("openapi.malformed-ids@Thumb", Verdict.CRASHED, "answered 500", "'-1'"), **crash),
        replace(
            of_rule("openapi.positive-data@Thumb", Verdict.CRASHED, "answered 500"), sent={"made_up": ["x"]}, **crash
        ),
        replace(of_rule("openapi.positive-data@Thumb", Verdict.CRASHED, "answered 500", "query width"), **crash),
    ]
    assert extents([*deleted, *crashed]) == ["2 operations, 2 cases", "3 cases", "1 case"]


def test_a_field_that_is_missing_is_one_cause_however_it_is() -> None:
    crash = answered(500, "Internal error", None)
    damaged = [
        replace(of_rule(f"openapi.damaged-bodies@{name}", Verdict.CRASHED, "answered 500", tried), **crash)
        for name, tried in (
            ("A", "annotations/shape nulled"),
            ("B", "annotations/shape left out"),
            ("C", "annotations/labels nulled"),
        )
    ]
    assert extents(damaged) == ["2 operations, 2 cases", "1 case"]


def test_what_the_document_allows_is_refused_for_a_reason_of_its_own() -> None:
    reason = "got 400 bad_request, which is not declared"
    results = [
        replace(of_rule(f"openapi.{rule}@{name}", Verdict.WRONG_STATUS, reason), **answered(400, said, "bad_request"))
        for rule, name, said in (
            ("positive-data", "A", "skip is no number"),
            ("positive-data", "B", "nothing was sent"),
            ("negative-data", "A", "limit is no number"),
            ("negative-data", "B", "name is no text"),
        )
    ]
    assert extents(results) == ["1 case", "1 case", "2 operations, 2 cases"]


def test_conflicts_that_are_declared_nowhere_are_one_cause_with_the_places_in_it() -> None:
    reason = "1 of 1 operations do not declare 409: X"
    names = [f"document.limits-declared@{point}" for point in ("image-upload", "project-creation")]
    results = [Result(name, name, "t", Verdict.NONCONFORMING, reason) for name in names]
    (cause,) = causes(results, *BROKEN)
    assert cause.sentence == "409 is not declared at 2 enforcement points: image upload, project creation"
    assert causes(results[:1], *BROKEN)[0].sentence == reason


def test_a_crash_says_what_was_sent() -> None:
    crash = of_rule("openapi.negative-data@A", Verdict.CRASHED, "answered 500", "body: syntax_fuzzing")
    assert "  sent: body: syntax_fuzzing" in findings(run_info(), [crash])
