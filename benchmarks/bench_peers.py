"""What people would use instead: the same broken deployments, the same time for each tool.

    .venv/bin/python -m benchmarks.bench_peers [--seconds 60] [--npm DIR] [--kept FILE] [--minutes N] [FAULT ...]

Each tool runs against the faultless deployment first; a fault is found by a tool that then reports a failure which it
does not report there. Our own gate runs whole, and does not know the fault. Ids that a tool cannot know
(organization, workspace, a project with an image and a video) are filled in for every one of them. DIR holds
node_modules with `npm install @apideck/portman newman dredd`; without it those three are listed as absent. Why a tool
could not run is printed below the table.
"""

from __future__ import annotations

import io
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

import httpx

from benchmarks.common import gate_command, parser
from contract.profiles import CLOUD, scaled_down
from deployment import embedded
from deployment.client import Client
from deployment.discovery import discover
from deployment.media import create_dataset
from generators.artefacts import Artefact, make
from generators.specs import ImageSpec, VideoSpec
from harness.options import unaimed
from reports.parser import UnreadableError, read_report

HERE = Path(__file__).parent.parent
# Two of each large class, chosen before any tool was run.
SAMPLE = (
    "image-side-max-off-by-one",
    "image-pixels-unchecked",
    "video-width-7680",
    "project-labels-short-by-one",
    "image-side-max-width-only",
    "media-race",
    "refuse-500",
    "refuse-409-html",
    "stored-despite-refusal",
    "silent-resize",
    "training-warning-missing",
    "keys-ignored",
    "expired-keys-open",
    "cached-reads-after-delete",
    "projects-crossed",
    "skip-ignored",
    "names-as-numbers",
    "malformed-500",
    "document-without-409",
    "document-promises-more",
)
HOOKS = """
import itertools, pathlib, schemathesis
FILES = itertools.cycle(sorted(pathlib.Path(r"{media}").iterdir()))
@schemathesis.hook
def map_body(context, body):
    path = context.operation.path
    if isinstance(body, dict) and "file" in body and path.endswith(("/media/images", "/media/videos")):
        body["file"] = next(FILES).read_bytes()
    return body
"""
HYPOTHESIS = """
import io, sys, httpx
from hypothesis import HealthCheck, given, settings, strategies as st
from PIL import Image
URL, TOKEN = sys.argv[1:]
SIDES = st.one_of(st.integers(1, 20_100), st.sampled_from([31, 32, 33, 19_999, 20_000, 20_001]))
@settings(max_examples=10_000, deadline=None, suppress_health_check=list(HealthCheck), database=None)
@given(SIDES, SIDES)
def test_upload(width, height):
    out = io.BytesIO()
    Image.new("1", (width, height)).save(out, "PNG")
    sides = 32 <= min(width, height) and max(width, height) <= 20_000
    legal = sides and width * height <= 35_481_600
    answer = httpx.post(URL, files={"file": ("a.png", out.getvalue(), "image/png")},
                        headers={"x-api-key": TOKEN}, timeout=60)
    assert answer.status_code == (200 if legal else 409), (width, height, answer.status_code)
    if legal:
        httpx.delete(f"{URL}/{answer.json()['id']}", headers={"x-api-key": TOKEN})
test_upload()
"""


