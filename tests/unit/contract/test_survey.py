"""What was seen of a deployment, as words and as what a profile says."""

from __future__ import annotations

from contract.boundaries import ObservedBoundary
from contract.observations import Answer
from contract.profiles import Setting
from contract.survey import Sighting, refusals, settings

TURNS = ObservedBoundary(7680, 7681, 20, exact=True)
NO = Answer(415, {"error_code": "too_wide", "message": "at most 7680 px", "http_status": 415})


def seen(row: str = "video.width.max", place: str = "video-upload", **more: object) -> Sighting:
    return Sighting(**{"row": row, "place": place, "unit": "px", **more})  # type: ignore[arg-type]


def test_a_value_stands_with_what_was_accepted_and_refused() -> None:
    sighting = seen(boundary=TURNS, accepted=Answer(200, {}), refusal=NO)
    assert sighting.words == "accepted at 7,680 with 200, refused at 7,681 with 415 too_wide"
    assert settings([sighting]) == {"video.width.max": 7680}
    assert refusals([sighting]) == {"video.width.max": {415}}


def test_no_limit_up_to_the_last_value_asked_is_off_only_where_that_lies_beyond_the_table() -> None:
    far, near = (seen(boundary=ObservedBoundary(last, None, 8, exact=False)) for last in (16_383, 4096))
    assert far.words == "accepted at 16,383, and no limit up to it"
    assert settings([far]) == {"video.width.max": Setting.OFF}
    assert settings([near]) == {"video.width.max": Setting.UNKNOWN}


def test_two_values_at_two_places_are_both_told() -> None:
    upload = seen("image.side.max", "image-upload", boundary=TURNS)
    imported = seen("image.side.max", "dataset-import", boundary=ObservedBoundary(5000, 5001, 20, exact=True))
    assert settings([upload, imported]) == {"image.side.max": 7680, "image.side.max@dataset-import": 5000}
    unknown = seen("image.side.max", "dataset-import", unknown="no image is imported")
    assert settings([upload, unknown]) == {"image.side.max": 7680, "image.side.max@dataset-import": Setting.UNKNOWN}
    assert settings([unknown]) == {"image.side.max": Setting.UNKNOWN}


def test_of_several_values_without_anything_between_the_one_that_a_refusal_names_is_taken() -> None:
    gap = ObservedBoundary(33_813_192, 33_813_201, 30, exact=True)
    names = Answer(409, {"error_code": "limit", "message": "the limit is 33813194", "http_status": 409})
    upload, imported = seen("image.pixels.max", boundary=gap, refusal=names), seen("image.pixels.max", boundary=gap)
    assert upload.words.endswith("; the refusal names 33,813,194")
    assert settings([upload, imported]) == {"image.pixels.max": 33_813_194}


def test_what_is_not_known_says_why() -> None:
    stopped = Answer(None, failure="not sent: budget spent")
    cut = seen(boundary=ObservedBoundary(4096, None, 6, exact=False), stopped=stopped)
    assert cut.words == "accepted at 4,096; beyond it not known: no answer (not sent: budget spent)"
    assert not cut.is_known
    between = seen(boundary=ObservedBoundary(4096, 8192, 7, exact=False), refusal=NO, stopped=stopped)
    assert "in between not known" in between.words
    assert settings([between]) == {"video.width.max": Setting.UNKNOWN}
    assert seen(unknown="no video is accepted").words == "not known: no video is accepted"
    assert seen().words == "not known: the answers agree with no one boundary"
