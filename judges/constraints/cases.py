"""The cases of the constraints: every probe at each place where it must hold, or the reason why there is none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

from contract.cases import Case, Requirement
from contract.constraint_probes import ConstraintProbe, constraint_probes, sampled_probes
from contract.constraints import CONSTRAINTS, Allowed, Constraint, Kind, Place
from contract.declared_bounds import declared, differences, in_force, operation_at
from contract.openapi import Operation
from contract.profiles import Profile, Setting
from generators.patterns import fitting, missing
from judges.constraints.subjects import subject_of
from judges.probes import expected_words
from judges.rest.plan import Plan

_DRAWN: Final = 3
# Measured: the state before, what is asked, the state after, and its deletion.
_REQUESTS: Final = 5
_SECONDS: Final = 0.06
# A larger file is left to the capacity tier.
_GATE_BYTES: Final = 100_000_000
# Over a good line to a deployment.
_BYTES_A_SECOND: Final = 50_000_000
# What FastAPI and others answer to a value that does not fit: as good as 400 where the document says so.
_UNPROCESSABLE: Final = 422


@dataclass(frozen=True, slots=True, kw_only=True)
class ConstraintCase(Case):
    """One probe of a constraint at a place; ``probe`` is None where ``unjudged`` says why there is none.

    ``allowed`` is what is in force; ``note`` says where the deployment's document states another value than the table.
    """

    constraint: Constraint
    place: Place | None
    allowed: Allowed
    refusals: frozenset[int]
    probe: ConstraintProbe | None
    unjudged: str = ""
    note: str = ""


def constraint_cases(profile: Profile, seed: int, plan: Plan, tier: str = "gate") -> tuple[ConstraintCase, ...]:
    """Every case of the constraints: as the profile says, else as the document of the plan, else as the table.

    Files of gigabytes are sent in the capacity tier alone, in others some well inside in their stead.

    Raises ``LookupError`` for a row that nothing puts into a request: it names where to add that.
    """
    return tuple(case for row in CONSTRAINTS for case in _cases(row, profile, seed, plan, tier))


def _cases(row: Constraint, profile: Profile, seed: int, plan: Plan, tier: str) -> Iterator[ConstraintCase]:
    if row.unjudged:
        yield _unjudged(row, None, row.unjudged)
        return
    subject_of(row)
    for place in row.at:
        here = profile.at(place.id)
        setting, held = here.overrides.get(row.id), here.held_to(row)
        if isinstance(setting, Setting):
            yield _unjudged(row, place, f"the profile file says: {setting}")
            continue
        operation = operation_at(plan.operations, place)
        if operation is None and plan.document is not None:
            yield _unjudged(row, place, "the document has no such operation")
            continue
        largest = _file_bytes(held, place, held.allowed.most or 0)
        out_of_reach = tier != "capacity" and largest > _GATE_BYTES
        if out_of_reach:
            yield _unjudged(row, place, f"takes files of {largest / 1e9:,.1f} GB: judged with --geti-tier capacity")
        for field in row.fields:
            stated = Allowed()
            if operation is not None and setting is None:
                stated = declared(plan.content, operation, row, place, field.partition("+")[0])
            yield from _of_field(held, place, field, operation, stated, seed, sampled=out_of_reach)


def _of_field(
    row: Constraint, place: Place, field: str, operation: Operation | None, stated: Allowed, seed: int, *, sampled: bool
) -> Iterator[ConstraintCase]:
    allowed, note = in_force(row, stated), differences(row, stated)
    refusals = row.refusals
    if operation is not None and str(_UNPROCESSABLE) in operation.statuses:
        refusals |= {_UNPROCESSABLE}
    drawn: tuple[str, ...] = ()
    held = replace(row, fields=(field,))
    if row.kind is Kind.PATTERN:
        drawn = _drawn(allowed.pattern, seed)
        held = replace(held, near=tuple(dict.fromkeys((*row.near, *missing(allowed.pattern, (drawn or ("",))[0])))))
    probes = sampled_probes(held, allowed) if sampled else constraint_probes(held, allowed, drawn)
    for number, probe in enumerate(probes, 1):
        said = f"{probe.value:,} {row.unit}" if isinstance(probe.value, int) else repr(probe.value)
        size = _file_bytes(row, place, probe.value)
        yield ConstraintCase(
            **_fields(row, place),
            variant=_variant(probe, f"text-{number}" if row.kind is Kind.PATTERN else _slug(probe.value)),
            title=f"{place.words}, {f'{field}: ' if field else ''}{said}",
            side=probe.side.value,
            axis=probe.field or None,
            value=probe.value if isinstance(probe.value, int) else None,
            expected=expected_words(probe.expected, refusals),
            requests=_REQUESTS,
            body_bytes=size,
            seconds=_SECONDS + size / _BYTES_A_SECOND,
            constraint=row,
            place=place,
            allowed=allowed,
            refusals=refusals,
            probe=probe,
            note=note,
        )


def _file_bytes(row: Constraint, place: Place, value: int | str) -> int:
    """The size of the file that is sent for a value, in bytes; 0 where none of its bytes is."""
    return value if row.kind is Kind.SIZE and not place.announced and isinstance(value, int) else 0


def _drawn(pattern: str, seed: int) -> tuple[str, ...]:
    try:
        return fitting(pattern, _DRAWN, seed)
    except re.error:  # that of another language: what just misses it is judged all the same
        return ()


def _unjudged(row: Constraint, place: Place | None, reason: str) -> ConstraintCase:
    return ConstraintCase(
        **_fields(row, place),
        variant="unjudged",
        title=row.sentence,
        constraint=row,
        place=place,
        allowed=row.allowed,
        refusals=row.refusals,
        probe=None,
        unjudged=reason,
    )


def _fields(row: Constraint, place: Place | None) -> dict[str, Any]:
    return {
        "requirement": Requirement(row.id, "" if place is None else place.id),
        "citation": row.source,
        "group": row.id,
        "read_only": place is not None and not place.operation.mutates,
    }


def _variant(probe: ConstraintProbe, value: str) -> str:
    of_numbers = isinstance(probe.value, int) and probe.bound != ""
    return "/".join(part for part in (probe.side.value, probe.bound, probe.field, "" if of_numbers else value) if part)


def _slug(value: int | str) -> str:
    return re.sub(r"[^A-Za-z0-9.]+", "-", str(value)).strip("-")
