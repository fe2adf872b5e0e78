"""``python -m docs.generate``: writes the pages that are made from the code; a test holds them equal."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import chain, groupby
from pathlib import Path
from typing import Any, Final

from contract.audit import AuditCase
from contract.cases import Case, Requirement
from contract.formats import IMAGE_FORMATS, VIDEO_FORMATS
from contract.load import WORDS as LOAD_RULES
from contract.profiles import PUBLISHED_PROFILES
from contract.results import ExitStatus
from contract.verdicts import BROKEN, Verdict
from deployment.first_contact import FIRST_CONTACT
from deployment.options import OPTIONS
from judges.families import FAMILIES, PLANTED
from judges.family import Family, Scope
from judges.plant.cases import CITATION, PROMISES
from judges.rest.cases import RestCase
from judges.rest.plan import Plan
from reports.files import REPORTS

_ROOT: Final = Path(__file__).parents[1]
DIRECTORY: Final = _ROOT / "docs"
_MARK: Final = "<!-- Written by `make docs` from the code: change that, not this page. -->"
_SCHEMA: Final = _ROOT / "reports" / "extra-1.schema.json"
_PLACEHOLDER: Final = re.compile(r"\{(\w+)\}")
_NOT_JUDGED: Final = (Verdict.INCONCLUSIVE,)


def pages() -> dict[str, str]:
    """The text of every generated page, by its path below docs/."""
    makers = {
        "reference/options.md": options,
        "reference/exit-statuses.md": exit_statuses,
        "reference/verdicts.md": verdicts,
        "reference/requirements.md": requirements,
        "reference/reports.md": reports,
        "how-to/when-it-does-not-start.md": first_contact,
    }
    return {name: f"{_MARK}\n\n{make()}" for name, make in makers.items()}


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table of Markdown."""
    lines = [[str(cell).replace("|", "\\|") for cell in line] for line in (head, ["---"] * len(head), *rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def options() -> str:
    """Every option of a run."""
    rows = [
        (f"`{f'{option.flag} {option.metavar}'.strip()}`", option.meaning, option.default, f"`{option.twin}`")
        for option in OPTIONS.values()
    ]
    return f"""# Options of a run

    .venv/bin/python -m pytest suites [OPTION ...]

Each can also be set in the environment; the command line wins. An option without a value is set there by `1`, `true`,
`yes` or `on`. A key is never given on the command line: put it into a
file, or into `GETI_TOKEN`.

{table(("option", "meaning", "default", "environment"), rows)}
Options of pytest work, too: `-n 2` for two processes, `-k "image.side.max and png"` for a choice of cases (pytest takes
no `@` there). A run with `-k` is incomplete (6).
"""


def first_contact() -> str:
    """Each way in which first contact can fail."""
    rows = [
        (f"`{row.id}`", row.seen, *(_PLACEHOLDER.sub(_upper, text) for text in (row.sentence, row.cause, row.remedy)))
        for row in FIRST_CONTACT.values()
    ]
    return f"""# When it does not start

A run that cannot start ends with exit status 4 and one line: what was seen, and after the semicolon what to do. Nothing
was created then. A line that begins with `--geti-` or `GETI_` is about an option: [options](../reference/options.md).

To see what the deployment answers without this suite, with the key in a file that `curl` reads:

    printf 'header = "x-api-key: %s"\\n' "$(cat TOKEN_FILE)" | curl -sSi -K - https://HOST/api/v1/product_info

Proxies are those of `http_proxy`, `https_proxy` and `all_proxy`, in small or capital letters; `no_proxy` holds names
(with all below them), addresses, networks (`10.0.0.0/8`, `fd00::/8`) and `*`, and a port where only that one is meant.
This machine itself is asked directly. `--geti-proxy URL` goes before all of it, `--geti-proxy none` uses no proxy; the
header of a run names the one in use.

The first row that fits is the one that is said.

{table(("id", "what is seen", "the line says", "cause", "what to do"), rows)}"""


def _upper(found: re.Match[str]) -> str:
    """A word that a message fills in, as the page shows it."""
    return found[1].upper().replace("_", " ")


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

## Where each is decided

[contract/verdicts.py](../../contract/verdicts.py) decides on limits of media and of counts, `contract/races.py` on many
creations at once, `contract/jobs.py` on imports and trainings, `contract/robustness.py` on hostile uploads,
`contract/document_rules.py` and `contract/document_numbers.py` on the OpenAPI document, `contract/load.py` on a run
under load, `judges/rest/` on the rules of the REST contract.

{table(("verdict", "decided in"), [(f"`{verdict}`", "; ".join(where)) for verdict, where in _deciders().items()])}"""


def _deciders() -> dict[Verdict, list[str]]:
    """The functions that give each verdict, linked by file; what only compares with a verdict gives none."""
    found: dict[Verdict, list[str]] = {verdict: [] for verdict in Verdict}
    for file in sorted(file for package in ("contract", "judges") for file in (_ROOT / package).rglob("*.py")):
        functions = dict[Verdict, list[str]]()
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                for verdict in _given(node):
                    functions.setdefault(verdict, []).append(f"`{node.name}`")
        for verdict, names in functions.items():
            found[verdict].append(f"{_link(file)}: {', '.join(dict.fromkeys(names))}")
    return found


def _given(node: ast.AST) -> Iterator[Verdict]:
    if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "Verdict" and node.attr in Verdict.__members__:
        yield Verdict[node.attr]
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, ast.Compare | ast.MatchValue):
            yield from _given(child)


def _link(file: Path, name: str = "") -> str:
    path = file.relative_to(_ROOT).as_posix()
    return f"[{name or path}](../../{path})"


def _broken(verdict: Verdict) -> str:
    return "yes" if verdict in BROKEN else "not judged" if verdict in _NOT_JUDGED else "no"


def requirements() -> str:
    """Every requirement by its id, with its promise, what judges it, and the test of the suites that stands for it."""
    subjects = _subjects()
    tests = [test for file in sorted((_ROOT / "suites").rglob("test_*.py")) for test in _tests(file)]
    covered = {subject for test in tests for subject in test.subjects}
    sections = [
        _section(heading, list(group), subjects) for heading, group in groupby(tests, key=lambda test: test.heading)
    ]
    left = {name: subject for name, subject in subjects.items() if name not in covered}
    rows = [(f"`{name}`", each.sentence, each.source, ", ".join(each.judges)) for name, each in left.items()]
    rest = table(("requirement", "promise", "source", "judged by"), rows)
    more = f"## Without a test of their own\n\n{rest}\n{_ids(left, subjects)}" if left else ""
    return f"""# Requirements

What a run judges, by the ids that reports and waivers use. Each section is a file of `suites/`. A row names the test
that runs the requirement and the function that judges it, which has tests of its own in `tests/unit/judges` or
`tests/unit/contract`. What breaks it on purpose: `.venv/bin/python -m reference --list-faults`.

`@` is followed by where it must hold: an operation, a format, a kind of defect. The values of limits are those of the
published profiles; a [profile file](../how-to/profiles.md) changes them.

{"".join(sections)}{more}## Formats

A limit of images or videos is judged at upload in each of these, by the files of each encoder.

{_formats()}
## Load

Judged by `make load` only.

{table(("requirement", "promise"), [(f"`{name}`", words) for name, words in LOAD_RULES.items()])}"""


def _formats() -> str:
    records = dict.fromkeys((*IMAGE_FORMATS.values(), *VIDEO_FORMATS.values()))
    rows = [(", ".join(each.extensions), f"`{each.media_type}`", " and ".join(each.encoders)) for each in records]
    return table(("extensions", "media type", "encoders"), rows)


@dataclass(frozen=True, slots=True)
class _Test:
    """A test of the suites: the limits or rules that it covers, its promise, and what its file says before it.

    ``source`` says where the promise stands, where the file does not say so of all of its tests.
    """

    subjects: tuple[str, ...]
    promise: str
    source: str
    heading: str
    link: str


def _tests(file: Path) -> Iterator[_Test]:
    module = ast.parse(file.read_text(encoding="utf-8"))
    for node in module.body:
        if isinstance(node, ast.FunctionDef):
            subjects = [
                str(argument.value)
                for call in node.decorator_list
                if isinstance(call, ast.Call) and ast.unparse(call.func) == "covers"
                for argument in call.args
                if isinstance(argument, ast.Constant)
            ]
            if subjects:
                link = _link(file, node.name)
                promise, _, source = " ".join((ast.get_docstring(node) or "").split()).partition("Source: ")
                yield _Test(
                    tuple(subjects), promise.strip(), source or "see above", ast.get_docstring(module) or "", link
                )


@dataclass(frozen=True, slots=True)
class _Subject:
    """A limit or rule that a run judges: where it must hold, and links to what judges it."""

    sentence: str
    source: str
    scopes: dict[str, None] = field(default_factory=dict)
    judges: dict[str, None] = field(default_factory=dict)


def _section(heading: str, tests: Sequence[_Test], subjects: Mapping[str, _Subject]) -> str:
    title, _, text = heading.partition("\n\n")
    rows = [
        (f"`{name}`", test.promise, test.source, ", ".join(subjects[name].judges), test.link)
        for test in tests
        for name in test.subjects
    ]
    shown = table(("requirement", "promise", "source", "judged by", "test"), rows)
    ids = _ids(chain.from_iterable(test.subjects for test in tests), subjects)
    text = f"{text}\n\n" if text else ""
    return f"## {title.removesuffix('.')}\n\n{text}{shown}\n{ids}"


def _ids(names: Iterable[str], subjects: Mapping[str, _Subject]) -> str:
    """The full ids of the requirements of limits and rules, a line for each that has a place where it must hold."""
    lines = [
        f"- {', '.join(f'`{name}@{scope}`' for scope in subjects[name].scopes)}\n"
        for name in names
        if subjects[name].scopes
    ]
    return f"{''.join(lines)}\n" if lines else ""


def _subjects() -> dict[str, _Subject]:
    """Each limit or rule that a run judges."""
    found: dict[str, _Subject] = {}
    for profile in PUBLISHED_PROFILES.values():
        for family in FAMILIES:
            for case in family.cases(Scope(profile, 0, "gate", Plan())):
                sentence = case.limit.sentence if case.limit else case.title
                subject = found.setdefault(case.requirement.subject, _Subject(sentence, case.citation))
                subject.judges[_judge(family, case)] = None
                if case.requirement.scope:
                    subject.scopes[case.requirement.scope] = None
    for name, promise in PROMISES.items():  # its cases follow from a plant file
        found[name] = _Subject(promise, CITATION, judges={_judge(PLANTED, Case(requirement=Requirement(name))): None})
    return found


def _judge(family: Family, case: Case) -> str:
    """A link to what judges a case: the function of its rule, else that of its family."""
    judge: Callable[..., object] = family.judge
    if isinstance(case, RestCase | AuditCase):
        judge = case.rule.judge if isinstance(case, RestCase) else case.rule.check
        while isinstance(judge, partial):
            judge = judge.func
        name = judge.__name__
    else:
        # The entry of a family makes its judge: the first class that it names which has a method of that name.
        named = (family.judge.__globals__.get(name) for name in family.judge.__code__.co_names)
        judge = next(each for each in named if isinstance(each, type) and hasattr(each, "judge"))
        name = f"{judge.__name__}.judge"
    return _link(_ROOT / f"{judge.__module__.replace('.', '/')}.py", name)


def reports() -> str:
    """Every file of a run, and the fields of a result."""
    fields = json.loads(_SCHEMA.read_text(encoding="utf-8"))["$defs"]
    return f"""# Reports

Written into `out/`, or where `--geti-report-dir` says. The reports of the run before are removed first.

{table(("file", "for"), [(f"`{name}`", words) for name, words in REPORTS.items()])}
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
    for name, text in pages().items():
        (DIRECTORY / name).write_text(text, encoding="utf-8")
