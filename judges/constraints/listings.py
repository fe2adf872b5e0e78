"""Parameters of listings."""

from __future__ import annotations

from contract import operations as api
from contract.observations import Answer
from judges.constraints.subject import Asked, Subject


class Listings(Subject):
    """Listings of projects, and of the media of a dataset, which change nothing."""

    def send(self, asked: Asked) -> Answer:
        """Ask for so many entries at once."""
        params = {"limit": asked.value}
        if asked.operation == api.QUERY_MEDIA:
            return self.workspace.dataset.query(params)
        return self.workspace.client.call(asked.operation, params=params)
