"""The catalogue of faults: each breaks the contract in one named way, and composes with any other."""

from __future__ import annotations

from typing import Final

from contract.profiles import Profile
from reference.behaviour import Behaviour
from reference.faults import (
    access,
    answers,
    boundaries,
    counts,
    decoders,
    drift,
    everything,
    hostility,
    misshapen,
    refusals,
    rest,
    storage,
    together,
    values,
    work,
)
from reference.faults.fault import Fault

_CLASSES: Final = (
    boundaries,
    values,
    together,
    counts,
    refusals,
    storage,
    hostility,
    misshapen,
    decoders,
    work,
    access,
    rest,
    answers,
    drift,
    everything,
)
FAULTS: Final[dict[str, Fault]] = {fault.name: fault for module in _CLASSES for fault in module.FAULTS}


def behaviour(profile: Profile, names: list[str]) -> Behaviour:
    """The behaviour with the named faults composed. Raises ``KeyError`` with an unknown name."""
    faulty = tuple(FAULTS[name].behaviour for name in dict.fromkeys(names))
    return type("Composed", (*faulty, Behaviour), {})(profile) if faulty else Behaviour(profile)
