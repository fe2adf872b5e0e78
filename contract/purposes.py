"""What the requests of a run are sent for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from enum import StrEnum


class Purpose(StrEnum):
    """Why a request is sent, from what a case is about to what comes of it when it breaks.

    Where a request has several purposes, the last of them here is the one that it counts for.
    """

    PROBE = "probe"
    CONTROL = "control"
    STATE = "state"
    READ_BACK = "read back"
    CLEAN_UP = "clean-up"
    CONFIRMATION = "confirmation"
    BOUNDARY = "boundary"


def foremost(purposes: Iterable[Purpose]) -> Purpose:
    """The purpose that counts of several; of none, the probe."""
    return max(purposes, key=list(Purpose).index, default=Purpose.PROBE)


def added_up(parts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    """Requests by purpose over several processes or runs, in the order of ``Purpose``."""
    counts = sum((Counter(part) for part in parts), Counter[str]())
    return {purpose: counts[purpose] for purpose in Purpose if counts[purpose]}
