"""The options of a run, and their environment twins, as the suites declare them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from harness.options import add_options

_names: list[str] = []
_group: Any = SimpleNamespace(addoption=lambda name, **_: _names.append(name))
add_options(SimpleNamespace(getgroup=lambda *_: _group))  # type: ignore[arg-type]
OPTIONS = frozenset(_names)
ENVIRONMENT = {name.removeprefix("--").replace("-", "_").upper() for name in OPTIONS} | {"GETI_TOKEN"}
