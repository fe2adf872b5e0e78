"""The REST suite beside ``schemathesis run``: one worker, the same deployment, document and time budget.

    .venv/bin/python -m benchmarks.bench_openapi [TIER]

Prints for both the wall time, requests a second and operations that reached a 2xx, also by the second of the tool's own
processor time, since machines are noisy. Which faults each finds in the same time is measured in bench_peers.
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
from typing import Any
from urllib.parse import urlsplit

import httpx

from contract.openapi import Operation, operations
from deployment import embedded

GOALS = "goals: at least the requests a second of schemathesis run, three times its operations with a 2xx"


def _ours(deployment: embedded.Embedded, tier: str, out: Path) -> tuple[float, dict[str, Any]]:
    token = out / "token"
    token.write_text(deployment.token)
    command = [sys.executable, "-m", "pytest", "suites/openapi", "-q", "--assert=plain", "--geti-url", deployment.url]
    command += ["--geti-token-file", str(token), "--geti-tier", tier, "--geti-report-dir", str(out)]
    started = time.monotonic()
    subprocess.run(command, capture_output=True, check=False)
    wall = time.monotonic() - started
    return wall, json.loads((out / "results.json").read_text())["results"]


def _schemathesis(deployment: embedded.Embedded, budget: float, out: Path) -> list[dict[str, Any]]:
    """The exchanges of a run that is stopped at ``budget`` seconds, as a HAR file has them."""
    har = out / "report.har"
    command = [str(Path(sys.executable).parent / "schemathesis"), "run", f"{deployment.url}/openapi-spec.json"]
    command += ["--url", deployment.url, "-H", f"x-api-key: {deployment.token}", "--workers", "1", "--no-color"]
    command += ["--max-time", str(max(1, round(budget))), "--report", "har", "--report-har-path", str(har)]
    command += ["--continue-on-failure", "--max-examples", "100"]
    subprocess.run(command, capture_output=True, check=False, cwd=out)
    entries: list[dict[str, Any]] = json.loads(har.read_text())["log"]["entries"]
    return entries


def _reached(entries: list[dict[str, Any]], known: list[Operation]) -> set[str]:
    patterns = [(op, re.compile(re.sub(r"\\\{[^}]*\\\}", "[^/]+", re.escape(op.prefix + op.path)))) for op in known]
    reached = set()
    for entry in entries:
        path = urlsplit(entry["request"]["url"]).path
        if 200 <= entry["response"]["status"] < 300:
            reached |= {
                op.name
                for op, pattern in patterns
                if op.method == entry["request"]["method"] and pattern.fullmatch(path)
            }
    return reached


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def speed(tier: str, out: Path) -> None:
    deployment = embedded.start("cloud")
    try:
        known = list(operations(httpx.get(f"{deployment.url}/openapi-spec.json").json()))
        begun = _cpu()
        wall, results = _ours(deployment, tier, out)
        ours_cpu, peak = _cpu() - begun, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        begun, started = _cpu(), time.monotonic()
        entries = _schemathesis(deployment, wall, out)
        theirs_wall, theirs_cpu = time.monotonic() - started, _cpu() - begun
    finally:
        deployment.stop()
    requests, reached = results["extra"]["run"]["requests"], results["extra"]["coverage"]["openapi"]["totals"]["2xx"]
    print(f"{'':18}{'wall s':>8}{'requests/s':>12}{'requests/cpu s':>16}{'2xx operations':>16}   of {len(known)}")
    for name, seconds, cpu, count, operations_2xx in (
        ("this suite", wall, ours_cpu, requests, reached),
        ("schemathesis run", theirs_wall, theirs_cpu, len(entries), len(_reached(entries, known))),
    ):
        print(f"{name:18}{seconds:8.1f}{count / seconds:12.1f}{count / cpu:16.1f}{operations_2xx:16}")
    print(f"peak of this suite {peak:.0f} MB; {GOALS}")


def main() -> None:
    with tempfile.TemporaryDirectory() as directory:
        speed(sys.argv[1] if len(sys.argv) > 1 else "nightly", Path(directory))


if __name__ == "__main__":
    main()
