"""Create, read, update, read, delete, read: what was done shows, and what was deleted is gone."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from contract.openapi import Operation
from contract.verdicts import Judgement, Verdict
from deployment.errors import NotContainedError
from suites.openapi.cases import Case, Finding, no_answer
from suites.openapi.resources import Resources, kinds
from suites.openapi.sending import Sender, Sent, filled

# The path of one item of each kind below its workspace, with every parameter as ``{}``.
_WORKSPACE: Final = "/organizations/{}/workspaces/{}"
ITEMS: Final = {
    "project": "/projects/{}",
    "dataset": "/projects/{}/datasets/{}",
    "image": "/projects/{}/datasets/{}/media/images/{}",
    "video": "/projects/{}/datasets/{}/media/videos/{}",
}
_GONE: Final = frozenset({404, 410})


def sequence_kinds(operations: Sequence[Operation]) -> tuple[str, ...]:
    """The kinds whose items the document lets anybody create and delete."""
    known = {(operation.method, operation.shape) for operation in operations}
    return tuple(
        kind
        for kind, item in ITEMS.items()
        if {("DELETE", _WORKSPACE + item), ("POST", _WORKSPACE + item.removesuffix("/{}"))} <= known
    )


@dataclass(slots=True)
class _Broken(Exception):  # noqa: N818  it carries a finding, it is no error of the suite
    judgement: Judgement
    sent: Sent | None = None


@dataclass(slots=True)
class Life:
    """One life of one resource, told by the operations that the document has for it."""

    operations: Mapping[tuple[str, str], Operation]
    sender: Sender
    resources: Resources
    kind: str
    told: list[str] = field(default_factory=list)
    values: dict[str, str] = field(default_factory=dict)

    def judge(self) -> Finding:
        """The first step that did not show; kept where every step did."""
        try:
            self._live()
        except _Broken as broken:
            steps = ", then ".join(self.told)
            reason = f"{broken.judgement.reason} (after {steps})" if steps else broken.judgement.reason
            return Finding(Judgement(broken.judgement.verdict, reason), broken.sent, {"steps": list(self.told)})
        except NotContainedError as error:
            return Finding(Judgement(Verdict.NOT_APPLICABLE, f"held back: {error}"))
        return Finding(Judgement(Verdict.KEPT, ", then ".join(self.told)), None, {"steps": list(self.told)})

    def _live(self) -> None:
        made = self.resources.new(self.kind)
        if made is None:
            raise _Broken(Judgement(Verdict.INCONCLUSIVE, f"no {self.kind} could be created"))
        self.told.append("create")
        delete = self._operation("DELETE")
        assert delete is not None, "a kind without a deletion has no sequence"
        self.values = {name: self.resources.live.get(kind, "") for name, kind in kinds(delete).items()}
        self.values[delete.parameters[-1]] = made
        before = self._read(made)
        self._update(before)
        sent = self._send(delete)
        if sent.answer.status == 409:
            raise _Broken(Judgement(Verdict.INCONCLUSIVE, f"it is in use: its deletion got {sent.answer.words}"), sent)
        if not sent.answer.accepted:
            raise _Broken(Judgement(Verdict.WRONG_STATUS, f"its deletion got {sent.answer.words}"), sent)
        self.told.append("delete")
        self._gone()

    def _read(self, made: str) -> dict[str, Any] | None:
        reader = self._operation("GET")
        if reader is None:
            return None
        sent = self._send(reader)
        body = sent.answer.body
        if not sent.answer.accepted:
            raise _Broken(Judgement(Verdict.UNCLEAN, f"what was created cannot be read: {sent.answer.words}"), sent)
        if not isinstance(body, dict) or body.get("id") != made:
            raise _Broken(Judgement(Verdict.UNCLEAN, "what was created reads back with another id"), sent)
        self.told.append("read")
        return body

    def _update(self, before: dict[str, Any] | None) -> None:
        """Give it another name, where it can be edited and the document says how."""
        editor, reader = self._operation("PUT"), self._operation("GET")
        if editor is None or reader is None or before is None or not isinstance(before.get("name"), str):
            return
        name = f"{before['name']}-renamed"
        sent = self._send(editor, {**before, "name": name})
        if not sent.answer.accepted:
            self.told.append(f"no update ({sent.answer.words})")
            return
        shown = self._send(reader)
        got = shown.answer.body.get("name") if isinstance(shown.answer.body, dict) else None
        if got != name:
            raise _Broken(Judgement(Verdict.UNCLEAN, f"renamed to {name!r}, it reads back as {got!r}"), shown)
        self.told.append("update")

    def _gone(self) -> None:
        for (method, shape), operation in self.operations.items():
            item = _WORKSPACE + ITEMS[self.kind]
            if method != "GET" or not (shape == item or shape.startswith(f"{item}/")):
                continue
            if len(operation.parameters) != len(self.values):
                continue
            sent = self._send(operation)
            if sent.answer.accepted:
                told = f"deleted, yet GET {operation.path} still answers {sent.answer.words}"
                raise _Broken(Judgement(Verdict.UNCLEAN, told), sent)
            if sent.answer.status not in _GONE:
                told = f"deleted, and GET {operation.path} answers {sent.answer.words}, not 404"
                raise _Broken(Judgement(Verdict.WRONG_STATUS, told), sent)
        self.told.append("gone")

    def _operation(self, method: str) -> Operation | None:
        return self.operations.get((method, _WORKSPACE + ITEMS[self.kind]))

    def _send(self, operation: Operation, body: dict[str, Any] | None = None) -> Sent:
        values = dict(zip(operation.parameters, self.values.values(), strict=True))
        headers = {"content-type": "application/json"} if body is not None else None
        content = json.dumps(body).encode() if body is not None else None
        sent = self.sender.send(operation, filled(operation, values), headers, content)
        judgement = no_answer(sent.answer)
        if judgement is not None:
            raise _Broken(judgement, sent)
        return sent


def judge_sequence(case: Case, operations: Sequence[Operation], sender: Sender, resources: Resources) -> Finding:
    """Whether one resource of the kind that the case names lives and dies as it should."""
    known = {(operation.method, operation.shape): operation for operation in operations}
    return Life(known, sender, resources, case.subject).judge()
