"""The catalogue of faults: each breaks the contract in one named way, and composes with any other."""

from __future__ import annotations

from typing import Final

from contract.profiles import Profile
from reference.behaviour import Behaviour
from reference.faults import (
    access,
    answers,
    arrivals,
    bodies,
    boundaries,
    changing,
    combinations,
    constraints,
    count_paths,
    counts,
    decoders,
    delays,
    deletions,
    dimensions,
    document,
    edits,
    everything,
    exports,
    fields,
    frames,
    hostile_files,
    hostile_videos,
    keys,
    leftovers,
    listings,
    meeting,
    pictures,
    refusals,
    rest,
    restarts,
    resumable,
    routes,
    sequence_counts,
    sequence_media,
    sequences,
    simultaneous,
    storage,
    stored_media,
    training,
    upload_forms,
    upload_labels,
    usability,
    values,
    work,
)
from reference.faults.fault import Fault

_GROUPS: Final = (
    boundaries,
    changing,
    values,
    combinations,
    routes,
    dimensions,
    arrivals,
    count_paths,
    counts,
    deletions,
    sequences,
    sequence_media,
    sequence_counts,
    constraints,
    resumable,
    refusals,
    storage,
    stored_media,
    exports,
    delays,
    hostile_files,
    hostile_videos,
    keys,
    leftovers,
    listings,
    fields,
    edits,
    bodies,
    simultaneous,
    upload_forms,
    upload_labels,
    decoders,
    pictures,
    frames,
    meeting,
    usability,
    work,
    training,
    access,
    rest,
    answers,
    document,
    restarts,
    everything,
)
FAULTS: Final[dict[str, Fault]] = {fault.name: fault for module in _GROUPS for fault in module.FAULTS}


def behaviour(profile: Profile, names: list[str]) -> Behaviour:
    """The behaviour with the named faults composed. Raises ``KeyError`` with an unknown name."""
    faulty = tuple(FAULTS[name].behaviour for name in dict.fromkeys(names))
    return type("Composed", (*faulty, Behaviour), {})(profile) if faulty else Behaviour(profile)
