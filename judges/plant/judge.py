"""How a planted thing is judged: it is read again, or sent again."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from contract import operations as api
from contract.cases import Case
from contract.observations import Answer
from contract.planted import Thing
from contract.planted_changes import Change, became
from contract.probes import control_shape
from contract.verdicts import Judgement, Verdict, crashed_or_inconclusive
from deployment.curl import curl
from deployment.media import created_or_found
from generators.specs import ImageSpec
from judges.media.held import Held
from judges.plant.cases import PlantedCase
from judges.plant.content import spec_of
from judges.plant.places import Places
from judges.plant.reading import read
from judges.results import Outcome
from judges.workspace import Workspace


@dataclass(slots=True)
class PlantedJudge:
    """Judges what was planted. What the server says otherwise of its own is noted once for all things of a kind."""

    workspace: Workspace
    places: Places = field(init=False)
    _control: Answer | None = None
    _serial: int = 0

    def __post_init__(self) -> None:
        self.places = Places(self.workspace.client, self.workspace.discovery.root)

    def judge(self, case: PlantedCase) -> Outcome:
        """What one case comes to."""
        return self._sent_again(case.thing) if case.again else self._read_again(case.thing)

    def release(self, following: Case | None) -> None:
        """Nothing is held: what is sent again goes with the run's own projects."""

    def _read_again(self, thing: Thing) -> Outcome:
        seen = read(self.places, thing)
        found = became(thing, seen)
        for note in found.notes:
            if note not in self.workspace.gathered:
                self.workspace.gathered[note] = True
                self.workspace.notes.append(f"the server's own, no finding: {note}")
        project = self.places.project(thing)
        path = api.API + self.workspace.client.path(api.READ_PROJECT, project.id)
        return Outcome(
            judgement=found.judgement,
            answer=seen.answer,
            sent={**_described(thing, found.change, found.cause), **({"gone": seen.gone} if seen.gone else {})},
            curl=curl("GET", self.workspace.client.base + path),
        )

    def _sent_again(self, thing: Thing) -> Outcome:
        """Whether what was taken is taken again, while a control is; it goes into a project of this run."""
        answer = self._project(thing) if thing.kind == "project" else self._medium(thing)
        judgement = crashed_or_inconclusive(answer) or Judgement(Verdict.KEPT, f"accepted with {answer.words}")
        change = None
        if judgement.verdict is Verdict.KEPT and not answer.accepted:
            control, change = self._control_answer(), Change.REFUSED
            words = f"{change}: answered {answer.words_with_message}"
            judgement = Judgement(Verdict.OVER_ENFORCED, words)
            if not control.accepted:
                judgement = Judgement(Verdict.INCONCLUSIVE, f"control refused with {control.words_with_message}")
        cause = f"{change}, sent again, {answer.words}" if change else ""
        return Outcome(judgement=judgement, answer=answer, sent=_described(thing, change, cause))

    def _project(self, thing: Thing) -> Answer:
        client = self.workspace.client
        self._serial += 1
        name = f"{self.workspace.prefix}-again-{self._serial}-{thing.project}"
        root = self.workspace.discovery.root
        answer = created_or_found(client, root, {"name": name, "pipeline": thing.sent["body"]})
        identifier = answer.text("id")
        if identifier is not None:
            client.created.add(identifier)
            client.call(api.DELETE_PROJECT, identifier)
        return answer

    def _medium(self, thing: Thing) -> Answer:
        held = Held.of(self.workspace, spec_of(thing.sent))
        held.delete()
        return held.uploaded

    def _control_answer(self) -> Answer:
        if self._control is None:
            shape = control_shape(self.workspace.profile, video=False)
            held = Held.of(self.workspace, ImageSpec(shape.width, shape.height))
            held.delete()
            self._control = held.uploaded
        return self._control


def _described(thing: Thing, change: Change | None, cause: str) -> dict[str, Any]:
    """The thing for a report: what it is, what was read of it before, and what became of it."""
    changed = {"change": change.value, "cause": cause} if change else {}
    return {"thing": thing.words, "project": thing.project, "kind": thing.kind, "before": dict(thing.facts), **changed}
