"""What a deployment still shows of what a sequence has deleted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from contract.identifiers import canonical
from judges.machines.commands import Command
from judges.machines.entity import Entity, Kind
from judges.machines.remote import Remote
from judges.machines.symptoms import Aspect, Sign, Symptom

# Of the media that went with a dataset or a project so many are looked for.
_SOUGHT: Final = 2
_NO_ANNOTATION: Final = 204
MEDIA_KINDS: Final = (Kind.IMAGE, Kind.VIDEO)
ASPECTS: Final = {
    Kind.PROJECT: Aspect.PROJECT,
    Kind.DATASET: Aspect.DATASET,
    Kind.LABEL: Aspect.LABELS,
    Kind.IMAGE: Aspect.MEDIA,
    Kind.VIDEO: Aspect.MEDIA,
}


@dataclass(frozen=True, slots=True)
class Leftovers:
    """Looks for what was deleted, by itself or with what it lay in."""

    remote: Remote

    def symptoms(self) -> Iterator[Symptom]:
        """What was deleted, by itself or with what it lay in, is answered by nothing that reads it."""
        sought: dict[int, int] = {}
        for entity in self.remote.world.gone():
            if entity.kind is Kind.LABEL or entity.serial not in self.remote.ids:
                continue
            if entity.kind in MEDIA_KINDS:
                sought[entity.deleted] = sought.get(entity.deleted, 0) + 1
                if sought[entity.deleted] > _SOUGHT:
                    continue
            yield from self._still_read(entity)
        names = self.remote.workspace.entities.our_projects() or {}
        yield from self.still_listed((Kind.PROJECT,), names, Entity(0, Kind.PROJECT))

    def _still_read(self, entity: Entity) -> Iterator[Symptom]:
        client = self.remote.workspace.client
        for path in self._paths(entity):
            query = path.endswith(":query")
            reading = Command("POST", path, {}) if query else Command("GET", path)
            answer = client.send(reading.method, path, reading.body)
            shown = answer.accepted and answer.status != _NO_ANNOTATION
            if bool(answer.objects("media")) if query else shown:
                place = path.partition(self.remote.ids[entity.serial])[2] or "by itself"
                symptom = self._still_there(entity, f"deleted{self._with(entity)}, and still read ({place})")
                yield replace(symptom, reading=reading, answer=answer)
                return

    def _paths(self, entity: Entity) -> list[str]:
        """Where what is gone could be read."""
        if entity.kind is Kind.PROJECT:
            return [self.remote.workspace.entities.project_path(self.remote.ids[entity.serial])]
        if entity.kind is Kind.DATASET:
            path = self.remote.dataset(entity.serial).path
            return [path, f"{path}/statistics", f"{path}/media:query"]
        path, display = self.remote.medium_path(entity.serial), self.remote.display_path(entity.serial)
        annotations = f"{self.remote.annotations_path(entity.serial)}/latest"
        return [path, display, f"{path}/display/thumb", *([annotations] if entity.annotation else [])]

    def still_listed(self, kinds: Sequence[Kind], shown: Mapping[str, str], holder: Entity) -> Iterator[Symptom]:
        """What of these kinds was deleted, and is among what a holder shows by id."""
        for entity in self.remote.world.gone():
            if entity.kind in kinds and of_id(shown, self.remote.ids.get(entity.serial)) is not None:
                where = f"in {holder.words}" if holder.serial else "by the workspace"
                yield self._still_there(entity, f"deleted{self._with(entity)}, and still listed {where}")

    def _still_there(self, entity: Entity, words: str) -> Symptom:
        deleted = self.remote.world.entities[entity.deleted].kind
        kind = "medium" if deleted in MEDIA_KINDS else str(deleted)
        words = f"{entity.words} was {words}"
        return Symptom(Sign.STILL_THERE, ASPECTS[entity.kind], words, subject=entity.serial, deleted=kind)

    def _with(self, entity: Entity) -> str:
        return f" with {self.remote.world.entities[entity.deleted].words}" if entity.deleted != entity.serial else ""


def of_id(shown: Mapping[str, str], identifier: str | None) -> str | None:
    """What is shown under an id, in whatever spelling; None where it is not shown, or has no id."""
    if identifier is None:
        return None
    return next((name for key, name in shown.items() if canonical(key) == canonical(identifier)), None)
