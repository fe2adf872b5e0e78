"""Dataset archives as Geti imports them: one zip in the COCO, VOC, YOLO or Datumaro layout, streamed to disk.

Layouts follow the published formats: COCO "Data format" (instances), the PASCAL VOC 2012 development kit (section 5),
Darknet's ``obj.data`` for YOLO, and Datumaro's own ``annotations/default.json``. Members are stored, not deflated, with
a fixed date, so that the same items always give the same bytes; images are compressed already.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Final, Literal, get_args
from xml.sax.saxutils import escape
from zipfile import ZipFile, ZipInfo

Layout = Literal["coco", "voc", "yolo", "datumaro"]
LAYOUTS: Final[tuple[Layout, ...]] = get_args(Layout)


@dataclass(frozen=True, slots=True)
class ArchiveItem:
    """One image of a dataset: its file name, encoded bytes, size in pixels and the label of its one bounding box."""

    name: str
    content: bytes
    width: int
    height: int
    label: str

    @property
    def box(self) -> tuple[int, int, int, int]:
        """The bounding box in whole pixels, (x, y, width, height): the middle half of the image, never empty."""
        return self.width // 4, self.height // 4, max(1, self.width // 2), max(1, self.height // 2)


def write_archive(path: Path, layout: Layout, items: Iterable[ArchiveItem], labels: Sequence[str]) -> None:
    """Write a dataset archive to ``path``; ``items`` is consumed one at a time and none is held.

    Raises ``ValueError`` for an unknown layout, a label that is not in ``labels``, or two items of one stem (VOC and
    YOLO name the annotation after the image's stem). The file is then incomplete.
    """
    if layout not in _WRITERS:
        raise ValueError(f"{layout!r} is no archive layout; one of {', '.join(LAYOUTS)}")
    with ZipFile(path, "w", allowZip64=True) as archive, tempfile.TemporaryFile("w+", encoding="utf-8") as index:
        _WRITERS[layout](_Target(archive, index), _checked(items, labels), labels)


@dataclass(frozen=True, slots=True)
class _Target:
    """The zip and a file on disk in which the index document grows, since a zip has one open member at a time."""

    archive: ZipFile
    index: IO[str]

    def put(self, name: str, content: bytes | str) -> None:
        self.archive.writestr(_member(name), content)

    def put_index(self, name: str) -> None:
        self.index.flush()
        size = self.index.seek(0, 2)
        self.index.seek(0)
        member = _member(name)
        member.file_size = size
        with self.archive.open(member, "w") as out:
            while block := self.index.read(1 << 20):
                out.write(block.encode())
        self.index.seek(0)
        self.index.truncate()


def _member(name: str) -> ZipInfo:
    member = ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    member.external_attr = 0o644 << 16
    return member


def _checked(items: Iterable[ArchiveItem], labels: Sequence[str]) -> Iterator[ArchiveItem]:
    known, stems = frozenset(labels), set[str]()
    for item in items:
        if item.label not in known:
            raise ValueError(f"{item.name} carries the label {item.label!r}, which is not among the labels")
        if (stem := _stem(item)) in stems:
            raise ValueError(f"two images are named {stem}: their annotations would share one file")
        stems.add(stem)
        yield item


def _stem(item: ArchiveItem) -> str:
    return str(PurePosixPath(item.name).with_suffix(""))


def _coco(target: _Target, items: Iterator[ArchiveItem], labels: Sequence[str]) -> None:
    categories = [{"id": number, "name": label, "supercategory": ""} for number, label in enumerate(labels, 1)]
    with tempfile.TemporaryFile("w+", encoding="utf-8") as boxes:
        target.index.write(f'{{"info": {{}}, "licenses": [], "categories": {json.dumps(categories)}, "images": [')
        for number, item in enumerate(items, 1):
            target.put(f"images/default/{item.name}", item.content)
            comma = "," if number > 1 else ""
            image = {"id": number, "file_name": item.name, "width": item.width, "height": item.height}
            target.index.write(comma + json.dumps(image))
            box = {
                "id": number,
                "image_id": number,
                "category_id": labels.index(item.label) + 1,
                "bbox": item.box,
                "area": item.box[2] * item.box[3],
                "iscrowd": 0,
                "segmentation": [],
            }
            boxes.write(comma + json.dumps(box))
        target.index.write('], "annotations": [')
        boxes.seek(0)
        shutil.copyfileobj(boxes, target.index)
    target.index.write("]}")
    target.put_index("annotations/instances_default.json")


def _voc(target: _Target, items: Iterator[ArchiveItem], labels: Sequence[str]) -> None:
    target.put("labelmap.txt", "# label:color_rgb:parts:actions\n" + "".join(f"{label}:::\n" for label in labels))
    for item in items:
        target.put(f"JPEGImages/{item.name}", item.content)
        target.put(f"Annotations/{_stem(item)}.xml", _voc_annotation(item))
        target.index.write(f"{_stem(item)}\n")
    target.put_index("ImageSets/Main/default.txt")


def _voc_annotation(item: ArchiveItem) -> str:
    x, y, width, height = item.box
    return (
        f"<annotation><folder>JPEGImages</folder><filename>{escape(item.name)}</filename>"
        f"<size><width>{item.width}</width><height>{item.height}</height><depth>3</depth></size>"
        f"<segmented>0</segmented><object><name>{escape(item.label)}</name><difficult>0</difficult>"
        f"<bndbox><xmin>{x}</xmin><ymin>{y}</ymin><xmax>{x + width}</xmax><ymax>{y + height}</ymax></bndbox>"
        "</object></annotation>"
    )


def _yolo(target: _Target, items: Iterator[ArchiveItem], labels: Sequence[str]) -> None:
    target.put(
        "obj.data", f"classes = {len(labels)}\ntrain = data/train.txt\nnames = data/obj.names\nbackup = backup/\n"
    )
    target.put("obj.names", "".join(f"{label}\n" for label in labels))
    for item in items:
        x, y, width, height = item.box
        middle = ((x + width / 2) / item.width, (y + height / 2) / item.height)
        numbers = " ".join(f"{value:.6f}" for value in (*middle, width / item.width, height / item.height))
        target.put(f"obj_train_data/{item.name}", item.content)
        target.put(f"obj_train_data/{_stem(item)}.txt", f"{labels.index(item.label)} {numbers}\n")
        target.index.write(f"data/obj_train_data/{item.name}\n")
    target.put_index("train.txt")


def _datumaro(target: _Target, items: Iterator[ArchiveItem], labels: Sequence[str]) -> None:
    names = [{"name": label, "parent": "", "attributes": []} for label in labels]
    categories = {"label": {"labels": names, "attributes": []}}
    target.index.write(f'{{"info": {{}}, "categories": {json.dumps(categories)}, "items": [')
    for number, item in enumerate(items):
        target.put(f"images/default/{item.name}", item.content)
        box = {
            "id": 0,
            "type": "bbox",
            "attributes": {},
            "group": 0,
            "label_id": labels.index(item.label),
            "z_order": 0,
            "bbox": item.box,
        }
        entry = {
            "id": _stem(item),
            "annotations": [box],
            "attr": {"frame": number},
            "image": {"path": item.name, "size": [item.height, item.width]},
        }
        target.index.write(("," if number else "") + json.dumps(entry))
    target.index.write("]}")
    target.put_index("annotations/default.json")


_WRITERS: Final = {"coco": _coco, "voc": _voc, "yolo": _yolo, "datumaro": _datumaro}
