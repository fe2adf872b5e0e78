"""How heavy ``report.html`` is, and how long Chromium takes to open it, with the results of a run repeated to 10,000.

.venv/bin/python -m benchmarks.bench_report out/results.json
"""

from __future__ import annotations

import itertools
import statistics
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from playwright.sync_api import sync_playwright

from reports.page import page
from reports.parser import read_report

RESULTS, ROUNDS = 10_000, 7


def main() -> None:
    report = read_report(Path(sys.argv[1]))
    endless = itertools.cycle(report.results)
    results = [
        replace(each, case=f"{each.case}/{number}", requirement=f"{each.requirement}/{number % 2000}")
        for number, each in zip(range(RESULTS), endless, strict=False)
    ]
    started = time.perf_counter()
    text = page(report.run, results, report.conclusion, {})
    print(f"made in {time.perf_counter() - started:.2f} s, {len(text.encode()) / 1e6:.2f} MB, {len(results):,} results")
    with tempfile.TemporaryDirectory() as directory, sync_playwright() as playwright:
        file = Path(directory) / "report.html"
        file.write_text(text, encoding="utf-8")
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        times = []
        for _ in range(ROUNDS):
            tab = browser.new_page()
            started = time.perf_counter()
            tab.goto(file.as_uri())
            tab.wait_for_selector("#requirements tbody tr")
            times.append(time.perf_counter() - started)
            tab.close()
        browser.close()
    print(f"opened in {statistics.median(times):.2f} s (median of {ROUNDS}, {min(times):.2f} to {max(times):.2f})")


if __name__ == "__main__":
    main()
