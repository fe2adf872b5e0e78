"""Parameters of listings."""

from __future__ import annotations

from contract import operations as api
from contract.observations import Observation
from judges.constraints.subject import Asked, Subject, answered_only


class Listings(Subject):
    """Listings of projects, and of the media of a dataset, which change nothing."""

    def ask(self, asked: Asked) -> Observation:
        """Ask for so many entries at once."""
        params = {"limit": asked.value}
        if asked.operation == api.QUERY_MEDIA:
            return answered_only(self.workspace.dataset.query(params))
        return answered_only(self.workspace.client.call(asked.operation, params=params))
