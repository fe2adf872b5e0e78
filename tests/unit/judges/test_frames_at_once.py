"""Frames asked for at one time are held against frames alone: what is wrong alone, too, is left out."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from contract.concurrency import UploadSeen
from contract.observations import Answer
from contract.profiles import CLOUD
from contract.verdicts import Verdict
from generators.cards import number_of
from judges.media import frames_at_once
from judges.media.frames_at_once import FramesAtOnceJudge, frames_at_once_cases

OK = Answer(200, {"id": "a"})
RIGHT, OTHER = UploadSeen(OK, OK), UploadSeen(OK, OK, ("frame 2 of 20 shows frame 4",))
CASES = frames_at_once_cases(CLOUD, 0)


def test_no_frame_has_the_number_of_another_one_of_any_case() -> None:
    specs = [spec for case in CASES for spec in (case.spec, case.control)]
    shown = [number_of(spec, index) for spec in specs for index in range(spec.frames)]
    assert len(set(shown)) == len(shown)
    assert [len(case.indices) for case in CASES] == [4, 8]
    assert all(max(case.indices) < case.spec.frames for case in CASES)


@pytest.mark.parametrize(
    ("together", "alone", "uploaded", "expected"),
    [
        ({}, {}, OK, Verdict.KEPT),
        ({2: OTHER}, {}, OK, Verdict.UNCLEAN),
        ({2: OTHER}, {2: OTHER}, OK, Verdict.KEPT),
        ({2: OTHER, 4: OTHER}, {2: OTHER}, OK, Verdict.UNCLEAN),
        ({2: UploadSeen(Answer(429))}, {}, OK, Verdict.INCONCLUSIVE),
        (dict.fromkeys(range(20), OTHER), dict.fromkeys(range(20), OTHER), OK, Verdict.INCONCLUSIVE),
        ({}, {}, Answer(415, {}), Verdict.INCONCLUSIVE),
    ],
)
def test_only_a_frame_that_is_right_alone_must_be_right_beside_others(
    monkeypatch: pytest.MonkeyPatch,
    together: dict[int, UploadSeen],
    alone: dict[int, UploadSeen],
    uploaded: Answer,
    expected: Verdict,
) -> None:
    case = CASES[0]

    def held(_dataset: object, spec: object) -> Any:
        return SimpleNamespace(
            spec=spec, path="", uploaded=uploaded, identifier=uploaded.text("id"), leave_to=lambda _: None
        )

    def shown(_judge: object, held: Any, index: int) -> UploadSeen:
        return (together if held.spec == case.spec else alone).get(index, RIGHT)

    monkeypatch.setattr(frames_at_once, "Held", SimpleNamespace(uploaded_to=held))
    monkeypatch.setattr(FramesAtOnceJudge, "_shown", shown)
    workspace: Any = SimpleNamespace(client=SimpleNamespace(base=""), dataset=None, make_room=lambda _coming: None)
    assert FramesAtOnceJudge(workspace).judge(case).judgement.verdict is expected
