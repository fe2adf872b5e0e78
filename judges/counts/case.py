"""One case of a limit on a count."""

from __future__ import annotations

from dataclasses import dataclass

from contract.cases import Case
from contract.probes import Probe


@dataclass(frozen=True, slots=True, kw_only=True)
class CountCase(Case):
    """One probe of a limit on a count, or a race for its last place; ``unjudged`` says why there is neither.

    ``kind`` tells the cases of one probe apart: the chain of tasks, ``race``, or an import of two.
    """

    probe: Probe
    kind: str = ""
    unjudged: str = ""
