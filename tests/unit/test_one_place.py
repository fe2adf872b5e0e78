"""One place for each fact: a row that is added while the program runs is judged, reported and documented."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PIL import Image

from contract.cases import Case
from contract.combinations import combinations
from contract.formats import IMAGE_FORMATS, VIDEO_FORMATS, ImageFormat
from contract.limits import LIMITS, Axis, Constraint, Counted, Counting, EnforcementPoint, Limit
from contract.observations import Answer
from contract.probes import Side, media_probes
from contract.profiles import CLOUD, ON_PREM, Profile, Setting, parse_profile, scaled_down
from contract.results import Result, conclude
from contract.verdicts import Expected, Judgement, Verdict
from docs.generate import requirements
from generators.artefacts import make
from generators.specs import VideoSpec
from harness.collection import Collection
from harness.manifest import Manifest
from judges.family import Scope
from judges.media.cases import MediaCase, media_cases
from judges.rest.cases import Rule
from judges.rest.findings import Finding
from judges.rest.plan import Plan
from judges.rest.rules import RULES
from judges.results import Outcome, result_of
from reference.errors import ApiError
from reference.inspection import Measured, decode_image, measure_image
from reports.console import print_closing
from reports.page import page
from tests.unit.reports.samples import run_info

AT = EnforcementPoint
ROOT = Path(__file__).parents[2]


def row(limit_id: str, value: int, unit: str, axis: Axis, *points: EnforcementPoint) -> Limit:
    entity, _, constraint = limit_id.split(".")
    return Limit(
        id=limit_id,
        entity=entity,
        constraint=Constraint(constraint),
        value=value,
        unit=unit,
        profiles=frozenset({"cloud", "on-prem"}),
        enforced_at=points,
        citation="a test",
        axes=(axis,),
    )


RATE = row("video.fps.max", 60, "fps", Axis.FRAME_RATE, AT.VIDEO_UPLOAD)
SLOWEST = row("video.fps.min", 10, "fps", Axis.FRAME_RATE, AT.VIDEO_UPLOAD)
PIXELS = row("video.pixels.max", 7680 * 4320, "pixels", Axis.AREA, AT.VIDEO_UPLOAD)
HEIGHT = row("image.height.max", 10_000, "px", Axis.HEIGHT, AT.IMAGE_UPLOAD, AT.DATASET_IMPORT)
ROWS = (RATE, SLOWEST, PIXELS, HEIGHT)


@pytest.fixture(params=ROWS, ids=lambda limit: limit.id)
def added(request: pytest.FixtureRequest) -> Iterator[Limit]:
    """A limit that is in the table for the time of one test, and nowhere else."""
    limit: Limit = request.param
    with LIMITS.adding(limit):
        yield limit


def manifest(profile: Profile = CLOUD) -> Manifest:
    return Manifest(Scope(scaled_down(profile), 0, "gate", Plan()))


def judged(cases: Iterable[Case], limit: Limit) -> list[Case]:
    """The probes of a limit."""
    return [case for case in cases if case.limit is limit and case.side is not None]


def collected_by_the_test_without_a_name(cases: Manifest) -> set[str]:
    """The ids of the cases that pytest gives to the test of whatever no other test names."""
    items = list[Case]()
    marker = SimpleNamespace(args=())
    metafunc: Any = SimpleNamespace(
        definition=SimpleNamespace(get_closest_marker=lambda _name: marker),
        config=SimpleNamespace(rootpath=ROOT),
        parametrize=lambda _name, given, ids: items.extend(given),  # noqa: ARG005
    )
    Collection(cases).pytest_generate_tests(metafunc)
    return {case.id for case in items}


def test_an_added_limit_has_its_cases_at_each_point_in_the_manifest(added: Limit) -> None:
    entries = manifest().entries
    cases = judged((case for _family, case in entries.values()), added)
    assert {case.point for case in cases} == set(added.enforced_at)
    assert {case.requirement.id for case in cases} == {added.requirement(point) for point in added.enforced_at}
    for point in added.enforced_at:
        assert {case.side for case in cases if case.point is point} == set(Side)
    assert {case.citation for case in cases} == {"a test"}
    assert f"document.numbers@{added.id}" in entries


def test_an_added_limit_is_collected_by_the_test_without_a_name(added: Limit) -> None:
    cases = manifest()
    collected = collected_by_the_test_without_a_name(cases)
    assert {case.id for case in judged(cases.cases, added)} <= collected
    assert not any(case.startswith("image.side.max@") for case in collected)


@pytest.mark.parametrize("profile", [CLOUD, ON_PREM], ids=lambda profile: profile.name)
def test_a_profile_knows_an_added_limit_and_a_file_may_set_it(added: Limit, profile: Profile) -> None:
    assert profile.value(added.id) == added.value
    text = f'base = "{profile.base}"\n[limits]\n{added.id} = '
    assert parse_profile(f"{text}77", "site.toml").value(added.id) == 77
    assert parse_profile(f'{text}"off"', "site.toml")[added.id] is Setting.OFF


def test_an_added_limit_is_on_the_page_of_requirements(added: Limit) -> None:
    text = requirements()
    assert f"| `{added.id}` | {added.sentence} |" in text
    assert all(f"`{added.requirement(point)}`" in text for point in added.enforced_at)


def test_a_result_of_an_added_limit_is_in_the_console_and_on_the_page(added: Limit) -> None:
    results = [result(case) for case in judged(manifest().cases, added) if case.side == "above"]
    conclusion, lines = conclude(results, [each.case for each in results]), list[str]()
    print_closing(run_info(), results, [each.case for each in results], conclusion, lines.append)
    for text in ("".join(lines), page(run_info(), results, conclusion, [])):
        assert added.id in text
        assert f"{added.bound_words}, at {added.enforced_at[0].words}" in text


def result(case: Case) -> Result:
    """What a deployment that does not enforce the limit makes of a case."""
    judgement = Judgement(Verdict.NOT_ENFORCED, "accepted with 200, should be refused with 409")
    return result_of(case, Outcome(judgement=judgement, answer=Answer(200, {})), CLOUD, 0.0)


def test_a_limit_on_the_frame_rate_is_probed_in_every_container_of_every_encoder() -> None:
    with LIMITS.adding(RATE):
        cases = [case for case in media_cases(CLOUD, 0) if case.limit is RATE]
    encoders = {(extension, encoder) for extension, record in VIDEO_FORMATS.items() for encoder in record.encoders}
    assert {(case.control.format, case.control.encoder) for case in cases} == encoders
    for extension, encoder in encoders:
        made = [case for case in cases if (case.control.format, case.control.encoder) == (extension, encoder)]
        assert {case.side: rate_of(case) for case in made} == {"below": 59, "at": 60, "above": 61}
        assert {case.probe.expected for case in made if case.side == "above"} == {Expected.REFUSED}
        assert {case.probe.expected for case in made if case.side != "above"} == {Expected.ACCEPTED}
    assert len({case.title for case in cases}) == 3 * len(VIDEO_FORMATS)


def rate_of(case: MediaCase) -> int:
    """The frames a second of a case's file, which lasts as long as its control."""
    assert isinstance(case.spec, VideoSpec)
    assert isinstance(case.control, VideoSpec)
    assert case.spec.duration == case.control.duration
    return case.spec.fps


