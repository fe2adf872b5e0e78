"""Shapes of an annotation of an image."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from contract.observations import Answer, Observation
from contract.probes import comfortable_side
from deployment.bodies import objects, project_labels, shape_annotation
from deployment.entities import annotations_path
from deployment.media import Dataset
from generators.artefacts import make
from generators.specs import ImageSpec
from judges.constraints.subject import Asked, Subject, UnreachableError
from judges.upload import answered, upload

_SEGMENTATION: Final = (("segmentation", 2),)
_NONE: Final = 204
_CONFLICT: Final = 409
# What reads back may be rounded to whole pixels.
_ROUNDED: Final = 0.51


@dataclass
class Annotations(Subject):
    """The annotations of one image of a segmentation, which takes every shape; each submission is the latest."""

    dataset: Dataset | None = None
    medium: str = ""
    label: str = ""
    latest: str | None = None

    def send(self, asked: Asked) -> Answer:
        """Submit a shape with the value; once more to another image, where one may hold no more versions."""
        answer = self._submit(asked)
        if answer.status == _CONFLICT:
            self.medium, self.latest = "", None
            answer = self._submit(asked)
        return answer

    def _submit(self, asked: Asked) -> Answer:
        path = self._path()
        body = shape_annotation(self.medium, None, self.label, self._shape(asked))
        return self.workspace.client.send("POST", path, body)

    def _shape(self, asked: Asked) -> dict[str, Any]:
        return _shape(asked, comfortable_side(self.workspace.profile))

    def ask(self, asked: Asked) -> Observation:
        """Submit a shape with the value, and see which annotation is the latest then."""
        answer, path, shape, client = self.send(asked), self._path(), self._shape(asked), self.workspace.client
        made, before = answer.text("id"), self.latest
        wanted = made if answer.accepted else before
        read = client.settling.until(
            lambda: client.send("GET", f"{path}/latest"), lambda read: self._is_readable(read) and _id(read) == wanted
        )
        if not self._is_readable(read):
            return Observation(answer, None, changes=None, differences=None)
        self.latest = _id(read)
        created = made is not None and self.latest == made
        changes = () if created or self.latest == before else (f"annotation {self.latest} appeared",)
        return Observation(answer, None, created, changes, _unlike(shape, read) if created else ())

    def _is_readable(self, read: Answer) -> bool:
        return read.status == _NONE or _id(read) is not None

    def _path(self) -> str:
        """Where the annotations of the image lie; it is uploaded when first asked for. Raises ``UnreachableError``."""
        if self.dataset is None:
            project = self.project(_SEGMENTATION, "shapes")
            named = [label for label in project_labels(project.fields) if not label.get("is_empty")]
            if not named:
                raise UnreachableError("the project shows no label to annotate with")
            self.dataset, self.label = self.workspace.entities.dataset(project), str(named[0]["id"])
        dataset = self.dataset
        if not self.medium:
            side = comfortable_side(self.workspace.profile)
            image = answered(lambda: upload(dataset, make(ImageSpec(side, side, "png", "L"))))
            if not image.accepted:
                raise UnreachableError(f"nothing to annotate could be made ({image.words_with_message})")
            self.medium = image.body["id"]
        return annotations_path(dataset, self.medium, None)


def _id(read: Answer) -> str | None:
    return read.text("id")


def _shape(asked: Asked, side: int) -> dict[str, Any]:
    """A shape within an image of ``side`` px, with the value in the fields that are bounded."""
    value = int(asked.value)
    if asked.field == "points":
        # Along the columns, down and up by turns: no two points in a row are the same.
        across, down = side - 1, side // 2
        points = [{"x": n % across, "y": n // across % down + (down if n % 2 else 0)} for n in range(value)]
        return {"type": "POLYGON", "points": points}
    kind = "ELLIPSE" if "ellipse" in asked.constraint else "RECTANGLE"
    bounded = dict.fromkeys(asked.field.split("+"), value)
    return {"type": kind, "x": 1, "y": 1, "width": side // 4, "height": side // 4, **bounded}


def _unlike(sent: Mapping[str, Any], read: Answer) -> tuple[str, ...]:
    """Where the shape that reads back differs from the one that was sent."""
    held = objects(read.fields, "annotations")
    shape = held[0].get("shape") if held else None
    if not isinstance(shape, Mapping):
        return ("its shape does not read back",)
    differences = []
    for name, value in sent.items():
        shown = shape.get(name)
        if isinstance(value, list):
            number = len(shown) if isinstance(shown, list) else 0
            differences += [] if number == len(value) else [f"{number} {name} read back, sent {len(value)}"]
        elif isinstance(value, int):
            same = isinstance(shown, int | float) and abs(shown - value) < _ROUNDED
            differences += [] if same else [f"{name} reads back as {shown}, sent {value}"]
    return tuple(differences)
