"""What a refusal names, and what would have come next: none of it may be within reach."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlsplit

from contract.identifiers import Ids, identifiers
from contract.limits import EnforcementPoint
from contract.openapi import Operation
from contract.profiles import Profile
from contract.verdicts import Judgement, Verdict
from deployment.bodies import new_project
from judges.rest.bodies import json_request, media_request
from judges.rest.cases import RestCase
from judges.rest.findings import Finding, Sent, judgeable, not_judged
from judges.rest.kinds import kinds
from judges.rest.plan import Plan
from judges.rest.resources import IMAGE, VIDEO
from judges.rest.sender import filled
from judges.rest.tools import Tools

_Request = tuple[Mapping[str, str], bytes]
_KINDS: Final = {
    EnforcementPoint.PROJECT_CREATION: "project",
    EnforcementPoint.DATASET_CREATION: "dataset",
    EnforcementPoint.IMAGE_UPLOAD: "image",
    EnforcementPoint.VIDEO_UPLOAD: "video",
}
_ADDRESS: Final = re.compile(r"(?:https?://[^/\s\"']+)?(/api/v1/[\w/.:~-]+)")
# An id of MongoDB: 4 bytes of time, 5 of the process and 3 that count. So many may lie between two of ours.
_PROCESS: Final = slice(8, 18)
_MOST_BETWEEN: Final = 8


def refusing_creations(plan: Plan) -> tuple[Operation, ...]:
    """The creations of which it is known what they must refuse."""
    return tuple(each for each in plan.operations if _kind(each))


def judge_refusals(case: RestCase, tools: Tools) -> Finding:
    """Send what must be refused between two that are accepted, and ask for what the refusal names."""
    operation, resources = case.only_operation, tools.resources
    kind, values = _kind(operation), resources.values(operation)[0]
    before = resources.new(kind)
    refused = list[Sent]()
    for headers, content in _refused_requests(kind, tools.workspace.profile, resources.name):
        sent = judgeable(tools.sender.send(operation, filled(operation, values), headers, content))
        if sent.answer.accepted:
            resources.note(operation, filled(operation, values), sent.answer)
        elif sent.answer.status not in (401, 403):
            refused.append(sent)
    if not refused:
        return not_judged("nothing was refused")
    after = resources.new(kind)
    between = ids_between(before, after)
    for made in filter(None, (before, after)):
        resources.discard(made)
    for sent in refused:
        finding = _Leftovers(tools, operation, values, kind, between).finding(sent)
        if finding is not None:
            return finding
    words = ", ".join(sent.answer.words for sent in refused)
    return Finding(Judgement(Verdict.KEPT, f"refused with {words}, and nothing of it can be reached"), refused[0])


def _kind(operation: Operation) -> str:
    return next((_KINDS[point] for point in operation.points if point in _KINDS), "")


def _refused_requests(kind: str, profile: Profile, name: str) -> Iterator[_Request]:
    """What must be refused: past a limit of the profile, and what is nothing of the kind."""
    match kind:
        case "project":
            most = profile.value("project.tasks.max") or 2
            yield json_request(new_project(f"{name}-refused", [("detection", 1)] * (most + 1)))
            labels = profile.value("project.labels.max") or 0
            yield json_request(new_project(f"{name}-refused", [("classification", labels + 1)]))
        case "dataset":
            yield json_request({"name": 0})
        case "image":
            least = profile.value("image.side.min") or 2
            yield media_request(replace(IMAGE, width=least - 1))
            yield media_request(IMAGE, b"no image")
        case "video":
            least = profile.value("video.side.min") or 4
            yield media_request(replace(VIDEO, width=least - 2))
            yield media_request(VIDEO, b"no video")


@dataclass(frozen=True, slots=True)
class _Leftovers:
    """What may be left of a refused creation of a kind below ``values``; ``between`` are ids that it may have got."""

    tools: Tools
    operation: Operation
    values: Mapping[str, str]
    kind: str
    between: Sequence[str]

    def finding(self, refused: Sent) -> Finding | None:
        """The finding where anything that the refusal names, or that would have come next, is shown."""
        text = json.dumps(refused.answer.body)
        if refused.response is not None:
            text += " ".join(value for name, value in refused.response.headers.items() if name != "content-type")
        known = Ids({*self.values.values(), *self.tools.resources.live.values(), *identifiers(refused.request.url)})
        named = [each for each in identifiers(text) if each not in known]
        for address in [*self._named_addresses(text), *self._addresses([*named, *self.between])]:
            shown = self.tools.sender.send(self.operation, address, method="GET")
            if shown.answer.accepted and shown.answer.status != 204 and not self._shows_anything(address):
                reason = f"refused with {refused.answer.words}, yet GET {address} is answered {shown.answer.words}"
                return Finding(Judgement(Verdict.UNCLEAN, reason), refused, {"tried": "what its refusal names"})
        return None

    def _named_addresses(self, text: str) -> list[str]:
        own = filled(self.operation, self.values)
        named = (urlsplit(each).path.rstrip("/") for each in _ADDRESS.findall(text))
        return [each for each in dict.fromkeys(named) if each.startswith(f"{own}/")]

    def _addresses(self, ids: Sequence[str]) -> Iterator[str]:
        """Where each id would be read, as what was to be created and as each thing below it."""
        for reader in self.tools.plan.readers.values():
            named = kinds(reader)
            more = {name for name, kind in named.items() if kind not in (self.kind, "frame")} - set(self.values)
            if self.kind in named.values() and reader.path.startswith(f"{self.operation.path}/") and not more:
                for each in ids:
                    own = {name: each if kind == self.kind else "0" for name, kind in named.items()}
                    yield filled(reader, {**own, **self.values})

    def _shows_anything(self, address: str) -> bool:
        """Whether an id that names nothing is answered alike: then nothing follows."""
        last = address.removeprefix(filled(self.operation, self.values)).split("/")[1]
        other = address.replace(last, self.tools.resources.unused_id())
        return self.tools.sender.send(self.operation, other, method="GET").answer.accepted


def ids_between(one: str | None, other: str | None) -> list[str]:
    """The ids that lie between two where they are counted on: what was made in the meantime would have one of them."""
    if one is None or other is None or len(one) != 24 or len(other) != 24 or one[_PROCESS] != other[_PROCESS]:
        return []
    first, last = (int(each[18:], 16) for each in (one, other))
    if not 1 < last - first <= _MOST_BETWEEN:
        return []
    return [f"{time}{one[_PROCESS]}{n:06x}" for n in range(first + 1, last) for time in sorted({one[:8], other[:8]})]
