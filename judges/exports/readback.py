"""What is in the project that an export was imported as, against what was sent to the one that was exported."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from contract.identifiers import canonical
from contract.observations import Answer
from deployment.bodies import objects, project_labels
from deployment.entities import annotations_path
from deployment.media import Dataset
from generators.specs import ImageSpec, MediaSpec
from judges.exports.archive import ExportArchive, number_in
from judges.importer import LABELS
from judges.media.held import Held
from judges.media.readback import described_as, misreported, other_card
from judges.media.usability import displayed, last_frame
from judges.upload import is_settled, settled

# Coordinates may be kept as parts of the width: what comes back is the same to less than half a pixel.
_NEARLY: Final = 0.5
_SIDES: Final = ("x", "y", "width", "height")


def label_of(number: int) -> str:
    """The label of the first shape of a medium: they take turns, so that no two neighbours have the same."""
    return LABELS[number % len(LABELS)]


def labels_of(project: Mapping[str, Any]) -> dict[str, str]:
    """The names of the labels of a project, by id as it is spelt there."""
    return {str(label.get("id")): str(label.get("name")) for label in project_labels(project)}


def shapes_of(held: Held, number: int) -> list[tuple[dict[str, Any], str]]:
    """The shapes of a medium from left to right, each with its label.

    They are a rectangle in a corner and one in the middle, in pixels, no corner of which is round.
    """
    width, height = displayed(held)
    places = (1, 2, width // 4, height // 4), (width // 4 + 1, height // 4 + 1, width // 2, height // 2)
    shapes = ({"type": "RECTANGLE", **dict(zip(_SIDES, place, strict=True))} for place in places)
    return [(shape, label_of(number + turn)) for turn, shape in enumerate(shapes)]


def differences(
    held: Held,
    number: int,
    media: Sequence[tuple[Dataset, Mapping[str, Any]]],
    archive: ExportArchive,
    labels: Mapping[str, str],
) -> tuple[str, ...] | None:
    """How what is in the new project of a medium contradicts what was exported; None where it could not be read."""
    spec = held.artefact.spec
    as_frames = not isinstance(spec, ImageSpec) and archive.holds_frames_of(number)
    kind = "image" if as_frames or isinstance(spec, ImageSpec) else "video"
    there = [(place, each) for place, each in media if each.get("type") == kind]
    named = [(place, each) for place, each in there if number_in(str(each.get("name"))) == number]
    unnamed = [(place, each) for place, each in there if number_in(str(each.get("name"))) is None]
    dataset, medium = next(iter(named or [each for each in unnamed if _has_size(each[1], spec)]), (None, None))
    if dataset is None or medium is None:
        return ("it is not in the new project",)
    if not is_settled(Answer(200, dict(medium))):
        read = settled(dataset, f"{dataset.path}/media/{kind}s/{medium['id']}")
        if read is None:
            return None
        medium = read.fields
    said = medium.get("media_information") or {}
    wrong = [] if as_frames and _has_size(medium, spec) else misreported(spec, said)
    if wrong:
        return tuple(wrong)
    if isinstance(spec, ImageSpec) and spec.content == "card":
        shown, content = dataset.client.download(f"{dataset.path}/media/images/{medium['id']}/display/full")
        return other_card(held.artefact, content) if shown.accepted else None
    frame = None if kind == "image" else last_frame(held)
    latest = dataset.client.send("GET", f"{annotations_path(dataset, str(medium['id']), frame)}/latest")
    if not latest.accepted:
        return None
    return _other_annotations(latest, shapes_of(held, number), labels)


def _has_size(medium: Mapping[str, Any], spec: MediaSpec) -> bool:
    said = medium.get("media_information") or {}
    return any(all(said.get(name) == size[name] for name in ("width", "height")) for size in described_as(spec))


def _other_annotations(
    latest: Answer, sent: Sequence[tuple[Mapping[str, Any], str]], labels: Mapping[str, str]
) -> tuple[str, ...]:
    annotations = sorted(objects(latest.fields, "annotations"), key=_left_side)
    if len(annotations) != len(sent):
        return (f"it has {len(annotations)} annotations, sent {len(sent)}",)
    names = {canonical(identifier): name for identifier, name in labels.items()}
    others = (_other_annotation(*pair, names) for pair in zip(annotations, sent, strict=True))
    return next((other for other in others if other), ())


def _left_side(annotation: Mapping[str, Any]) -> float:
    x = (annotation.get("shape") or {}).get("x")
    return float(x) if isinstance(x, int | float) else 0.0


def _other_annotation(
    annotation: Mapping[str, Any], shape_and_label: tuple[Mapping[str, Any], str], names: Mapping[str, str]
) -> tuple[str, ...]:
    wanted, label = shape_and_label
    ids = [canonical(str(each.get("id"))) for each in objects(annotation, "labels")]
    named = [names.get(each, "another project's") for each in ids]
    if label not in named:
        return (f"an annotation has the labels {', '.join(named) or 'none'}, sent {label}",)
    shape = annotation.get("shape") or {}
    moved = {
        name: shape.get(name)
        for name, value in wanted.items()
        if shape.get(name) != value and not _is_near(shape.get(name), value)
    }
    sent = {name: wanted[name] for name in moved}
    return (f"an annotation reads back with {moved}, sent {sent}",) if moved else ()


def _is_near(got: Any, wanted: Any) -> bool:
    numbers = isinstance(got, int | float) and isinstance(wanted, int | float)
    return numbers and abs(got - wanted) < _NEARLY
