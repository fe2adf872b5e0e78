"""Exchanges recorded whole: the request byte for byte, and every key out of it."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import httpx

from contract.recording import MOST_EXCHANGES, Content, RecordedExchange
from deployment.parsing import media_type_of
from deployment.redaction import Redactor

# What every request has, or httpx makes for it.
_OF_EVERY_REQUEST: Final = frozenset(
    {"host", "accept-encoding", "connection", "user-agent", "x-geti-contract-run", "traceparent", "x-api-key"}
    | {"content-length", "transfer-encoding"}
)
_PACKED_FROM: Final = 1 << 20
# A longer answer is known by its digest alone.
_MOST_TEXT: Final = 1 << 20
# A longer request is not kept: it was never in memory as a whole.
_MOST_SENT: Final = 1 << 28
# So many characters of a key may stand beside parts of it that are named by their place.
_MOST_LITERAL: Final = 3


@dataclass(slots=True)
class Recorder:
    """Records exchanges. ``token`` is the run's own key, ``others`` are further ones by the name of their variable.

    ``whole`` says that none is missing.
    """

    token: str = field(repr=False)
    redactor: Redactor
    others: Mapping[str, str] = field(default_factory=dict, repr=False)
    exchanges: list[RecordedExchange] = field(default_factory=list)
    whole: bool = True

    def record(
        self,
        request: httpx.Request,
        response: httpx.Response | None,
        *,
        trace_id: str,
        started_s: float,
        elapsed_s: float,
        failure: str | None,
    ) -> None:
        """Take one request with its answer, or with the ``failure`` in its place."""
        too_long = int(request.headers.get("content-length", 0)) > _MOST_SENT
        if too_long or len(self.exchanges) >= MOST_EXCHANGES:
            self.whole = False
            return
        headers = {} if response is None else {k: self.redactor.clean(v) for k, v in response.headers.items()}
        headers.pop("set-cookie", None)
        self.exchanges.append(
            RecordedExchange(
                trace_id=trace_id,
                method=request.method,
                target=self._named(request.url.raw_path.decode("latin-1")),
                headers=tuple(
                    (name, self._named(value))
                    for name, value in request.headers.items()
                    if name not in _OF_EVERY_REQUEST and (name, value) != ("accept", "*/*")
                ),
                key=self._key(request.headers.get("x-api-key")),
                body=self._sent(request),
                started_s=started_s,
                elapsed_s=elapsed_s,
                status=None if response is None else response.status_code,
                answer_headers=headers,
                media_type="" if response is None else media_type_of(response),
                content=Content(0, "") if response is None else self._answered(response),
                failure=failure,
            )
        )

    def _named(self, text: str) -> str:
        """A text with the name of each key that is known in its place; what is left of others is taken out."""
        for name, key in {"key": self.token, **self.others}.items():
            text = text.replace(key, f"${{{name}}}")
        return self.redactor.clean_cut(text)

    def _key(self, sent: str | None) -> str | None:
        """What was sent as the key: parts of the run's own are named by their place in it."""
        if sent is None or sent in (self.token, *self.others.values()):
            return sent and self._named(sent)
        if sent == self.token.swapcase():
            return "${key.swapcase}"
        if self.token in sent:
            return self._named(sent)
        own, length = self.token, len(self.token)
        head = _alike(sent, own)
        tail = _alike(sent[head:][::-1], own[head:][::-1])
        literal = sent[head : len(sent) - tail]
        if 2 * (head + tail) < length - 1 or len(literal) > _MOST_LITERAL:
            return self.redactor.clean_cut(sent)
        first = f"${{key:0:{head if 2 * head < length else head - length}}}" if head else ""
        last = f"${{key:{-tail if 2 * tail < length else length - tail}:}}" if tail else ""
        return first + literal + last

    def _sent(self, request: httpx.Request) -> Content:
        data = request.read()
        if len(data) <= _PACKED_FROM:  # what is longer is a medium or an archive of ours, in which no key is
            data = self._named(data.decode("latin-1")).encode("latin-1")
        return content_of(data)

    def _answered(self, response: httpx.Response) -> Content:
        is_text = media_type_of(response).startswith("text/") or media_type_of(response).endswith("json")
        data = response.content
        if not is_text or len(data) > _MOST_TEXT:
            return Content(len(data), hashlib.sha256(data).hexdigest())
        return content_of(self.redactor.clean(data.decode("utf-8", "replace")).encode())


def _alike(one: str, other: str) -> int:
    """How many characters two texts have in common at their beginning."""
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def content_of(data: bytes) -> Content:
    """A body with its bytes, packed where they are many."""
    packed = len(data) > _PACKED_FROM
    return Content(len(data), hashlib.sha256(data).hexdigest(), zlib.compress(data, 1) if packed else data, packed)
