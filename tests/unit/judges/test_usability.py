"""Which media at a limit must be usable, and for what."""

from __future__ import annotations

from itertools import pairwise

from contract.limits import LIMITS
from contract.profiles import CLOUD, ON_PREM
from generators.cards import number_of
from generators.specs import VideoSpec
from judges.media.boundary_media import boundary_media
from judges.media.training import training_cases
from judges.media.use_cases import use_cases

OF_MEDIA = {limit.id for limit in LIMITS if limit.axes}


def test_a_medium_at_each_limit_is_used_and_trained_on() -> None:
    assert {each.limit for each in boundary_media(CLOUD, 0)} == OF_MEDIA
    assert {case.variant for case in training_cases(CLOUD, 0)} == OF_MEDIA
    used = {
        (case.requirement.subject, case.use.id) for case in use_cases(CLOUD, 0) if "usability" in case.requirement.id
    }
    assert used == {
        ("image.usability", "thumbnail"),
        ("image.usability", "annotation"),
        ("video.usability", "thumbnail"),
        ("video.usability", "annotation"),
        ("video.usability", "frame-display"),
    }


def test_the_largest_image_is_trained_on_where_a_profile_has_no_limit_on_pixels() -> None:
    largest = [each.spec for each in boundary_media(ON_PREM, 0) if each.name == "both-sides-at-max"]
    assert [(spec.width, spec.height) for spec in largest] == [(20_000, 20_000)]
    assert "both-sides-at-max" not in {each.name for each in boundary_media(CLOUD, 0)}


def test_the_uses_of_a_medium_follow_one_another() -> None:
    groups = [case.group for case in use_cases(CLOUD, 0)]
    assert len([one for one, other in pairwise(groups) if one != other]) == len(set(groups)) - 1


def short_cards() -> list[VideoSpec]:
    cards = {case.spec: None for case in use_cases(CLOUD, 0) if case.variant.endswith("/short")}
    return [spec for spec in cards if isinstance(spec, VideoSpec)]


def test_frames_of_most_short_videos_do_not_begin_at_a_whole_millisecond() -> None:
    cards = short_cards()
    assert len({card.format for card in cards}) == len(cards)
    assert len({card.fps for card in cards}) >= 4
    assert all(1000 % card.fps for card in cards)
    assert all(card.frames % card.fps == 0 and card.fps < card.frames <= 60 for card in cards)


def test_no_frame_of_a_short_video_has_a_number_of_the_one_before() -> None:
    shown = [{number_of(card, index) for index in range(card.frames)} for card in short_cards()]
    assert not any(one & other for one, other in pairwise(shown))
