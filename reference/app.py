"""The ASGI application: discovery, projects, datasets and media over REST."""

import contextlib
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import Depends, FastAPI, Form, Header, Query, Request, UploadFile
from fastapi.exceptions import RequestValidationError
from fastapi.responses import FileResponse, Response
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from contract.formats import IMAGE_EXTENSIONS, VIDEO_EXTENSIONS
from contract.limits import EnforcementPoint
from reference.behaviour import Behaviour
from reference.document import DescribedApp
from reference.errors import ApiError
from reference.inspection import Measured, decode_image, frame, measure_image, measure_video, thumbnail
from reference.keys import Keys
from reference.store import Store

Document = dict[str, Any]
_ROOT = "/api/v1/organizations/{organization}/workspaces/{workspace}"
_DATASET = _ROOT + "/projects/{project}/datasets/{dataset}"
_THUMBNAIL = (256, 256)


class ErrorBody(BaseModel):
    """What every refusal carries."""

    error_code: str
    message: str
    http_status: int


class NewProject(BaseModel):
    """A project to create."""

    name: str
    pipeline: Document


_REFUSALS: dict[int | str, dict[str, Any]] = {
    status: {"model": ErrorBody, "description": words}
    for status, words in ((400, "malformed"), (401, "no valid key"), (403, "not yours"), (404, "not there"))
}
_LIMITED = {**_REFUSALS, 409: {"model": ErrorBody, "description": "a documented limit is reached"}}


