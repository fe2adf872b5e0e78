"""The cases of count limits, and the sides they are judged on."""

from __future__ import annotations

import pytest

from contract.limits import TWO_FOR_ONE_PLACE
from contract.profiles import CLOUD, scaled_down
from contract.verdicts import Expected
from judges.counts.cases import count_cases


@pytest.mark.parametrize("tier", ["gate", "capacity"])
def test_the_case_is_there_wherever_the_limit_is_judged(tier: str) -> None:
    profile = scaled_down(CLOUD) if tier == "gate" else CLOUD
    cases = [case for case in count_cases(profile, tier) if case.kind == TWO_FOR_ONE_PLACE]
    assert [(case.id, case.probe.expected) for case in cases] == [
        (f"project.media.max@dataset-import/above/{TWO_FOR_ONE_PLACE}", Expected.REFUSED)
    ]
