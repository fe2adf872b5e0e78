"""From the judgements of one case, each from scratch, to the verdict that is reported."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from contract.results import Attempt
from contract.verdicts import BROKEN, Verdict

# So often is a broken verdict judged again, alone.
CONFIRMATIONS: Final = 2
# So many attempts are made where the network disturbs them: what a deployment answers comes through in one of them,
# and what the network does by chance to two requests of five does not come so often in a row.
MOST_ATTEMPTS: Final = 7
# What could not be judged is tried so often where nothing was broken, and so often beside failures of the network.
_TO_JUDGE: Final = 2
_TO_JUDGE_DISTURBED: Final = 3


# What a verdict rests on the status of the answer for, whatever was read afterwards.
_BY_ANSWER: Final = frozenset({Verdict.OVER_ENFORCED, Verdict.NOT_ENFORCED, Verdict.WRONG_STATUS})


@dataclass(frozen=True, slots=True)
class Decision:
    """The verdict on a case after all its attempts: ``attempt`` is the index of the one to show."""

    verdict: Verdict
    attempt: int
    reason: str


def decide(
    attempts: Sequence[Attempt], *, confirmed: bool = False, timed: bool = False, most: int = MOST_ATTEMPTS
) -> Decision | None:
    """The verdict on a case, or None where it is to be judged again, from scratch.

    An attempt counts where nothing disturbed it and it judged something; the first, which others of the run may have
    met, only where it was alone. While nothing was broken but where the network failed, the first attempt that judges
    undisturbed is the verdict, unless it is broken. A broken verdict needs ``CONFIRMATIONS`` attempts after the first,
    unless the cause of the first is ``confirmed`` already; attempts that count and differ make it ``unstable``. Of what
    is ``timed`` one that is kept is enough: a busy machine makes anything slow, and nothing fast. What comes out broken
    alike in each of ``most`` attempts is the deployment's, although the network failed in each.
    """
    first, last = attempts[0], len(attempts) - 1
    if confirmed and len(attempts) == 1 and not first.disturbed:
        return Decision(first.verdict, 0, first.reason)
    if not must_be_alone(attempts) and _judges(attempts[last]):
        return Decision(attempts[last].verdict, last, attempts[last].reason)
    if not any(each.verdict in BROKEN for each in attempts):
        tries = _TO_JUDGE_DISTURBED if any(each.disturbed for each in attempts) else _TO_JUDGE
        return None if len(attempts) < min(tries, most) else _undecided(attempts)
    counted = [n for n, each in enumerate(attempts) if each.alone and _judges(each)]
    again = [n for n in counted if n > 0]
    in_time = next((n for n in again if attempts[n].verdict is Verdict.KEPT), None)
    if timed and in_time is not None:
        return Decision(Verdict.KEPT, in_time, attempts[in_time].reason)
    if len(again) >= CONFIRMATIONS:
        verdicts = {attempts[n].verdict for n in counted}
        if len(verdicts) == 1:
            return Decision(attempts[last].verdict, last, _agreed(attempts, counted))
        shown = next(n for n in reversed(counted) if attempts[n].verdict in BROKEN)
        return Decision(Verdict.UNSTABLE, shown, _differing([attempts[n] for n in counted]))
    unjudged = sum(each.verdict is Verdict.INCONCLUSIVE and not each.disturbed for each in attempts[1:])
    if len(attempts) < most and unjudged < CONFIRMATIONS:
        return None
    if all(each.verdict is first.verdict for each in attempts):
        return Decision(first.verdict, last, f"{attempts[last].reason}, in each of {len(attempts)} attempts")
    return _undecided(attempts)


def must_be_alone(attempts: Sequence[Attempt]) -> bool:
    """Whether something was broken that the network did not disturb: alone it shows whether others are why."""
    return any(each.verdict in BROKEN and not each.disturbed for each in attempts)


def answers_changed(attempts: Sequence[Attempt], decision: Decision) -> bool:
    """Whether a request got another answer beside other requests than alone, where it is kept.

    Then either those others are why, or the answer just changes: copies of the case beside one another tell which.
    """
    first, again = attempts[0], attempts[1:]
    by_its_answer = first.verdict in _BY_ANSWER and _judges(first) and not first.alone
    return by_its_answer and decision.verdict is Verdict.KEPT and all(each.status != first.status for each in again)


def beside_copies(attempts: Sequence[Attempt], decision: Decision, copies: Sequence[Verdict]) -> Decision:
    """The verdict on a case whose answer changed, by what ``copies`` of it come to beside one another.

    Where one of these is broken too, requests at one time are why, which is a requirement of its own; where each is
    kept, nothing explains the first answer.
    """
    if any(verdict is not Verdict.KEPT for verdict in copies):
        return decision
    return Decision(Verdict.UNSTABLE, 0, f"{_differing(attempts)}, also {len(copies)} times at one time")


def _judges(attempt: Attempt) -> bool:
    return not attempt.disturbed and attempt.verdict is not Verdict.INCONCLUSIVE


def _undecided(attempts: Sequence[Attempt]) -> Decision:
    """The case could not be judged: the reason of the last attempt, and what disturbed the attempts."""
    last = attempts[-1]
    reason = last.reason if last.verdict is Verdict.INCONCLUSIVE else f"{last.verdict}: {last.reason}"
    if last.disturbed:
        reason = f"the network failed each time, the last: {last.disturbed} ({reason})"
    elif last.verdict is not Verdict.INCONCLUSIVE or any(each.verdict in BROKEN for each in attempts):
        reason = f"could not be confirmed: {_differing(attempts)}"
    return Decision(Verdict.INCONCLUSIVE, len(attempts) - 1, reason)


def _agreed(attempts: Sequence[Attempt], counted: Sequence[int]) -> str:
    last, first = attempts[counted[-1]], attempts[0]
    if first.verdict is last.verdict:
        return last.reason
    beside = f" beside {len(first.in_flight)} other cases" if first.in_flight else ""
    disturbed = f", while the network failed ({first.disturbed})" if first.disturbed else ""
    return f"{last.reason} (at first {first.verdict}{beside}{disturbed}; alone {last.verdict} each time)"


def _differing(attempts: Sequence[Attempt]) -> str:
    """What attempts came to, each thing once: the attempts themselves are listed beside it."""
    came_to = dict.fromkeys(
        f"{each.verdict} ({each.status})" if each.status else str(each.verdict) for each in attempts
    )
    return f"judged {len(attempts)} times, it came to {' and '.join(came_to)}"
