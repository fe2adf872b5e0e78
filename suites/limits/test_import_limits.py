"""The limits of images at dataset import: nothing over a limit enters a project, and the user is told."""

from __future__ import annotations

from harness.run import Run
from judges.imports.cases import ImportCase
from judges.imports.judge import ImportJudge


def test_import_limit(run: Run, import_judge: ImportJudge, import_case: ImportCase) -> None:
    """The deployment imports what keeps the limit, and leaves out what does not."""
    run.record(import_judge.judge(import_case))
