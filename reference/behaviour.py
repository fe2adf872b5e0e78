"""Every decision that a fault may change, as one small method each. A fault overrides one or two and calls super()."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path

from fastapi.responses import Response

from contract.limits import BY_ID, Constraint, EnforcementPoint
from contract.profiles import Profile
from reference.errors import ApiError, LimitReached
from reference.inspection import Measured
from reference.keys import Keys
from reference.store import Store


class Behaviour:
    """The behaviour that keeps the contract of one profile."""

    def __init__(self, profile: Profile) -> None:
        self.profile = profile

    def limit(self, limit_id: str, point: EnforcementPoint) -> int | None:  # noqa: ARG002  faults look at the point
        """The value enforced for a limit at a point, in its unit; None for unlimited."""
        return self.profile.value(limit_id)

    def check(self, limit_id: str, point: EnforcementPoint, value: int) -> None:
        """Raise ``LimitReached`` where ``value`` lies outside the limit."""
        bound = self.limit(limit_id, point)
        if bound is None:
            return
        if value > bound if BY_ID[limit_id].constraint is Constraint.MAX else value < bound:
            words = f"{limit_id}: {value} {BY_ID[limit_id].unit}, the limit is {bound}"
            raise LimitReached(limit_id, words)

    def organization_of(self, keys: Keys, key: str | None) -> str:
        """The organization a key opens. Raises ``ApiError`` 401."""
        return keys.organization_of(key)

    def counting(self, store: Store) -> AbstractContextManager[None]:
        """What holds a count and the insertion that follows it together."""
        return store.transaction()

    def count_projects(self, store: Store, workspace: str) -> int:
        """The projects that count towards the limit."""
        return store.count(workspace, "project")

    def check_image(self, measured: Measured, at: EnforcementPoint) -> None:
        """Hold the displayed size of an image against its limits."""
        for side in (measured.width, measured.height):
            self.check("image.side.min", at, side)
            self.check("image.side.max", at, side)
        self.check("image.pixels.max", at, measured.width * measured.height)

    def check_video(self, measured: Measured) -> None:
        """Hold a video's size and duration against its limits."""
        at = EnforcementPoint.VIDEO_UPLOAD
        for side in (measured.width, measured.height):
            self.check("video.side.min", at, side)
        self.check("video.width.max", at, measured.width)
        self.check("video.height.max", at, measured.height)
        self.check("video.duration.max", at, measured.seconds)

    def refusal(self, error: ApiError) -> Response:
        """The answer to a refused request."""
        return error.response()

    def stores_despite(self, error: ApiError) -> bool:  # noqa: ARG002
        """Whether a refused upload is kept all the same."""
        return False

    def stored_image(self, path: Path, measured: Measured) -> Measured:  # noqa: ARG002
        """What is kept of an accepted image; the size that is then reported."""
        return replace(measured)

    def training_set(self, images: int, point: EnforcementPoint) -> tuple[tuple[str, ...], int]:
        """Warnings, and how many of the ``images`` annotated ones a job uses."""
        bound = self.limit("training.dataset-size.max", point)
        if bound is None or images <= bound:
            return (), images
        return (f"{images} images are annotated; the limit is {bound}, so many are used.",), bound

    def job_warning(self, words: str) -> str:
        """The warning that a job carries."""
        return words
