"""The key out of what pytest tells of a test."""

from __future__ import annotations

import pytest

from deployment.redaction import Redactor


def hide(report: pytest.TestReport, redactor: Redactor) -> None:
    """Take the key out of a report: tracebacks with their values, captured output, logs."""
    clean, told = redactor.clean_cut, str(report.longrepr or "")
    if clean(told) != told:
        report.longrepr = clean(told)
    report.sections[:] = [(clean(name), clean(content)) for name, content in report.sections]
