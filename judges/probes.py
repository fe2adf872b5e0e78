"""What the case of any limit says of its probe."""

from __future__ import annotations

from typing import Any

from contract.cases import Requirement
from contract.probes import Probe


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
        "expected": probe.expected.value,
        "citation": probe.limit.citation,
        "seconds": probe.limit.seconds,
    }
