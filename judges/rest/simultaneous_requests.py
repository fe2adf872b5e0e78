"""Legal requests that are sent to one operation at one time, and read back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Final

from contract.identifiers import Ids
from contract.limits import EnforcementPoint as At
from contract.openapi import Operation
from contract.verdicts import Verdict
from deployment.bodies import Body, new_project
from judges.rest.bodies import json_request
from judges.rest.findings import ConcludedError, Sent, judgeable
from judges.rest.sender import filled
from judges.rest.tools import Tools

PLAIN: Final = (("classification", 2),)


@dataclass(frozen=True, slots=True)
class LegalRequest:
    """One of several requests: where it goes, its body, where it is read, and whether it reads back."""

    target: str
    body: Body
    read_at: Callable[[Sent], str]
    shows: Callable[[Any], bool]


@dataclass(slots=True)
class SimultaneousRequests:
    """What is asked of one operation at one time; ``projects`` are those that were made for it.

    ``turn`` counts how often something was sent: it is in the names of what is made.
    """

    tools: Tools
    operation: Operation
    projects: list[str] = field(default_factory=list)
    medium: str = ""
    turn: int = 0

    def send(self, requests: Sequence[LegalRequest]) -> list[Sent]:
        """The answers to requests sent at one time, each of which reads back. Raises ``ConcludedError``."""
        with ThreadPoolExecutor(len(requests)) as pool:
            answers = list(pool.map(self._sent, requests))
        self.turn += 1
        met = self.tools.sender.gathered.at_one_time.setdefault(self.operation.name, {})
        met[len(answers)] = [sent for sent in answers if sent.answer.accepted]
        for sent in answers:
            if sent.answer.fields and At.PROJECT_CREATION in self.operation.points:
                self.owns(sent)
        at_once = f"{len(requests)} at one time"
        for request, sent in zip(requests, answers, strict=True):
            self._check_accepted(request, sent, at_once)
        targets = [request.read_at(sent) for request, sent in zip(requests, answers, strict=True)]
        if len(set(targets)) < len(targets):
            raise ConcludedError(Verdict.UNCLEAN, f"{at_once}: two answers name the same", answers[0])
        for request, sent in zip(requests, answers, strict=True):
            self._check_kept(request, sent, at_once)
        return answers

    def check_latest(self, target: str, answers: Sequence[Sent]) -> None:
        """Raises ``ConcludedError`` where what is read as the latest of all is none of what was sent at one time."""
        made = Ids(str(sent.answer.fields.get("id")) for sent in answers)
        shown = self.tools.workspace.client.settling.until(
            lambda: self.tools.sender.ask(self.operation, target, method="GET"),
            lambda read: str(read.answer.fields.get("id")) in made,
        )
        if str(shown.answer.fields.get("id")) not in made:
            reason = f"{len(answers)} at one time: all were accepted, and the latest is none of them"
            raise ConcludedError(Verdict.UNCLEAN, f"{reason} ({shown.answer.words})", shown)

    def owns(self, sent: Sent) -> None:
        """Note a project that was made."""
        identifier = str(sent.answer.body.get("id"))
        self.tools.workspace.client.created.update((identifier, *(sent.answer.names("datasets") or ())))
        self.projects.append(identifier)
        self.tools.resources.projects.append(identifier)

    def new_project(self, name: str) -> Sent:
        """The answer to the creation of a project for it. Raises ``ConcludedError`` where there is none."""
        creation = next(each for each in self.tools.plan.operations if At.PROJECT_CREATION in each.points)
        body = new_project(f"{self.tools.resources.name}-{self.turn} {name}", PLAIN)
        made = self.tools.sender.ask(creation, filled(creation, self.values(creation)), *json_request(body))
        if not made.answer.fields:
            reason = f"no project could be made: {made.answer.words_with_message}"
            raise ConcludedError(Verdict.INCONCLUSIVE, reason, made)
        self.owns(made)
        return made

    def remove(self) -> None:
        """Delete the projects."""
        while self.projects:
            project = self.projects.pop()
            if self.tools.workspace.entities.delete_project(project).accepted:
                self.tools.resources.projects.remove(project)

    def reader(self, path: str) -> Operation:
        """The operation that reads what lies at a path. Raises ``ConcludedError`` where there is none."""
        reader = self.tools.plan.readers.get(path)
        if reader is None:
            raise ConcludedError(Verdict.NOT_APPLICABLE, f"the document has no operation that reads {path}")
        return reader

    def values(self, operation: Operation) -> dict[str, str]:
        """A value for each path parameter."""
        return self.tools.resources.values(operation)[0]

    def _sent(self, request: LegalRequest) -> Sent:
        return self.tools.sender.send(self.operation, request.target, *json_request(request.body))

    def _check_accepted(self, request: LegalRequest, sent: Sent, at_once: str) -> None:
        if judgeable(sent).answer.accepted:
            return
        alone = judgeable(self._sent(request))
        if alone.answer.accepted and At.PROJECT_CREATION in self.operation.points:
            self.owns(alone)
        verdict = Verdict.OVER_ENFORCED if alone.answer.accepted else Verdict.INCONCLUSIVE
        reason = f"{at_once}: one got {sent.answer.words_with_message}, alone it got {alone.answer.words}"
        raise ConcludedError(verdict, reason, sent)

    def _check_kept(self, request: LegalRequest, sent: Sent, at_once: str) -> None:
        settling = self.tools.workspace.client.settling
        shown = settling.until(
            lambda: self.tools.sender.send(self.operation, request.read_at(sent), method="GET"),
            lambda read: request.shows(read.answer.fields),
        )
        if not request.shows(shown.answer.fields):
            reason = f"{at_once}: all were accepted, and one does not read back as sent ({shown.answer.words})"
            raise ConcludedError(Verdict.UNCLEAN, reason, shown)
