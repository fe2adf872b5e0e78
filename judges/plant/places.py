"""Where planted things are now: by their ids, or by their names where an import gave them others."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from contract import operations as api
from contract.observations import Answer
from contract.planted import Thing
from deployment.bodies import objects
from deployment.client import Client
from deployment.media import Dataset

MOVED: Final = "an import makes new ids, and nothing lists this by a name"


@dataclass(slots=True)
class ProjectPlace:
    """One planted project as it reads now; ``moved`` says that it was found by its name, under another id.

    ``answer`` is that of the reading that decides; where the project is not there, ``gone`` says so.
    """

    client: Client
    id: str
    answer: Answer
    moved: bool = False
    gone: str = ""
    _media: dict[str, dict[str, dict[str, Any]] | None] = field(default_factory=dict)

    @property
    def tasks(self) -> list[dict[str, Any]]:
        """The tasks of the project."""
        return [dict(each) for each in objects(self.answer.fields.get("pipeline"), "tasks")]

    @property
    def labels(self) -> dict[str, str]:
        """The names of the labels of all tasks, by id."""
        return {
            str(label.get("id")): str(label.get("name")) for task in self.tasks for label in objects(task, "labels")
        }

    def dataset(self, thing: Thing) -> Dataset | None:
        """The dataset of a thing; None where the project lists none of that name."""
        if not self.moved:
            return Dataset(self.client, self.id, thing.ids["dataset"])
        listed = self.answer.objects("datasets") or ()
        same = [str(each.get("id")) for each in listed if each.get("name") == thing.names["dataset"]]
        return Dataset(self.client, self.id, same[0]) if same else None

    def listing(self, dataset: Dataset) -> dict[str, dict[str, Any]] | None:
        """The media that a dataset lists, read once; None where the listing cannot be read whole."""
        if dataset.id not in self._media:
            self._media[dataset.id] = dataset.listing()
        return self._media[dataset.id]

    def medium(self, thing: Thing, dataset: Dataset) -> str | None:
        """The id of the medium of a thing; None where it is neither listed nor can be read."""
        listed, identifier = self.listing(dataset), thing.ids["medium"]
        if self.moved:
            return next(
                (key for key, each in (listed or {}).items() if each.get("name") == thing.names["medium"]), None
            )
        if listed is None or identifier in listed:
            return identifier
        operation = api.READ_VIDEO if thing.sent.get("media") == "video" else api.READ_IMAGE
        answer = self.client.call(operation, self.id, dataset.id, identifier)
        return None if answer.status in (404, 410) else identifier


@dataclass(slots=True)
class Places:
    """Finds planted projects, each looked for once; ``root`` is the workspace's path."""

    client: Client
    root: str
    _found: dict[str, ProjectPlace] = field(default_factory=dict)

    def project(self, thing: Thing) -> ProjectPlace:
        """The project of a thing."""
        key = thing.ids["project"]
        if key not in self._found:
            self._found[key] = self._looked_for(key, thing.names["project"])
        return self._found[key]

    def _looked_for(self, identifier: str, name: str) -> ProjectPlace:
        answer = self.client.send(*api.READ_PROJECT.at(self.root, identifier))
        if answer.accepted or answer.status not in (400, 404, 410):
            return ProjectPlace(self.client, identifier, answer)
        listed = self.client.send(*api.LIST_PROJECT_NAMES.at(self.root))
        same = [key for key, each in (listed.names("projects") or {}).items() if each == name]
        if same:
            again = self.client.send(*api.READ_PROJECT.at(self.root, same[0]))
            return ProjectPlace(self.client, same[0], again, moved=True)
        if not listed.accepted:
            return ProjectPlace(self.client, identifier, listed)
        return ProjectPlace(self.client, identifier, answer, gone=f"project {name} is gone ({answer.words})")


@dataclass(frozen=True, slots=True)
class Where:
    """Where a thing is: its project, its dataset and its medium, as far as it has them."""

    place: ProjectPlace
    thing: Thing
    dataset: Dataset | None = None
    medium: str = ""

    @property
    def is_video(self) -> bool:
        """Whether its medium is a video."""
        return self.thing.sent.get("media") == "video"

    def ask(self, operation: api.ApiOperation, *more: str) -> Answer:
        """The answer of an operation on the medium."""
        assert self.dataset is not None
        return self.place.client.call(operation, self.place.id, self.dataset.id, self.medium, *more)

    def download(self, operation: api.ApiOperation, *more: str) -> tuple[Answer, bytes]:
        """What is given out of the medium."""
        assert self.dataset is not None
        path = self.place.client.path(operation, self.place.id, self.dataset.id, self.medium, *more)
        return self.place.client.download(path)
