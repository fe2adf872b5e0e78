"""Accepted media at a limit can be trained on: where a training dies of one, and of a plain one not, is a finding."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from contract.cases import Case, Requirement
from contract.profiles import Profile
from contract.usability import TrainingSeen, judge_trainable
from deployment.jobs import message, state
from deployment.media import Dataset, create_dataset, delete_project
from generators.specs import MediaSpec
from judges.media.boundary_media import boundary_media
from judges.media.held import Held
from judges.media.usability import annotated
from judges.results import Outcome
from judges.workspace import Workspace

# Upload, annotation, the job, some looks at it, deletion.
_REQUESTS: Final = 9
_CITATION: Final = "Geti's documentation of training: what a dataset holds can be trained on"


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingCase(Case):
    """A training over one medium at a limit; ``control`` is a plain one."""

    spec: MediaSpec
    control: MediaSpec


def training_cases(profile: Profile, seed: int) -> tuple[TrainingCase, ...]:
    """Once for each limit of media, and for the largest that are legal."""
    return tuple(_cases(profile, seed))


def _cases(profile: Profile, seed: int) -> Iterator[TrainingCase]:
    seen = set[str]()
    for each in boundary_media(profile, seed):
        if each.limit not in seen:
            seen.add(each.limit)
            yield TrainingCase(
                requirement=Requirement(f"{each.entity}.usability", "training"),
                variant=each.limit,
                title=f"a training over an accepted {each.spec.name}, at {each.limit}",
                group="usability/training",
                seconds=0.3,
                requests=_REQUESTS,
                expected="the job finishes, as over a plain medium",
                citation=_CITATION,
                spec=each.spec,
                control=each.control,
            )


@dataclass
class TrainingJudge:
    """Judges trainings in a project of their own: a job locks its project."""

    workspace: Workspace
    controls: dict[MediaSpec, TrainingSeen] = field(default_factory=dict)

    @cached_property
    def dataset(self) -> Dataset:
        """The dataset for training of the project. Raises ``SetupError`` where none can be created."""
        return create_dataset(self.workspace.client, self.workspace.discovery, f"{self.workspace.prefix}-usability")

    def judge(self, case: TrainingCase) -> Outcome:
        """What the training over one medium comes to."""
        if case.control not in self.controls:
            self.controls[case.control] = self._train(case.control)
        seen = self._train(case.spec)
        judgement = judge_trainable(self.controls[case.control], seen)
        return Outcome(judgement=judgement, answer=seen.answer, sent={"file": case.spec.name})

    def release(self, following: Case | None) -> None:
        """Delete the project once no case needs it."""
        if not isinstance(following, TrainingCase) and "dataset" in self.__dict__:
            delete_project(self.dataset)
            del self.dataset
            self.controls.clear()

    def _train(self, spec: MediaSpec) -> TrainingSeen:
        """Upload, annotate and train; the medium is deleted, so that the next training is over the next one alone."""
        held = Held.uploaded_to(self.dataset, spec)
        if not held.uploaded.accepted:
            return TrainingSeen("the upload", held.uploaded)
        jobs = self.workspace.importer.jobs
        try:
            answer = annotated(held)
            if not answer.accepted:
                return TrainingSeen("its annotation", answer)
            answer = jobs.submit(f"{self.dataset.project_path}:train", {})
            job = jobs.ended(answer)
            return TrainingSeen("the training", answer, state(job) if job else None, message(job or {}))
        finally:
            held.delete()
