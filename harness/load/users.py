"""Users of each operation: so many that together they hold the stated rate."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, ClassVar

import gevent.event
from locust import User, constant_throughput, task
from locust.env import Environment

from contract.observations import Answer
from harness.load.settings import Settings
from harness.load.worker import LoadWorker

# A user waits for one answer at a time, so it takes several to hold a rate while answers are slow.
_RATE_OF_ONE = 5.0
_MOST, _UNTHROTTLED = 64, 8
_READY_WITHIN_S = 60


class LoadProcess:
    """What the users of this process share; ``ready`` is set once its worker has entered the dataset."""

    worker: LoadWorker
    settings: Settings
    ready = gevent.event.Event()


class OperationUser(User):
    """One greenlet that repeats one operation; Locust counts each in its own statistics too."""

    abstract = True
    rate: ClassVar[str]
    method: ClassVar[str]

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        rate = getattr(LoadProcess.settings, self.rate)
        self._pace: Callable[[Any], float] | None = (
            None if math.isinf(rate) else constant_throughput(rate / self.count_for(rate))
        )

    @staticmethod
    def count_for(rate: float) -> int:
        """How many users hold a rate."""
        return _UNTHROTTLED if math.isinf(rate) else min(_MOST, math.ceil(rate / _RATE_OF_ONE))

    def wait_time(self) -> float:
        """Seconds until the next request."""
        return self._pace(self) if self._pace is not None else 0.0

    def on_start(self) -> None:
        """Wait until the dataset is known."""
        LoadProcess.ready.wait(_READY_WITHIN_S)

    @task
    def operate(self) -> None:
        """Send one request."""
        if LoadProcess.worker.dataset is None:
            return
        sent: tuple[str, Answer] | None = getattr(LoadProcess.worker, self.method)()
        if sent is None:
            return
        name, answer = sent
        failed = None if answer.accepted or answer.status == 409 else RuntimeError(answer.words)
        self.environment.events.request.fire(
            request_type="GET" if name == "download" else "POST",
            name=name,
            response_time=1000 * answer.elapsed_s,
            response_length=0,
            exception=failed,
            context={},
        )


class Uploader(OperationUser):
    """Uploads images."""

    rate, method = "uploads", "upload"


class Querier(OperationUser):
    """Asks for media by page."""

    rate, method = "queries", "query"


class Downloader(OperationUser):
    """Downloads what was uploaded."""

    rate, method = "downloads", "download"


USERS: tuple[type[OperationUser], ...] = (Uploader, Querier, Downloader)
