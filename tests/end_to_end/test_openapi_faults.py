"""The REST suite against a deployment that breaks the contract in one way: the fault is found, and named right."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from contract.openapi import Operation, operations
from contract.verdicts import Verdict
from deployment.discovery import discover
from deployment.document import load_document
from judges.rest import access
from judges.rest.cases import Case, Check, Finding
from judges.rest.coverage import judge_echo
from judges.rest.fuzzer import Fuzzer
from judges.rest.generator import Generator
from judges.rest.links import complete, infer
from judges.rest.resources import Resources
from judges.rest.search_budget import SearchBudget
from judges.rest.sender import Sender
from judges.rest.sequences import Sequences
from tests.support.deployments import Deployment
from tests.support.proxy import Answering, Proxy, Reply, Request, error_reply, json_reply


@dataclass
class Bench:
    proxy: Proxy
    operations: dict[str, Operation]
    resources: Resources
    fuzzer: Fuzzer
    sequences: Sequences
    keys: dict[str, str]
    key: str

    def judge(self, check: Check, subject: str) -> Finding:
        sender = self.fuzzer.sender
        if check is Check.ECHO:
            self.judge(Check.POSITIVE, subject)
            return judge_echo(sender)
        if check is Check.SEQUENCE:
            return self.sequences.judge(Case(check, self.operations[subject]))
        case = Case(check, self.operations[subject])
        if check in (Check.POSITIVE, Check.NEGATIVE):
            return self.fuzzer.judge(case)
        if check is Check.METHODS:
            return access.judge_methods(case, sender, self.resources, frozenset({self.operations[subject].method}))
        judges: dict[Check, Callable[[Case, Sender, Resources], Finding]] = {
            Check.DELETED_IDS: access.judge_deleted,
            Check.ELSEWHERE: access.judge_elsewhere,
            Check.MALFORMED_IDS: access.judge_malformed,
        }
        if check in judges:
            return judges[check](case, sender, self.resources)
        return access.judge_key(case, sender, self.resources, self.keys)


@pytest.fixture(scope="module")
def bench(shared_deployment: Deployment) -> Iterator[Bench]:
    proxy = Proxy(shared_deployment.url)
    client = shared_deployment.connect("run", proxy.url)
    document = load_document(None, client).content
    listed = operations(document)
    resources = Resources(client, discover(client), "geti-contract-test")
    resources.make()
    links = infer(document, listed)
    complete(resources, links)
    readers = {operation.path: operation for operation in listed if operation.method == "GET"}
    keys = shared_deployment.other_keys
    fuzzer = Fuzzer(Generator(document), Sender(client, keys), resources, readers, SearchBudget(20, 20))
    named = {operation.name: operation for operation in listed}
    yield Bench(proxy, named, resources, fuzzer, Sequences(listed, links, fuzzer), keys, shared_deployment.token)
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
    (any_key_opens, Check.KEY_MISSING, "list_projects", Verdict.NOT_ENFORCED),
    (any_key_opens, Check.KEY_GARBAGE, "upload_image", Verdict.WRONG_STATUS),
    (any_key_opens, Check.KEY_EXPIRED, "read_image", Verdict.NOT_ENFORCED),
    (any_key_opens, Check.KEY_FOREIGN, "read_project", Verdict.NOT_ENFORCED),
    (drifts, Check.POSITIVE, "read_project", Verdict.NONCONFORMING),
    (breaks_on_a_large_skip, Check.POSITIVE, "list_projects", Verdict.CRASHED),
    (deletes_nothing, Check.SEQUENCE, "create_project", Verdict.UNCLEAN),
    (deletes_nothing, Check.SEQUENCE, "upload_image", Verdict.UNCLEAN),
    (answers_with_another_body, Check.DELETED_IDS, "read_project", Verdict.NONCONFORMING),
    (answers_with_another_body, Check.NEGATIVE, "list_projects", Verdict.NONCONFORMING),
    (answers_418, Check.POSITIVE, "list_projects", Verdict.WRONG_STATUS),
    (shows_the_key, Check.ECHO, "read_project", Verdict.UNCLEAN),
    (takes_every_method, Check.METHODS, "read_project", Verdict.NOT_ENFORCED),
    (takes_anything_for_an_id, Check.MALFORMED_IDS, "read_image", Verdict.NOT_ENFORCED),
    (takes_anything_for_an_id, Check.DELETED_IDS, "read_video", Verdict.NOT_ENFORCED),
    (crosses_projects, Check.ELSEWHERE, "read_image", Verdict.NOT_ENFORCED),
    (crosses_projects, Check.ELSEWHERE, "query_media", Verdict.NOT_ENFORCED),
    (crosses_projects, Check.ELSEWHERE, "read_image_annotation", Verdict.NOT_ENFORCED),
    (any_key_opens, Check.KEY_FOREIGN, "read_job", Verdict.NOT_ENFORCED),
    (any_key_opens, Check.KEY_MISSING, "tus_create", Verdict.WRONG_STATUS),
    (answers_404_without_a_key, Check.KEY_MISSING, "read_project", Verdict.WRONG_STATUS),
    (takes_anything_for_an_id, Check.MALFORMED_IDS, "read_job", Verdict.NOT_ENFORCED),
    (forgets_appends, Check.SEQUENCE, "tus_create", Verdict.UNCLEAN),
    (shows_pages_for_images, Check.POSITIVE, "display_image", Verdict.NONCONFORMING),
    (shows_pages_for_images, Check.POSITIVE, "display_frame", Verdict.NONCONFORMING),
    (loses_jobs, Check.SEQUENCE, "prepare_import", Verdict.UNCLEAN),
    (numbers_states, Check.POSITIVE, "read_job", Verdict.NONCONFORMING),
    (breaks_without_annotations, Check.NEGATIVE, "annotate_frame", Verdict.CRASHED),
    (renames_nothing, Check.SEQUENCE, "create_dataset", Verdict.UNCLEAN),
    (keeps_labels, Check.SEQUENCE, "edit_project", Verdict.UNCLEAN),
    (accepts_any_limit, Check.NEGATIVE, "list_projects", Verdict.NOT_ENFORCED),
]


@pytest.mark.parametrize(
    ("fault", "check", "subject", "verdict"), FAULTS, ids=[f"{row[0].__name__}-{row[1]}-{row[2]}" for row in FAULTS]
)
def test_each_fault_is_found_and_named(
    bench: Bench, tmp_path: Path, fault: Answering, check: Check, subject: str, verdict: Verdict
) -> None:
    bench.proxy.answer = fault
    try:
        found = bench.judge(check, subject)
        shown = pasted(found, bench, tmp_path)
    finally:
        bench.proxy.answer = None
        bench.fuzzer.sender.echoes.clear()
    assert found.judgement.verdict is verdict, found.judgement.reason
    if check is not Check.ECHO:
        assert found.sent is not None
        assert shown == found.sent.answer.status


def pasted(found: Finding, bench: Bench, bodies: Path) -> int | None:
    """The status that the finding's own command gets, typed into a shell that knows the keys."""
    if found.sent is None or shutil.which("curl") is None:
        return found.sent.answer.status if found.sent else None
    command = found.sent.request.curl(bodies)
    keys = {"GETI_TOKEN": bench.key} | {f"GETI_{name.upper()}_TOKEN": key for name, key in bench.keys.items()}
    assert not any(key in command for key in keys.values())
    run = subprocess.run(["bash", "-c", command], env=os.environ | keys, capture_output=True, check=True)
    return int(run.stdout.split()[1])


def test_a_key_is_not_judged_where_the_operation_is_not_reached(bench: Bench) -> None:
    absent = replace(bench.operations["read_project"], path="/api/v1/nothing/here")
    found = access.judge_key(Case(Check.KEY_MISSING, absent), bench.fuzzer.sender, bench.resources, bench.keys)
    assert found.judgement.verdict is Verdict.INCONCLUSIVE
    assert "own key too" in found.judgement.reason


@pytest.mark.parametrize(("check", "subject"), sorted({(row[1], row[2]) for row in FAULTS}))
def test_without_a_fault_the_same_case_is_kept(bench: Bench, check: Check, subject: str) -> None:
    found = bench.judge(check, subject)
    assert found.judgement.verdict is Verdict.KEPT, found.judgement.reason
