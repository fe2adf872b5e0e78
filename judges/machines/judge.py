"""How the requirements of sequences are judged: by one search for all of them; what fails, by its shortest sequence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from contract.cases import Case
from contract.verdicts import Judgement, Verdict
from judges.machines.cases import LifecycleCase, extent_of
from judges.machines.commands import script
from judges.machines.remote import UnjudgedError
from judges.machines.search import Counterexample, Search
from judges.machines.symptoms import needed_for
from judges.results import Outcome, inconclusive, not_applicable
from judges.workspace import Workspace

# Where the searches of a run are kept, and how many there are at most: each case asks for one, and they share them.
_SEARCHES: Final = "lifecycle searches"
_MOST: Final = 3


@dataclass(slots=True)
class LifecycleJudge:
    """Judges what sequences of requests come to.

    The first of its cases searches; what was found stays in the workspace for those that follow, and for whoever
    judges one of them from scratch: the sequence that failed is then the only one.
    """

    workspace: Workspace
    _has_searched: bool = False

    def judge(self, case: LifecycleCase) -> Outcome:
        """What one requirement comes to."""
        if case.unjudged:
            return not_applicable(case.unjudged)
        known = self.workspace.found.get(case.id)
        if known is not None:
            return self._again(known)
        search = self._searched()
        found = search.found.get(case.requirement.id)
        if found is not None:
            self.workspace.found[case.id] = found
            return self._broken(found)
        if search.unjudged:
            return inconclusive(f"{search.unjudged} ({_extent(search)} before)")
        if not search.attempts.done & set(needed_for(case.requirement)):
            reasons = "; ".join(search.unsupported.values())
            return inconclusive(reasons) if reasons else not_applicable("no sequence has a step that could break it")
        return Outcome(judgement=Judgement(Verdict.KEPT, _extent(search)), sent=_sent(search))

    def release(self, following: Case | None) -> None:
        """Nothing: each sequence deletes what it has made."""

    def _searched(self) -> Search:
        """The search of the run; where it could not be judged, another one for whoever judges from scratch."""
        searches: list[Search] = self.workspace.found.setdefault(_SEARCHES, [])
        fails = bool(searches) and bool(searches[-1].unjudged)
        if not searches or (fails and not self._has_searched and len(searches) < _MOST):
            self._has_searched = True
            searches.append(self._new_search())
            searches[-1].run()
        return searches[-1]

    def _new_search(self) -> Search:
        return Search(self.workspace, extent_of(self.workspace.tier))

    def _again(self, known: Counterexample) -> Outcome:
        """What comes of a sequence that failed before, from scratch."""
        search = self._new_search()
        try:
            found = search.again(known)
        except UnjudgedError as error:
            return inconclusive(str(error))
        if found is not None:
            return self._broken(found)
        words = f"the sequence that failed before does not: {_words(known)}"
        return Outcome(judgement=Judgement(Verdict.KEPT, words), sent=_sent(search))

    def _broken(self, found: Counterexample) -> Outcome:
        seen, symptom, base = found.seen, found.symptom, self.workspace.client.base
        commands = [*seen.commands, *([symptom.reading] if symptom.reading else [])]
        return Outcome(
            judgement=Judgement(found.verdict, f"{symptom.words} (after: {_words(found)})"),
            answer=symptom.answer or seen.answer,
            sent={"sequence": [step.words for step in found.steps]},
            curl=script(commands, base, seen.names),
        )


def _words(found: Counterexample) -> str:
    return ", then ".join(step.words for step in found.steps)


def _extent(search: Search) -> str:
    return f"{search.carried_out} sequences of {search.steps} steps in all"


def _sent(search: Search) -> Mapping[str, Any]:
    unsupported = list(search.unsupported.values())
    return {
        "sequences": search.carried_out,
        "steps": search.steps,
        **({"not offered": unsupported} if unsupported else {}),
    }
