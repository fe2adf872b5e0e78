"""From an operation to an answer: exact bytes through the one client, with everything that is asked of each answer."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote

import httpx

from contract.observations import GATEWAY, Answer
from contract.openapi import Operation
from deployment.client import OWN_KEY, Client
from deployment.errors import NotContainedError
from deployment.transient_failures import LOST_DELETION
from judges.rest.curl import Request

_REPEATS: Final = 2


@dataclass(frozen=True, slots=True)
class Sent:
    """One request as it went out and what came back: ``response`` is None where no answer came."""

    answer: Answer
    response: httpx.Response | None
    request: Request


@dataclass(slots=True)
class Tally:
    """What one operation was asked and answered over the whole run.

    ``held_back`` says by check why the client did not send; ``made_up`` names the path parameters without a live value.
    """

    statuses: Counter[int] = field(default_factory=Counter)
    parameters: set[str] = field(default_factory=set)
    keywords: set[str] = field(default_factory=set)
    held_back: dict[str, str] = field(default_factory=dict)
    made_up: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Sender:
    """Sends what the suite asks, and tallies what every operation answered, echoed, and what was held back.

    ``check`` is what is judged at the moment. ``other_keys`` are further keys by name, never to be shown.
    """

    client: Client
    other_keys: Mapping[str, str] = field(repr=False)
    tallies: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    echoes: dict[str, str] = field(default_factory=dict)
    check: str = ""

    def send(
        self,
        operation: Operation,
        target: str,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
        key: str | None = OWN_KEY,
        method: str | None = None,
    ) -> Sent:
        """Send one request. Raises ``NotContainedError``, noting it, where the client holds it back.

        No answer, and what a gateway says in place of one, is asked for again: ``recurred`` says it came each time,
        while the deployment answered in between. A deletion whose answer was lost is not: nobody could tell whose doing
        it is that nothing is there.
        """
        verb = method or operation.method
        try:
            response, failure, recurred = self._made_sure_of(verb, target, headers, content, key)
        except NotContainedError as error:
            if method is None:
                self.tallies[operation.name].held_back.setdefault(self.check, str(error))
            raise
        request = Request(verb, f"{self.client.base}{target}", headers or {}, content, self._said(key))
        if response is None:
            return Sent(Answer(None, None, 0.0, failure, recurred), None, request)
        if method is None:
            self.tallies[operation.name].statuses[response.status_code] += 1
        self._look_for_keys(operation, response, key)
        answer = Answer(response.status_code, _body(response), response.elapsed.total_seconds(), None, recurred)
        return Sent(answer, response, request)

    def _made_sure_of(
        self, verb: str, target: str, headers: Mapping[str, str] | None, content: bytes | None, key: str | None
    ) -> tuple[httpx.Response | None, str | None, bool]:
        """The response or why there is none, and whether what the way may have done came each time."""
        response, failure = self.client.request(verb, target, headers, content, key)
        first = Answer(response.status_code if response is not None else None, failure=failure)
        if not _passing(response) or failure == LOST_DELETION or first.unsent or not self.client.worth_repeating(first):
            return response, failure, False
        for _ in range(_REPEATS):
            if not self.client.key_opens():
                return response, failure, False
            repeated, why = self.client.request(verb, target, headers, content, key)
            if Answer(None, failure=why).unsent:
                return response, failure, True  # it came so often that it is not asked for any more
            response, failure = repeated, why
            if not _passing(response):
                return response, failure, False
        return response, failure, True

    def _said(self, key: str | None) -> str | None:
        """A key as the shell says it; one that is nobody's may be shown."""
        if key is None:
            return None
        names = {OWN_KEY: "$GETI_TOKEN"} | {
            value: f"$GETI_{name.upper()}_TOKEN" for name, value in self.other_keys.items()
        }
        return names.get(key, key)

    def _look_for_keys(self, operation: Operation, response: httpx.Response, key: str | None) -> None:
        known = [self.client.token, *self.other_keys.values(), *([key] if key not in (None, OWN_KEY) else [])]
        where = [f"header {name}" for name, value in response.headers.items() if any(k in value for k in known if k)]
        if any(one.encode() in response.content for one in known if one):
            where.append("the body")
        if where:
            self.echoes.setdefault(operation.name, f"{response.status_code}, {where[0]}")


def filled(operation: Operation, values: Mapping[str, str]) -> str:
    """The path of a request, from the root, with every parameter filled and quoted."""
    path = operation.prefix + operation.path
    for name, value in values.items():
        path = path.replace(f"{{{name}}}", quote(value, safe=""))
    return path


def _passing(response: httpx.Response | None) -> bool:
    return response is None or response.status_code in GATEWAY


def _body(response: httpx.Response) -> Any:
    if response.headers.get("content-type", "").startswith("application/json"):
        try:
            return response.json()
        except ValueError:
            return response.text
    return response.text if response.headers.get("content-type", "").startswith("text/") else None
