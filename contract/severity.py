"""How grave each verdict is, against the others."""

from __future__ import annotations

from typing import Final

from contract.verdicts import Verdict

# Worst first: what a row of many cases is called, and what is reported first.
SEVERITY: Final = (
    Verdict.CRASHED,
    Verdict.UNSTABLE,
    Verdict.UNCLEAN,
    Verdict.NOT_ENFORCED,
    Verdict.OVER_ENFORCED,
    Verdict.WRONG_STATUS,
    Verdict.NONCONFORMING,
    Verdict.INCONCLUSIVE,
    Verdict.WAIVED,
    Verdict.KEPT,
    Verdict.NOT_APPLICABLE,
)
