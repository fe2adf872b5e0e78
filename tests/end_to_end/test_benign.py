"""A benign run goes through its proxy to a deployment of its own, and nobody is reported."""

from __future__ import annotations

import pytest

from benchmarks.benign.runs import run_benign
from benchmarks.benign.variants import VARIANTS
from contract.verdicts import Verdict

_FEW = "image.side.min and bmp and not noise"


@pytest.mark.processes
def test_variants_together_are_not_reported() -> None:
    together = [VARIANTS[name] for name in ("upper-case-ids", "gzip", "chunks", "several-workspaces", "others-at-work")]
    benign = run_benign(together, _FEW)
    assert benign.passed, benign
    assert sum(finding.verdict is Verdict.KEPT for finding in benign.run.findings) >= 4
