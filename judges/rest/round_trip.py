"""What is sent to an operation and read back wherever it is shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode

from contract.limits import EnforcementPoint
from contract.openapi import Operation
from contract.operations import WORKSPACE, ApiOperation, shape_of
from contract.verdicts import Verdict
from judges.rest.bodies import Body, json_request
from judges.rest.comparison import altered
from judges.rest.findings import ConcludedError, Sent
from judges.rest.sender import filled
from judges.rest.tools import Tools


@dataclass(slots=True)
class RoundTrip:
    """What is sent to one operation and read back; ``taken`` counts the bodies that were accepted."""

    tools: Tools
    operation: Operation
    taken: int = 0
    refused: Sent | None = None

    def sent(self, operation: Operation, values: Mapping[str, str], *bodies: Body) -> tuple[Body, Sent] | None:
        """The first of several bodies that is accepted, and its answer; None where none is."""
        for body in bodies:
            sent = self.tools.sender.ask(operation, filled(operation, values), *json_request(body))
            if sent.answer.fields:
                self.taken += operation is self.operation
                return body, sent
            self.refused = sent
        return None

    def check(self, wanted: Any, read: Callable[[], Sent], part: Callable[[Any], Any], where: str) -> Sent:
        """What is read, once it shows what is wanted. Raises ``ConcludedError`` where it does not."""
        settling = self.tools.workspace.client.settling
        shown = settling.until(read, lambda sent: not altered(wanted, part(sent.answer.fields)))
        if not shown.answer.accepted:
            reason = f"accepted, and {where} got {shown.answer.words}"
            raise ConcludedError(Verdict.UNCLEAN, reason, shown)
        differences = altered(wanted, part(shown.answer.fields))
        if differences:
            more = f" and {len(differences) - 1} more" if len(differences) > 1 else ""
            raise ConcludedError(Verdict.UNCLEAN, f"accepted, and in {where} {differences[0]}{more}", shown)
        return shown

    def reader(self, operation: Operation | ApiOperation) -> Operation | None:
        """The GET on the path of an operation, in the document."""
        shape = operation.shape if isinstance(operation, Operation) else shape_of(WORKSPACE) + operation.shape
        return next((each for each in self.tools.plan.operations if (each.method, each.shape) == ("GET", shape)), None)

    def item(self, collection: Operation) -> Operation | None:
        """The GET on one item of a collection."""
        return next((each for path, each in self.tools.plan.readers.items() if _is_item(path, collection.path)), None)

    def read(
        self, reader: Operation, values: Mapping[str, str], query: Mapping[str, str] = MappingProxyType({})
    ) -> Callable[[], Sent]:
        """What asks a reader."""
        target = filled(reader, values) + (f"?{urlencode(query)}" if query else "")
        return lambda: self.tools.sender.ask(reader, target)

    def answer(self, made: tuple[Body, Sent]) -> Callable[[], Sent]:
        """What gives the answer to a body once more."""
        return lambda: made[1]

    def check_listed(self, listing: ApiOperation, name: str, identifier: str, wanted: str) -> None:
        """Whether an entry has its name in a listing, too, and no other beside it."""
        reader = self.reader(listing)
        if reader is None:
            return
        values = self.tools.resources.values(reader)[0]

        def named(body: Any) -> Any:
            entries = body.get(name) if isinstance(body, Mapping) else None
            found = [each for each in entries or () if isinstance(each, Mapping) and each.get("id") == identifier]
            if len(found) > 1:
                return {"name": [each.get("name") for each in found]}
            return found[0] if found else {"name": wanted}  # a listing that leaves it out is judged by another rule

        self.check({"name": wanted}, self.read(reader, values), named, "the listing")

    @contextmanager
    def leaving_alone(
        self, reader: Operation, values: Mapping[str, str], part: Callable[[Mapping[str, Any]], Body]
    ) -> Iterator[None]:
        """What lies beside reads back as before. Raises ``ConcludedError`` where a part of it does not."""
        before = part(self.read(reader, values)().answer.fields)
        yield
        self.check(before, self.read(reader, values), lambda shown: shown, "the reading of what was not edited")

    @contextmanager
    def project(self, *bodies: Body) -> Iterator[tuple[Body, Sent]]:
        """A project of one of the bodies, deleted again. Raises ``ConcludedError`` where none is taken."""
        creation = next(each for each in self.tools.plan.operations if EnforcementPoint.PROJECT_CREATION in each.points)
        made = self.sent(creation, self.tools.resources.values(creation)[0], *bodies)
        if made is None:
            words = self.refused.answer.words_with_message if self.refused else "nothing"
            raise ConcludedError(Verdict.INCONCLUSIVE, f"no project could be made for it: {words}", self.refused)
        answer, client = made[1].answer, self.tools.workspace.client
        identifier, datasets = str(answer.body.get("id")), answer.names("datasets")
        client.created.update((identifier, *(datasets or ())))
        self.tools.resources.projects.append(identifier)
        try:
            if not datasets:
                raise ConcludedError(Verdict.INCONCLUSIVE, "the project that was made for it shows no dataset", made[1])
            yield made
        finally:
            if self.tools.workspace.entities.delete_project(identifier).accepted:
                self.tools.resources.projects.remove(identifier)


def _is_item(path: str, collection: str) -> bool:
    return path.startswith(f"{collection}/{{") and path.endswith("}") and "/" not in path[len(collection) + 1 :]
