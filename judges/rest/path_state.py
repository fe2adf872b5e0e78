"""What the path of an operation reads as: a request that is refused must not change it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from contract.openapi import Operation
from contract.verdicts import Judgement, Verdict
from judges.rest.findings import Sent
from judges.rest.resources import Resources
from judges.rest.sender import Sender, filled


@dataclass(slots=True)
class PathState:
    """What an operation's path reads as with some ``values``; None where the document does not let it be read.

    ``readers`` are the operations that read a path, by it.
    """

    sender: Sender
    resources: Resources
    readers: Mapping[str, Operation]
    operation: Operation
    values: Mapping[str, str]
    _seen: str | None = None

    def look(self) -> None:
        """Take the state that is there now; where reads lag, once it no longer changes."""
        settling = self.sender.client.settling
        self._seen = settling.at_rest(self._read) if settling.longest_s else self._read()

    def changed_by(self, sent: Sent) -> Judgement | None:
        """What a refused request changed all the same."""
        if self._seen is None:
            return None
        unchanged = (None, self._seen)
        state = self.sender.client.settling.until(self._read, lambda state: state in unchanged)
        if state in unchanged:
            return None
        self._seen = state
        return Judgement(Verdict.UNCLEAN, f"refused with {sent.answer.words}, yet what the path reads as has changed")

    def _read(self) -> str | None:
        reader, operation = self.readers.get(self.operation.path), self.operation
        if reader is None or not operation.mutates or operation.method == "DELETE":
            return None
        if not any(value in self.values.values() for value in self.resources.projects):
            return None
        sent = self.sender.send(reader, filled(reader, self.values))
        return json.dumps(sent.answer.body, sort_keys=True) if sent.answer.accepted else None
