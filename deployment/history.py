"""What a run saw and did in a deployment, and when: reads of another host may be behind it for a moment."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from contract.identifiers import canonical, identifiers
from contract.observations import Answer
from deployment.containment import reads


@dataclass(slots=True)
class History:
    """When each id was named first, which ids the run deleted and when, and the creations whose answer was lost.

    Times are those of ``time.monotonic``. ``lost`` holds paths; what was lost may have been done. ``others_changed`` is
    when the projects that are not of the run were seen to be others than before.
    """

    named: dict[str, float] = field(default_factory=dict)
    deleted: dict[str, float] = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)
    others_changed: float = -math.inf
    _others: frozenset[str] | None = None

    def note_ids(self, ids: set[str]) -> None:
        """Take note of the ids in a successful answer."""
        now = time.monotonic()
        for identifier in ids:
            self.named.setdefault(identifier, now)

    def note_others(self, projects: frozenset[str]) -> None:
        """Take note of the projects that are not of the run, as they are listed."""
        if self._others not in (None, projects):
            self.others_changed = time.monotonic()
        self._others = projects

    def note_change(self, method: str, path: str, answer: Answer) -> None:
        """Take note of a creation without an answer, and of a deletion that was done, or may have been."""
        if answer.unsent or reads(method, path):
            return
        if method == "DELETE" and (answer.accepted or answer.lost):
            self.deleted.update(dict.fromkeys(identifiers(path.rpartition("/")[2]), time.monotonic()))
        elif method == "POST" and answer.lost:
            self.lost.append(path)

    def has_deleted(self, identifier: str) -> bool:
        """Whether the run deleted what an id names, however it is spelled."""
        return canonical(identifier) in self.deleted

    def may_lag(self, method: str, path: str, status: int | None, within_s: float) -> bool:
        """Whether an answer may be that of a host which is behind, by at most ``within_s`` seconds.

        So is a 404 on what was named a moment ago, and a success of a reading of what was deleted a moment ago.
        """
        since, ids = time.monotonic() - within_s, identifiers(path)
        deletions = [self.deleted[each] for each in ids if each in self.deleted]
        if status == 404:
            return not deletions and any(self.named.get(each, since) > since for each in ids)
        succeeded = status is not None and 200 <= status < 300
        return succeeded and reads(method, path) and any(when > since for when in deletions)

    def take_lost(self, concerns: Callable[[str], bool], most: int) -> None:
        """Forget ``most`` of the lost creations whose path ``concerns`` accepts: what they made has been found."""
        for path in [path for path in self.lost if concerns(path)][:most]:
            self.lost.remove(path)
