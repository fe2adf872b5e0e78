"""A document that is not valid, says too little, or says something else than the table of limits."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, MutableMapping
from typing import Any, Final

from reference.behaviour import Behaviour
from reference.faults.fault import Fault
from reference.faults.rewriting import Reply, rewriting

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


def _drift(
    name: str,
    sentence: str,
    requirements: tuple[str, ...],
    behaviour: type[Behaviour],
    *also: str,
    verdict: str = "nonconforming",
) -> Fault:
    return Fault(name, sentence, "document", requirements, None, verdict, behaviour, ("document.*", *also))


FAULTS: Final = (
    _drift(
        "document-missing",
        "There is no OpenAPI document.",
        ("document.available",),
        rewriting(_no_document),
        verdict="inconclusive",
    ),
    _drift(
        "document-invalid",
        "The document lacks what every OpenAPI document has.",
        ("document.valid",),
        _documents(_no_info),
    ),
    _drift(
        "document-without-ids",
        "The operations of the document have no ids.",
        ("document.operation-ids",),
        _documents(_no_ids),
    ),
    _drift(
        "document-with-one-id",
        "Several operations of the document share one id.",
        ("document.operation-ids",),
        _documents(_one_id),
    ),
    _drift(
        "document-without-security", "The document declares no key.", ("document.security",), _documents(_no_security)
    ),
    _drift(
        "document-without-error-bodies",
        "The document declares no error bodies.",
        ("document.error-bodies",),
        _documents(_no_error_bodies),
    ),
    _drift(
        "document-without-upload-parts",
        "The document does not say what an upload is made of.",
        ("document.upload-parts",),
        _documents(_no_upload_parts),
        "openapi.*",
    ),
    _drift(
        "document-without-409",
        "The document declares 409 nowhere.",
        ("document.limits-declared@*",),
        _documents(_no_conflicts),
    ),
    _drift(
        "document-with-other-successes",
        "The document declares each success with a status that never comes.",
        ("openapi.positive-data@*",),
        _documents(_other_successes),
        "openapi.*",
        verdict="wrong-status",
    ),
    _drift(
        "document-without-refusals",
        "The document declares no refusal at all.",
        ("openapi.negative-data@*", "openapi.positive-data@*"),
        _documents(_no_refusals),
        "openapi.*",
        verdict="wrong-status",
    ),
    _drift(
        "document-with-other-numbers",
        "The document states a wrong number for every limit.",
        ("document.numbers@*",),
        _documents(_other_numbers),
    ),
    _drift(
        "document-promises-more",
        "The document promises a field that no answer has.",
        ("openapi.positive-data@read_project", "openapi.positive-data@read_dataset"),
        _documents(_promises_more),
        "openapi.*",
    ),
)
