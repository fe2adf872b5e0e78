"""What is created under a name of its own, so that it is found by that whatever the answer to its creation was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from contract import operations as api
from contract.limits import EnforcementPoint
from contract.openapi import Operation
from judges.rest.bodies import Body, json_request, known_body
from judges.rest.kinds import kinds
from judges.rest.resources import Resources


@dataclass(frozen=True, slots=True)
class _Kind:
    """Where what is created is listed, under which name of an answer, and how it is deleted."""

    listing: api.ApiOperation
    field: str
    deletion: api.ApiOperation


_KINDS: Final = {
    EnforcementPoint.PROJECT_CREATION: _Kind(api.LIST_PROJECT_NAMES, "projects", api.DELETE_PROJECT),
    EnforcementPoint.DATASET_CREATION: _Kind(api.LIST_DATASETS, "datasets", api.DELETE_DATASET),
}


@dataclass(frozen=True, slots=True)
class Creation:
    """The creation of a project, or of a dataset ``within`` one: ``body`` gives it a name that nothing else has."""

    kind: _Kind
    within: tuple[str, ...]
    body: Body
    resources: Resources

    @classmethod
    def of(cls, operation: Operation, resources: Resources, values: Mapping[str, str]) -> Creation | None:
        """The creation that an operation is, for the values of its path; None where it creates nothing listed."""
        kind = next((_KINDS[point] for point in operation.points if point in _KINDS), None)
        body = known_body(operation, resources, values) if kind else None
        if kind is None or body is None:
            return None
        within = tuple(values[name] for name, each in kinds(operation).items() if each == "project")
        return cls(kind, within, body, resources)

    @property
    def request(self) -> tuple[dict[str, str], bytes]:
        """Headers and content that the operation should accept."""
        return json_request(self.body)

    def take_away(self) -> tuple[str, ...]:
        """The ids under which it is listed all the same; they are the run's own, by their name, and are deleted."""
        client = self.resources.client
        listed = client.call(self.kind.listing, *self.within).names(self.kind.field) or {}
        found = tuple(each for each, name in listed.items() if name == self.body["name"])
        for each in found:
            client.created.add(each)
            client.call(self.kind.deletion, *self.within, each)
        return found
