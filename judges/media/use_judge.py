"""How one use of an accepted medium is judged: the medium is uploaded once for all its uses."""

from __future__ import annotations

from dataclasses import dataclass

from contract.cases import Case
from contract.usability import judge_use
from deployment.curl import curl
from judges.media.held import Held
from judges.media.judge import described
from judges.media.use_cases import UseCase
from judges.results import Outcome
from judges.upload import kind_of
from judges.workspace import Workspace


@dataclass(slots=True)
class UseJudge:
    """Judges the uses of media, one medium at a time."""

    workspace: Workspace
    _held: Held | None = None

    def judge(self, case: UseCase) -> Outcome:
        """What one use comes to; what a host that is behind does not have yet is asked for again, not another's."""
        if self._held is None or self._held.artefact.spec != case.spec or not self._held.uploaded.accepted:
            self._delete()
            self._held = Held.of(self.workspace, case.spec, case.file_name)
        held = self._held
        if not held.uploaded.accepted:
            return Outcome(
                judgement=judge_use(held.uploaded, case.use.words, held.uploaded, None), answer=held.uploaded
            )
        used = self.workspace.client.settling.until(lambda: case.use.of(held), lambda used: used.answer.accepted)
        judgement = judge_use(held.uploaded, case.use.words, used.answer, used.differences)
        url = f"{self.workspace.client.base}/api/v1{held.dataset.path}/media/{kind_of(case.spec)}"
        return Outcome(
            judgement=judgement,
            answer=used.answer,
            sent=described(held.artefact, pictured=judgement.broken),
            curl=curl("POST", url, case.spec.name),
        )

    def release(self, following: Case | None) -> None:
        """Delete the medium, unless it is used once more."""
        if not isinstance(following, UseCase) or self._held is None or following.spec != self._held.artefact.spec:
            self._delete()

    def _delete(self) -> None:
        if self._held is not None:
            self._held.leave_to(self.workspace)
        self._held = None
