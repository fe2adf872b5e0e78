"""``results.json`` parsed back into a run and its results, for what compares, joins and waives them."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from contract.results import Attempt, Conclusion, Exchange, ExitStatus, Result, RunInfo, RunVerdict
from contract.shards import Shard
from contract.tally import OperationSeen
from contract.verdicts import Verdict
from contract.waivers import Waiver, parse_waivers
from reports.ctrf import SCHEMA


class UnreadableError(Exception):
    """A file that is no whole report of this tool: nothing can be concluded from it."""


@dataclass(frozen=True, slots=True)
class Report:
    """A run as its ``results.json`` holds it."""

    run: RunInfo
    results: tuple[Result, ...]
    conclusion: Conclusion

    @property
    def waivers(self) -> tuple[Waiver, ...]:
        """The waivers that the run was given."""
        given = self.run.waivers
        return parse_waivers(given["text"], given["source"]) if given else ()

    @property
    def manifest(self) -> tuple[str, ...]:
        """The cases that were to be judged."""
        return (*(result.case for result in self.results), *self.conclusion.missing)


def read_report(path: Path) -> Report:
    """The report in ``path``, a ``results.json`` or a directory with one. Raises ``UnreadableError`` naming it."""
    file = path / "results.json" if path.is_dir() else path
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise UnreadableError(f"{file} cannot be read ({error.strerror})") from None
    except (ValueError, RecursionError):
        raise UnreadableError(f"{file} is no JSON, or is cut short") from None
    try:
        extra = data["results"]["extra"]
        if extra["schema"] != SCHEMA:
            raise UnreadableError(f"{file} says schema {extra['schema']!r}, this version reads {SCHEMA!r}")
        tests = data["results"]["tests"]
        if data["results"]["summary"]["tests"] != len(tests):
            raise UnreadableError(f"{file} holds {len(tests)} tests, its summary says otherwise")
        missing = tuple(test["name"] for test in tests if test["status"] == "pending")
        results = tuple(result_of(test) for test in tests if test["status"] != "pending")
        conclusion = Conclusion(
            RunVerdict(extra["verdict"]), ExitStatus(extra["exit_status"]), missing, tuple(extra["stale_waivers"])
        )
        return Report(_run({**extra["run"], "coverage": extra["coverage"]}), results, conclusion)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UnreadableError(f"{file} is no report of geti-contract ({type(error).__name__}: {error})") from None


def result_of(test: Mapping[str, Any]) -> Result:
    """The result that a test of CTRF holds."""
    known = {field.name for field in dataclasses.fields(Result)}
    extra = {key: value for key, value in test["extra"].items() if key in known}
    waived = extra.get("waived_verdict")
    return Result(
        **{
            **extra,
            "verdict": Verdict(extra["verdict"]),
            "waived_verdict": Verdict(waived) if waived else None,
            "exchanges": tuple(Exchange(**each) for each in extra.get("exchanges") or ()),
            "attempts": tuple(
                Attempt(**{**each, "verdict": Verdict(each["verdict"]), "in_flight": tuple(each["in_flight"])})
                for each in extra.get("attempts") or ()
            ),
            "search": tuple((value, accepted) for value, accepted in extra.get("search") or ()),
            "started_ms": test.get("start", 0),
            "elapsed_s": test["duration"] / 1000,
        }
    )


def _run(data: Mapping[str, Any]) -> RunInfo:
    operations = tuple(
        OperationSeen(
            each["operation"],
            each["name"],
            each["statuses"],
            {int(k): v for k, v in each["latency"].items()},
            each.get("fields", {}),
        )
        for each in data["operations"]
    )
    shard = Shard(**data["shard"]) if data["shard"] else None
    lists = {key: tuple(data[key]) for key in ("notes", "whole")}
    return RunInfo(**{**data, **lists, "operations": operations, "shard": shard})
