"""What a user has set, for a project or for everything: a text that only its writer understands."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import Field

from reference.context import REFUSALS, Context, Here, Own, found
from reference.errors import ApiError
from reference.requests import StrictBody
from reference.store import Document

router = APIRouter()
_SETTINGS: Final = "/api/v1/user_settings"
_READS: Final[dict[int | str, dict[str, Any]]] = {**REFUSALS, 204: {"description": "nothing was set"}}
_ProjectId = Annotated[str | None, Query(pattern="^[0-9a-f]{24}$")]


class Settings(StrictBody):
    """Settings to keep."""

    settings: Annotated[str, Field(json_schema_extra={"maxLength": 3000})]


@router.get(_SETTINGS, responses=_READS, operation_id="read_settings", response_model=None)
def read_settings(own: Own, here: Here, project_id: _ProjectId = None) -> Document | Response:
    """What was set last."""
    row = here.store.get("settings", *_place(here, own, project_id))
    return Response(status_code=204) if row is None else {"settings": row[0]["settings"]}


@router.post(_SETTINGS, responses=REFUSALS, operation_id="save_settings")
def save_settings(own: Own, here: Here, body: Settings, project_id: _ProjectId = None) -> Document:
    """Set it, in place of what was set before."""
    identifier, parent = _place(here, own, project_id)
    here.behaviour.hold("user.settings.length.max", "user-settings", len(body.settings))
    here.store.put("settings", identifier, parent, {"id": identifier, "settings": body.settings})
    return {"result": "success"}


def _place(here: Context, own: str, project_id: str | None) -> tuple[str, str]:
    """The id of the settings, and what they belong to. Raises ``ApiError`` for a project that is not there."""
    parent = own
    if project_id is not None:
        if own != here.keys.organization:
            raise ApiError(403, "forbidden", "The key is of another organization.")
        found(here.behaviour.find(here.store, "project", project_id, here.keys.workspace), "project")
        parent = project_id
    return here.store.derived_id(parent, "settings"), parent
