"""The settings that a user has in one project of the run; those of other projects, and of the user, are left alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from contract import operations as api
from contract.constraints import Place
from contract.declared_bounds import operation_at
from contract.observations import Answer, Observation
from contract.openapi import declared_parameters, operations
from contract.purposes import Purpose
from judges.constraints.subject import Asked, Subject, UnreachableError

_NONE: Final = 204


@dataclass
class Settings(Subject):
    """The settings of the key's user in a project of its own; each text is in place of the one before, ``last``."""

    home: str = ""
    last: str | None = None

    def send(self, asked: Asked) -> Answer:
        """Set a text of so many characters. Raises ``UnreachableError``."""
        body = {"settings": _text(asked)}
        return self.workspace.client.send("POST", api.SAVE_SETTINGS.path, body, self._of_the_project())

    def ask(self, asked: Asked) -> Observation:
        """Set a text of so many characters, and see what is set then."""
        before = self._held() if self.last is None else self.last
        answer = self.send(asked)
        wanted = _text(asked) if answer.accepted else before
        self.last = after = self.workspace.client.settling.until(self._held, lambda held: held == wanted)
        if before is None or after is None:
            return Observation(answer, None, changes=None, differences=None)
        created = len(after) == asked.value and after != before
        changes = () if answer.accepted or after == before else ("the settings are no longer those before",)
        return Observation(answer, None, created or (answer.accepted and len(after) == asked.value), changes)

    def _of_the_project(self) -> dict[str, Any]:
        """What says that the settings are those of one project; without it they would be those of the user.

        Raises ``UnreachableError`` where the deployment's document does not know it.
        """
        if not self.home:
            document = self.workspace.document or {}
            saves = operation_at(operations(document), Place("user settings", api.SAVE_SETTINGS))
            named = {each.get("name") for each in declared_parameters(document, saves)} if saves else ()
            if api.SAVE_SETTINGS.owner not in named:
                raise UnreachableError("the document has no settings of one project, and the user's are not the run's")
            self.home = self.project((("detection", 1),), "settings").body["id"]
        return {api.SAVE_SETTINGS.owner: self.home}

    def _held(self) -> str | None:
        """The text that is set, empty where there is none; None where it could not be read."""
        params = self._of_the_project()
        with self.workspace.client.purpose(Purpose.STATE):
            read = self.workspace.client.send("GET", api.SAVE_SETTINGS.path, params=params)
        return "" if read.status == _NONE else read.text("settings")


def _text(asked: Asked) -> str:
    return "x" * int(asked.value)
