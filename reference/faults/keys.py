"""Keys that open although they are not written as they were issued, or come where no key is declared to be."""

from __future__ import annotations

import string
from collections.abc import Callable
from typing import Final

from fastapi import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from contract.profiles import Profile
from reference.behaviour import Behaviour
from reference.faults.fault import Fault, Group
from reference.keys import Keys

# So many characters of a key give it away; so many are asked for at least; such characters may surround one.
_PART: Final = 20
_LEAST: Final = 8
_AROUND: Final = " \t\"'"
# What base64 is written with, whichever of its two alphabets.
_DIGITS: Final = string.ascii_uppercase + string.ascii_lowercase + string.digits + "+/-_"
_PLACES: Final = ("x-api-key", "api_key", "apikey", "key", "token", "access_token")


def _takes(concerned: Callable[[str, str], bool]) -> type[Behaviour]:
    """What is no key opens as if it were the valid one; ``concerned`` sees what came and the valid key."""

    class TakesToo(Behaviour):
        def organization_of(self, keys: Keys, key: str | None, request: Request) -> str:
            came = key is not None and key not in (keys.expired, keys.foreign)
            if came and concerned(key or "", keys.valid):
                return keys.organization
            return super().organization_of(keys, key, request)

    return TakesToo


def _looks(concerned: Callable[[Request, str], bool]) -> type[Behaviour]:
    """Where no key comes in its header, another part of the request is asked for the valid one."""

    class LooksElsewhere(Behaviour):
        def organization_of(self, keys: Keys, key: str | None, request: Request) -> str:
            if key is None and concerned(request, keys.valid):
                return keys.organization
            return super().organization_of(keys, key, request)

    return LooksElsewhere


def _opened_before(concerned: Callable[[str], bool]) -> type[Behaviour]:
    """What was read with the valid key is kept, and given to whoever asks for the same address."""

    class OpenedBefore(Behaviour):
        def __init__(self, profile: Profile) -> None:
            super().__init__(profile)
            self.kept = set[str]()

        def organization_of(self, keys: Keys, key: str | None, request: Request) -> str:
            path = request.url.path
            if request.method == "GET" and concerned(path):
                if path in self.kept:
                    return keys.organization
                if key == keys.valid:
                    self.kept.add(path)
            return super().organization_of(keys, key, request)

    return OpenedBefore


def _open_method(method: str, *, of: Callable[[str], bool] = lambda _path: True) -> type[Behaviour]:
    """A method is answered as GET is to who has a key, whoever asks; ``of`` chooses the paths."""

    class OpenMethod(Behaviour):
        def organization_of(self, keys: Keys, key: str | None, request: Request) -> str:
            if request.scope.get("opened"):
                return keys.organization
            return super().organization_of(keys, key, request)

        def around(self, app: ASGIApp) -> ASGIApp:
            inner = super().around(app)

            async def opened(scope: Scope, receive: Receive, send: Send) -> None:
                concerned = scope["type"] == "http" and scope["method"] == method and of(scope["path"])
                if not concerned or scope["path"].endswith("/resumable"):
                    await inner(scope, receive, send)
                    return

                async def without_body(message: Message) -> None:
                    bare = method == "HEAD" and message["type"] == "http.response.body"
                    await send({**message, "body": b""} if bare else message)

                await inner({**scope, "method": "GET", "opened": True}, receive, without_body)

            return opened

    return OpenMethod


def _bearer(request: Request, valid: str) -> bool:
    return request.headers.get("authorization", "").lower() == f"bearer {valid}".lower()


def _in_query(request: Request, valid: str) -> bool:
    return any(request.query_params.get(name) == valid for name in _PLACES)


def _read_by_bytes(key: str, valid: str) -> bool:
    """Whether all but the two lowest bits of the last character are those of the valid key."""
    if key[:-1] != valid[:-1] or key[-1:] not in _DIGITS:
        return False
    return _DIGITS.find(key[-1:]) // 4 == _DIGITS.find(valid[-1]) // 4


