"""The judge of the REST contract: hands each case to its rule, and says how a finding is seen again."""

from __future__ import annotations

from urllib.parse import urlsplit

from contract.cases import Case
from contract.openapi import documented
from judges.rest.cases import RestCase
from judges.rest.findings import Sent, concluded
from judges.rest.plan import Plan
from judges.rest.tools import Tools
from judges.results import Outcome
from judges.workspace import Workspace


class RestJudge:
    """Judges the cases of a document's rules; they share live resources and what every operation answered."""

    def __init__(self, workspace: Workspace, plan: Plan) -> None:
        self.tools = Tools(workspace, plan)

    def judge(self, case: RestCase) -> Outcome:
        """What one case comes to. Raises ``ValueError`` for a case that was listed without a deployment."""
        if self.tools.plan.listed_only:
            raise ValueError(f"{case.id} was listed without a deployment: there is nothing to judge")
        self.tools.sender.rule = case.rule.id
        finding = concluded(lambda: case.rule.judge(case, self.tools))
        broken, sent = finding.judgement.broken, finding.sent
        return Outcome(
            judgement=finding.judgement,
            answer=sent.answer if sent else None,
            sent={**finding.facts, **self._asked(sent), "replay": self._replay(case)} if broken else finding.facts,
            curl=sent.request.curl(self.tools.workspace.files / "requests") if sent and broken else None,
        )

    def release(self, following: Case | None) -> None:
        """Delete the resources after the last case; nothing of them is in the way of another one."""
        if following is None:
            self.tools.remove()

    def _asked(self, sent: Sent | None) -> dict[str, str]:
        """The operation that the request in question was one to: a sequence asks several."""
        if sent is None:
            return {}
        asked = documented(self.tools.plan.operations, sent.request.method, urlsplit(sent.request.url).path)
        return {"operation": asked.name} if asked else {}

    def _replay(self, case: RestCase) -> str:
        """The command that judges the case again."""
        tier, seed = self.tools.workspace.tier, self.tools.workspace.seed
        options = f"--geti-tier {tier} --geti-seed {seed} " if tier != "gate" else ""
        return f"pytest suites {options}--geti-replay '{case.id}'"
