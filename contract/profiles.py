"""Profiles: which limits a deployment is held to, and with which values."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Final

from contract.constraints import CONSTRAINTS, Allowed, Constraint
from contract.limits import LIMITS
from contract.releases import DEFAULT_RELEASE, RELEASES


class Setting(StrEnum):
    """What a profile can say of a limit in place of a value."""

    OFF = "off"
    UNKNOWN = "unknown"
    NOT_PART = "not part of this profile"


class ProfileError(ValueError):
    """A profile that cannot be read: judging against a guess would report faults, or none, at random."""


@dataclass(frozen=True, slots=True)
class Profile:
    """A name, the published profile it builds on (``base``), and the settings that differ from it.

    ``overrides`` are by limit or constraint, or by their requirement where they hold ``at`` one place alone, and so
    are the statuses that count as ``refusals``; all else is as the ``release`` documents it.
    """

    name: str
    base: str
    overrides: Mapping[str, int | Setting] = field(default_factory=dict)
    refusals: Mapping[str, frozenset[int]] = field(default_factory=dict)
    release: str = DEFAULT_RELEASE.id

    @property
    def words(self) -> str:
        """What a deployment is held to: ``profile cloud, contract 2.0``."""
        return f"profile {self.name}, contract {self.release}"

    def __getitem__(self, limit_id: str) -> int | Setting:
        """The value in force or why there is none. Raises ``KeyError`` for an id that is no limit."""
        limit = LIMITS[limit_id]
        published = RELEASES[self.release].value(limit_id) if self.base in limit.profiles else Setting.NOT_PART
        return self.overrides.get(limit_id, published)

    def at(self, place: str) -> Profile:
        """What is in force at one place, by the scope of its requirements: ``image-upload``."""
        here = {key.partition("@")[0]: value for key, value in self.overrides.items() if key.endswith(f"@{place}")}
        return replace(self, overrides={**self.overrides, **here}) if here else self

    def refusal(self, *limit_ids: str) -> frozenset[int]:
        """The statuses that count as the documented refusal of what is over any of these limits."""
        release = RELEASES[self.release]
        return frozenset[int]().union(*(self.refusals.get(each, release.refusal(each)) for each in limit_ids))

    def value(self, limit_id: str) -> int | None:
        """The value in force in the limit's unit; None where the profile does not limit it."""
        setting = self[limit_id]
        return None if isinstance(setting, Setting) else setting

    def held_to(self, row: Constraint) -> Constraint:
        """A constraint with the value and the refusals that the profile sets."""
        setting, allowed, read_as = self.overrides.get(row.id), row.allowed, row.read_as
        if setting is Setting.OFF:
            allowed = Allowed()
        elif isinstance(setting, int):
            allowed = replace(allowed, least=setting) if allowed.most is None else replace(allowed, most=setting)
            read_as = None
        return replace(row, allowed=allowed, refusals=self.refusals.get(row.id, row.refusals), read_as=read_as)

    def changed(self) -> dict[str, int | Setting]:
        """The settings that differ from the documented tables, for reports."""
        whole = {limit.id: self[limit.id] for limit in LIMITS if self[limit.id] != limit.value}
        return {**whole, **{key: value for key, value in self.overrides.items() if key not in LIMITS}}


CLOUD: Final = Profile("cloud", "cloud")
ON_PREM: Final = Profile("on-prem", "on-prem")
PUBLISHED_PROFILES: Final = {profile.name: profile for profile in (CLOUD, ON_PREM)}

# The environments that /product_info is documented to answer with.
ENVIRONMENTS: Final = {"saas": CLOUD, "on-prem": ON_PREM}


def scaled_down(profile: Profile) -> Profile:
    """The profile with its dearest limits on counts, and sizes of files, set low, for a deployment set the same way."""
    scaled = {
        limit.id: limit.counting.gate_value
        for limit in LIMITS
        if limit.counting and limit.counting.gate_value is not None and profile.value(limit.id) is not None
    }
    scaled |= {row.id: row.gate_value for row in CONSTRAINTS if row.gate_value is not None}
    return replace(profile, overrides={**profile.overrides, **scaled})


