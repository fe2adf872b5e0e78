"""The deployment's own OpenAPI document: what FastAPI makes of the routes, with what they cannot say."""

from __future__ import annotations

from typing import Any, Final

from fastapi import FastAPI

_ID: Final = {"type": "string", "pattern": "^[0-9a-f]{24}$"}
_TEXT: Final = {"type": "string"}
_COUNT: Final = {"type": "integer", "minimum": 0}


def _object(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": list(properties), "properties": properties}


def _with(schema: dict[str, Any], **optional: Any) -> dict[str, Any]:
    return {**schema, "properties": {**schema["properties"], **optional}}


def _list(of: str) -> dict[str, Any]:
    return {"type": "array", "items": {"$ref": f"#/components/schemas/{of}"}}


_SCHEMAS: Final[dict[str, Any]] = {
    "Dataset": _object(id=_ID, name=_TEXT, use_for_training={"type": "boolean"}, creation_time=_TEXT),
    "Project": _object(id=_ID, name=_TEXT, creation_time=_TEXT, pipeline={"type": "object"}, datasets=_list("Dataset")),
    "Medium": _object(
        id=_ID,
        name=_TEXT,
        type={"enum": ["image", "video"]},
        upload_time=_TEXT,
        media_information=_object(width=_COUNT, height=_COUNT, size=_COUNT),
    ),
    "Annotation": _object(
        id=_ID,
        kind=_TEXT,
        modified=_TEXT,
        media_identifier={"type": "object"},
        annotations={"type": "array", "items": {"type": "object"}},
    ),
    "Balance": _object(incoming=_COUNT, available=_COUNT, blocked=_COUNT),
    "Names": _object(projects={"type": "array", "items": _object(id=_ID, name=_TEXT)}),
    "Status": _object(is_training={"type": "boolean"}, n_running_jobs=_COUNT, status={"type": "object"}),
    "Projects": _object(projects=_list("Project"), project_counts=_COUNT),
    "Datasets": _object(datasets=_list("Dataset")),
    "Media": _with(
        _object(
            media=_list("Medium"),
            total_images=_COUNT,
            total_videos=_COUNT,
            total_matched_images=_COUNT,
            total_matched_videos=_COUNT,
        ),
        next_page=_TEXT,
    ),
    "Started": _object(job_id=_ID),
    "Job": _object(
        id=_ID,
        name=_TEXT,
        type=_TEXT,
        state={"enum": ["scheduled", "running", "finished", "failed", "cancelled"]},
        creation_time=_TEXT,
        steps={"type": "array", "items": {"type": "object"}},
        metadata={"type": "object"},
    ),
    "Jobs": _object(jobs=_list("Job"), jobs_count={"type": "object"}),
    "Upload": _object(file_id=_ID),
    "Model": _object(id=_ID, name=_TEXT),
    "Groups": _object(
        model_groups={
            "type": "array",
            "items": _object(id=_ID, name=_TEXT, models={"type": "array", "items": _object(id=_ID)}),
        }
    ),
    "Used": _object(media={"type": "array", "items": _object(id=_ID)}, total_images=_COUNT),
    "Settings": _object(settings=_TEXT),
    "Success": _object(result={"const": "success"}),
    "Organization": _object(organizationId={"type": "string"}),
    "Workspaces": _object(workspaces={"type": "array", "items": _object(id=_TEXT, name=_TEXT)}),
    "Product": _object(**{"product-version": _TEXT, "build-version": _TEXT, "environment": _TEXT}),
}
_ANSWERS: Final = {
    "token_organization": "Organization",
    "list_workspaces": "Workspaces",
    "product_info": "Product",
    **dict.fromkeys(("create_project", "read_project", "edit_project"), "Project"),
    "balance": "Balance",
    "list_project_names": "Names",
    "project_status": "Status",
    **dict.fromkeys(("create_dataset", "read_dataset", "rename_dataset"), "Dataset"),
    **dict.fromkeys(
        ("annotate_image", "read_image_annotation", "annotate_frame", "read_frame_annotation"), "Annotation"
    ),
    **dict.fromkeys(
        (
            "train",
            "optimize",
            "prepare_export",
            "prepare_import",
            "prepare_import_to_project",
            "import_project",
            "import_dataset",
        ),
        "Started",
    ),
    "read_settings": "Settings",
    "save_settings": "Success",
    "read_job": "Job",
    "list_jobs": "Jobs",
    "upload_dataset": "Upload",
    "list_model_groups": "Groups",
    "read_model": "Model",
    "query_training_media": "Used",
    "list_projects": "Projects",
    "list_datasets": "Datasets",
    "query_media": "Media",
    **dict.fromkeys(("upload_image", "upload_video", "read_image", "read_video"), "Medium"),
    **dict.fromkeys(("delete_project", "delete_dataset", "delete_image", "delete_video"), "Success"),
}
_EMPTY: Final = ("tus_create", "tus_offset")
_FILES: Final = ("display_image", "display_video", "thumb_image", "thumb_video", "display_frame")


class DescribedApp(FastAPI):
    """An application whose document declares the key, the answers, and 400 where FastAPI would answer 422."""

    def openapi(self) -> dict[str, Any]:
        """The document; made once."""
        if self.openapi_schema is None:
            made = super().openapi()
            components = made.setdefault("components", {})
            schemas = components.setdefault("schemas", {})
            for unused in ("HTTPValidationError", "ValidationError"):
                schemas.pop(unused, None)
            schemas.update(_SCHEMAS)
            components["securitySchemes"] = {"key": {"type": "apiKey", "in": "header", "name": "x-api-key"}}
            made["security"] = [{"key": []}]
            for item in made["paths"].values():
                for operation in item.values():
                    _complete(operation)
            self.openapi_schema = self.state.context.behaviour.document(made)
        return self.openapi_schema or {}


def _complete(operation: dict[str, Any]) -> None:
    operation["responses"].pop("422", None)
    operation["parameters"] = [each for each in operation.get("parameters", []) if each["name"] != "x-api-key"]
    name = operation.get("operationId")
    for status, response in operation["responses"].items():
        if status in ("200", "201") and name in _ANSWERS:
            response["content"] = {"application/json": {"schema": {"$ref": f"#/components/schemas/{_ANSWERS[name]}"}}}
        elif status in ("200", "201") and name in _EMPTY:
            response.pop("content", None)
        elif status == "200" and name in _FILES:
            kind = "video/*" if name == "display_video" else "image/*"
            response["content"] = {kind: {"schema": {"type": "string", "format": "binary"}}}
