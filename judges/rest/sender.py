"""From an operation to an answer: exact bytes through the one client, with everything that is asked of each answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote

import httpx

from contract.observations import GATEWAY, LOST_DELETION, Answer
from contract.openapi import Operation
from deployment.client import OWN_KEY, Client
from deployment.errors import NotContainedError
from deployment.parsing import media_type_of, trace_of
from judges.rest.curl import Request
from judges.rest.findings import Sent, judgeable

_REPEATS: Final = 2
_Delivery = tuple[httpx.Response | None, str | None]


@dataclass(slots=True)
class Tally:
    """What one operation was asked and answered over the whole run.

    ``held_back`` says by rule why the client did not send; ``made_up`` names the path parameters without a live value.
    """

    statuses: Counter[int] = field(default_factory=Counter)
    parameters: set[str] = field(default_factory=set)
    keywords: set[str] = field(default_factory=set)
    held_back: dict[str, str] = field(default_factory=dict)
    made_up: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Echo:
    """An answer that held a key: ``where`` it did, and the ``target`` and ``key`` that were asked."""

    where: str
    operation: Operation
    target: str
    key: str | None = field(repr=False)


@dataclass(slots=True)
class Gathered:
    """What all senders of a run gather: a tally for each operation, and of each the first answer that held a key.

    ``at_one_time`` holds of each what was accepted of several that were sent together, by how many these were. ``read``
    are the addresses that were read with the run's own key.
    """

    tallies: dict[str, Tally] = field(default_factory=dict)
    echoes: dict[str, Echo] = field(default_factory=dict)
    at_one_time: dict[str, dict[int, list[Sent]]] = field(default_factory=dict)
    read: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Sender:
    """Sends what the rules ask, and tallies what every operation answered, echoed, and what was held back.

    ``rule`` is what is judged at the moment. ``other_keys`` are further keys by name, never to be shown.
    """

    client: Client
    other_keys: Mapping[str, str] = field(repr=False)
    gathered: Gathered = field(default_factory=Gathered)
    rule: str = ""

    def tally(self, operation: Operation) -> Tally:
        """What one operation answered, and what was held back."""
        return self.gathered.tallies.setdefault(operation.name, Tally())

    def send(
        self,
        operation: Operation,
        target: str,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
        key: str | None = OWN_KEY,
        method: str | None = None,
        shown_key: str | None = None,
    ) -> Sent:
        """Send one request. Raises ``NotContainedError``, noting it, where the client holds it back.

        ``shown_key`` is how a shell writes the key, where it is made of the run's own.

        No answer, and what a gateway says in place of one, is asked for again while the deployment answers in between.
        A deletion whose answer was lost is not: nobody could tell whose doing
        it is that nothing is there.
        """
        verb = method or operation.method
        try:
            response, failure = self._repeated(lambda: self.client.request(verb, target, headers, content, key))
        except NotContainedError as error:
            if method is None:
                self.tally(operation).held_back.setdefault(self.rule, str(error))
            raise
        if verb == "GET" and key == OWN_KEY:
            self.gathered.read.add(target)
        shown = self._key_in_a_shell(key) if shown_key is None else shown_key
        request = Request(verb, f"{self.client.base}{target}", headers or {}, content, shown)
        if response is None:
            return Sent(Answer(None, None, 0.0, failure), None, request)
        if method is None:
            self.tally(operation).statuses[response.status_code] += 1
        where = self.place_of_a_key(response, key)
        if where:
            self.gathered.echoes.setdefault(operation.name, Echo(where, operation, target, key))
        elapsed_s, media_type = response.elapsed.total_seconds(), media_type_of(response)
        answer = Answer(
            response.status_code, _body(response), elapsed_s, media_type=media_type, trace_id=trace_of(response)
        )
        return Sent(answer, response, request)

    def ask(
        self,
        operation: Operation,
        target: str,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
        method: str | None = None,
    ) -> Sent:
        """``send`` with the run's own key. Raises ``ConcludedError`` for a crash, and for what judges nothing."""
        return judgeable(self.send(operation, target, headers, content, method=method))

    def _repeated(self, request: Callable[[], _Delivery]) -> _Delivery:
        """The response, or why there is none: the last of a few where the network may have lost them."""
        response, failure = request()
        first = Answer(response.status_code if response is not None else None, failure=failure)
        # Of one timeout more nobody makes sure, where enough findings rest on them.
        enough = first.status is None and self.client.breaker.enough_findings
        if not _lost(response) or failure == LOST_DELETION or first.unsent or enough:
            return response, failure
        for lost in range(1, _REPEATS + 1):
            if not self.client.key_opens():
                break
            repeated, reason = request()
            if Answer(None, failure=reason).unsent:
                break  # it came so often that it is not asked for any more
            response, failure = repeated, reason
            if not _lost(response):
                self.client.counters.note_repeated(lost)
                break
        return response, failure

    def _key_in_a_shell(self, key: str | None) -> str | None:
        """A key as the name of a variable; one that is nobody's may be shown."""
        if key is None:
            return None
        variables = {value: f"$GETI_{name.upper()}_TOKEN" for name, value in self.other_keys.items()}
        return {OWN_KEY: "$GETI_TOKEN", **variables}.get(key, key)

    def place_of_a_key(self, response: httpx.Response, key: str | None) -> str:
        """Status and place where an answer holds a key; empty where it holds none."""
        known = [self.client.token, *self.other_keys.values(), *([key] if key not in (None, OWN_KEY) else [])]
        where = [f"header {name}" for name, value in response.headers.items() if any(k in value for k in known if k)]
        if any(one.encode() in response.content for one in known if one):
            where.append("the body")
        return f"{response.status_code}, {where[0]}" if where else ""


def filled(operation: Operation, values: Mapping[str, str]) -> str:
    """The path of a request, from the root, with every parameter filled and quoted."""
    path = operation.prefix + operation.path
    for name, value in values.items():
        path = path.replace(f"{{{name}}}", quote(value, safe=""))
    return path


def _lost(response: httpx.Response | None) -> bool:
    return response is None or response.status_code in GATEWAY


def _body(response: httpx.Response) -> Any:
    media_type = media_type_of(response)
    if media_type == "application/json" or media_type.endswith("+json"):
        try:
            return response.json()
        except ValueError:
            return response.text
    return response.text if media_type.startswith("text/") else None
