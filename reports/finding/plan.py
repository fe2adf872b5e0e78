"""From a finding to the plan of its folder: steps to send, and the check of their answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from contract.results import Result
from reports.finding.bodies import Files
from reports.finding.checks import Check, check_of, expected, tells, together_with
from reports.finding.names import Names, parsed
from reports.finding.steps import Step, Steps

# A job, or a host that is behind, is given so many seconds, and no more however long it was asked for.
_JOB_S: Final = 120.0
_LAG_S: Final = 5.0


@dataclass(frozen=True, slots=True)
class Plan:
    """What ``plan.json`` holds, and the files beside it."""

    content: Mapping[str, Any]
    files: Files


def plan_of(result: Result) -> Plan | None:
    """The plan of a finding; None where its exchanges were not kept, or none of them decides it."""
    if not result.recordings:
        return None
    files = Files()
    steps = Steps.of(result.recordings[-1], files)
    check = check_of(result, steps)
    if check is None:
        return None
    needed = steps.needed(check.steps)
    gives = _gives(steps, needed)
    steps.names.given = {name for given in gives.values() for name in given}
    others = _others(result, check)
    wanted = {id(step): expected(step, steps.names, others.get(id(step))) for step in check.steps}
    if not tells(check, list(wanted.values())):
        return None
    listed = [
        _fields(
            step,
            wanted.get(id(step)),
            gives.get(id(step), {}),
            together=step.together if together_with(step, steps) else 0,
        )
        for step in needed
    ]
    kept = {part["file"] for step in listed for part in (step, *step.get("parts", ())) if "file" in part}
    files.pack(kept)
    numbers = [number for number, step in enumerate(needed, 1) if id(step) in wanted]
    content = {
        "requirement": result.requirement,
        "verdict": result.verdict.value,
        "reason": result.reason,
        "expected": result.expected or result.title,
        "check": {
            "kind": check.kind,
            "steps": numbers,
            "passes": check.passes,
            "exact": check.exact,
            **_listing(check),
        },
        "prefix": str(result.recordings[-1].names.get("prefix", "")).replace(
            result.recordings[-1].names.get("run", "-"), "${run}"
        ),
        "steps": listed,
    }
    return Plan(content, files)


def _listing(check: Check) -> dict[str, Any]:
    listing = check.listing
    return {} if listing is None else {"wrong": list(listing.wrong), "items": dict(listing.items)}


def _gives(steps: Steps, needed: Sequence[Step]) -> dict[int, dict[str, str]]:
    """By step the variables that its answer gives, and where they stand in it."""
    places: dict[int, dict[str, str]] = {}
    for name, (number, place) in steps.names.gives.items():
        step = steps.listed[number]
        if step in needed:
            places.setdefault(id(step), {})[name] = place
    return places


def _others(result: Result, check: Check) -> dict[int, tuple[Step, Names]]:
    """The steps of an earlier recording that are the same as those that are checked, where there are as many."""
    if len(result.recordings) < 2:
        return {}
    other = Steps.of(result.recordings[-2], Files())
    second = check_of(result, other)
    if second is None or len(second.steps) != len(check.steps):
        return {}
    given = _gives(other, other.needed(second.steps))
    other.names.given = {name for each in given.values() for name in each}
    pairs = zip(check.steps, second.steps, strict=True)
    return {id(one): (two, other.names) for one, two in pairs if one.fields["method"] == two.fields["method"]}


def _fields(step: Step, wanted: Mapping[str, Any] | None, gives: Mapping[str, str], *, together: int) -> dict[str, Any]:
    body = parsed(step.exchange)
    state = body.get("state") if isinstance(body, Mapping) else None
    fields = {**step.fields, "status": step.exchange.status}
    if gives:
        fields["gives"] = dict(gives)
    if together:
        fields["together"] = together
    if step.exchange.reads and isinstance(state, str):
        fields |= {"state": state.lower(), "wait_s": _JOB_S}
    elif step.waited_s:
        fields["wait_s"] = round(min(step.waited_s, _LAG_S), 1)
    if wanted is not None:
        fields["expected"] = dict(wanted)
    elif not step.exchange.reads and step.exchange.accepted and step.exchange.method != "DELETE":
        fields["needed"] = True
    return fields
