"""An OpenAPI document that is not valid, declares too little, or contradicts the table of limits."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, MutableMapping
from typing import Any, Final

from reference.behaviour import Behaviour
from reference.faults.fault import Group
from reference.faults.replies import Reply, rewriting

_Document = dict[str, Any]


def _documents(change: Callable[[_Document], None]) -> type[Behaviour]:
    class DocumentsOtherwise(Behaviour):
        def document(self, made: _Document) -> _Document:
            changed = copy.deepcopy(super().document(made))
            change(changed)
            return changed

    return DocumentsOtherwise


def _operations(document: _Document) -> Iterator[_Document]:
    for item in document["paths"].values():
        yield from item.values()


def _no_ids(document: _Document) -> None:
    for operation in _operations(document):
        operation.pop("operationId", None)


def _one_id(document: _Document) -> None:
    for operation in _operations(document):
        if operation.get("operationId", "").startswith("read_"):
            operation["operationId"] = "read"


def _no_security(document: _Document) -> None:
    document.pop("security", None)
    document["components"].pop("securitySchemes", None)


def _no_error_bodies(document: _Document) -> None:
    for operation in _operations(document):
        for status, response in operation["responses"].items():
            if status[0] == "4":
                response.pop("content", None)


def _no_upload_parts(document: _Document) -> None:
    for operation in _operations(document):
        content = operation.get("requestBody", {}).get("content", {})
        if "multipart/form-data" in content:
            content["multipart/form-data"] = {}


def _no_conflicts(document: _Document) -> None:
    for operation in _operations(document):
        operation["responses"].pop("409", None)


def _other_successes(document: _Document) -> None:
    """Each success under a status that the deployment never answers."""
    for operation in _operations(document):
        operation["responses"] = {
            "206" if status[0] == "2" else status: response for status, response in operation["responses"].items()
        }


def _no_refusals(document: _Document) -> None:
    for operation in _operations(document):
        for status in [status for status in operation["responses"] if status[0] == "4"]:
            del operation["responses"][status]


def _no_info(document: _Document) -> None:
    document.pop("info", None)


def _other_numbers(document: _Document) -> None:
    """What the operations say of the limits in prose, each number wrong."""
    for operation in _operations(document):
        operation["description"] = (
            "Sides are between 16 and 10000 pixels, at most 40,000,000 pixels; videos are at most 8000 pixels wide, at "
            "most 4400 pixels high, at most 7200 seconds. A project has at most 400 labels, at most 3 tasks, at most "
            "900 datasets, at most 50,000 images; at most 900 projects, at most 90 versions."
        )


def _promises_more(document: _Document) -> None:
    schemas = document["components"]["schemas"]
    for name in ("Project", "Dataset", "Medium"):
        schemas[name]["required"] = [*schemas[name]["required"], "etag"]


def _no_document(scope: MutableMapping[str, Any], reply: Reply) -> Reply:
    return reply.with_json({"detail": "Not Found"}, 404) if scope["path"] == "/openapi-spec.json" else reply


_document = Group("document", ("document.*",))
FAULTS: Final = (
    _document("document-missing", "There is no OpenAPI document.").breaks(
        "document.available", verdict="inconclusive", by=rewriting(_no_document)
    ),
    _document("document-invalid", "The document lacks what every OpenAPI document has.").breaks(
        "document.valid", verdict="nonconforming", by=_documents(_no_info)
    ),
    _document("document-without-ids", "The operations of the document have no ids.").breaks(
        "document.operation-ids", verdict="nonconforming", by=_documents(_no_ids)
    ),
    _document("document-with-one-id", "Several operations of the document share one id.").breaks(
        "document.operation-ids", verdict="nonconforming", by=_documents(_one_id)
    ),
    _document("document-without-security", "The document declares no key.").breaks(
        "document.security", verdict="nonconforming", by=_documents(_no_security)
    ),
    _document("document-without-error-bodies", "The document declares no error bodies.").breaks(
        "document.error-bodies", verdict="nonconforming", by=_documents(_no_error_bodies)
    ),
    _document("document-without-upload-parts", "The document does not say what an upload is made of.").breaks(
        "document.upload-parts", verdict="nonconforming", by=_documents(_no_upload_parts), also=("openapi.*",)
    ),
    _document("document-without-409", "The document declares 409 nowhere.").breaks(
        "document.limits-declared@*", verdict="nonconforming", by=_documents(_no_conflicts)
    ),
    _document(
        "document-with-other-successes", "The document declares each success with a status that never comes."
    ).breaks("openapi.positive-data@*", verdict="wrong-status", by=_documents(_other_successes), also=("openapi.*",)),
    _document("document-without-refusals", "The document declares no refusal at all.").breaks(
        "openapi.negative-data@*",
        "openapi.positive-data@*",
        verdict="wrong-status",
        by=_documents(_no_refusals),
        also=("openapi.*",),
    ),
    _document("document-with-other-numbers", "The document states a wrong number for every limit.").breaks(
        "document.numbers@*", verdict="nonconforming", by=_documents(_other_numbers)
    ),
    _document("document-promises-more", "The document promises a field that no answer has.").breaks(
        "openapi.positive-data@read_project",
        "openapi.positive-data@read_dataset",
        verdict="nonconforming",
        by=_documents(_promises_more),
        also=("openapi.*",),
    ),
)
