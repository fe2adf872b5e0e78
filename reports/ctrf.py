"""Results as Common Test Report Format (CTRF), each judged test with our ``extra``."""

from __future__ import annotations

import platform
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

from contract.formats import IMAGE_FORMATS, VIDEO_FORMATS
from contract.results import Conclusion, Result, RunInfo
from contract.verdicts import BROKEN, Verdict

# Names ``extra-1.schema.json``; a change that an older reader would misread takes another number.
SCHEMA: Final = "geti-contract-extra/1"
_STATUS: Final = {
    **dict.fromkeys(BROKEN, "failed"),
    Verdict.KEPT: "passed",
    Verdict.WAIVED: "other",
    Verdict.INCONCLUSIVE: "other",
    Verdict.NOT_APPLICABLE: "skipped",
}
_TYPES: Final = {
    ".md": "text/markdown",
    ".py": "text/x-python",
    ".json": "application/json",
    ".har": "application/json",
    **{
        f".{extension}": record.media_type
        for known in (IMAGE_FORMATS, VIDEO_FORMATS)
        for extension, record in known.items()
    },
}
NEVER_JUDGED: Final = "the case is in the manifest and was never judged"


def ctrf(
    run: RunInfo,
    results: Sequence[Result],
    manifest: Sequence[str],
    conclusion: Conclusion,
    folders: Mapping[str, Sequence[str]],
) -> dict[str, Any]:
    """The whole report as a JSON value. Cases of the manifest without a result are ``pending``, never passed.

    ``folders`` are the files of the finding that a case is part of, by the name of the case.
    """
    tests = [test_of(result, folders.get(result.case, ())) for result in results] + [
        _missing(case) for case in conclusion.missing
    ]
    counts = Counter(test["status"] for test in tests)
    return {
        "reportFormat": "CTRF",
        "specVersion": "0.0.0",
        "reportId": str(uuid5(NAMESPACE_URL, f"geti-contract:{run.run_id}")),
        "timestamp": datetime.fromtimestamp(run.stopped_ms / 1000, UTC).isoformat(),
        "generatedBy": "geti-contract",
        "results": {
            "tool": {"name": "geti-contract", "version": run.tool_version},
            "summary": {
                "tests": len(tests),
                **{status: counts[status] for status in ("passed", "failed", "skipped", "pending", "other")},
                "start": run.started_ms,
                "stop": run.stopped_ms,
            },
            "tests": tests,
            "environment": {
                "testEnvironment": run.base_url,
                "osPlatform": platform.system(),
                "extra": {"deployment": dict(run.deployment), "profile": run.profile, "contract": run.contract},
            },
            "extra": {
                "schema": SCHEMA,
                "verdict": conclusion.verdict.value,
                "exit_status": int(conclusion.exit_status),
                "manifest": len(manifest),
                "coverage": dict(run.coverage),
                "run": {key: value for key, value in asdict(run).items() if key != "coverage"},
                "stale_waivers": list(conclusion.stale),
            },
        },
    }


def test_of(result: Result, files: Sequence[str]) -> dict[str, Any]:
    """One result as a test of CTRF, with ``files`` as its attachments."""
    left_out = ("started_ms", "elapsed_s", "recordings")
    extra = {key: value for key, value in asdict(replace(result, recordings=())).items() if key not in left_out}
    return {
        "name": result.case,
        "status": _STATUS[result.verdict],
        "duration": round(result.elapsed_s * 1000),
        "start": result.started_ms,
        "stop": result.started_ms + round(result.elapsed_s * 1000),
        "suite": [result.limit or "", result.enforcement_point or ""],
        "message": f"{result.title}: {result.verdict}: {result.reason}",
        "extra": extra,
        **({"attachments": [_attachment(file) for file in files]} if files else {}),
    }


def _attachment(file: str) -> dict[str, str]:
    name = file.rpartition("/")[2]
    return {"name": name, "contentType": _TYPES.get(Path(name).suffix, "application/octet-stream"), "path": file}


def _missing(case: str) -> dict[str, Any]:
    extra = {"requirement": case.split("/")[0], "verdict": Verdict.INCONCLUSIVE.value, "reason": NEVER_JUDGED}
    return {"name": case, "status": "pending", "duration": 0, "message": NEVER_JUDGED, "extra": extra}
