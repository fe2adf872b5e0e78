"""``report.html`` as text; how it looks and what it does is tested in a browser."""

from __future__ import annotations

import json
import re
from dataclasses import replace

from contract.results import conclude
from reports.page import page
from tests.unit.reports.samples import broken_width, run_info


def test_a_thumbnail_is_nothing_but_an_inline_png() -> None:
    for wrong in ("https://evil.example/x.png", "data:text/html,<script>", 'data:image/png;base64,AAAA" onerror="x'):
        results = [replace(each, sent={"thumbnail": wrong}) for each in broken_width()]
        assert "<img" not in page(run_info(), results, conclude(results, []), []).split("<script")[0]


def test_cases_that_were_never_judged_are_one_row_a_requirement() -> None:
    results = broken_width()
    manifest = [*(each.case for each in results), "a.max@b/above", "a.max@b/at", "c.max@d"]
    written = page(run_info(), results, conclude(results, manifest), [])
    rows = json.loads(re.findall(r'type="application/json"[^>]*>(.*?)</script>', written)[0])["rows"]
    never = {row[0]: [case[0] for case in row[4]] for row in rows if row[1] == "never judged"}
    assert never == {"a.max@b": ["a.max@b/above", "a.max@b/at"], "c.max@d": ["c.max@d"]}
