"""Organization, projects, labels and datasets."""

from __future__ import annotations

import itertools
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query

from contract.limits import EnforcementPoint
from reference.context import (
    DATASET,
    LIMITED,
    PROJECT,
    REFUSALS,
    WORKSPACE,
    Context,
    Dataset,
    Here,
    Organization,
    Own,
    Project,
)
from reference.context import Workspace as InWorkspace
from reference.errors import ApiError
from reference.pipelines import check_chain, checked_tasks, edited, trainable, with_ids
from reference.requests import EditedProject, NewDataset, NewPipeline, NewProject
from reference.store import Document, now

router = APIRouter()


@router.get("/api/v1/personal_access_tokens/organization", responses=REFUSALS, operation_id="token_organization")
def token_organization(own: Own) -> Document:
    """The organization that the key opens."""
    return {"organizationId": own}


@router.get("/api/v1/organizations/{organization}/workspaces", responses=REFUSALS, operation_id="list_workspaces")
def list_workspaces(organization: Organization, here: Here) -> Document:
    """The organization's only workspace."""
    return {"workspaces": [{"id": here.keys.workspace, "name": "Default", "organizationId": organization}]}


@router.get("/api/v1/organizations/{organization}/balance", responses=REFUSALS, operation_id="balance")
def balance(_organization: Organization) -> Document:
    """What is left to spend: the embedded deployment takes no money."""
    return {"incoming": 0, "available": 0, "blocked": 0}


@router.get("/api/v1/product_info", responses=REFUSALS, operation_id="product_info")
def product_info(_own: Own, here: Here) -> Document:
    """Version and environment."""
    environment = "on-prem" if here.behaviour.profile.name == "on-prem" else "saas"
    return {"product-version": "2.0.0", "build-version": "2.0.0", "environment": environment, "gpu-provider": "none"}


@router.post(WORKSPACE + "/projects", status_code=201, responses=LIMITED, operation_id="create_project")
def create_project(body: NewProject, workspace: InWorkspace, here: Here) -> Document:
    """Create a project; the first dataset comes with it."""
    return new_project(here, workspace, body.name, body.pipeline, EnforcementPoint.PROJECT_CREATION)


def new_project(
    here: Context, workspace: str, name: str, pipeline: NewPipeline, at: EnforcementPoint, identifier: str = ""
) -> Document:
    """A new project held against every limit of its creation. Raises ``ApiError``."""
    hold = partial(_hold, here, at)
    tasks = checked_tasks(pipeline, hold)
    if not trainable(tasks):
        raise ApiError(400, "bad_request", "A project has at least one task that can be trained.")
    if at is EnforcementPoint.PROJECT_CREATION:
        here.behaviour.check("project.tasks.max", at, here.behaviour.count_tasks(tasks))
        check_chain(tasks, hold)
    late = here.behaviour.admit("project.labels.max", at, here.behaviour.count_labels(tasks))
    dataset = _dataset(here, "Dataset", for_training=True)
    tasks = with_ids(tasks, here.store)
    edges = [{"from": one["id"], "to": two["id"]} for one, two in itertools.pairwise(tasks)]
    project: Document = {
        "id": identifier or here.store.new_id(),
        "name": name,
        "creation_time": now(),
        "creator_id": "user",
        "datasets": [dataset],
        "pipeline": {"connections": edges, "tasks": tasks},
        "is_empty": False,
        "performance": {"score": None},
        "storage_info": {},
    }
    with here.behaviour.admitting(here.store, "organization.projects.max", at, workspace, "project"):
        here.store.put("project", project["id"], workspace, project)
        here.store.put("dataset", dataset["id"], project["id"], dataset)
    if late is not None:
        raise late
    return project


def _hold(here: Context, at: EnforcementPoint, constraint_id: str, value: float | str) -> None:
    here.behaviour.hold(constraint_id, at.value, value)


@router.get(WORKSPACE + "/projects", responses=REFUSALS, operation_id="list_projects")
def list_projects(
    workspace: InWorkspace,
    here: Here,
    limit: Annotated[int, Query(ge=1, json_schema_extra={"maximum": 100})] = 20,
    skip: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0,
) -> Document:
    """One page of projects."""
    here.behaviour.hold("list.limit", "project-listing", limit)
    shown = here.behaviour.page(here.store, workspace, "project", limit, skip=skip).shown
    return {
        "projects": shown,
        "project_counts": here.store.count(workspace, "project"),
        "project_page_count": len(shown),
    }


