"""What a run is compared with: the record of an earlier run, or a deployment that is judged first, by its own run."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

import pytest

from contract.comparison import not_comparable
from contract.results import ExitStatus, RunInfo
from deployment.errors import SetupError
from deployment.options import OPTIONS
from harness.options import Options, unaimed
from reports.parser import UnreadableError
from reports.record import Recorded, read_record

# What the run of the first deployment takes over of this one's: all else is of one deployment alone.
_SHARED: Final = (
    "profile",
    "contract",
    "tier",
    "seed",
    "ca-bundle",
    "proxy",
    "openapi",
    "replay",
    "parallel",
    "rate",
    "max-requests",
    "max-bytes",
    "max-seconds",
    "timeout",
    "settle",
    "ledger-dir",
)
_JUDGED: Final = (ExitStatus.KEPT, ExitStatus.BROKEN, ExitStatus.INCOMPLETE)


def recorded(options: Options) -> Recorded | None:
    """The record to compare with, read before anything is sent; None where none is named. Raises ``SetupError``."""
    if options.against is None or "://" in options.against:
        return None
    try:
        return read_record(Path(options.against))
    except UnreadableError as error:
        raise SetupError(f"--geti-against {error}; give the FILE of --geti-record, a results.json, or a URL") from None


def check_comparable(first: Recorded, second: RunInfo) -> None:
    """Raise ``SetupError`` where the runs were not of the same cases with the same bytes."""
    reason = not_comparable(first.report.run, second)
    if reason:
        raise SetupError(f"--geti-against: {reason}")


def judged_first(options: Options, config: pytest.Config, url: str) -> Recorded:
    """Judge the deployment at ``url`` by a process of its own, before this run. Raises ``SetupError``."""
    with tempfile.TemporaryDirectory(prefix="geti-contract-first-") as directory:
        record = Path(directory, "record.json")
        reports = str(options.report_dir / "first")
        own: dict[str, Any] = {"url": url, "record": record, "report-dir": reports}
        own["token-file"] = options.against_token_file or options.token_file
        shared = {name: getattr(options, OPTIONS[name].field) for name in _SHARED}
        given = {OPTIONS[name].twin: str(value) for name, value in (shared | own).items() if value is not None}
        if "GETI_TOKEN" in os.environ:
            given["GETI_TOKEN"] = os.environ["GETI_TOKEN"]
        chosen = ["-k", config.option.keyword] if config.option.keyword else []
        command = [sys.executable, "-m", "pytest", "-q", "--assert=plain", *config.args, *chosen]
        print(f"the first deployment, {url}, is judged before this one; its reports: {reports}", flush=True)
        # A session of its own: Ctrl-C comes here alone, and that run is told so that it deletes what it made.
        process = subprocess.Popen(  # noqa: S603
            command,
            env=unaimed() | given,
            cwd=config.invocation_params.dir,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        try:
            printed, _ = process.communicate()
        except KeyboardInterrupt:
            process.terminate()
            process.communicate()
            raise
        if process.returncode not in _JUDGED or not record.exists():
            lines = [line for line in printed.splitlines() if line.strip()]
            said = next(
                (line for line in lines if line.startswith("ERROR: ")), lines[-1] if lines else "it said nothing"
            )
            raise SetupError(f"--geti-against {url} could not be judged: {said.removeprefix('ERROR: ')}")
        return read_record(record)
