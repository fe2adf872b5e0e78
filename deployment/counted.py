"""Methods whose requests count for one purpose."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from contract.purposes import Purpose

_Method = TypeVar("_Method", bound=Callable[..., Any])


def counted_as(purpose: Purpose) -> Callable[[_Method], _Method]:
    """A decorator: what the ``client`` of an object sends in the method counts as sent for ``purpose``."""

    def decorated(method: _Method) -> _Method:
        @wraps(method)
        def counted(self: Any, /, *args: Any, **kwargs: Any) -> Any:
            with self.client.purpose(purpose):
                return method(self, *args, **kwargs)

        return cast(_Method, counted)

    return decorated
