"""Projects that a job has locked: a change that is refused for it is sent again once the job may have ended."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from contract.observations import LOCKED, Answer, other_conflict
from deployment.parsing import parsed
from deployment.retry import RetryPolicy
from deployment.transport import Delivery

# The share that counts of the time for which a lock was waited for that did end.
_SHARE_OF_ENDED: Final = 0.1


@dataclass(slots=True)
class LockedProjects:
    """Waits for locked projects, over the whole run for at most ``patience_s`` seconds: a lock may never end.

    Of the time for which a lock was waited for that did end a tenth counts: a run starts many short jobs.
    """

    patience_s: float = 60.0
    pause: Callable[[float], None] = time.sleep

    def waited_for(self, send: Callable[[], Delivery]) -> Delivery:
        """What comes of a request, sent again as long as it is refused because a job has locked the project."""
        got, began = send(), time.monotonic()
        if not _is_locked(got) or self.patience_s <= 0:
            return got
        for attempt in RetryPolicy(patience_s=self.patience_s, first_s=0.5, pause=self.pause):
            if attempt > 1:
                got = send()
                if not _is_locked(got):
                    self.patience_s -= _SHARE_OF_ENDED * (time.monotonic() - began)
                    return got
        self.patience_s -= time.monotonic() - began
        return got


def _is_locked(got: Delivery) -> bool:
    response = got.response
    return (
        response is not None and response.status_code == 409 and other_conflict(Answer(409, parsed(response))) == LOCKED
    )
