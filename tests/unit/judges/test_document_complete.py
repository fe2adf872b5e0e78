"""What a document declares and nobody judges makes the run incomplete; a reference that leads nowhere breaks it."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from contract.openapi import operations
from contract.profiles import CLOUD
from contract.verdicts import Verdict
from deployment.document import document_of
from deployment.document_text import parsed
from deployment.errors import SetupError
from judges.rest.document import DocumentJudge, document_cases
from judges.rest.generator import Generator
from judges.rest.plan import Plan
from tests.support.synthetic_document import ROOT, synthetic_document

PROJECTS = f"{ROOT}/projects"


def _absent(location: str) -> dict[str, Any]:
    raise SetupError(f"{location} is not there")


def verdicts(root: dict[str, Any] | str) -> dict[str, tuple[Verdict, str]]:
    text = root if isinstance(root, str) else json.dumps(root)
    document = document_of(parsed(text, "here"), "/nowhere/root", "root", _absent)
    judge = DocumentJudge(Plan(document, operations(document.content)), CLOUD)
    judged = {case.id: judge.judge(case).judgement for case in document_cases(judge.plan)}
    return {case: (judgement.verdict, judgement.reason) for case, judgement in judged.items()}


def with_item(**parts: Any) -> dict[str, Any]:
    document = copy.deepcopy(synthetic_document())
    document["paths"][PROJECTS].update(parts)
    return document


def test_a_document_whose_path_items_are_references_is_judged_as_a_whole() -> None:
    document = synthetic_document()
    moved = {f"i{number}": item for number, item in enumerate(document["paths"].values())}
    paths = {
        path: {"$ref": f"#/components/pathItems/{name}"} for path, name in zip(document["paths"], moved, strict=True)
    }
    referring = {**document, "paths": paths, "components": {**document["components"], "pathItems": moved}}
    plain, found = verdicts(document), verdicts(referring)
    assert found == plain
    assert found["document.complete"][0] is Verdict.KEPT


@pytest.mark.parametrize(
    ("document", "named"),
    [
        (with_item(get=None), "GET "),
        (with_item(query={}), "/projects/query"),
        (with_item(GET={}), "/projects/GET"),
        ({**synthetic_document(), "webhooks": {"made": {"post": {}}}}, "webhook made"),
        (
            json.dumps(synthetic_document()).replace('"/organ', '"/a": {"get": {}}, "/a": {"post": {}}, "/organ', 1),
            "/a",
        ),
    ],
)
def test_what_is_declared_and_not_judged_is_named(document: dict[str, Any] | str, named: str) -> None:
    verdict, reason = verdicts(document)["document.complete"]
    assert (verdict, named in reason) == (Verdict.INCONCLUSIVE, True)


@pytest.mark.parametrize(
    "post",
    [
        {"requestBody": {"$ref": "#/components/requestBodies/Gone"}},
        {"parameters": [{"$ref": "#/components/parameters/Gone"}]},
        {"requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Gone"}}}}},
        {"requestBody": {"content": {"application/json": {"schema": {"properties": {"a": {"$ref": "#/x"}}}}}}},
        {"responses": {"201": {"$ref": "#/components/responses/Gone"}}},
    ],
)
def test_a_reference_that_leads_nowhere_is_invalid_and_leaves_its_operation_unjudged(post: dict[str, Any]) -> None:
    document = synthetic_document()
    document["paths"][PROJECTS]["post"] |= post
    found = verdicts(document)
    assert found["document.valid"][0] is Verdict.NONCONFORMING
    assert found["document.complete"][0] is Verdict.INCONCLUSIVE
    content = document_of(parsed(json.dumps(document), "here"), "/nowhere/root", "root", _absent).content
    named = {each.name: each for each in operations(content)}
    generator = Generator(content)
    try:
        generator.strategy(
            named["CreateProject"], dict.fromkeys(named["CreateProject"].parameters, "0"), negative=False
        )
    except LookupError:
        assert generator.gaps
    else:
        assert "leads nowhere" in " ".join(generator.unread(named["CreateProject"]))
    assert generator.unread(named["ListProjects"]) == []


def test_everything_of_a_sound_document_is_generated() -> None:
    document = synthetic_document()
    generator = Generator(document)
    assert {each.name: generator.unread(each) for each in operations(document)} == {
        each.name: [] for each in operations(document)
    }


def test_a_parameter_that_is_not_generated_is_named() -> None:
    document = synthetic_document()
    document["paths"][PROJECTS]["get"]["parameters"] = [{"name": "a", "in": "elsewhere", "schema": {}}]
    generator = Generator(document)
    (listing,) = (each for each in operations(document) if each.name == "ListProjects")
    assert generator.unread(listing) == ["elsewhere a"] or generator.gaps
