"""How each kind of planted thing is read: the same functions before an upgrade and after it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from contract import operations as api
from contract.observations import Answer
from contract.planted import Thing
from contract.planted_changes import Seen
from deployment.bodies import objects
from judges.plant.given_out import read_content, read_frames, read_thumbnail
from judges.plant.places import MOVED, Places, Where

_OF_MEDIUM: Final = ("name", "type")
_DECIMALS: Final = 2


def read(places: Places, thing: Thing) -> Seen:
    """What is seen of a thing now."""
    place = places.project(thing)
    if place.gone or not place.answer.accepted:
        return Seen(place.answer, gone=place.gone)
    if thing.kind in ("project", "label", "job", "model"):
        return _READERS[thing.kind](Where(place, thing))
    dataset = place.dataset(thing)
    if dataset is None:
        return Seen(place.answer, gone=f"dataset {thing.names['dataset']} of project {thing.project} is gone")
    if thing.kind == "dataset":
        return _dataset(Where(place, thing, dataset))
    medium = place.medium(thing, dataset)
    if medium is None:
        within = f"dataset {thing.names['dataset']} of project {thing.project}"
        return Seen(place.answer, gone=f"medium {thing.names['medium']} of {within} is gone")
    return _READERS[thing.kind](Where(place, thing, dataset, medium))


def _project(where: Where) -> Seen:
    body, titles = where.place.answer.fields, {}
    for task in where.place.tasks:
        titles[str(task.get("id"))] = str(task.get("title"))
    edges = objects(body.get("pipeline"), "connections")
    own = {key: value for key, value in body.items() if key not in ("id", "name", "pipeline", "datasets")}
    return Seen(
        where.place.answer,
        {
            "name": body.get("name"),
            "tasks": [{"title": task.get("title"), "type": task.get("task_type")} for task in where.place.tasks],
            "connections": [[titles.get(str(edge.get(end)), "") for end in ("from", "to")] for edge in edges],
            **own,
        },
    )


def _label(where: Where) -> Seen:
    names, wanted = where.place.labels, where.thing.names["label"]
    for task in where.place.tasks:
        for label in objects(task, "labels"):
            if label.get("name") == wanted or (not where.place.moved and label.get("id") == where.thing.ids["label"]):
                color, parent = label.get("color"), label.get("parent_id")
                facts = {
                    "name": label.get("name"),
                    "color": color.lower() if isinstance(color, str) else color,
                    "hotkey": label.get("hotkey"),
                    "group": label.get("group"),
                    "parent": names.get(str(parent), parent),
                    "task": task.get("title"),
                }
                own = {key: value for key, value in label.items() if key not in ("id", "parent_id", *facts)}
                return Seen(where.place.answer, {**facts, **own})
    return Seen(where.place.answer, gone=f"{where.thing.words} is gone")


def _dataset(where: Where) -> Seen:
    assert where.dataset is not None
    answer = where.place.client.call(api.LIST_DATASETS, where.place.id)
    listed = answer.objects("datasets")
    if listed is None:
        return Seen(answer)
    found = next((each for each in listed if each.get("id") == where.dataset.id), None)
    if found is None:
        return Seen(answer, gone=f"{where.thing.words} is no longer listed")
    return Seen(answer, {key: value for key, value in found.items() if key != "id"})


def _medium(where: Where) -> Seen:
    assert where.dataset is not None
    answer = where.ask(api.READ_VIDEO if where.is_video else api.READ_IMAGE)
    if not answer.fields:
        return Seen(answer)
    listed = where.place.listing(where.dataset)
    if listed is None:
        return Seen(Answer(None, failure="the media of its dataset could not be listed whole"))
    information = answer.fields.get("media_information")
    own = {key: value for key, value in answer.fields.items() if key not in ("id", "media_information", *_OF_MEDIUM)}
    return Seen(
        answer,
        {
            **{key: answer.fields.get(key) for key in _OF_MEDIUM},
            "listed": where.medium in listed,
            **(information if isinstance(information, dict) else {}),
            **own,
        },
    )


def _annotation(where: Where) -> Seen:
    version = where.thing.ids["version"]
    if where.place.moved and version != "latest":
        return Seen(where.place.answer, unknown=MOVED)
    frame = where.thing.names.get("frame")
    of_frame = () if frame is None else (frame,)
    answer = where.ask(api.READ_IMAGE_ANNOTATION if frame is None else api.READ_FRAME_ANNOTATION, *of_frame, version)
    if answer.status == 204:
        return Seen(answer, gone=f"{where.thing.words} is gone (204)")
    if not answer.fields:
        return Seen(answer)
    names = where.place.labels
    return Seen(answer, {"annotations": [_shape(each, names) for each in objects(answer.fields, "annotations")]})


def _shape(annotation: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """The shape with its numbers rounded to hundredths of a pixel, and the names of its labels."""
    shape = json.loads(json.dumps(annotation.get("shape")), parse_float=lambda text: round(float(text), _DECIMALS))
    labels = [names.get(str(label.get("id")), "one that the project lacks") for label in objects(annotation, "labels")]
    return {"labels": sorted(labels), "shape": shape}


def _job(where: Where) -> Seen:
    if where.place.moved:
        return Seen(where.place.answer, unknown=MOVED)
    answer = where.place.client.call(api.READ_JOB, where.thing.ids["job"])
    state = answer.fields.get("state")
    return Seen(
        answer,
        {"type": answer.fields.get("type"), "state": str(state).lower(), "name": answer.fields.get("name")}
        if answer.fields
        else None,
    )


def _model(where: Where) -> Seen:
    if where.place.moved:
        return Seen(where.place.answer, unknown=MOVED)
    ids = where.thing.ids
    answer = where.place.client.call(api.READ_MODEL, where.place.id, ids["group"], ids["model"])
    return Seen(answer, {key: value for key, value in answer.fields.items() if key != "id"} if answer.fields else None)


_READERS: Final[Mapping[str, Callable[[Where], Seen]]] = {
    "project": _project,
    "label": _label,
    "dataset": _dataset,
    "medium": _medium,
    "content": read_content,
    "thumbnail": read_thumbnail,
    "frames": read_frames,
    "annotation": _annotation,
    "job": _job,
    "model": _model,
}
