"""Create, read, update, read, delete, read: what was done shows, and what was deleted is gone."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from contract.identifiers import canonical, identifiers
from contract.openapi import Operation
from contract.verdicts import Verdict
from judges.rest.bodies import edit_body, json_request
from judges.rest.findings import ConcludedError, Sent, judgeable
from judges.rest.kinds import kinds
from judges.rest.links import Link
from judges.rest.sender import filled
from judges.rest.tools import Tools

_GONE: Final = frozenset({404, 410})
# tus 1.0.0, https://tus.io/protocols/resumable-upload
_TUS: Final = {"tus-resumable": "1.0.0"}
_CHUNK: Final = b"geti-contract"
Body = dict[str, Any]


@dataclass(slots=True)
class Lifecycle:
    """The life of one resource, from ``creation`` on; ``steps`` is what was done so far."""

    tools: Tools
    creation: Operation
    link: Link
    steps: list[str]
    parents: dict[str, str] = field(default_factory=dict)
    made: str = ""

    def run(self) -> None:
        """Go through it to its end. Raises ``ConcludedError`` at the first step that did not show."""
        created = self._create()
        reader, editor, asker, appender, deletion = map(self._item, ("GET", "PUT", "HEAD", "PATCH", "DELETE"))
        shown = self._read(reader, created) if reader is not None else {}
        if appender is not None and asker is not None:
            self._append(appender, asker)
        if editor is not None and reader is not None and isinstance(shown.get("name"), str):
            self._rename(editor, reader, shown)
        if deletion is not None:
            self._delete(deletion)

    def _create(self) -> Sent:
        self.parents, made_up = self.tools.resources.values(self.creation)
        if self._item("HEAD") is not None and self.link.pointer.startswith("header"):
            headers = {**_TUS, "upload-length": str(len(_CHUNK))}
            sent: Sent | None = self.tools.sender.send(self.creation, filled(self.creation, self.parents), headers)
        else:
            sent = self.tools.fuzzer.accepted(self.creation, self.parents)
        if sent is None:
            raise ConcludedError(Verdict.NOT_APPLICABLE, "nothing could be sent that would create one")
        if not judgeable(sent).answer.accepted:
            # Only of an operation that is known it is sure that what was sent is legal.
            sure = not made_up and self.creation.points
            verdict = Verdict.INCONCLUSIVE if sure else Verdict.NOT_APPLICABLE
            raise ConcludedError(verdict, f"none could be created: {sent.answer.words_with_message}", sent)
        made = self.link.follow(sent.response, sent.answer.body)
        if made is None:
            reason = f"created with {sent.answer.words}, and the answer has no {self.link.pointer}"
            raise ConcludedError(Verdict.NONCONFORMING, reason, sent)
        self.made = made
        self.tools.resources.owns(self.link.kind, made)
        self.steps.append("create")
        return sent

    def _read(self, reader: Operation, created: Sent) -> Body:
        sent = self._ask(reader)
        if not sent.answer.accepted:
            reason = f"what was created cannot be read: {sent.answer.words}"
            raise ConcludedError(Verdict.UNCLEAN, reason, sent)
        body = sent.answer.body
        if not isinstance(body, dict) or canonical(str(body.get("id", self.made))) != canonical(self.made):
            raise ConcludedError(Verdict.UNCLEAN, "what was created reads back with another id", sent)
        name = created.answer.text("name")
        if name is not None and body.get("name", name) != name:
            reason = f"created as {name!r}, it reads back as {body.get('name')!r}"
            raise ConcludedError(Verdict.UNCLEAN, reason, sent)
        self.steps.append("read")
        return body

    def _append(self, appender: Operation, asker: Operation) -> None:
        headers = {**_TUS, "upload-offset": "0", "content-type": "application/offset+octet-stream"}
        sent = self._ask(appender, headers, _CHUNK)
        if not sent.answer.accepted:
            raise ConcludedError(Verdict.WRONG_STATUS, f"an append to it got {sent.answer.words}", sent)
        self.steps.append("append")
        shown = self._settled(lambda: self._ask(asker, _TUS), lambda sent: _offset(sent) == str(len(_CHUNK)))
        offset = _offset(shown)
        if not shown.answer.accepted or offset != str(len(_CHUNK)):
            reason = f"{len(_CHUNK)} bytes were appended, and HEAD got {shown.answer.words} with offset {offset}"
            raise ConcludedError(Verdict.UNCLEAN, reason, shown)
        self.steps.append("read")

    def _rename(self, editor: Operation, reader: Operation, shown: Body) -> None:
        name = f"{shown['name']}-renamed"
        body = edit_body(editor, self.tools.document, shown)
        sent = self._ask(editor, *json_request({**body, "name": name}))
        if not sent.answer.accepted:
            self.steps.append(f"no update ({sent.answer.words})")
            return
        renamed = self._settled(lambda: self._ask(reader), lambda sent: sent.answer.fields.get("name") == name)
        got = renamed.answer.fields.get("name")
        if got != name:
            reason = f"renamed to {name!r}, it reads back as {got!r}"
            raise ConcludedError(Verdict.UNCLEAN, reason, renamed)
        self.steps.append("update")

    def _delete(self, deletion: Operation) -> None:
        sent = self._ask(deletion)
        if sent.answer.status == 409:
            if self.link.kind == "job":
                self.steps.append(f"no deletion ({sent.answer.words})")
                return
            reason = f"it is in use: its deletion got {sent.answer.words_with_message}"
            raise ConcludedError(Verdict.INCONCLUSIVE, reason, sent)
        if not sent.answer.accepted:
            reason = f"its deletion got {sent.answer.words}"
            raise ConcludedError(Verdict.WRONG_STATUS, reason, sent)
        self.steps.append("delete")
        for operation in self.tools.plan.operations:
            if operation.method == "GET":
                self._gone(operation, deletion)
        self.steps.append("gone")

    def _gone(self, reader: Operation, deletion: Operation) -> None:
        """What reads the deleted item, or something of it, finds nothing; what lists its kind leaves it out."""
        below = reader.path == deletion.path or reader.path.startswith(f"{deletion.path}/")
        if below and len(reader.parameters) == len(deletion.parameters):
            sent = self._ask(reader)
            if sent.answer.accepted:
                reason = f"deleted, yet GET {reader.path} still answers {sent.answer.words}"
                raise ConcludedError(Verdict.UNCLEAN, reason, sent)
            if sent.answer.status not in _GONE:
                reason = f"deleted, and GET {reader.path} answers {sent.answer.words}, not 404"
                raise ConcludedError(Verdict.WRONG_STATUS, reason, sent)
        elif reader.path == self.creation.path:
            path = filled(reader, self.parents)
            sent = self._settled(lambda: self.tools.sender.ask(reader, path), lambda sent: not self._is_listed(sent))
            if self._is_listed(sent):
                raise ConcludedError(Verdict.UNCLEAN, f"deleted, yet GET {reader.path} lists it", sent)

    def _is_listed(self, sent: Sent) -> bool:
        return sent.answer.accepted and _names(sent.answer.body, self.made)

    def _settled(self, read: Callable[[], Sent], clean: Callable[[Sent], bool]) -> Sent:
        return self.tools.workspace.client.settling.until(read, clean)

    def _item(self, method: str) -> Operation | None:
        """The operation on the item that was made, found by the kind of what its path ends with."""
        collection = self.creation.path.partition(":")[0]
        for operation in self.tools.plan.operations:
            if (
                operation.method == method
                and operation.path.endswith("}")
                and kinds(operation)[operation.parameters[-1]] == self.link.kind
                and (self.link.kind == "job" or operation.path.startswith(collection))
            ):
                return operation
        return None

    def _ask(
        self, operation: Operation, headers: Mapping[str, str] | None = None, content: bytes | None = None
    ) -> Sent:
        *above, _ = kinds(operation).values()
        ids = [*(self.tools.resources.live.get(kind, "") for kind in above), self.made]
        values = dict(zip(operation.parameters, ids, strict=True))
        return self.tools.sender.ask(operation, filled(operation, values), headers, content)


def _offset(sent: Sent) -> str | None:
    """How much of a resumable upload is there, as the answer says."""
    return sent.response.headers.get("upload-offset") if sent.response is not None else None


def _names(body: Any, identifier: str) -> bool:
    """Whether an answer names an id, in whatever spelling."""
    text = json.dumps(body)
    return f'"{identifier}"' in text or canonical(identifier) in identifiers(text)
