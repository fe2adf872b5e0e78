"""Every operation of a peculiar document generates, and what is drawn is what the suite promises to send."""

from __future__ import annotations

import contextlib
import io
import re
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from PIL import Image

from contract.openapi import Operation, operations
from judges.rest.generator import Generator, tried
from judges.rest.request import PreparedRequest, UnsendableError, prepare
from tests.support.synthetic_document import ROOT, synthetic_document

DOCUMENT = synthetic_document()
OPERATIONS = {operation.name: operation for operation in operations(DOCUMENT)}


def drawn(
    document: dict[str, Any], operation: Operation, *, negative: bool, examples: int = 5
) -> list[PreparedRequest] | None:
    values = dict.fromkeys(operation.parameters, "0" * 24)
    strategy = Generator(document).strategy(operation, values, negative=negative)
    if strategy is None:
        return None
    found: list[PreparedRequest] = []

    @settings(
        max_examples=examples,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def search(one: Any) -> None:
        with contextlib.suppress(UnsendableError):
            found.append(prepare(one, operation, values))

    search()
    return found


@pytest.mark.parametrize("version", ["3.0.3", "3.1.0"])
@pytest.mark.parametrize("name", OPERATIONS)
def test_every_operation_generates(name: str, version: str) -> None:
    document = synthetic_document(version)
    found = drawn(document, {op.name: op for op in operations(document)}[name], negative=False)
    assert found
    for request in found:
        assert request.target.startswith("/api/v1/organizations/000000000000000000000000/")
        assert "x-api-key" not in {header.lower() for header in request.headers}


@pytest.mark.parametrize("name", ["CreateProject", "EditProject", "UploadImage", "StartUpload"])
def test_operations_that_take_data_have_wrong_data_too(name: str) -> None:
    assert drawn(DOCUMENT, OPERATIONS[name], negative=True)


def test_an_operation_that_takes_nothing_has_no_wrong_data() -> None:
    assert drawn(DOCUMENT, OPERATIONS["ListProjects"], negative=True) is None


def test_a_chunk_of_an_upload_goes_out_as_it_is() -> None:
    found = drawn(DOCUMENT, OPERATIONS["GoOnUploading"], negative=False) or []
    assert {request.headers.get("Content-Type") for request in found if request.content} == {
        "application/offset+octet-stream"
    }


def test_an_upload_carries_a_real_image_of_a_legal_size() -> None:
    found = drawn(DOCUMENT, OPERATIONS["UploadImage"], negative=False, examples=10) or []
    for request in found:
        content = request.content or b""
        part = re.search(rb'name="file"; filename="[^"]+\.(\w+)"\r\nContent-Type: image/\w+\r\n\r\n', content)
        assert part is not None
        with Image.open(io.BytesIO(content[part.end() :])) as image:
            assert min(image.size) >= 32


def test_the_same_search_draws_the_same_requests() -> None:
    operation = OPERATIONS["CreateProject"]
    assert drawn(DOCUMENT, operation, negative=True) == drawn(DOCUMENT, operation, negative=True)


def test_an_operation_that_cannot_be_loaded_is_a_gap_with_a_name() -> None:
    document = synthetic_document()
    path = f"{ROOT}/projects"
    document["paths"][path]["post"]["requestBody"] = {"$ref": "#/components/requestBodies/Absent"}
    operation = next(op for op in operations(document) if op.name == "CreateProject")
    with pytest.raises(LookupError):
        Generator(document).strategy(operation, dict.fromkeys(operation.parameters, "0"), negative=False)
    assert drawn(document, OPERATIONS["ListProjects"], negative=False)


def test_what_is_tried_is_named_the_same_wherever_the_same_is_tried() -> None:
    generator, seen = Generator(DOCUMENT), dict[str, set[str]]()
    for name in ("CreateProject", "EditProject", "StartUpload"):
        operation = OPERATIONS[name]
        seen[name] = {tried(case, operation) for case in generator.boundaries(operation, negative=True)}
    assert "body: incorrect_type" in seen["CreateProject"] & seen["EditProject"]
    assert "body name of CreateProject: incorrect_type" in seen["CreateProject"] - seen["EditProject"]
    assert {each.partition(":")[0] for each in seen["StartUpload"]} == {"header upload-length"}
    plain = generator.plain(OPERATIONS["ListProjects"], dict.fromkeys(OPERATIONS["ListProjects"].parameters, "0"))
    assert plain is not None
    assert tried(plain, OPERATIONS["ListProjects"]) == "ListProjects with nothing beside its path"