@dataclass(slots=True)
class Bench:
    """One deployment with what the tools need to know of it: ``document`` has the ids of real entities as examples."""

    deployment: embedded.Embedded
    directory: Path
    ids: dict[str, str] = field(default_factory=dict)
    uploads: str = ""

    def __post_init__(self) -> None:
        client = Client(self.deployment.url, self.deployment.token, "peers")
        discovery = discover(client)
        dataset = create_dataset(client, discovery, "peers")
        image = client.send("POST", f"{dataset.path}/media/images", file=_open(make(ImageSpec(64, 48))))
        video = client.send("POST", f"{dataset.path}/media/videos", file=_open(make(VideoSpec(64, 48, 4, 2))))
        project, dataset_id = dataset.path.split("/")[6], dataset.path.split("/")[8]
        medium = str((image.body or {}).get("id", "")), str((video.body or {}).get("id", ""))
        self.ids = {
            "organization": discovery.organization,
            "workspace": discovery.workspace,
            "project": project,
            "dataset": dataset_id,
            "image": medium[0],
            "video": medium[1],
            "number": "0",
        }
        self.uploads = f"{self.deployment.url}/api/v1{dataset.path}/media/images"
        client.close()
        document = httpx.get(f"{self.deployment.url}/openapi-spec.json").json()
        for path, item in document.get("paths", {}).items():
            for operation in item.values():
                for parameter in operation.get("parameters", []):
                    name = parameter["name"]
                    key = ("video" if "/videos/" in path else "image") if name == "medium" else name
                    is_number = parameter.get("schema", {}).get("type") == "integer"
                    if parameter.get("required"):
                        parameter["example"] = self.ids.get(key) or (1 if is_number else "0" * 24)
        (self.directory / "openapi.json").write_text(json.dumps(document))


def _open(artefact: Artefact) -> tuple[str, io.BytesIO, str]:
    return artefact.spec.name, io.BytesIO(artefact.content), artefact.media_type


@dataclass(frozen=True, slots=True)
class ToolReport:
    """What a tool reported: its failures, and the end of its output where it could not run."""

    failures: frozenset[str]
    trouble: str = ""


def _run(command: list[str], seconds: float, cwd: Path, env: dict[str, str] | None = None) -> tuple[int, str]:
    """Exit status and output; a tool that is not done when its time is up is stopped, and its output is kept."""
    out = cwd / "output"
    with out.open("wb") as file:
        process = subprocess.Popen(
            command, cwd=cwd, stdout=file, stderr=file, env={**os.environ, **(env or {})}, start_new_session=True
        )
        try:
            status = process.wait(seconds)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGTERM)
            try:
                status = process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                status = process.wait()
    return status, re.sub(r"\x1b\[[0-9;]*m", "", out.read_text(errors="replace"))


def schemathesis(bench: Bench, seconds: float, _npm: Path | None, *, media: bool = False) -> ToolReport:
    env = {}
    if media:
        files = bench.directory / "media"
        files.mkdir()
        for number, spec in enumerate(_boundary_media()):
            (files / f"{number:02}").write_bytes(make(spec).content)
        (bench.directory / "hooks.py").write_text(HOOKS.format(media=files))
        env = {"SCHEMATHESIS_HOOKS": "hooks", "PYTHONPATH": str(bench.directory)}
    command = [str(Path(sys.executable).parent / "schemathesis"), "run", "openapi.json"]
    command += ["--url", bench.deployment.url, "-H", f"x-api-key: {bench.deployment.token}"]
    command += ["--max-time", str(round(seconds)), "--continue-on-failure", "--no-color"]
    command += ["--report", "junit", "--report-junit-path", "junit.xml"]
    status, output = _run(command, seconds + 30, bench.directory, env)
    report = bench.directory / "junit.xml"
    if not report.exists():
        return ToolReport(frozenset(), f"exit {status}: {output.strip()[-300:]}")
    failures = set()
    for case in ElementTree.parse(report).iter("testcase"):
        for failure in [*case.iter("failure"), *case.iter("error")]:
            text = f"{failure.get('message') or ''}\n{failure.text or ''}"
            failures |= {f"{case.get('name')}: {title}" for title in re.findall(r"- ([A-Z][^\n]{4,80})", text)}
    return ToolReport(frozenset(failures))


def schemathesis_with_media(bench: Bench, seconds: float, npm: Path | None) -> ToolReport:
    return schemathesis(bench, seconds, npm, media=True)


def _boundary_media() -> list[ImageSpec | VideoSpec]:
    sides = [(64, 64), (31, 64), (32, 64), (20_000, 64), (20_001, 64), (7680, 4620), (5507, 6443)]
    videos = [VideoSpec(w, h, 4, 2, "mp4") for w, h in ((64, 64), (7860, 64), (7861, 64))]
    return [*(ImageSpec(w, h, "png", "1") for w, h in sides), *videos, VideoSpec(64, 64, 10_801, 1, "mp4")]


