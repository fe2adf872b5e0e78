"""Projects of the organization as what is filled up: those of others count too, and may come and go."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Final

from contract.identifiers import Ids
from contract.limits import LONG_NAME, TWO_TASKS
from contract.observations import Answer, Observation
from judges.counts.entities import may_be_done
from judges.counts.incremental import IncrementalProbe
from judges.counts.probe import CHAIN, PLAIN, UnreachableError

FILLS: Final = "fill-"
# Who created or deleted projects so many seconds ago may do so again.
_LASTING_S: Final = 60.0


@dataclass
class Projects(IncrementalProbe):
    """Projects of the organization: those of others are counted and left alone."""

    ours: list[str] = field(default_factory=list)

    def create(self, serial: int) -> Answer:
        """One more project."""
        return self.entities.create_project(PLAIN, f"{FILLS}{serial}")

    def _create(self) -> Answer:
        (serial,) = self._serials(1)
        chain = CHAIN if self.kind == TWO_TASKS else PLAIN
        return self.entities.create_project(chain, self.entities.named(f"{FILLS}{serial}", long=self.kind == LONG_NAME))

    def adopt(self) -> None:
        """All projects that were made for a fill."""
        kept = self.entities.kept
        self.ours += [kept.pop(name) for name in list(kept) if name.startswith(FILLS)]

    def remember(self, answer: Answer) -> None:
        """Keep its id."""
        self.ours.append(answer.body["id"])

    def there(self, answer: Answer) -> bool | None:
        """Whether the project reads back."""
        return self.entities.reads_back(self.entities.project_path(answer.body["id"]))

    def count(self) -> int | None:
        """All projects of the workspace."""
        return self.entities.count_projects()

    def foreign_ids(self) -> frozenset[str] | None:
        """Every project that is not of this run."""
        return self.entities.others_projects()

    def observe(self, value: int) -> Observation:
        """Fill up to one less, then ask for the last one. Raises ``UnreachableError`` where others do so too."""
        began = time.monotonic()
        seen = super().observe(value)
        if self._others_at_work(began):
            raise UnreachableError("others create or delete what counts too")
        return seen

    def race(self, value: int) -> tuple[list[Answer], int | None, int | None]:
        """Creations at once for the last place; nothing is known of the count after where others do so too."""
        began = time.monotonic()
        answers, before, after = super().race(value)
        return answers, before, None if self._others_at_work(began) else after

    def _others_at_work(self, since: float) -> bool:
        """Whether the projects of others changed: one that came and went between two readings is not seen."""
        self.foreign_ids()
        return self.entities.client.history.others_changed > since - _LASTING_S

    def shrink(self) -> int:
        """Delete the newest of ours."""
        return int(bool(self.ours) and may_be_done(self.entities.delete_project(self.ours.pop())))

    def release(self) -> None:
        """Delete all of ours, with those whose answers were lost."""
        entities, known = self.entities, Ids(self.ours)
        for identifier, name in (entities.our_projects() or {}).items():
            is_fill = name.startswith(f"{entities.prefix}-{FILLS}")
            if is_fill and identifier not in known and not entities.client.history.has_deleted(identifier):
                entities.client.created.add(identifier)
                self.ours.append(identifier)
        while self.ours:
            self.shrink()
