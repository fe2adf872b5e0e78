"""Datumaro's description of a dataset, which says of each medium what is annotated: written and read.

Boxes alone: other shapes are in no export of the embedded deployment.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Final, Literal

from reference.store import Document

DESCRIPTION: Final = "annotations/default.json"
Carrier = Literal["export", "import"]
SIDES: Final = ("x", "y", "width", "height")


@dataclass(frozen=True, slots=True)
class Box:
    """One rectangle in pixels on an image, or on the ``frame`` of a video, with the name of its label.

    ``medium`` is the file name, without folders.
    """

    medium: str
    frame: int | None
    label: str
    x: float
    y: float
    width: float
    height: float

    @property
    def shape(self) -> Document:
        """The rectangle as an annotation has it."""
        return {"type": "RECTANGLE", **{side: getattr(self, side) for side in SIDES}}


def described(labels: Sequence[str], media: Mapping[str, Document], boxes: Iterable[Box]) -> str:
    """The description of media, as the API shows them, by file name."""
    on: dict[tuple[str, int | None], list[Box]] = {}
    for box in boxes:
        on.setdefault((box.medium, box.frame), []).append(box)
    items = []
    for name, medium in media.items():
        for frame in [None, *sorted(frame for held, frame in on if held == name and frame is not None)]:
            annotations = [_annotation(box, labels) for box in on.get((name, frame), ())]
            items.append({"id": PurePosixPath(name).stem, "annotations": annotations, **_source(name, medium, frame)})
    categories = {"label": {"labels": [{"name": label, "parent": ""} for label in labels]}}
    return json.dumps({"info": {}, "categories": categories, "items": items})


def _annotation(box: Box, labels: Sequence[str]) -> Document:
    return {"type": "bbox", "label_id": labels.index(box.label), "bbox": [getattr(box, side) for side in SIDES]}


def _source(name: str, medium: Document, frame: int | None) -> Document:
    """Where what an item describes lies."""
    if medium["type"] == "image":
        information = medium["media_information"]
        return {"image": {"path": name, "size": [information["height"], information["width"]]}}
    return {"video": {"path": name}} if frame is None else {"video_frame": {"video_path": name, "frame_index": frame}}


def boxes_in(archive: zipfile.ZipFile) -> list[Box]:
    """The boxes that an archive describes in this format; none where it is of another."""
    if DESCRIPTION not in archive.namelist():
        return []
    description: dict[str, Any] = json.loads(archive.read(DESCRIPTION))
    labels = [each["name"] for each in description["categories"]["label"]["labels"]]
    found = []
    for item in description["items"]:
        of_frame = item.get("video_frame") or {}
        name = PurePosixPath(of_frame.get("video_path") or (item.get("image") or {}).get("path") or "").name
        for each in item["annotations"]:
            if each["type"] == "bbox":
                found.append(Box(name, of_frame.get("frame_index"), labels[each["label_id"]], *each["bbox"]))
    return found
