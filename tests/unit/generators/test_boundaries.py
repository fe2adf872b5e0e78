"""What is drawn around a limit exists, lies on the side that is meant, and reaches every dimension."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, Phase, find, given, seed, settings
from hypothesis.strategies import SearchStrategy

from contract.formats import IMAGE_FORMATS, VIDEO_FORMATS
from contract.limits import LIMITS, EnforcementPoint, Limit
from contract.probes import MEASURES, expected_of
from contract.profiles import CLOUD, ON_PREM, Profile
from contract.verdicts import Expected
from generators.artefacts import make, supports_direct
from generators.boundaries import around, illegal, legal
from generators.specs import ImageSpec, VideoSpec
from generators.submissions import ARRIVALS, Submission

MEDIA = [(limit, point) for limit in LIMITS if limit.axes for point in limit.enforced_at]
SMALL = 300_000


def drawn(strategy: SearchStrategy[Submission], number: int = 300) -> list[Submission]:
    found: list[Submission] = []

    @seed(7)
    @settings(
        max_examples=number,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def draw(submission: Submission) -> None:
        found.append(submission)

    draw()
    return found


def expected(limit: Limit, submission: Submission, profile: Profile) -> Expected:
    rate = submission.spec.fps if isinstance(submission.spec, VideoSpec) else 0
    return expected_of(limit.entity, replace(submission.shape, rate=rate), profile)


@pytest.mark.parametrize(("limit", "point"), MEDIA, ids=lambda each: getattr(each, "id", each))
def test_what_is_legal_keeps_every_limit_and_what_is_illegal_passes_the_one(
    limit: Limit, point: EnforcementPoint
) -> None:
    assert {expected(limit, each, CLOUD) for each in drawn(legal(limit.id, CLOUD, point), 60)} == {Expected.ACCEPTED}
    beyond = drawn(illegal(limit.id, CLOUD, point), 60)
    assert {expected(limit, each, CLOUD) for each in beyond} == {Expected.REFUSED}
    without = replace(CLOUD, overrides={limit.id: 10**9 if limit.sign > 0 else 1})
    assert {expected(limit, each, without) for each in beyond} == {Expected.ACCEPTED}


@pytest.mark.parametrize("profile", [ON_PREM, replace(CLOUD, overrides={"image.side.max": 100, "video.width.max": 65})])
def test_other_profiles_are_drawn_around_their_own_values(profile: Profile) -> None:
    for limit in LIMITS:
        if limit.axes and profile.value(limit.id) is not None:
            assert {expected(limit, each, profile) for each in drawn(illegal(limit.id, profile), 20)} == {
                Expected.REFUSED
            }


def test_half_of_what_is_drawn_lies_at_the_boundary_or_beside_it() -> None:
    for limit, strategy in (("image.side.max", legal), ("image.side.max", illegal), ("video.duration.max", illegal)):
        axes, value = LIMITS[limit].axes, LIMITS[limit].value
        away = [min(abs(MEASURES[axis](each.shape) - value) for axis in axes) for each in drawn(strategy(limit))]
        assert sum(each <= 1 for each in away) >= 0.4 * len(away), limit
        assert sum(each > 100 for each in away) >= 0.03 * len(away), limit


@pytest.mark.parametrize(("limit", "formats"), [("image.side.min", IMAGE_FORMATS), ("video.side.min", VIDEO_FORMATS)])
def test_every_value_of_every_dimension_is_drawn(limit: str, formats: dict[str, object]) -> None:
    submissions = drawn(around(limit), 400)
    traits = Counter((name, value) for each in submissions for name, value in each.traits.items())
    assert {each.spec.format for each in submissions} == set(formats)
    by_upload = ("extension", "name", "dataset", "info", "moment")
    assert {(name, value) for name in by_upload for value in ARRIVALS[name][1:]} <= set(traits)
    named = {"image.side.min": ("orientation", "compression", "mode"), "video.side.min": ("rate", "frames", "codec")}
    assert all(any(name == each for each, _ in traits) for name in (*named[limit], "content", "encoder"))
    # None of them is what all the others hang on: the plain value of each is drawn as well.
    assert all(sum(name in each.traits for each in submissions) < 0.9 * len(submissions) for name, _ in traits)


def test_an_import_has_its_own_ways_to_come() -> None:
    submissions = drawn(around("image.side.min", at=EnforcementPoint.DATASET_IMPORT))
    traits = {(name, value) for each in submissions for name, value in each.traits.items()}
    by_import = ("layout", "target", "transfer", "folder", "extension")
    assert {(name, value) for name in by_import for value in ARRIVALS[name][1:]} <= traits
    assert not {name for name, _ in traits} & {"dataset", "info", "moment"}


def test_hardly_anything_that_is_drawn_is_rejected() -> None:
    for limit, point in MEDIA:
        for strategy in (legal, illegal):
            # Hypothesis ends sooner where what it may reject is many times what was asked for.
            assert len(drawn(strategy(limit.id, CLOUD, point), 100)) >= 95, limit.id


def test_what_is_drawn_can_be_made() -> None:
    for limit in ("image.side.min", "video.side.min"):
        for each in drawn(around(limit), 40):
            if each.spec.encoder == "direct":
                assert supports_direct(each.spec), each.line
            if each.spec.width * each.spec.height < SMALL:
                assert make(each.spec).content


@pytest.mark.parametrize("strategy", [legal, illegal])
def test_a_failure_shrinks_to_the_plainest_at_the_boundary(
    strategy: Callable[[str], SearchStrategy[Submission]],
) -> None:
    simplest = find(strategy("image.side.max"), lambda each: each.arrival.extension == "upper")
    assert simplest.line == f"{20_000 + (strategy is illegal)}x64,extension=upper"


def test_the_longest_legal_duration_is_drawn_with_a_part_of_a_second_too() -> None:
    longest = LIMITS["video.duration.max"].value
    parts = set()
    for each in drawn(legal("video.duration.max")):
        assert isinstance(each.spec, VideoSpec)
        assert each.spec.duration <= longest
        if each.spec.duration == longest and each.spec.fps > 1:
            parts.add(each.spec.frames % each.spec.fps / each.spec.fps)
    assert {0 < part <= 0.5 for part in parts} == {True, False}
    assert max(parts) > 0.75


def test_images_of_many_pixels_are_cheap_to_decode() -> None:
    for each in drawn(illegal("image.pixels.max"), 100):
        assert isinstance(each.spec, ImageSpec)
        assert each.spec.pixel_bits <= 8 or each.spec.format == "webp"
