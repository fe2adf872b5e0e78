"""How the limit on the training dataset is judged: jobs are accepted, warn, and use no more than the limit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from contract.jobs import TrainingSeen, judge_training, warns_of_the_limit
from contract.limits import AFTER_DELETION, FROM_SCRATCH, EnforcementPoint
from contract.observations import Answer
from contract.openapi import properties, resolved, schema_of
from contract.operations import TRAIN
from contract.probes import Side
from contract.verdicts import Verdict, is_closed
from deployment.entities import annotate
from deployment.jobs import Jobs, state, warnings
from deployment.media import Dataset
from judges.counts.case import CountCase
from judges.counts.media import Media
from judges.counts.probe import UnreachableError
from judges.results import Outcome, not_applicable


@dataclass
class Training(Media):
    """A project whose images are all annotated, and the jobs over them."""

    title = "training"
    jobs: Jobs | None = None
    annotated: set[str] = field(default_factory=set)
    model: tuple[str, str] | None = None

    def adopt(self) -> None:
        """Nothing: a dataset of another process would have to be annotated anew."""

    def judge(self, case: CountCase) -> Outcome:
        """Bring the annotated images to the probe's value, run the job, and see what it used."""
        self.kind, probe = case.kind, case.probe
        if self.kind == FROM_SCRATCH and self._from_scratch() is None:
            return not_applicable("the document declares no field that asks for a training from scratch")
        if self.kind == AFTER_DELETION:
            self._hold(probe.value + 1)
        bound = probe.value - {Side.BELOW: -1, Side.AT: 0, Side.ABOVE: 1}[probe.side]
        seen = self.seen(probe.point, probe.value)
        if probe.side is Side.ABOVE and seen.warnings and not any(map(warns_of_the_limit, seen.warnings)):
            # A job within the limit says whether they speak of it in words of their own, or of something else.
            seen = replace(seen, usual=self.seen(probe.point, bound).warnings)
        judgement = judge_training(probe.expected, seen, bound)
        if self.kind == FROM_SCRATCH and judgement.verdict is Verdict.INCONCLUSIVE and is_closed(seen.answer):
            return not_applicable(f"a training from scratch got {seen.answer.words_with_message}")
        return Outcome(judgement=judgement, answer=seen.answer)

    def seen(self, point: EnforcementPoint, images: int) -> TrainingSeen:
        """What is seen of a job over so many annotated images. Raises ``UnreachableError``."""
        assert self.jobs is not None
        self._hold(images)
        project = self.entities.project_path(self.in_project().body["id"])
        if point is EnforcementPoint.OPTIMIZE:
            if self.model is None:
                self._ended(self.jobs.submit(f"{project}:train", {}))
            if self.model is None:
                raise UnreachableError("no model could be trained to optimize")
            group, model = self.model
            answer = self.jobs.submit(f"{project}/model_groups/{group}/models/{model}:optimize", {})
        else:
            answer = self.jobs.submit(f"{project}:train", self._body(point))
        job = self._ended(answer)
        used = self.entities.client.settling.until(lambda: self._used(job), lambda used: used is not None)
        ended = state(job) if job else None
        return TrainingSeen(answer, ended, tuple(warnings(job or {})), len(self.annotated), used)

    def _body(self, point: EnforcementPoint) -> dict[str, Any]:
        """What the request for a training holds."""
        if point is EnforcementPoint.HPO:
            return {"enable_hyper_parameter_optimization": True}
        return (self._from_scratch() if self.kind == FROM_SCRATCH else None) or {}

    def _from_scratch(self) -> dict[str, Any] | None:
        """The body of a training from scratch, by the document; None where it declares none."""
        document = self.entities.document
        return None if document is None else from_scratch(document, schema_of(document, TRAIN))

    def _hold(self, images: int) -> None:
        """Bring the dataset to so many images, all annotated. Raises ``UnreachableError``."""
        stopped = self._reach(images).stopped
        if stopped is not None:
            raise UnreachableError(f"{images} images could not be uploaded ({stopped.words_with_message})")
        self._annotate()

    def _datasets(self) -> list[Dataset]:
        """The dataset for training alone: what is in another is not trained on."""
        return [self.first_dataset()]

    def _annotate(self) -> None:
        label = self.own_label()
        held = {identifier for _kind, identifier in self.ours}
        self.annotated &= held
        for identifier in sorted(held - self.annotated):
            answer = annotate(self.first_dataset(), identifier, None, label, self._side, self._side)
            if not answer.accepted:
                raise UnreachableError(f"an image could not be annotated ({answer.words_with_message})")
            self.annotated.add(identifier)

    def _ended(self, answer: Answer) -> dict[str, Any] | None:
        assert self.jobs is not None
        job = self.jobs.ended(answer)
        trained = ((job or {}).get("metadata") or {}).get("trained_model") or {}
        if isinstance(trained.get("model_id"), str) and isinstance(trained.get("model_group_id"), str):
            self.model = trained["model_group_id"], trained["model_id"]
            self.entities.client.created.update(self.model)
        return job

    def _used(self, job: dict[str, Any] | None) -> int | None:
        """How many images the revision holds that the job's model was made from."""
        trained = ((job or {}).get("metadata") or {}).get("trained_model") or {}
        if not {"model_group_id", "model_id"} <= trained.keys():
            return None
        path = self.entities.project_path(self.in_project().body["id"])
        client = self.entities.client
        model = client.send("GET", f"{path}/model_groups/{trained['model_group_id']}/models/{trained['model_id']}")
        info = model.fields.get("training_dataset_info")
        if not isinstance(info, dict):
            return None
        revision = f"{self.first_dataset().path}/training_revisions/{info.get('dataset_revision_id')}"
        answer = client.send("POST", f"{revision}/media:query", {}, {"limit": 1})
        return answer.number("total_images")


def from_scratch(document: Mapping[str, Any], schema: Any, depth: int = 4) -> dict[str, Any] | None:
    """A body that sets the boolean which asks for a training from scratch, at most ``depth`` objects deep.

    None where the ``schema`` of the request names none.
    """
    named = {name: resolved(document, inner) for name, inner in properties(document, schema).items()}
    for name, inner in named.items():
        if "scratch" in name.lower() and isinstance(inner, Mapping) and inner.get("type") == "boolean":
            return {name: True}
    for name, inner in named.items() if depth else ():
        within = from_scratch(document, inner, depth - 1)
        if within is not None:
            return {name: within}
    return None
