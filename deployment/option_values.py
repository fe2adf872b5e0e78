"""What a value of an option may be: each function makes a value of a text, and says what is wrong with it."""

from __future__ import annotations

import re
import ssl
from typing import Final

_FLAG: Final = {**dict.fromkeys(("1", "true", "yes", "on"), True), **dict.fromkeys(("0", "false", "no", "off"), False)}


def flag(text: str) -> bool:
    """Whether it is on. Raises ``ValueError``."""
    if text.lower() not in _FLAG:
        raise ValueError(f"{text} is neither true nor false; write one of {', '.join(_FLAG)}")
    return _FLAG[text.lower()]


def number(text: str) -> int:
    """A whole number of at most nine digits. Raises ``ValueError``."""
    if not re.fullmatch(r"\d{1,9}", text):
        raise ValueError(f"{text} is no whole number from 0 to 999999999")
    return int(text)


def positive(text: str) -> int:
    """A whole number above 0. Raises ``ValueError``."""
    if not re.fullmatch(r"0*[1-9]\d{0,14}", text):
        raise ValueError(f"{text} is no whole number above 0")
    return int(text)


def seconds(text: str) -> float:
    """A number of seconds below 1000. Raises ``ValueError``."""
    if not re.fullmatch(r"\d{1,3}(?:\.\d{1,3})?", text):
        raise ValueError(f"{text} is no number of seconds below 1000; write 1, or 0.5")
    return float(text)


def minutes(text: str) -> float:
    """Minutes above 0 and below 10,000."""
    if not re.fullmatch(r"\d{1,4}(?:\.\d{1,3})?", text) or float(text) <= 0:
        raise ValueError(f"{text} is no number of minutes above 0 and below 10000; write 10, or 0.5")
    return float(text)


def rate(text: str) -> float:
    """Requests a second. Raises ``ValueError``."""
    found = re.fullmatch(r"(\d{1,5}(?:\.\d{1,3})?)(?:/s)?", text)
    if found is None or float(found[1]) <= 0:
        raise ValueError(f"{text} is no rate; write 5/s, or 0.5/s")
    return float(found[1])


def certificates(text: str) -> str:
    """A PEM file. Raises ``ValueError`` where it holds no certificate."""
    try:
        ssl.create_default_context().load_verify_locations(text)
    except ssl.SSLError:
        raise ValueError(f"{text} holds no certificate; give a PEM file") from None
    except OSError as error:
        raise ValueError(f"{text} is no file ({error.strerror}); give the PEM file to trust") from None
    return text


def names(text: str) -> tuple[str, ...]:
    """The names of a list, divided by commas or blanks."""
    return tuple(filter(None, text.replace(",", " ").split()))
