"""How one use of an accepted medium is judged: the medium is uploaded once for all its uses."""

from __future__ import annotations

from dataclasses import dataclass, field

from contract.cases import Case
from contract.usability import judge_use
from deployment.curl import curl
from deployment.media import Dataset
from generators.specs import MediaSpec
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
    _before: Held | None = None
    _used: set[tuple[str, MediaSpec, str]] = field(default_factory=set)

    def judge(self, case: UseCase) -> Outcome:
        """What one use comes to; what a host that is behind does not have yet is asked for again, not another's."""
        if self._held is None or self._held.artefact.spec != case.spec or not self._held.uploaded.accepted:
            self._delete()
            self.workspace.make_room()
            self._use_before(case, self.workspace.dataset)
            self._held = Held.of(self.workspace, case.spec, case.file_name)
        held = self._held
        if not held.uploaded.accepted:
            return Outcome(
                judgement=judge_use(held.uploaded, case.use.words, held.uploaded, None), answer=held.uploaded
            )
        self._use_before(case, held.dataset)
        used = self.workspace.client.settling.until(lambda: case.use.of(held), lambda used: used.answer.accepted)
        self._used.add((held.dataset.id, case.spec, case.use.id))
        judgement = judge_use(held.uploaded, case.use.words, used.answer, used.differences)
        url = f"{self.workspace.client.base}/api/v1{held.dataset.path}/media/{kind_of(case.spec)}"
        return Outcome(
            judgement=judgement,
            answer=used.answer,
            sent=described(held.artefact, pictured=judgement.broken),
            curl=curl("POST", url, case.spec.name),
        )

    def _use_before(self, case: UseCase, dataset: Dataset) -> None:
        """Use the medium that had the name of a case's before it, where that was not done in this dataset."""
        if case.before is None or (dataset.id, case.before, case.use.id) in self._used:
            return
        if self._before is None or (self._before.dataset, self._before.artefact.spec) != (dataset, case.before):
            self._forget_before()
            self._before = Held.uploaded_to(dataset, case.before, case.file_name)
        if self._before.identifier:  # not every deployment takes two of one name
            case.use.of(self._before)
        self._used.add((dataset.id, case.before, case.use.id))

    def _forget_before(self) -> None:
        if self._before is not None:
            self._before.delete()
        self._before = None

    def release(self, following: Case | None) -> None:
        """Delete the medium, unless it is used once more."""
        if not isinstance(following, UseCase) or self._held is None or following.spec != self._held.artefact.spec:
            self._delete()

    def _delete(self) -> None:
        if self._held is not None:
            self._held.leave_to(self.workspace)
        self._held = None
        self._forget_before()
