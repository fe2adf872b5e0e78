"""Create, read, update, read, delete, read: what was done shows, and what was deleted is gone."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from contract.limits import EnforcementPoint
from contract.openapi import Operation
from contract.verdicts import Judgement, Verdict
from deployment.errors import NotContainedError
from suites.openapi.cases import Case, Finding, no_answer
from suites.openapi.fuzzing import Fuzzer
from suites.openapi.labelling import label_names, with_label, without_label
from suites.openapi.links import Link
from suites.openapi.resources import kinds
from suites.openapi.sending import Sent, filled

_GONE: Final = frozenset({404, 410})
# What costs least of what starts a job: one job is enough to see that jobs can be read.
_CHEAP_FIRST: Final = (":prepare-for-export", ":export", ":prepare-for-import", ":train")
# tus 1.0.0, https://tus.io/protocols/resumable-upload
_TUS: Final = {"tus-resumable": "1.0.0"}
_CHUNK: Final = b"geti-contract"


def told_by(operations: Sequence[Operation], links: Sequence[Link]) -> tuple[Operation, ...]:
    """The operations whose sequence can be told: each creation whose item can be read, one job, the edit of labels."""
    readable = {kinds(op)[op.parameters[-1]] for op in operations
                if op.method in ("GET", "HEAD") and op.path.endswith("}")}  # fmt: skip
    made = [link for link in links if link.creates and link.kind in readable]
    jobs = [link.producer for link in made if link.kind == "job"]
    cheap = sorted(jobs, key=lambda op: next((n for n, end in enumerate(_CHEAP_FIRST) if op.path.endswith(end)), 9))
    chosen = {link.producer.name for link in made if link.kind != "job"} | {op.name for op in cheap[:1]}
    edits = {op.name for op in operations if EnforcementPoint.LABEL_MANAGEMENT in op.points}
    return tuple(operation for operation in operations if operation.name in chosen | edits)


@dataclass(slots=True)
class _Broken(Exception):  # noqa: N818  it carries a finding, it is no error of the suite
    judgement: Judgement
    sent: Sent | None = None


@dataclass(slots=True)
class Sequences:
    """Tells lives of resources by the operations that the document has for them, joined by inferred links."""

    operations: Sequence[Operation]
    links: Sequence[Link]
    fuzzer: Fuzzer

    def judge(self, case: Case) -> Finding:
        """The first step that did not show; kept where every step did."""
        operation = case.operation
        assert operation is not None, "a sequence begins with an operation"
        link = next((each for each in self.links if each.producer is operation and each.creates), None)
        if link is None:
            return _told(lambda told: self._labels(operation, told))
        return _told(lambda told: _Life(self, operation, link, told).live())

    def _labels(self, edit: Operation, told: list[str]) -> None:
        """A label is added to a project, reads back, is deleted, and is gone."""
        reader = self.fuzzer.readers.get(edit.path)
        values = self.fuzzer.resources.values(edit)[0]
        if reader is None:
            raise _Broken(Judgement(Verdict.NOT_APPLICABLE, "the document has no operation that reads a project"))
        name = f"sequence {secrets.token_hex(3)}"
        for step, change in (("add a label", with_label), ("delete the label", without_label)):
            body = self.send(reader, values).answer.body
            edited = self.send(edit, values, json_body=change(body, name))
            if not edited.answer.accepted:
                told_so = f"its edit to {step} got {edited.answer.words}"
                raise _Broken(Judgement(Verdict.INCONCLUSIVE, told_so), edited)
            told.append(step)
            shown = self.send(reader, values)
            if (name in label_names(shown.answer.body)) != (change is with_label):
                raise _Broken(Judgement(Verdict.UNCLEAN, f"it was accepted to {step}, which does not show"), shown)
            told.append("read")

    def send(
        self, operation: Operation, values: Mapping[str, str], headers: Mapping[str, str] | None = None,
        content: bytes | None = None, json_body: Any = None,
    ) -> Sent:  # fmt: skip
        """Send one step. Raises ``_Broken`` where no answer came, or one of an error within."""
        if json_body is not None:
            headers, content = {"content-type": "application/json"}, json.dumps(json_body).encode()
        sent = self.fuzzer.sender.send(operation, filled(operation, values), headers, content)
        judgement = no_answer(sent.answer)
        if judgement is not None:
            raise _Broken(judgement, sent)
        return sent


@dataclass(slots=True)
class _Life:
    """One life of one resource; ``told`` is what was done so far."""

    all: Sequences
    creation: Operation
    link: Link
    told: list[str]
    parents: tuple[str, ...] = ()
    made: str = ""
    name: str | None = None

    def live(self) -> None:
        self._create()
        read = self._item("GET")
        before = self._read(read) if read is not None else None
        if self._item("PATCH") is not None and self._item("HEAD") is not None:
            self._append()
        if before is not None:
            self._update(before)
        self._delete()

    def _create(self) -> None:
        fuzzer = self.all.fuzzer
        values, made_up = fuzzer.resources.values(self.creation)
        self.parents = tuple(values.values())
        if self._item("HEAD") is not None and self.link.pointer.startswith("header"):
            headers = {**_TUS, "upload-length": str(len(_CHUNK))}
            sent = self.all.send(self.creation, values, headers)
        else:
            found = fuzzer.accepted(self.creation, values)
            if found is None:
                raise _Broken(Judgement(Verdict.NOT_APPLICABLE, "nothing could be sent that would create one"))
            sent = found
        judgement = no_answer(sent.answer)
        if judgement is not None:
            raise _Broken(judgement, sent)
        if not sent.answer.accepted:
            sure = not made_up and fuzzer.knows(self.creation)
            verdict = Verdict.INCONCLUSIVE if sure else Verdict.NOT_APPLICABLE
            raise _Broken(Judgement(verdict, f"none could be created: {sent.answer.words}"), sent)
        made = self.link.follow(sent.response, sent.answer.body)
        if made is None:
            told = f"created with {sent.answer.words}, and the answer has no {self.link.pointer}"
            raise _Broken(Judgement(Verdict.NONCONFORMING, told), sent)
        self.made = made
        fuzzer.resources.owns(self.link.kind, made)
        self.name = sent.answer.body.get("name") if isinstance(sent.answer.body, dict) else None
        self.told.append("create")

    def _read(self, reader: Operation) -> dict[str, Any] | None:
        sent = self._send(reader)
        body = sent.answer.body
        if not sent.answer.accepted:
            raise _Broken(Judgement(Verdict.UNCLEAN, f"what was created cannot be read: {sent.answer.words}"), sent)
        if not isinstance(body, dict) or body.get("id", self.made) != self.made:
            raise _Broken(Judgement(Verdict.UNCLEAN, "what was created reads back with another id"), sent)
        if self.name is not None and body.get("name", self.name) != self.name:
            told = f"created as {self.name!r}, it reads back as {body.get('name')!r}"
            raise _Broken(Judgement(Verdict.UNCLEAN, told), sent)
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
            raise _Broken(Judgement(Verdict.WRONG_STATUS, f"an append to what was begun got {sent.answer.words}"), sent)
        self.told.append("append")
        shown = self._send(ask, _TUS)
        offset = shown.response.headers.get("upload-offset") if shown.response is not None else None
        if not shown.answer.accepted or offset != str(len(_CHUNK)):
            told = f"{len(_CHUNK)} bytes were appended, and HEAD got {shown.answer.words} with offset {offset}"
            raise _Broken(Judgement(Verdict.UNCLEAN, told), shown)
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
        got = shown.answer.body.get("name") if isinstance(shown.answer.body, dict) else None
        if got != name:
            raise _Broken(Judgement(Verdict.UNCLEAN, f"renamed to {name!r}, it reads back as {got!r}"), shown)
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
            raise _Broken(Judgement(Verdict.INCONCLUSIVE, f"it is in use: its deletion got {sent.answer.words}"), sent)
        if not sent.answer.accepted:
            raise _Broken(Judgement(Verdict.WRONG_STATUS, f"its deletion got {sent.answer.words}"), sent)
        self.told.append("delete")
        self._gone(delete)

    def _gone(self, deleted: Operation) -> None:
        for operation in self.all.operations:
            below = operation.path == deleted.path or operation.path.startswith(f"{deleted.path}/")
            if operation.method == "GET" and below and len(operation.parameters) == len(deleted.parameters):
                sent = self._send(operation)
                if sent.answer.accepted:
                    told = f"deleted, yet GET {operation.path} still answers {sent.answer.words}"
                    raise _Broken(Judgement(Verdict.UNCLEAN, told), sent)
                if sent.answer.status not in _GONE:
                    told = f"deleted, and GET {operation.path} answers {sent.answer.words}, not 404"
                    raise _Broken(Judgement(Verdict.WRONG_STATUS, told), sent)
            elif operation.method == "GET" and operation.path == self.creation.path:
                sent = self.all.send(operation, dict(zip(operation.parameters, self.parents, strict=True)))
                if sent.answer.accepted and f'"{self.made}"' in json.dumps(sent.answer.body):
                    raise _Broken(Judgement(Verdict.UNCLEAN, f"deleted, yet GET {operation.path} lists it"), sent)
        self.told.append("gone")

    def _item(self, method: str) -> Operation | None:
        """The operation on the item that was made, found by the kind of what its path ends with."""
        for operation in self.all.operations:
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
        self, operation: Operation, headers: Mapping[str, str] | None = None, content: bytes | None = None,
        json_body: Any = None,
    ) -> Sent:  # fmt: skip
        live = self.all.fuzzer.resources.live
        above = [live.get(kind, "") for kind in list(kinds(operation).values())[:-1]]
        values = dict(zip(operation.parameters, [*above, self.made], strict=True))
        return self.all.send(operation, values, headers, content, json_body)


def _told(live: Callable[[list[str]], None]) -> Finding:
    told: list[str] = []
    try:
        live(told)
    except _Broken as broken:
        steps = ", then ".join(told)
        reason = f"{broken.judgement.reason} (after {steps})" if steps else broken.judgement.reason
        return Finding(Judgement(broken.judgement.verdict, reason), broken.sent, {"steps": told})
    except NotContainedError as error:
        return Finding(Judgement(Verdict.NOT_APPLICABLE, f"held back: {error}"), facts={"steps": told})
    return Finding(Judgement(Verdict.KEPT, ", then ".join(told)), None, {"steps": told})
