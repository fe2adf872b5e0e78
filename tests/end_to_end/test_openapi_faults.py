"""The REST suite against a deployment that breaks the contract in one way: the fault is found, and named right."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from contract.openapi import Operation
from contract.verdicts import Verdict
from deployment.discovery import discover
from judges.rest.cases import RestCase
from judges.rest.findings import Finding, concluded
from judges.rest.fuzzer import Fuzzer
from judges.rest.plan import make_plan
from judges.rest.rules import RULES
from judges.rest.search_budget import SearchBudget
from judges.rest.tools import Tools
from judges.workspace import Workspace
from tests.support.deployments import Deployment
from tests.support.proxy import Answering, Proxy, Reply, Request, error_reply, json_reply


@dataclass
class Bench:
    proxy: Proxy
    tools: Tools

    @property
    def operations(self) -> dict[str, Operation]:
        return {operation.name: operation for operation in self.tools.plan.operations}

    def judge(self, rule: str, subject: str) -> Finding:
        if rule == "key-never-echoed":
            self.judge("positive-data", subject)
            return self.judge_case(RULES[rule].case_of(None))
        return self.judge_case(RULES[rule].case_of(self.operations[subject]))

    def judge_case(self, case: RestCase) -> Finding:
        return concluded(lambda: case.rule.judge(case, self.tools))


@pytest.fixture(scope="module")
def bench(shared_deployment: Deployment, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    proxy = Proxy(shared_deployment.url)
    client = shared_deployment.connect("run", proxy.url)
    discovery = discover(client)
    workspace = Workspace(
        client=client,
        discovery=discovery,
        profile=discovery.profile,
        prefix="geti-contract-test",
        seed=0,
        tier="gate",
        timeout_s=60.0,
        files=tmp_path_factory.mktemp("files"),
        watch=lambda *_: nullcontext(lambda _done: None),
        other_keys=shared_deployment.other_keys,
    )
    tools = Tools(workspace, make_plan(client, None, None))
    tools.fuzzer = Fuzzer(tools.generator, tools.sender, tools.resources, tools.plan.readers, SearchBudget(20, 20))
    yield Bench(proxy, tools)
    proxy.stop()
    shared_deployment.clear()


def any_key_opens(request: Request, proxy: Proxy) -> Reply:
    key = next(seen.headers["x-api-key"] for seen in proxy.seen if "x-api-key" in seen.headers)  # the first is valid
    return proxy.forward(replace(request, headers={**request.headers, "x-api-key": key}))


def drifts(request: Request, proxy: Proxy) -> Reply:
    answer = proxy.forward(request)
    return answer.changed(name=7) if answer.ok and request.method == "GET" and _is_project(request) else answer


def breaks_on_a_large_skip(request: Request, proxy: Proxy) -> Reply:
    skip = parse_qs(urlsplit(request.target).query).get("skip", ["0"])[0]
    return json_reply(500, {"detail": "oops"}) if skip.isdigit() and int(skip) > 10_000 else proxy.forward(request)


def deletes_nothing(request: Request, proxy: Proxy) -> Reply:
    return json_reply(200, {"result": "success"}) if request.method == "DELETE" else proxy.forward(request)


def answers_with_another_body(request: Request, proxy: Proxy) -> Reply:
    answer = proxy.forward(request)
    return answer if answer.status < 400 else json_reply(answer.status, {"detail": "no"})


def answers_418(request: Request, proxy: Proxy) -> Reply:
    return error_reply(418) if "limit" in request.target else proxy.forward(request)


def shows_the_key(request: Request, proxy: Proxy) -> Reply:
    answer = proxy.forward(request)
    return replace(answer, headers={**answer.headers, "x-debug": request.headers.get("x-api-key", "")})


def takes_every_method(request: Request, proxy: Proxy) -> Reply:
    return json_reply(200, {}) if request.method == "PATCH" else proxy.forward(request)


def takes_anything_for_an_id(request: Request, proxy: Proxy) -> Reply:
    answer = proxy.forward(request)
    return json_reply(200, {}) if answer.status == 404 else answer


def accepts_any_limit(request: Request, proxy: Proxy) -> Reply:
    answer = proxy.forward(request)
    return proxy.forward(replace(request, target=request.target.partition("?")[0])) if answer.status == 400 else answer


def crosses_projects(request: Request, proxy: Proxy) -> Reply:
    named = re.search(r"/projects/[0-9a-f]{24}/datasets/([0-9a-f]{24})", request.target)
    if named is None:
        return proxy.forward(request)
    # The first request that names a dataset names its own project, because the run made it there.
    first = next(seen.target for seen in proxy.seen if f"/datasets/{named[1]}" in seen.target)
    project = first.partition("/projects/")[2][:24]
    return proxy.forward(replace(request, target=re.sub(r"(?<=/projects/)[0-9a-f]{24}", project, request.target)))


def forgets_appends(request: Request, proxy: Proxy) -> Reply:
    answer = proxy.forward(request)
    if request.method == "HEAD" and "resumable" in request.target:
        return replace(answer, headers={**answer.headers, "upload-offset": "0"})
    return answer


def shows_pages_for_images(request: Request, proxy: Proxy) -> Reply:
    answer = proxy.forward(request)
    return replace(answer, headers={"content-type": "text/html"}) if "/display/" in request.target else answer


def loses_jobs(request: Request, proxy: Proxy) -> Reply:
    lost = request.method == "GET" and "/jobs/" in request.target
    return error_reply(404) if lost else proxy.forward(request)


def numbers_states(request: Request, proxy: Proxy) -> Reply:
    answer = proxy.forward(request)
    return answer.changed(state=7) if answer.ok and "/jobs/" in request.target else answer


def breaks_without_annotations(request: Request, proxy: Proxy) -> Reply:
    broken = request.method == "POST" and request.target.endswith("/annotations") and b"annotations" not in request.body
    return json_reply(500, {"detail": "oops"}) if broken else proxy.forward(request)


def renames_nothing(request: Request, proxy: Proxy) -> Reply:
    if request.method != "PUT" or b'"name"' not in request.body:
        return proxy.forward(request)
    shown = proxy.forward(replace(request, method="GET", body=b""))
    return shown.changed(name=json.loads(request.body)["name"])


def keeps_labels(request: Request, proxy: Proxy) -> Reply:
    return proxy.forward(replace(request, body=request.body.replace(b'"is_deleted": true', b'"is_deleted": false')))


def answers_404_without_a_key(request: Request, proxy: Proxy) -> Reply:
    answer = proxy.forward(request)
    return error_reply(404) if answer.status in (401, 403) else answer


def _is_project(request: Request) -> bool:
    return re.fullmatch(r".*/projects/[0-9a-f]{24}", request.target) is not None


FAULTS = [
    (any_key_opens, "key-missing", "list_projects", Verdict.NOT_ENFORCED),
    (any_key_opens, "key-garbage", "upload_image", Verdict.WRONG_STATUS),
    (any_key_opens, "key-expired", "read_image", Verdict.NOT_ENFORCED),
    (any_key_opens, "key-foreign", "read_project", Verdict.NOT_ENFORCED),
    (drifts, "positive-data", "read_project", Verdict.NONCONFORMING),
    (breaks_on_a_large_skip, "positive-data", "list_projects", Verdict.CRASHED),
    (deletes_nothing, "sequence", "create_project", Verdict.UNCLEAN),
    (deletes_nothing, "sequence", "upload_image", Verdict.UNCLEAN),
    (answers_with_another_body, "deleted-ids", "read_project", Verdict.NONCONFORMING),
    (answers_with_another_body, "negative-data", "list_projects", Verdict.NONCONFORMING),
    (answers_418, "positive-data", "list_projects", Verdict.WRONG_STATUS),
    (shows_the_key, "key-never-echoed", "read_project", Verdict.UNCLEAN),
    (takes_every_method, "unsupported-methods", "read_project", Verdict.NOT_ENFORCED),
    (takes_anything_for_an_id, "malformed-ids", "read_image", Verdict.NOT_ENFORCED),
    (takes_anything_for_an_id, "deleted-ids", "read_video", Verdict.NOT_ENFORCED),
    (crosses_projects, "ids-of-another-project", "read_image", Verdict.NOT_ENFORCED),
    (crosses_projects, "ids-of-another-project", "query_media", Verdict.NOT_ENFORCED),
    (crosses_projects, "ids-of-another-project", "read_image_annotation", Verdict.NOT_ENFORCED),
    (any_key_opens, "key-foreign", "read_job", Verdict.NOT_ENFORCED),
    (any_key_opens, "key-missing", "tus_create", Verdict.WRONG_STATUS),
    (answers_404_without_a_key, "key-missing", "read_project", Verdict.WRONG_STATUS),
    (takes_anything_for_an_id, "malformed-ids", "read_job", Verdict.NOT_ENFORCED),
    (forgets_appends, "sequence", "tus_create", Verdict.UNCLEAN),
    (shows_pages_for_images, "positive-data", "display_image", Verdict.NONCONFORMING),
    (shows_pages_for_images, "positive-data", "display_frame", Verdict.NONCONFORMING),
    (loses_jobs, "sequence", "prepare_import", Verdict.UNCLEAN),
    (numbers_states, "positive-data", "read_job", Verdict.NONCONFORMING),
    (breaks_without_annotations, "negative-data", "annotate_frame", Verdict.CRASHED),
    (renames_nothing, "sequence", "create_dataset", Verdict.UNCLEAN),
    (keeps_labels, "sequence", "edit_project", Verdict.UNCLEAN),
    (accepts_any_limit, "negative-data", "list_projects", Verdict.NOT_ENFORCED),
]


@pytest.mark.parametrize(
    ("fault", "rule", "subject", "verdict"), FAULTS, ids=[f"{row[0].__name__}-{row[1]}-{row[2]}" for row in FAULTS]
)
def test_each_fault_is_found_and_named(
    bench: Bench, tmp_path: Path, fault: Answering, rule: str, subject: str, verdict: Verdict
) -> None:
    bench.proxy.answer = fault
    try:
        found = bench.judge(rule, subject)
        shown = pasted(found, bench, tmp_path)
    finally:
        bench.proxy.answer = None
        bench.tools.sender.gathered.echoes.clear()
    assert found.judgement.verdict is verdict, found.judgement.reason
    if rule != "key-never-echoed":
        assert found.sent is not None
        assert shown == found.sent.answer.status


def pasted(found: Finding, bench: Bench, bodies: Path) -> int | None:
    """The status that the finding's own command gets, typed into a shell that knows the keys."""
    if found.sent is None or shutil.which("curl") is None:
        return found.sent.answer.status if found.sent else None
    command = found.sent.request.curl(bodies)
    others = {f"GETI_{name.upper()}_TOKEN": key for name, key in bench.tools.other_keys.items()}
    keys = {"GETI_TOKEN": bench.tools.workspace.client.token} | others
    assert not any(key in command for key in keys.values())
    run = subprocess.run(["bash", "-c", command], env=os.environ | keys, capture_output=True, check=True)
    return int(run.stdout.split()[1])


def test_a_key_is_not_judged_where_the_operation_is_not_reached(bench: Bench) -> None:
    absent = replace(bench.operations["read_project"], path="/api/v1/nothing/here")
    found = bench.judge_case(RULES["key-missing"].case_of(absent))
    assert found.judgement.verdict is Verdict.INCONCLUSIVE
    assert "own key too" in found.judgement.reason


@pytest.mark.parametrize(("rule", "subject"), sorted({(row[1], row[2]) for row in FAULTS}))
def test_without_a_fault_the_same_case_is_kept(bench: Bench, rule: str, subject: str) -> None:
    found = bench.judge(rule, subject)
    assert found.judgement.verdict is Verdict.KEPT, found.judgement.reason
