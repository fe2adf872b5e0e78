"""A submission is one line of what sets it apart, and the line says all of it."""

from __future__ import annotations

from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract.limits import EnforcementPoint
from generators.boundaries import around
from generators.submissions import ARRIVALS, Arrival, Submission

IMPORT = EnforcementPoint.DATASET_IMPORT


@given(st.one_of(around("image.side.max"), around("video.height.max"), around("image.side.min", at=IMPORT)))
def test_a_line_is_read_as_the_submission_that_it_was_written_of(submission: Submission) -> None:
    assert Submission.parse(submission.line) == submission


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("20001x64", "picture.png"),
        ("20001x64,mode=I;16,extension=upper", "picture.PNG"),
        ("64x31,format=tif,compression=g4,extension=title,name=dots", "picture.v2.Tif"),
        ("64x64,10801s,format=webm,rate=25,frames=+12,name=letter", "n.webm"),
        ("31x64,orientation=6,dataset=second,info=label,moment=tenth", "picture.png"),
    ],
)
def test_a_line_stays_as_it_is_written(line: str, name: str) -> None:
    submission = Submission.parse(line)
    assert submission.line == line
    assert submission.arrival.file_name(submission.spec.format) == name


@pytest.mark.parametrize(
    "line",
    [
        "",
        "64",
        "64x64,mode",
        "64x64,mode=CMYK",
        "64x64,format=exe",
        "64x64,colour=red",
        "64x64,dataset=third",
        "64x64,orientation=9",
        "64x64,2s,codec=vp8",
        "0x64",
    ],
)
def test_a_line_that_says_nothing_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        Submission.parse(line)


def test_the_plain_value_of_each_arrival_is_the_first() -> None:
    assert {each.name: each.default for each in fields(Arrival)} == {
        name: values[0] for name, values in ARRIVALS.items()
    }


def test_an_image_of_an_archive_keeps_its_number_under_a_long_name() -> None:
    assert Arrival(name="long", extension="upper").file_name("png", "image1") == f"image1{'n' * 54}.PNG"
    assert Arrival().file_name("png", "image1") == "image1.png"
