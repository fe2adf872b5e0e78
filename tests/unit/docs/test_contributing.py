"""The examples of CONTRIBUTING.md: each runs as it is written, in the place that its first line names."""

from __future__ import annotations

import ast
import asyncio
import re
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from contract.formats import IMAGE_FORMATS
from contract.limits import LIMITS
from contract.observations import Answer
from contract.profiles import CLOUD
from contract.verdicts import Verdict
from generators.artefacts import make
from harness.manifest import Manifest
from judges.family import Scope
from judges.media.cases import MediaCase
from judges.rest.curl import Request
from judges.rest.findings import ConcludedError, Sent
from judges.rest.plan import Plan
from judges.rest.rules import RULES
from reference.app import create_app
from reference.faults import FAULTS, behaviour
from reference.keys import Keys
from reference.store import Store

ROOT = Path(__file__).parents[3]
TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
EXAMPLE = re.compile(r"```python\n# (\S+?)\.py(?:, in \w+)?\n(.*?)```", re.DOTALL)


def example(file: str, **more: object) -> tuple[Any, dict[str, Any]]:
    """What the last expression of a file's example is, and what the example defines, with the names of the file."""
    code = next(code for name, code in EXAMPLE.findall(TEXT) if name == file)
    module, names = file.replace("/", "."), dict[str, Any](more)
    if (ROOT / f"{file}.py").exists():
        names = {**vars(import_module(module)), **names}
    tree = ast.parse(code)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, file, "exec"), names)
    value = eval(compile(ast.Expression(last.value), file, "eval"), names) if isinstance(last, ast.Expr) else None
    return value, names


def manifest() -> Manifest:
    return Manifest(Scope(CLOUD, 0, "gate", Plan()))


def test_every_example_says_where_it_goes() -> None:
    assert len(EXAMPLE.findall(TEXT)) == TEXT.count("```python") == 7


def test_the_limit_has_cases() -> None:
    limit, _ = example("contract/limits")
    with LIMITS.adding(limit):
        assert {case.side for case in manifest().cases if case.limit is limit and case.side} == {"below", "at", "above"}


def test_the_format_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    record, _ = example("contract/formats")
    (extension,) = record.extensions
    monkeypatch.setitem(IMAGE_FORMATS, extension, record)
    cases = [case for case in manifest().cases if isinstance(case, MediaCase) and case.control.format == extension]
    assert make(cases[0].control).media_type == record.media_type


def test_the_rule_is_listed_and_tells_kept_from_broken_and_from_crashed() -> None:
    judge = example("judges/rest/headers")[1]["judge_cookies"]
    rule, _ = example("judges/rest/rules", judge_cookies=judge)
    with RULES.adding(rule):
        assert f"openapi.{rule.id}" in manifest().entries
    operation = SimpleNamespace(prefix="", path="/things")
    case = SimpleNamespace(only_operation=operation)

    def judged(answer: Answer, response: httpx.Response | None) -> Verdict:
        sent = Sent(answer, response, Request("GET", "http://embedded/things", {}, None, None))
        tools = SimpleNamespace(
            sender=SimpleNamespace(send=lambda *_: sent), resources=SimpleNamespace(values=lambda _: [{}])
        )
        verdict: Verdict = judge(case, tools).judgement.verdict
        return verdict

    assert judged(Answer(200), httpx.Response(200)) is Verdict.KEPT
    assert judged(Answer(200), httpx.Response(200, headers={"set-cookie": "a=1"})) is Verdict.NONCONFORMING
    with pytest.raises(ConcludedError) as ended:
        judged(Answer(None, failure="the connection was closed"), None)
    assert ended.value.finding.judgement.verdict is Verdict.CRASHED


@pytest.mark.parametrize("file", ["reference/faults/answers", "reference/faults/values"])
def test_the_fault_composes_and_its_deployment_answers(
    file: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fault, _ = example(file)
    monkeypatch.setitem(FAULTS, fault.name, fault)
    keys = Keys()
    app = create_app(Store(tmp_path), keys, behaviour(CLOUD, [fault.name]))

    async def ask() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://embedded") as client:
            return await client.get("/api/v1/product_info", headers={"x-api-key": keys.valid})

    answer = asyncio.run(ask())
    assert answer.status_code == 200
    assert ("set-cookie" in answer.headers) is (fault.name == "session-cookie")


def test_the_report_counts() -> None:
    names = example("harness/counter")[1]
    counter = names["VerdictCounter"]()
    for verdict in (Verdict.KEPT, Verdict.KEPT, Verdict.CRASHED):
        counter.pytest_geti_event(names["CaseJudged"](SimpleNamespace(verdict=verdict)))
    assert counter.verdicts == {"kept": 2, "crashed": 1}
