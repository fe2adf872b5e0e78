"""Faults: each makes the reference deployment break the contract in one named way, and composes with any other."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from fastapi.responses import JSONResponse, Response
from PIL import Image

from contract.limits import BY_ID, Constraint, EnforcementPoint
from contract.profiles import Profile
from reference.behaviour import Behaviour
from reference.errors import ApiError, LimitReached
from reference.inspection import Measured


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: its name, one sentence, the requirement it breaks with side and verdict, and the behaviour."""

    name: str
    sentence: str
    requirement: str
    side: str
    verdict: str
    behaviour: type[Behaviour]


class _OffByOne(Behaviour):
    def limit(self, limit_id: str, point: EnforcementPoint) -> int | None:
        value = super().limit(limit_id, point)
        return value + 1 if value is not None and limit_id == "image.side.max" else value


class _PixelsUnchecked(Behaviour):
    def limit(self, limit_id: str, point: EnforcementPoint) -> int | None:
        return None if limit_id == "image.pixels.max" else super().limit(limit_id, point)


class _VideoWidth7680(Behaviour):
    def limit(self, limit_id: str, point: EnforcementPoint) -> int | None:
        return 7680 if limit_id == "video.width.max" else super().limit(limit_id, point)


class _Refuse415(Behaviour):
    def refusal(self, error: ApiError) -> Response:
        if isinstance(error, LimitReached) and error.limit_id == "image.side.max":
            return ApiError(415, "unsupported_media", error.message).response()
        return super().refusal(error)


class _Refuse500(Behaviour):
    def refusal(self, error: ApiError) -> Response:
        if isinstance(error, LimitReached) and error.limit_id == "video.duration.max":
            return JSONResponse({"detail": "Internal Server Error"}, 500)
        return super().refusal(error)


class _StoredDespiteRefusal(Behaviour):
    def stores_despite(self, error: ApiError) -> bool:
        return isinstance(error, LimitReached) and error.limit_id == "image.side.min"


class _SilentResize(Behaviour):
    def stored_image(self, path: Path, measured: Measured) -> Measured:
        kept = super().stored_image(path, measured)
        bound = BY_ID["image.side.max"].value - 1
        if max(kept.width, kept.height) <= bound:
            return kept
        with Image.open(path) as image:
            size = min(kept.width, bound), min(kept.height, bound)
            name = image.format
            image.resize(size).save(path, name)
        return Measured(*size)


class _AcceptEverything(Behaviour):
    def check(self, limit_id: str, point: EnforcementPoint, value: int) -> None:
        pass


class _RefuseEverything(Behaviour):
    def check(self, limit_id: str, point: EnforcementPoint, value: int) -> None:
        if point is EnforcementPoint.PROJECT_CREATION and value <= (1 if limit_id == "project.tasks.max" else 2):
            return  # without any project nobody could see what else is refused
        bound = "at most" if BY_ID[limit_id].constraint is Constraint.MAX else "at least"
        raise LimitReached(limit_id, f"{limit_id} at {point}: {value} is not {bound} what it should be")


_FAULTS = (
    Fault(
        "image-side-max-off-by-one", "An image side of 20,001 px is accepted.",
        "image.side.max@image-upload", "above", "not-enforced", _OffByOne,
    ),
    Fault(
        "image-pixels-unchecked", "The number of pixels of an image is never checked.",
        "image.pixels.max@image-upload", "above", "not-enforced", _PixelsUnchecked,
    ),
    Fault(
        "video-width-7680", "Videos wider than 7680 px are refused, where 7860 is documented.",
        "video.width.max@video-upload", "at", "over-enforced", _VideoWidth7680,
    ),
    Fault(
        "refuse-415", "An image side over the limit is refused with 415 in place of 409.",
        "image.side.max@image-upload", "above", "wrong-status", _Refuse415,
    ),
    Fault(
        "refuse-500", "A video over the duration limit is answered with 500 in place of 409.",
        "video.duration.max@video-upload", "above", "crashed", _Refuse500,
    ),
    Fault(
        "stored-despite-refusal", "An image under the smallest side is refused with 409, and stored all the same.",
        "image.side.min@image-upload", "above", "unclean", _StoredDespiteRefusal,
    ),
    Fault(
        "silent-resize", "An image side of 20,000 px is accepted and shrunk by one pixel without a word.",
        "image.side.max@image-upload", "at", "unclean", _SilentResize,
    ),
    Fault(
        "accept-everything", "No limit is enforced at all.",
        "*", "above", "not-enforced", _AcceptEverything,
    ),
    Fault(
        "refuse-everything", "All but the plainest project is refused with a documented 409.",
        "*", "at", "over-enforced", _RefuseEverything,
    ),
)  # fmt: skip

FAULTS = {fault.name: fault for fault in _FAULTS}


def behaviour(profile: Profile, names: list[str]) -> Behaviour:
    """The behaviour with the named faults composed. Raises ``KeyError`` with an unknown name."""
    faulty = tuple(FAULTS[name].behaviour for name in dict.fromkeys(names))
    return type("Composed", (*faulty, Behaviour), {})(profile) if faulty else Behaviour(profile)
