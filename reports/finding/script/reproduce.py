"""Sends the requests of this finding again, and says whether it still stands.

    GETI_TOKEN=... python reproduce.py https://geti.example

Needs httpx and nothing else. Everything is made in projects of its own, which are deleted at the end. Ends with 1 while
the finding stands, with 0 once it is mended, and with 3 where it cannot tell.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlencode

STANDS, MENDED, UNKNOWN = 1, 0, 3
try:
    from comparison import NO_ENTRY, Comparison
    from documents import digest_at
    from listings import NOT_THERE, READ, entries_of, pages_of, query_of, wrong_with
    from sending import HERE, Answer, Deployment, UnknownError
except ImportError as missing:
    print(f"CANNOT TELL: {missing}; pip install httpx, and keep the files of this folder together")
    sys.exit(UNKNOWN)

CRASH = 500
# What others list may change while it is read, and be behind, for so many seconds.
LAG_S = 3.0
GONE = (404, 410)
OF_THE_MOMENT = (429, 502, 503, 504)
ENDED = ("finished", "failed", "cancelled")


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
        if kind == "listing":
            return self._is_wrong(step)
        if kind == "same":
            return self._is_same(step, answer)
        if answer is None:
            raise UnknownError(self._line(step, answer))
        if kind == "echoed":
            return self._is_echoed(step, answer)
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

    def _is_echoed(self, step: dict[str, Any], answer: Answer) -> bool:
        """Whether the key that was sent is in the answer."""
        if answer.response is None:
            raise UnknownError(self._line(step, answer))
        key = self.deployment.filled(step.get("key", "${key}"))
        return any(key in text for text in (answer.response.text, *answer.response.headers.values()))

    def _is_wrong(self, step: dict[str, Any]) -> bool:
        """Whether the same is wrong with a listing, which is read again at the end: others may change it."""
        first, target = query_of(step["target"]), step["target"].partition("?")[0]
        until = time.monotonic() + LAG_S
        while True:
            pages = pages_of(lambda query: self._page(step, target, query), first)
            gone = self._not_there(entries_of(pages[0][1]))
            again = self._page(step, target, first)
            found = wrong_with(pages) | wrong_with([(first, again)]) | gone
            wrong = sorted(found & {*self.check["wrong"]})
            same = entries_of(again) == entries_of(pages[0][1])
            if not wrong or (time.monotonic() > until and same):
                self.shown.append(f"  {'; '.join(wrong) or 'nothing of it is wrong now'}")
                return bool(wrong)
            if time.monotonic() > until:
                raise UnknownError(f"what {target} lists changes while it is read")

    def _page(self, step: dict[str, Any], target: str, query: dict[str, str]) -> dict[str, Any]:
        answer = self.deployment.send({**step, "target": f"{target}?{urlencode(query)}" if query else target})
        if not answer.accepted or not isinstance(answer.json, dict):
            raise UnknownError(self._line(step, answer))
        return dict(answer.json)

    def _not_there(self, entries: list[dict[str, Any]]) -> set[str]:
        """That one of the last entries cannot be read."""
        for entry in entries[-READ:] if NOT_THERE in self.check["wrong"] else ():
            place = self.check["items"].get(str(entry.get("type", "")))
            read = {"method": "GET", "headers": {}, "target": f"{place}/{entry['id']}"}
            if place and self.deployment.send(read).status in GONE:
                return {NOT_THERE}
        return set()

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
