"""``report.html`` as text; how it looks and what it does is tested in a browser."""

from __future__ import annotations

from dataclasses import replace

from contract.results import conclude
from reports.page import page
from tests.unit.reports.samples import broken_width, run_info


def test_a_thumbnail_is_nothing_but_an_inline_png() -> None:
    for wrong in ("https://evil.example/x.png", "data:text/html,<script>", 'data:image/png;base64,AAAA" onerror="x'):
        results = [replace(each, sent={"thumbnail": wrong}) for each in broken_width()]
        assert "<img" not in page(run_info(), results, conclude(results, []), []).split("<script")[0]
