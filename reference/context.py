"""What every operation shares: the deployment's parts, and who may reach which entity."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final

from fastapi import Depends, Header, Request
from pydantic import BaseModel

from reference.behaviour import Behaviour
from reference.engine import Engine
from reference.errors import ApiError
from reference.keys import Keys
from reference.store import Document, Store

WORKSPACE: Final = "/api/v1/organizations/{organization}/workspaces/{workspace}"
PROJECT: Final = WORKSPACE + "/projects/{project}"
DATASET: Final = PROJECT + "/datasets/{dataset}"


class ErrorBody(BaseModel):
    """What every refusal carries."""

    error_code: str
    message: str
    http_status: int


REFUSALS: Final[dict[int | str, dict[str, Any]]] = {
    status: {"model": ErrorBody, "description": words}
    for status, words in ((400, "malformed"), (401, "no valid key"), (403, "not yours"), (404, "not there"))
}
LIMITED: Final[dict[int | str, dict[str, Any]]] = {
    **REFUSALS,
    409: {"model": ErrorBody, "description": "a documented limit is reached"},
}
MEDIA: Final[dict[int | str, dict[str, Any]]] = {
    **LIMITED,
    413: {"model": ErrorBody, "description": "a larger file than is taken"},
    415: {"model": ErrorBody, "description": "no format that is taken"},
}


@dataclass(frozen=True, slots=True)
class Context:
    """The parts of one deployment."""

    store: Store
    keys: Keys
    behaviour: Behaviour
    engine: Engine

    def dataset_path(self, project: Document, dataset: Document) -> str:
        """Where a dataset lies, from the root of the host."""
        return DATASET.format(
            organization=self.keys.organization,
            workspace=self.keys.workspace,
            project=project["id"],
            dataset=dataset["id"],
        )


# The dependencies are coroutines: each reads one row, and a hop to a thread would cost more than the row.
async def _context(request: Request) -> Context:
    context: Context = request.app.state.context
    return context


Here = Annotated[Context, Depends(_context)]


async def _organization_of(request: Request, here: Here, x_api_key: Annotated[str | None, Header()] = None) -> str:
    return here.behaviour.organization_of(here.keys, x_api_key, request)


Own = Annotated[str, Depends(_organization_of)]


async def _reached(organization: str, own: Own, request: Request, here: Here) -> str:
    if not here.behaviour.may_reach(organization, own, request):
        raise ApiError(403, "forbidden", "The key is of another organization.")
    return organization


Organization = Annotated[str, Depends(_reached)]


async def _workspace_of(_organization: Organization, workspace: str, here: Here) -> str:
    if workspace != here.keys.workspace:
        raise ApiError(404, "workspace_not_found", "There is no such workspace.")
    return workspace


Workspace = Annotated[str, Depends(_workspace_of)]


async def _project_of(project: str, workspace: Workspace, here: Here) -> Document:
    return found(here.behaviour.find(here.store, "project", project, workspace), "project")[0]


Project = Annotated[Document, Depends(_project_of)]


async def _dataset_of(dataset: str, project: Project, here: Here) -> Document:
    return found(here.behaviour.find(here.store, "dataset", dataset, project["id"]), "dataset")[0]


Dataset = Annotated[Document, Depends(_dataset_of)]


@dataclass(frozen=True, slots=True)
class Medium:
    """One stored image or video: its body as the API shows it, and its file."""

    body: Document
    path: Path


async def _image_of(medium: str, dataset: Dataset, here: Here) -> Medium:
    return _medium("image", medium, dataset, here)


async def _video_of(medium: str, dataset: Dataset, here: Here) -> Medium:
    return _medium("video", medium, dataset, here)


def _medium(kind: str, identifier: str, dataset: Document, here: Context) -> Medium:
    body, path = found(here.behaviour.find(here.store, kind, identifier, dataset["id"]), kind)
    if path is None:
        raise ApiError(404, f"{kind}_not_found", f"There is no such {kind}.")
    return Medium(body, path)


Image = Annotated[Medium, Depends(_image_of)]
Video = Annotated[Medium, Depends(_video_of)]


def found(row: tuple[Document, Path | None] | None, kind: str) -> tuple[Document, Path | None]:
    """The row. Raises ``ApiError`` 404 where there is none."""
    if row is None:
        raise ApiError(404, f"{kind}_not_found", f"There is no such {kind}.")
    return row
