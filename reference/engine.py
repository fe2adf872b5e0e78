"""The engine: works off jobs in the background, one after the other, also after a restart."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from reference.behaviour import Behaviour
from reference.errors import ApiError
from reference.store import Document, Store, now

Work = Callable[[Document], "Outcome"]
_WAITING: Final = frozenset({"scheduled", "running"})


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of a job: facts for its metadata, and warnings for its step."""

    metadata: Document = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


class Engine:
    """Works off the jobs of a store in a thread of its own.

    A job is written before it is acknowledged. What a killed process left scheduled or running is done again from
    its beginning, so work must be idempotent: whatever it creates has an id that follows from the job's.
    """

    def __init__(self, store: Store, workspace: str, behaviour: Behaviour) -> None:
        self._store, self._workspace, self._behaviour = store, workspace, behaviour
        self._queue: queue.Queue[str] = queue.Queue()
        for job in store.list(workspace, "job"):
            if job["state"] in _WAITING:
                self._queue.put(job["id"])

    def start(self, works: Mapping[str, Work]) -> None:
        """Begin with the jobs that wait; ``works`` has the work of each type of job."""
        threading.Thread(target=self._run, args=(works,), daemon=True, name="jobs").start()

    def submit(self, kind: str, name: str, metadata: Document, request: Document) -> Document:
        """Write a job and put it in line; the answer that goes out."""
        step = {"index": 1, "step_name": name, "state": "waiting", "progress": -1, "message": "", "warning": None}
        job: Document = {
            "id": self._store.new_id(),
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
        self._put(job)
        self._queue.put(job["id"])
        return {"job_id": job["id"]}

    def _run(self, works: Mapping[str, Work]) -> None:
        while True:
            row = self._store.get("job", self._queue.get(), self._workspace)
            if row is not None and row[0]["state"] in _WAITING:
                self._work(row[0], works[row[0]["type"]])

    def _work(self, job: Document, work: Work) -> None:
        self._put({**job, "state": "running", "start_time": now()})
        if not self._behaviour.ends(job["type"]):
            return
        try:
            outcome = work(job)
            state, message = "finished", "Finished"
        except ApiError as error:
            outcome, state, message = Outcome(), "failed", error.message
        except Exception as error:  # noqa: BLE001  whatever goes wrong, the job must end and say so
            outcome, state, message = Outcome(), "failed", f"{type(error).__name__}: {error}"
        warning = self._behaviour.job_warning(job["type"], "; ".join(outcome.warnings)) or None
        step = {**job["steps"][0], "state": state, "progress": 100, "message": message, "warning": warning}
        ended = {
            **job,
            "state": state,
            "start_time": now(),
            "end_time": now(),
            "steps": [step],
            "metadata": {**job["metadata"], **outcome.metadata},
        }
        self._put(ended)

    def _put(self, job: Document) -> None:
        self._store.put("job", job["id"], self._workspace, job)