def _program(npm: Path, name: str) -> str:
    return str(npm / "node_modules" / ".bin" / name)


def portman(bench: Bench, seconds: float, npm: Path | None) -> ToolReport:
    if npm is None:
        return ToolReport(frozenset(), "not installed")
    key = {"value": bench.deployment.token, "key": "x-api-key", "in": "header"}
    variables = [{"key": name, "value": value, "overwrite": True} for name, value in bench.ids.items()]
    config = {
        "version": 1.0,
        "globals": {"securityOverwrites": {"apiKey": key}},
        "overwrites": [{"openApiOperation": "*::/*", "overwriteRequestPathVariables": variables}],
        "tests": {
            "contractTests": [
                {
                    "openApiOperation": "*::/*",
                    "statusSuccess": {"enabled": True},
                    "contentType": {"enabled": True},
                    "jsonBody": {"enabled": True},
                    "schemaValidation": {"enabled": True},
                }
            ]
        },
    }
    (bench.directory / "portman.json").write_text(json.dumps(config))
    started = time.monotonic()
    command = [_program(npm, "portman"), "-l", "openapi.json", "-b", bench.deployment.url]
    command += ["-c", "portman.json", "-o", "collection.json"]
    status, output = _run(command, seconds, bench.directory)
    if status or not (bench.directory / "collection.json").exists():
        return ToolReport(frozenset(), f"portman, exit {status}: {output.strip()[-300:]}")
    left = max(1.0, seconds - (time.monotonic() - started))
    command = [_program(npm, "newman"), "run", "collection.json", "--timeout-request", "5000"]
    command += ["--reporters", "cli", "--color", "off"]
    status, output = _run(command, left, bench.directory)
    if "→ " not in output:
        return ToolReport(frozenset(), f"newman, exit {status}: {output.strip()[-300:]}")
    failures, request = set(), ""
    for line in output.partition("executed")[0].splitlines():
        request = line.strip() if line.startswith("→") else request
        failed = re.match(r"\s+\d+\. (.*)", line)
        failures |= {f"{request}: {failed[1]}"} if failed else set()
    return ToolReport(frozenset(failures))


def dredd(bench: Bench, seconds: float, npm: Path | None) -> ToolReport:
    if npm is None:
        return ToolReport(frozenset(), "not installed")
    command = [_program(npm, "dredd"), "openapi.json", bench.deployment.url, "--loglevel", "warning"]
    command += ["--header", f"x-api-key: {bench.deployment.token}"]
    status, output = _run(command, seconds, bench.directory)
    if not re.search(r"^(pass|fail|skip): ", output, re.MULTILINE):
        return ToolReport(frozenset(), f"exit {status}: {output.strip()[-300:]}")
    failed = re.findall(r"^fail: (.*?)(?: duration: .*)?$", output, re.MULTILINE)
    known = sorted(bench.ids.values(), key=len, reverse=True)
    return ToolReport(frozenset(_without(line, known) for line in failed))


def _without(text: str, ids: list[str]) -> str:
    for one in filter(None, ids):
        text = text.replace(one, "ID") if len(one) > 4 else text
    return text


def plain_hypothesis(bench: Bench, seconds: float, _npm: Path | None) -> ToolReport:
    script = bench.directory / "upload.py"
    script.write_text(HYPOTHESIS)
    command = [sys.executable, str(script), bench.uploads, bench.deployment.token]
    status, output = _run(command, seconds, bench.directory)
    failed = re.findall(r"AssertionError: (.*)", output)
    return ToolReport(frozenset({"upload"} if failed else ()), "" if failed or status < 0 else output.strip()[-300:])


