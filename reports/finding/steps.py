"""The requests of a recording as steps of a plan: ids by name, and what is of no consequence left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from contract.recording import OWN_KEY, RecordedExchange, Recording
from reports.finding.bodies import Files, body_of
from reports.finding.names import Names, used

# Two requests were under way at one time where one began so many seconds before the other had its answer.
_OVERLAP_S: Final = 0.0005


@dataclass(slots=True)
class Step:
    """One request to send again, as JSON ``fields``, with the exchange that it was.

    ``decides`` says that the verdict rests on its answer, ``waited_s`` for how long the same was asked again, in
    seconds. ``together`` numbers those that were under way at one time.
    """

    exchange: RecordedExchange
    fields: dict[str, Any]
    decides: bool = False
    waited_s: float = 0.0
    together: int = 0

    @property
    def sent(self) -> tuple[Any, ...]:
        """What makes it the same request as another."""
        return tuple(self.fields.get(name) for name in ("method", "target", "text", "key"))

    @property
    def texts(self) -> list[str]:
        """Everything in it that may name a variable."""
        parts = [text for part in self.fields.get("parts", ()) for text in (part["head"], part.get("text", ""))]
        return [self.fields["target"], self.fields.get("text", ""), *self.fields["headers"].values(), *parts]


@dataclass(slots=True)
class Steps:
    """The steps of a recording in order, what names their ids, and the files with their bodies.

    ``exchanges`` are all that were recorded, also what was read several times.
    """

    listed: list[Step]
    names: Names
    files: Files
    exchanges: Sequence[RecordedExchange]

    @classmethod
    def of(cls, recording: Recording, files: Files) -> Steps:
        """The steps of a recording, every one, with their bodies in ``files``."""
        ordered = sorted(recording.exchanges, key=lambda each: each.started_s)
        steps, until, together = cls([], Names(recording.names), files, ordered), 0.0, 0
        for exchange, waited_s in _without_repeats(ordered, recording.decisive):
            together += exchange.started_s >= until - _OVERLAP_S
            until = max(until, exchange.started_s + exchange.elapsed_s)
            decides = exchange.trace_id in recording.decisive
            steps.listed.append(Step(exchange, steps._asked(exchange), decides, waited_s, together))
            steps.names.learn(len(steps.listed) - 1, exchange)
            if exchange.method == "DELETE" and exchange.accepted:
                steps.names.note_deleted(steps.listed[-1].fields["target"])
        return steps

    def _asked(self, exchange: RecordedExchange) -> dict[str, Any]:
        asked = self.names.asked
        headers = {name: asked(value) for name, value in exchange.headers}
        body = body_of(exchange, self.files, asked)
        if "form" in body:
            headers.pop("content-type", None)
        key = {} if exchange.key == OWN_KEY else {"key": exchange.key}
        return {"method": exchange.method, "target": asked(exchange.target), "headers": headers, **key, **body}

    def needed(self, checked: Sequence[Step]) -> list[Step]:
        """Those that are ``checked``, and the steps without which they would be others.

        What was refused changed nothing, and what was only read does not matter, but for ids that it names, and for
        what is read once more later: a cache may have it from then. What changed something after them is left out.
        """
        wanted, kept, names = {step.sent for step in checked}, [], set[str]()
        last = max((number for number, step in enumerate(self.listed) if step in checked), default=-1)
        given = {number: set[str]() for number in range(len(self.listed))}
        for name, (number, _) in self.names.gives.items():
            given[number].add(name)
        for number in range(last, -1, -1):
            step = self.listed[number]
            status = step.exchange.status
            changed = not step.exchange.reads and (status is None or status < 400 or status >= 500)
            if step in checked or changed or step.sent in wanted or given[number] & names:
                kept.append(step)
                names |= used(step.texts)
        return kept[::-1]


def _without_repeats(
    exchanges: Sequence[RecordedExchange], decisive: Sequence[str]
) -> list[tuple[RecordedExchange, float]]:
    """Of what was read several times with nothing changed in between the last, and how long it was asked for."""
    kept: list[tuple[RecordedExchange, float]] = []
    later: dict[tuple[str, ...], int] = {}
    for each in reversed(exchanges):
        same = (each.method, each.target, each.key or "", each.body.sha256)
        if not each.reads:
            later.clear()
        elif same in later and each.trace_id not in decisive:
            last, _ = kept[later[same]]
            kept[later[same]] = last, last.started_s - each.started_s
            continue
        else:
            later[same] = len(kept)
        kept.append((each, 0.0))
    return kept[::-1]
