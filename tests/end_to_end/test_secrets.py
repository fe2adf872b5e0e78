"""The key is in nothing that is written or shown, whatever breaks and however a deployment echoes it."""

from __future__ import annotations

import base64
from pathlib import Path
from urllib.parse import quote

from tests.support.keys import forms
from tests.support.proxy import Proxy, Reply, Request


class Echo:
    """A deployment that writes the caller's key into whatever it answers, and breaks in many ways beside."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, request: Request, proxy: Proxy) -> Reply:
        answer = proxy.forward(request)
        key = request.headers.get("x-api-key", "")
        self.count += 1
        if not key or self.count < 30:
            return answer
        echo = f"{key} {quote(key, safe='')} {base64.b64encode(f'u:{key}'.encode()).decode()}"
        headers = answer.headers | {"x-echo": echo, "set-cookie": f"session={key}"}
        if self.count % 3 == 0:
            body = f'{{"error_code": "{key}", "message": "{echo}", "http_status": 500}}'.encode()
            return Reply(500, {"content-type": "application/json", "x-echo": echo}, body)
        if self.count % 3 == 1 and answer.headers.get("content-type", "").startswith("application/json"):
            return Reply(answer.status, headers, answer.body.replace(b'"name":"', b'"name":"' + key.encode()))
        return Reply(answer.status, headers, answer.body)


def places(directory: Path, console: str, key: str) -> list[str]:
    """Where the key was found: in the console, or in a file that was written."""
    found = ["console"] if any(form in console for form in forms(key)) else []
    for file in directory.rglob("*"):
        content = file.read_bytes().decode("latin-1") if file.is_file() else ""
        found += [str(file)] if any(form in content for form in forms(key)) else []
    return found


def test_reports_and_console_never_hold_the_key(run_suites, deployment, start_proxy, tmp_path: Path) -> None:
    options = ["-v", "--showlocals", "--log-level=DEBUG", "--full-trace", "-rA"]
    options += ["-k", "sequence or deleted-ids or (image.side.min and bmp) or (positive and project)"]
    options += ["--junit-xml", str(tmp_path / "pytest.xml")]
    run = run_suites(*options, deployment=deployment, proxy=start_proxy(deployment, Echo()))
    assert run.status in (1, 6), run.console
    assert "[key]" in (run.out / "results.json").read_text()
    assert places(tmp_path, run.console, deployment.token) == []


def command_lines() -> list[bytes]:
    """Those of all processes that there are; processes end at any time."""
    lines = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            lines.append(path.read_bytes())
        except (FileNotFoundError, ProcessLookupError):
            continue
    return lines


def test_neither_the_ledger_nor_the_process_list_holds_the_key(start_suites, sweep, deployment, tmp_path: Path) -> None:
    file = tmp_path.with_suffix(".token")
    file.write_text(deployment.token)
    key = ("--geti-token-file", str(file))
    run = start_suites("-v", "--geti-url", deployment.url, *key, paths=("suites/limits/test_image_limits.py",))
    run.until("PASSED")
    lines = command_lines()
    run.kill()
    assert any(b"test_image_limits" in each for each in lines)
    assert not any(deployment.token.encode() in each for each in lines)
    assert list((tmp_path / "ledger").rglob("*.jsonl"))
    assert places(tmp_path, run.console, deployment.token) == []
    swept = sweep(None, *key)
    assert swept.status == 0
    assert places(tmp_path, swept.console, deployment.token) == []
