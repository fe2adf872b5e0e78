"""Each rule is one function and one entry: listed without a deployment, judged with one, reported with its source."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from contract.audit import CITATION
from contract.openapi import operations
from contract.profiles import CLOUD
from contract.search import AS_USUAL
from contract.verdicts import Judgement, Verdict
from deployment.client import OWN_KEY
from deployment.discovery import Discovery
from deployment.document import Document
from deployment.errors import NotContainedError
from deployment.redaction import Redactor
from deployment.settling import Settling
from judges.rest.cases import DOCUMENT, RestCase, Rule
from judges.rest.coverage import lines_of
from judges.rest.document import DocumentJudge, document_cases
from judges.rest.findings import Finding
from judges.rest.judge import RestJudge
from judges.rest.links import infer
from judges.rest.plan import Plan
from judges.rest.resources import Resources
from judges.rest.rules import RULES, rest_cases
from judges.rest.tools import Tools
from judges.results import result_of
from tests.support.synthetic_document import synthetic_document

Answers = Callable[[str, str, str | None], httpx.Response]
ERROR = {"error_code": "no", "message": "no", "http_status": 404}
AT_ONE_TIME = [
    f"{rule}@{operation}"
    for rule in ("at-one-time", "at-one-time-duration")
    for operation in ("CreateProject", "EditProject")
]


def planned() -> Plan:
    content = synthetic_document()
    listing = content["paths"]["/organizations/{organization_id}/workspaces/{workspace_id}/projects"]["get"]
    listing["parameters"] = [{"name": name, "in": "query", "schema": {"type": "integer"}} for name in ("limit", "skip")]
    found = operations(content)
    return Plan(Document(content, "synthetic"), found, infer(content, found))


class FakeClient:
    """A client whose answers are a function of method, target and key."""

    base, token = "https://geti.example", "own"

    def __init__(self, answers: Answers, seen: list[bytes | None] | None = None) -> None:
        self.answers, self.created, self.seen = answers, set[str](), [] if seen is None else seen
        self.settling, self.redactor = Settling(0), Redactor()

    def request(
        self, method: str, target: str, headers: Mapping[str, str] | None, content: bytes | None, key: str | None
    ) -> tuple[httpx.Response, None]:
        self.seen.append(content)
        response = self.answers(method, target, key)
        response.request = httpx.Request(method, f"{self.base}{target}", headers=headers, content=content)
        response.elapsed = timedelta()
        return response, None


def refused(_method: str, _target: str, key: str | None) -> httpx.Response:
    status = 200 if key == OWN_KEY else 401
    return httpx.Response(status, json={"error_code": "no", "message": "no", "http_status": status})


def judge_with(
    answers: Answers, files: Path = Path(), plan: Plan | None = None, seen: list[bytes | None] | None = None
) -> RestJudge:
    client: Any = FakeClient(answers, seen)
    discovery = Discovery("o" * 24, "w" * 24, {}, CLOUD)
    workspace: Any = SimpleNamespace(
        client=client,
        other_keys={},
        tier="nightly",
        seed=7,
        files=files,
        notes=[],
        coverage={},
        gathered={},
        search=AS_USUAL,
    )
    judge = RestJudge(workspace, plan or planned())
    live = {"organization": "o" * 24, "workspace": "w" * 24, "project": "1" * 24}
    judge.tools.resources = Resources(client, discovery, "geti-contract", live)
    return judge


def case_of(rule: str, operation: str) -> RestCase:
    return next(case for case in RULES[rule].cases(planned()) if case.only_operation.name == operation)


def verdict_of(rule: str, operation: str, answers: Answers) -> Verdict:
    return judge_with(answers).judge(case_of(rule, operation)).judgement.verdict


def test_every_rule_is_listed_once_without_a_deployment_and_never_judged() -> None:
    cases = rest_cases(Plan())
    assert [case.id for case in cases] == [f"openapi.{rule.id}" for rule in RULES]
    with pytest.raises(ValueError, match="listed without a deployment"):
        RestJudge(SimpleNamespace(), Plan()).judge(cases[0])  # type: ignore[arg-type]


def test_without_a_document_there_is_one_case_that_cannot_be_judged() -> None:
    plan = Plan(absent="it cannot be read; give --geti-openapi")
    assert rest_cases(plan) == ()
    (case,) = document_cases(plan)
    judgement = DocumentJudge(plan, CLOUD).judge(case).judgement
    assert (case.id, judgement.verdict) == ("document.available", Verdict.INCONCLUSIVE)
    assert "--geti-openapi" in judgement.reason


def test_cases_are_named_by_rule_and_operation_and_those_that_only_read_say_so() -> None:
    cases = {case.id: case for case in rest_cases(planned())}
    assert len(cases) == len(rest_cases(planned()))
    assert cases["openapi.key-missing@ReadProject"].read_only
    assert not cases["openapi.key-missing@CreateProject"].read_only
    assert not cases["openapi.deleted-ids@ReadProject"].read_only
    assert cases["openapi.key-never-echoed"].read_only
    exclusive = {case.id for case in cases.values() if case.exclusive}
    assert exclusive == {f"openapi.{case}" for case in ("pages@ListProjects", *AT_ONE_TIME)}
    assert {case.group for case in cases.values()} == {"openapi"}
    assert list(cases)[-1] == "openapi.key-never-echoed"


def test_a_finding_has_the_source_of_its_rule_and_says_how_to_see_it_again(tmp_path: Path) -> None:
    case = case_of("key-missing", "ReadProject")
    outcome = judge_with(lambda *_: httpx.Response(200), tmp_path).judge(case)
    result = result_of(case, outcome, CLOUD, 0.0)
    assert (result.case, result.requirement) == (case.id, case.id)
    assert result.title.startswith("a request without a key is refused [GET /organizations/")
    assert result.citation == DOCUMENT
    assert result.sent["replay"] == f"pytest suites --geti-tier nightly --geti-seed 7 --geti-replay '{case.id}'"
    assert result.curl is not None
    assert "x-api-key" not in result.curl
    assert case_of("positive-data", "ReadProject").citation == CITATION


def test_a_key_that_opens_an_operation_is_found() -> None:
    assert verdict_of("key-garbage", "ReadProject", refused) is Verdict.KEPT
    assert verdict_of("key-garbage", "ReadProject", lambda *_: httpx.Response(200)) is Verdict.NOT_ENFORCED
    assert verdict_of("key-garbage", "ReadProject", lambda *_: httpx.Response(400)) is Verdict.WRONG_STATUS
    assert verdict_of("key-garbage", "ReadProject", lambda *_: httpx.Response(404)) is Verdict.INCONCLUSIVE
    assert verdict_of("key-expired", "ReadProject", refused) is Verdict.NOT_APPLICABLE


@pytest.mark.parametrize("rule", ["key-missing", "key-garbage"])
def test_what_was_read_with_the_key_is_read_without_it_no_more(rule: str) -> None:
    read = set[str]()

    def kept_for_all(method: str, target: str, key: str | None) -> httpx.Response:
        if target in read:
            return httpx.Response(200)
        read.update({target} if key == OWN_KEY else ())
        return refused(method, target, key)

    assert verdict_of(rule, "ReadProject", kept_for_all) is Verdict.NOT_ENFORCED


def test_what_was_read_with_the_key_before_is_not_read_again() -> None:
    keys = list[str | None]()

    def noted(method: str, target: str, key: str | None) -> httpx.Response:
        keys.append(key)
        return refused(method, target, key)

    judge = judge_with(noted)
    for rule in ("key-missing", "key-garbage"):
        assert judge.judge(case_of(rule, "ReadProject")).judgement.verdict is Verdict.KEPT
    assert keys.count(OWN_KEY) == 1


def test_a_method_that_is_not_declared_leads_nowhere() -> None:
    assert verdict_of("unsupported-methods", "DeleteProject", lambda *_: httpx.Response(405)) is Verdict.KEPT
    assert verdict_of("unsupported-methods", "DeleteProject", lambda *_: httpx.Response(200)) is Verdict.NOT_ENFORCED
    assert verdict_of("unsupported-methods", "DeleteProject", lambda *_: httpx.Response(500)) is Verdict.CRASHED


def test_a_malformed_id_is_a_mistake_of_the_client() -> None:
    assert verdict_of("malformed-ids", "ReadProject", lambda *_: httpx.Response(422)) is Verdict.KEPT
    assert verdict_of("malformed-ids", "ReadProject", lambda *_: httpx.Response(200)) is Verdict.NOT_ENFORCED


def pages(order: Callable[[int], int]) -> Answers:
    def answers(_method: str, target: str, _key: str | None) -> httpx.Response:
        url = httpx.URL(f"https://geti.example{target}")
        if not url.path.endswith("/projects"):
            return httpx.Response(200, json={})
        limit, skip = int(url.params["limit"]), int(url.params["skip"])
        rows = [{"id": each} for each in ("1" * 24, *"23456")]
        start = order(skip) if limit == 1 else skip
        return httpx.Response(200, json={"projects": rows[start : start + limit]})

    return answers


def test_a_listing_shows_each_entry_once() -> None:
    assert verdict_of("pages", "ListProjects", pages(lambda skip: skip)) is Verdict.KEPT
    assert verdict_of("pages", "ListProjects", pages(lambda _skip: 0)) is Verdict.NONCONFORMING


def test_a_deleted_resource_answers_404_with_the_documented_error() -> None:
    judge = judge_with(lambda *_: httpx.Response(404, json=ERROR))
    judge.tools.resources.deleted["project"] = "2" * 24
    assert judge.judge(case_of("deleted-ids", "ReadProject")).judgement.verdict is Verdict.KEPT
    bare = judge_with(lambda *_: httpx.Response(404, text=json.dumps(ERROR)))
    bare.tools.resources.deleted["project"] = "2" * 24
    assert bare.judge(case_of("deleted-ids", "ReadProject")).judgement.verdict is Verdict.NONCONFORMING


def test_what_the_client_holds_back_is_not_judged_and_noted() -> None:
    def held_back(*_: Any) -> httpx.Response:
        raise NotContainedError("it is not of this run")

    judge = judge_with(held_back)
    outcome = judge.judge(case_of("malformed-ids", "ReadProject"))
    assert outcome.judgement == Judgement(Verdict.NOT_APPLICABLE, "held back: it is not of this run")
    assert judge.tools.sender.gathered.tallies["ReadProject"].held_back == {"malformed-ids": "it is not of this run"}


def test_a_rule_that_is_added_is_listed_judged_and_reported() -> None:
    def judge_head(case: RestCase, tools: Tools) -> Finding:
        sent = tools.sender.ask(case.only_operation, "/api/v1/anything", method="HEAD")
        verdict = Verdict.KEPT if sent.answer.accepted else Verdict.WRONG_STATUS
        return Finding(Judgement(verdict, f"HEAD got {sent.answer.words}"), sent)

    rule = Rule(
        id="head",
        sentence="what can be read can be asked for its headers",
        source="RFC 9110, 9.3.2",
        operations=lambda plan: plan.readers.values(),
        judge=judge_head,
    )
    with RULES.adding(rule):
        assert "openapi.head" in {case.id for case in rest_cases(Plan())}
        (case,) = (case for case in rest_cases(planned()) if case.id == "openapi.head@ReadProject")
        outcome = judge_with(lambda *_: httpx.Response(405)).judge(case)
    result = result_of(case, outcome, CLOUD, 0.0)
    assert (result.verdict, result.reason) == (Verdict.WRONG_STATUS, "HEAD got 405")
    assert result.citation == "RFC 9110, 9.3.2"
    assert result.title.startswith("what can be read can be asked for its headers [GET ")


def test_what_was_not_reached_is_counted_and_only_the_first_are_named() -> None:
    rows = [{"operation": f"Operation{n}", "reached": "nothing", "held_back": {}} for n in range(103)]
    lines = lines_of({"operations": rows, "totals": {"nothing": 103}, "gaps": {}, "links": []})
    names = ", ".join(f"Operation{n}" for n in range(6))
    assert lines == ["103 operations: 103 nothing", f"103 operations reached nothing at best: {names} and 97 more"]


def test_a_finding_names_the_operation_that_was_asked() -> None:
    outcome = judge_with(lambda *_: httpx.Response(200)).judge(case_of("unsupported-methods", "DeleteProject"))
    assert "operation" not in outcome.sent  # no documented operation
    outcome = judge_with(lambda *_: httpx.Response(200)).judge(case_of("malformed-ids", "ReadProject"))
    assert outcome.sent["operation"] == "ReadProject"
    assert outcome.sent["tried"] == "'x' as the id of a project"
