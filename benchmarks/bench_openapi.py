"""The REST suite beside ``schemathesis run``: one worker, the same deployment, document and time budget.

    .venv/bin/python benchmarks/bench_openapi.py [TIER]

Prints for both the wall time, requests a second and operations that reached a 2xx; machines are noisy.
"""

from __future__ import annotations

import json
import re
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from contract.openapi import Operation, operations
from deployment import embedded

GOALS = "goals: at least the requests a second of schemathesis run, three times its operations with a 2xx"


def _ours(deployment: embedded.Embedded, tier: str, out: Path) -> tuple[float, int, int]:
    token = out / "token"
    token.write_text(deployment.token)
    command = [sys.executable, "-m", "pytest", "suites/openapi", "-q", "--geti-url", deployment.url]
    command += ["--geti-token-file", str(token), "--geti-tier", tier, "--geti-report-dir", str(out)]
    started = time.monotonic()
    subprocess.run(command, capture_output=True, check=False)
    wall = time.monotonic() - started
    found = json.loads((out / "results.json").read_text())["results"]
    covered = next(
        test["extra"]["sent"]["coverage"] for test in found["tests"] if test["name"] == "openapi.key-never-echoed"
    )
    return wall, found["extra"]["run"]["requests"], len(covered["2xx"])


def _schemathesis(deployment: embedded.Embedded, budget: float, known: list[Operation], out: Path) -> tuple[int, int]:
    har = out / "report.har"
    command = [str(Path(sys.executable).parent / "schemathesis"), "run", f"{deployment.url}/openapi-spec.json"]
    command += ["--url", deployment.url, "-H", f"x-api-key: {deployment.token}", "--workers", "1", "--no-color"]
    command += ["--max-time", str(max(1, round(budget))), "--report", "har", "--report-har-path", str(har)]
    command += ["--continue-on-failure", "--max-examples", "100"]
    subprocess.run(command, capture_output=True, check=False, cwd=out)
    entries = json.loads(har.read_text())["log"]["entries"]
    patterns = [(op, re.compile(re.sub(r"\\\{[^}]*\\\}", "[^/]+", re.escape(op.prefix + op.path)))) for op in known]
    reached = set()
    for entry in entries:
        path = urlsplit(entry["request"]["url"]).path
        if 200 <= entry["response"]["status"] < 300:
            reached |= {op.name for op, pattern in patterns
                        if op.method == entry["request"]["method"] and pattern.fullmatch(path)}  # fmt: skip
    return len(entries), len(reached)


def main() -> None:
    tier = sys.argv[1] if len(sys.argv) > 1 else "nightly"
    with tempfile.TemporaryDirectory() as directory:
        out = Path(directory)
        deployment = embedded.start("cloud")
        try:
            known = list(operations(httpx.get(f"{deployment.url}/openapi-spec.json").json()))
            wall, requests, reached = _ours(deployment, tier, out)
            peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
            started = time.monotonic()
            theirs, theirs_reached = _schemathesis(deployment, wall, known, out)
            theirs_wall = time.monotonic() - started
        finally:
            deployment.stop()
    print(f"{'':18}{'wall s':>8}{'requests/s':>12}{'2xx operations':>16}   of {len(known)}")
    print(f"{'this suite':18}{wall:8.1f}{requests / wall:12.1f}{reached:16}   peak {peak:.0f} MB")
    print(f"{'schemathesis run':18}{theirs_wall:8.1f}{theirs / theirs_wall:12.1f}{theirs_reached:16}")
    print(GOALS)


if __name__ == "__main__":
    main()
