"""Dataset archives hold what their layout promises, name every image once, and are the same bytes every time."""

from __future__ import annotations

import hashlib
import io
import json
from pathlib import Path
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest
from PIL import Image

from generators.archives import LAYOUTS, ArchiveItem, Layout, write_archive
from generators.artefacts import make
from generators.specs import ImageSpec

LABELS = ("cat", "dög & <bird>")


def items() -> list[ArchiveItem]:
    specs = [ImageSpec(32 + number, 48, "png", seed=number) for number in range(3)]
    return [
        ArchiveItem(f"{number:03}.png", make(spec).content, spec.width, spec.height, LABELS[number % 2])
        for number, spec in enumerate(specs)
    ]


@pytest.fixture(params=LAYOUTS)
def layout(request: pytest.FixtureRequest) -> Layout:
    return request.param


def written(tmp_path: Path, layout: Layout) -> ZipFile:
    path = tmp_path / f"{layout}.zip"
    write_archive(path, layout, iter(items()), LABELS)
    return ZipFile(path)


def test_every_image_of_an_archive_opens_at_its_size(tmp_path: Path, layout: Layout) -> None:
    with written(tmp_path, layout) as archive:
        assert archive.testzip() is None
        images = [Image.open(io.BytesIO(archive.read(n))) for n in archive.namelist() if n.endswith(".png")]
        assert [image.size for image in images] == [(32, 48), (33, 48), (34, 48)]


def test_the_same_items_give_the_same_archive(tmp_path: Path, layout: Layout) -> None:
    digests = set()
    for name in ("a", "b"):
        write_archive(tmp_path / name, layout, items(), LABELS)
        digests.add(hashlib.sha256((tmp_path / name).read_bytes()).hexdigest())
    assert len(digests) == 1


def test_a_coco_annotation_names_image_box_and_category(tmp_path: Path) -> None:
    with written(tmp_path, "coco") as archive:
        document = json.loads(archive.read("annotations/instances_default.json"))
    assert [image["file_name"] for image in document["images"]] == ["000.png", "001.png", "002.png"]
    assert document["annotations"][1]["bbox"] == [8, 12, 16, 24]
    names = {category["id"]: category["name"] for category in document["categories"]}
    assert [names[box["category_id"]] for box in document["annotations"]] == [LABELS[0], LABELS[1], LABELS[0]]


def test_a_voc_annotation_parses_and_escapes_its_label(tmp_path: Path) -> None:
    with written(tmp_path, "voc") as archive:
        tree = ElementTree.fromstring(archive.read("Annotations/001.xml"))
        assert archive.read("ImageSets/Main/default.txt") == b"000\n001\n002\n"
    assert tree.findtext("object/name") == LABELS[1]
    assert [tree.findtext(f"object/bndbox/{side}") for side in ("xmin", "ymin", "xmax", "ymax")] == [
        "8",
        "12",
        "24",
        "36",
    ]


def test_yolo_boxes_lie_within_the_image(tmp_path: Path) -> None:
    with written(tmp_path, "yolo") as archive:
        assert archive.read("obj.names").decode().splitlines() == list(LABELS)
        for listed in archive.read("train.txt").decode().split():
            name = listed.removeprefix("data/")
            assert name in archive.namelist()
            label, *box = archive.read(name.replace(".png", ".txt")).split()
            assert int(label) in (0, 1)
            assert all(0 < float(value) < 1 for value in box)


def test_datumaro_items_point_at_their_images(tmp_path: Path) -> None:
    with written(tmp_path, "datumaro") as archive:
        document = json.loads(archive.read("annotations/default.json"))
        names = archive.namelist()
    assert all(f"images/default/{item['image']['path']}" in names for item in document["items"])
    assert document["items"][2]["image"]["size"] == [48, 34]
    assert [entry["name"] for entry in document["categories"]["label"]["labels"]] == list(LABELS)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_label_nobody_declared_is_refused(tmp_path: Path, layout: Layout) -> None:
    with pytest.raises(ValueError, match="not among the labels"):
        write_archive(tmp_path / "x.zip", layout, items(), ["cat"])


def test_two_images_of_one_stem_are_refused(tmp_path: Path) -> None:
    twice = [ArchiveItem(name, b"", 1, 1, "cat") for name in ("a.png", "a.jpg")]
    with pytest.raises(ValueError, match="two images are named a"):
        write_archive(tmp_path / "x.zip", "voc", twice, ["cat"])
