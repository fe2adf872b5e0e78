"""Asking a dataset for its media: by page, of one type or of both."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Body, Query
from pydantic import Field

from reference.context import DATASET, REFUSALS, Dataset, Here, Project
from reference.requests import StrictBody
from reference.store import Document, Page

router = APIRouter()
_TYPES: Final = frozenset({"image", "video"})
# A token is the place in the table where the page ends, so that what is deleted in between moves nothing.
_Token = Annotated[str | None, Query(pattern="^[0-7][0-9a-f]{15}$")]


class Rule(StrictBody):
    """One condition on a medium."""

    field: Literal["MEDIA_TYPE"]
    operator: Literal["EQUAL", "NOT_EQUAL"]
    value: Literal["image", "video"]

    @property
    def types(self) -> frozenset[str]:
        """The types that it lets pass."""
        named = frozenset({self.value})
        return named if self.operator == "EQUAL" else _TYPES - named


class MediaQuery(StrictBody):
    """Which media are asked for; all where there is no rule."""

    condition: Literal["and", "or"] = "and"
    rules: Annotated[list[Rule], Field(default_factory=list, max_length=100)]

    @property
    def types(self) -> frozenset[str]:
        """The types that match."""
        each = [rule.types for rule in self.rules]
        if not each:
            return _TYPES
        return frozenset.intersection(*each) if self.condition == "and" else frozenset.union(*each)


@router.post(DATASET + "/media:query", responses=REFUSALS, operation_id="query_media")
def query_media(
    project: Project,
    dataset: Dataset,
    here: Here,
    asked: Annotated[MediaQuery, Body(default_factory=MediaQuery)],
    limit: Annotated[int, Query(ge=1, json_schema_extra={"maximum": 100})] = 100,
    skip: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0,
    page_token: _Token = None,
) -> Document:
    """One page of the media of a dataset; ``next_page`` is where the next one lies, and is absent on the last."""
    here.behaviour.hold("list.limit", "media-query", limit)
    types = asked.types
    kind = next(iter(types)) if len(types) == 1 else None
    after = int(page_token or "0", 16)
    page = here.behaviour.page(here.store, dataset["id"], kind, limit, after, skip) if types else Page([], None)
    held = {kind: here.store.count(dataset["id"], kind) for kind in _TYPES}
    body: dict[str, Any] = {
        "media": page.shown,
        "total_images": held["image"],
        "total_videos": held["video"],
        "total_matched_images": held["image"] if "image" in types else 0,
        "total_matched_videos": held["video"] if "video" in types else 0,
        "total_matched_video_frames": 0,
    }
    if page.end is not None:
        body["next_page"] = (
            f"{here.dataset_path(project, dataset)}/media:query?limit={limit}&page_token={page.end:016x}"
        )
    return body
