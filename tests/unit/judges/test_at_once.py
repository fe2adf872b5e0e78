"""Of uploads at one time each is held against itself alone: what is refused then, too, is left out."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any, ClassVar

import pytest

from contract.concurrency import UploadSeen
from contract.formats import VIDEO_FORMATS
from contract.observations import Answer
from contract.profiles import CLOUD
from contract.verdicts import Verdict
from generators.specs import MediaSpec
from judges.media import at_once, durations
from judges.media.at_once import AtOnceJudge, at_once_cases
from judges.media.durations import DurationJudge, duration_cases

CASE = at_once_cases(CLOUD, 0)[-1]
OK, REFUSED = Answer(200, {"id": "a"}), Answer(415, {})


@dataclass
class Held:
    """Stands for what the deployment holds; ``alone`` and ``together`` are the formats that it takes."""

    alone: ClassVar[frozenset[str]] = frozenset()
    together: ClassVar[frozenset[str]] = frozenset()
    uploaded: Answer

    @classmethod
    def of(cls, _workspace: object, spec: MediaSpec) -> Held:
        return cls(OK if spec.format in cls.alone else REFUSED)

    @classmethod
    def uploaded_to(cls, _dataset: object, spec: MediaSpec) -> Held:
        return cls(OK if spec.format in cls.together else REFUSED)

    def leave_to(self, _workspace: object) -> None:
        pass


def verdict(monkeypatch: pytest.MonkeyPatch, alone: set[str], together: set[str]) -> Verdict:
    monkeypatch.setattr(Held, "alone", frozenset(alone))
    monkeypatch.setattr(Held, "together", frozenset(together))
    monkeypatch.setattr(at_once, "Held", Held)
    read = lambda _judge, held: UploadSeen(held.uploaded, OK if held.uploaded.accepted else None)  # noqa: E731
    monkeypatch.setattr(AtOnceJudge, "_read", read)
    dataset = SimpleNamespace(path="")
    client = SimpleNamespace(base="")
    workspace: Any = SimpleNamespace(client=client, dataset=dataset, make_room=lambda _coming: None, renewals=0)
    return AtOnceJudge(workspace).judge(CASE).judgement.verdict


@pytest.mark.parametrize(
    ("alone", "together", "expected"),
    [
        ({"mp4", "webm"}, {"mp4", "webm"}, Verdict.KEPT),
        ({"mp4"}, {"mp4"}, Verdict.KEPT),
        ({"mp4", "webm"}, {"mp4"}, Verdict.OVER_ENFORCED),
        (set(), set(), Verdict.INCONCLUSIVE),
    ],
)
def test_only_what_is_taken_by_itself_must_be_taken_together(
    monkeypatch: pytest.MonkeyPatch, alone: set[str], together: set[str], expected: Verdict
) -> None:
    assert verdict(monkeypatch, alone, together) is expected


def test_what_a_full_project_refused_is_sent_again_to_another(monkeypatch: pytest.MonkeyPatch) -> None:
    class Full(Held):
        @classmethod
        def of(cls, _workspace: object, _spec: MediaSpec) -> Held:
            workspace.renewals = 1
            return cls(OK)

        @classmethod
        def uploaded_to(cls, _dataset: object, _spec: MediaSpec) -> Held:
            return cls(OK if workspace.renewals else Answer(409, {}))

    monkeypatch.setattr(at_once, "Held", Full)
    read = lambda _judge, held: UploadSeen(held.uploaded, OK if held.uploaded.accepted else None)  # noqa: E731
    monkeypatch.setattr(AtOnceJudge, "_read", read)
    workspace: Any = SimpleNamespace(
        client=SimpleNamespace(base=""), dataset=SimpleNamespace(path=""), make_room=lambda _coming: None, renewals=0
    )
    assert AtOnceJudge(workspace).judge(CASE).judgement.verdict is Verdict.KEPT


def test_what_was_sent_at_one_time_is_read_one_after_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    readers = set[int]()

    def read(_judge: object, held: Any) -> UploadSeen:
        readers.add(threading.get_ident())
        return UploadSeen(held.uploaded, OK)

    monkeypatch.setattr(Held, "alone", frozenset(VIDEO_FORMATS))
    monkeypatch.setattr(Held, "together", frozenset(VIDEO_FORMATS))
    monkeypatch.setattr(at_once, "Held", Held)
    monkeypatch.setattr(AtOnceJudge, "_read", read)
    workspace: Any = SimpleNamespace(
        client=SimpleNamespace(base=""), dataset=SimpleNamespace(path=""), make_room=lambda _coming: None, renewals=0
    )
    AtOnceJudge(workspace).judge(CASE)
    assert readers == {threading.get_ident()}


@pytest.mark.parametrize(
    ("together", "alone", "expected"),
    [(3.0, 0.01, Verdict.NONCONFORMING), (3.0, 0.5, Verdict.KEPT), (0.5, 0.01, Verdict.KEPT)],
)
def test_how_long_an_upload_takes_beside_others_is_held_against_how_long_it_takes_alone(
    monkeypatch: pytest.MonkeyPatch, together: float, alone: float, expected: Verdict
) -> None:
    monkeypatch.setattr(Held, "alone", frozenset(VIDEO_FORMATS))
    monkeypatch.setattr(durations, "Held", Held)
    monkeypatch.setattr(Held, "of", classmethod(lambda cls, *_: cls(replace(OK, elapsed_s=alone))))
    met = [UploadSeen(replace(OK, elapsed_s=elapsed)) for elapsed in (alone, together)]
    workspace: Any = SimpleNamespace(once=lambda _key, _make: SimpleNamespace(met={("videos", 8): met}))
    case = duration_cases(CLOUD, 0)[-1]
    assert DurationJudge(workspace).judge(case).judgement.verdict is expected
