"""Every request that is meant to be accepted is one that the deployment's document allows.

``GETI_PUBLISHED_DOCUMENT`` names a published document, which the requests are then held against too.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
from jsonschema import Draft202012Validator

from contract.openapi import schema_of
from contract.operations import pattern_of
from contract.verdicts import Verdict
from generators.specs import ImageSpec
from judges.counts.versions import Versions
from judges.rest.bodies import json_request, known_body
from judges.rest.findings import concluded
from judges.rest.plan import Plan, make_plan
from judges.rest.rules import RULES
from judges.rest.sender import filled
from judges.rest.tools import Tools
from judges.workspace import Workspace
from tests.support.deployments import Deployment

PUBLISHED = os.environ.get("GETI_PUBLISHED_DOCUMENT")
DOCUMENTS = [
    pytest.param(None, id="own"),
    pytest.param(PUBLISHED, id="published", marks=pytest.mark.skipif(not PUBLISHED, reason="none is named")),
]


@dataclass
class OwnRequests:
    """What the judges of one workspace send, and what came back."""

    workspace: Workspace
    plan: Plan
    answers: list[httpx.Response] = field(default_factory=list)

    def flaws(self) -> Iterator[str]:
        """What the document says against the bodies that were accepted."""
        document = self.plan.content or {}
        patterns = [(each, re.compile(pattern_of(each.prefix + each.path))) for each in self.plan.operations]
        for request in (answer.request for answer in self.answers if answer.is_success):
            if request.headers.get("content-type") != "application/json":
                continue
            for operation, pattern in patterns:
                if operation.method == request.method and pattern.fullmatch(request.url.path):
                    schema = {**(schema_of(document, operation) or {}), "components": document.get("components", {})}
                    for error in Draft202012Validator(schema).iter_errors(json.loads(request.content)):
                        yield f"{operation.name}: {error.json_path} {error.message[:200]}"


@pytest.fixture(params=DOCUMENTS)
def own(request: pytest.FixtureRequest, deployment: Deployment, tmp_path: Path) -> OwnRequests:
    client = deployment.connect("own", timeout=60.0)
    client.area.root = deployment.discovery.root
    plan = make_plan(client, request.param, None)
    workspace = Workspace(
        client=client,
        discovery=deployment.discovery,
        profile=deployment.discovery.profile,
        prefix="geti-contract-own",
        seed=0,
        tier="gate",
        timeout_s=60.0,
        files=tmp_path,
        watch=lambda *_: nullcontext(lambda _done: None),
        document=plan.content,
    )
    own = OwnRequests(workspace, plan)
    client.transport.http.event_hooks["response"].append(own.answers.append)
    return own


def known(flaw: str) -> bool:
    """What the published document says that nothing can keep: a list without rules is refused, ``{}`` asks for all;
    an empty ``dataset_id`` is allowed by both alternatives, of which just one may allow it."""
    return "'rules' is a required property" in flaw or "is valid under each of" in flaw


def test_what_is_created_and_edited_fits_the_document(own: OwnRequests) -> None:
    entities = own.workspace.entities
    for chain in (
        (("classification", 2),),
        (("detection", 1), ("classification", 2)),
        (("detection", 1), ("segmentation", 1)),
    ):
        made = entities.create_project(chain, f"project {chain[-1][0]}")
        assert made.accepted
        assert entities.edit_labels(made.body["id"], 2).accepted
        assert entities.create_dataset(made.body["id"], "dataset").accepted
    assert [flaw for flaw in own.flaws() if not known(flaw)] == []


@pytest.mark.parametrize("frame", [None, 0])
def test_versions_of_annotations_fit_the_document(own: OwnRequests, frame: int | None) -> None:
    watch = lambda _done, _total: nullcontext(lambda _now: None)  # noqa: E731
    versions = Versions(own.workspace.entities, watch, profile=own.workspace.profile, frame=frame)
    assert versions.create(1).accepted
    assert versions.create(2).accepted
    assert [flaw for flaw in own.flaws() if not known(flaw)] == []


def test_imports_fit_the_document(own: OwnRequests) -> None:
    importer, entities = own.workspace.importer, own.workspace.entities
    specs = [ImageSpec(64, 48)]
    project = entities.create_project((("detection", 1),), "import").body
    done, _ = importer.as_new_project(str(importer.archive(specs, "coco")[1]), "imported", 3)
    assert done.state == "finished"
    for target in ({"dataset": project["datasets"][0]["id"]}, {"name": "new"}):
        file = str(importer.archive(specs, "coco")[1])
        assert importer.into_project(file, project["id"], **target).state == "finished"
    assert [flaw for flaw in own.flaws() if not known(flaw)] == []


def test_what_the_rest_rules_know_to_be_legal_fits_the_document_and_is_accepted(own: OwnRequests) -> None:
    tools = Tools(own.workspace, own.plan)
    for operation in own.plan.operations:
        values, _ = tools.resources.values(operation)
        body = known_body(operation, tools.resources, values)
        if body is not None:
            path = filled(operation, values)
            assert tools.sender.send(operation, path, *json_request(body)).answer.accepted, operation.name
    assert [flaw for flaw in own.flaws() if not known(flaw)] == []


def test_lifecycles_edit_what_they_made(own: OwnRequests) -> None:
    tools = Tools(own.workspace, own.plan)
    for operation in own.plan.operations:
        if operation.method == "POST" and operation.path.endswith(("/projects", "/datasets")):
            case = RULES["sequence"].case_of(operation)
            finding = concluded(lambda case=case: case.rule.judge(case, tools))
            assert finding.judgement.verdict is Verdict.KEPT, finding.judgement.reason
            assert "update" in finding.facts["steps"]