def test_every_control_and_combination_has_a_rate_that_a_lowest_rate_allows() -> None:
    with LIMITS.adding(SLOWEST):
        cases = manifest().cases
    videos = [spec for case in cases for spec in specs(case) if isinstance(spec, VideoSpec)]
    assert videos
    assert min(spec.fps for spec in videos) >= SLOWEST.value


def specs(case: Case) -> tuple[object, ...]:
    """The files of a case that are to be accepted, as far as the rate of a video goes."""
    if case.limit is SLOWEST and case.side == "above":
        return ()
    return tuple(getattr(case, name, None) for name in ("control", "spec"))


def test_a_limit_on_the_pixels_of_a_video_is_probed_by_shapes_that_its_sides_allow() -> None:
    with LIMITS.adding(PIXELS):
        probes = {probe.side: probe for probe in media_probes(PIXELS, AT.VIDEO_UPLOAD, CLOUD)}
    for probe in probes.values():
        assert probe.shape is not None
        assert probe.shape.width * probe.shape.height == probe.value
        assert probe.shape.width <= 7860
        assert probe.shape.height <= 4320
        assert probe.shape.seconds > 0
    assert probes[Side.AT].value == PIXELS.value
    assert probes[Side.BELOW].value < PIXELS.value < probes[Side.ABOVE].value


def test_combinations_of_legal_sides_are_refused_by_an_added_limit_on_the_pixels() -> None:
    def expected() -> dict[str, Expected]:
        return {each.name: each.expected for each in combinations(CLOUD) if each.point is AT.VIDEO_UPLOAD}

    assert expected()["both-sides-at-max"] is Expected.ACCEPTED
    with LIMITS.adding(PIXELS):
        assert expected()["both-sides-at-max"] is Expected.REFUSED
        assert expected()["both-sides-at-min"] is Expected.ACCEPTED


