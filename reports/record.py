"""The record of a run, to be compared with another: its report, with the OpenAPI document that the deployment gave."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from contract.results import Conclusion, Result, RunInfo
from reports.ctrf import ctrf
from reports.files import ReportError, write_proof, write_whole
from reports.parser import Report, UnreadableError, read_report

_DOCUMENT = "openapi"


@dataclass(frozen=True, slots=True)
class Recorded:
    """A run as it was recorded; ``document`` is None where only its report is at hand."""

    report: Report
    document: Mapping[str, Any] | None = None

    @property
    def side(self) -> tuple[RunInfo, Sequence[Result], Sequence[str]]:
        """What a comparison takes of it."""
        judged = [result.case for result in self.report.results]
        return self.report.run, self.report.results, [*judged, *self.report.conclusion.missing]


def write_record(
    file: Path,
    run: RunInfo,
    results: Sequence[Result],
    manifest: Sequence[str],
    conclusion: Conclusion,
    document: Mapping[str, Any],
) -> None:
    """Write a record. Raises ``ReportError`` naming the file."""
    write_whole(file, json.dumps({**ctrf(run, results, manifest, conclusion, {}), _DOCUMENT: document}, default=str))


def prove_writable(file: Path) -> None:
    """Write beside where a record will be, before anything is judged. Raises ``ReportError``; the file stays."""
    try:
        write_proof(file.parent)
    except OSError as error:
        raise ReportError(f"--geti-record {file} cannot be written ({error.strerror}); give another file") from None
    if file.is_dir():
        raise ReportError(f"--geti-record {file} is a directory; give a file")


def read_record(file: Path) -> Recorded:
    """A record, or the ``results.json`` of a run. Raises ``UnreadableError`` naming it."""
    report = read_report(file)
    path = file / "results.json" if file.is_dir() else file
    try:
        document = json.loads(path.read_text(encoding="utf-8")).get(_DOCUMENT)
    except (OSError, ValueError, AttributeError) as error:
        raise UnreadableError(f"{path} cannot be read ({type(error).__name__})") from None
    return Recorded(report, document if isinstance(document, dict) and document else None)
