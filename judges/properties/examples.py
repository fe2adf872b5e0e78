"""One example of a property: judged as any other medium at upload or at import is, by the route that it comes by."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final

from contract.limits import EnforcementPoint
from contract.observations import Answer
from contract.probes import Shape, control_shape, expected_of
from contract.profiles import Profile
from contract.verdicts import Expected, Verdict, is_closed
from deployment.curl import curl
from deployment.media import Dataset
from generators.artefacts import Artefact
from generators.specs import ImageSpec, VideoSpec
from generators.submissions import Arrival, Submission
from judges.imports.judge import ImportJudge
from judges.media.cases import reshaped
from judges.media.judge import MediaJudge
from judges.results import Outcome, not_applicable
from judges.uploads.route_uploads import RouteUploads
from judges.workspace import Workspace

_NAME_LENGTH: Final = {"first": 0, "second": 16}
_LABELS: Final = {"none": None, "empty": False, "label": True}
# How many media the dataset holds before: the example is the next one.
_HELD: Final = {"tenth": 9}


@dataclass(slots=True)
class ExampleJudge:
    """Judges submissions one after the other; what they share, datasets and controls, is made once."""

    workspace: Workspace
    point: EnforcementPoint
    imports: ImportJudge = field(init=False)
    uploads: RouteUploads = field(init=False)
    _media: dict[Arrival, MediaJudge] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.imports, self.uploads = ImportJudge(self.workspace), RouteUploads(self.workspace)

    @property
    def profile(self) -> Profile:
        """What holds at the enforcement point: a profile may set a limit for one place alone."""
        return self.workspace.profile.at(self.point)

    def expected(self, submission: Submission) -> Expected:
        """What the profile promises of a submission."""
        spec, shape = submission.spec, submission.shape
        entity = "image" if isinstance(spec, ImageSpec) else "video"
        rate = spec.fps if isinstance(spec, VideoSpec) else 0
        return expected_of(entity, replace(shape, rate=rate), self.profile)

    def judge(self, submission: Submission) -> Outcome:
        """What one submission comes to; not applicable where nothing of its kind is taken at all."""
        spec, arrival, expected = submission.spec, submission.arrival, self.expected(submission)
        if expected is Expected.NOTHING:
            return not_applicable("the profile promises nothing of it")
        inside = reshaped(spec, self._control_shape(submission))
        if self.point is EnforcementPoint.DATASET_IMPORT:
            assert isinstance(spec, ImageSpec)
            assert isinstance(inside, ImageSpec)
            return self.imports.judge_drawn(spec, inside, expected, arrival)
        dataset = self._dataset(arrival)
        if isinstance(dataset, Answer):
            return not_applicable(f"there is no such dataset: its creation was answered {dataset.words_with_message}")
        media = self._media.setdefault(
            arrival, MediaJudge(self.workspace, place=partial(self._place, arrival), post=partial(self._post, arrival))
        )
        outcome = media.judge_file(spec, inside, expected)
        control = media.answers.get(inside)
        if outcome.judgement.verdict is Verdict.INCONCLUSIVE and control is not None and is_closed(control):
            return not_applicable(f"nothing of its kind is taken: the control got {control.words_with_message}")
        name = arrival.file_name(spec.format)
        return replace(outcome, sent={**outcome.sent, "name": name}, curl=curl("POST", media.url(spec), name))

    def remove(self) -> None:
        """Delete what was made for some examples alone."""
        self.uploads.remove()

    def _control_shape(self, submission: Submission) -> Shape:
        """The control: as long as the others, and at the rate of its example."""
        return replace(control_shape(self.profile, video=isinstance(submission.spec, VideoSpec)), rate=0)

    def _dataset(self, arrival: Arrival) -> Dataset | Answer:
        return self.uploads.dataset(_NAME_LENGTH[arrival.dataset], held=_HELD.get(arrival.moment, 0))

    def _place(self, arrival: Arrival) -> Dataset:
        dataset = self._dataset(arrival)
        return dataset if isinstance(dataset, Dataset) else self.workspace.dataset

    def _post(self, arrival: Arrival, dataset: Dataset, artefact: Artefact) -> Answer:
        if arrival.moment == "after-deletion":
            self.uploads.make_room(dataset)
        name = arrival.file_name(artefact.spec.format)
        return self.uploads.upload(artefact, dataset, name, artefact.media_type, labels=_LABELS[arrival.info])
