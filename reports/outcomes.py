"""What became of a probe, as a mark: accepted, refused as documented, refused otherwise, crashed or not judged."""

from __future__ import annotations

from enum import StrEnum

from contract.results import Result
from contract.verdicts import Expected, Verdict


class Outcome(StrEnum):
    """The five marks of the pictures; each has a shape and a colour of its own."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    OTHERWISE = "refused-otherwise"
    CRASHED = "crashed"
    UNJUDGED = "not-judged"

    @property
    def words(self) -> str:
        """What a legend says."""
        return _WORDS[self]


_WORDS = {
    Outcome.ACCEPTED: "accepted",
    Outcome.REFUSED: "refused with 409 (an import or a training: or by its job)",
    Outcome.OTHERWISE: "refused otherwise",
    Outcome.CRASHED: "crashed",
    Outcome.UNJUDGED: "not judged",
}


def outcome(result: Result) -> Outcome:
    """What the deployment did with a probe; jobs that refuse answer 2xx first, so the verdict is asked before that."""
    verdict = result.waived_verdict or result.verdict
    accepted = result.status is not None and 200 <= result.status < 300
    if verdict in (Verdict.INCONCLUSIVE, Verdict.NOT_APPLICABLE):
        return Outcome.UNJUDGED
    if verdict is Verdict.CRASHED:
        return Outcome.CRASHED
    if verdict is Verdict.KEPT:
        return Outcome.ACCEPTED if result.expected == Expected.ACCEPTED else Outcome.REFUSED
    if verdict is Verdict.NOT_ENFORCED:
        return Outcome.ACCEPTED
    if verdict is Verdict.UNCLEAN and accepted:
        return Outcome.ACCEPTED
    return Outcome.REFUSED if result.status == 409 and verdict is not Verdict.WRONG_STATUS else Outcome.OTHERWISE
