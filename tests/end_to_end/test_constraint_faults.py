"""Every fault of the constraints, many at a time: each is found by its requirement, side and verdict, and no other."""

from __future__ import annotations

import pytest

from contract.constraints import CONSTRAINTS
from reference.faults.constraints import FAULTS

# Without these nothing else can be made, or listed: they are left to the measurement of the catalogue.
LEFT_OUT = {
    "project-labels-min-detection-short-by-one",
    "project-labels-min-classification-short-by-one",
    "list-limit-short-by-one",
}
ENDINGS = ("unchecked", "status", "off-by-one", "short-by-one", "member-refused")
TOGETHER = {
    ending: [fault for fault in FAULTS if fault.name.endswith(ending) and fault.name not in LEFT_OUT]
    for ending in ENDINGS
}


# Files of gigabytes, set to some kilobytes: nothing else that is sent here is larger, but for an archive in parts.
SIZES = {row.id: 20_000 for row in CONSTRAINTS if row.gate_value is not None} | {"archive.file.max": 6_000_000}


@pytest.mark.parametrize("faults", TOGETHER.values(), ids=TOGETHER)
def test_each_fault_is_found_and_nothing_else(run_suites, start_deployment, tmp_path, faults) -> None:
    profile = tmp_path / "profile.toml"
    profile.write_text("[limits]\n" + "".join(f'"{row}" = {value}\n' for row, value in SIZES.items()))
    deployment = start_deployment(faults=[each.name for each in faults], limits=SIZES)
    options = ("--geti-profile", str(profile))
    run = run_suites(*options, deployment=deployment, paths=("suites/constraints",))
    expected = {(requirement, each.side, each.verdict) for each in faults for requirement in each.requirements}
    found = {
        (test["extra"]["requirement"], test["extra"]["side"], test["extra"]["verdict"])
        for test in run.judged
        if test["extra"]["verdict"] not in ("kept", "not-applicable")
    }
    assert found == expected, run.console
