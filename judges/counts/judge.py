"""How one case of a limit on a count is judged."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace

from contract.boundaries import ObservedBoundary
from contract.jobs import judge_import
from contract.limits import EnforcementPoint
from contract.observations import Answer
from contract.operations import API, AT_POINT
from contract.probes import Probe
from contract.profiles import Profile
from contract.races import RACERS, judge_race
from contract.results import Result
from contract.verdicts import Judgement, Verdict, judge
from deployment.client import curl
from deployment.entities import Entities
from judges.counts.cases import SEVERAL, CountCase
from judges.counts.entities import FILLS, Datasets, Projects, Versions
from judges.counts.imports import ImportedDatasets, ImportedMedia, ImportedProjects, labels_at_import
from judges.counts.incremental import IncrementalProbe
from judges.counts.media import Media
from judges.counts.probe import CountProbe, UnreachableError
from judges.counts.single_request import labels_at_creation, labels_at_edit, tasks_at_creation
from judges.counts.training import Training
from judges.imports.importer import Importer
from judges.results import unjudged

_AT = EnforcementPoint


@dataclass(slots=True)
class CountJudge:
    """Judges the cases of limits on counts; holds one subject at a time, so that fills do not add up.

    Where it ``keeps_unfinished``, a fill that was cut short is not deleted; ``kept`` says that there is one.
    """

    entities: Entities
    importer: Importer
    profile: Profile
    watch: Callable[[str, int, int], AbstractContextManager[Callable[[int], None]]]
    keeps_unfinished: bool = False
    kept: bool = False
    _key: str = ""
    _subject: CountProbe | None = field(default=None)

    def judge(self, case: CountCase) -> Result:
        """The result of one case."""
        started = time.time()
        base = unjudged(
            case.id, case.probe, self.profile, _title(case), {case.probe.limit.unit: case.probe.value}, started
        )
        if case.unjudged:
            return replace(base, verdict=Verdict.NOT_APPLICABLE, reason=case.unjudged)
        client = self.entities.client
        del client.exchanges[:]
        answer: Answer | None = None
        boundary: ObservedBoundary | None = None
        try:
            subject = self._held(case.probe, case.variant)
            if isinstance(subject, Training):
                verdict, answer = subject.judge(case.probe)
            elif case.race:
                assert isinstance(subject, IncrementalProbe)
                answers, before, after = subject.race(case.probe.value)
                verdict = judge_race(case.probe.expected, answers, before, after)
                answer = next((one for one in answers if not one.accepted), answers[0])
            elif case.variant == SEVERAL:
                assert isinstance(subject, ImportedMedia)
                imported = subject.two_for_one_place(case.probe.value)
                answer, verdict = imported.answer, judge_import(case.probe.expected, imported)
            else:
                seen = subject.observe(case.probe.value)
                answer, verdict = seen.answer, judge(case.probe.expected, seen)
                if verdict.verdict in (Verdict.NOT_ENFORCED, Verdict.OVER_ENFORCED):
                    boundary = subject.boundary(case.probe.value, accepted=seen.answer.accepted)
        except UnreachableError as error:
            verdict = Judgement(Verdict.INCONCLUSIVE, str(error))
        operation = AT_POINT[case.probe.point]
        exchanges = tuple(client.exchanges[-8:])
        del client.exchanges[:]
        return replace(
            base,
            verdict=verdict.verdict,
            reason=verdict.reason,
            status=answer.status if answer else None,
            error_code=answer.error_code if answer else None,
            observed_boundary=boundary.accepted if boundary else None,
            boundary=boundary.words if boundary else None,
            search=boundary.asked if boundary else (),
            curl=curl(operation.method, f"{client.base}{API}{self.entities.discovery.root}{operation.placeholder}"),
            exchanges=exchanges if verdict.broken else (),
            elapsed_s=time.time() - started,
        )

    def release(self, *, interrupted: bool = False) -> None:
        """Delete what the subject in hand has created, unless a later process is to go on with it."""
        subject = self._subject
        if subject is not None:
            if self.keeps_unfinished and isinstance(subject, IncrementalProbe) and (interrupted or subject.unfinished):
                self.kept = True
            else:
                subject.release()
            self._subject = None
            self._key = ""

    def _held(self, probe: Probe, variant: str) -> CountProbe:
        key = f"{probe.requirement}/{'' if variant == 'race' else variant}"
        if probe.limit.id in ("project.media.max", "training.dataset-size.max"):
            key = probe.limit.id  # one fill serves all points: filling it for each would take 100,000 uploads more
        if key != self._key or self._subject is None:
            self.release()
            self._subject, self._key = self._made(probe, variant), key
            if isinstance(self._subject, IncrementalProbe):
                self._subject.adopt()
        if isinstance(self._subject, ImportedMedia):
            self._subject.by = probe.point
        return self._subject

    def _made(self, probe: Probe, variant: str) -> CountProbe:
        entities, limit, point = self.entities, probe.limit.id, probe.point

        def watch(done: int, total: int) -> AbstractContextManager[Callable[[int], None]]:
            return self.watch(f"filling for {limit}", done, total)

        if limit == "organization.projects.max" and point is _AT.IMPORT_NEW_PROJECT:
            return ImportedProjects(entities, watch, importer=self.importer, profile=self.profile)
        if limit == "organization.projects.max":
            return Projects(entities, watch)
        if limit == "project.labels.max" and point is _AT.IMPORT_NEW_PROJECT:
            return labels_at_import(entities, self.importer, self.profile)
        if limit == "project.labels.max":
            return labels_at_creation(entities, variant) if point is _AT.PROJECT_CREATION else labels_at_edit(entities)
        if limit == "project.tasks.max":
            return tasks_at_creation(entities, variant)
        if limit == "project.datasets.max" and point is _AT.IMPORT_NEW_DATASET:
            return ImportedDatasets(entities, watch, profile=self.profile, importer=self.importer)
        if limit == "project.datasets.max":
            return Datasets(entities, watch, profile=self.profile)
        if limit == "project.media.max":
            return ImportedMedia(entities, watch, profile=self.profile, importer=self.importer)
        if limit == "training.dataset-size.max":
            return Training(entities, watch, profile=self.profile, jobs=self.importer.jobs)
        frame = 0 if point is _AT.FRAME_ANNOTATION else None
        return Versions(entities, watch, profile=self.profile, frame=frame)


def resumable(title: str) -> bool:
    """Whether a project of this title, without the run's prefix, is one that a later process can go on filling."""
    return title.startswith(FILLS) or title in (Datasets.title, Media.title)


def _title(case: CountCase) -> str:
    probe = case.probe
    if case.race:
        return f": {RACERS} at once for place {probe.value - 1:,}"
    return f": {probe.value:,} {probe.limit.unit}{f' ({case.variant})' if case.variant else ''}"
