"""What counts the entities of a limit at an enforcement point: one entry for each pair that can be judged."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Final

from contract.limits import Counted, Limit
from contract.limits import EnforcementPoint as At
from contract.probes import boundary_value
from judges.counts.case import CountCase
from judges.counts.entities import Datasets
from judges.counts.filling import Watch
from judges.counts.imports import ImportedDatasets, ImportedMedia, ImportedProjects, labels_at_import
from judges.counts.probe import CountProbe
from judges.counts.projects import Projects
from judges.counts.single_request import SingleRequestProbe, labels_at_creation, labels_at_edit, tasks_at_creation
from judges.counts.training import Training
from judges.counts.versions import Versions
from judges.workspace import Workspace

Maker = Callable[[Workspace, Watch, CountCase], CountProbe]


def _media(workspace: Workspace, watch: Watch, _case: CountCase) -> CountProbe:
    return ImportedMedia(workspace.entities, watch, profile=workspace.profile, importer=workspace.importer)


def _versions(workspace: Workspace, watch: Watch, case: CountCase) -> CountProbe:
    frame = 0 if case.probe.point is At.FRAME_ANNOTATION else None
    return Versions(workspace.entities, watch, profile=workspace.profile, frame=frame)


def _training(workspace: Workspace, watch: Watch, _case: CountCase) -> CountProbe:
    return Training(workspace.entities, watch, profile=workspace.profile, jobs=workspace.importer.jobs)


def _with_room(workspace: Workspace, probe: SingleRequestProbe) -> SingleRequestProbe:
    """The probe, which asks whether the organization may hold one project more."""

    def has_room() -> bool:
        most, held = workspace.profile.value("organization.projects.max"), workspace.entities.count_projects()
        return held is not None and (most is None or held < most)

    return replace(probe, has_room=has_room)


MAKERS: Final[dict[tuple[Counted, At], Maker]] = {
    (Counted.PROJECTS, At.PROJECT_CREATION): lambda ws, watch, _case: Projects(ws.entities, watch),
    (Counted.PROJECTS, At.IMPORT_NEW_PROJECT): lambda ws, watch, _case: ImportedProjects(
        ws.entities, watch, importer=ws.importer, profile=ws.profile
    ),
    (Counted.LABELS, At.PROJECT_CREATION): lambda ws, _watch, case: _with_room(
        ws, labels_at_creation(ws.entities, case.kind)
    ),
    (Counted.LABELS, At.LABEL_MANAGEMENT): lambda ws, _watch, case: _with_room(
        ws, labels_at_edit(ws.entities, case.kind, boundary_value(case.probe.limit, ws.profile))
    ),
    (Counted.LABELS, At.IMPORT_NEW_PROJECT): lambda ws, _watch, _case: _with_room(
        ws, labels_at_import(ws.entities, ws.importer, ws.profile)
    ),
    (Counted.TASKS, At.PROJECT_CREATION): lambda ws, _watch, case: _with_room(
        ws, tasks_at_creation(ws.entities, case.kind)
    ),
    (Counted.DATASETS, At.DATASET_CREATION): lambda ws, watch, _case: Datasets(ws.entities, watch, profile=ws.profile),
    (Counted.DATASETS, At.IMPORT_NEW_DATASET): lambda ws, watch, _case: ImportedDatasets(
        ws.entities, watch, profile=ws.profile, importer=ws.importer
    ),
    **dict.fromkeys(((Counted.MEDIA, at) for at in (At.IMAGE_UPLOAD, At.VIDEO_UPLOAD, At.DATASET_IMPORT)), _media),
    **dict.fromkeys(
        ((Counted.ANNOTATION_VERSIONS, at) for at in (At.IMAGE_ANNOTATION, At.FRAME_ANNOTATION)), _versions
    ),
    **dict.fromkeys(((Counted.TRAINING_IMAGES, at) for at in (At.TRAINING, At.OPTIMIZE, At.HPO)), _training),
}


def maker_of(limit: Limit, point: At) -> Maker:
    """What makes that which counts for a limit. Raises ``LookupError`` where nothing does: it names what to add."""
    counted = limit.counts.of
    if (counted, point) not in MAKERS:
        raise LookupError(f"{limit.id}: nothing counts {counted} at {point}; add a maker to MAKERS in {__name__}")
    return MAKERS[counted, point]


def probe_for(workspace: Workspace, case: CountCase) -> CountProbe:
    """What counts the entities of a case's limit, with what an earlier process of the run filled."""
    limit = case.probe.limit

    def watch(done: int, total: int) -> AbstractContextManager[Callable[[int], None]]:
        return workspace.watch(f"filling for {limit.id}", done, total)

    probe = maker_of(limit, case.probe.point)(workspace, watch, case)
    probe.adopt()
    return probe
