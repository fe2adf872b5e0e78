"""What is set as a user's settings is read until it shows, and a reading that lags is no finding."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

from contract import operations as api
from contract.observations import Answer
from contract.verdicts import Expected, Verdict, judge
from deployment.settling import Settling
from judges.constraints.settings import Settings
from judges.constraints.subject import Asked


class Deployment:
    """Takes settings of up to five characters; each reading after a change is behind for ``lag`` readings."""

    settling = Settling(1.0, pause=lambda _s: None)

    def __init__(self, lag: int) -> None:
        self.lag, self.behind = lag, 0
        self.held = self.old = ""

    def purpose(self, _purpose: object) -> nullcontext[None]:
        return nullcontext()

    def send(self, method: str, _path: str, body: Any = None, _params: object = None, **_: object) -> Answer:
        if method == "POST":
            if len(body["settings"]) > 5:
                return Answer(400, {})
            self.old, self.held, self.behind = self.held, body["settings"], self.lag
            return Answer(200, {})
        self.behind -= 1
        return Answer(200, {"settings": self.old if self.behind >= 0 else self.held})


def verdicts(lag: int) -> Iterator[Verdict]:
    workspace: Any = SimpleNamespace(client=Deployment(lag))
    settings = Settings(workspace, home="project")
    for length, expected in ((4, Expected.ACCEPTED), (5, Expected.ACCEPTED), (6, Expected.REFUSED)):
        seen = settings.ask(Asked("user.settings.length.max", api.SAVE_SETTINGS, "", length))
        yield judge(expected, replace(seen, control=Answer(200, {})), {400}).verdict


def test_settings_that_show_after_a_moment_are_kept() -> None:
    assert list(verdicts(lag=0))[:2] == [Verdict.KEPT, Verdict.KEPT]
    assert list(verdicts(lag=2)) == list(verdicts(lag=0))


def test_settings_that_never_show_are_not() -> None:
    assert next(verdicts(lag=1000)) is Verdict.UNCLEAN
