"""What became of each limit in each format, and which lane judged what when."""

from __future__ import annotations

from dataclasses import replace

from contract.results import Result
from contract.verdicts import BROKEN, Verdict
from reports.causes import causes
from reports.matrix import matrices
from reports.timeline import timeline
from tests.unit.reports.samples import broken_width


def test_a_cell_has_the_worst_verdict_and_the_number_of_its_finding() -> None:
    results = broken_width()
    kept = replace(results[2], case="kept/avi", sent={"format": "avi"})
    (matrix,) = matrices([*results, kept], causes(results, *BROKEN))
    assert (matrix.medium, matrix.formats) == ("videos", ("mp4", "avi"))
    ((broken, good),) = [row.cells for row in matrix.rows]
    assert broken is not None
    assert good is not None
    assert (broken.verdict, broken.sign, broken.finding) == (Verdict.OVER_ENFORCED, "✗", 1)
    assert (good.verdict, good.sign, good.finding) == (Verdict.KEPT, "✓", None)


def test_a_run_without_media_has_no_matrix() -> None:
    assert matrices([Result("a", "a", "t", Verdict.KEPT, "w")], []) == []


def judged(name: str, lane: str, start: int, seconds: float, verdict: Verdict = Verdict.KEPT) -> Result:
    return Result(name, name.partition("/")[0], "t", verdict, "w", lane=lane, started_ms=start, elapsed_s=seconds)


def test_cases_of_one_subject_in_a_row_are_one_block_and_a_broken_one_leads_to_its_finding() -> None:
    broken = judged("b@x/3", "lane 1", 3000, 1.0, Verdict.CRASHED)
    results = [judged("a@x/1", "lane 1", 1000, 1.0), judged("a@x/2", "lane 1", 2000, 1.0), broken]
    shown = timeline([*results, judged("a@x/4", "lane 2", 1000, 3.0)], causes(results, *BROKEN))
    assert shown is not None
    first, second = shown.lanes
    assert [(each.kind, each.finding) for each in first.blocks] == [("kept", None), ("broken", 1)]
    assert "2 cases" in first.blocks[0].words
    assert (first.busy, second.busy) == (100, 100)
    assert shown.longest[0][0].case == "a@x/4"


def test_results_that_say_no_time_have_no_timeline() -> None:
    assert timeline([Result("a", "a", "t", Verdict.KEPT, "w")], []) is None
