"""What is shown of jobs; those that start one lie beside what they start."""

from __future__ import annotations

from fastapi import APIRouter

from reference.context import REFUSALS, WORKSPACE, Here, Workspace, found
from reference.store import Document

router = APIRouter()


@router.get(WORKSPACE + "/jobs", responses=REFUSALS, operation_id="list_jobs")
def list_jobs(workspace: Workspace, here: Here) -> Document:
    """The jobs of the workspace."""
    jobs = [_shown(job) for job in here.store.list(workspace, "job")]
    states = [job["state"] for job in jobs]
    return {
        "jobs": jobs,
        "jobs_count": {
            "n_scheduled_jobs": states.count("scheduled"),
            "n_running_jobs": states.count("running"),
            "n_finished_jobs": states.count("finished"),
            "n_failed_jobs": states.count("failed"),
            "n_cancelled_jobs": 0,
        },
    }


@router.get(WORKSPACE + "/jobs/{job}", responses=REFUSALS, operation_id="read_job")
def read_job(job: str, workspace: Workspace, here: Here) -> Document:
    """One job."""
    return _shown(found(here.behaviour.find(here.store, "job", job, workspace), "job")[0])


def _shown(job: Document) -> Document:
    return {key: value for key, value in job.items() if key != "request"}
