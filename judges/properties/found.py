"""What a search found: one counterexample for each cause."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from contract.formats import IMAGE_FORMATS
from contract.limits import Limit
from contract.probes import control_shape
from contract.profiles import Profile
from generators.submissions import Submission
from judges.properties.cases import submission_place
from judges.properties.simplest import FIELDS
from judges.results import Outcome

# Of these any value that is not plain is the same to a deployment that does not know them.
_GRADED: Final = frozenset({"orientation", "rate", "frames", "name"})


@dataclass(frozen=True, slots=True)
class Found:
    """One counterexample, as simple as it gets, and what it came to."""

    submission: Submission
    outcome: Outcome

    def explains(self, other: Submission, limit: Limit, profile: Profile) -> bool:
        """Whether another submission has all that makes this one fail: its traits, as far out, its other sides."""
        theirs_of = other.traits
        if not all(_is_alike(name, value, theirs_of.get(name)) for name, value in self.submission.traits.items()):
            return False
        axis, mine = submission_place(limit, self.submission.shape, profile)
        theirs = abs(submission_place(limit, other.shape, profile)[1])
        if axis not in FIELDS:
            return theirs >= abs(mine)
        plain = control_shape(profile, video=limit.entity == "video")
        others = [
            [getattr(each, name) for each in (plain, self.submission.shape, other.shape)]
            for name in FIELDS.values()
            if name != FIELDS[axis]
        ]
        return theirs >= abs(mine) and all(
            one == plain_one or (another >= one if one > plain_one else another <= one)
            for plain_one, one, another in others
        )


def _is_alike(name: str, mine: str, theirs: str | None) -> bool:
    """Whether two values of a trait speak of one cause: the same, two of a graded one, two extensions of one format."""
    if theirs is None or mine == theirs or name in _GRADED:
        return theirs is not None
    return name == "format" and mine in IMAGE_FORMATS and theirs in IMAGE_FORMATS[mine].extensions
