"""The two deployments that do not look at all: they say what a suite is worth that passes either."""

from __future__ import annotations

from typing import Final

from contract.limits import LIMITS, EnforcementPoint
from reference.behaviour import Behaviour
from reference.errors import LimitReached
from reference.faults.fault import EVERY_LIMIT, Group

_ALLOWED: Final = {"project.tasks.max": 1, "organization.projects.max": 6}


class _AcceptEverything(Behaviour):
    def check(self, limit_id: str, point: EnforcementPoint, value: int) -> None:
        pass

    def training_set(self, images: int, point: EnforcementPoint) -> tuple[tuple[str, ...], int]:  # noqa: ARG002
        return (), images


class _RefuseEverything(Behaviour):
    def check(self, limit_id: str, point: EnforcementPoint, value: int) -> None:
        if point is EnforcementPoint.PROJECT_CREATION and value <= _ALLOWED.get(limit_id, 2):
            return  # without any project nobody could see what else is refused, nor see it again in another one
        bound = LIMITS[limit_id].at_most
        raise LimitReached(limit_id, f"{limit_id} at {point}: {value} is not {bound} what it should be")


_everything = Group("everything", ("*",))
FAULTS: Final = (
    _everything("accept-everything", "No limit is enforced at all.").breaks(
        EVERY_LIMIT, side="above", verdict="not-enforced", by=_AcceptEverything
    ),
    _everything("refuse-everything", "All but the plainest project is refused with a documented 409.").breaks(
        EVERY_LIMIT, side="at", verdict="over-enforced", by=_RefuseEverything
    ),
)
