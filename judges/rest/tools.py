"""What the rules judge with, made when the first of them asks for it and shared by all."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from deployment.errors import SetupError
from judges.rest.fixtures import make_resources
from judges.rest.plan import Plan
from judges.rest.resources import Resources
from judges.rest.sender import Gathered, Sender
from judges.workspace import Workspace

if TYPE_CHECKING:
    from judges.rest.fuzzer import Fuzzer
    from judges.rest.generator import Generator

_LOADING: Final = threading.Lock()


@dataclass
class Tools:
    """One sender, the run's live resources, and the search for wrong answers."""

    workspace: Workspace
    plan: Plan
    _failure: SetupError | None = field(default=None, init=False)

    @property
    def other_keys(self) -> Mapping[str, str]:
        """Keys that must open nothing, by name."""
        return self.workspace.other_keys

    @property
    def document(self) -> Mapping[str, Any]:
        """What the deployment's document says; empty where there is none."""
        return self.plan.content

    @cached_property
    def sender(self) -> Sender:
        """What an operation answered, echoed or was held back for is gathered over all cases."""
        gathered = self.workspace.gathered.setdefault("openapi", Gathered())
        return Sender(self.workspace.client, self.other_keys, gathered)

    @cached_property
    def resources(self) -> Resources:
        """Live resources of the run. Raises ``SetupError``, each time the same, where they could not be made."""
        if self._failure is not None:
            raise self._failure
        workspace = self.workspace
        try:
            made = make_resources(workspace.client, workspace.discovery, f"{workspace.prefix}-rest", self.plan)
        except SetupError as error:
            self._failure = error
            raise
        workspace.notes.extend(f"no {kind} to ask about: {why}" for kind, why in made.gaps.items())
        return made

    @cached_property
    def generator(self) -> Generator:
        """What Schemathesis makes of the document, once for all lanes."""
        from judges.rest.generator import Generator  # it takes a second to load, which a listing can do without

        gathered = self.workspace.gathered
        with _LOADING:
            if "generator" not in gathered:
                gathered["generator"] = Generator(self.document)
        made: Generator = gathered["generator"]
        return made

    @cached_property
    def fuzzer(self) -> Fuzzer:
        """The search: a fixed small set of examples in the gate, many new ones and a memory elsewhere."""
        from judges.rest.fuzzer import Fuzzer
        from judges.rest.search_budget import SearchBudget

        workspace = self.workspace
        if workspace.tier == "gate":
            budget = SearchBudget.of_the_gate(len(self.plan.operations))
        else:
            budget = SearchBudget(100, 300, workspace.search.database, workspace.seed)
        return Fuzzer(self.generator, self.sender, self.resources, self.plan.readers, budget)

    def remove(self) -> None:
        """Delete the resources, if any were made; what stays is deleted when the run ends."""
        if "resources" in self.__dict__:
            with contextlib.suppress(KeyboardInterrupt):
                self.resources.remove()
