"""Media of one project: two datasets are filled, and the last medium comes by one of three operations."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final

from contract import limits
from contract.limits import EnforcementPoint
from contract.observations import Answer, Observation
from contract.probes import comfortable_side
from deployment.media import Dataset, Kind
from generators.artefacts import make
from generators.specs import ImageSpec, VideoSpec
from judges.counts.entities import InProject, may_be_done
from judges.counts.probe import PLAIN
from judges.upload import upload, upload_labelled

_LONG: Final = 250


@dataclass
class Media(InProject):
    """Images and videos of one project, whatever dataset they are in.

    Two datasets are filled with images by turns, and the probe itself comes by the point ``by``.
    """

    title = "media"
    by: EnforcementPoint = EnforcementPoint.IMAGE_UPLOAD
    ours: list[tuple[Kind, str]] = field(default_factory=list)
    second: Dataset | None = None
    homes: dict[str, Dataset] = field(default_factory=dict)

    def observe(self, value: int) -> Observation:
        """By another way than the fill's, a refusal speaks of the count only where that way takes a first medium."""
        seen = super().observe(value)
        if seen.answer.accepted or self.by is EnforcementPoint.IMAGE_UPLOAD:
            return seen
        return replace(seen, control=self._first())

    def _first(self) -> Answer:
        """The answer to a medium by the probe's way into an empty project, which goes again."""
        made = self.entities.create_project(PLAIN, f"{self.title}-control")
        if not made.accepted:
            return made
        beside = replace(self, project=made, second=None, ours=[], homes={})
        try:
            return beside._create()
        finally:
            beside.release()

    def create(self, serial: int) -> Answer:
        """One more medium of a content of its own; the fill is images whatever the probe is."""
        return self._upload(ImageSpec(self._side, self._side, "png", "L", "noise", serial), serial)

    def _create(self) -> Answer:
        (serial,) = self._serials(1)
        if self.by is EnforcementPoint.VIDEO_UPLOAD:
            spec: ImageSpec | VideoSpec = VideoSpec(self._side, self._side, 2, 1, "mp4", seed=serial)
        else:
            spec = ImageSpec(self._side, self._side, "png", "L", "noise", serial)
        match self.kind:
            case limits.LONG_NAME:
                return self._noted(self.first_dataset(), upload(self.first_dataset(), make(spec), _long_name(spec)))
            case limits.SECOND_DATASET:
                second = self._datasets()[-1]
                return self._noted(second, upload_labelled(second, make(spec), [self.own_label()]))
            case _:
                return self._upload(spec, serial)

    @property
    def _side(self) -> int:
        assert self.profile is not None
        return comfortable_side(self.profile)

    def adopt(self) -> None:
        """The project, and its second dataset where it has one."""
        super().adopt()
        listed = self.entities.datasets(self.project.body["id"]) if self.project else None
        self._second(next((str(each.get("id")) for each in listed or () if not each.get("use_for_training")), None))

    def in_project(self) -> Answer:
        """The project with a second dataset, where one can be made. Raises ``UnreachableError``."""
        fresh = self.project is None
        project = super().in_project()
        if fresh:
            made = self.entities.create_dataset(project.body["id"], "second")
            self._second(made.text("id"))
        return project

    def _second(self, identifier: str | None) -> None:
        if identifier is None:
            return
        self.entities.client.created.add(identifier)
        first = self.first_dataset()
        self.second = replace(first, id=identifier)

    def _datasets(self) -> list[Dataset]:
        first = self.first_dataset()
        return [first] if self.second is None else [first, self.second]

    def _upload(self, spec: ImageSpec | VideoSpec, serial: int) -> Answer:
        datasets = self._datasets()
        home = datasets[serial % len(datasets)]
        return self._noted(home, upload(home, make(spec)))

    def _noted(self, home: Dataset, answer: Answer) -> Answer:
        """The answer, with a note of which dataset the medium lies in."""
        if answer.fields:
            self.homes[str(answer.body.get("id"))] = home
        return answer

    def remember(self, answer: Answer) -> None:
        """Keep kind and id."""
        self.ours.append((_kind(answer), answer.body["id"]))

    def there(self, answer: Answer) -> bool | None:
        """Whether the medium reads back from the dataset that it was uploaded to."""
        identifier = answer.body["id"]
        return self.entities.reads_back(
            f"{self.homes.get(identifier, self.first_dataset()).path}/media/{_kind(answer)}/{identifier}"
        )

    def count(self) -> int | None:
        """The totals of the project's datasets together."""
        counts = [dataset.count_media() for dataset in self._datasets()]
        return None if None in counts else sum(count for count in counts if count is not None)

    def shrink(self) -> int:
        """Delete the newest medium that is known; where none is, one that is listed: the whole project is ours."""
        if not self.ours:
            history = self.entities.client.history
            for dataset in self._datasets():
                listed = [
                    (kind, identifier)
                    for kind, identifier in dataset.some_media()
                    if not history.has_deleted(identifier)
                ]
                self.homes.update((identifier, dataset) for _kind, identifier in listed)
                self.ours += listed
        if not self.ours:
            return 0
        kind, identifier = self.ours.pop()
        return int(may_be_done(self.homes.pop(identifier, self.first_dataset()).delete(kind, identifier)))

    def release(self) -> None:
        """Delete the project with all it holds."""
        super().release()
        self.second = None
        self.homes.clear()


def _long_name(spec: ImageSpec | VideoSpec) -> str:
    """A file name of 250 characters with two extensions, the last of them in capitals."""
    end = f".part.{spec.format.upper()}"
    return "n" * (_LONG - len(end)) + end


def _kind(answer: Answer) -> Kind:
    """What an uploaded medium is called."""
    return "videos" if answer.body.get("type") == "video" else "images"
