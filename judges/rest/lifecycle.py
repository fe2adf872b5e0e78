"""Create, read, update, read, delete, read: what was done shows, and what was deleted is gone."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from contract.openapi import Operation
from contract.verdicts import Judgement, Verdict
from judges.rest.cases import no_answer
from judges.rest.fuzzer import Fuzzer
from judges.rest.kinds import kinds
from judges.rest.links import Link
from judges.rest.sender import Sent, filled

_GONE: Final = frozenset({404, 410})
# tus 1.0.0, https://tus.io/protocols/resumable-upload
_TUS: Final = {"tus-resumable": "1.0.0"}
_CHUNK: Final = b"geti-contract"


@dataclass(slots=True)
class BrokenError(Exception):
    """A step that did not show: what is concluded, and the request that led to it."""

    judgement: Judgement
    sent: Sent | None = None


def send(
    fuzzer: Fuzzer,
    operation: Operation,
    values: Mapping[str, str],
    headers: Mapping[str, str] | None = None,
    content: bytes | None = None,
    json_body: Any = None,
) -> Sent:
    """Send one step of a sequence. Raises ``BrokenError`` where no answer came, or one of an error within."""
    if json_body is not None:
        headers, content = {"content-type": "application/json"}, json.dumps(json_body).encode()
    sent = fuzzer.sender.send(operation, filled(operation, values), headers, content)
    judgement = no_answer(sent.answer)
    if judgement is not None:
        raise BrokenError(judgement, sent)
    return sent


@dataclass(slots=True)
class Lifecycle:
    """One life of one resource; ``told`` is what was done so far."""

    operations: Sequence[Operation]
    fuzzer: Fuzzer
    creation: Operation
    link: Link
    told: list[str]
    parents: tuple[str, ...] = ()
    made: str = ""
    name: str | None = None

    def live(self) -> None:
        """Tell it to its end. Raises ``BrokenError`` at the first step that did not show."""
        self._create()
        read = self._item("GET")
        before = self._read(read) if read is not None else None
        if self._item("PATCH") is not None and self._item("HEAD") is not None:
            self._append()
        if before is not None:
            self._update(before)
        self._delete()

    def _create(self) -> None:
        fuzzer = self.fuzzer
        values, made_up = fuzzer.resources.values(self.creation)
        self.parents = tuple(values.values())
        if self._item("HEAD") is not None and self.link.pointer.startswith("header"):
            headers = {**_TUS, "upload-length": str(len(_CHUNK))}
            sent = send(self.fuzzer, self.creation, values, headers)
        else:
            found = fuzzer.accepted(self.creation, values)
            if found is None:
                raise BrokenError(Judgement(Verdict.NOT_APPLICABLE, "nothing could be sent that would create one"))
            sent = found
        judgement = no_answer(sent.answer)
        if judgement is not None:
            raise BrokenError(judgement, sent)
        if not sent.answer.accepted:
            sure = not made_up and fuzzer.knows(self.creation)
            verdict = Verdict.INCONCLUSIVE if sure else Verdict.NOT_APPLICABLE
            raise BrokenError(Judgement(verdict, f"none could be created: {sent.answer.words}"), sent)
        made = self.link.follow(sent.response, sent.answer.body)
        if made is None:
            told = f"created with {sent.answer.words}, and the answer has no {self.link.pointer}"
            raise BrokenError(Judgement(Verdict.NONCONFORMING, told), sent)
        self.made = made
        fuzzer.resources.owns(self.link.kind, made)
        self.name = sent.answer.fields.get("name")
        self.told.append("create")

    def _read(self, reader: Operation) -> dict[str, Any] | None:
        sent = self._send(reader)
        body = sent.answer.body
        if not sent.answer.accepted:
            raise BrokenError(Judgement(Verdict.UNCLEAN, f"what was created cannot be read: {sent.answer.words}"), sent)
        if not isinstance(body, dict) or body.get("id", self.made) != self.made:
            raise BrokenError(Judgement(Verdict.UNCLEAN, "what was created reads back with another id"), sent)
        if self.name is not None and body.get("name", self.name) != self.name:
            told = f"created as {self.name!r}, it reads back as {body.get('name')!r}"
            raise BrokenError(Judgement(Verdict.UNCLEAN, told), sent)
        self.told.append("read")
        return body

    def _append(self) -> None:
        """Bytes are appended to a resumable upload, and its offset says so."""
        append, ask = self._item("PATCH"), self._item("HEAD")
        assert append is not None, "asked for before"
        assert ask is not None, "asked for before"
        headers = {**_TUS, "upload-offset": "0", "content-type": "application/offset+octet-stream"}
        sent = self._send(append, headers, _CHUNK)
        if not sent.answer.accepted:
            raise BrokenError(Judgement(Verdict.WRONG_STATUS, f"an append to it got {sent.answer.words}"), sent)
        self.told.append("append")
        shown = self._send(ask, _TUS)
        offset = shown.response.headers.get("upload-offset") if shown.response is not None else None
        if not shown.answer.accepted or offset != str(len(_CHUNK)):
            told = f"{len(_CHUNK)} bytes were appended, and HEAD got {shown.answer.words} with offset {offset}"
            raise BrokenError(Judgement(Verdict.UNCLEAN, told), shown)
        self.told.append("read")

    def _update(self, before: dict[str, Any]) -> None:
        """Give it another name, where it can be edited and the document says how."""
        editor, reader = self._item("PUT"), self._item("GET")
        if editor is None or reader is None or not isinstance(before.get("name"), str):
            return
        name = f"{before['name']}-renamed"
        sent = self._send(editor, json_body={**before, "name": name})
        if not sent.answer.accepted:
            self.told.append(f"no update ({sent.answer.words})")
            return
        shown = self._send(reader)
        got = shown.answer.fields.get("name")
        if got != name:
            raise BrokenError(Judgement(Verdict.UNCLEAN, f"renamed to {name!r}, it reads back as {got!r}"), shown)
        self.told.append("update")

    def _delete(self) -> None:
        delete = self._item("DELETE")
        if delete is None:
            return
        sent = self._send(delete)
        if sent.answer.status == 409:
            if self.link.kind == "job":
                self.told.append(f"no deletion ({sent.answer.words})")
                return
            raise BrokenError(
                Judgement(Verdict.INCONCLUSIVE, f"it is in use: its deletion got {sent.answer.words}"), sent
            )
        if not sent.answer.accepted:
            raise BrokenError(Judgement(Verdict.WRONG_STATUS, f"its deletion got {sent.answer.words}"), sent)
        self.told.append("delete")
        self._gone(delete)

    def _gone(self, deleted: Operation) -> None:
        for operation in self.operations:
            below = operation.path == deleted.path or operation.path.startswith(f"{deleted.path}/")
            if operation.method == "GET" and below and len(operation.parameters) == len(deleted.parameters):
                sent = self._send(operation)
                if sent.answer.accepted:
                    told = f"deleted, yet GET {operation.path} still answers {sent.answer.words}"
                    raise BrokenError(Judgement(Verdict.UNCLEAN, told), sent)
                if sent.answer.status not in _GONE:
                    told = f"deleted, and GET {operation.path} answers {sent.answer.words}, not 404"
                    raise BrokenError(Judgement(Verdict.WRONG_STATUS, told), sent)
            elif operation.method == "GET" and operation.path == self.creation.path:
                sent = send(self.fuzzer, operation, dict(zip(operation.parameters, self.parents, strict=True)))
                if sent.answer.accepted and f'"{self.made}"' in json.dumps(sent.answer.body):
                    raise BrokenError(Judgement(Verdict.UNCLEAN, f"deleted, yet GET {operation.path} lists it"), sent)
        self.told.append("gone")

    def _item(self, method: str) -> Operation | None:
        """The operation on the item that was made, found by the kind of what its path ends with."""
        for operation in self.operations:
            names = kinds(operation)
            if (
                operation.method == method
                and operation.path.endswith("}")
                and names[operation.parameters[-1]] == self.link.kind
                and (self.link.kind == "job" or operation.path.startswith(self.creation.path.partition(":")[0]))
            ):
                return operation
        return None

    def _send(
        self,
        operation: Operation,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
        json_body: Any = None,
    ) -> Sent:
        live = self.fuzzer.resources.live
        above = [live.get(kind, "") for kind in list(kinds(operation).values())[:-1]]
        values = dict(zip(operation.parameters, [*above, self.made], strict=True))
        return send(self.fuzzer, operation, values, headers, content, json_body)
