"""What is known of a run: of each cause the smallest recordings stay."""

from __future__ import annotations

from dataclasses import replace

from contract.recording import Content, RecordedExchange, Recording
from harness.events import CaseJudged
from harness.journal import Journal
from tests.unit.reports.samples import broken_width

SIZES = (50, 10, 40, 20, 60, 30, 5)


def recorded(size: int) -> Recording:
    return Recording(
        (
            RecordedExchange(
                trace_id="a", method="POST", target="/", body=Content(size, ""), content=Content(0, ""), status=200
            ),
        )
    )


def test_the_smallest_recordings_of_a_cause_are_kept_and_those_of_another_beside_them() -> None:
    journal, (first, *_) = Journal(), broken_width()
    for number, size in enumerate(SIZES):
        journal.pytest_geti_event(CaseJudged(replace(first, case=f"{number}", recordings=(recorded(size),))))
    other = replace(first, requirement="robustness.image-upload@empty", reason="else", side=None, limit=None)
    journal.pytest_geti_event(CaseJudged(replace(other, recordings=(recorded(99),))))
    kept = [each.recordings[0].exchanges[0].body.size for each in journal.results if each.recordings]
    assert len(journal.results) == len(SIZES) + 1
    assert kept == [10, 20, 30, 5, 99]
