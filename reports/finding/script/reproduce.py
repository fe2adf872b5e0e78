"""Sends the requests of this finding again, and says whether it still stands.

    GETI_TOKEN=... python reproduce.py https://geti.example

Needs httpx and nothing else. Everything is made in projects of its own, which are deleted at the end. Ends with 1 while
the finding stands, with 0 once it is mended, and with 3 where it cannot tell.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

STANDS, MENDED, UNKNOWN = 1, 0, 3
try:
    from documents import digest_at
    from sending import HERE, Answer, Deployment, UnknownError
except ImportError as missing:
    print(f"CANNOT TELL: {missing}; pip install httpx, and keep the files of this folder together")
    sys.exit(UNKNOWN)

ANY, EACH, ENTRIES = "${any}", "${each}", "${entries}"
CRASH = 500
NO_ENTRY = "has no entry"
OF_THE_MOMENT = (429, 502, 503, 504)
ENDED = ("finished", "failed", "cancelled")


class Comparison:
    """Answers against those that were seen with the finding; ``exact`` counts what is there besides, too."""

    def __init__(self, values: dict[str, str], *, exact: bool) -> None:
        self.values, self.exact = values, exact
        self.entries: int | None = None

    def difference(self, wanted: Any, got: Any, place: str = "") -> str:
        """Where a JSON value is another; empty where it is the same."""
        if wanted == ANY or wanted == f"${{{type(got).__name__}}}":
            return ""
        if wanted == ENTRIES:
            return "" if got == self.entries else f"{place} is {got!r}, was the number of entries"
        if isinstance(wanted, str) and isinstance(got, str):
            known = {ANY: ".*", **{f"${{{name}}}": re.escape(value) for name, value in self.values.items()}}
            parts = re.split(r"(\$\{\w+\})", wanted)
            pattern = "".join(known.get(part, re.escape(part)) for part in parts)
            same = re.fullmatch(pattern, got, re.DOTALL | re.IGNORECASE)
            return "" if same else f"{place} is {got!r}, was {wanted!r}"
        if isinstance(wanted, dict) and EACH in wanted and isinstance(got, list):
            found = [self.difference(wanted[EACH], each, f"{place}/{number}") for number, each in enumerate(got)]
            return "" if "" in found else next(iter(found), f"{place} {NO_ENTRY}")
        if isinstance(wanted, dict) and isinstance(got, dict):
            names = {name: "missing" for name in wanted if name not in got}
            names |= {name: "there" for name in got if name not in wanted and self.exact}
            inner = (self.difference(each, got.get(name), f"{place}/{name}") for name, each in wanted.items())
            return next((f"{place}/{name} is {how}" for name, how in names.items()), "") or next(
                filter(None, inner), ""
            )
        if isinstance(wanted, list) and isinstance(got, list):
            if len(wanted) != len(got):
                return f"{place} has {len(got)} entries, had {len(wanted)}"
            pairs = enumerate(zip(wanted, got, strict=True))
            return next(filter(None, (self.difference(*pair, f"{place}/{number}") for number, pair in pairs)), "")
        return "" if type(wanted) is type(got) and wanted == got else f"{place} is {got!r}, was {wanted!r}"

    def of(self, wanted: dict[str, Any], answer: Answer) -> str:
        """Where an answer is another; empty where it is the same."""
        if "status" in wanted and wanted["status"] != answer.status:
            return f"it got {answer.words}, was {wanted['status']}"
        if answer.response is None:
            return ""
        kind = answer.response.headers.get("content-type", "").partition(";")[0].strip().lower()
        if wanted.get("media_type", kind) != kind:
            return f"it is called {kind or 'nothing'}, was {wanted['media_type'] or 'nothing'}"
        if "sha256" in wanted and wanted["sha256"] != hashlib.sha256(answer.response.content).hexdigest():
            return f"it has other bytes ({len(answer.response.content)}, were {wanted.get('size', 'others')})"
        text, values = answer.response.text, self.values
        lacks = [f"it does not name {name}" for name in wanted.get("names", ()) if values.get(name, "?") not in text]
        named = [f"it names {name}" for name in wanted.get("lacks", ()) if values.get(name, "?") in text]
        body = answer.json
        lists = [each for each in body.values() if isinstance(each, list)] if isinstance(body, dict) else []
        self.entries = len(lists[0]) if len(lists) == 1 else None
        return next(iter([*lacks, *named]), "") or (
            self.difference(wanted["json"], answer.json) if "json" in wanted else ""
        )


class Trial:
    """All steps sent once; ``shown`` is what the check saw, in lines."""

    def __init__(self, plan: dict[str, Any], deployment: Deployment) -> None:
        self.steps, self.check, self.deployment = plan["steps"], plan["check"], deployment
        self.compared = Comparison(deployment.values, exact=self.check["exact"])
        self.shown: list[str] = []

    def stands(self) -> bool:
        """Whether the finding stands. Raises ``UnknownError``."""
        number = 0
        while number < len(self.steps):
            group = [step for step in self.steps[number:] if step.get("together") == self.steps[number].get("together")]
            group = group if self.steps[number].get("together") else group[:1]
            with ThreadPoolExecutor(len(group)) as pool:
                answers = list(pool.map(self._answer, group))
            number += len(group)
            if number - len(group) + 1 in self.check["steps"]:
                decided = self._decided(group, answers)
                if decided is not None:
                    return decided
            for step, answer in zip(group, answers, strict=True):
                if step.get("needed") and (answer is None or not answer.accepted) and len(group) == 1:
                    raise UnknownError(f"{self._line(step, answer)}, and what follows rests on it")
        return True

    def _answer(self, step: dict[str, Any]) -> Answer | None:
        """The answer to a step; None where it names what was not made. A job is asked for until it has ended."""
        try:
            answer = self.deployment.send(step)
            until = time.monotonic() + step.get("wait_s", 0)
            while time.monotonic() < until and self._may_change(step, answer):
                time.sleep(0.2)
                answer = self.deployment.send(step)
        except KeyError:
            return None
        return answer

    def _may_change(self, step: dict[str, Any], answer: Answer) -> bool:
        state = answer.json.get("state") if isinstance(answer.json, dict) else None
        if isinstance(state, str) and state.lower() in ENDED:
            return False
        if step.get("state") or "expected" not in step:
            return "state" not in step or str(state).lower() != step["state"]
        return not self.compared.of(step["expected"], answer)

    def _decided(self, group: list[dict[str, Any]], answers: list[Answer | None]) -> bool | None:
        """Whether the finding stands by these answers; None where they do not decide it."""
        kind = self.check["kind"]
        self.shown += [self._line(step, answer) for step, answer in zip(group, answers, strict=True)]
        if len(group) > 1:
            accepted = sum(answer is not None and answer.accepted for answer in answers)
            crashed = any(answer is None or answer.status is None or answer.status >= CRASH for answer in answers)
            counted = {
                "several-accepted": accepted > 1,
                "one-refused": accepted < len(group),
                "all-refused": accepted == 0,
                "one-crashed": crashed,
            }
            return counted.get(kind)
        (step,), (answer,) = group, answers
        if kind == "same":
            return self._is_same(step, answer)
        if answer is None:
            raise UnknownError(self._line(step, answer))
        recorded = step["expected"]["status"]
        if answer.status == recorded:
            return True
        if answer.status is None or answer.status in OF_THE_MOMENT:
            raise UnknownError(self._line(step, answer))
        crashed = bool(answer.status >= CRASH)
        return crashed or (kind != "crashed" and answer.accepted == (kind == "accepted"))

    def _is_same(self, step: dict[str, Any], answer: Answer | None) -> bool | None:
        """False where an answer is another now, so that the finding is mended; else the next one decides."""
        if answer is None:
            return False
        differs = self.compared.of(step["expected"], answer)
        if not differs:
            return None
        if answer.status is None or answer.status in OF_THE_MOMENT or (answer.status in (401, 403)):
            raise UnknownError(self._line(step, answer))
        if differs.endswith(NO_ENTRY):
            raise UnknownError(f"{self._line(step, answer)}, and {differs}: fewer are there than when it was found")
        self.shown.append(f"  {differs}")
        return bool(answer.status >= CRASH)

    def _line(self, step: dict[str, Any], answer: Answer | None) -> str:
        got = "was not sent: what it names was not made" if answer is None else f"got {answer.words}"
        return f"{step['method']} {step['target'].replace('${', '').replace('}', '')} {got}"


def of_document(plan: dict[str, Any], deployment: Deployment) -> int:
    """Whether the document still has what it had at one of the places of the finding; the exit status."""
    if not plan["document"]:
        raise UnknownError(plan["why"])
    answer = deployment.ask("GET", plan["document"]["path"], {"x-api-key": deployment.token}, b"")
    if not answer.accepted or not isinstance(answer.json, dict):
        raise UnknownError(f"GET {plan['document']['path']} got {answer.words}, or no JSON; {plan['why']}")
    same = [place for place, digest in plan["document"]["places"] if digest_at(answer.json, place) == digest]
    for place in same[:10]:
        print(f"unchanged: {' '.join(place) or 'the whole document'}")
    print("THE FINDING STANDS" if same else f"MENDED, or changed in all of its places. {plan['why']}")
    return STANDS if same else MENDED


def main() -> int:
    """Send all, print what was expected and what was seen; the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("base", metavar="URL", help="scheme://host[:port] of the deployment")
    parser.add_argument("--token", default=os.environ.get("GETI_TOKEN", ""), help=argparse.SUPPRESS)
    parser.add_argument("--workspace", help="its id or name; the first where none is given")
    parser.add_argument("--ca-bundle", help="a PEM file with the certificates to trust")
    parser.add_argument("--timeout", type=float, default=60.0, help="seconds to wait for an answer")
    given = parser.parse_args()
    plan = json.loads((HERE / "plan.json").read_text(encoding="utf-8"))
    print(f"finding:  {plan['requirement']}: {plan['verdict']}, {plan['reason']}\nexpected: {plan['expected']}")
    try:
        if "steps" not in plan:
            return of_document(plan, Deployment(given.base.rstrip("/"), given, ""))
        if not given.token:
            raise UnknownError("set GETI_TOKEN to a key of the deployment")
        stands, shown = False, [""]
        for _ in range(plan["check"]["passes"]):
            deployment = Deployment(given.base.rstrip("/"), given, plan["prefix"])
            trial = Trial(plan, deployment)
            try:
                stands, shown = trial.stands(), trial.shown
            finally:
                deployment.clean()
            if stands:
                break
    except UnknownError as error:
        print(f"CANNOT TELL: {error}")
        return UNKNOWN
    print("seen:     " + "\n          ".join(shown))
    print("THE FINDING STANDS" if stands else "MENDED: the answers are others now")
    return STANDS if stands else MENDED


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Exception as error:  # noqa: BLE001  Python would end with 1, which says that the finding stands
        print(f"CANNOT TELL: {type(error).__name__}: {error}")
        sys.exit(UNKNOWN)
