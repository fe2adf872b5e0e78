"""The catalogue of faults: each breaks the contract in one named way, and composes with any other."""

from __future__ import annotations

from typing import Final

from contract.profiles import Profile
from reference.behaviour import Behaviour
from reference.faults import (
    access,
    answers,
    boundaries,
    changing,
    combinations,
    constraints,
    counts,
    decoders,
    delays,
    document,
    everything,
    hostile_files,
    refusals,
    rest,
    storage,
    upload_forms,
    values,
    work,
)
from reference.faults.fault import Fault

_GROUPS: Final = (
    boundaries,
    changing,
    values,
    combinations,
    counts,
    constraints,
    refusals,
    storage,
    delays,
    hostile_files,
    upload_forms,
    decoders,
    work,
    access,
    rest,
    answers,
    document,
    everything,
)
FAULTS: Final[dict[str, Fault]] = {fault.name: fault for module in _GROUPS for fault in module.FAULTS}


def behaviour(profile: Profile, names: list[str]) -> Behaviour:
    """The behaviour with the named faults composed. Raises ``KeyError`` with an unknown name."""
    faulty = tuple(FAULTS[name].behaviour for name in dict.fromkeys(names))
    return type("Composed", (*faulty, Behaviour), {})(profile) if faulty else Behaviour(profile)
