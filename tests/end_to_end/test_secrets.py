"""The key is in nothing that is written or shown, whatever breaks and however a deployment echoes it."""

from __future__ import annotations

import base64
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from deployment import embedded
from deployment.client import Client
from deployment.redaction import Redactor
from tests.support.faulty_proxy import FaultyProxy, Reply, Request

HERE = Path(__file__).parents[2]
KEY = "geti_pat_PLANTED~key/with+odd=signs~0123456789"


def forms(key: str) -> list[str]:
    """What to search for: the key in every form that the echo below writes, and more."""
    whole = base64.b64encode(key.encode()).decode()
    return [key, quote(key, safe=""), whole.rstrip("=")[:-2], key.encode().hex(), key[9:25]]


@pytest.mark.parametrize(
    "text",
    [
        KEY,
        f"x-api-key: {KEY}",
        quote(KEY, safe=""),
        base64.b64encode(f"user:{KEY}".encode()).decode(),
        base64.urlsafe_b64encode(f"x{KEY}y".encode()).decode(),
        f"{KEY}{KEY}",
        KEY.encode().hex(),
        f'{{"a":"{KEY}"}}',
    ],
)
def test_no_form_of_the_key_passes(text: str) -> None:
    clean = Redactor([KEY]).clean(text)
    assert "[key]" in clean
    assert not any(form in clean for form in forms(KEY))
    assert base64.b64encode(KEY.encode()[3:-3]).decode()[4:-4] not in clean


@pytest.mark.parametrize("text", [KEY[:20] + "...", "..." + KEY[-15:], f"'{KEY[:14]}...{KEY[-9:]}'"])
def test_half_a_key_is_a_key(text: str) -> None:
    clean = Redactor([KEY]).clean_cut(text)
    assert KEY[:13] not in clean
    assert KEY[-9:] not in clean


def test_a_client_does_not_show_its_key() -> None:
    client = Client("http://127.0.0.1:9", KEY, "run")
    assert KEY not in f"{client!r} {client.transport!r}"
    client.close()


@pytest.fixture(scope="module")
def deployment() -> Iterator[embedded.Embedded]:
    running = embedded.start("cloud")
    yield running
    running.stop()


class Echo:
    """A deployment that writes the caller's key into whatever it answers, and breaks in many ways beside."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, request: Request, proxy: FaultyProxy) -> Reply:
        answer = proxy.forward(request)
        key = request.headers.get("x-api-key", "")
        self.count += 1
        if not key or self.count < 30:
            return answer
        told = f"{key} {quote(key, safe='')} {base64.b64encode(f'u:{key}'.encode()).decode()}"
        headers = answer.headers | {"x-echo": told, "set-cookie": f"session={key}"}
        if self.count % 3 == 0:
            body = f'{{"error_code": "{key}", "message": "{told}", "http_status": 500}}'.encode()
            return Reply(500, {"content-type": "application/json", "x-echo": told}, body)
        if self.count % 3 == 1 and answer.headers.get("content-type", "").startswith("application/json"):
            return Reply(answer.status, headers, answer.body.replace(b'"name":"', b'"name":"' + key.encode()))
        return Reply(answer.status, headers, answer.body)


def searched(directory: Path, said: str, key: str) -> list[str]:
    """Where the key was found: in the console, or in a file that was written."""
    found = ["console"] if any(form in said for form in forms(key)) else []
    for file in directory.rglob("*"):
        content = file.read_bytes().decode("latin-1") if file.is_file() else ""
        found += [str(file)] if any(form in content for form in forms(key)) else []
    return found


def test_nothing_that_is_written_holds_the_key(deployment: embedded.Embedded, tmp_path: Path) -> None:
    proxy = FaultyProxy(deployment.url, deployment.token, Echo())
    command = [
        sys.executable,
        "-m",
        "pytest",
        "suites",
        "--geti-url",
        proxy.url,
        "-v",
        "--showlocals",
        "--log-level=DEBUG",
    ]
    command += ["-k", "sequence or deleted-ids or (image.side.min and bmp) or (positive and project)"]
    command += ["--junit-xml", str(tmp_path / "pytest.xml"), "--full-trace", "-rA"]
    command += ["--geti-report-dir", str(tmp_path / "out"), "--geti-ledger-dir", str(tmp_path / "ledger")]
    environment = os.environ | {"GETI_TOKEN": deployment.token}
    try:
        run = subprocess.run(command, cwd=HERE, env=environment, capture_output=True, text=True, check=False)
    finally:
        proxy.stop()
    assert run.returncode == 1, run.stdout[-3000:]
    assert "[key]" in (tmp_path / "out" / "results.json").read_text()
    assert searched(tmp_path, run.stdout + run.stderr, deployment.token) == []


def test_neither_the_ledger_nor_the_process_list_holds_the_key(deployment: embedded.Embedded, tmp_path: Path) -> None:
    command = [sys.executable, "-u", "-m", "pytest", "suites/limits/test_image_limits.py", "-v"]
    command += ["--geti-url", deployment.url, "--geti-report-dir", str(tmp_path / "out")]
    command += ["--geti-ledger-dir", str(tmp_path / "ledger")]
    file = tmp_path.with_suffix(".token")
    file.write_text(deployment.token)
    with subprocess.Popen(
        [*command, "--geti-token-file", str(file)], cwd=HERE, stdout=subprocess.PIPE, text=True
    ) as run:
        assert run.stdout is not None
        next(line for line in run.stdout if "PASSED" in line)
        shown = [path.read_bytes() for path in Path("/proc").glob("[0-9]*/cmdline") if path.exists()]
        run.send_signal(signal.SIGKILL)
    assert any(b"test_image_limits" in each for each in shown)
    assert not any(deployment.token.encode() in each for each in shown)
    assert list((tmp_path / "ledger").rglob("*.jsonl"))
    assert searched(tmp_path, "", deployment.token) == []
    sweep = [sys.executable, "-m", "deployment", "sweep", "--ledger-dir", str(tmp_path / "ledger")]
    swept = subprocess.run(
        [*sweep, "--geti-token-file", str(file)], cwd=HERE, capture_output=True, text=True, check=False
    )
    assert swept.returncode == 0
    assert searched(tmp_path, swept.stdout + swept.stderr, deployment.token) == []
