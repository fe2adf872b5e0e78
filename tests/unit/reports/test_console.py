"""The closing table and the verdict fit 80 columns and every encoding."""

from __future__ import annotations

from dataclasses import replace

from contract.results import conclude
from contract.verdicts import Verdict
from reports.console import print_closing
from tests.unit.reports.samples import broken_width, probe, run_info


def test_the_closing_table_is_ascii_of_80_columns_and_has_no_colours() -> None:
    long = replace(
        probe("at", 1, Verdict.NOT_APPLICABLE, 200),
        requirement="media.annotation-versions.max@dataset-import-as-new-project",
        limit="media.annotation-versions.max",
        enforcement_point="dataset-import-as-new-project",
        documented=35_481_600,
        unit="annotation versions",
    )
    rule = replace(long, requirement=f"openapi.{'long-' * 10}name@GET", side=None, limit="", verdict=Verdict.KEPT)
    results, lines = [*broken_width(), long, rule], list[str]()
    print_closing(run_info(), results, [each.case for each in results], conclude(results, []), lines.append)
    text = "".join(lines)
    table = text.partition("  not applicable: why")[0].splitlines()
    assert text.isascii()
    assert "\x1b" not in text
    assert all(len(line) <= 80 and line == line.rstrip() for line in table)
    assert f" {long.limit} " in text
    assert "dataset import as new project" in text
    assert "VERDICT: BROKEN" in text
