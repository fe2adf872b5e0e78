"""The limits of images at dataset import: those at upload are asked for, and looked for anew where they differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from contract.boundaries import ObservedBoundary
from contract.jobs import import_answer
from contract.limits import Axis, EnforcementPoint, Limit
from contract.observations import Answer
from contract.probes import MEASURES
from contract.profiles import Profile
from contract.survey import Sighting
from deployment.errors import SetupError
from deployment.media import Dataset
from generators.specs import ImageSpec, MediaSpec
from judges.media.axis import MediaAxis, shape_of
from judges.survey.media import MediaSurvey, about_limit, axes_at, last_asked, moved
from judges.survey.oracle import Oracle
from judges.workspace import Workspace

_FOLLOWS: Final = "it follows from what is accepted at upload, which is not known"
_LEFT_OUT: Final = Answer(409, {"error_code": "left_out", "message": "not imported", "http_status": 409})


@dataclass
class ImportSurvey:
    """Looks for the limits of images where they come in an archive, into a project that is made once.

    ``profile`` holds what is found here, and before that what was found at upload. ``answers`` are those to images that
    came in one archive, each of which was taken or left out by itself; ``held`` is what was imported last.
    """

    workspace: Workspace
    media: MediaSurvey
    dataset: Dataset
    control: MediaSpec
    profile: Profile
    answers: dict[MediaSpec, Answer] = field(default_factory=dict)
    held: dict[str, dict[str, Any]] = field(default_factory=dict)

    def sightings(self) -> Iterator[Sighting]:
        """Every limit of images at import, by what was found at upload."""
        known = self.media.found
        self._ask_together(known)
        refusal = None if any(each.accepted for each in self.answers.values()) else self._refused()
        for limit, axis in axes_at("image", EnforcementPoint.DATASET_IMPORT):
            about, found = about_limit(limit, EnforcementPoint.DATASET_IMPORT, axis), known.get((limit.id, axis))
            if refusal is not None or found is None:
                because = f"no image is imported ({refusal.words})" if refusal else _FOLLOWS
                yield replace(about, unknown=because)
                continue
            seen = self._sighting(limit, axis, found, about)
            if seen.value is not None:
                self.profile = replace(self.profile, overrides={**self.profile.overrides, limit.id: seen.value})
                self.control = moved(self.control, axis, seen.value) if limit.sign < 0 else self.control
            yield seen

    def _refused(self) -> Answer | None:
        """What the deployment says to an image that is accepted at upload; None where it imports it."""
        assert isinstance(self.control, ImageSpec)
        answer = self._import([self.control])[self.control]
        return None if answer.accepted else answer

    def _sighting(self, limit: Limit, axis: Axis, known: ObservedBoundary, about: Sighting) -> Sighting:
        media = MediaAxis(axis, self.control, self.profile)

        def ask(value: int) -> Answer | None:
            spec = media.spec(value)
            if not isinstance(spec, ImageSpec):
                return None
            return self.answers[spec] if spec in self.answers else self._import([spec])[spec]

        start = MEASURES[axis](shape_of(media.control))
        furthest = last_asked(limit, media, start)
        if known.refused is None:
            furthest = min(furthest, known.accepted or start) if limit.sign > 0 else known.accepted or start
        return Oracle(ask).sighting(about, start, furthest, known, media.exists)

    def _ask_together(self, known: Mapping[tuple[str, Axis], ObservedBoundary]) -> None:
        """Ask for both sides of each boundary in one archive; one that is taken, or left, whole says nothing."""
        control, specs = self.control, dict[ImageSpec, None]()
        for limit, axis in axes_at("image", EnforcementPoint.DATASET_IMPORT):
            found = known.get((limit.id, axis))
            media = MediaAxis(axis, control, self.workspace.profile)
            for value in (found.accepted, found.refused) if found else ():
                spec = None if value is None else media.spec(value)
                specs |= {spec: None} if isinstance(spec, ImageSpec) else {}
            if limit.sign < 0 and found and found.accepted:
                control = moved(control, axis, found.accepted)
        answers = self._import(list(specs)) if specs else {}
        if len({answer.accepted for answer in answers.values()}) > 1:
            self.answers.update(answers)

    def _import(self, specs: Sequence[ImageSpec]) -> dict[MediaSpec, Answer]:
        """What becomes of each image of an archive; those of the one before are deleted first."""
        importer = self.workspace.importer
        self.dataset.delete_listed(self.held)
        uploaded, file = importer.archive(specs, "coco")
        if file is None or not uploaded.accepted:
            return dict.fromkeys(specs, uploaded)
        done = importer.into_project(file, self.dataset.project, dataset=self.dataset.id)
        answer = import_answer(done.answer, done.state, done.warnings)
        media = self.dataset.listing()
        if (answer.accepted and done.job is None) or media is None:
            return dict.fromkeys(specs, Answer(None, failure="what became of the import could not be read"))
        self.held = media
        there = {str(medium.get("name")) for medium in media.values()}
        out = _LEFT_OUT if answer.accepted else answer
        entered = Answer(200, {})
        return {spec: entered if f"image{number}" in there else out for number, spec in enumerate(specs)}


def imports_sought() -> list[Sighting]:
    """What is looked for."""
    at = EnforcementPoint.DATASET_IMPORT
    return [about_limit(limit, at, axis) for limit, axis in axes_at("image", at)]


def imported(workspace: Workspace, media: MediaSurvey) -> Iterator[Sighting]:
    """The sightings at import, in a project of its own. Raises ``SetupError`` where none can be made."""
    if "image" not in media.first:
        raise SetupError(_FOLLOWS)
    project = workspace.entities.create_project((("detection", 2),), "imports")
    if not project.accepted:
        raise SetupError(f"no project could be created for it ({project.words_with_message})")
    dataset = workspace.entities.dataset(project)
    try:
        yield from ImportSurvey(workspace, media, dataset, media.first["image"], workspace.profile).sightings()
    finally:
        workspace.entities.delete_project(dataset.project)
