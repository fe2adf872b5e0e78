"""Which values are asked for at each constraint, and what is expected of them. Pure functions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from contract.constraints import Allowed, Constraint, Kind
from contract.probes import Side
from contract.verdicts import Expected


@dataclass(frozen=True, slots=True)
class ConstraintProbe:
    """One value of one field: ``bound`` says at which of two bounds it lies, ``side`` on which side of it."""

    field: str
    side: Side
    value: int | str
    expected: Expected
    bound: str = ""


def constraint_probes(constraint: Constraint, allowed: Allowed, drawn: tuple[str, ...] = ()) -> list[ConstraintProbe]:
    """All probes of a constraint where ``allowed`` is in force; ``drawn`` are texts that fit its pattern."""
    return [probe for field in constraint.fields for probe in _of_field(constraint, allowed, field, drawn)]


def sampled_probes(constraint: Constraint, allowed: Allowed) -> list[ConstraintProbe]:
    """The probes well inside a constraint, where its bounds are out of reach."""
    inside = [value for value in constraint.sampled if allowed.takes(value)]
    return [
        ConstraintProbe(name, Side.BELOW, value, Expected.ACCEPTED) for name in constraint.fields for value in inside
    ]


def _of_field(
    constraint: Constraint, allowed: Allowed, field: str, drawn: tuple[str, ...]
) -> Iterator[ConstraintProbe]:
    if constraint.kind in (Kind.SET, Kind.PATTERN):
        for value in drawn if constraint.kind is Kind.PATTERN else sorted(allowed.members):
            yield ConstraintProbe(field, Side.AT, value, Expected.ACCEPTED)
        for value in constraint.near:
            if not allowed.takes(value):
                yield ConstraintProbe(field, Side.ABOVE, value, Expected.REFUSED)
        return
    bounds = (("least", allowed.least, -1), ("most", allowed.most, 1))
    for bound, number, outward in bounds:
        for side, step in ((Side.BELOW, -outward), (Side.AT, 0), (Side.ABOVE, outward)) if number is not None else ():
            beyond = side is Side.ABOVE
            last = constraint.read_as if beyond and bound == "most" and constraint.read_as else number
            asked = (last or 0) + step
            if allowed.takes(asked) is not beyond and (beyond or not constraint.only_beyond):
                expected = Expected.REFUSED if beyond else Expected.ACCEPTED
                yield ConstraintProbe(field, side, asked, expected, bound)
    for value in constraint.near:
        yield ConstraintProbe(field, Side.ABOVE, value, Expected.REFUSED)