TOOLS: dict[str, Callable[[Bench, float, Path | None], ToolReport]] = {
    "schemathesis run": schemathesis,
    "schemathesis run, with our media": schemathesis_with_media,
    "portman and newman": portman,
    "dredd": dredd,
    "plain Hypothesis and Pillow": plain_hypothesis,
}
OURS = "this suite"


def tool_report(tool: str, fault: str | None, seconds: float, npm: Path | None) -> ToolReport:
    """What one tool reports of a deployment of its own, with limits set low as in the gate."""
    scaled = {key: value for key, value in scaled_down(CLOUD).changed().items() if isinstance(value, int)}
    deployment = embedded.start("cloud", [fault] if fault else [], scaled)
    try:
        with tempfile.TemporaryDirectory() as directory:
            return TOOLS[tool](Bench(deployment, Path(directory)), seconds, npm)
    except Exception as error:  # noqa: BLE001  a fault may break what the bench sets up, and that is no finding
        return ToolReport(frozenset(), f"could not be set up: {type(error).__name__}: {error}")
    finally:
        deployment.stop()


def gate(fault: str | None, seconds: float) -> ToolReport:
    """What the whole gate finds broken within the same time; it does not know what to look for."""
    with tempfile.TemporaryDirectory() as directory:
        command = gate_command(Path(directory), *(["--geti-fault", fault] if fault else []))
        process = subprocess.Popen(
            command, cwd=HERE, env=unaimed(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            status = process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGINT)  # it then writes down what it has found so far
            status = process.wait()
        try:
            results = read_report(Path(directory)).results
        except UnreadableError as error:
            return ToolReport(frozenset(), f"exit {status}: {error}")
    return ToolReport(frozenset(f"{each.requirement}: {each.verdict}" for each in results if each.broken))


def main() -> None:
    arguments = parser(__doc__)
    arguments.add_argument("faults", nargs="*", default=list(SAMPLE), metavar="FAULT")
    arguments.add_argument("--seconds", type=float, default=60.0, help="for each tool and fault")
    arguments.add_argument("--npm", type=Path, help="where portman, newman and dredd are installed")
    arguments.add_argument("--kept", type=Path, help="keep what each tool reported here, and go on from what is there")
    arguments.add_argument("--minutes", type=float, default=600.0, help="begin nothing after so many minutes")
    options = arguments.parse_args()
    npm = options.npm.resolve() if options.npm else None
    kept = json.loads(options.kept.read_text()) if options.kept and options.kept.exists() else {}
    deadline = time.monotonic() + 60 * options.minutes

    def report_of(tool: str, fault: str) -> dict[str, object] | None:
        key = f"{tool} | {fault}"
        if key not in kept:
            if time.monotonic() > deadline:
                return None
            if tool == OURS:
                report = gate(fault or None, options.seconds)
            else:
                report = tool_report(tool, fault or None, options.seconds, npm)
            kept[key] = {"failures": sorted(report.failures), "trouble": report.trouble}
            print(f"{key}: {len(kept[key]['failures'])} failures {kept[key]['trouble'][:100]!r}", flush=True)
            if options.kept:
                options.kept.write_text(json.dumps(kept, indent=1))
        return kept[key]

    rows, troubles = [], []
    for tool in (OURS, *TOOLS):
        before = report_of(tool, "")
        answers = [report_of(tool, fault) for fault in options.faults]
        if before is None or None in answers:
            print(f"time is up at {tool}; go on with the same --kept FILE")
            return
        found = [
            fault
            for fault, after in zip(options.faults, answers, strict=True)
            if set(after["failures"]) - set(before["failures"])
        ]
        rows.append(f"| {tool} | {len(found)}/{len(options.faults)} | {len(before['failures'])} | {', '.join(found)} |")
        troubles += [f"{tool}: {before['trouble']}"] if before["trouble"] else []
    print(f"\n{options.seconds:.0f} s for each tool and fault")
    print("| tool | faults found | failures without a fault | found |\n|---|---|---|---|")
    print("\n".join([*rows, "", *troubles]))


if __name__ == "__main__":
    main()
