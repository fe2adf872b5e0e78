"""``findings/NNN-requirement/``: a folder for each cause, to attach to a ticket and to run."""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from contract.recording import bytes_sent
from contract.results import Result, RunInfo
from reports.causes import Cause, cited
from reports.finding.har import har
from reports.finding.plan import Plan, plan_of
from reports.summary import code, replay

FINDINGS: Final = "findings"
_SCRIPTS: Final = ("reproduce.py", "sending.py", "comparison.py", "documents.py", "listings.py")
_LONGEST_NAME: Final = 80
_WORDS: Final = {
    "README.md": "this page",
    "reproduce.py": "the script that sends it again; the other scripts are parts of it",
    "plan.json": "the requests that the script sends, and what of the answers the finding rests on",
    "exchange.har": "every request of the attempt and its answer, as HAR",
}


def folder_paths(causes: Sequence[Cause]) -> list[str]:
    """Where the folder of each cause lies below the reports, in their order: ``findings/001-image.side.max-upload``."""
    return [f"{FINDINGS}/{number:03}-{_slug(cause.requirement)}" for number, cause in enumerate(causes, 1)]


def _slug(requirement: str) -> str:
    return re.sub(r"[^A-Za-z0-9._]+", "-", requirement)[:_LONGEST_NAME].strip("-.") or "finding"


def write_folders(run: RunInfo, causes: Sequence[Cause], directory: Path) -> dict[str, list[Path]]:
    """Write the folder of each cause below ``directory / FINDINGS``, in place of those that were there.

    All or none: they are written beside it, and moved. Returns by case the files of its finding, ``README.md`` first,
    and alone for all but one case of a cause. Raises ``OSError``.
    """
    place = directory / FINDINGS
    written: dict[str, list[Path]] = {}
    if not causes:
        return written
    directory.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=directory, prefix=f".{FINDINGS}.") as part:
        for name, cause in zip(folder_paths(causes), causes, strict=True):
            folder = Path(part, name)
            folder.mkdir(parents=True)
            contents = _contents(run, cause)
            for file, content in contents.items():
                (folder / file).write_bytes(content)
            written |= {each.case: [place / Path(name).name / "README.md"] for each in cause.results}
            written[cause.shown.case] += [
                place / Path(name).name / file for file in sorted(contents.keys() - {"README.md"})
            ]
        if place.exists():
            shutil.rmtree(place)
        Path(part, FINDINGS).rename(place)
    return written


def _contents(run: RunInfo, cause: Cause) -> dict[str, bytes]:
    """The files of one folder by name."""
    result, plan = _smallest(cause)
    scripts = files("reports").joinpath("finding", "script")
    contents = {name: scripts.joinpath(name).read_bytes() for name in _SCRIPTS}
    contents["plan.json"] = _json(plan.content if plan else _no_plan(run, result))
    if result.recordings:
        contents["exchange.har"] = _json(har(run.base_url, result.recordings[-1].exchanges))
    if plan:
        contents |= plan.files.packed
    contents["README.md"] = _readme(run, cause, result, plan, contents)
    return contents


def _smallest(cause: Cause) -> tuple[Result, Plan | None]:
    """The case of a cause that can be sent again with the fewest bytes, and its plan; the one that is shown if none."""
    recorded = sorted((each for each in cause.results if each.recordings), key=lambda each: bytes_sent(each.recordings))
    first: tuple[Result, Plan | None] | None = None
    for result in recorded:
        plan = plan_of(result)
        if plan is not None and not plan.files.left_out:
            return result, plan
        first = first or (result, plan)
    return first or (cause.shown, None)


def _no_plan(run: RunInfo, result: Result) -> dict[str, Any]:
    return {
        "requirement": result.requirement,
        "verdict": result.verdict.value,
        "reason": result.reason,
        "expected": result.expected or result.title,
        "why": f"{_why(result)} Judge it again: {replay(run, result)}",
        "document": result.sent.get("stood"),
    }


def _why(result: Result) -> str:
    """Why a finding cannot be sent again by requests alone."""
    if "stood" in result.sent:
        return "It is of the OpenAPI document, which has to be judged as a whole."
    if not result.recordings:
        return "It rests on no requests of its own that were kept: nothing was sent for it alone."
    return "No single answer decides it."


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("reports"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,  # noqa: S701  it is Markdown, and words of the deployment go through ``code``
    )
    environment.filters.update(code=code, number=lambda value: f"{value:,}")
    return environment.get_template("finding.md.j2")


def _readme(run: RunInfo, cause: Cause, result: Result, plan: Plan | None, contents: Mapping[str, bytes]) -> bytes:
    text = _template().render(
        run=run,
        cause=cause,
        first=result,
        cited=cited,
        command=replay(run, result),
        plan=plan,
        why=_why(result),
        needs=_needed_keys(contents["plan.json"]),
        lines=_lines(plan) if plan else (),
        passes=plan.content["check"]["passes"] if plan else 1,
        files={name: _WORDS.get(name, "what is sent") for name in sorted({*contents, "README.md"} - {*_SCRIPTS[1:]})},
        left_out=plan.files.left_out if plan else {},
        recipe=_recipe(result),
    )
    return text.encode()


def _recipe(result: Result) -> str:
    """The command that makes the medium of a result; what it is, where it is no medium of its own."""
    left_out = ("name", "bytes", "sha256", "thumbnail")
    spec = {name: value for name, value in result.sent.items() if name not in left_out}
    if "format" not in spec or "layout" in spec:
        return code(json.dumps(spec))
    kind = "VideoSpec" if "frames" in spec else "ImageSpec"
    given = ", ".join(f"{name}={value!r}" for name, value in spec.items())
    made = f"from generators.artefacts import make; from generators.specs import {kind}; import sys"
    return code(f'python -c "{made}; sys.stdout.buffer.write(make({kind}({given})).content)" > FILE')


def _needed_keys(plan: bytes) -> list[str]:
    return [f"GETI_{name.upper()}_TOKEN" for name in ("expired", "foreign") if f"${{{name}_key}}".encode() in plan]


def _lines(plan: Plan) -> list[str]:
    decisive = plan.content["check"]["steps"]
    return [
        f"{code(step['method'] + ' ' + step['target'])} got {step['status'] or 'no answer'}"
        + (" **(this decides)**" if number in decisive else "")
        for number, step in enumerate(plan.content["steps"], 1)
    ]


def _json(value: Mapping[str, Any]) -> bytes:
    return f"{json.dumps(value, indent=1, ensure_ascii=False)}\n".encode("utf-8", "backslashreplace")
