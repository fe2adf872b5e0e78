"""Bodies that are known to be good, damaged in one field after the other: none of them breaks anything."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from zlib import crc32

from contract.limits import EnforcementPoint as At
from contract.openapi import Operation
from contract.verdicts import Judgement, Verdict
from judges.rest.bodies import Body, edit_body, known_body
from judges.rest.cases import RestCase
from judges.rest.findings import ConcludedError, Finding, Sent, judgeable, not_judged
from judges.rest.full_bodies import hierarchy
from judges.rest.plan import Plan
from judges.rest.round_trip import RoundTrip
from judges.rest.sender import filled
from judges.rest.tools import Tools

_JSON: Final = {"content-type": "application/json"}
_TWICE: Final = "geti-contract twice"
_LEFT_OUT: Final = object()
# Where a body holds free text. An edit may not change what a task or a group is called; where nothing has a name the
# ids of labels are text, too.
_TEXTS: Final[Mapping[str, frozenset[str]]] = {
    "POST": frozenset({"name", "title", "group"}),
    "PUT": frozenset({"name"}),
}
_IDS: Final = frozenset({"id"})
# How many of the damages each field gets, and from which on they take turns: what two operations take alike they share.
_SHARES: Final[Mapping[At, tuple[int, int]]] = {
    At.PROJECT_CREATION: (5, 0),
    At.LABEL_MANAGEMENT: (5, 0),
    At.DATASET_CREATION: (5, 0),
    At.IMAGE_ANNOTATION: (3, 0),
    At.FRAME_ANNOTATION: (2, 3),
}


def with_known_bodies(plan: Plan) -> tuple[Operation, ...]:
    """The operations of which a body is known that should be accepted."""
    return tuple(each for each in plan.operations if _share(each))


def judge_damaged_bodies(case: RestCase, tools: Tools) -> Finding:
    """Send a good body damaged in each field; what is accepted must be there to be read."""
    operation = case.only_operation
    trip = RoundTrip(tools, operation)
    if At.LABEL_MANAGEMENT not in operation.points:
        return _judged(trip, tools.resources.values(operation)[0], _good_body(trip))
    reader = trip.reader(operation)
    if reader is None:
        return not_judged("the document has no operation that reads what is edited")
    with trip.project(hierarchy(f"{tools.resources.name} damaged")) as (_, created):
        values = {**tools.resources.values(reader)[0], reader.parameters[-1]: str(created.answer.body["id"])}
        return _judged(trip, values, edit_body(operation, tools.document, trip.read(reader, values)().answer.fields))


def _good_body(trip: RoundTrip) -> Body | None:
    if At.PROJECT_CREATION in trip.operation.points:
        return hierarchy(f"{trip.tools.resources.name} damaged")
    return known_body(trip.operation, trip.tools.resources, trip.tools.resources.values(trip.operation)[0])


def _judged(trip: RoundTrip, values: Mapping[str, str], body: Body | None) -> Finding:
    share, operation = _share(trip.operation), trip.operation
    if body is None or share is None:
        return not_judged("no body is known that should be accepted")
    reader = trip.reader(operation) if operation.path.endswith("}") else trip.item(operation)
    target, count, accepted = filled(operation, values), 0, 0
    for each in (*damaged(body, *share), with_null_characters(body, operation.method)):
        sent = trip.tools.sender.send(operation, target, _JSON, each.content)
        count += 1
        try:
            _check(trip, sent, reader, values)
        except ConcludedError as error:
            return Finding(error.finding.judgement, sent, {"tried": each.words})
        accepted += sent.answer.accepted
    reason = f"{count} damaged bodies: {count - accepted} refused, {accepted} taken and read back"
    return Finding(Judgement(Verdict.KEPT, reason))


def _check(trip: RoundTrip, sent: Sent, reader: Operation | None, values: Mapping[str, str]) -> None:
    """Raises ``ConcludedError`` where the deployment broke, or took what it cannot show."""
    answer = judgeable(sent).answer
    if not answer.accepted:
        return
    made = answer.text("id")
    if reader is not None and made is not None:
        read = trip.read(reader, {**values, reader.parameters[-1]: made})
        shown = trip.tools.workspace.client.settling.until(read, lambda sent: sent.answer.accepted)
        if not shown.answer.accepted:
            reason = f"accepted with {answer.words}, and its reading got {shown.answer.words}"
            raise ConcludedError(Verdict.UNCLEAN, reason, shown)
    if trip.operation.method == "POST":
        trip.tools.resources.note(trip.operation, filled(trip.operation, values), answer)


def _share(operation: Operation) -> tuple[int, int] | None:
    return next((_SHARES[point] for point in operation.points if point in _SHARES), None)


@dataclass(frozen=True, slots=True)
class DamagedBody:
    """A body with one field damaged: ``words`` say which and how."""

    words: str
    content: bytes


def damaged(body: Body, damages: int = 5, first: int = 0) -> Iterator[DamagedBody]:
    """The body with each of its fields damaged; of the ``damages`` that each gets the ``first`` takes turns."""
    for place in _places(body, ()):
        names = "/".join(step for step in place if isinstance(step, str))
        start = first + crc32(names.encode())
        for turn in range(damages):
            words, damage = _DAMAGES[(start + turn) % len(_DAMAGES)]
            content = damage(body, place)
            if content is not None:
                yield DamagedBody(f"{names} {words}", content.encode())


def with_null_characters(body: Body, method: str) -> DamagedBody:
    """The body with U+0000 behind each of its free texts, wherever it stands: JSON allows it."""
    texts = _texts(body, _TEXTS[method]) or _texts(body, _IDS)
    content = json.dumps(_mapped(body, lambda text: f"{text}\0" if text in texts else text))
    return DamagedBody("free text with U+0000", content.encode())


def _texts(value: Any, names: frozenset[str]) -> frozenset[str]:
    """The texts under any of some names, however deep."""
    if isinstance(value, list):
        return frozenset().union(*(_texts(each, names) for each in value))
    if not isinstance(value, Mapping):
        return frozenset()
    own = {inner for name, inner in value.items() if name in names and isinstance(inner, str)}
    return frozenset(own).union(*(_texts(inner, names) for inner in value.values()))


def _mapped(value: Any, change: Callable[[str], str]) -> Any:
    """The value with each of its texts changed."""
    if isinstance(value, Mapping):
        return {name: _mapped(inner, change) for name, inner in value.items()}
    if isinstance(value, list):
        return [_mapped(inner, change) for inner in value]
    return change(value) if isinstance(value, str) else value


_Place = tuple[str | int, ...]


def _places(value: Any, above: _Place) -> Iterator[_Place]:
    """Each field of a body, and of a list that of its entries which has the most fields."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield (*above, name)
            yield from _places(inner, (*above, name))
    elif isinstance(value, list) and value:
        richest = max(range(len(value)), key=lambda n: len(value[n]) if isinstance(value[n], Mapping) else 0)
        yield from _places(value[richest], (*above, richest))


