"""Keys: which organization a key opens, if any. They are kept with the data, so that a restart opens the same door."""

from __future__ import annotations

import json
import os
import secrets
import uuid
from dataclasses import asdict, dataclass, field
from pathlib import Path

from reference.errors import ApiError


def _key() -> str:
    return f"geti_pat_{secrets.token_urlsafe(32)}"


def _uuid() -> str:
    return str(uuid.uuid4())


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of one deployment: a valid one, an expired one, and one of a foreign organization."""

    valid: str = field(default_factory=_key)
    expired: str = field(default_factory=_key)
    foreign: str = field(default_factory=_key)
    organization: str = field(default_factory=_uuid)
    workspace: str = field(default_factory=_uuid)
    foreign_organization: str = field(default_factory=_uuid)

    def organization_of(self, key: str | None) -> str:
        """The organization a key opens. Raises ``ApiError`` 401 for none, an unknown or an expired key."""
        if key == self.valid:
            return self.organization
        if key == self.foreign:
            return self.foreign_organization
        raise ApiError(401, "unauthorized", "The key is missing, unknown or expired.")


def kept_keys(directory: Path) -> Keys:
    """The keys of the deployment whose data lies in ``directory``; made when it is started first."""
    file = directory / "keys.json"
    if file.exists():
        return Keys(**json.loads(file.read_text(encoding="utf-8")))
    keys = Keys()
    write_private(file, json.dumps(asdict(keys)).encode())
    return keys


def write_private(file: Path, content: bytes) -> None:
    """Write what only the owner may read, whole or not at all."""
    part = file.with_name(f"{file.name}.part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(content)
    part.replace(file)
