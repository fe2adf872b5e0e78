"""Which combinations of boundaries are legal follows from the profile."""

from __future__ import annotations

import pytest

from contract.combinations import combinations
from contract.limits import EnforcementPoint
from contract.profiles import CLOUD, ON_PREM, Profile, parse_profile
from contract.verdicts import Expected

IMAGE, VIDEO = EnforcementPoint.IMAGE_UPLOAD, EnforcementPoint.VIDEO_UPLOAD


def _expected(profile: Profile, point: EnforcementPoint) -> dict[str, Expected]:
    return {each.name: each.expected for each in combinations(profile) if each.point is point}


def test_legal_sides_with_too_many_pixels_are_refused() -> None:
    expected = _expected(CLOUD, IMAGE)
    assert expected["both-sides-at-max"] is Expected.REFUSED
    assert expected["width-at-max-pixels-above"] is Expected.REFUSED
    assert expected["width-at-max-pixels-within"] is Expected.ACCEPTED


def test_a_video_turned_on_its_side_passes_the_height() -> None:
    assert _expected(CLOUD, VIDEO)["sides-turned"] is Expected.REFUSED


def test_a_legal_size_that_lasts_too_long_is_refused() -> None:
    assert _expected(CLOUD, VIDEO)["sides-legal-duration-above"] is Expected.REFUSED
    assert _expected(CLOUD, VIDEO)["sides-at-min-duration-at-max"] is Expected.ACCEPTED


def test_where_only_a_limit_outside_the_profile_is_passed_nothing_is_expected() -> None:
    assert _expected(ON_PREM, IMAGE)["both-sides-at-max"] is Expected.NOTHING


@pytest.mark.parametrize("limit", ["image.pixels.max", "image.side.max", "image.side.min"])
def test_a_limit_that_is_off_never_refuses_by_itself(limit: str) -> None:
    profile = parse_profile(
        "[limits]\n"
        + "".join(f'"{name}" = "off"\n' for name in ("image.pixels.max", "image.side.max", "image.side.min")),
        "site.toml",
    )
    assert profile.value(limit) is None
    assert set(_expected(profile, IMAGE).values()) == {Expected.ACCEPTED}


def test_names_are_unique() -> None:
    names = [(each.point, each.name) for each in combinations(CLOUD)]
    assert len(names) == len(set(names))


def test_the_longest_video_of_the_largest_size_is_legal_and_a_second_more_is_not() -> None:
    expected = _expected(CLOUD, VIDEO)
    assert expected["sides-at-max-duration-at-max"] is Expected.ACCEPTED
    assert expected["sides-at-max-duration-above"] is Expected.REFUSED
