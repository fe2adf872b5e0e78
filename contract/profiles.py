"""Profiles: which limits a deployment is held to, and with which values."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Final

from contract.limits import LIMITS


class Setting(StrEnum):
    """What a profile can say of a limit in place of a value."""

    OFF = "off"
    UNKNOWN = "unknown"
    NOT_PART = "not part of this profile"


class ProfileError(ValueError):
    """A profile that cannot be read: judging against a guess would report faults, or none, at random."""


@dataclass(frozen=True, slots=True)
class Profile:
    """A name, the published profile it builds on (``base``), and the settings that differ from it, by limit."""

    name: str
    base: str
    overrides: Mapping[str, int | Setting] = field(default_factory=dict)

    def __getitem__(self, limit_id: str) -> int | Setting:
        """The value in force or why there is none. Raises ``KeyError`` for an id that is no limit."""
        limit = LIMITS[limit_id]
        published = limit.value if self.base in limit.profiles else Setting.NOT_PART
        return self.overrides.get(limit_id, published)

    def value(self, limit_id: str) -> int | None:
        """The value in force in the limit's unit; None where the profile does not limit it."""
        setting = self[limit_id]
        return None if isinstance(setting, Setting) else setting

    def changed(self) -> dict[str, int | Setting]:
        """The settings that differ from the documented table, for reports."""
        return {limit.id: self[limit.id] for limit in LIMITS if self[limit.id] != limit.value}


CLOUD: Final = Profile("cloud", "cloud")
ON_PREM: Final = Profile("on-prem", "on-prem")
PUBLISHED_PROFILES: Final = {profile.name: profile for profile in (CLOUD, ON_PREM)}

# The environments that /product_info is documented to answer with.
ENVIRONMENTS: Final = {"saas": CLOUD, "on-prem": ON_PREM}


def scaled_down(profile: Profile) -> Profile:
    """The profile with its dearest limits on counts set low, for a deployment that is set the same way."""
    scaled = {
        limit.id: limit.counting.gate_value
        for limit in LIMITS
        if limit.counting and limit.counting.gate_value is not None and profile.value(limit.id) is not None
    }
    return replace(profile, overrides={**profile.overrides, **scaled})


def parse_profile(text: str, source: str) -> Profile:
    """A profile from TOML: ``name``, ``base`` (cloud or on-prem) and a table ``[limits]`` of id = value.

    A value is a positive whole number in the limit's unit, ``"off"`` (the installation does not limit it: what lies
    above must be accepted) or ``"unknown"`` (it is not judged). Raises ``ProfileError`` naming ``source`` and the
    mistake.
    """
    try:
        data = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # Python's own for a number or a nesting without end
        raise ProfileError(f"{source}: {error}") from None
    unknown = set(data) - {"name", "base", "limits"}
    if unknown:
        raise ProfileError(f"{source}: unknown key {sorted(unknown)[0]!r}; a profile has name, base and [limits]")
    base = data.get("base", "cloud")
    if not isinstance(base, str) or base not in PUBLISHED_PROFILES:
        raise ProfileError(f"{source}: base is {base!r}; it is 'cloud' or 'on-prem'")
    name, limits = data.get("name", source), data.get("limits", {})
    if not isinstance(name, str) or not isinstance(limits, dict):
        raise ProfileError(f"{source}: name is a text and limits a table, [limits]")
    return Profile(name, base, {key: _setting(key, value, source) for key, value in _flat(limits).items()})


def _flat(table: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Dotted keys joined again: TOML reads an unquoted ``image.side.max`` as nested tables."""
    flat: dict[str, Any] = {}
    for key, value in table.items():
        flat.update(_flat(value, f"{prefix}{key}.") if isinstance(value, dict) else {f"{prefix}{key}": value})
    return flat


def _setting(limit_id: str, value: object, source: str) -> int | Setting:
    if limit_id not in LIMITS:
        raise ProfileError(f"{source}: {limit_id!r} is no limit; one of {', '.join(LIMITS.ids)}")
    if value in (Setting.OFF.value, Setting.UNKNOWN.value):
        return Setting(str(value))
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        return value
    raise ProfileError(f"{source}: {limit_id} = {value!r}; a positive whole number, 'off' or 'unknown'")
