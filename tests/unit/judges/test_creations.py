"""What was created although its creation was refused: found by its name, and deleted."""

from __future__ import annotations

from typing import Any

from contract import operations as api
from contract.observations import Answer
from contract.openapi import operations
from contract.profiles import CLOUD
from deployment.discovery import Discovery
from judges.rest.creations import Creation
from judges.rest.resources import Resources
from tests.support.synthetic_document import synthetic_document

VALUES = {"organization_id": "o", "workspace_id": "w"}


class Listed:
    """A client that lists projects, and notes what it is told to delete."""

    def __init__(self) -> None:
        self.created, self.deleted = set[str](), list[str]()
        self.projects: list[dict[str, str]] = []

    def call(self, operation: api.ApiOperation, *ids: str) -> Answer:
        if operation is api.LIST_PROJECT_NAMES:
            return Answer(200, {"projects": self.projects})
        assert operation is api.DELETE_PROJECT
        self.deleted += ids
        return Answer(200, {})


def creation_of(name: str, client: Any) -> Creation | None:
    operation = next(each for each in operations(synthetic_document()) if each.name == name)
    return Creation.of(operation, Resources(client, Discovery("o", "w", {}, CLOUD), "geti-contract"), VALUES)


def test_what_bears_the_name_of_a_refused_creation_is_the_run_s_own_and_is_deleted() -> None:
    client = Listed()
    creation = creation_of("CreateProject", client)
    assert creation is not None
    client.projects = [{"id": "other", "name": "theirs"}, {"id": "left", "name": creation.body["name"]}]
    assert creation.take_away() == ("left",)
    assert (client.created, client.deleted) == ({"left"}, ["left"])


def test_nothing_else_is_touched_and_two_creations_have_two_names() -> None:
    client = Listed()
    creation, other = creation_of("CreateProject", client), creation_of("CreateProject", client)
    assert creation is not None
    assert other is not None
    client.projects = [{"id": "other", "name": other.body["name"]}]
    assert creation.take_away() == ()
    assert client.deleted == []


def test_what_only_reads_creates_nothing() -> None:
    assert creation_of("ReadProject", Listed()) is None
