"""What a load of uploads must leave behind: nothing lost, nothing doubled, refusals that begin exactly at the limit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from contract.observations import Answer
from contract.verdicts import Judgement, Verdict, inconclusive_reason

WORDS: Final[Mapping[str, str]] = {
    "load.none-lost": "every upload that was acknowledged is listed",
    "load.none-doubled": "no upload is listed twice",
    "load.refused-not-stored": "no upload that was refused is listed",
    "load.counts-exact": "the counts are those of what is listed, and never fall behind what was acknowledged",
    "load.limit": "refusals begin exactly at the limit, each with the documented 409",
    "load.downloads": "every download is the image that was uploaded",
    "load.answers": "every request is answered, and none with a 5xx",
}


@dataclass(frozen=True, slots=True)
class Upload:
    """One upload: its own name, the answer's status (None where none came) and id, and when it went out and came back.

    Times are in seconds of the clock of ``worker``. ``fault`` says what is wrong with a refusal, or why there is no
    answer.
    """

    worker: str
    name: str
    status: int | None
    identifier: str | None
    sent_at: float
    answered_at: float
    fault: str = ""

    @property
    def accepted(self) -> bool:
        """Whether the deployment acknowledged it."""
        return self.identifier is not None

    @property
    def put_off(self) -> bool:
        """Whether the answer speaks of the caller or of the moment, not of what was sent."""
        return self.status is not None and inconclusive_reason(Answer(self.status)) is not None

    @property
    def refused(self) -> bool:
        """Whether the deployment said that it was not stored."""
        return self.status is not None and 400 <= self.status < 500 and not self.put_off


@dataclass(frozen=True, slots=True)
class Load:
    """A load as it was sent, and what was read once it was over.

    ``listed`` is the name of each medium by its id and ``total`` the deployment's count, None where they could not be
    read. ``short``, ``damaged``, ``failures`` and ``put_off`` tell in words of counts that fell behind, of downloads
    that are not the image, of requests without a sound answer, and of such as were put off or not permitted.
    ``missing`` are workers whose account never came.
    """

    uploads: Sequence[Upload]
    listed: Mapping[str, str] | None
    total: int | None
    queries: int = 0
    downloads: int = 0
    short: Sequence[str] = ()
    damaged: Sequence[str] = ()
    failures: Sequence[str] = ()
    put_off: Sequence[str] = ()
    missing: Sequence[str] = ()


def judge_load(load: Load, limit: int | None) -> dict[str, Judgement]:
    """A judgement for each requirement; ``limit`` is the most media of the project, None where there is no limit."""
    judgements = {
        "load.none-lost": _lost(load),
        "load.none-doubled": _doubled(load),
        "load.refused-not-stored": _stored(load),
        "load.counts-exact": _counts(load),
        "load.limit": _limit(load, limit),
        "load.downloads": _judged(load.damaged, Verdict.UNCLEAN, f"{load.downloads:,} downloads", load.downloads),
        "load.answers": _answers(load),
    }
    return {name: _whole(judgement, load) for name, judgement in judgements.items()}


def _whole(judgement: Judgement, load: Load) -> Judgement:
    """What is kept by the accounts that came says nothing of those that did not."""
    if load.missing and judgement.verdict is Verdict.KEPT:
        return _open(f"{len(load.missing)} workers were lost with their account: {', '.join(load.missing)}")
    return judgement


def _lost(load: Load) -> Judgement:
    accepted = [upload for upload in load.uploads if upload.accepted]
    if load.listed is None or not accepted:
        return _open("the media could not be listed" if load.listed is None else "no upload was accepted")
    lost = [upload for upload in accepted if upload.identifier not in load.listed]
    other = [upload for upload in accepted if load.listed.get(upload.identifier or "", upload.name) != upload.name]
    if lost:
        return Judgement(Verdict.UNCLEAN, f"{len(lost):,} of {len(accepted):,} are lost, the first is {lost[0].name}")
    if other:
        return Judgement(Verdict.UNCLEAN, f"{len(other):,} of {len(accepted):,} bear another name than was sent")
    return Judgement(Verdict.KEPT, f"0 of {len(accepted):,} lost")


def _doubled(load: Load) -> Judgement:
    if not load.listed:
        return _open("no media could be listed")
    doubled = [name for name, times in Counter(load.listed.values()).items() if times > 1]
    if doubled:
        return Judgement(Verdict.UNCLEAN, f"{len(doubled):,} are listed more than once, the first is {doubled[0]}")
    return Judgement(Verdict.KEPT, f"0 of {len(load.listed):,} doubled")


def _stored(load: Load) -> Judgement:
    refused = {upload.name for upload in load.uploads if upload.refused}
    if load.listed is None:
        return _open("the media could not be listed")
    stored = sorted(refused & set(load.listed.values()))
    if stored:
        return Judgement(Verdict.UNCLEAN, f"{len(stored):,} of {len(refused):,} refused are listed: {stored[0]}")
    if not refused:
        return Judgement(Verdict.NOT_APPLICABLE, "nothing was refused")
    return Judgement(Verdict.KEPT, f"0 of {len(refused):,} refused are stored")


def _counts(load: Load) -> Judgement:
    if load.listed is None or load.total is None:
        return _open("the media could not be listed and counted")
    if load.total != len(load.listed):
        return Judgement(Verdict.UNCLEAN, f"it counts {load.total:,} and lists {len(load.listed):,}")
    sent = {upload.name for upload in load.uploads}
    strange = [name for name in load.listed.values() if name not in sent]
    if strange and not load.missing:
        return Judgement(Verdict.UNCLEAN, f"{len(strange):,} media are listed that nobody sent: {strange[0]}")
    return _judged(load.short, Verdict.UNCLEAN, f"{load.total:,} counted and listed, {load.queries:,} queries", 1)


def _limit(load: Load, limit: int | None) -> Judgement:
    refusals = [upload for upload in load.uploads if upload.status == 409]
    others = [upload for upload in load.uploads if upload.refused and upload.status != 409]
    if others:
        return Judgement(Verdict.WRONG_STATUS, f"{len(others):,} uploads were refused with {others[0].status}")
    faults = [upload for upload in refusals if upload.fault]
    if faults:
        return Judgement(Verdict.WRONG_STATUS, f"{len(faults):,} refusals are not as documented: {faults[0].fault}")
    early = _accepted_after_a_refusal(load.uploads)
    if early is not None:
        return Judgement(Verdict.OVER_ENFORCED, f"{early.name} was accepted after another had been refused")
    if load.listed is None:
        return _open("the media could not be listed")
    held = len(load.listed)
    if limit is None:
        if refusals:
            return Judgement(Verdict.OVER_ENFORCED, f"refused at {held:,}, and there is no limit in this profile")
        return Judgement(Verdict.NOT_APPLICABLE, "this limit is not part of the profile")
    if held > limit:
        return Judgement(Verdict.NOT_ENFORCED, f"{held:,} media are stored, the limit is {limit:,}")
    if refusals and held < limit:
        return Judgement(Verdict.OVER_ENFORCED, f"refused at {held:,}, the limit is {limit:,}")
    if not refusals:
        return _open(f"the limit of {limit:,} was not passed: {held:,} media are stored; load for longer, or faster")
    return Judgement(Verdict.KEPT, f"{held:,} stored, then {len(refusals):,} refused with 409")


def _accepted_after_a_refusal(uploads: Sequence[Upload]) -> Upload | None:
    """An upload that was sent when a refusal had already arrived, and was accepted: nothing is deleted in between.

    Clocks of different machines are not compared.
    """
    first: dict[str, float] = {}
    for upload in uploads:
        if upload.status == 409:
            first[upload.worker] = min(upload.answered_at, first.get(upload.worker, upload.answered_at))
    return next((u for u in uploads if u.accepted and u.sent_at > first.get(u.worker, float("inf"))), None)


def _answers(load: Load) -> Judgement:
    crashed = [u for u in load.uploads if u.status is not None and u.status >= 500 and not u.put_off]
    failed = [*(f"an upload got {u.status}" for u in crashed), *load.failures]
    silent = [u.fault for u in load.uploads if u.status is None]
    put_off = [*(f"an upload got {u.status}" for u in load.uploads if u.put_off), *load.put_off]
    if failed or len(silent) > 1:  # one connection that breaks may be the network's fault
        faults = [*failed, *silent]
        return Judgement(Verdict.CRASHED, f"{len(faults):,} requests without a sound answer, the first: {faults[0]}")
    if silent or put_off:
        faults = [*silent, *put_off]
        return _open(f"{len(faults):,} requests were put off, not permitted or not answered, the first: {faults[0]}")
    return Judgement(Verdict.KEPT, f"{len(load.uploads) + load.queries + load.downloads:,} answers")


def _judged(faults: Sequence[str], verdict: Verdict, words: str, count: int) -> Judgement:
    if faults:
        return Judgement(verdict, f"{len(faults):,} of them: {faults[0]}")
    return Judgement(Verdict.KEPT, words) if count else Judgement(Verdict.NOT_APPLICABLE, "none were asked for")


def _open(words: str) -> Judgement:
    return Judgement(Verdict.INCONCLUSIVE, words)
