"""Jobs: submitted at once, worked off in the background, one after the other, also after a restart."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from fastapi import APIRouter

from reference.context import REFUSALS, WORKSPACE, Context, Here, Workspace, found, now
from reference.errors import ApiError
from reference.store import Document

router = APIRouter()
Work = Callable[[Context, Document], "Outcome"]
_WAITING = frozenset({"scheduled", "running"})


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a job found: facts for its metadata, and warnings for its step."""

    metadata: Document = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


class Engine:
    """Works off the jobs of a store in a thread of its own.

    A job is written before it is acknowledged. What a killed process left scheduled or running is done again from
    its beginning, so work must be idempotent: whatever it creates has an id that follows from the job's.
    """

    def __init__(self, context: Context, works: dict[str, Work]) -> None:
        self._context, self._works = context, works
        self._queue: queue.Queue[str] = queue.Queue()
        for job in context.store.list(context.keys.workspace, "job"):
            if job["state"] in _WAITING:
                self._queue.put(job["id"])
        threading.Thread(target=self._run, daemon=True, name="jobs").start()

    def submit(self, kind: str, name: str, metadata: Document, request: Document) -> Document:
        """Write a job and put it in line; the answer that goes out."""
        step = {"index": 1, "step_name": name, "state": "waiting", "progress": -1, "message": "", "warning": None}
        job: Document = {
            "id": self._context.store.new_id(),
            "type": kind,
            "name": name,
            "state": "scheduled",
            "author": "user",
            "creation_time": now(),
            "start_time": "",
            "end_time": "",
            "steps": [step],
            "metadata": metadata,
            "cancellation_info": {"is_cancelled": False, "user_uid": None, "cancel_time": None},
            "request": request,
        }
        self._context.store.put("job", job["id"], self._context.keys.workspace, job)
        self._queue.put(job["id"])
        return {"job_id": job["id"]}

    def _run(self) -> None:
        while True:
            identifier = self._queue.get()
            row = self._context.store.get("job", identifier, self._context.keys.workspace)
            if row is not None and row[0]["state"] in _WAITING:
                self._work(row[0])

    def _work(self, job: Document) -> None:
        store, workspace = self._context.store, self._context.keys.workspace
        store.put("job", job["id"], workspace, {**job, "state": "running", "start_time": now()})
        if not self._context.behaviour.ends(job["type"]):
            return
        try:
            outcome = self._works[job["type"]](self._context, job)
            state, message = "finished", "Finished"
        except ApiError as error:
            outcome, state, message = Outcome(), "failed", error.message
        except Exception as error:  # noqa: BLE001  whatever goes wrong, the job must end and say so
            outcome, state, message = Outcome(), "failed", f"{type(error).__name__}: {error}"
        warning = self._context.behaviour.job_warning(job["type"], "; ".join(outcome.warnings)) or None
        step = {**job["steps"][0], "state": state, "progress": 100, "message": message, "warning": warning}
        ended = {
            **job,
            "state": state,
            "start_time": now(),
            "end_time": now(),
            "steps": [step],
            "metadata": {**job["metadata"], **outcome.metadata},
        }
        store.put("job", job["id"], workspace, ended)


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