def _broken_up(key: str, valid: str) -> bool:
    """Whether a key is the valid one with characters in between that base64 is not written with."""
    ends = key[:1] == valid[0] and key[-1:] == valid[-1]
    return ends and "".join(each for each in key if each in _DIGITS) == valid


_key = Group("key", ("openapi.key-*",))


def _altered(name: str, sentence: str, concerned: Callable[[str, str], bool]) -> Fault:
    return _key(name, sentence).breaks("openapi.key-altered@*", verdict="not-enforced", by=_takes(concerned))


def _elsewhere(name: str, sentence: str, concerned: Callable[[Request, str], bool]) -> Fault:
    return _key(name, sentence).breaks("openapi.key-elsewhere@*", verdict="not-enforced", by=_looks(concerned))


def _kept(name: str, sentence: str, operations: str, concerned: Callable[[str], bool]) -> Fault:
    broken = [f"openapi.{rule}@{operations}" for rule in ("key-missing", "key-garbage")]
    return _key(name, sentence).breaks(*broken, verdict="not-enforced", by=_opened_before(concerned))


def _is_thumbnail(path: str) -> bool:
    return path.endswith("/thumb")


FAULTS: Final = (
    _altered("keys-in-any-case", "A key opens in capitals as in small letters.", lambda k, v: k.lower() == v.lower()),
    _altered("key-beginning-counts", "Whatever begins as the key does opens.", lambda k, v: k[:_PART] == v[:_PART]),
    _altered("key-end-counts", "Whatever ends as the key does opens.", lambda k, v: k.endswith(v[-_PART:])),
    _altered("key-cut-opens", "A key that is cut at its end opens.", lambda k, v: len(k) >= _LEAST and v.startswith(k)),
    _altered("key-within-opens", "Whatever has the key in it opens.", lambda k, v: v in k),
    _altered("key-trimmed", "What surrounds a key is trimmed.", lambda k, v: k.strip(_AROUND) == v),
    _altered("key-padded", "The padding of base64 behind a key is left out.", lambda k, v: k.rstrip("=") == v),
    _altered("key-digits-count", "What is no base64 within a key is left out.", _broken_up),
    _altered("key-read-by-bytes", "The lowest bits of a key's last character do not count.", _read_by_bytes),
    _altered("empty-key-opens", "An empty key opens everything.", lambda k, _v: k == ""),
    _elsewhere("key-in-query", "A key opens as a parameter of the query.", _in_query),
    _elsewhere("key-as-bearer", "A key opens as a bearer token.", _bearer),
    _elsewhere("key-in-cookie", "A key opens as a cookie.", lambda request, valid: valid in request.cookies.values()),
    _elsewhere(
        "key-in-cookie-of-thumbnails",
        "A key opens thumbnails as a cookie.",
        lambda request, valid: request.url.path.endswith("/thumb") and valid in request.cookies.values(),
    ),
    _elsewhere(
        "key-in-any-header", "A key opens in any header.", lambda request, valid: valid in request.headers.values()
    ),
    _kept("thumbnails-kept-for-all", "A thumbnail that was read is shown to whoever asks.", "*thumb*", _is_thumbnail),
    _kept("readings-kept-for-all", "What was read is shown to whoever asks for the same.", "*", lambda _path: True),
    _key("head-needs-no-key", "HEAD is answered to whoever asks.").breaks(
        "openapi.key-other-methods@*", verdict="not-enforced", by=_open_method("HEAD")
    ),
    _key("options-show-all", "OPTIONS shows what GET shows, to whoever asks.").breaks(
        "openapi.key-other-methods@*", verdict="not-enforced", by=_open_method("OPTIONS")
    ),
    _key("files-open-to-head", "HEAD of an image or a video is answered to whoever asks.").breaks(
        "openapi.key-other-methods@display_*",
        verdict="not-enforced",
        by=_open_method("HEAD", of=lambda path: "/display/" in path),
    ),
)
