"""Sizes of files: which probes there are, what they cost, and what a missing answer and a small profile come to."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from contract.constraints import CONSTRAINTS
from contract.observations import Answer, Observation
from contract.probes import Side
from contract.profiles import CLOUD, Profile, Setting, scaled_down
from contract.verdicts import Expected, Verdict
from generators.artefacts import make
from generators.specs import ImageSpec
from judges.constraints.cases import ConstraintCase, constraint_cases
from judges.constraints.judge import ConstraintJudge
from judges.constraints.subject import Asked
from judges.constraints.uploads import Media
from judges.costs import bytes_of
from judges.rest.plan import Plan
from judges.upload import beyond_file_size

SIZES = [row.id for row in CONSTRAINTS if row.gate_value is not None]


def cases(profile: Profile, tier: str = "gate") -> list[ConstraintCase]:
    return [case for case in constraint_cases(profile, 0, Plan(), tier) if case.constraint.id in SIZES]


def test_a_gate_leaves_files_of_gigabytes_to_the_capacity_tier_and_says_so() -> None:
    unjudged = {case.requirement.id: case.unjudged for case in cases(CLOUD) if case.unjudged}
    assert unjudged == {
        "image.file.max@image-upload": "takes files of 5.0 GB: judged with --geti-tier capacity",
        "video.file.max@video-upload": "takes files of 4.7 GB: judged with --geti-tier capacity",
        "archive.file.max@archive-upload": "takes files of 10.7 GB: judged with --geti-tier capacity",
    }


def test_a_gate_sends_large_files_well_inside_and_says_what_they_cost() -> None:
    inside = [case for case in cases(CLOUD) if case.body_bytes]
    assert {case.id: case.value for case in inside} == {
        "image.file.max@image-upload/below/12000000": 12_000_000,
        "video.file.max@video-upload/below/60000000": 60_000_000,
    }
    assert {case.probe.expected for case in inside if case.probe} == {Expected.ACCEPTED}
    assert bytes_of(cases(CLOUD), CLOUD) == 72_000_000


def test_the_embedded_deployment_takes_media_beyond_what_proxies_take_by_default() -> None:
    at = {case.constraint.id: case.value for case in cases(scaled_down(CLOUD)) if case.side == Side.AT}
    assert [(at[f"{kind}.file.max"] or 0) >> 20 for kind in ("image", "video")] == [11, 51]


def test_a_file_well_inside_is_sent_only_where_it_is_legal() -> None:
    profile = replace(CLOUD, overrides={"video.file.max": 200_000_000, "image.file.max": 50_000_000})
    sent = {case.id: case.value for case in cases(profile) if case.value and case.constraint.id != "archive.file.max"}
    assert sent["video.file.max@video-upload/below/60000000"] == 60_000_000
    assert max(value for name, value in sent.items() if name.startswith("image")) == 50_000_001


def test_a_length_that_is_only_announced_is_judged_in_every_tier_and_costs_no_bytes() -> None:
    announced = [case for case in cases(CLOUD) if case.requirement.scope == "resumable-upload"]
    assert [case.value for case in announced] == [10 * 2**30 - 1, 10 * 2**30, 10 * 2**30 + 1]
    assert not any(case.body_bytes for case in announced)


def test_the_capacity_tier_says_what_its_files_cost() -> None:
    image, video, archive = 5_046_586_572, 4_700_000_000, 10_737_418_240
    beyond_both_readings = image + 1
    expected = 3 * image + 2 * video - 1 + beyond_both_readings + 3 * archive
    assert bytes_of(cases(CLOUD, "capacity"), CLOUD) == expected


def test_a_unit_that_is_read_in_two_ways_promises_nothing_in_between() -> None:
    found = {
        case.value: case.probe.expected for case in cases(CLOUD, "capacity") if case.requirement.subject == SIZES[1]
    }
    assert found == {
        4_699_999_999: Expected.ACCEPTED,
        4_700_000_000: Expected.ACCEPTED,
        5_046_586_573: Expected.REFUSED,
    }


@pytest.mark.parametrize("row", SIZES)
def test_a_profile_sets_the_exact_byte_and_the_embedded_deployment_is_set_low(row: str) -> None:
    for profile in (replace(CLOUD, overrides={row: 5000}), scaled_down(CLOUD)):
        value = profile.overrides[row]
        assert isinstance(value, int)
        sides = {case.side: case.value for case in cases(profile) if case.requirement.subject == row and case.probe}
        assert sides == {Side.BELOW: value - 1, Side.AT: value, Side.ABOVE: value + 1}
    off = replace(CLOUD, overrides={row: Setting.OFF})
    assert {case.unjudged for case in cases(off) if case.constraint.id == row} == {"the profile file says: off"}


class Silent(Media):
    """Accepts a control, and answers nothing to what is at the boundary."""

    def ask(self, asked: Asked) -> Observation:
        if asked.value == 10_000:
            return Observation(Answer(200, {"id": "1"}), None, created=True)
        return Observation(Answer(None, failure="WriteError: connection reset"), None)


@pytest.mark.parametrize(("side", "verdict"), [(Side.ABOVE, Verdict.INCONCLUSIVE), (Side.AT, Verdict.CRASHED)])
def test_a_lost_answer_to_a_file_that_is_too_large_may_have_been_a_refusal(side: Side, verdict: Verdict) -> None:
    class Workspace:
        class client:  # noqa: N801
            base = "http://x"

            @staticmethod
            def purpose(_purpose: Any) -> Any:
                import contextlib

                return contextlib.nullcontext()

        class discovery:  # noqa: N801
            root = ""

    workspace: Any = Workspace()
    judge = ConstraintJudge(workspace, subjects={Media: Silent(workspace)})
    (case,) = (
        each for each in cases(scaled_down(CLOUD)) if each.requirement.subject == "image.file.max" and each.side == side
    )
    assert judge.judge(case).judgement.verdict is verdict


def test_a_medium_larger_than_any_file_may_be_says_nothing_of_another_limit() -> None:
    artefact = make(ImageSpec(64, 64, "bmp", "RGB", "noise"))
    assert beyond_file_size(artefact, CLOUD) == ""
    small = replace(CLOUD, overrides={"image.file.max": 10_000})
    size = len(artefact.content)
    assert beyond_file_size(artefact, small) == f"the file has {size:,} bytes, and 10,000 may be uploaded"
