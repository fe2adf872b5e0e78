"""Whether what is legal is taken and kept where several ask for it at one time, as people do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from contract.concurrency import AT_A_TIME, is_long, judge_duration
from contract.limits import EnforcementPoint as At
from contract.openapi import Operation
from contract.verdicts import Judgement, Verdict
from deployment.bodies import Body, new_dataset, new_project, objects, rectangle_annotation
from judges.rest.bodies import edit_body
from judges.rest.cases import RestCase
from judges.rest.comparison import altered
from judges.rest.findings import ConcludedError, Finding, Sent, not_judged
from judges.rest.labels import label_names, with_label
from judges.rest.plan import Plan
from judges.rest.resources import IMAGE
from judges.rest.sender import filled
from judges.rest.simultaneous_requests import PLAIN, LegalRequest, SimultaneousRequests
from judges.rest.tools import Tools


def simultaneous_operations(plan: Plan) -> tuple[Operation, ...]:
    """The operations that several people ask for at one time."""
    return tuple(each for each in plan.operations if _judge_of(each))


def judge_at_one_time(case: RestCase, tools: Tools) -> Finding:
    """Send 2, 4 and 8 legal requests at one time: all are accepted, and all of them read back."""
    asked = SimultaneousRequests(tools, case.only_operation)
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
    together, alone = SimultaneousRequests(tools, operation), SimultaneousRequests(tools, operation)
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


def _create_projects(asked: SimultaneousRequests, number: int) -> None:
    asked.remove()
    most = asked.tools.workspace.profile.value("organization.projects.max")
    held = asked.tools.workspace.entities.count_projects()
    if most is not None and held is not None and held + number > most:
        raise ConcludedError(Verdict.NOT_APPLICABLE, f"with {held} projects there is no room for {number} more")
    target = filled(asked.operation, asked.values(asked.operation))
    bodies = [new_project(f"{asked.tools.resources.name}-{asked.turn} at once {n}", PLAIN) for n in range(number)]
    asked.send([LegalRequest(target, body, _below(target), _is(body)) for body in bodies])


def _create_datasets(asked: SimultaneousRequests, number: int) -> None:
    asked.remove()
    most = asked.tools.workspace.profile.value("project.datasets.max")
    if most is not None and number >= most:
        raise ConcludedError(Verdict.NOT_APPLICABLE, f"a project may have {most} datasets, and {number} are made anew")
    project = str(asked.new_project("datasets at once").answer.body.get("id"))
    target = filled(asked.operation, asked.tools.resources.values_with(asked.operation, {"project": project}))
    bodies = [new_dataset(f"{asked.turn} at once {n}") for n in range(number)]
    asked.send([LegalRequest(target, body, _below(target), _is(body)) for body in bodies])


def _below(target: str) -> Callable[[Sent], str]:
    """Where what an answer names is read."""
    return lambda sent: f"{target}/{sent.answer.fields.get('id')}"


def _is(body: Body) -> Callable[[Any], bool]:
    return lambda shown: not altered({"name": body["name"]}, shown)


def _annotate(asked: SimultaneousRequests, number: int) -> None:
    asked.medium = asked.medium or asked.tools.resources.new("image") or ""
    label = asked.tools.resources.live.get("label")
    if not asked.medium or label is None:
        raise ConcludedError(Verdict.INCONCLUSIVE, "there is no image or no label of the run to annotate with")
    target = filled(asked.operation, asked.tools.resources.values_with(asked.operation, {"image": asked.medium}))
    bodies = [rectangle_annotation(asked.medium, None, label, IMAGE.width, IMAGE.height) for _ in range(number)]
    answers = asked.send([LegalRequest(target, body, _below(target), _annotates(body)) for body in bodies])
    asked.check_latest(f"{target}/latest", answers)


def _annotates(body: Body) -> Callable[[Any], bool]:
    wanted = [each["shape"] for each in body["annotations"]]
    return lambda shown: not altered(wanted, [each.get("shape") for each in objects(shown, "annotations")])


def _edit_labels(asked: SimultaneousRequests, number: int) -> None:
    """Edits of a project each: what two say of the same project may exclude one another."""
    tools, edit = asked.tools, asked.operation
    reader = asked.reader(edit.path)
    while len(asked.projects) < number:
        asked.new_project(f"edited at once {len(asked.projects)}")
    name, values, requests = f"{asked.turn} at once", asked.values(reader), []
    for project in asked.projects[:number]:
        target = filled(edit, {**values, edit.parameters[-1]: project})
        shown = tools.sender.ask(reader, target).answer.fields
        body = with_label(edit_body(edit, tools.document, shown), name)
        requests.append(LegalRequest(target, body, _same(target), lambda read: name in label_names(read)))
    asked.send(requests)


def _same(target: str) -> Callable[[Sent], str]:
    return lambda _sent: target


def _judge_of(operation: Operation) -> Callable[[SimultaneousRequests, int], None] | None:
    return next((_JUDGES[point] for point in operation.points if point in _JUDGES), None)


_JUDGES: Final[Mapping[At, Callable[[SimultaneousRequests, int], None]]] = {
    At.PROJECT_CREATION: _create_projects,
    At.DATASET_CREATION: _create_datasets,
    At.IMAGE_ANNOTATION: _annotate,
    At.LABEL_MANAGEMENT: _edit_labels,
}
