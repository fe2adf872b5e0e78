"""The exact points of the probes, and the search for the real boundary."""

from __future__ import annotations

import pytest

from contract.limits import LIMITS, EnforcementPoint
from contract.probes import Side, media_probes
from contract.profiles import CLOUD, ON_PREM, ProfileError, parse_profile
from contract.verdicts import Expected

AT = EnforcementPoint.IMAGE_UPLOAD


def test_pixel_probes_are_the_nearest_shapes_that_exist() -> None:
    probes = {probe.side: probe for probe in media_probes(LIMITS["image.pixels.max"], AT, CLOUD)}
    assert [probes[side].value for side in Side] == [35_481_594, 35_481_600, 35_481_601]
    assert "35481599" in probes[Side.BELOW].note
    assert not probes[Side.AT].note


def test_webp_has_no_file_at_the_largest_side() -> None:
    probes = media_probes(LIMITS["image.side.max"], AT, CLOUD, longest=16_383)
    assert [probe.shape is None for probe in probes] == [False, True, True] * 2
    assert all("16383" in probe.note for probe in probes)


def test_a_limit_outside_the_profile_expects_nothing() -> None:
    assert {probe.expected for probe in media_probes(LIMITS["image.pixels.max"], AT, ON_PREM)} == {Expected.NOTHING}


def test_a_limit_that_is_off_expects_acceptance_above() -> None:
    profile = parse_profile('[limits]\n"image.side.max" = "off"', "site.toml")
    assert {probe.expected for probe in media_probes(LIMITS["image.side.max"], AT, profile)} == {Expected.ACCEPTED}


def test_a_profile_file_moves_the_boundary() -> None:
    profile = parse_profile("[limits]\nimage.side.max = 5000", "site.toml")
    assert {probe.value for probe in media_probes(LIMITS["image.side.max"], AT, profile)} == {4999, 5000, 5001}


@pytest.mark.parametrize(
    "text", ["x", "foo = 1", "base = 'moon'", "[limits]\nfoo = 1", '[limits]\n"image.side.max" = -1']
)
def test_a_mistaken_profile_is_refused_with_its_source(text: str) -> None:
    with pytest.raises(ProfileError, match=r"site\.toml"):
        parse_profile(text, "site.toml")
