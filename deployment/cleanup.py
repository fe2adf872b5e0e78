"""Deleting what a run left, and only that: newest first, with patience for a deployment that is busy or away."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from contract.observations import Answer, documented_error
from deployment.client import Client
from deployment.errors import NotContainedError
from deployment.jobs import ENDED, state
from deployment.ledger import carries
from deployment.ledger_records import Record

# A request whose sender was killed may still be under way: what it makes shows a moment later.
_SETTLED_AFTER_S: Final = 1.0


@dataclass(slots=True)
class Cleanup:
    """One pass over what a run left. ``patience_s`` is how long to wait for a deployment that is busy or away.

    Where it is not ``alone``, other processes of the run still work: what carries its name may be theirs, and stays.
    ``deleted`` and ``left`` say what was done, in words; ``pause`` is ``time.sleep``.
    """

    client: Client
    record: Record
    patience_s: float = 60.0
    dry: bool = False
    alone: bool = True
    deleted: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    pause: Callable[[float], None] = time.sleep
    _deadline: float = field(init=False, default=0.0)

    def clear(self) -> None:
        """Delete the projects that the ledger names, then those that an intent without an outcome left behind."""
        self._deadline = time.monotonic() + self.patience_s
        ours = {one.ids[0] for one in self.record.projects} - self.record.foreign
        self.client.created.update(ours)
        for one in self.record.projects:
            self._delete(one.at or "", one.name)
        if self.record.unresolved and self.alone:
            for root in self.record.roots:
                self._resolve(root)
        if not self.left and not self.dry:
            self._verify(ours)
        self.left += [f"a line of the ledger cannot be read: {where}" for where in self.record.damaged]

    def _verify(self, ours: set[str]) -> None:
        """Believe no answer: what was deleted must no longer be listed."""
        for root in self.record.roots:
            for identifier, name in (self._listed(root) or {}).items():
                if identifier in ours or (self.alone and self._is_found(identifier, name)):
                    self.left.append(f"{name} ({identifier}): its deletion was accepted, and it is still listed")

    def _is_found(self, identifier: str, name: str) -> bool:
        return carries(name, self.record.run_id) and identifier in self.client.created

    def _resolve(self, root: str) -> None:
        """Find by the run's prefix what was made without our knowing the id."""
        self._await_imports(root)
        for last in (False, True):
            listed = self._listed(root)
            if listed is None:
                self.left.append(f"whatever carries {self._prefix}: the projects of {root} cannot be listed")
                return
            for identifier, name in listed.items():
                if carries(name, self.record.run_id) and identifier not in self.record.foreign:
                    self.client.created.add(identifier)
                    self._delete(f"{root}/projects/{identifier}", name)
            if self.dry or not any(one.status is None for one in self.record.unresolved):
                break
            if not last:
                self.pause(_SETTLED_AFTER_S)
        for one in self.record.unresolved:
            if one.path == f"{root}/projects" and not carries(one.name, self.record.run_id) and one.status is None:
                self.left.append(
                    f"perhaps a project named {one.name!r}: no answer came, and the name is not of the run"
                )

    @property
    def _prefix(self) -> str:
        return f"geti-contract-{self.record.run_id}"

    def _await_imports(self, root: str) -> None:
        """Wait for jobs of this run that may still make a project."""
        if not any(":import" in one.path for one in self.record.unresolved):
            return
        ours = {each for one in self.record.entries for each in one.ids}
        for _ in self._attempts():
            answer = self.client.send("GET", f"{root}/jobs")
            jobs = answer.body.get("jobs") if answer.accepted and isinstance(answer.body, dict) else None
            if isinstance(jobs, list) and not any(self._makes_more(job, ours) for job in jobs):
                return
        self.left.append(f"perhaps a project of an import that has not ended in {root}")

    def _makes_more(self, job: Any, ours: set[str]) -> bool:
        if not isinstance(job, dict) or state(job) in ENDED:
            return False
        told = json.dumps(job)
        return self._prefix in told or any(each in told for each in ours)

    def _listed(self, root: str) -> dict[str, str] | None:
        for _ in self._attempts():
            answer = self.client.send("GET", f"{root}/projects_names")
            listed = answer.body.get("projects") if answer.accepted and isinstance(answer.body, dict) else None
            if isinstance(listed, list):
                return {str(each.get("id")): str(each.get("name")) for each in listed if isinstance(each, dict)}
            if _final(answer):
                break
        return None

    def _delete(self, path: str, name: str) -> None:
        told = f"{name or 'a project'} ({path.rpartition('/')[2]})"
        if self.dry:
            self.deleted.append(told)
            return
        words = "no answer"
        try:
            for _ in self._attempts():
                answer = self.client.send("DELETE", path)
                if answer.accepted or _is_gone(answer):
                    self.deleted.append(told)
                    return
                words = answer.words
                if _final(answer):
                    break
        except NotContainedError as error:
            words = str(error)
        self.left.append(f"{told}: {words}")

    def _attempts(self) -> Iterator[None]:
        """Once, and again with growing pauses until the patience is spent."""
        pause = 0.1
        while True:
            yield
            if time.monotonic() + pause > self._deadline:
                return
            self.pause(pause)
            pause = min(5.0, pause * 2)


def _is_gone(answer: Answer) -> bool:
    """Whether the deployment itself says that it is not there; a gateway's 404 says only that nobody is behind it."""
    return answer.status in (404, 410) and documented_error(answer) is None


def _final(answer: Answer) -> bool:
    """Whether asking again is of no use: a refusal that is neither about jobs that run nor about the moment."""
    return answer.status is not None and answer.status < 500 and answer.status not in (404, 408, 409, 425, 429)
