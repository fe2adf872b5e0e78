"""What became of a planted thing: lost, altered, no longer readable or newly refused. Pure functions."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain
from typing import Any, Final

from contract.numbers import same
from contract.observations import Answer
from contract.planted import Thing
from contract.planted_kinds import KINDS
from contract.verdicts import Judgement, Verdict, inconclusive_reason

_SHOWN: Final = 120
# No document says in which order the annotations of a version are listed.
_OF_ANY_ORDER: Final = frozenset({"annotations"})


class Change(StrEnum):
    """What an upgrade did to a thing; the words of the reports."""

    LOST = "lost"
    ALTERED = "altered"
    UNREADABLE = "no longer readable"
    REFUSED = "newly refused"


@dataclass(frozen=True, slots=True)
class Seen:
    """What was read of a thing: the answer that decides, and the facts of it.

    ``facts`` is None where the answer is no success, or says nothing. ``gone`` says what is no longer there, the thing
    or what it lay in, in words that are the same for all that went with it; ``unreadable`` says why the body could not
    be read, ``unknown`` why the thing cannot be looked for at all, and ``detail`` more about what differs.
    """

    answer: Answer
    facts: Mapping[str, Any] | None = None
    gone: str = ""
    unreadable: str = ""
    unknown: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Became:
    """The judgement on a thing, the change where there is one, and ``notes`` on what the server may change.

    ``cause`` is the same for all things that changed alike.
    """

    judgement: Judgement
    change: Change | None = None
    notes: tuple[str, ...] = ()
    cause: str = ""


def became(thing: Thing, seen: Seen) -> Became:
    """What became of a thing by what is seen of it now; fails closed."""
    answer = seen.answer
    if seen.unknown:
        return Became(Judgement(Verdict.NOT_APPLICABLE, seen.unknown))
    if seen.gone:
        return _changed(Change.LOST, Verdict.UNCLEAN, seen.gone, seen.gone)
    unjudged = inconclusive_reason(answer)
    if unjudged is not None:
        return Became(unjudged)
    answered, alike = f"answered {answer.words_with_message}", f"{thing.kind}, {answer.words}"
    if answer.status in (404, 410):
        return _changed(Change.LOST, Verdict.UNCLEAN, answered, alike)
    if answer.status is not None and answer.status >= 500:
        return _changed(Change.UNREADABLE, Verdict.CRASHED, answered, alike)
    if not answer.accepted:
        return _changed(Change.REFUSED, Verdict.OVER_ENFORCED, answered, alike)
    if seen.facts is None:
        why = seen.unreadable or "the answer says nothing of it"
        return _changed(Change.UNREADABLE, Verdict.UNCLEAN, why, f"{thing.kind}, {why}")
    altered = {
        name: words
        for name in KINDS[thing.kind].firm
        if (words := list(_differences(name, thing.facts.get(name), seen.facts.get(name))))
    }
    if altered:
        details = [*filter(None, [seen.detail]), *chain.from_iterable(altered.values())]
        return _changed(Change.ALTERED, Verdict.UNCLEAN, "; ".join(details), f"{thing.kind}, {', '.join(altered)}")
    return Became(Judgement(Verdict.KEPT, "it reads back as it was planted"), notes=_notes(thing, seen.facts))


def _changed(change: Change, verdict: Verdict, words: str, cause: str) -> Became:
    return Became(Judgement(verdict, f"{change}: {words}"), change, cause=f"{change}, {cause}")


def _differences(name: str, before: Any, after: Any) -> Iterator[str]:
    """How a fact differs, in words; what was not said before is compared with nothing."""
    if before is None or same(before, after):
        return
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in before:
            yield from _differences(f"{name} {key}", before[key], after.get(key))
    elif isinstance(before, list) and isinstance(after, list):
        was, now = Counter(map(_plain, before)), Counter(map(_plain, after))
        yield from (f"{name}: {each} is gone" for each in (was - now).elements())
        yield from (f"{name}: {each} is new" for each in (now - was).elements())
        if was == now and name not in _OF_ANY_ORDER:
            yield f"{name} stand in another order"
    else:
        yield f"{name} reads back as {_plain(after)}, was {_plain(before)}"


def _notes(thing: Thing, after: Mapping[str, Any]) -> tuple[str, ...]:
    """The facts of the server's own that differ, by name: their values differ each time."""
    firm = KINDS[thing.kind].firm
    was, now = ({key: value for key, value in facts.items() if key not in firm} for facts in (thing.facts, after))
    other = sorted(key for key in was.keys() & now.keys() if was[key] != now[key])
    return (
        *(f"{thing.kind}: {key} differs" for key in other),
        *(f"{thing.kind}: {key} is no longer said" for key in sorted(was.keys() - now.keys())),
        *(f"{thing.kind}: {key} is said newly" for key in sorted(now.keys() - was.keys())),
    )


def _plain(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."
