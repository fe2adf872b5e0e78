"""Releases: which values and refusals hold, by the option, the product's own version and a profile file."""

from __future__ import annotations

from dataclasses import replace

import pytest

from contract.limits import LIMITS, EnforcementPoint
from contract.observations import Answer, Observation
from contract.probes import media_probes
from contract.profiles import CLOUD, ON_PREM, ProfileError, Setting, parse_profile
from contract.releases import RELEASES, release_of
from contract.verdicts import Expected, Verdict, judge

REFUSED = Answer(415, {"error_code": "invalid_media", "message": "too wide", "http_status": 415})
ACCEPTED = Answer(200, {"id": "1"})


def test_without_a_word_the_published_page_holds() -> None:
    assert {limit.id: CLOUD.value(limit.id) for limit in LIMITS} == {limit.id: limit.value for limit in LIMITS}
    assert all(CLOUD.refusal(limit.id) == {409} for limit in LIMITS)


@pytest.mark.parametrize("release", ["2.11", "2.13"])
def test_a_later_release_has_the_values_that_it_documents(release: str) -> None:
    profile = replace(CLOUD, release=release)
    differing = {limit.id: profile.value(limit.id) for limit in LIMITS if profile.value(limit.id) != limit.value}
    assert differing == {"project.labels.max": 1000, "video.width.max": 7680}
    assert profile.refusal("video.width.max") == {409, 415}
    assert profile.refusal("project.labels.max") == {409}
    assert replace(ON_PREM, release=release)["image.pixels.max"] is Setting.NOT_PART


def test_a_refusal_that_a_release_documents_is_kept() -> None:
    seen = Observation(REFUSED, ACCEPTED)
    assert judge(Expected.REFUSED, seen).verdict is Verdict.WRONG_STATUS
    (above,) = (
        probe
        for probe in media_probes(
            LIMITS["video.width.max"], EnforcementPoint.VIDEO_UPLOAD, replace(CLOUD, release="2.11")
        )
        if probe.side == "above"
    )
    assert above.value == 7681
    assert judge(Expected.REFUSED, seen, above.refusals).verdict is Verdict.KEPT


@pytest.mark.parametrize(
    ("version", "release"),
    [("2.0.0", "2.0"), ("2.10.1", "2.0"), ("2.11.0", "2.11"), ("2.12.3", "2.11"), ("2.13.1", "2.13"), ("", "2.0")],
)
def test_the_product_says_which_release_it_is(version: str, release: str) -> None:
    assert release_of(version).id == release
    assert release in RELEASES


def test_a_profile_file_sets_values_and_refusals_of_limits_and_constraints() -> None:
    text = """
    [limits]
    "video.width.max" = 4000
    "list.limit" = 50
    "label.color" = "unknown"
    [refusals]
    "video.width.max" = [422]
    list.limit = [400, 422]
    """
    profile = parse_profile(text, "site.toml")
    assert profile.value("video.width.max") == 4000
    assert profile.refusal("video.width.max") == {422}
    assert profile.overrides["list.limit"] == 50
    assert profile.overrides["label.color"] is Setting.UNKNOWN
    assert profile.refusals["list.limit"] == {400, 422}


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ('[refusals]\n"video.width.max" = 409', "a list of statuses"),
        ('[refusals]\n"video.width.max" = [500]', "a list of statuses"),
        ('[refusals]\n"video.width" = [409]', "is no limit and no constraint"),
        ('[limits]\n"label.color" = 3', "it has not one number"),
        ("[numbers]", "a profile has name, base, [limits] and [refusals]"),
    ],
)
def test_a_mistake_in_a_profile_file_is_named(text: str, mistake: str) -> None:
    with pytest.raises(ProfileError) as raised:
        parse_profile(text, "site.toml")
    assert mistake in str(raised.value)
