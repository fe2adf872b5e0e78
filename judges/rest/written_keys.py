"""The run's own key as it was not issued, and where no key is declared to be: neither may be taken for it."""

from __future__ import annotations

import string
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlencode

from contract.openapi import resolved

_HEADERS: Final = ("x-auth-token", "x-access-token", "x-api-token", "api-key", "token")
_PARAMETERS: Final = ("x-api-key", "api_key", "apikey", "key", "token", "access_token")
# The base64 alphabet, both its forms: two neighbours of a pair differ in the lowest bit.
_DIGITS: Final = f"{string.ascii_uppercase}{string.ascii_lowercase}{string.digits}+/-_"
# The first half of the base64 alphabet and the digit that differs from each of it in the highest bit: a key that is
# read as bytes may leave the lowest bits of its last character unused.
_FIRST_HALF: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdef")


@dataclass(frozen=True, slots=True)
class WrittenKey:
    """A key as it is sent: ``value`` in its header, None for none, beside further ``headers`` and a ``query``.

    ``words`` say how it differs from the run's own, ``shell`` is the value as a shell writes it, without the key.
    ``parts`` are the keys that are sent ``together`` in it.
    """

    words: str
    value: str | None = field(default=None, repr=False)
    shell: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    query: str = field(default="", repr=False)
    parts: tuple[WrittenKey, ...] = ()


def altered_keys(key: str) -> list[WrittenKey]:
    """The key altered in each of some forms; what is the same as the key is left out."""
    made = [make(key) for make in _ALTERATIONS]
    return [each for each in made if each.value != key]


def keys_elsewhere(key: str, document: Mapping[str, Any]) -> list[WrittenKey]:
    """The key in each place of a request where the ``document`` declares none."""
    declared = set(_declared(document))
    headers = {name: key for name in _HEADERS if ("header", name) not in declared}
    parameters = {name: key for name in _PARAMETERS if ("query", name) not in declared}
    found = [WrittenKey("in other headers", headers=headers), WrittenKey("in the query", query=urlencode(parameters))]
    if ("header", "authorization") not in declared:
        found.append(WrittenKey("as a bearer token", headers={"authorization": f"Bearer {key}"}))
        found.append(WrittenKey("as authorization", headers={"authorization": key}))
    if not any(place == "cookie" for place, _name in declared):
        cookies = "; ".join(f"{name}={key}" for name in _PARAMETERS)
        found.append(WrittenKey("in a cookie", headers={"cookie": cookies}))
    return found


def together(keys: Sequence[WrittenKey]) -> WrittenKey:
    """Keys in several places as one request can carry them."""
    headers = {name: value for key in keys for name, value in key.headers.items()}
    query = "&".join(key.query for key in keys if key.query)
    return WrittenKey(" and ".join(key.words for key in keys), headers=headers, query=query, parts=tuple(keys))


def _declared(document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Where the document declares a key, as place and name in small letters."""
    for each in ((document.get("components") or {}).get("securitySchemes") or {}).values():
        scheme = resolved(document, each) or {}
        if scheme.get("type") == "apiKey":
            yield str(scheme.get("in")), str(scheme.get("name")).lower()
        else:
            yield "header", "authorization"


def _changed(
    words: str,
    place: Callable[[str], int],
    other: Callable[[str], str] = lambda one: "9" if one in _FIRST_HALF else "A",
) -> Callable[[str], WrittenKey]:
    def change(key: str) -> WrittenKey:
        at = place(key)
        changed = other(key[at])
        shell = f"${{GETI_TOKEN:0:{at}}}{changed}${{GETI_TOKEN:{at + 1}}}"
        return WrittenKey(words, f"{key[:at]}{changed}{key[at + 1 :]}", shell)

    return change


def _middle(key: str) -> int:
    return len(key) // 2


def _last_digit(key: str) -> int:
    """Where the last character lies that is no padding."""
    return max(len(key.rstrip("=")) - 1, 0)


def _neighbour(one: str) -> str:
    """The character that differs from a digit of base64 in its lowest bit; any other as it is."""
    return _DIGITS[_DIGITS.index(one) ^ 1] if one in _DIGITS else one


def _broken_up(key: str) -> WrittenKey:
    at = _middle(key)
    shell = f"${{GETI_TOKEN:0:{at}}}*${{GETI_TOKEN:{at}}}"
    return WrittenKey("with a character in its middle that is no base64", f"{key[:at]}*{key[at:]}", shell)


def _around(words: str, before: str, after: str) -> Callable[[str], WrittenKey]:
    return lambda key: WrittenKey(words, f"{before}{key}{after}", f"{before}$GETI_TOKEN{after}")


_ALTERATIONS: Final[tuple[Callable[[str], WrittenKey], ...]] = (
    lambda key: WrittenKey("in the other case", key.swapcase(), "${GETI_TOKEN~~}"),
    _changed("with another first character", lambda _key: 0),
    _changed("with another last character", lambda key: len(key) - 1),
    _changed("with another character in its middle", _middle),
    # What a lenient reader of base64 takes for the same.
    _changed("with another lowest bit of its last character", _last_digit, _neighbour),
    _broken_up,
    _around("with padding behind it", "", "="),
    lambda key: WrittenKey("without its last character", key[:-1], "${GETI_TOKEN%?}"),
    lambda key: WrittenKey("without its first character", key[1:], "${GETI_TOKEN#?}"),
    lambda key: WrittenKey(
        "without its second half", key[: -(len(key) // 2)], f"${{GETI_TOKEN:0:{-(-len(key) // 2)}}}"
    ),
    _around("with a character more", "", "0"),
    _around("with a character before it", "0", ""),
    _around("in quotation marks", "'", "'"),
    _around("behind the word Bearer", "Bearer ", ""),
    lambda key: WrittenKey("twice in a row", 2 * key, "$GETI_TOKEN$GETI_TOKEN"),
    lambda _key: WrittenKey("empty", "", ""),
)
