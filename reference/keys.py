"""Keys: which organization a key opens, if any."""

from __future__ import annotations

import secrets
import uuid
from dataclasses import dataclass, field

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
