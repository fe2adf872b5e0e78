"""Whether annotations read back: of every kind of shape, in the answer, by their version, and among all of a video.

What lies beside has none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from contract.observations import Answer
from contract.openapi import declared_parameters, resolved, schema_of
from contract.operations import READ_VIDEO_ANNOTATIONS
from contract.verdicts import Verdict, inconclusive_reason
from deployment.bodies import objects, project_labels
from generators.artefacts import make
from generators.specs import MediaSpec
from judges.rest.bodies import Body
from judges.rest.comparison import annotations_as_sent
from judges.rest.findings import ConcludedError, Finding, Sent
from judges.rest.full_bodies import OPTIONAL, SHAPES, label, of_one_task, submission
from judges.rest.resources import IMAGE, VIDEO
from judges.rest.round_trip import RoundTrip
from judges.upload import answered, upload

# The frames of a video that are annotated: one a second, each with one shape fewer than the one before.
_FRAMES: Final = (0, VIDEO.fps)
# The frames before and behind those.
_FRAMES_BESIDE: Final = (1, VIDEO.frames - 1)
# Of such a project what lies beside is looked at, too.
_LOOKED_BESIDE: Final = "detection"
# What asks for every frame of a video, where an operation takes it: without it, Geti shows one frame a second.
_EVERY_FRAME: Final = {"start_frame": "0", "end_frame": str(VIDEO.frames - 1), "frameskip": "1"}


def judge_annotations(trip: RoundTrip, *, of_frames: bool) -> None:
    """Annotate a medium in a project of each kind of task, and read it back wherever it is shown."""
    schema = schema_of(trip.tools.document, trip.operation)
    for task_type, shapes in SHAPES.items():
        if task_type in OPTIONAL and not _lists(trip.tools.document, schema, OPTIONAL[task_type]):
            continue
        try:
            _judge_task(trip, task_type, shapes, of_frames=of_frames)
        except ConcludedError as error:
            if task_type not in OPTIONAL or not _is_refusal(error.finding):
                raise


def _is_refusal(finding: Finding) -> bool:
    """Whether a case ends since the deployment does not take a request."""
    answer = finding.sent.answer if finding.sent else Answer(None)
    refused = answer.status in range(400, 500) and inconclusive_reason(answer) is None
    return refused and finding.judgement.verdict is Verdict.INCONCLUSIVE


def _lists(document: Mapping[str, Any], schema: Any, value: str, depth: int = 12) -> bool:
    """Whether a schema lists a value among those of a field, ``depth`` levels deep at most."""
    node = resolved(document, schema)
    if isinstance(node, Mapping) and (node.get("const") == value or value in (node.get("enum") or ())):
        return True
    inner = node.values() if isinstance(node, Mapping) else node if isinstance(node, list) else ()
    return depth > 0 and any(_lists(document, each, value, depth - 1) for each in inner)


def _judge_task(trip: RoundTrip, task_type: str, shapes: Sequence[Body], *, of_frames: bool) -> None:
    groups = ("one", "two") if task_type == "classification" else ("one",)
    made = [label(f"{group} {n}", "#00ff00ff", group) for group in groups for n in range(2)]
    with trip.project(of_one_task(f"{trip.tools.resources.name} {task_type}", task_type, made)) as (_, created):
        labelled = list(zip(shapes, _labels_of(created, task_type, len(shapes)), strict=True))
        medium = _annotated(trip, created, VIDEO if of_frames else IMAGE)
        sent = {}
        for number, frame in enumerate(_FRAMES if of_frames else (None,)):
            body = submission(medium["image"], frame, labelled[min(number, len(labelled) - 1) :])
            if _sent_and_read(trip, {**medium, "frame": str(frame)}, body, task_type):
                sent[f"frame {frame}"] = annotations_as_sent(body)
        if of_frames:
            _check_all_frames(trip, medium, sent)
        if task_type == _LOOKED_BESIDE and trip.taken:
            other = _annotated(trip, created, VIDEO if of_frames else IMAGE)
            _check_none(trip, "another medium", {**other, "frame": str(_FRAMES[0])})
            for frame in _FRAMES_BESIDE if of_frames else ():
                _check_none(trip, f"frame {frame}, beside those annotated,", {**medium, "frame": str(frame)})


def _sent_and_read(trip: RoundTrip, own: Mapping[str, str], body: Body, task_type: str) -> bool:
    """Whether a submission was taken; all of it reads back then, or ``ConcludedError`` is raised."""
    values = trip.tools.resources.values_with(trip.operation, own)
    answer = trip.sent(trip.operation, values, body)
    if answer is None:
        return False
    wanted, item = annotations_as_sent(body), trip.item(trip.operation)
    trip.check(wanted, trip.answer(answer), annotations_as_sent, "the answer")
    for version in (str(answer[1].answer.body.get("id")), "latest") if item is not None else ():
        assert item is not None
        place = {**values, item.parameters[-1]: version}
        trip.check(wanted, trip.read(item, place), annotations_as_sent, f"the reading of {task_type}")
    return True


def _check_none(trip: RoundTrip, what: str, own: Mapping[str, str]) -> None:
    """Raises ``ConcludedError`` where what was never annotated reads back with annotations."""
    item = trip.item(trip.operation)
    if item is None:
        return
    place = {**trip.tools.resources.values_with(trip.operation, own), item.parameters[-1]: "latest"}
    settling = trip.tools.workspace.client.settling
    shown = settling.until(trip.read(item, place), lambda sent: not objects(sent.answer.fields, "annotations"))
    if count := len(objects(shown.answer.fields, "annotations")):
        reason = f"accepted, and {what} was not annotated and reads back with {count} annotations"
        raise ConcludedError(Verdict.UNCLEAN, reason, shown)


def _check_all_frames(trip: RoundTrip, own: Mapping[str, str], sent: Mapping[str, Any]) -> None:
    """Raises ``ConcludedError`` where the reading of all frames of a video shows a frame otherwise than it was sent."""
    reader = trip.reader(READ_VIDEO_ANNOTATIONS)
    if reader is None or not sent:
        return
    taken = {each.get("name") for each in declared_parameters(trip.tools.document, reader)}
    query = {name: value for name, value in _EVERY_FRAME.items() if name in taken}
    values = trip.tools.resources.values_with(reader, own)
    trip.check(sent, trip.read(reader, values, query), _by_frame, "the reading of all frames")


def _by_frame(shown: Mapping[str, Any]) -> dict[str, Any]:
    """The annotations of each frame that a reading shows."""
    versions = [(each, each.get("media_identifier")) for each in objects(shown, "video_annotations")]
    return {
        f"frame {identifier.get('frame_index')}": annotations_as_sent(version)
        for version, identifier in versions
        if isinstance(identifier, Mapping)
    }


def _labels_of(created: Sent, task_type: str, shapes: int) -> list[list[str]]:
    """The ids of the labels of each shape: one of every group in a classification, else one by turns."""
    if task_type == "classification":
        return [_label_ids(created, ["one 0", "two 0"])] * shapes
    ids = _label_ids(created, ["one 0", "one 1"])
    return [[ids[number % len(ids)]] for number in range(shapes)]


def _annotated(trip: RoundTrip, created: Sent, spec: MediaSpec) -> dict[str, str]:
    """The ids of a new medium and of what it lies in, by kind."""
    dataset = trip.tools.workspace.entities.dataset(created.answer)
    medium = answered(lambda: upload(dataset, make(spec))).text("id")
    if medium is None:
        raise ConcludedError(Verdict.INCONCLUSIVE, "nothing to annotate could be uploaded", created)
    return {"project": dataset.project, "dataset": dataset.id, "image": medium, "video": medium}


def _label_ids(created: Sent, names: Sequence[str]) -> list[str]:
    """The ids of the labels of some names in a new project. Raises ``ConcludedError`` where one is not shown."""
    shown = {each.get("name"): str(each.get("id")) for each in project_labels(created.answer.fields)}
    if not set(names) <= set(shown):
        raise ConcludedError(
            Verdict.INCONCLUSIVE, "the project does not show the labels that it was made with", created
        )
    return [shown[name] for name in names]
