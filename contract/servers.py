"""The servers of an OpenAPI document: what stands before its paths in a request."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from contract.operations import API

# The host may be a placeholder, which is no host that an address can have: of a server only the path counts.
_SERVER: Final = re.compile(
    r"(?:(?:[A-Za-z][A-Za-z0-9+.-]*:)?//[^/?#]*+|\{[^{}]*\})?+/*([\w~!$&'()*+,;=:@%-][\w.~!$&'()*+,;=:@%/-]*)", re.ASCII
)
_PLACEHOLDER: Final = re.compile(r"\{([^{}]*)\}")


def base_path(document: Mapping[str, Any]) -> str:
    """What the first server that is one says, ``/api/v1`` where none says a path; nothing where the paths have it."""
    if any(path.startswith(f"{API}/") for path in document["paths"]):
        return ""
    listed = document.get("servers")
    server = next((each for each in listed if isinstance(each, Mapping)), {}) if isinstance(listed, list) else {}
    variables = server.get("variables")
    defaults = {
        name: str(variable.get("default", ""))
        for name, variable in (variables.items() if isinstance(variables, Mapping) else ())
        if isinstance(variable, Mapping)
    }
    url = _PLACEHOLDER.sub(lambda found: defaults.get(found[1], found[0]), str(server.get("url", "")))
    path = _SERVER.fullmatch(url)
    return f"/{path[1].rstrip('/')}" if path else API
