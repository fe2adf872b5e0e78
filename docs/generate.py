"""``python -m docs.generate``: writes the pages of docs/reference from the code; a test holds them equal."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

from contract.audit import audit
from contract.combinations import combinations
from contract.limits import LIMITS, PUBLISHED, Constraint
from contract.load import WORDS as LOAD_RULES
from contract.profiles import CLOUD, PUBLISHED_PROFILES
from contract.results import ExitStatus
from contract.verdicts import BROKEN, Verdict
from harness import options as run_options
from judges.media.agreement import agreement_cases
from judges.media.cases import media_cases
from judges.rest.cases import WORDS as REST_RULES
from judges.uploads.files import file_cases
from judges.uploads.forms import form_cases
from reports.writing import REPORTS

DIRECTORY: Final = Path(__file__).parent / "reference"
_MARK: Final = "<!-- Written by `make docs` from the code: change that, not this page. -->"
_SCHEMA: Final = Path(__file__).parents[1] / "reports" / "extra-1.schema.json"
_NOT_JUDGED: Final = (Verdict.INCONCLUSIVE,)


def pages() -> dict[str, str]:
    """The text of every generated page, by file name."""
    makers = {
        "options.md": options,
        "exit-statuses.md": exit_statuses,
        "verdicts.md": verdicts,
        "requirements.md": requirements,
        "reports.md": reports,
    }
    return {name: f"{_MARK}\n\n{make()}" for name, make in makers.items()}


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table of Markdown."""
    lines = [[str(cell).replace("|", "\\|") for cell in line] for line in (head, ["---"] * len(head), *rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def options() -> str:
    """Every option of a run."""
    rows = [
        (f"`--geti-{name} {metavar}`", words, f"`GETI_{name.replace('-', '_').upper()}`")
        for name, (metavar, words) in run_options._HELP.items()
    ]
    return f"""# Options of a run

    .venv/bin/python -m pytest suites [OPTION ...]

Each can also be set in the environment; the command line wins. A key is never given on the command line: put it into a
file, or into `GETI_TOKEN`.

{table(("option", "meaning", "environment"), rows)}
Options of pytest work, too: `-n 2` for two processes, `-k "image.side.max and png"` for a choice of cases (pytest takes
no `@` there). A run with `-k` is incomplete (6).
To break the embedded deployment on purpose, `--geti-fault NAME`; `python -m reference --list-faults` lists the names.
"""


def exit_statuses() -> str:
    """What the process ends with."""
    rows = [(int(status), status.name.lower(), status.meaning) for status in ExitStatus]
    return f"""# Exit statuses

Of `pytest suites`, `python -m harness.load` and the commands of `python -m reports` and `python -m deployment`.
`make` itself turns every status but 0 into 2.

{table(("exit status", "name", "meaning"), rows)}
To see 1 for a fault: `.venv/bin/python -m pytest suites --geti-fault video-width-7680; echo $?`.
"""


def verdicts() -> str:
    """What each verdict means."""
    rows = [(f"`{verdict}`", _broken(verdict), verdict.meaning) for verdict in Verdict]
    return f"""# Verdicts

Of one case: one request or one sequence of requests. How they are reached:
[how a verdict is reached](../explanation/verdicts.md).

{table(("verdict", "broken?", "when"), rows)}
A requirement has the verdict of its worst case. One broken requirement makes the run broken (1); one that could not be
judged makes a run that is otherwise kept incomplete (6).
"""


def _broken(verdict: Verdict) -> str:
    return "yes" if verdict in BROKEN else "not judged" if verdict in _NOT_JUDGED else "no"


def requirements() -> str:
    """Every requirement by its id, with its sentence and its source."""
    return f"""# Requirements

What a run judges, by the ids that reports and waivers use. Each section begins with what is promised and where
that is written down.

## Limits

Each row of the published table, at each operation that must enforce it. Above a maximum or below a minimum the request
is refused with 409, the documented error body, and nothing changes; everything else is accepted and reads back. The
limit on the training dataset refuses nothing: the job carries a warning. The values are those of the published
profiles; a [profile file](../how-to/profiles.md) changes them.

{table(("requirement", "promise", "profiles"), _limits())}
Source: {PUBLISHED}.

## Combinations

One file at several boundaries, each accepted or refused as its worst boundary says. Same source.

{table(("requirement", "what meets"), _combinations())}
## Encoders

The files of two encoders, equally large and long, are accepted or refused alike at every probe of the limits.

{table(("requirement",), sorted({(f"`{case.id}`",) for case in agreement_cases(media_cases(CLOUD, 0))}))}
## Hostile uploads

Refused with any 4xx and the documented error body, and nothing changes; or accepted, and it reads back. Geti documents
what a refusal looks like, not which of these is refused.

{table(("requirement", "the upload is"), _hostile())}
## The OpenAPI document

Judged from the document alone, before any request. The numbers and the 409 are those of the published table; the rest
is what OpenAPI asks for.

{table(("requirement", "promise"), _audited())}
## The REST API

Each rule is judged for every operation that it applies to: `openapi.key-missing@get_project`. The source is the
deployment's own OpenAPI document. How requests are made from it: [the REST contract](../explanation/rest-contract.md).

{table(("requirement", "promise"), [(f"`openapi.{rule.value}`", words) for rule, words in REST_RULES.items()])}
## Load

Judged by `make load` only.

{table(("requirement", "promise"), [(f"`{name}`", words) for name, words in LOAD_RULES.items()])}"""


def _limits() -> list[tuple[str, str, str]]:
    return [
        (
            f"`{limit.requirement(point)}`",
            f"{'at most' if limit.constraint is Constraint.MAX else 'at least'} {limit.value:,} {limit.unit}, "
            f"enforced at {point.words}",
            ", ".join(sorted(limit.profiles)),
        )
        for limit in LIMITS
        for point in limit.enforced_at
    ]


def _combinations() -> list[tuple[str, str]]:
    found = {each.requirement: each.name for profile in PUBLISHED_PROFILES.values() for each in combinations(profile)}
    return [(f"`{name}`", words.replace("-", " ")) for name, words in found.items()]


def _hostile() -> list[tuple[str, str]]:
    cases = [*file_cases(CLOUD, 0), *form_cases(CLOUD, 0)]
    return sorted({(f"`{case.requirement}`", case.defect.replace("-", " ")) for case in cases})


def _audited() -> list[tuple[str, str]]:
    first = [("`document.available`", "there is a document"), ("`document.valid`", "the document is valid OpenAPI")]
    return first + [(f"`{each.requirement}`", each.title) for each in audit({"paths": {}}, CLOUD)]


def reports() -> str:
    """Every file of a run, and the fields of a result."""
    fields = json.loads(_SCHEMA.read_text(encoding="utf-8"))["$defs"]
    return f"""# Reports

Written into `out/`, or where `--geti-report-dir` says. The reports of the run before are removed first.

{table(("file", "for"), [(f"`{name}`", _REPORTS[name]) for name in REPORTS])}
`results.json` is written last: if it is there, the run came to its end. Beside the reports, `examples/` holds generated
requests that failed (nightly tier), and `requests/` long bodies that a curl command sends.

## results.json

[CTRF](https://ctrf.io): one test for each case. `passed` is kept, `failed` broken, `skipped` not applicable, `pending`
never judged, `other` waived or inconclusive. What CTRF has no field for is in `extra`; its schema is
[reports/extra-1.schema.json](../../reports/extra-1.schema.json).

### tests[].extra: one case

{table(("field", "type", "meaning"), _fields(fields["judged"]))}
### results.extra: the run

{table(("field", "type", "meaning"), _fields(fields["run"]))}"""


_REPORTS: Final = {
    "report.html": "people: one page that works offline; what blocks, a ruler for each limit, every finding",
    "results.json": "programs: CTRF with our `extra`",
    "junit.xml": "GitHub, GitLab, Jenkins",
    "summary.md": "the summary of a job",
    "badge.json": "an endpoint for shields.io",
}


def _fields(definition: dict[str, Any]) -> list[tuple[str, str, str]]:
    required = definition.get("required", ())
    return [
        (f"`{name}`" + ("" if name in required else " (optional)"), _type(schema), schema.get("description", ""))
        for name, schema in definition["properties"].items()
    ]


def _type(schema: dict[str, Any]) -> str:
    if "enum" in schema:
        return ", ".join("null" if value is None else str(value) for value in schema["enum"])
    if "const" in schema:
        return str(schema["const"])
    found = schema.get("type") or schema.get("$ref", "").rpartition("/")[2]
    return ", ".join(found) if isinstance(found, list) else found


if __name__ == "__main__":
    DIRECTORY.mkdir(exist_ok=True)
    for name, text in pages().items():
        (DIRECTORY / name).write_text(text, encoding="utf-8")
