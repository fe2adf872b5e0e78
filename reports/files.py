"""The files of a run: written whole or not at all, and read back before they count as written."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from contract.reach import DRAWN, never_drawn
from contract.results import Conclusion, Result, RunInfo
from contract.verdicts import BROKEN
from reports.causes import causes
from reports.ctrf import ctrf
from reports.finding.folders import FINDINGS, write_folders
from reports.history import RUNS, HistoryError, KeptRun, check_writable, drawn, earlier, kept_run, record
from reports.junit import junit
from reports.page import page
from reports.summary import badge, summary

# What a run writes, and for whom.
REPORTS: Final = {
    "results.json": "programs: CTRF with our `extra`",
    "report.html": "people: one page that works offline; what blocks, a ruler for each limit, every finding",
    "junit.xml": "GitHub, GitLab, Jenkins",
    "summary.md": "the summary of a job",
    "badge.json": "an endpoint for shields.io",
}
# Directories that a run makes beside its reports where it needs them: generated requests that failed, long bodies.
BESIDE: Final = (FINDINGS, "examples", "requests")


class ReportError(Exception):
    """A report could not be written whole: whoever reads the directory would read an older run or half of this."""


def clear(directory: Path) -> None:
    """Remove the reports of an earlier run: a run that dies must not leave them to be taken for its own."""
    for name in REPORTS:
        try:
            (directory / name).unlink(missing_ok=True)
        except NotADirectoryError:
            raise ReportError(f"{directory} is no directory; give another --geti-report-dir") from None
        except OSError as error:
            raise ReportError(f"{directory / name} cannot be replaced ({error.strerror})") from None
    try:
        if (directory / FINDINGS).exists():
            shutil.rmtree(directory / FINDINGS)
    except OSError as error:
        raise ReportError(f"{directory / FINDINGS} cannot be replaced ({error.strerror})") from None


def prepare(directory: Path, history: Path | None = None) -> None:
    """Remove the reports of an earlier run, and write where this run's will be. Raises ``ReportError`` where it cannot.

    Before a run, so that none is judged for nothing.
    """
    clear(directory)
    prove_writable(directory, *(directory / name for name in BESIDE if (directory / name).exists()))
    try:
        if history is not None:
            check_writable(history)
    except HistoryError as error:
        raise ReportError(f"--geti-history: {error}") from None


def prove_writable(*directories: Path) -> None:
    """Make directories, and write in each. Raises ``ReportError`` where that cannot be done."""
    try:
        for place in directories:
            write_proof(place)
    except OSError as error:
        raise ReportError(f"{place} cannot be written ({error.strerror}); give another --geti-report-dir") from None


def write_proof(directory: Path) -> None:
    """Make a directory, and write in it what does not stay. Raises ``OSError``."""
    directory.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=directory) as file:
        file.write(b"proof")


def write_reports(
    run: RunInfo,
    results: Sequence[Result],
    manifest: Sequence[str],
    conclusion: Conclusion,
    directory: Path,
    history: Path | None = None,
) -> None:
    """Write ``REPORTS`` into ``directory``, and keep the run in ``history`` where one is given.

    ``results.json`` comes last: where another file could not be written it says so, and its verdict is not ``kept``.
    Raises ``ReportError`` naming the file.
    """
    failure: ReportError | None = None
    folders: dict[str, list[str]] = {}
    try:
        runs = [*earlier(history, run), kept_run(run, results, conclusion)] if history is not None else []
        run = replace(run, notes=(*run.notes, *_unseen(run, runs, history)))
        folders = _write_findings(run, results, directory)
        write_whole(directory / "junit.xml", junit(run, results, conclusion, folders))
        write_whole(directory / "summary.md", summary(run, results, conclusion))
        write_whole(directory / "report.html", page(run, results, conclusion, runs))
        write_whole(directory / "badge.json", json.dumps(badge(run, results, conclusion)))
        if history is not None:
            record(history, run, results, conclusion)
    except (ReportError, HistoryError) as error:
        failure, conclusion = ReportError(str(error)), conclusion.not_kept()
        run = replace(run, notes=(*run.notes, f"reports not written: {error}"))
    write_whole(directory / "results.json", json.dumps(ctrf(run, results, manifest, conclusion, folders), indent=1))
    if failure is not None:
        raise failure


def _unseen(run: RunInfo, runs: Sequence[KeptRun], history: Path | None) -> list[str]:
    """What as many runs as are compared, this one too, were to draw and have never drawn."""
    dimensions = run.coverage.get(DRAWN, {}).get("dimensions")
    if history is None or not dimensions:
        return []
    seen = [*drawn(history, runs[:-1]), dimensions]
    values = never_drawn(seen) if len(seen) >= RUNS else []
    return [f"in {len(seen)} runs no search has ever drawn {value}" for value in values]


def _write_findings(run: RunInfo, results: Sequence[Result], directory: Path) -> dict[str, list[str]]:
    """Where the files of each case's finding are, as those who read reports look for them: from where the run began."""
    here = Path.cwd()
    try:
        written = write_folders(run, causes(results, *BROKEN), directory.absolute())
    except OSError as error:
        raise ReportError(f"{directory / FINDINGS} cannot be written ({error.strerror or error})") from None
    return {
        case: [(file.relative_to(here) if file.is_relative_to(here) else file).as_posix() for file in files]
        for case, files in written.items()
    }


def write_whole(path: Path, text: str) -> None:
    """Write a file whole or not at all, and read it back. Raises ``ReportError`` naming it."""
    content = text.encode()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, part = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(descriptor, "wb") as out:
                out.write(content)
                out.flush()
                os.fsync(out.fileno())
            Path(part).chmod(0o644)
            Path(part).replace(path)
        except BaseException:
            Path(part).unlink(missing_ok=True)
            raise
        whole = path.read_bytes() == content
    except OSError as error:
        raise ReportError(
            f"{path} cannot be written ({error.strerror}); free space or give --geti-report-dir"
        ) from None
    if not whole:
        raise ReportError(f"{path} does not read back as it was written; write to another directory")
