"""A rule of the REST contract, and the cases that follow from it."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from contract.cases import ALONE, Case, Requirement
from contract.openapi import Operation
from judges.rest.findings import Finding
from judges.rest.plan import Plan
from judges.rest.tools import Tools

# So many lanes judge operations beside each other.
_STRANDS: Final = 4
DOCUMENT: Final = "the deployment's OpenAPI document"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What the contract promises of operations: a sentence with its source, where it holds, and what judges it.

    ``operations`` are those of a plan that the rule is judged for, None for all of them together. ``read_only`` says
    that operations which only read can be judged without creating or changing anything, ``exclusive`` for which of them
    nothing else may be judged meanwhile, ``cumulative`` that it rests on the answers to all cases before, ``timed`` on
    how long they take. A case takes about ``seconds`` and ``requests``, as measured in the gate.
    """

    id: str
    sentence: str
    operations: Callable[[Plan], Iterable[Operation | None]]
    judge: Callable[[RestCase, Tools], Finding]
    source: str = DOCUMENT
    read_only: bool = False
    exclusive: Callable[[Operation], bool] = lambda _operation: False
    cumulative: bool = False
    timed: bool = False
    seconds: float = 0.01
    requests: int = 1

    def cases(self, plan: Plan) -> tuple[RestCase, ...]:
        """The cases of the rule; one for the rule itself where there is no deployment."""
        operations = (None,) if plan.listed_only else self.operations(plan)
        return tuple(self.case_of(operation) for operation in operations)

    def case_of(self, operation: Operation | None) -> RestCase:
        """The rule for one operation, or for all together."""
        place = f" [{operation.method} {operation.path}]" if operation else ""
        return RestCase(
            requirement=Requirement(f"openapi.{self.id}", operation.name if operation else ""),
            title=f"{self.sentence}{place}",
            read_only=self.read_only and (operation is None or operation.method in ("GET", "HEAD")),
            exclusive=operation is not None and self.exclusive(operation),
            cumulative=self.cumulative,
            timed=self.timed,
            seconds=self.seconds,
            requests=self.requests,
            citation=self.source,
            rule=self,
            operation=operation,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RestCase(Case):
    """One rule for one operation, or for all of them together; all cases share resources and what was answered."""

    rule: Rule
    operation: Operation | None = None
    group: str = "openapi"

    @property
    def strand(self) -> str:
        """The cases of an operation; each strand makes what it asks about anew, so there are few."""
        if self.exclusive:
            return ALONE
        name = self.operation.name if self.operation else ""
        return f"{self.group}/{zlib.crc32(name.encode()) % _STRANDS}"

    @property
    def only_operation(self) -> Operation:
        """The operation of a rule that is judged for each. Raises ``ValueError`` where the case is of none."""
        if self.operation is None:
            raise ValueError(f"{self.id} is of no single operation")
        return self.operation
