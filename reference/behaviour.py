"""Every decision that a fault may change, as one small method each. A fault overrides one or two and calls super()."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal
from zipfile import ZipInfo

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.datastructures import UploadFile
from starlette.types import ASGIApp

from contract.constraints import CONSTRAINTS, Allowed, Constraint
from contract.limits import LIMITS, EnforcementPoint
from contract.probes import MEASURES, Shape
from contract.profiles import Profile
from reference.datumaro import Box, Carrier
from reference.errors import ApiError, LimitReached
from reference.forms import labels_at_upload, only_one, plain_name
from reference.inspection import Arrival, Measured, decode_image, decode_video, measure_image, measure_video
from reference.keys import Keys
from reference.pipelines import count_labels, trainable
from reference.store import Document, Page, Store

Surface = Literal["full", "thumb", "stream", "frame"]


class Behaviour:
    """The behaviour that keeps the contract of one profile."""

    def __init__(self, profile: Profile) -> None:
        self.profile = profile

    def migrate(self, store: Store, workspace: str) -> None:
        """What becomes, before anything is served, of what was stored before this start."""

    # Limits: what is counted or measured, what it is held against, what becomes of what lies outside.

    def limit(self, limit_id: str, point: EnforcementPoint) -> int | None:
        """The value enforced for a limit at a point, in its unit; None for unlimited."""
        return self.profile.at(point).value(limit_id)

    def check(self, limit_id: str, point: EnforcementPoint, value: int) -> None:
        """Raise ``LimitReached`` where ``value`` lies outside the limit."""
        bound = self.limit(limit_id, point)
        if bound is None:
            return
        limit = LIMITS[limit_id]
        if limit.sign * value > limit.sign * bound:
            words = f"{limit_id}: {value} {limit.unit}, the limit is {bound}"
            raise LimitReached(limit_id, words)

    def admit(self, limit_id: str, point: EnforcementPoint, value: int) -> ApiError | None:
        """Hold against the limit what is about to be written; the refusal to give after it was written all the same."""
        self.check(limit_id, point, value)
        return None

    @contextmanager
    def admitting(self, store: Store, limit_id: str, point: EnforcementPoint, parent: str, kind: str) -> Iterator[None]:
        """What surrounds the writing of one entity more of ``kind``. Raises ``LimitReached``."""
        with self.counting(store, limit_id):
            late = self.admit(limit_id, point, self.count(store, limit_id, parent, kind) + 1)
            yield
        if late is not None:
            raise late

    def counting(self, store: Store, limit_id: str) -> AbstractContextManager[None]:  # noqa: ARG002
        """What holds a count and the insertion that follows it together."""
        return store.transaction()

    def count(self, store: Store, limit_id: str, parent: str, kind: str) -> int:
        """How many entities count towards a limit."""
        return store.count_media(parent) if limit_id == "project.media.max" else store.count(parent, kind)

    def count_labels(self, tasks: list[Document]) -> int:
        """The labels of a project that count towards the limit."""
        return count_labels(tasks)

    def count_tasks(self, tasks: list[Document]) -> int:
        """The tasks of a project that count towards the limit."""
        return len(trainable(tasks))

    def measure_image(self, path: Path) -> Measured:
        """The size of an uploaded image by its header. Raises ``ApiError`` for what is none."""
        return measure_image(path)

    def measure_video(self, path: Path) -> Measured:
        """Size, frames and duration of an uploaded video. Raises ``ApiError`` for what is none."""
        return measure_video(path)

    def check_image(self, measured: Measured, at: EnforcementPoint, path: Path) -> None:  # noqa: ARG002
        """Hold the displayed size of an image against its limits."""
        self._check_axes("image", measured, at)

    def check_video(self, measured: Measured, path: Path) -> None:  # noqa: ARG002
        """Hold what a video measures against its limits."""
        self._check_axes("video", measured, EnforcementPoint.VIDEO_UPLOAD)

    def _check_axes(self, entity: str, measured: Measured, at: EnforcementPoint) -> None:
        shape = Shape(measured.width, measured.height, measured.seconds, round(measured.fps))
        for limit in LIMITS:
            if limit.entity == entity and at in limit.enforced_at:
                for axis in limit.axes:
                    self.check(limit.id, at, MEASURES[axis](shape))

    def is_checked(self, arrival: Arrival) -> bool:  # noqa: ARG002  faults look at the way
        """Whether a medium that comes like this is held against the limits of media at all."""
        return True

    def files_taken(self, files: Sequence[UploadFile]) -> Sequence[UploadFile]:
        """The files of one upload that are stored. Raises ``ApiError`` 400 where there is not one."""
        return only_one(files)

    def labels_at_upload(self, text: str | None, project: Document) -> list[str]:
        """The labels that an ``upload_info`` names, None for no text. Raises ``ApiError`` 400 for a malformed one."""
        return labels_at_upload(text, project)

    def media_name(self, name: str) -> str:
        """The name that a medium is kept under, extension included, for a file name."""
        return plain_name(name)

    def decode_image(self, path: Path, measured: Measured) -> Measured:  # noqa: ARG002  faults trust the header
        """The displayed size of an image that decodes whole. Raises ``ApiError`` 400."""
        return decode_image(path)

    def decode_video(self, path: Path) -> None:
        """Raise ``ApiError`` 400 for a video whose first frame does not decode."""
        decode_video(path)

    def stores_despite(self, error: ApiError) -> bool:  # noqa: ARG002
        """Whether a refused upload is kept all the same."""
        return False

    # Constraints: the other values that are documented.

    def allowed(self, constraint: Constraint, place: str) -> Allowed:
        """What is allowed at a place, by the scope of its requirement."""
        return self.profile.at(place).held_to(constraint).allowed

    def refusal_of(self, constraint: Constraint) -> int:
        """The status of the refusal of what a constraint does not allow."""
        return min(constraint.refusals)

    def hold(self, constraint_id: str, place: str, value: float | str) -> None:
        """Raise ``ApiError`` where a constraint does not allow a value at a place."""
        constraint = CONSTRAINTS[constraint_id]
        allowed = self.allowed(constraint, place)
        if not allowed.takes(value):
            words = f"{constraint.id}: {value} is not {allowed.words} {constraint.unit}".rstrip()
            raise ApiError(self.refusal_of(constraint), "bad_request", words)

    # Entities: what is kept, what is reported, who finds it, what becomes of it.

    def stored_image(self, path: Path, measured: Measured) -> Measured:  # noqa: ARG002
        """What is kept of an accepted image; the size that is then reported."""
        return replace(measured)

    def stored_video(self, path: Path, measured: Measured) -> Measured:  # noqa: ARG002
        """What is kept of an accepted video; what is then reported."""
        return replace(measured)

    def given_out(self, surface: Surface, path: Path) -> Path:  # noqa: ARG002
        """The file that is given out where ``path`` would be."""
        return path

    def frame_decoded(self, number: int, video: Document) -> int:  # noqa: ARG002
        """The number of the frame that is shown where ``number`` is asked for."""
        return number

    def find(self, store: Store, kind: str, identifier: str, parent: str) -> tuple[Document, Path | None] | None:
        """One entity by its id, and its file; None where there is none below ``parent``."""
        return store.get(kind, identifier, parent)

    def page(self, store: Store, parent: str, kind: str | None, limit: int, after: int = 0, skip: int = 0) -> Page:
        """One page of what a parent holds, of one kind or of all."""
        return store.page(parent, kind, limit, after, skip)

    def edit(self, store: Store, kind: str, identifier: str, parent: str, body: Document) -> None:
        """Write what an entity was changed to."""
        store.put(kind, identifier, parent, body)

    def remove(self, store: Store, kind: str, identifier: str) -> None:  # noqa: ARG002
        """Delete an entity with all below it."""
        store.delete(identifier)

    def annotated(self, store: Store, medium: str, kind: str) -> None:
        """What happens once a version of annotations was written."""

    # Jobs.

    def exported(self, medium: Document, path: Path) -> Path | None:  # noqa: ARG002
        """The file of a medium that goes into an export, None for none; whatever is raised fails the job."""
        return path

    def carried_box(self, box: Box, labels: Sequence[str], by: Carrier) -> Box | None:  # noqa: ARG002
        """A box as an export or an import carries it, of a project with these labels; None where it does not."""
        return box

    def importable(self, entries: Sequence[ZipInfo]) -> Sequence[ZipInfo]:
        """The entries of an archive that are looked at."""
        return entries

    def training_set(self, images: int, point: EnforcementPoint) -> tuple[tuple[str, ...], int]:
        """Warnings, and how many of the ``images`` annotated ones a job uses."""
        bound = self.limit("training.dataset-size.max", point)
        if bound is None or images <= bound:
            return (), images
        return (f"{images} images are annotated; the limit is {bound}, so many are used.",), bound

    def read_for_training(self, path: Path, said: Document) -> None:
        """Read a medium that a training uses, by what is ``said`` of its size; whatever is raised fails the job."""

    def job_warning(self, kind: str, words: str) -> str:  # noqa: ARG002
        """The warning that a job of this kind carries."""
        return words

    def ends(self, kind: str) -> bool:  # noqa: ARG002
        """Whether a job of this kind comes to an end."""
        return True

    # Answers.

    def organization_of(self, keys: Keys, key: str | None, request: Request) -> str:  # noqa: ARG002
        """The organization a key opens. Raises ``ApiError`` 401."""
        return keys.organization_of(key)

    def may_reach(self, organization: str, own: str, request: Request) -> bool:  # noqa: ARG002
        """Whether a key of the organization ``own`` opens what lies in ``organization``."""
        return organization == own

    def refusal(self, error: ApiError) -> Response:
        """The answer to a refused request."""
        return error.response()

    def malformed(self, error: RequestValidationError) -> Response:
        """The answer to a request that does not fit its schema."""
        return ApiError(400, "bad_request", str(error.errors()[0].get("msg", "malformed"))).response()

    def document(self, made: dict[str, Any]) -> dict[str, Any]:
        """The OpenAPI document that is shown."""
        return made

    def around(self, app: ASGIApp) -> ASGIApp:
        """What every request goes through, outside of all else."""
        return app
