"""Odd surroundings of a run: its console, its environment, its directories."""

from __future__ import annotations

import re
from pathlib import Path
from typing import ClassVar

import pytest

from tests.support.servers import QuietHandler, serving

SOME_CASES = ("-k", "image.side.min and png and not import")


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_a_console_that_is_no_utf_8_shows_the_table_and_the_verdict(run_suites, encoding: str) -> None:
    run = run_suites(*SOME_CASES, PYTHONIOENCODING=encoding)
    assert run.status in (1, 6), run.console
    lines = run.console.splitlines()
    assert any(re.match(r" image\.side\.min +32 px", line) for line in lines), run.console
    assert any(line.startswith("VERDICT: ") for line in lines)
    assert "\\n" not in run.console


def test_the_embedded_deployment_is_not_asked_through_a_proxy_of_the_environment(run_suites) -> None:
    class Proxy(QuietHandler):
        asked: ClassVar[list[str]] = []

        def answer(self) -> None:
            self.asked.append(self.path)
            self.reply(502, {})

    with serving(Proxy) as proxy:
        run = run_suites(*SOME_CASES, http_proxy=proxy, GETI_PROXY=proxy, NO_PROXY="[::1],10.0.0.0/8,fd00::/8")
    assert "VERDICT: " in run.console, run.console
    assert Proxy.asked == []


def test_a_proxy_that_is_asked_for_stands_in_the_header_without_its_credentials(run_suites, deployment) -> None:
    run = run_suites(
        "--geti-url", deployment.url, GETI_TOKEN=deployment.token, GETI_PROXY="http://me:se-cret@127.0.0.1:9"
    )
    assert run.status == 4, run.console
    assert "the proxy http://127.0.0.1:9 cannot be reached" in run.console
    assert "se-cret" not in run.console


@pytest.mark.parametrize("mode", ["plain", "rewrite"])
def test_a_python_without_assertions_is_refused_in_one_line(run_suites, mode: str) -> None:
    run = run_suites(f"--assert={mode}", PYTHONOPTIMIZE="1")
    assert run.status == 4, run.console
    assert "unset PYTHONOPTIMIZE" in run.console
    assert "Traceback" not in run.console


@pytest.mark.parametrize("option", ["report-dir", "ledger-dir", "history"])
def test_nothing_is_sent_where_an_output_cannot_be_written(run_suites, tmp_path: Path, option: str) -> None:
    class Deployment(QuietHandler):
        asked: ClassVar[list[str]] = []

        def answer(self) -> None:
            self.asked.append(self.path)
            self.reply(500, {})

    (tmp_path / "file").touch()
    with serving(Deployment) as url:
        run = run_suites("--geti-url", url, f"--geti-{option}", str(tmp_path / "file" / "below"), GETI_TOKEN="x")
    assert run.status == 4, run.console
    assert f"--geti-{option}" in run.console
    assert "Traceback" not in run.console
    assert Deployment.asked == []
