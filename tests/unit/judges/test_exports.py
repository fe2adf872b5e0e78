"""Which file of an exported archive is which medium, and what is made of it."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from PIL import Image

from contract.limits import LIMITS
from contract.profiles import CLOUD
from deployment.exports import Exports
from generators.artefacts import make
from generators.specs import ImageSpec, VideoSpec
from judges.exports.archive import ExportArchive
from judges.exports.cases import export_cases

IMAGE = make(ImageSpec(40, 32, "png", "L"))
SMALLER = make(ImageSpec(20, 16, "png", "L"))
VIDEO = make(VideoSpec(64, 48, 2, 1))


def archive(files: Mapping[str, bytes], items: list[dict[str, Any]] | None = None) -> ExportArchive:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as written:
        for name, each in files.items():
            written.writestr(name, each)
        if items is not None:
            written.writestr("annotations/default.json", json.dumps({"items": items}))
    return ExportArchive.of(content.getvalue())


def test_each_limit_of_media_and_some_cards_are_exported_and_imported_again() -> None:
    cases = export_cases(CLOUD, 0)
    cards = {case.variant: case.spec.width for case in cases if case.requirement.subject == "image.content"}
    usable = {case.variant for case in cases if case.requirement.subject != "image.content"}
    assert usable == {"jpg/orientation-6", *(limit.id for limit in LIMITS if limit.axes)}
    assert len(set(cards.values())) == len(cards) == 3
    assert len(cases) == 2 * len(cases[0].media)
    assert {case.media for case in cases} == {cases[0].media}


@pytest.mark.parametrize(
    "name", ["images/default/medium1.png", "medium1_5f3a.png", "train/medium1-frame.png", "5f3a.png"]
)
def test_a_picture_is_known_by_its_name_or_by_what_it_is(name: str) -> None:
    assert archive({name: IMAGE.content, "medium10.png": SMALLER.content}).differences(1, IMAGE) == ()


def test_a_picture_that_was_written_anew_is_the_one_that_was_sent() -> None:
    other = make(replace(ImageSpec(40, 32, "png", "L"), format="bmp", mode="RGB"))
    assert archive({"medium1.bmp": other.content}).differences(1, IMAGE) == ()


def test_a_card_that_was_written_anew_shows_what_was_sent() -> None:
    card = make(ImageSpec(64, 72, "png", "RGB", "card"))
    with Image.open(io.BytesIO(card.content)) as picture:
        red, green, blue = picture.split()
    for channels, as_sent in (((red, green, blue), True), ((blue, green, red), False)):
        written = io.BytesIO()
        Image.merge("RGB", channels).save(written, "PNG", compress_level=0)
        assert (archive({"medium1.png": written.getvalue()}).differences(1, card) == ()) == as_sent


def test_a_picture_that_is_missing_scaled_or_without_an_annotation_is_not() -> None:
    item = {"id": "medium1", "annotations": [], "image": {"path": "medium1.png"}}
    files = {"medium1.png": IMAGE.content}
    assert archive({"medium10.png": SMALLER.content}).differences(1, IMAGE) == ("it is not in the archive",)
    assert archive({"medium1.png": SMALLER.content}).differences(1, IMAGE) == ("the full image is 20x16",)
    box = {"type": "bbox"}
    for boxes, words in ([], "none"), ([box], "1"):
        lost = (f"of its 2 annotations {words} is in the archive",)
        assert archive(files, [{**item, "annotations": boxes}]).differences(1, IMAGE) == lost
    assert archive(files, [{**item, "annotations": [box, box]}]).differences(1, IMAGE) == ()
    assert archive(files, []).differences(1, IMAGE) == ()


def test_a_video_may_be_exported_as_pictures_of_its_frames() -> None:
    whole = archive({"videos/medium1.mp4": VIDEO.content})
    frames = archive({"medium1_frame_1.png": make(ImageSpec(64, 48, "png", "RGB")).content})
    assert whole.differences(1, VIDEO) == frames.differences(1, VIDEO) == ()
    assert (whole.holds_frames_of(1), frames.holds_frames_of(1)) == (False, True)
    assert archive({"medium1.png": IMAGE.content}).differences(1, VIDEO) == ("a frame of it is (40, 32)",)


def test_an_export_is_offered_where_the_document_declares_all_of_it() -> None:
    jobs: Any = SimpleNamespace()
    assert "no document" in Exports(jobs, None).not_offered
    assert "declares no POST" in Exports(jobs, {"paths": {}}).not_offered


def test_of_a_card_the_content_is_judged_and_not_what_is_annotated() -> None:
    card = make(ImageSpec(64, 72, "png", "RGB", "card"))
    item = {"id": "medium1", "annotations": [], "image": {"path": "medium1.png"}}
    assert archive({"medium1.png": card.content}, [item]).differences(1, card) == ()
