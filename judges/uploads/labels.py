"""Labels that are named at an upload: those of an image, and of one frame a second of a video."""

from __future__ import annotations

from collections.abc import Sequence, Sized
from dataclasses import dataclass
from typing import Final

from contract.cases import Case, Requirement
from contract.limits import EnforcementPoint
from contract.observations import Answer
from contract.operations import READ_PROJECT
from contract.probes import comfortable_side, control_shape
from contract.profiles import Profile
from contract.verdicts import Judgement, Verdict, crashed_or_inconclusive, is_closed
from deployment.bodies import objects, project_labels
from deployment.curl import curl
from deployment.entities import annotations_path
from deployment.media import Dataset
from generators.artefacts import make
from generators.specs import ImageSpec, MediaSpec, VideoSpec
from judges.media.held import Held
from judges.results import Outcome, inconclusive, not_applicable
from judges.upload import kind_of, settled, upload_labelled
from judges.workspace import Workspace

_SECONDS: Final = 2
# Frames a second: as few as tell one of them from each of them.
_RATE: Final = 3
# The project, the upload, the medium, and its annotations.
_REQUESTS: Final = 4
_CITATION: Final = "Geti's REST documentation, upload_info of an image and of a video"


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledCase(Case):
    """One medium that is uploaded with a label."""

    spec: MediaSpec

    @property
    def strand(self) -> str:
        """Each has a medium of its own."""
        return self.id


def labelled_cases(profile: Profile, seed: int) -> tuple[LabelledCase, ...]:
    """An image, and a video of two seconds."""
    side, rate = comfortable_side(profile), max(_RATE, control_shape(profile, video=True).rate)
    image = ImageSpec(side, side, "png", "L", "noise", seed)
    video = VideoSpec(side, side, _SECONDS * rate, rate, "mp4", seed=seed)
    return (
        _case(EnforcementPoint.IMAGE_UPLOAD, image, _REQUESTS),
        _case(EnforcementPoint.VIDEO_UPLOAD, video, _REQUESTS + video.frames),
    )


def _case(point: EnforcementPoint, spec: MediaSpec, requests: int) -> LabelledCase:
    return LabelledCase(
        requirement=Requirement("upload-labels", point.value),
        title=f"the label that {point.words} names, of {spec.name}",
        expected="accepted, and annotated with it",
        citation=_CITATION,
        requests=requests,
        spec=spec,
    )


@dataclass(slots=True)
class LabelledJudge:
    """Judges what becomes of the labels of an upload."""

    workspace: Workspace

    def judge(self, case: LabelledCase) -> Outcome:
        """What one upload with a label comes to; where such uploads are refused, nothing is promised."""
        self.workspace.make_room()
        dataset = self.workspace.dataset
        label = self._last_label(dataset)
        if label is None:
            return inconclusive("the project shows no label")
        artefact = make(case.spec)
        held = Held(dataset, artefact, upload_labelled(dataset, artefact, [label]))
        answer = held.uploaded
        unjudged = crashed_or_inconclusive(answer)
        if unjudged is None and is_closed(answer):
            return not_applicable(f"no label can be named at an upload: it got {answer.words_with_message}")
        judgement = unjudged or self._judged(case.spec, held, label)
        held.leave_to(self.workspace)
        url = f"{dataset.client.base}/api/v1{dataset.path}/media/{kind_of(case.spec)}"
        sent = {"name": case.spec.name, "upload_info": {"label_ids": [label]}}
        return Outcome(judgement=judgement, answer=answer, sent=sent, curl=curl("POST", url, case.spec.name))

    def release(self, following: Case | None) -> None:
        """What was uploaded goes with its project."""

    def _last_label(self, dataset: Dataset) -> str | None:
        """The last of several: a deployment may take the first one for whichever was named."""
        project = dataset.client.call(READ_PROJECT, dataset.project).fields
        named = [label["id"] for label in project_labels(project) if not label.get("is_empty")]
        return str(named[-1]) if named else None

    def _judged(self, spec: MediaSpec, held: Held, label: str) -> Judgement:
        if not held.uploaded.accepted:
            return Judgement(Verdict.OVER_ENFORCED, f"refused with {held.uploaded.words_with_message}")
        if not held.identifier or settled(held.dataset, held.path) is None:
            return Judgement(Verdict.INCONCLUSIVE, "the answer names no medium, or it was not read within a minute")
        if isinstance(spec, ImageSpec):
            return self._read(held, [(None,)], label)
        seconds = [tuple(range(first, first + spec.fps)) for first in range(0, spec.frames, spec.fps)]
        return self._read(held, seconds, label)

    def _read(self, held: Held, parts: Sequence[tuple[int | None, ...]], label: str) -> Judgement:
        """Whether one frame of each part alone is annotated, and with the label alone; an image is one frame."""
        judged = (self._part(held, frames, label) for frames in parts)
        wrong = next((each for each in judged if each is not None), None)
        return wrong or Judgement(Verdict.KEPT, "accepted, and annotated with the label")

    def _part(self, held: Held, frames: Sequence[int | None], label: str) -> Judgement | None:
        """What is wrong with the annotations of some frames, of which one has the label; None where nothing is."""
        labels = self.workspace.client.settling.until(
            lambda: [self._labels(held, frame) for frame in frames],
            lambda labels: [each for each in labels if each] == [[label]],
        )
        for each in labels:
            if isinstance(each, Answer):
                unjudged = crashed_or_inconclusive(each, subject="reading the annotations")
                return unjudged or Judgement(Verdict.UNCLEAN, f"the annotations read back as {each.words}")
        annotated = [each for each in labels if isinstance(each, list) and each]
        return None if annotated == [[label]] else Judgement(Verdict.UNCLEAN, _words(annotated, len(frames)))

    def _labels(self, held: Held, frame: int | None) -> list[str] | Answer:
        """The labels of the latest annotations of an image or a frame, or an answer that shows none."""
        path = f"{annotations_path(held.dataset, held.identifier, frame)}/latest"
        answer = self.workspace.client.send("GET", path)
        if not answer.accepted:
            return answer
        shown = objects(answer.fields, "annotations")
        return [str(label.get("id")) for annotation in shown for label in objects(annotation, "labels")]


def _words(annotated: Sequence[Sized], frames: int) -> str:
    """What is wrong with the labels of those ``frames`` that are annotated, of a second; an image is one frame."""
    if not annotated:
        of_video = f"none of the {frames} frames of a second has the label"
        return of_video if frames > 1 else "the label of the upload is lost"
    if len(annotated) > 1:
        return f"{len(annotated)} of the {frames} frames of a second are annotated, one is documented"
    (labels,) = annotated
    return f"annotated with {len(labels)} labels, one was named" if len(labels) > 1 else "annotated with another label"
