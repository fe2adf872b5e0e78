"""A document of our own with the peculiarities of a real one; an invented API, nothing of anybody's."""

from __future__ import annotations

from typing import Any

ROOT = "/organizations/{organization_id}/workspaces/{workspace_id}"
ERROR = {
    "type": "object",
    "required": ["error_code", "message", "http_status"],
    "properties": {"error_code": {"type": "string"}, "message": {"type": "string"}, "http_status": {"type": "integer"}},
}


def parameters(*names: str) -> list[dict[str, Any]]:
    return [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in names]


def answers(success: str, schema: dict[str, Any] | None, *errors: str) -> dict[str, Any]:
    body = {"application/json": {"schema": schema}} if schema else {}
    refused = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
    return {
        success: {"description": "done", **({"content": body} if body else {})},
        **{error: {"description": "refused", "content": refused} for error in errors},
    }


def synthetic_document(version: str = "3.1.0") -> dict[str, Any]:
    """Server variables with spaces, ``:verb`` suffixes, a media type ``zip file``, tus, no 401/403/429, no links."""
    where = parameters("organization_id", "workspace_id")
    project = [*where, *parameters("project_id")]
    dataset = [*project, *parameters("dataset_id")]
    thing = {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}, "name": {"type": "string"}}}
    file = {
        "type": "object",
        "required": ["file"],
        "properties": {"file": {"type": "string", "format": "binary"}, "upload_info": {"type": "string"}},
    }
    binary = {"schema": {"type": "string", "format": "binary"}}
    sides = "Both sides of the images must lie between 32 and 20000 pixels."
    return {
        "openapi": version,
        "info": {"title": "Synthetic", "version": "1"},
        "servers": [
            {
                "url": "{Server address}/api/{API version}",
                "variables": {
                    "Server address": {"default": "https://geti.example"},
                    "API version": {"enum": ["v1"], "default": "v1"},
                },
            }
        ],
        "security": [{"Key": []}],
        "paths": {
            f"{ROOT}/projects": {
                "parameters": where,
                "get": {"operationId": "ListProjects", "responses": answers("200", {"type": "object"}, "404")},
                "post": {
                    "operationId": "CreateProject",
                    "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/New"}}}},
                    "responses": answers("201", thing, "400", "404", "409"),
                },
            },
            f"{ROOT}/projects/{{project_id}}": {
                "parameters": project,
                "get": {"operationId": "ReadProject", "responses": answers("200", thing, "404")},
                "put": {
                    "operationId": "EditProject",
                    "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/New"}}}},
                    "responses": answers("200", thing, "400", "404", "409"),
                },
                "delete": {"operationId": "DeleteProject", "responses": answers("200", {"type": "object"}, "404")},
            },
            f"{ROOT}/projects/{{project_id}}:export": {
                "parameters": project,
                "post": {"operationId": "ExportProject", "responses": answers("200", thing, "404")},
            },
            f"{ROOT}/projects/{{project_id}}/export/download": {
                "parameters": project,
                "get": {
                    "operationId": "DownloadExport",
                    "responses": {
                        "200": {"description": "an archive", "content": {"zip file": binary}},
                        **answers("404", {"$ref": "#/components/schemas/Error"}),
                    },
                },
            },
            f"{ROOT}/projects/{{project_id}}/datasets/{{dataset_id}}/media/images": {
                "parameters": dataset,
                "post": {
                    "operationId": "UploadImage",
                    "description": sides,
                    "requestBody": {"content": {"multipart/form-data": {"schema": file}}},
                    "responses": answers("200", thing, "400", "404", "409"),
                },
            },
            f"{ROOT}/uploads/resumable": {
                "parameters": where,
                "post": {
                    "operationId": "StartUpload",
                    "parameters": [{"name": "upload-length", "in": "header", "schema": {"type": "integer"}}],
                    "responses": {"201": {"description": "started"}, **answers("400", None)},
                },
            },
            f"{ROOT}/uploads/resumable/{{file_id}}": {
                "parameters": [*where, *parameters("file_id")],
                "patch": {
                    "operationId": "GoOnUploading",
                    "requestBody": {"content": {"application/offset+octet-stream": binary}},
                    "responses": {"204": {"description": "taken"}, **answers("404", None)},
                },
            },
        },
        "components": {
            "securitySchemes": {"Key": {"type": "apiKey", "in": "header", "name": "x-api-key"}},
            "schemas": {
                "Error": ERROR,
                "New": {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}},
            },
        },
    }
