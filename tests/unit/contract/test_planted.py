"""The plant file reads back whole or not at all, and each loss of a planted thing is named as what it is."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from contract.observations import Answer
from contract.planted import Planted, PlantFileError, Thing, parse_planted, to_text
from contract.planted_changes import Change, Seen, became
from contract.planted_kinds import KINDS
from contract.verdicts import Verdict

OK = Answer(200, {})
LABEL = Thing(
    kind="label",
    project="detection",
    name="cat",
    ids={"project": "a" * 24, "label": "b" * 24},
    names={"project": "geti-contract-0123abcd-planted-detection", "label": "cat"},
    facts={"name": "cat", "color": "#12ab34ff", "hotkey": "ctrl+1", "group": "animals", "parent": None, "version": 1},
)
SET = Planted(
    run="0123abcd",
    url="https://geti.example",
    organization="o",
    workspace="w",
    deployment={"build-version": "2.0.0"},
    profile="cloud",
    seed=0,
    tool_version="1",
    started="2026-01-01T00:00:00+00:00",
    complete=True,
    things=(LABEL,),
    untaken=("keypoint: 400",),
)


def changed(**facts: Any) -> Seen:
    return Seen(OK, {**LABEL.facts, **facts})


def test_a_plant_file_reads_back_as_it_was_written() -> None:
    assert parse_planted(to_text(SET)) == SET


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda text: text[: len(text) // 2], "cut short"),
        (lambda _text: "[]", "no plant file"),
        (lambda text: text.replace("#12ab34ff", "#12ab35ff"), "damaged"),
        (lambda text: text.replace("geti-contract-plant/1", "geti-contract-plant/2"), "this version reads"),
        (lambda text: json.dumps({**json.loads(text), "sha256": "0" * 64}), "damaged"),
    ],
)
def test_a_damaged_or_newer_plant_file_is_refused_in_one_line(change, words: str) -> None:
    with pytest.raises(PlantFileError, match=words) as error:
        parse_planted(change(to_text(SET)))
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("firm", KINDS["label"].firm)
def test_each_firm_fact_of_a_label_is_missed(firm: str) -> None:
    if LABEL.facts.get(firm) is None:
        return
    found = became(LABEL, changed(**{firm: "other"}))
    assert (found.change, found.judgement.verdict) == (Change.ALTERED, Verdict.UNCLEAN)
    assert firm in found.judgement.reason


def test_what_is_the_servers_own_is_a_note_and_no_finding() -> None:
    found = became(LABEL, changed(version=2, shade="new"))
    assert found.judgement.verdict is Verdict.KEPT
    assert found.notes == ("label: version differs", "label: shade is said newly")


@pytest.mark.parametrize(
    ("seen", "change", "verdict"),
    [
        (Seen(Answer(404)), Change.LOST, Verdict.UNCLEAN),
        (Seen(OK, gone="project x is gone"), Change.LOST, Verdict.UNCLEAN),
        (Seen(Answer(500)), Change.UNREADABLE, Verdict.CRASHED),
        (Seen(OK, unreadable="it does not decode"), Change.UNREADABLE, Verdict.UNCLEAN),
        (Seen(OK), Change.UNREADABLE, Verdict.UNCLEAN),
        (Seen(Answer(415)), Change.REFUSED, Verdict.OVER_ENFORCED),
        (Seen(Answer(None, failure="reset")), None, Verdict.INCONCLUSIVE),
        (Seen(Answer(503)), None, Verdict.INCONCLUSIVE),
        (Seen(Answer(403)), None, Verdict.INCONCLUSIVE),
        (Seen(OK, unknown="an import made new ids"), None, Verdict.NOT_APPLICABLE),
    ],
)
def test_a_thing_is_lost_unreadable_refused_or_could_not_be_judged(
    seen: Seen, change: Change | None, verdict: Verdict
) -> None:
    found = became(LABEL, seen)
    assert (found.change, found.judgement.verdict) == (change, verdict)


def test_one_annotation_of_two_and_one_frame_of_many_are_named() -> None:
    one, two = ({"labels": [name], "shape": {"type": "RECTANGLE", "x": 1.0}} for name in ("cat", "dog"))
    annotation = replace(LABEL, kind="annotation", facts={"annotations": [one, two]})
    assert became(annotation, Seen(OK, {"annotations": [two, one]})).judgement.verdict is Verdict.KEPT
    lost = became(annotation, Seen(OK, {"annotations": [one]}))
    assert '"dog"' in lost.judgement.reason
    assert "is gone" in lost.judgement.reason
    frames = replace(LABEL, kind="frames", facts={"frames": {str(n): n for n in range(9)}})
    shifted = became(frames, Seen(OK, {"frames": {**frames.facts["frames"], "4": 5}}))
    assert shifted.judgement.reason == "altered: frames 4 reads back as 5, was 4"
    assert became(frames, Seen(OK, {"frames": {str(n): n for n in range(8)}})).change is Change.ALTERED


def test_what_was_not_said_before_is_compared_with_nothing() -> None:
    silent = replace(LABEL, facts={**LABEL.facts, "hotkey": None})
    assert became(silent, changed(hotkey="ctrl+9")).judgement.verdict is Verdict.KEPT
