"""What a medium at a limit must be good for once it is accepted: thumbnail, frame, annotation."""

from __future__ import annotations

from typing import Final

from contract import operations as api
from contract.numbers import same
from contract.observations import Answer
from deployment.bodies import objects, project_labels
from deployment.entities import annotate, annotations_path
from deployment.media import Dataset
from generators.specs import ImageSpec
from judges.media.decoding import decoded_size
from judges.media.held import Held
from judges.media.uses import Use, Used


def _decodes(held: Held, place: str) -> Used:
    """A picture of any size that decodes."""
    answer, content = held.download(place)
    if not answer.accepted:
        return Used(answer)
    try:
        decoded_size(content, held.artefact.spec.width * held.artefact.spec.height)
    except ChildProcessError:
        return Used(answer, None)
    except Exception as error:  # noqa: BLE001  a decoder may raise anything on bytes it cannot read
        return Used(answer, (f"it does not decode ({type(error).__name__})",))
    return Used(answer)


def last_frame(held: Held) -> int | None:
    """The number of the last frame of a video; None for an image."""
    spec = held.artefact.spec
    return None if isinstance(spec, ImageSpec) else spec.frames - 1


def displayed(held: Held) -> tuple[int, int]:
    """Width and height in pixels as a medium is shown."""
    spec = held.artefact.spec
    return spec.displayed if isinstance(spec, ImageSpec) else (spec.width, spec.height)


def own_label(dataset: Dataset) -> str | None:
    """A label of the project of a dataset; None where it cannot be read."""
    labels = project_labels(dataset.client.call(api.READ_PROJECT, dataset.project).fields)
    return next((str(label["id"]) for label in labels if not label.get("is_empty")), None)


def annotated(held: Held) -> Answer:
    """Annotate an image, or the last frame of a video, with a rectangle over all of it."""
    label = own_label(held.dataset)
    if label is None:
        return Answer(None, failure="the labels of the project could not be read")
    return annotate(held.dataset, held.identifier, last_frame(held), label, *displayed(held))


def _annotation(held: Held) -> Used:
    """It is accepted, and reads back over the whole medium."""
    answer = annotated(held)
    if not answer.accepted:
        return Used(answer)
    return held.dataset.client.settling.until(
        lambda: _latest(held), lambda used: used.answer.accepted and used.differences == ()
    )


def _latest(held: Held) -> Used:
    """The annotation as it reads back."""
    latest = held.dataset.client.send(
        "GET", f"{annotations_path(held.dataset, held.identifier, last_frame(held))}/latest"
    )
    if not latest.accepted:
        return Used(latest)
    width, height = displayed(held)
    wanted = {"x": 0, "y": 0, "width": width, "height": height}
    shapes = [each.get("shape") for each in objects(latest.fields, "annotations")]
    if len(shapes) != 1 or not isinstance(shapes[0], dict):
        return Used(latest, (f"{len(shapes)} annotations read back, sent 1",))
    got = {name: shapes[0].get(name) for name in wanted}
    as_sent = all(same(value, got[name]) for name, value in wanted.items())
    return Used(latest, () if as_sent else (f"its rectangle reads back as {got}, sent {wanted}",))


THUMBNAIL: Final = Use("thumbnail", "the thumbnail", lambda held: _decodes(held, "display/thumb"))
FRAME: Final = Use(
    "frame-display",
    "the picture of the last frame",
    lambda held: _decodes(held, f"frames/{last_frame(held)}/display/full"),
)
ANNOTATION: Final = Use("annotation", "an annotation", _annotation)
