"""A running deployment, and what a test asks of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from deployment.client import Client
from deployment.discovery import Discovery, discover
from deployment.embedded import Embedded


class Deployment:
    """The embedded deployment; ``client`` has discovered it, and everything it creates is its own."""

    def __init__(self, embedded: Embedded) -> None:
        self.embedded, self.url, self.token = embedded, embedded.url, embedded.token
        self.other_keys = {"expired": embedded.expired_token, "foreign": embedded.foreign_token}
        self.files = Path(embedded.directory.name, "data", "files")
        self._clients: list[Client] = []
        self.client = self.connect()
        self.discovery: Discovery = discover(self.client)
        self.environment = {"GETI_TOKEN": self.token}

    def connect(self, run_id: str = "test", url: str | None = None, **given: Any) -> Client:
        """A client of its own, closed with the deployment; ``url`` leads through a proxy."""
        client = Client(url or self.url, self.token, run_id, **given)
        self._clients.append(client)
        return client

    def project_names(self) -> list[str]:
        """The names of all projects, in their order."""
        return [each["name"] for each in self._projects()]

    def clear(self) -> None:
        """Delete all projects, and close the connections of the test."""
        for each in self._projects():
            self.client.created.add(each["id"])
            self.client.send("DELETE", f"{self.discovery.root}/projects/{each['id']}")
        self._close(self._clients[1:])

    def stop(self) -> None:
        """End the process."""
        self._close(self._clients[:])
        self.embedded.stop()

    def _projects(self) -> list[dict[str, str]]:
        listed: list[dict[str, str]] = self.client.send("GET", f"{self.discovery.root}/projects_names").body["projects"]
        return listed

    def _close(self, clients: list[Client]) -> None:
        for client in clients:
            client.close()
            self._clients.remove(client)
