"""What is legal is lost or refused where several ask at one time."""

from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from fastapi.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from contract.profiles import Profile
from reference.behaviour import Behaviour
from reference.errors import ApiError
from reference.faults.fault import Fault, Group
from reference.faults.replies import broken, json_object, read_body

# So long is waited for others that come at one time, in seconds.
_GAP_S: Final = 0.2
# And so long does one wait that is only late: long against what a busy machine adds.
_WAIT_S: Final = 9.0
_SHORT_GAP_S: Final = 0.05
_PROJECTS: Final = re.compile(r".*/projects")
_PROJECT: Final = re.compile(r".*/projects/[^/]+")
_DATASETS: Final = re.compile(r".*/projects/[^/]+/datasets")
_ANNOTATIONS: Final = re.compile(r".*/annotations")


@dataclass(slots=True)
class _Door:
    """How many requests are within, and how many have come while others were."""

    within: int = 0
    beside: int = 0
    names: dict[str, str] = field(default_factory=dict)


_Answer = Callable[[bytes], Response]


def _beside_others(
    method: str, path: re.Pattern[str], answer: _Answer | None = None, *, from_the: int = 2
) -> type[Behaviour]:
    """Of the requests that are on their way at one time each from the n-th on is not done, and answered otherwise.

    Without another answer it waits, and is done after that.
    """

    class BesideOthers(Behaviour):
        def __init__(self, profile: Profile) -> None:
            super().__init__(profile)
            self.door = _Door()

        def around(self, app: ASGIApp) -> ASGIApp:
            inner = super().around(app)

            async def met(scope: Scope, receive: Receive, send: Send) -> None:
                asked = scope["type"] == "http" and scope["method"] == method and path.fullmatch(scope["path"])
                if not asked:
                    await inner(scope, receive, send)
                    return
                self.door.within += 1
                late = self.door.within >= from_the
                try:
                    body, again = await read_body(receive)
                    await asyncio.sleep(_WAIT_S if late and not answer else _GAP_S if answer else _SHORT_GAP_S)
                    await (answer(body) if answer and late else inner)(scope, again, send)
                finally:
                    self.door.within -= 1

            return met

    return BesideOthers


def _busy(_body: bytes) -> Response:
    return ApiError(409, "project_exists", "Another one is being written.").response()


def _made_up(body: bytes) -> Response:
    """An answer to something that was never written."""
    given = json_object(body)
    identifier = secrets.token_hex(12)
    dataset = {"id": secrets.token_hex(12), "name": "Dataset", "use_for_training": True, "creation_time": ""}
    return JSONResponse(
        {"kind": "annotation", "creation_time": "", **given, "id": identifier, "datasets": [dataset]}, 201
    )


_simultaneous = Group("simultaneous", ("*.max@*",))


def _at_once(name: str, sentence: str, operation: str, verdict: str, by: type[Behaviour]) -> Fault:
    return _simultaneous(name, sentence).breaks(f"openapi.at-one-time@{operation}", verdict=verdict, by=by)


def _late_at_once(name: str, sentence: str, operation: str, by: type[Behaviour]) -> Fault:
    requirement = f"openapi.at-one-time-duration@{operation}"
    return _simultaneous(name, sentence).breaks(requirement, verdict="nonconforming", by=by)


FAULTS: Final = (
    _at_once(
        "projects-lost-at-once",
        "Of projects that are created at one time one alone is kept, and all are answered.",
        "create_project",
        "unclean",
        _beside_others("POST", _PROJECTS, _made_up),
    ),
    _at_once(
        "projects-refused-at-once",
        "Of projects that are created at one time one alone is taken.",
        "create_project",
        "over-enforced",
        _beside_others("POST", _PROJECTS, _busy),
    ),
    _at_once(
        "annotations-lost-at-once",
        "From the fourth on, annotations that come at one time are answered and lost.",
        "annotate_image",
        "unclean",
        _beside_others("POST", _ANNOTATIONS, _made_up, from_the=4),
    ),
    _at_once(
        "annotations-500-at-once",
        "From the fifth on, annotations that come at one time break the deployment.",
        "annotate_image",
        "crashed",
        _beside_others("POST", _ANNOTATIONS, lambda _: broken(ValueError()), from_the=5),
    ),
    _at_once(
        "datasets-refused-at-once",
        "Of datasets that are created at one time in a project one alone is taken.",
        "create_dataset",
        "over-enforced",
        _beside_others("POST", _DATASETS, _busy),
    ),
    _at_once(
        "datasets-lost-at-once",
        "From the fourth on, datasets that are created at one time are answered and lost.",
        "create_dataset",
        "unclean",
        _beside_others("POST", _DATASETS, _made_up, from_the=4),
    ),
    _at_once(
        "edits-lost-at-once",
        "Of edits that come at one time one alone is written, and all are answered.",
        "edit_project",
        "unclean",
        _beside_others("PUT", _PROJECT, _made_up),
    ),
    _at_once(
        "projects-500-at-once",
        "From the fifth on, projects that are created at one time break the deployment.",
        "create_project",
        "crashed",
        _beside_others("POST", _PROJECTS, lambda _: broken(ValueError()), from_the=5),
    ),
    _late_at_once(
        "project-waits-at-once",
        "A project that is created while another one is waits for nine seconds.",
        "create_project",
        _beside_others("POST", _PROJECTS),
    ),
    _late_at_once(
        "annotation-waits-at-once",
        "From the fourth on, annotations that come at one time wait for nine seconds.",
        "annotate_image",
        _beside_others("POST", _ANNOTATIONS, from_the=4),
    ),
    _late_at_once(
        "edit-waits-at-once",
        "From the eighth on, edits that come at one time wait for nine seconds.",
        "edit_project",
        _beside_others("PUT", _PROJECT, from_the=8),
    ),
)
