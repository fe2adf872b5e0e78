"""Deleting what a run left, and only that: newest first, with patience for a deployment that is busy or away."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Set
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from contract import operations as api
from contract.identifiers import Ids, identifiers
from contract.observations import Answer, documented_error
from contract.purposes import Purpose
from deployment.client import Client
from deployment.counted import counted_as
from deployment.errors import NotContainedError
from deployment.jobs import ENDED, state
from deployment.ledger import carries
from deployment.ledger_records import Record
from deployment.retry import RetryPolicy
from deployment.settling import Settling

# A request whose sender was killed may still be under way: what it makes shows a moment later.
_SETTLED_AFTER_S: Final = 1.0
# A deployment may delete in the background: so long may it list what it has said to delete.
_GONE_AFTER_S: Final = 10.0
# Refused for now: a gateway that knows nobody, jobs that run, too early.
_BUSY: Final = frozenset({404, 409, 425})


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

    @counted_as(Purpose.CLEAN_UP)
    def clear(self) -> None:
        """Delete the projects that the ledger names, then those that an intent without an outcome left behind."""
        self._deadline = time.monotonic() + self.patience_s
        ours = Ids(one.ids[0] for one in self.record.projects) - self.record.foreign
        self.client.created.update(ours)
        for one in self.record.projects:
            self._delete(one.at or "", one.name)
        if self.record.unresolved and self.alone:
            for root in self.record.roots:
                self._resolve(root)
        if not self.left and not self.dry:
            self._verify(ours)
        self.left += [f"a line of the ledger cannot be read: {where}" for where in self.record.damaged]

    def _verify(self, ours: Set[str]) -> None:
        """Believe no answer: what was deleted must no longer be listed."""

        def listed_still(root: str) -> list[str]:
            return [
                f"{name} ({identifier}): its deletion was accepted, and it is still listed"
                for identifier, name in (self._listed(root) or {}).items()
                if identifier in ours
                or (self.alone and carries(name, self.record.run_id) and identifier in self.client.created)
            ]

        patience_s = max(0.0, min(_GONE_AFTER_S, self._deadline - time.monotonic()))
        settling = Settling(patience_s, pause=self.pause)
        for root in self.record.roots:
            self.left += settling.until(partial(listed_still, root), lambda left: not left)

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
                    self._delete(api.DELETE_PROJECT.at(root, identifier)[1], name)
            if self.dry or not any(one.status is None for one in self.record.unresolved):
                break
            if not last:
                self.pause(_SETTLED_AFTER_S)
        for one in self.record.unresolved:
            is_creation = one.path == root + api.CREATE_PROJECT.path
            # Without a name no project is made.
            if is_creation and one.status is None and one.name and not carries(one.name, self.record.run_id):
                self.left.append(
                    f"perhaps a project named {one.name!r}: no answer came, and the name is not of the run"
                )

    @property
    def _prefix(self) -> str:
        return f"geti-contract-{self.record.run_id}"

    def _await_imports(self, root: str) -> None:
        """Wait for jobs of this run that may still make a project."""
        if not any(one.path.endswith(api.IMPORT_PROJECT.path) for one in self.record.unresolved):
            return
        ours = Ids(each for one in self.record.entries for each in one.ids)

        def none_goes_on(answer: Answer) -> bool:
            jobs = answer.objects("jobs")
            return jobs is not None and not any(self._makes_more(job, ours) for job in jobs)

        if not none_goes_on(self._ask(*api.LIST_JOBS.at(root), until=none_goes_on)):
            self.left.append(f"perhaps a project of an import that has not ended in {root}")

    def _makes_more(self, job: dict[str, Any], ours: Ids) -> bool:
        if state(job) in ENDED:
            return False
        text = json.dumps(job)
        return self._prefix in text or any(each in ours for each in identifiers(text))

    def _listed(self, root: str) -> dict[str, str] | None:
        def is_listed(answer: Answer) -> bool:
            return answer.names("projects") is not None or _is_final(answer)

        return self._ask(*api.LIST_PROJECT_NAMES.at(root), until=is_listed).names("projects")

    def _delete(self, path: str, name: str) -> None:
        project = f"{name or 'a project'} ({path.rpartition('/')[2]})"
        if self.dry:
            self.deleted.append(project)
            return
        try:
            answer = self._ask(
                api.DELETE_PROJECT.method, path, until=lambda answer: _is_gone(answer) or _is_final(answer)
            )
            reason = "" if _is_gone(answer) else answer.words
        except NotContainedError as error:
            reason = str(error)
        if reason:
            self.left.append(f"{project}: {reason}")
        else:
            self.deleted.append(project)

    def _ask(self, method: str, path: str, until: Callable[[Answer], bool]) -> Answer:
        """The first answer that ``until`` takes, else the last within what is left of the patience."""
        policy = RetryPolicy(patience_s=self._deadline - time.monotonic(), pause=self.pause)
        return policy.ask(lambda: self.client.send(method, path), until)


def _is_gone(answer: Answer) -> bool:
    """Whether it was deleted, or the deployment itself says that it is not there, which a gateway's 404 does not."""
    return answer.accepted or (answer.status in (404, 410) and documented_error(answer) is None)


def _is_final(answer: Answer) -> bool:
    """Whether asking again is of no use: a refusal that is neither about jobs that run nor about the moment."""
    return not answer.transient and answer.status not in _BUSY and (answer.status or 500) < 500