def test_what_another_limit_allows_and_an_added_one_does_not_is_to_be_refused() -> None:
    before = media_probes(LIMITS["image.side.max"], AT.IMAGE_UPLOAD, CLOUD)
    with LIMITS.adding(HEIGHT):
        probes = media_probes(LIMITS["image.side.max"], AT.IMAGE_UPLOAD, CLOUD)
        combined = {each.name: each for each in combinations(CLOUD) if each.point is AT.IMAGE_UPLOAD}
    expected = {(probe.axis, probe.side): (probe.expected, probe.note) for probe in probes}
    assert [each for each in probes if each.axis is Axis.WIDTH] == [each for each in before if each.axis is Axis.WIDTH]
    assert expected[Axis.HEIGHT, Side.AT] == (Expected.REFUSED, "such a file lies beyond image.height.max")
    highest = combined["width-at-min-height-at-max"]
    assert (highest.shape.height, highest.expected) == (HEIGHT.value, Expected.ACCEPTED)


def test_a_count_that_nothing_counts_stops_the_listing_of_cases_and_says_where_to_add_it() -> None:
    limit = Limit(
        id="organization.labels.max",
        entity="organization",
        constraint=Constraint.MAX,
        value=5,
        unit="labels",
        profiles=frozenset({"cloud"}),
        enforced_at=(AT.DATASET_CREATION,),
        citation="a test",
        counting=Counting(of=Counted.LABELS),
    )
    words = r"organization.labels.max: nothing counts labels at dataset-creation; .* MAKERS in judges.counts.makers"
    for profile in (CLOUD, ON_PREM):
        with LIMITS.adding(limit), pytest.raises(LookupError, match=words):
            manifest(profile)


def test_a_limit_of_media_that_nothing_judges_where_it_is_enforced_stops_the_listing_of_cases() -> None:
    limit = row("video.fps.max", 60, "fps", Axis.FRAME_RATE, AT.VIDEO_UPLOAD, AT.DATASET_IMPORT)
    words = "video.fps.max: nothing judges a limit of videos at dataset-import; see judges.media.cases"
    with LIMITS.adding(limit), pytest.raises(LookupError, match=words):
        manifest()


def test_a_row_that_bounds_what_its_medium_does_not_have_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="bounds an axis that no image has"):
        row("image.frame-rate.max", 60, "fps", Axis.FRAME_RATE, AT.IMAGE_UPLOAD)


def test_an_added_format_is_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    gif = ImageFormat(extensions=("gif",), media_type="image/gif", library="GIF", modes=("1", "L", "P"))
    monkeypatch.setitem(IMAGE_FORMATS, "gif", gif)
    cases = [case for case in manifest().cases if isinstance(case, MediaCase) and case.control.format == "gif"]
    assert {case.requirement.id for case in cases} == {
        limit.requirement(AT.IMAGE_UPLOAD) for limit in LIMITS if limit.axes and limit.entity == "image"
    }
    assert {case.side for case in cases} == set(Side)
    assert make(next(case.spec for case in cases if case.spec)).media_type == "image/gif"


def test_the_embedded_deployment_takes_an_added_format_and_no_other(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    medium = tmp_path / "48x32.gif"
    Image.new("L", (48, 32)).save(medium)
    with pytest.raises(ApiError, match="no readable image"):
        measure_image(medium)
    gif = ImageFormat(extensions=("gif",), media_type="image/gif", library="GIF", modes=("L",))
    monkeypatch.setitem(IMAGE_FORMATS, "gif", gif)
    assert (measure_image(medium), decode_image(medium)) == (Measured(48, 32), Measured(48, 32))


def test_an_added_rule_is_judged_and_documented() -> None:
    rule = Rule(
        id="upside-down",
        sentence="a key that stands on its head is refused",
        operations=lambda plan: plan.operations,
        judge=lambda _case, _tools: Finding(Judgement(Verdict.KEPT, "it is")),
    )
    with ExitStack() as stack:
        stack.enter_context(RULES.adding(rule))
        cases, text = manifest(), requirements()
    assert "openapi.upside-down" in cases.entries
    assert "openapi.upside-down" in collected_by_the_test_without_a_name(cases)
    assert f"| `openapi.upside-down` | {rule.sentence} |" in text
