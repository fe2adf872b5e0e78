"""How one property is judged: by a search, and then by what it found alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from contract.cases import Case
from contract.limits import EnforcementPoint
from contract.reach import DRAWN
from contract.verdicts import Expected, Judgement, Verdict
from generators.submissions import Submission
from judges.properties.cases import PropertyCase, example
from judges.properties.examples import ExampleJudge
from judges.properties.found import Found
from judges.results import Outcome, inconclusive, not_applicable
from judges.workspace import Workspace


@dataclass(slots=True)
class PropertyJudge:
    """Judges properties; what a search found is judged again by itself, simplest example by simplest example."""

    workspace: Workspace
    made: dict[EnforcementPoint, ExampleJudge] = field(default_factory=dict)

    def judge(self, case: PropertyCase) -> Outcome:
        """What one property comes to."""
        assert case.point is not None
        assert case.limit is not None
        examples = self.made.setdefault(case.point, ExampleJudge(self.workspace, case.point))
        if case.only is not None:
            return self._shown(case, [Found(case.only, examples.judge(case.only))], "")
        if case.expected == Expected.NOTHING.value and case.outside:
            return not_applicable("this limit is not part of the profile")
        if case.id in self.workspace.found:
            lines, searched = self.workspace.found[case.id]
            parsed = map(Submission.parse, lines)
            return self._shown(case, [Found(each, examples.judge(each)) for each in parsed], searched)
        return self._searched(case, examples)

    def release(self, following: Case | None) -> None:
        """Delete what was made for some examples alone, once no case of their strand follows."""
        if not isinstance(following, PropertyCase) or following.point not in self.made:
            while self.made:
                self.made.popitem()[1].remove()

    def _searched(self, case: PropertyCase, examples: ExampleJudge) -> Outcome:
        from judges.properties.drawn import Drawn  # Hypothesis takes a while to load, which a listing can do without
        from judges.properties.search import PropertySearch

        drawn = self.workspace.gathered.setdefault(DRAWN, Drawn())
        search = PropertySearch(case, self.workspace, examples, drawn)
        try:
            search.run()
        finally:
            counts = {verdict.value: count for verdict, count in search.counts.items()}
            coverage = self.workspace.coverage.setdefault(DRAWN, {})
            coverage.setdefault("examples", {})[case.id] = counts
            coverage |= drawn.facts
        words = ", ".join(f"{count} {verdict}" for verdict, count in counts.items()) or "none"
        if search.of_others:
            lines = " and ".join(each.submission.line for each in search.of_others)
            words += f"; what {lines} breaks is left to the limit that it lies near"
        if search.found:
            searched = f"; {len(search.judged)} examples were judged: {words}"
            self.workspace.found[case.id] = [each.submission.line for each in search.found], searched
            return self._shown(case, search.found, searched)
        if search.stopped:
            return inconclusive(f"{search.stopped}; until then {len(search.judged)} examples were judged: {words}")
        if not counts.get(Verdict.KEPT.value):
            return inconclusive(f"none of {len(search.judged)} examples could be judged: {words}")
        return Outcome(judgement=Judgement(Verdict.KEPT, f"{len(search.judged)} examples: {words}"))

    def _shown(self, case: PropertyCase, found: Sequence[Found], searched: str) -> Outcome:
        """The first example that is broken, else the first, with what the others came to."""
        assert case.limit is not None
        assert case.point is not None
        first = next((each for each in found if each.outcome.judgement.broken), found[0])
        others = [each for each in found if each is not first]
        also = "".join(f"; also {each.submission.line}: {each.outcome.judgement.reason}" for each in others)
        judgement = first.outcome.judgement
        listed = [{"example": each.submission.line, "verdict": each.outcome.judgement.verdict.value} for each in found]
        return replace(
            first.outcome,
            judgement=replace(judgement, reason=f"{judgement.reason}{also}{searched}"),
            sent={**first.outcome.sent, "example": first.submission.line, "found": listed},
            shown=example(case.limit, case.point, first.submission, self.workspace.profile.at(case.point)),
        )