def create_app(store: Store, keys: Keys, behaviour: Behaviour) -> FastAPI:
    """The application over one store, with one set of keys, behaving as ``behaviour`` decides."""
    app = DescribedApp(title="Embedded deployment", version="2.0.0", openapi_url="/openapi-spec.json", docs_url=None)

    @app.exception_handler(ApiError)
    def refuse(_request: Request, error: ApiError) -> Response:
        return behaviour.refusal(error)

    @app.exception_handler(RequestValidationError)
    def malformed(_request: Request, error: RequestValidationError) -> Response:
        return ApiError(400, "bad_request", str(error.errors()[0].get("msg", "malformed"))).response()

    @app.exception_handler(HTTPException)
    def nowhere(_request: Request, error: HTTPException) -> Response:
        return ApiError(error.status_code, "no_such_operation", error.detail).response()

    def organization_of(x_api_key: Annotated[str | None, Header()] = None) -> str:
        return keys.organization_of(x_api_key)

    def workspace_of(organization: str, workspace: str, own: Annotated[str, Depends(organization_of)]) -> str:
        if organization != own:
            raise ApiError(403, "forbidden", "The key is of another organization.")
        if workspace != keys.workspace:
            raise ApiError(404, "workspace_not_found", "There is no such workspace.")
        return workspace

    def project_of(project: str, workspace: Annotated[str, Depends(workspace_of)]) -> Document:
        return _found(store.get("project", project, workspace), "project")[0]

    def dataset_of(dataset: str, project: Annotated[Document, Depends(project_of)]) -> Document:
        return _found(store.get("dataset", dataset, project["id"]), "dataset")[0]

    @app.get("/api/v1/personal_access_tokens/organization", responses=_REFUSALS, operation_id="token_organization")
    def token_organization(own: Annotated[str, Depends(organization_of)]) -> Document:
        return {"organizationId": own}

    @app.get("/api/v1/organizations/{organization}/workspaces", responses=_REFUSALS, operation_id="list_workspaces")
    def list_workspaces(organization: str, own: Annotated[str, Depends(organization_of)]) -> Document:
        if organization != own:
            raise ApiError(403, "forbidden", "The key is of another organization.")
        return {"workspaces": [{"id": keys.workspace, "name": "Default", "organizationId": own}]}

    @app.get("/api/v1/product_info", responses=_REFUSALS, operation_id="product_info")
    def product_info(_own: Annotated[str, Depends(organization_of)]) -> Document:
        environment = "on-prem" if behaviour.profile.name == "on-prem" else "saas"
        return {"product-version": "2.0.0", "build-version": "2.0.0", "environment": environment}

    @app.post(_ROOT + "/projects", status_code=201, responses=_LIMITED, operation_id="create_project")
    def create_project(body: NewProject, workspace: Annotated[str, Depends(workspace_of)]) -> Document:
        project = store.new_id()
        dataset: Document = {
            "id": store.new_id(), "name": "Dataset", "use_for_training": True, "creation_time": _now(),
        }  # fmt: skip
        stored = {"id": project, "name": body.name, "creation_time": _now(), "pipeline": body.pipeline,
                  "datasets": [dataset]}  # fmt: skip
        store.put("project", project, workspace, stored)
        store.put("dataset", dataset["id"], project, dataset)
        return stored

    @app.get(_ROOT + "/projects", responses=_REFUSALS, operation_id="list_projects")
    def list_projects(
        workspace: Annotated[str, Depends(workspace_of)],
        limit: Annotated[int, Query(ge=1, le=100)] = 20,
        skip: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0,
    ) -> Document:
        found = store.list("project", workspace, limit, skip)
        return {"projects": found, "project_counts": store.count("project", workspace)}

    @app.get(_ROOT + "/projects/{project}", responses=_REFUSALS, operation_id="read_project")
    def read_project(project: Annotated[Document, Depends(project_of)]) -> Document:
        return project

    @app.delete(_ROOT + "/projects/{project}", responses=_REFUSALS, operation_id="delete_project")
    def delete_project(project: Annotated[Document, Depends(project_of)]) -> Document:
        store.delete(project["id"])
        return {"result": "success"}

    @app.get(_ROOT + "/projects/{project}/datasets", responses=_REFUSALS, operation_id="list_datasets")
    def list_datasets(project: Annotated[Document, Depends(project_of)]) -> Document:
        return {"datasets": store.list("dataset", project["id"])}

    @app.post(_DATASET + "/media/images", responses=_LIMITED, operation_id="upload_image")
    def upload_image(
        dataset: Annotated[Document, Depends(dataset_of)], file: UploadFile, upload_info: Annotated[str, Form()] = "{}"
    ) -> Document:
        return receive("image", dataset, file, upload_info)

    @app.post(_DATASET + "/media/videos", responses=_LIMITED, operation_id="upload_video")
    def upload_video(
        dataset: Annotated[Document, Depends(dataset_of)], file: UploadFile, upload_info: Annotated[str, Form()] = "{}"
    ) -> Document:
        return receive("video", dataset, file, upload_info)

    def receive(kind: Literal["image", "video"], dataset: Document, file: UploadFile, upload_info: str) -> Document:
        name, extension = _file_name(file.filename or "", kind)
        with contextlib.suppress(json.JSONDecodeError):
            if not isinstance(json.loads(upload_info), dict):
                raise ApiError(400, "bad_request", "upload_info is no JSON object.")
        identifier = store.new_id()
        path = store.keep(file.file, identifier, extension)
        try:
            measured = measured_and_checked(kind, path)
        except ApiError as error:
            if not behaviour.stores_despite(error):
                path.unlink()
                raise
            save(kind, dataset, identifier, name, path, Measured(1, 1))
            raise
        return save(kind, dataset, identifier, name, path, measured)

    def measured_and_checked(kind: str, path: Path) -> Measured:
        if kind == "video":
            measured = measure_video(path)
            behaviour.check_video(measured)
            return measured
        measured = measure_image(path)
        behaviour.check_image(measured)
        decode_image(path)
        return behaviour.stored_image(path, measured)

    def save(kind: str, dataset: Document, identifier: str, name: str, path: Path, measured: Measured) -> Document:
        information: Document = {
            "width": measured.width, "height": measured.height, "size": path.stat().st_size,
            "extension": path.suffix,
        }  # fmt: skip
        if kind == "video":
            information |= {"frame_count": measured.frames, "frame_rate": measured.fps, "duration": measured.seconds}
        body = {"id": identifier, "name": name, "type": kind, "media_information": information, "upload_time": _now(),
                "preprocessing": {"status": "FINISHED"}}  # fmt: skip
        store.put("media", identifier, dataset["id"], body, path)
        return body

    @app.post(_DATASET + "/media:query", responses=_REFUSALS, operation_id="query_media")
    def query_media(
        dataset: Annotated[Document, Depends(dataset_of)],
        limit: Annotated[int, Query(ge=1, le=100)] = 100,
        skip: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0,
    ) -> Document:
        found = store.list("media", dataset["id"], limit, skip)
        total = store.count("media", dataset["id"])
        body: Document = {"media": found, "total_media": total}
        if skip + len(found) < total:
            body["next_page"] = f"?limit={limit}&skip={skip + len(found)}"
        return body

    def medium_of(medium: str, dataset: Annotated[Document, Depends(dataset_of)]) -> tuple[Document, Path]:
        body, path = _found(store.get("media", medium, dataset["id"]), "media")
        if path is None:
            raise ApiError(404, "media_not_found", "There is no such media.")
        return body, path

    medium_dependency = Depends(medium_of)

    def read_medium(medium: tuple[Document, Path] = medium_dependency) -> Document:
        return medium[0]

    def delete_medium(medium: tuple[Document, Path] = medium_dependency) -> Document:
        store.delete(medium[0]["id"])
        return {"result": "success"}

    def display(medium: tuple[Document, Path] = medium_dependency) -> FileResponse:
        return FileResponse(medium[1])

    def display_thumbnail(medium: tuple[Document, Path] = medium_dependency) -> FileResponse:
        small = medium[1].with_suffix(".thumb.jpg")
        if not small.exists():
            if medium[0]["type"] == "image":
                thumbnail(medium[1], small, shrink_to=_THUMBNAIL)
            else:
                frame(medium[1], 0, small)
        return FileResponse(small)

    def display_frame(number: int, medium: tuple[Document, Path] = medium_dependency) -> FileResponse:
        picture = medium[1].with_suffix(f".{number}.jpg")
        if not picture.exists():
            frame(medium[1], number, picture)
        return FileResponse(picture)

    for plural, shown in (("images", "full"), ("videos", "stream")):
        one = f"{_DATASET}/media/{plural}/{{medium}}"
        for method, path, endpoint, words in (
            ("GET", one, read_medium, "read"),
            ("DELETE", one, delete_medium, "delete"),
            ("GET", f"{one}/display/{shown}", display, f"display_{shown}"),
            ("GET", f"{one}/display/thumb", display_thumbnail, "display_thumb"),
        ):
            app.add_api_route(
                path, endpoint, methods=[method], responses=_REFUSALS, operation_id=f"{words}_{plural[:-1]}",
                response_model=None,
            )  # fmt: skip
    app.add_api_route(
        _DATASET + "/media/videos/{medium}/frames/{number}/display/full", display_frame, methods=["GET"],
        responses=_REFUSALS, operation_id="display_frame", response_model=None,
    )  # fmt: skip
    return app


def _now() -> str:
    return datetime.now(UTC).isoformat()


def _found(row: tuple[Document, Path | None] | None, kind: str) -> tuple[Document, Path | None]:
    if row is None:
        raise ApiError(404, f"{kind}_not_found", f"There is no such {kind}.")
    return row


def _file_name(name: str, kind: str) -> tuple[str, str]:
    stem, _, extension = name.rpartition(".")
    point = EnforcementPoint.IMAGE_UPLOAD if kind == "image" else EnforcementPoint.VIDEO_UPLOAD
    allowed = IMAGE_EXTENSIONS if kind == "image" else VIDEO_EXTENSIONS
    if extension.lower() not in allowed:
        raise ApiError(400, "invalid_media", f"{point.words} takes {', '.join(allowed)}.")
    return stem, extension.lower()
