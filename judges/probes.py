"""What the case of any limit says of its probe."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from contract.cases import Requirement
from contract.probes import Probe
from contract.verdicts import Expected, any_of


def expected_words(expected: Expected, refusals: Collection[int]) -> str:
    """What is expected, in words: ``refused with 409 or 415``."""
    return f"refused with {any_of(refusals)}" if expected is Expected.REFUSED else expected.value


def probe_fields(probe: Probe, title: str) -> dict[str, Any]:
    """The fields of a case that follow from its probe; ``title`` says what is sent, after the enforcement point."""
    return {
        "requirement": Requirement(probe.limit.id, probe.point.value),
        "title": f"{probe.point.words}{title}",
        "limit": probe.limit,
        "point": probe.point,
        "side": probe.side.value,
        "axis": probe.axis.value,
        "value": probe.value,
        "expected": expected_words(probe.expected, probe.refusals),
        "citation": probe.limit.citation,
        "seconds": probe.limit.seconds,
    }
