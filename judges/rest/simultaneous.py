"""Whether what is legal is taken and kept where several ask for it at one time, as people do."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Final

from contract.concurrency import AT_A_TIME, is_long, judge_duration
from contract.limits import EnforcementPoint as At
from contract.openapi import Operation
from contract.verdicts import Judgement, Verdict
from deployment.bodies import Body, new_project, objects, rectangle_annotation
from judges.rest.bodies import edit_body, json_request
from judges.rest.cases import RestCase
from judges.rest.comparison import altered
from judges.rest.findings import ConcludedError, Finding, Sent, judgeable, not_judged
from judges.rest.kinds import kinds
from judges.rest.labels import label_names, with_label
from judges.rest.plan import Plan
from judges.rest.resources import IMAGE
from judges.rest.sender import filled
from judges.rest.tools import Tools

_PLAIN: Final = (("classification", 2),)


def simultaneous_operations(plan: Plan) -> tuple[Operation, ...]:
    """The operations that several people ask for at one time."""
    return tuple(each for each in plan.operations if _judge_of(each))


def judge_at_one_time(case: RestCase, tools: Tools) -> Finding:
    """Send 2, 4 and 8 legal requests at one time: all are accepted, and all of them read back."""
    asked = _Asked(tools, case.only_operation)
    judge = _judge_of(case.only_operation)
    assert judge is not None
    try:
        for number in AT_A_TIME:
            judge(asked, number)
    finally:
        asked.remove()
    return Finding(Judgement(Verdict.KEPT, f"{', '.join(map(str, AT_A_TIME))} at one time: all are kept"))


def judge_duration_at_one_time(case: RestCase, tools: Tools) -> Finding:
    """How long each of several took that were sent at one time; what took long is sent alone directly after.

    They are sent again only where that is not known here. What is not taken and kept is judged elsewhere.
    """
    operation, met = case.only_operation, tools.sender.gathered.at_one_time
    judge = _judge_of(operation)
    assert judge is not None
    together, alone = _Asked(tools, operation), _Asked(tools, operation)
    try:
        for number in AT_A_TIME if operation.name not in met else ():
            judge(together, number)
        known = {number: list(several) for number, several in met.get(operation.name, {}).items()}
        together.remove()
        slowest = max((each for several in known.values() for each in several), key=_seconds, default=None)
        alone.turn = together.turn + len(known)
        taken: list[float] = []
        for _ in range(max(AT_A_TIME)) if slowest is not None and is_long(_seconds(slowest)) else ():
            judge(alone, 1)
            taken += map(_seconds, met[operation.name].pop(1))
    except ConcludedError as error:
        if error.finding.judgement.verdict is Verdict.INCONCLUSIVE:
            raise
        return not_judged(f"judged by itself: {error}")
    finally:
        together.remove()
        alone.remove()
    waited = {number: [*map(_seconds, several)] for number, several in known.items()}
    return Finding(judge_duration("requests", waited, taken), slowest)


def _seconds(sent: Sent) -> float:
    return sent.answer.elapsed_s


@dataclass(frozen=True, slots=True)
class _Request:
    """One of several requests: where it goes, its body, where it is read, and whether it reads back."""

    target: str
    body: Body
    read_at: Callable[[Sent], str]
    shows: Callable[[Any], bool]


@dataclass(slots=True)
class _Asked:
    """What is asked of one operation at one time; ``projects`` are those that were made for it.

    ``turn`` counts how often something was sent: it is in the names of what is made.
    """

    tools: Tools
    operation: Operation
    projects: list[str] = field(default_factory=list)
    medium: str = ""
    turn: int = 0

    def send(self, requests: Sequence[_Request]) -> list[Sent]:
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

    def owns(self, sent: Sent) -> None:
        """Note a project that was made."""
        identifier = str(sent.answer.body.get("id"))
        self.tools.workspace.client.created.update((identifier, *(sent.answer.names("datasets") or ())))
        self.projects.append(identifier)
        self.tools.resources.projects.append(identifier)

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

    def _sent(self, request: _Request) -> Sent:
        return self.tools.sender.send(self.operation, request.target, *json_request(request.body))

    def _check_accepted(self, request: _Request, sent: Sent, at_once: str) -> None:
        if judgeable(sent).answer.accepted:
            return
        alone = judgeable(self._sent(request))
        if alone.answer.accepted and At.PROJECT_CREATION in self.operation.points:
            self.owns(alone)
        verdict = Verdict.OVER_ENFORCED if alone.answer.accepted else Verdict.INCONCLUSIVE
        reason = f"{at_once}: one got {sent.answer.words_with_message}, alone it got {alone.answer.words}"
        raise ConcludedError(verdict, reason, sent)

    def _check_kept(self, request: _Request, sent: Sent, at_once: str) -> None:
        settling = self.tools.workspace.client.settling
        shown = settling.until(
            lambda: self.tools.sender.send(self.operation, request.read_at(sent), method="GET"),
            lambda read: request.shows(read.answer.fields),
        )
        if not request.shows(shown.answer.fields):
            reason = f"{at_once}: all were accepted, and one does not read back as sent ({shown.answer.words})"
            raise ConcludedError(Verdict.UNCLEAN, reason, shown)


def _create_projects(asked: _Asked, number: int) -> None:
    asked.remove()
    most = asked.tools.workspace.profile.value("organization.projects.max")
    held = asked.tools.workspace.entities.count_projects()
    if most is not None and held is not None and held + number > most:
        raise ConcludedError(Verdict.NOT_APPLICABLE, f"with {held} projects there is no room for {number} more")
    target = filled(asked.operation, asked.values(asked.operation))
    bodies = [new_project(f"{asked.tools.resources.name}-{asked.turn} at once {n}", _PLAIN) for n in range(number)]
    asked.send([_Request(target, body, _below(target), _is(body)) for body in bodies])


def _below(target: str) -> Callable[[Sent], str]:
    """Where what an answer names is read."""
    return lambda sent: f"{target}/{sent.answer.fields.get('id')}"


def _is(body: Body) -> Callable[[Any], bool]:
    return lambda shown: not altered({"name": body["name"]}, shown)


def _annotate(asked: _Asked, number: int) -> None:
    asked.medium = asked.medium or asked.tools.resources.new("image") or ""
    label = asked.tools.resources.live.get("label")
    if not asked.medium or label is None:
        raise ConcludedError(Verdict.INCONCLUSIVE, "there is no image or no label of the run to annotate with")
    live = asked.values(asked.operation)
    values = {name: asked.medium if kind == "image" else live[name] for name, kind in kinds(asked.operation).items()}
    target = filled(asked.operation, values)
    bodies = [rectangle_annotation(asked.medium, None, label, IMAGE.width, IMAGE.height) for _ in range(number)]
    asked.send([_Request(target, body, _below(target), _annotates(body)) for body in bodies])


def _annotates(body: Body) -> Callable[[Any], bool]:
    wanted = [each["shape"] for each in body["annotations"]]
    return lambda shown: not altered(wanted, [each.get("shape") for each in objects(shown, "annotations")])


def _edit_labels(asked: _Asked, number: int) -> None:
    """Edits of a project each: what two say of the same project may exclude one another."""
    tools, edit = asked.tools, asked.operation
    reader = asked.reader(edit.path)
    creation = next(each for each in tools.plan.operations if At.PROJECT_CREATION in each.points)
    while len(asked.projects) < number:
        body = new_project(f"{tools.resources.name}-{asked.turn} edited at once {len(asked.projects)}", _PLAIN)
        made = tools.sender.ask(creation, filled(creation, asked.values(creation)), *json_request(body))
        if not made.answer.fields:
            raise ConcludedError(
                Verdict.INCONCLUSIVE, f"no project could be made: {made.answer.words_with_message}", made
            )
        asked.owns(made)
    name, values, requests = f"{asked.turn} at once", asked.values(reader), []
    for project in asked.projects[:number]:
        target = filled(edit, {**values, edit.parameters[-1]: project})
        shown = tools.sender.ask(reader, target).answer.fields
        body = with_label(edit_body(edit, tools.document, shown), name)
        requests.append(_Request(target, body, _same(target), lambda read: name in label_names(read)))
    asked.send(requests)


def _same(target: str) -> Callable[[Sent], str]:
    return lambda _sent: target


def _judge_of(operation: Operation) -> Callable[[_Asked, int], None] | None:
    return next((_JUDGES[point] for point in operation.points if point in _JUDGES), None)


_JUDGES: Final[Mapping[At, Callable[[_Asked, int], None]]] = {
    At.PROJECT_CREATION: _create_projects,
    At.IMAGE_ANNOTATION: _annotate,
    At.LABEL_MANAGEMENT: _edit_labels,
}
