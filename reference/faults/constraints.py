"""Every constraint one step too lax, one step too strict, not checked at all, and refused with another status."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

from contract.constraints import CONSTRAINTS, Allowed, Constraint
from reference.behaviour import Behaviour
from reference.errors import ApiError
from reference.faults.fault import Fault, Group

_constraint = Group("constraint", ("openapi.*",))
_OTHER_STATUS: Final = 422
_Change = Callable[[Allowed], Allowed]


def _faults() -> Iterator[Fault]:
    for row in CONSTRAINTS:
        if not row.unjudged:
            yield _fault(row, "unchecked", "is never checked", "above", "not-enforced", _changed(row, _anything))
            yield _fault(row, "status", "is refused with 422", "above", "wrong-status", _refused(row))
            if row.allowed.least is not None or row.allowed.most is not None:
                yield from _steps(row)
            elif len(row.allowed.members) > 1:
                by = _changed(row, lambda allowed: replace(allowed, members=tuple(allowed.members)[:-1]))
                yield _fault(row, "member-refused", "has its last member refused", "at", "over-enforced", by)


def _steps(row: Constraint) -> Iterator[Fault]:
    by = _changed(row, lambda allowed: _moved(allowed, 1))
    yield _fault(row, "off-by-one", "is passed by one and accepted", "above", "not-enforced", by)
    if not row.only_beyond:
        by = _changed(row, lambda allowed: _moved(allowed, -1))
        yield _fault(row, "short-by-one", "has its last legal value refused", "at", "over-enforced", by)


def _fault(row: Constraint, name: str, words: str, side: str, verdict: str, by: type[Behaviour]) -> Fault:
    broken = [row.requirement(place) for place in row.at]
    fault = _constraint(f"{row.id.replace('.', '-')}-{name}", f"{row.id} {words}.")
    return fault.breaks(*broken, side=side, verdict=verdict, by=by)


def _anything(_allowed: Allowed) -> Allowed:
    return Allowed()


def _moved(allowed: Allowed, outward: int) -> Allowed:
    """Bounds that lie so many steps further out."""
    least, most = allowed.least, allowed.most
    return Allowed(least=None if least is None else least - outward, most=None if most is None else most + outward)


def _changed(row: Constraint, change: _Change) -> type[Behaviour]:
    class Changed(Behaviour):
        def allowed(self, constraint: Constraint, place: str) -> Allowed:
            allowed = super().allowed(constraint, place)
            return change(allowed) if constraint.id == row.id else allowed

    return Changed


def _refused(row: Constraint) -> type[Behaviour]:
    class Refused(Behaviour):
        def refusal_of(self, constraint: Constraint) -> int:
            return _OTHER_STATUS if constraint.id == row.id else super().refusal_of(constraint)

    return Refused


def _media_beyond(mebibytes: int, *broken: str) -> Fault:
    """A proxy before the deployment that takes no large body."""

    class RefusedBeyond(Behaviour):
        def hold(self, constraint_id: str, place: str, value: float | str) -> None:
            if constraint_id in ("image.file.max", "video.file.max") and float(value) > mebibytes << 20:
                raise ApiError(413, "payload_too_large", "Request Entity Too Large")
            super().hold(constraint_id, place, value)

    fault = _constraint(f"media-beyond-{mebibytes}-mib-refused", f"A medium of more than {mebibytes} MiB is refused.")
    return fault.breaks(*broken, side="at", verdict="over-enforced", by=RefusedBeyond)


FAULTS: Final = (
    *_faults(),
    _media_beyond(10, "image.file.max@image-upload", "video.file.max@video-upload"),
    _media_beyond(50, "video.file.max@video-upload"),
)
