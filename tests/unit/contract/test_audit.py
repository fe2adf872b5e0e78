"""The static audit: each defect of a document is found by its own rule, and a sound one breaks none."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from contract.audit import AUDIT_RULES, AuditRule, audit_cases
from contract.audited import AuditedDocument, Checked
from contract.openapi import operations
from contract.profiles import CLOUD
from contract.verdicts import Judgement, Verdict
from tests.support.synthetic_document import ROOT, answers, synthetic_document

UPLOAD = f"{ROOT}/projects/{{project_id}}/datasets/{{dataset_id}}/media/images"


def sound() -> dict[str, Any]:
    document = synthetic_document()
    for item in document["paths"].values():
        for operation in item.values():
            if isinstance(operation, dict):
                errors = [status for status in operation["responses"] if status[0] == "4"]
                operation["responses"] |= answers("204", None, *errors)
    return document


def audited(document: dict[str, Any]) -> dict[str, Judgement]:
    read = AuditedDocument(document, operations(document), "synthetic", CLOUD)
    return {case.id: case.check(read).judgement for case in audit_cases()}


def broken(document: dict[str, Any]) -> set[str]:
    return {case for case, judgement in audited(document).items() if judgement.broken}


def changed(path: str, method: str, **parts: Any) -> dict[str, Any]:
    document = copy.deepcopy(sound())
    document["paths"][path][method].update(parts)
    return document


def bodied(status: str) -> dict[str, Any]:
    return answers(status, {"type": "object"}, "404")


def test_a_conflict_that_is_declared_by_class_or_by_default_is_declared() -> None:
    for named in ("4XX", "default"):
        assert broken(changed(UPLOAD, "post", responses=answers("200", None, named))) == set()


def test_beside_the_right_number_others_speak_of_something_else() -> None:
    prose = "A project has at most 500 labels. The application shows at most 10 labels at once."
    assert broken(changed(f"{ROOT}/projects", "post", description=prose)) == set()


def test_what_lies_in_no_workspace_may_be_declared_open() -> None:
    for said in ([], [{}], [{}, {"Key": []}]):
        opened = sound()
        flags = {"operationId": "ReadFlags", "security": said, "responses": {"200": {"description": "flags"}}}
        opened["paths"]["/feature_flags"] = {"get": flags}
        assert broken(opened) == set(), said
        assert "document.security" in broken(changed(f"{ROOT}/projects", "get", security=said)), said


def test_a_sound_document_breaks_no_rule() -> None:
    assert broken(sound()) == set()


@pytest.mark.parametrize(
    ("document", "rule"),
    [
        (changed(f"{ROOT}/projects", "get", operationId="CreateProject"), "document.operation-ids"),
        (changed(f"{ROOT}/projects", "get", operationId=None), "document.operation-ids"),
        (changed(f"{ROOT}/projects", "get", security=[]), "document.security"),
        (changed(f"{ROOT}/projects", "get", security=[{"Other": []}]), "document.security"),
        (changed(f"{ROOT}/projects", "get", responses=answers("200", None)), "document.error-bodies"),
        (changed(f"{ROOT}/projects", "get", responses=answers("404", {"type": "object"})), "document.error-bodies"),
        (changed(f"{ROOT}/projects/{{project_id}}", "delete", responses=bodied("204")), "document.bodiless-answers"),
        (changed(f"{ROOT}/projects", "get", responses=bodied("304")), "document.bodiless-answers"),
        (
            changed(UPLOAD, "post", requestBody={"content": {"multipart/form-data": {"schema": {"type": "object"}}}}),
            "document.upload-parts",
        ),
        (changed(UPLOAD, "post", responses=answers("200", None, "404")), "document.limits-declared@image-upload"),
        (changed(UPLOAD, "post", description="between 31 and 20000 pixels"), "document.numbers@image.side.min"),
        (changed(UPLOAD, "post", description="between 32 and 20,001 px"), "document.numbers@image.side.max"),
        (changed(f"{ROOT}/projects", "post", description="at most 400 labels"), "document.numbers@project.labels.max"),
        (
            changed(f"{ROOT}/projects", "post", description="A project has up to 499 labels."),
            "document.numbers@project.labels.max",
        ),
    ],
)
def test_each_defect_is_found_by_its_own_rule(document: dict[str, Any], rule: str) -> None:
    assert broken(document) == {rule}


def test_8k_is_7680_pixels_wide() -> None:
    document = sound()
    item = document["paths"].pop(UPLOAD)
    item["post"]["description"] = "Videos up to 8K."
    document["paths"][UPLOAD.replace("images", "videos")] = item
    assert broken(document) == {"document.numbers@video.width.max"}


def test_a_point_that_the_document_does_not_have_is_not_judged() -> None:
    assert audited(sound())["document.limits-declared@video-upload"].verdict is Verdict.NOT_APPLICABLE


def test_a_rule_that_is_added_is_judged() -> None:
    def check(document: AuditedDocument) -> Checked:
        named = all("summary" in operation.definition for operation in document.operations)
        return Checked(Judgement(Verdict.KEPT if named else Verdict.NONCONFORMING, ""))

    with AUDIT_RULES.adding(AuditRule(id="summaries", sentence="a summary", check=check, source="here")):
        assert broken(sound()) == {"document.summaries"}
    assert broken(sound()) == set()


def test_a_prefix_comes_from_the_server_unless_the_paths_have_it() -> None:
    document = sound()
    assert {operation.prefix for operation in operations(document)} == {"/api/v1"}
    document["paths"] = {f"/api/v1{path}": item for path, item in document["paths"].items()}
    assert {operation.prefix for operation in operations(document)} == {""}
    assert broken(document) == set()


def test_operations_with_one_id_get_names_of_their_own() -> None:
    document = changed(f"{ROOT}/projects", "get", operationId="CreateProject")
    names = [operation.name for operation in operations(document)]
    assert len(names) == len(set(names))
