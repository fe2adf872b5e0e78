"""The listing of media: what it says is matched, and a filtered list walked by its own pages."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from contract.verdicts import Verdict
from tests.support.synthetic_document import ROOT
from tests.unit.judges.test_rest_permitted import answered, document, verdict

PATH = f"{ROOT}/projects/{{project_id}}/datasets/{{dataset_id}}/media:query"
MEDIA = [{"id": str(n), "type": "video" if n % 2 else "image"} for n in range(7)]


def listed() -> dict[str, Any]:
    """The document of a query of media by limit, skip and next_page, with a filter by type."""
    rule = {"type": "object", "properties": {"field": {"const": "MEDIA_TYPE"}, "operator": {"enum": ["EQUAL"]}}}
    body = {"type": "object", "properties": {"rules": {"type": "array", "items": rule}}}
    page = {"type": "object", "properties": {"media": {"type": "array"}, "next_page": {"type": "string"}}}
    content = document(
        PATH,
        "post",
        parameters=[{"name": name, "in": "query", "schema": {"type": "integer"}} for name in ("limit", "skip")],
        requestBody={"content": {"application/json": {"schema": body}}},
        responses=answered(page),
    )
    dataset = {"name": "dataset_id", "in": "path", "required": True, "schema": {"type": "string"}}
    content["paths"][PATH]["parameters"] = [*content["paths"][PATH]["parameters"], dataset]
    return content


def judged(*, status: int = 200, forgets_from: int = 99, counted: Any = None, **more: Any) -> Verdict:
    """The verdict where a filter is answered with ``status``, and is forgotten from a place of the list on.

    What is filtered comes with what is ``counted``, all else with ``more``.
    """
    seen = list[bytes | None]()

    def answers(_method: str, target: str, _key: str | None) -> httpx.Response:
        params = httpx.URL(f"https://geti.example{target}").params
        size, start = int(params["limit"]), int(params.get("skip", "0"))
        rules = json.loads(seen[-1] or b"{}").get("rules")
        if rules and status != 200:
            return httpx.Response(status, json={"error_code": "no", "message": "no", "http_status": status})
        found = [each for each in MEDIA if each["type"] == rules[0]["value"]] if rules else MEDIA
        shown = (MEDIA if start >= forgets_from else found)[start : start + size]
        following = {"next_page": f"/x?limit={size}&skip={start + size}"} if start + size < len(found) else {}
        return httpx.Response(200, json={"media": shown, **following, **((counted or {}) if rules else more)})

    return verdict(listed(), "pages", "Added", answers, seen)


def test_a_filtered_list_is_walked_by_its_own_pages() -> None:
    assert judged() is Verdict.KEPT
    assert judged(forgets_from=1) is Verdict.NONCONFORMING


def test_where_a_filter_is_refused_nothing_is_said() -> None:
    assert judged(status=400) is Verdict.KEPT


@pytest.mark.parametrize(("images", "verdict_is"), [(4, Verdict.KEPT), (5, Verdict.NONCONFORMING)])
def test_what_is_matched_is_the_whole_list_where_nothing_is_filtered(images: int, verdict_is: Verdict) -> None:
    assert judged(total_matched_images=images, total_matched_videos=3) is verdict_is


@pytest.mark.parametrize(
    ("counted", "verdict_is"),
    [
        ({"total_matched_images": 4, "total_matched_videos": 0, "total_images": 4}, Verdict.KEPT),
        ({"total_matched_images": 4, "total_matched_videos": 3}, Verdict.NONCONFORMING),
        ({"total_matched_images": 3, "total_matched_videos": 0}, Verdict.NONCONFORMING),
        ({"total_images": 4, "total_videos": 0}, Verdict.NONCONFORMING),
    ],
)
def test_a_filter_counts_what_it_lets_pass_and_the_whole_list_stays(
    counted: dict[str, int], verdict_is: Verdict
) -> None:
    assert judged(counted=counted, total_images=4, total_videos=3) is verdict_is
