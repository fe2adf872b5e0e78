"""The properties: each media limit at each enforcement point, what is inside it and what is outside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from contract.cases import Case, Requirement
from contract.limits import LIMITS, Axis, EnforcementPoint, Limit
from contract.probes import MEASURES, Shape, Side, boundary_value, expectation
from contract.profiles import Profile
from contract.search import SearchSettings
from generators.submissions import Submission

# How many examples a property draws where nothing else is asked for, by upload and by import, which takes as long as
# several uploads; half as many where the limit is one of many pixels or frames.
EXAMPLES: Final = {"gate": (8, 2), "nightly": (300, 60)}
_DEAR_S: Final = 0.2
_REQUESTS: Final = (5, 18)
_PROPERTY: Final = "property"
_OUTSIDE: Final = {False: "inside", True: "outside"}


@dataclass(frozen=True, slots=True, kw_only=True)
class PropertyCase(Case):
    """One side of one limit; ``only`` is the one submission to judge, where it is no search."""

    outside: bool
    examples: int
    only: Submission | None = None

    @property
    def strand(self) -> str:
        """Both sides of a limit at one point share their datasets and controls."""
        return f"property {self.requirement.id}"


def property_cases(profile: Profile, tier: str, search: SearchSettings) -> tuple[PropertyCase, ...]:
    """Two for each media limit at each of its enforcement points."""
    usual = EXAMPLES.get(tier, EXAMPLES["nightly"])
    return tuple(
        _search(limit, point, outside, usual[point is EnforcementPoint.DATASET_IMPORT], profile.at(point), search)
        for limit in LIMITS
        if limit.axes
        for point in limit.enforced_at
        for outside in (False, True)
    )


def _search(
    limit: Limit, point: EnforcementPoint, outside: bool, usual: int, profile: Profile, search: SearchSettings
) -> PropertyCase:
    imports = point is EnforcementPoint.DATASET_IMPORT
    usual = usual // 2 if limit.seconds > _DEAR_S else usual
    drawn = min(search.most(usual), usual)
    words = "whatever passes it" if outside else "whatever keeps it"
    expected = expectation(limit, Side.ABOVE if outside else Side.AT, profile)
    return PropertyCase(
        requirement=Requirement(limit.id, point.value),
        variant=f"{_PROPERTY}/{_OUTSIDE[outside]}",
        title=f"{point.words}, {words}",
        limit=limit,
        point=point,
        side=(Side.ABOVE if outside else Side.AT).value,
        expected=expected.value,
        citation=limit.citation,
        seconds=drawn * (3 if imports else 1) * max(0.06, limit.seconds / 3),
        requests=drawn * _REQUESTS[imports],
        searching=True,
        outside=outside,
        examples=search.most(usual),
    )


def property_named(name: str, profile: Profile) -> PropertyCase | None:
    """The one submission that a name speaks of: ``image.side.max@image-upload/property/20001x64,mode=I;16``."""
    requirement, _, rest = name.partition("/")
    kind, _, line = rest.partition("/")
    subject, _, scope = requirement.partition("@")
    limit = LIMITS.get(subject)
    point = next((each for each in limit.enforced_at if each.value == scope), None) if limit and limit.axes else None
    if limit is None or point is None or kind != _PROPERTY:
        return None
    try:
        return example(limit, point, Submission.parse(line), profile)
    except ValueError:
        return None


def example(limit: Limit, point: EnforcementPoint, submission: Submission, profile: Profile) -> PropertyCase:
    """One submission as a case of its own: its side, axis and value are what they would be in the fixed list."""
    axis, beyond = submission_place(limit, submission.shape, profile)
    side = Side.ABOVE if beyond > 0 else Side.AT if beyond == 0 else Side.BELOW
    return PropertyCase(
        requirement=Requirement(limit.id, point.value),
        variant=f"{_PROPERTY}/{submission.line}",
        title=f"{point.words} of {submission.line}",
        limit=limit,
        point=point,
        side=side.value,
        axis=axis.value,
        value=MEASURES[axis](submission.shape),
        expected=expectation(limit, side, profile).value,
        citation=limit.citation,
        requests=_REQUESTS[point is EnforcementPoint.DATASET_IMPORT],
        searching=True,
        outside=side is Side.ABOVE,
        examples=1,
        only=submission,
    )


def submission_place(limit: Limit, shape: Shape, profile: Profile) -> tuple[Axis, int]:
    """The axis on which a shape lies furthest out, and by how much beyond the boundary; negative inside."""
    boundary = boundary_value(limit, profile)
    beyond = {axis: limit.sign * (MEASURES[axis](shape) - boundary) for axis in limit.axes}
    axis = max(beyond, key=lambda each: beyond[each])
    return axis, beyond[axis]
