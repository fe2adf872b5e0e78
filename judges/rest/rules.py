"""The rules of the REST contract. A new rule is one function and one entry in ``RULES``."""

from __future__ import annotations

from functools import partial
from typing import Final

from contract.audit import CITATION
from contract.openapi import Operation
from contract.registry import Registry
from judges.rest.cases import RestCase, Rule
from judges.rest.damaged_bodies import judge_damaged_bodies, with_known_bodies
from judges.rest.fields import judge_fields, with_fields
from judges.rest.findings import Finding
from judges.rest.ids import judge_deleted, judge_elsewhere, judge_malformed
from judges.rest.keys import (
    GARBAGE,
    judge_altered_key,
    judge_displaced_key,
    judge_echo,
    judge_key,
    judge_other_key,
    judge_other_methods,
)
from judges.rest.kinds import kinds
from judges.rest.methods import judge_methods
from judges.rest.pages import judge_pages, listings
from judges.rest.plan import Plan
from judges.rest.refusals import judge_refusals, refusing_creations
from judges.rest.sequences import first_operations, judge_sequence
from judges.rest.simultaneous import judge_at_one_time, judge_duration_at_one_time, simultaneous_operations
from judges.rest.tools import Tools


def rest_cases(plan: Plan) -> tuple[RestCase, ...]:
    """Every case of every rule, in the order of the rules; one for each rule where there is no deployment."""
    return tuple(case for rule in RULES for case in rule.cases(plan))


def _each(plan: Plan) -> tuple[Operation, ...]:
    return plan.operations


def _one_for_each_path(plan: Plan) -> tuple[Operation, ...]:
    return tuple({operation.path: operation for operation in plan.operations}.values())


def _readers(plan: Plan) -> tuple[Operation, ...]:
    return tuple(plan.readers.values())


def _with_ids_of_the_run(plan: Plan) -> tuple[Operation, ...]:
    return tuple(each for each in plan.operations if not _of_the_workspace(each))


def _of_the_workspace(operation: Operation) -> bool:
    """Whether a path names nothing that lies in the workspace."""
    return set(kinds(operation).values()) <= {"organization", "workspace"}


def _always(_operation: Operation) -> bool:
    return True


def _all_together(plan: Plan) -> tuple[None, ...]:
    return (None,) if plan.operations else ()


def _judge_data(case: RestCase, tools: Tools, *, negative: bool) -> Finding:
    return tools.fuzzer.judge(case.only_operation, case.id, negative=negative)


RULES: Final[Registry[Rule]] = Registry(
    Rule(
        id="key-missing",
        sentence="a request without a key is refused",
        operations=_each,
        judge=partial(judge_key, key=None),
        read_only=True,
    ),
    Rule(
        id="key-garbage",
        sentence="a garbage key is refused",
        operations=_each,
        judge=partial(judge_key, key=GARBAGE),
        read_only=True,
    ),
    Rule(
        id="key-expired",
        sentence="an expired key is refused",
        operations=_each,
        judge=partial(judge_other_key, name="expired"),
        read_only=True,
    ),
    Rule(
        id="key-foreign",
        sentence="a key of another organization is refused",
        operations=_each,
        judge=partial(judge_other_key, name="foreign"),
        read_only=True,
    ),
    Rule(
        id="key-altered",
        sentence="a key that is not written as it was issued is refused",
        operations=_each,
        judge=judge_altered_key,
        read_only=True,
        requests=3,
    ),
    Rule(
        id="key-elsewhere",
        sentence="a key opens nothing but in the place that is declared for it",
        operations=_each,
        judge=judge_displaced_key,
        read_only=True,
    ),
    Rule(
        id="key-other-methods",
        sentence="HEAD and OPTIONS show nothing without a key",
        operations=_readers,
        judge=judge_other_methods,
        read_only=True,
        requests=2,
    ),
    Rule(
        id="unsupported-methods",
        sentence="a method that is not declared is answered with 405 or 404",
        operations=_one_for_each_path,
        judge=judge_methods,
        requests=3,
    ),
    Rule(
        id="deleted-ids",
        sentence="the id of a deleted resource is gone",
        operations=_with_ids_of_the_run,
        judge=judge_deleted,
    ),
    Rule(
        id="ids-of-another-project",
        sentence="a resource cannot be reached through another project",
        operations=_with_ids_of_the_run,
        judge=judge_elsewhere,
    ),
    Rule(
        id="malformed-ids",
        sentence="a malformed id is refused",
        operations=_with_ids_of_the_run,
        judge=judge_malformed,
        read_only=True,
        requests=6,
    ),
    Rule(
        id="positive-data",
        sentence="what the document allows is answered as it declares",
        operations=_each,
        judge=partial(_judge_data, negative=False),
        source=CITATION,
        read_only=True,
        seconds=0.30,
        requests=12,
    ),
    Rule(
        id="negative-data",
        sentence="what the document does not allow is refused as it declares, and changes nothing",
        operations=_each,
        judge=partial(_judge_data, negative=True),
        read_only=True,
        seconds=0.24,
        requests=8,
    ),
    Rule(
        id="pages",
        sentence="a listing shows each entry once, on pages of any size, and nothing foreign",
        operations=listings,
        judge=judge_pages,
        exclusive=_of_the_workspace,  # a list shows what any lane or process of the run creates
        requests=12,
    ),
    Rule(
        id="damaged-bodies",
        sentence="a good body with a field left out, nulled, emptied, retyped, doubled or with U+0000 breaks nothing",
        operations=with_known_bodies,
        judge=judge_damaged_bodies,
        seconds=0.3,
        requests=46,
    ),
    Rule(
        id="fields",
        sentence="every field that is sent reads back, and an edit leaves alone what it does not mention",
        operations=with_fields,
        judge=judge_fields,
        seconds=0.2,
        requests=12,
    ),
    Rule(
        id="refusals",
        sentence="nothing of what was refused can be reached",
        operations=refusing_creations,
        judge=judge_refusals,
        requests=5,
    ),
    Rule(
        id="at-one-time",
        sentence="what is legal is taken and kept where several ask for it at one time",
        operations=simultaneous_operations,
        judge=judge_at_one_time,
        exclusive=_always,  # others' projects would take the last places
        seconds=0.3,
        requests=42,
    ),
    Rule(
        id="at-one-time-duration",
        sentence="of what is legal, several at one time, none takes far longer than alone",
        operations=simultaneous_operations,
        judge=judge_duration_at_one_time,
        exclusive=_always,
        timed=True,
        seconds=0.0,
        requests=0,
    ),
    Rule(
        id="sequence",
        sentence="what was created reads back, and what was deleted is gone",
        operations=first_operations,
        judge=judge_sequence,
        requests=8,
    ),
    Rule(
        id="key-never-echoed",
        sentence="the key is never echoed",
        operations=_all_together,
        judge=judge_echo,
        read_only=True,
        cumulative=True,
    ),
)
