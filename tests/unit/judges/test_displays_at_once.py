"""Pictures asked for at one time are held against pictures alone: what is wrong alone, too, is left out."""

from __future__ import annotations

from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import pytest

from contract.concurrency import UploadSeen
from contract.observations import Answer
from contract.profiles import CLOUD
from contract.verdicts import Verdict
from generators.artefacts import make
from generators.cards import number_of
from generators.specs import MediaSpec, VideoSpec
from judges.media import displays_at_once
from judges.media.displays_at_once import DisplaysAtOnceJudge, displays_at_once_cases
from judges.media.uses import Use

OK = Answer(200, {"id": "a"})
RIGHT, OTHER = UploadSeen(OK, OK), UploadSeen(OK, OK, ("frame 2 of 20 shows frame 4",))
CASES = displays_at_once_cases(CLOUD, 0)


def test_no_two_pictures_of_any_case_are_alike() -> None:
    media = dict.fromkeys(spec for case in CASES for each in case.asked for spec in (each.spec, each.control))
    videos = [spec for spec in media if isinstance(spec, VideoSpec)]
    shown = [number_of(spec, index) for spec in videos for index in range(spec.frames)]
    assert len(set(shown)) == len(shown)
    assert len({make(spec).sha256 for spec in media}) == len(media)
    assert [len(case.asked) for case in CASES] == [4, 8, 4, 4]
    assert all(len(set(case.asked)) == len(case.asked) for case in CASES)


def test_what_is_of_two_media_is_asked_for_by_turns() -> None:
    two = [[each.spec for each in case.asked] for case in CASES if len({each.spec for each in case.asked}) > 1]
    assert [len(set(specs)) for specs in two] == [2, 2]
    assert all(one != other for specs in two for one, other in pairwise(specs))


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

    def shown(_judge: object, held: Any, use: Use) -> UploadSeen:
        index = int(use.place.split("/")[1])
        return (together if held.spec == case.asked[0].spec else alone).get(index, RIGHT)

    monkeypatch.setattr(displays_at_once, "Held", SimpleNamespace(uploaded_to=held))
    monkeypatch.setattr(DisplaysAtOnceJudge, "_shown", shown)
    workspace: Any = SimpleNamespace(client=SimpleNamespace(base=""), dataset=None, make_room=lambda _coming: None)
    assert DisplaysAtOnceJudge(workspace).judge(case).judgement.verdict is expected


def test_a_control_that_is_refused_says_nothing_of_what_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    case = CASES[0]

    def held(_dataset: object, spec: MediaSpec) -> Any:
        uploaded = OK if spec == case.asked[0].spec else Answer(415, {})
        return SimpleNamespace(path="", uploaded=uploaded, identifier=uploaded.text("id"), leave_to=lambda _: None)

    monkeypatch.setattr(displays_at_once, "Held", SimpleNamespace(uploaded_to=held))
    monkeypatch.setattr(DisplaysAtOnceJudge, "_shown", lambda *_: OTHER)
    workspace: Any = SimpleNamespace(client=SimpleNamespace(base=""), dataset=None, make_room=lambda _coming: None)
    assert DisplaysAtOnceJudge(workspace).judge(case).judgement.verdict is Verdict.INCONCLUSIVE
