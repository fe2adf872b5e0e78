"""Bodies that are almost right, and break the deployment: a field is missing, empty, null, of another type, twice."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, Final

from starlette.types import ASGIApp, Receive, Scope, Send

from reference.behaviour import Behaviour
from reference.faults.fault import Fault, Group
from reference.faults.replies import broken, json_object, read_body

_Concerned = Callable[[dict[str, Any], bytes], bool]
_PROJECTS: Final = re.compile(r".*/projects")
_PROJECT: Final = re.compile(r".*/projects/[^/]+")
_DATASETS: Final = re.compile(r".*/datasets")
_ANNOTATIONS: Final = re.compile(r".*/annotations")


def _breaks_at(method: str, path: re.Pattern[str], concerned: _Concerned) -> type[Behaviour]:
    """A request whose body is concerned is answered with 500."""

    class BreaksAt(Behaviour):
        def around(self, app: ASGIApp) -> ASGIApp:
            inner = super().around(app)

            async def breaking(scope: Scope, receive: Receive, send: Send) -> None:
                asked = scope["type"] == "http" and scope["method"] == method and path.fullmatch(scope["path"])
                if not asked:
                    await inner(scope, receive, send)
                    return
                body, again = await read_body(receive)
                breaks = concerned(json_object(body), body)
                await (broken(ValueError()) if breaks else inner)(scope, again, send)

            return breaking

    return BreaksAt


def _labels(project: dict[str, Any]) -> Iterator[dict[str, Any]]:
    pipeline = project.get("pipeline")
    tasks = pipeline.get("tasks") if isinstance(pipeline, dict) else None
    for task in tasks if isinstance(tasks, list) else ():
        labels = task.get("labels") if isinstance(task, dict) else None
        yield from (each for each in labels if isinstance(each, dict)) if isinstance(labels, list) else ()


def _a_label(concerned: Callable[[dict[str, Any]], bool]) -> _Concerned:
    return lambda project, _: any(concerned(each) for each in _labels(project))


def _label_twice(project: dict[str, Any], _body: bytes) -> bool:
    names = [each["name"] for each in _labels(project) if isinstance(each.get("name"), str)]
    return len(set(names)) < len(names)


def _annotations(body: dict[str, Any]) -> list[dict[str, Any]]:
    found = body.get("annotations")
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _null_character(_fields: dict[str, Any], body: bytes) -> bool:
    return b"\\u0000" in body


_body = Group("body", ("openapi.*",))


def _breaks(name: str, sentence: str, operation: str, by: type[Behaviour]) -> Fault:
    return _body(name, sentence).breaks(f"openapi.damaged-bodies@{operation}", verdict="crashed", by=by)


FAULTS: Final = (
    _breaks(
        "label-without-group-500",
        "A label without a group breaks the creation of a project.",
        "create_project",
        _breaks_at("POST", _PROJECTS, _a_label(lambda each: "group" not in each)),
    ),
    _breaks(
        "empty-hotkey-500",
        "A hotkey that is null breaks the creation of a project.",
        "create_project",
        _breaks_at("POST", _PROJECTS, _a_label(lambda each: each.get("hotkey", "") is None)),
    ),
    _breaks(
        "label-twice-500",
        "A label that comes twice breaks the creation of a project.",
        "create_project",
        _breaks_at("POST", _PROJECTS, _label_twice),
    ),
    _breaks(
        "colour-as-number-500",
        "A colour that is a number breaks the creation of a project.",
        "create_project",
        _breaks_at("POST", _PROJECTS, _a_label(lambda each: isinstance(each.get("color"), int))),
    ),
    _breaks(
        "edit-without-colour-500",
        "A label without a colour breaks the edit of a project.",
        "edit_project",
        _breaks_at("PUT", _PROJECT, _a_label(lambda each: "color" not in each)),
    ),
    _breaks(
        "name-twice-500",
        "A name that comes twice breaks the creation of a dataset.",
        "create_dataset",
        _breaks_at("POST", _DATASETS, lambda _, body: body.count(b'"name"') > 1),
    ),
    _breaks(
        "null-character-in-project-500",
        "U+0000 in a name breaks the creation of a project.",
        "create_project",
        _breaks_at("POST", _PROJECTS, lambda body, _: "\0" in str(body.get("name"))),
    ),
    _breaks(
        "null-character-in-label-500",
        "U+0000 in the name of a label breaks the edit of a project.",
        "edit_project",
        _breaks_at("PUT", _PROJECT, _a_label(lambda each: "\0" in str(each.get("name")))),
    ),
    _breaks(
        "null-character-in-dataset-500",
        "U+0000 in a name breaks the creation of a dataset.",
        "create_dataset",
        _breaks_at("POST", _DATASETS, _null_character),
    ),
    _breaks(
        "null-character-in-annotation-500",
        "U+0000 in an annotation breaks its submission.",
        "annotate_*",
        _breaks_at("POST", _ANNOTATIONS, _null_character),
    ),
    _breaks(
        "no-labels-500",
        "An annotation whose labels are empty breaks its submission.",
        "annotate_*",
        _breaks_at("POST", _ANNOTATIONS, lambda body, _: any(each.get("labels") == [] for each in _annotations(body))),
    ),
    _breaks(
        "shape-as-text-500",
        "A shape that is a text breaks the submission of an annotation.",
        "annotate_*",
        _breaks_at("POST", _ANNOTATIONS, lambda body, _: any(each.get("shape") == "x" for each in _annotations(body))),
    ),
)
