"""What a sequence may show that the contract does not allow, and which requirement that breaks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from contract.cases import Requirement
from contract.limits import EnforcementPoint as At
from contract.observations import Answer
from contract.verdicts import Verdict
from judges.machines.commands import Command
from judges.machines.model import DATASETS, LABELS, MEDIA, SMALLEST
from judges.machines.steps import Action, Step


class Sign(StrEnum):
    """What kind of thing was seen."""

    REFUSED = "what is legal is refused"
    ACCEPTED = "what passes a limit is accepted"
    CRASHED = "an answer that is an error of the server"
    ALTERED = "it is not as it was left"
    APPEARED = "something is there that was not made"
    STILL_THERE = "what was deleted is still there"
    MISCOUNTED = "a count is another"


class Aspect(StrEnum):
    """What of a project it concerns."""

    PROJECT = "project"
    DATASET = "dataset"
    LABELS = "labels"
    MEDIA = "media"
    ANNOTATIONS = "annotations"


@dataclass(frozen=True, slots=True)
class Symptom:
    """One thing that was seen; ``words`` says so to people.

    ``project`` and ``subject`` are serial numbers: of the project that it concerns, and of the entity, 0 for none.
    ``limit`` is the limit that a refusal speaks of, or should. ``deleted`` is what kind of entity was deleted.
    ``reading`` is the request that shows it where that is none of the steps, and ``answer`` what it got.
    """

    sign: Sign
    aspect: Aspect
    words: str
    subject: int = 0
    holder: int = 0
    limit: str = ""
    deleted: str = ""
    reading: Command | None = None
    answer: Answer | None = None

    @property
    def key(self) -> tuple[str, ...]:
        """What two symptoms of one cause have in common, whichever entities show them."""
        return (self.sign, self.aspect, self.limit, self.deleted)


CHANGES: Final = "lifecycle.changes"
DELETIONS: Final = "lifecycle.deletions"
UNTOUCHED: Final = "lifecycle.untouched"
REFUSALS: Final = "lifecycle.refusals"
COUNTS: Final = "lifecycle.counts"
ACCEPTANCE: Final = "lifecycle.acceptance"
SENTENCES: Final = {
    CHANGES: "what was created, uploaded or changed shows as it was sent, also after many other requests",
    DELETIONS: "what was deleted is gone: from readings, listings, displays, thumbnails and annotations",
    UNTOUCHED: "what a request does not name is as it was",
    REFUSALS: "a refusal changes nothing",
    COUNTS: "the counts of a project are those of what was made and deleted in it",
    ACCEPTANCE: "what is legal is accepted, whatever was done before",
}
# The deepest entity that a deletion can be of, by which its requirement is named.
DELETED: Final = ("project", "dataset", "medium", "label")
COUNTED: Final = (Aspect.DATASET, Aspect.LABELS, Aspect.MEDIA)
# Where the limits that sequences meet are enforced.
POINTS: Final = {
    DATASETS: At.DATASET_CREATION,
    MEDIA: At.IMAGE_UPLOAD,
    LABELS: At.LABEL_MANAGEMENT,
    SMALLEST: At.IMAGE_UPLOAD,
}
# What must be done at least once for a requirement to be judged: one of these, by its scope or its subject.
NEEDED: Final[dict[str, tuple[Action, ...]]] = {
    Aspect.PROJECT: (Action.RENAME_PROJECT,),
    Aspect.DATASET: (Action.CREATE_DATASET, Action.RENAME_DATASET),
    Aspect.LABELS: (Action.ADD_LABEL, Action.RENAME_LABEL, Action.DELETE_LABEL),
    Aspect.MEDIA: (Action.UPLOAD_IMAGE, Action.UPLOAD_VIDEO, Action.IMPORT),
    Aspect.ANNOTATIONS: (Action.ANNOTATE,),
    f"{DELETIONS}@project": (Action.DELETE_PROJECT,),
    f"{DELETIONS}@dataset": (Action.DELETE_DATASET,),
    f"{DELETIONS}@medium": (Action.DELETE_MEDIUM,),
    f"{DELETIONS}@label": (Action.DELETE_LABEL,),
    REFUSALS: (Action.UPLOAD_SMALL, Action.CROWD_LABELS),
    ACCEPTANCE: (Action.CREATE_PROJECT,),
    DATASETS: (Action.CREATE_DATASET,),
    MEDIA: (Action.UPLOAD_IMAGE,),
    LABELS: (Action.ADD_LABEL,),
    SMALLEST: (Action.UPLOAD_SMALL,),
}


def needed_for(requirement: Requirement) -> tuple[Action, ...]:
    """The actions of which one must have been done for a requirement to be judged."""
    return next(NEEDED[key] for key in (requirement.id, requirement.subject, requirement.scope) if key in NEEDED)


_ASPECT_OF: Final = {
    **dict.fromkeys((Action.CREATE_PROJECT, Action.RENAME_PROJECT), Aspect.PROJECT),
    **dict.fromkeys((Action.CREATE_DATASET, Action.RENAME_DATASET, Action.FILL_DATASETS), Aspect.DATASET),
    **dict.fromkeys((Action.ADD_LABEL, Action.RENAME_LABEL, Action.FILL_LABELS, Action.DELETE_LABEL), Aspect.LABELS),
    **dict.fromkeys((Action.UPLOAD_IMAGE, Action.UPLOAD_VIDEO, Action.IMPORT), Aspect.MEDIA),
    Action.ANNOTATE: Aspect.ANNOTATIONS,
}


def broken_by(symptom: Symptom, steps: Sequence[Step], *, refused: bool) -> tuple[Requirement, Verdict]:
    """The requirement that a symptom breaks, and the verdict; ``refused`` says whether the last step was refused.

    The last of a shortest sequence is what brings a symptom about: without it there is none.
    """
    last = steps[-1]
    match symptom.sign:
        case Sign.CRASHED:
            return Requirement(ACCEPTANCE), Verdict.CRASHED
        case Sign.REFUSED if symptom.limit in POINTS:
            return Requirement(symptom.limit, POINTS[symptom.limit]), Verdict.OVER_ENFORCED
        case Sign.REFUSED:
            return Requirement(ACCEPTANCE), Verdict.OVER_ENFORCED
        case Sign.ACCEPTED:
            return Requirement(symptom.limit, POINTS[symptom.limit]), Verdict.NOT_ENFORCED
        case Sign.STILL_THERE:
            return Requirement(DELETIONS, symptom.deleted), Verdict.UNCLEAN
        case _ if refused:
            return Requirement(REFUSALS), Verdict.UNCLEAN
        case Sign.MISCOUNTED:
            return Requirement(COUNTS, symptom.aspect), Verdict.UNCLEAN
    subject = CHANGES if _is_of(symptom, last) else UNTOUCHED
    return Requirement(subject, symptom.aspect), Verdict.UNCLEAN


def _is_of(symptom: Symptom, step: Step) -> bool:
    """Whether a step should have brought about what a symptom is seen of."""
    if _ASPECT_OF.get(step.action) is not symptom.aspect:
        return False
    if symptom.sign is Sign.APPEARED:
        return symptom.holder in (step.on, step.made)
    return symptom.subject in (step.on, step.made)