@router.get(WORKSPACE + "/projects_names", responses=REFUSALS, operation_id="list_project_names")
def list_project_names(workspace: InWorkspace, here: Here) -> Document:
    """The names of all projects."""
    return {"projects": [{"id": p["id"], "name": p["name"]} for p in here.store.list(workspace, "project")]}


@router.get(PROJECT, responses=REFUSALS, operation_id="read_project")
def read_project(project: Project, here: Here) -> Document:
    """One project with its datasets as they are now."""
    return {**project, "datasets": here.store.list(project["id"], "dataset")}


@router.get(PROJECT + "/status", responses=REFUSALS, operation_id="project_status")
def project_status(project: Project) -> Document:
    """Whether the project is ready."""
    idle = {"message": "Idle", "progress": -1, "time_remaining": -1}
    return {
        "is_training": False,
        "n_required_annotations": 0,
        "n_running_jobs": 0,
        "status": idle,
        "project_performance": project["performance"],
        "tasks": [],
    }


@router.put(PROJECT, responses=LIMITED, operation_id="edit_project")
def edit_project(project: Project, here: Here, body: EditedProject) -> Document:
    """Rename, and manage labels: the whole pipeline comes, new labels have no id."""
    tasks = edited(project["pipeline"]["tasks"], body.pipeline, here.store)
    labels = here.behaviour.count_labels(tasks)
    late = here.behaviour.admit("project.labels.max", EnforcementPoint.LABEL_MANAGEMENT, labels)
    project = {**project, "name": body.name, "pipeline": {**project["pipeline"], "tasks": tasks}}
    here.behaviour.edit(here.store, "project", project["id"], here.keys.workspace, project)
    if late is not None:
        raise late
    return read_project(project, here)


@router.delete(PROJECT, responses=REFUSALS, operation_id="delete_project")
def delete_project(project: Project, here: Here) -> Document:
    """Delete a project with all it holds."""
    here.behaviour.remove(here.store, "project", project["id"])
    return {"result": "success"}


@router.get(PROJECT + "/datasets", responses=REFUSALS, operation_id="list_datasets")
def list_datasets(project: Project, here: Here) -> Document:
    """All datasets of a project."""
    return {"datasets": here.store.list(project["id"], "dataset")}


@router.post(PROJECT + "/datasets", status_code=201, responses=LIMITED, operation_id="create_dataset")
def create_dataset(body: NewDataset, project: Project, here: Here) -> Document:
    """Create a dataset beside the one for training."""
    return new_dataset(here, project, body.name, EnforcementPoint.DATASET_CREATION)


def new_dataset(here: Context, project: Document, name: str, at: EnforcementPoint) -> Document:
    """A new dataset, held against the limit. Raises ``ApiError``."""
    here.behaviour.hold("dataset.name.min", at.value, len(name))
    dataset = _dataset(here, name, for_training=False)
    with here.behaviour.admitting(here.store, "project.datasets.max", at, project["id"], "dataset"):
        here.store.put("dataset", dataset["id"], project["id"], dataset)
    return dataset


def _dataset(here: Context, name: str, *, for_training: bool) -> Document:
    return {"id": here.store.new_id(), "name": name, "use_for_training": for_training, "creation_time": now()}


@router.get(DATASET, responses=REFUSALS, operation_id="read_dataset")
def read_dataset(dataset: Dataset) -> Document:
    """One dataset."""
    return dataset


@router.get(DATASET + "/statistics", responses=REFUSALS, operation_id="dataset_statistics")
def dataset_statistics(dataset: Dataset, here: Here) -> Document:
    """What a dataset holds."""
    images, videos = here.store.count(dataset["id"], "image"), here.store.count(dataset["id"], "video")
    return {
        "overview": {"images": images, "videos": videos, "annotated_images": len(here.store.annotated(dataset["id"]))}
    }


@router.put(DATASET, responses=REFUSALS, operation_id="rename_dataset")
def rename_dataset(body: NewDataset, dataset: Dataset, project: Project, here: Here) -> Document:
    """Rename a dataset."""
    here.behaviour.hold("dataset.name.min", "dataset-edit", len(body.name))
    dataset = {**dataset, "name": body.name}
    here.behaviour.edit(here.store, "dataset", dataset["id"], project["id"], dataset)
    return dataset


@router.delete(DATASET, responses=LIMITED, operation_id="delete_dataset")
def delete_dataset(dataset: Dataset, here: Here) -> Document:
    """Delete a dataset with its media; the one for training stays."""
    if dataset["use_for_training"]:
        raise ApiError(409, "dataset_in_use", "The dataset for training cannot be deleted.")
    here.behaviour.remove(here.store, "dataset", dataset["id"])
    return {"result": "success"}