def parse_profile(text: str, source: str) -> Profile:
    """A profile from TOML: ``name``, ``base`` (cloud or on-prem), and tables of id = value of limits and constraints.

    In ``[limits]`` an id may name one place where it must hold, ``image.side.max@dataset-import``. A value is a whole
    number above 0 in the unit of the row, ``"off"`` (the installation does not limit it: what lies above must be
    accepted) or ``"unknown"`` (it is not judged). ``[refusals]`` holds lists of the statuses that count as a documented
    refusal. Raises ``ProfileError`` naming ``source`` and the mistake.
    """
    try:
        data = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # Python's own for a number or a nesting without end
        raise ProfileError(f"{source}: {error}") from None
    unknown = set(data) - {"name", "base", "limits", "refusals"}
    if unknown:
        known = "a profile has name, base, [limits] and [refusals]"
        raise ProfileError(f"{source}: unknown key {sorted(unknown)[0]!r}; {known}")
    base = data.get("base", "cloud")
    if not isinstance(base, str) or base not in PUBLISHED_PROFILES:
        raise ProfileError(f"{source}: base is {base!r}; it is 'cloud' or 'on-prem'")
    name, limits, refusals = data.get("name", source), data.get("limits", {}), data.get("refusals", {})
    if not isinstance(name, str) or not isinstance(limits, dict) or not isinstance(refusals, dict):
        raise ProfileError(f"{source}: name is a text, limits and refusals are tables, [limits] and [refusals]")
    return Profile(
        name,
        base,
        {key: _setting(key, value, source) for key, value in _flat(limits).items()},
        {key: _statuses(key, value, source) for key, value in _flat(refusals).items()},
    )


def _flat(table: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Dotted keys joined again: TOML reads an unquoted ``image.side.max`` as nested tables."""
    flat: dict[str, Any] = {}
    for key, value in table.items():
        flat.update(_flat(value, f"{prefix}{key}.") if isinstance(value, dict) else {f"{prefix}{key}": value})
    return flat


def _setting(key: str, value: object, source: str) -> int | Setting:
    limit_id, _, place = key.partition("@")
    _check_known(limit_id, source)
    _check_place(limit_id, place, source)
    constraint = CONSTRAINTS.get(limit_id)
    if constraint is not None and value not in (Setting.OFF.value, Setting.UNKNOWN.value) and not constraint.one_bound:
        raise ProfileError(f"{source}: {limit_id} = {value!r}; it has not one number: 'off' or 'unknown'")
    if value in (Setting.OFF.value, Setting.UNKNOWN.value):
        return Setting(str(value))
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        return value
    raise ProfileError(f"{source}: {limit_id} = {value!r}; a positive whole number, 'off' or 'unknown'")


def _statuses(limit_id: str, value: object, source: str) -> frozenset[int]:
    _check_known(limit_id, source)
    if isinstance(value, list) and value and all(isinstance(each, int) and 400 <= each < 500 for each in value):
        return frozenset(value)
    raise ProfileError(f"{source}: {limit_id} = {value!r}; a list of statuses from 400 to 499")


def _check_known(limit_id: str, source: str) -> None:
    if limit_id not in LIMITS and limit_id not in CONSTRAINTS:
        known = ", ".join((*LIMITS.ids, *CONSTRAINTS.ids))
        raise ProfileError(f"{source}: {limit_id!r} is no limit and no constraint; one of {known}")


def _check_place(limit_id: str, place: str, source: str) -> None:
    limit = LIMITS.get(limit_id)
    known = [point.value for point in limit.enforced_at] if limit else [each.id for each in CONSTRAINTS[limit_id].at]
    if place and place not in known:
        raise ProfileError(f"{source}: {limit_id} does not hold at {place!r}; one of {', '.join(known)}")
