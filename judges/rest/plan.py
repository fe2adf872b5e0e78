"""The OpenAPI document with what follows from it: everything that the cases are made of, fixed before any is judged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from contract.openapi import Operation, operations
from deployment.client import Client
from deployment.document import Document, load_document
from deployment.errors import SetupError
from judges.rest.links import Link, infer


@dataclass(frozen=True, slots=True)
class Plan:
    """The document with its operations and the links between them.

    ``absent`` says why a deployment has none. ``Plan()`` is that of no deployment: its cases are listed, never judged.
    """

    document: Document | None = None
    operations: tuple[Operation, ...] = ()
    links: tuple[Link, ...] = ()
    absent: str = ""

    @property
    def listed_only(self) -> bool:
        """Whether there is no deployment to judge, so that every rule is listed once."""
        return self.document is None and not self.absent

    @property
    def content(self) -> dict[str, Any]:
        """What the document says; empty where there is none."""
        return {} if self.document is None else self.document.content

    @property
    def readers(self) -> dict[str, Operation]:
        """The operation that reads what a path names, by path."""
        return {operation.path: operation for operation in self.operations if operation.method == "GET"}


def make_plan(client: Client, source: str | None, ca_bundle: str | None) -> Plan:
    """Load the document from ``source``, a path or a URL, or from the deployment where it is None.

    Raises ``SetupError`` where the user named a document that cannot be read; a deployment that has none of its own
    leaves one case that cannot be judged, so that the limits are judged all the same.
    """
    try:
        document = load_document(source, client, ca_bundle)
    except SetupError as error:
        if source is not None:
            raise
        return Plan(absent=str(error))
    found = operations(document.content)
    return Plan(document, found, infer(document.content, found))