def _replaced(value: Any, place: _Place, change: Callable[[Any], Any]) -> Any:
    """The value with what lies at a place changed; without it where the change gives ``_LEFT_OUT``."""
    step, *rest = place
    items = list(value.items()) if isinstance(value, Mapping) else list(enumerate(value))
    changed = [
        (key, inner if key != step else _replaced(inner, tuple(rest), change) if rest else change(inner))
        for key, inner in items
    ]
    kept = [(key, inner) for key, inner in changed if inner is not _LEFT_OUT]
    return dict(kept) if isinstance(value, Mapping) else [inner for _key, inner in kept]


def _at(body: Body, place: _Place) -> Any:
    value: Any = body
    for step in place:
        value = value[step]
    return value


def _left_out(body: Body, place: _Place) -> str | None:
    return json.dumps(_replaced(body, place, lambda _: _LEFT_OUT))


def _emptied(body: Body, place: _Place) -> str | None:
    value = _at(body, place)
    return json.dumps(_replaced(body, place, lambda _: type(value)())) if isinstance(value, str | list | dict) else None


def _nulled(body: Body, place: _Place) -> str | None:
    return None if _at(body, place) is None else json.dumps(_replaced(body, place, lambda _: None))


def _of_another_type(body: Body, place: _Place) -> str | None:
    value = _at(body, place)
    other: Any = 7 if isinstance(value, str) else {} if isinstance(value, list) else [] if value is None else "x"
    return json.dumps(_replaced(body, place, lambda _: other))


def _doubled(body: Body, place: _Place) -> str | None:
    """A list with its richest entry twice, or the name of a field twice in its object."""
    value, *_, name = _at(body, place), place[-1]
    if isinstance(value, list):
        return json.dumps(_replaced(body, place, lambda inner: [*inner, *inner[-1:]])) if value else None
    if len(place) == 1:
        return json.dumps({**body, _TWICE: value}).replace(json.dumps(_TWICE), json.dumps(name))
    twice = _replaced(body, place[:-1], lambda holder: {**holder, _TWICE: value})
    return json.dumps(twice).replace(json.dumps(_TWICE), json.dumps(name))


_DAMAGES: Final = (
    ("left out", _left_out),
    ("nulled", _nulled),
    ("of another type", _of_another_type),
    ("emptied", _emptied),
    ("doubled", _doubled),
)
