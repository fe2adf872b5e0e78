"""Whether everything that is sent reads back, and whether an edit leaves alone what it does not mention."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final

from contract.limits import EnforcementPoint
from contract.openapi import Operation
from contract.operations import LIST_DATASETS, LIST_PROJECT_NAMES, READ_DATASET, WORKSPACE, shape_of
from contract.verdicts import Judgement, Verdict
from deployment.bodies import long_name, new_dataset, objects, without_own_labels
from judges.rest.annotations import judge_annotations
from judges.rest.bodies import Body, edit_body
from judges.rest.cases import RestCase
from judges.rest.comparison import project_as_sent
from judges.rest.findings import Finding
from judges.rest.full_bodies import ODD, SCRIPTS, hierarchy, label, two_tasks
from judges.rest.plan import Plan
from judges.rest.round_trip import RoundTrip
from judges.rest.tools import Tools

_RENAMING: Final = ("PUT", shape_of(WORKSPACE) + READ_DATASET.shape)
# What an edit must leave alone of a project and of its tasks; what else is shown is the deployment's own affair.
_OF_PROJECT: Final = ("id", "name", "creation_time", "creator_id")
_OF_TASK: Final = ("id", "title", "task_type")
_OF_DATASET: Final = ("id", "name", "use_for_training", "creation_time")


def with_fields(plan: Plan) -> tuple[Operation, ...]:
    """The operations of which every field is known."""
    return tuple(each for each in plan.operations if _judge_of(each))


def judge_fields(case: RestCase, tools: Tools) -> Finding:
    """Send bodies full of what could be lost, and read them back wherever they are shown."""
    trip = RoundTrip(tools, case.only_operation)
    judge = _judge_of(case.only_operation)
    assert judge is not None
    judge(trip)
    if not trip.taken:
        reason = f"nothing was taken: {trip.refused.answer.words_with_message if trip.refused else 'nothing was sent'}"
        return Finding(Judgement(Verdict.INCONCLUSIVE, reason), trip.refused)
    return Finding(Judgement(Verdict.KEPT, f"{trip.taken} bodies read back as they were sent"))


def _names(trip: RoundTrip, operation: Operation) -> tuple[str, ...]:
    """Names to give, the one with most in it first; the last is one that nobody refuses."""
    prefix = trip.tools.resources.name
    return (long_name(prefix, trip.tools.document, operation, SCRIPTS), f"{prefix} plain")


def _create_project(trip: RoundTrip) -> None:
    reader = trip.item(trip.operation)
    for filled_project in (hierarchy, two_tasks):
        with trip.project(*(filled_project(name) for name in _names(trip, trip.operation))) as (body, created):
            trip.check(body, trip.answer((body, created)), project_as_sent, "the answer")
            identifier = str(created.answer.body["id"])
            if reader is not None:
                values = {**trip.tools.resources.values(reader)[0], reader.parameters[-1]: identifier}
                trip.check(body, trip.read(reader, values), project_as_sent, "its reading")
            trip.check_listed(LIST_PROJECT_NAMES, "projects", identifier, body["name"])


def _edit_project(trip: RoundTrip) -> None:
    edit, document = trip.operation, trip.tools.document
    reader = trip.reader(edit)
    if reader is None:
        return
    values = trip.tools.resources.values(reader)[0]
    with (
        trip.leaving_alone(reader, values, _project_part),
        trip.project(hierarchy(f"{trip.tools.resources.name} edited")) as (_body, created),
    ):
        path = {**values, reader.parameters[-1]: str(created.answer.body["id"])}
        before = trip.read(reader, path)().answer.fields
        for does, change in _EDITS.items():
            body = edit_body(edit, document, before)
            change(body, _names(trip, edit)[0])
            if trip.sent(edit, path, body) is not None:
                wanted, what = _merged(without_own_labels(before), body), f"its reading after {does}"
                before = trip.check(wanted, trip.read(reader, path), without_own_labels, what).answer.fields
        trip.check_listed(LIST_PROJECT_NAMES, "projects", path[reader.parameters[-1]], before["name"])


def _renamed(body: Body, name: str) -> None:
    body["name"] = name


def _other_label(body: Body, _name: str) -> None:
    first = _first_labels(body)[0]
    first |= {"name": "renamed ß 漢", "color": "#0a0b0c40", "hotkey": "ctrl+9"}


def _one_label_more(body: Body, _name: str) -> None:
    labels = _first_labels(body)
    labels.append(label("one more", "#a0b0c0d0", str(labels[0].get("group")), "ctrl+8"))


_EDITS: Final[Mapping[str, Callable[[Body, str], None]]] = {
    "a renaming": _renamed,
    "the edit of a label": _other_label,
    "one label more": _one_label_more,
}


def _first_labels(body: Body) -> list[Body]:
    labels: list[Body] = next(task["labels"] for task in body["pipeline"]["tasks"] if task.get("labels"))
    return labels


def _merged(before: Mapping[str, Any], edit: Body) -> dict[str, Any]:
    """A project as it should read back: what it was, with what the edit says of its name and its labels."""
    said = {each["id"]: each for task in edit["pipeline"]["tasks"] for each in task.get("labels", ()) if "id" in each}
    tasks = []
    for task, edited in zip(before["pipeline"]["tasks"], edit["pipeline"]["tasks"], strict=True):
        labels = [{**each, **said.get(each.get("id"), {})} for each in task.get("labels", ())]
        labels += [each for each in edited.get("labels", ()) if "id" not in each]
        tasks.append({**_part(task, _OF_TASK), **({"labels": labels} if labels else {})})
    pipeline = {**_part(before["pipeline"], ("connections",)), "tasks": tasks}
    return {**_project_part(before), "name": edit["name"], "pipeline": pipeline}


def _project_part(shown: Mapping[str, Any]) -> Body:
    """What no edit of labels, and no edit of another project, changes of a project."""
    datasets = [_part(each, _OF_DATASET) for each in objects(shown, "datasets")]
    return {**_part(shown, _OF_PROJECT), "datasets": datasets}


def _part(shown: Mapping[str, Any], names: Sequence[str]) -> Body:
    return {name: shown[name] for name in names if name in shown}


def _create_dataset(trip: RoundTrip) -> None:
    reader, values = trip.item(trip.operation), trip.tools.resources.values(trip.operation)[0]
    for names in (_names(trip, trip.operation), (f"{trip.tools.resources.name} {ODD}",)):
        made = trip.sent(trip.operation, values, *map(new_dataset, names))
        if made is None:
            continue
        body, created = made
        identifier = str(created.answer.body.get("id"))
        trip.tools.resources.owns("dataset", identifier)
        trip.check(body, trip.answer(made), dict, "the answer")
        if reader is not None:
            trip.check(body, trip.read(reader, {**values, reader.parameters[-1]: identifier}), dict, "its reading")
        trip.check_listed(LIST_DATASETS, "datasets", identifier, body["name"])


def _rename_dataset(trip: RoundTrip) -> None:
    reader, identifier = trip.reader(trip.operation), trip.tools.resources.new("dataset")
    if reader is None or identifier is None:
        return
    live = trip.tools.resources.values(reader)[0]
    values = {**live, reader.parameters[-1]: identifier}
    with trip.leaving_alone(reader, live, partial(_part, names=_OF_DATASET)):
        for names in (_names(trip, trip.operation), (f"{trip.tools.resources.name} {ODD}",)):
            before = trip.read(reader, values)().answer.fields
            made = trip.sent(trip.operation, values, *map(new_dataset, names))
            if made is not None:
                wanted = {**_part(before, _OF_DATASET), "name": made[0]["name"]}
                trip.check(wanted, trip.read(reader, values), dict, "its reading")
                trip.check_listed(LIST_DATASETS, "datasets", identifier, made[0]["name"])


def _judge_of(operation: Operation) -> Callable[[RoundTrip], None] | None:
    if (operation.method, operation.shape) == _RENAMING:
        return _rename_dataset
    return next((_JUDGES[point] for point in operation.points if point in _JUDGES), None)


_JUDGES: Final[Mapping[EnforcementPoint, Callable[[RoundTrip], None]]] = {
    EnforcementPoint.PROJECT_CREATION: _create_project,
    EnforcementPoint.LABEL_MANAGEMENT: _edit_project,
    EnforcementPoint.DATASET_CREATION: _create_dataset,
    EnforcementPoint.IMAGE_ANNOTATION: partial(judge_annotations, of_frames=False),
    EnforcementPoint.FRAME_ANNOTATION: partial(judge_annotations, of_frames=True),
}
