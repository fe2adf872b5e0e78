"""The cases of sequences: one for each requirement that a sequence may find broken; they share one search."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from contract.cases import Case, Requirement
from contract.limits import LIMITS
from contract.profiles import Profile
from judges.machines.model import DATASETS, MEDIA
from judges.machines.search import GATE, NIGHTLY, Extent
from judges.machines.symptoms import (
    ACCEPTANCE,
    CHANGES,
    COUNTED,
    COUNTS,
    DELETED,
    DELETIONS,
    POINTS,
    REFUSALS,
    SENTENCES,
    UNTOUCHED,
    Aspect,
)

_GROUP: Final = "lifecycle"
# About how many requests and seconds the search of the gate takes, on loopback.
_REQUESTS: Final = 250
_SECONDS: Final = 5.0
_CITATION: Final = "REST documentation: what an operation creates, changes and deletes"


@dataclass(frozen=True, slots=True, kw_only=True)
class LifecycleCase(Case):
    """One requirement; ``unjudged`` says why no sequence of this run can come near its limit."""

    unjudged: str = ""


def extent_of(tier: str) -> Extent:
    """How far the search of a tier goes."""
    return GATE if tier == "gate" else NIGHTLY


def lifecycle_cases(profile: Profile, tier: str) -> tuple[LifecycleCase, ...]:
    """A case for each requirement, in a strand of their own."""
    scopes: dict[str, tuple[str, ...]] = {
        CHANGES: tuple(Aspect),
        UNTOUCHED: tuple(Aspect),
        DELETIONS: DELETED,
        COUNTS: COUNTED,
        REFUSALS: ("",),
        ACCEPTANCE: ("",),
    }
    requirements = [Requirement(subject, scope) for subject, names in scopes.items() for scope in names]
    rules = [_case(requirement, SENTENCES[requirement.subject]) for requirement in requirements]
    limits = [
        replace(
            _case(
                Requirement(limit_id, point),
                f"{LIMITS[limit_id].sentence}, after other requests",
                _far(limit_id, profile, tier),
            ),
            limit=LIMITS[limit_id],
            point=point,
        )
        for limit_id, point in POINTS.items()
    ]
    first, *others = (*rules, *limits)
    # The search is that of the first; the others say what it came to for them.
    return (replace(first, searching=True, requests=_REQUESTS, seconds=_SECONDS), *others)


def _case(requirement: Requirement, sentence: str, unjudged: str = "") -> LifecycleCase:
    return LifecycleCase(
        requirement=requirement, variant=_GROUP, title=sentence, group=_GROUP, citation=_CITATION, unjudged=unjudged
    )


def _far(limit_id: str, profile: Profile, tier: str) -> str:
    """Why no sequence comes to a limit; empty where one does."""
    bound = profile.value(limit_id)
    if bound is None:
        return "this limit is not in force"
    affordable = extent_of(tier).affordable
    if limit_id in (DATASETS, MEDIA) and bound > affordable:
        return f"a project is filled up to {affordable} before a sequence in this tier, the limit is {bound:,}"
    return ""
