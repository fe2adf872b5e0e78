"""Subjects that are filled up one by one: projects, datasets, annotation versions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Final

from contract.limits import LONG_NAME
from contract.observations import Answer
from contract.operations import CREATE_DATASET
from contract.probes import Side, comfortable_side
from contract.profiles import Profile
from contract.verdicts import inconclusive_reason
from deployment.bodies import long_name, objects
from deployment.entities import annotate, annotations_path
from deployment.media import Dataset
from generators.artefacts import make
from generators.specs import ImageSpec, VideoSpec
from judges.counts.case import CountCase
from judges.counts.incremental import IncrementalProbe
from judges.counts.probe import DETECTION, PLAIN, UnreachableError
from judges.rest.comparison import altered
from judges.results import Outcome
from judges.upload import answered, upload

# Of many versions so many are looked for where none should have gone.
_SOUGHT: Final = 12


def may_be_done(answer: Answer) -> bool:
    """Whether a deletion was done, or its answer lost: the count says which."""
    return answer.accepted or answer.lost


@dataclass
class InProject(IncrementalProbe):
    """A limit within a project of its own."""

    profile: Profile | None = None
    project: Answer | None = None
    title: ClassVar[str]
    at_birth: ClassVar[int] = 0

    def recount(self) -> int | None:
        """What a project is made with, where it is new."""
        if self.project is not None:
            return super().recount()
        self.in_project()
        return self.at_birth

    chain: ClassVar[Sequence[tuple[str, int]]] = PLAIN

    def adopt(self) -> None:
        """The project of the same title."""
        self.project = self.entities.resumed(self.title)

    def in_project(self) -> Answer:
        """The project, created when first asked for. Raises ``UnreachableError``."""
        if self.project is None:
            answer = self.entities.create_project(self.chain, self.title)
            if not answer.accepted:
                raise UnreachableError(f"no project could be created for it ({answer.words_with_message})")
            self.project = answer
        return self.project

    def own_label(self) -> str:
        """The id of a label that was sent, none that a deployment adds. Raises ``UnreachableError``."""
        tasks = objects(self.in_project().fields.get("pipeline"), "tasks")
        named = (label for task in tasks for label in objects(task, "labels") if not label.get("is_empty"))
        label = next((label["id"] for label in named if isinstance(label.get("id"), str)), None)
        if label is None:
            raise UnreachableError("the project shows no label with an id")
        return str(label)

    def first_dataset(self) -> Dataset:
        """The dataset that came with the project."""
        return self.entities.dataset(self.in_project())

    def release(self) -> None:
        """Delete the project with all it holds."""
        if self.project is not None:
            self.entities.delete_project(self.project.body["id"])
            self.project = None


@dataclass
class Datasets(InProject):
    """Datasets of one project."""

    title = "datasets"
    at_birth = 1
    ours: list[str] = field(default_factory=list)

    def adopt(self) -> None:
        """The project, and its datasets but the first, which came with it."""
        super().adopt()
        listed = self.entities.datasets(self.project.body["id"]) if self.project else None
        self.ours = [str(each.get("id")) for each in listed or () if not each.get("use_for_training")]
        self.entities.client.created.update(self.ours)

    def create(self, serial: int) -> Answer:
        """One more dataset."""
        return self.entities.create_dataset(self.in_project().body["id"], f"dataset {serial}")

    def _create(self) -> Answer:
        (serial,) = self._serials(1)
        return self.entities.create_dataset(self.in_project().body["id"], self._named(f"dataset {serial}"))

    def _named(self, name: str) -> str:
        """The name, made long where the case in hand says so."""
        return long_name(name, self.entities.document, CREATE_DATASET) if self.kind == LONG_NAME else name

    def remember(self, answer: Answer) -> None:
        """Keep its id."""
        self.ours.append(answer.body["id"])

    def there(self, answer: Answer) -> bool | None:
        """Whether the project lists the dataset."""
        listed = self.entities.datasets(self.in_project().body["id"])
        return None if listed is None else any(each.get("id") == answer.body["id"] for each in listed)

    def count(self) -> int | None:
        """The datasets that the project lists."""
        return self.entities.count_datasets(self.in_project().body["id"])

    def shrink(self) -> int:
        """Delete the newest of ours."""
        path, client = self.entities.project_path(self.in_project().body["id"]), self.entities.client
        return int(bool(self.ours) and may_be_done(client.send("DELETE", f"{path}/datasets/{self.ours.pop()}")))


@dataclass
class Versions(InProject):
    """Annotation versions of one image or of one frame; none may ever be lost, or read back as another.

    ``shapes`` are those of each version, as its submission was answered.
    """

    title = "versions"
    frees_places = False
    chain = DETECTION
    frame: int | None = None
    medium: str = ""
    second: str = ""
    versions: list[str] = field(default_factory=list)
    shapes: dict[str, list[Any]] = field(default_factory=dict)
    past_limit: bool = False

    def judge(self, case: CountCase) -> Outcome:
        """What one case comes to; past the limit every version is looked for."""
        self.past_limit = case.probe.side is Side.ABOVE
        return super().judge(case)

    def adopt(self) -> None:
        """Nothing: a medium whose versions are not all known says nothing about lost ones."""

    def create(self, serial: int) -> Answer:
        """One more version: the rectangle's size says which, so that no two versions are alike."""
        label = self.own_label()
        width, height = 4 + serial % 24, 4 + serial // 24 % 24
        return annotate(self._home(), self._medium(), self.frame, label, width, height)

    def remember(self, answer: Answer) -> None:
        """Keep its id: each version must go on reading back."""
        self.versions.append(answer.body["id"])
        self.shapes[answer.body["id"]] = _shapes(answer)

    def there(self, answer: Answer) -> bool | None:
        """Whether the version of the medium reads back."""
        return self.entities.reads_back(
            f"{annotations_path(self._home(), self._medium(), self.frame)}/{answer.body['id']}"
        )

    def count(self) -> int | None:
        """The versions we know of, where the deployment's latest is one of them; None where it is another."""
        path = annotations_path(self._home(), self._medium(), self.frame)
        answer = self.entities.client.send("GET", f"{path}/latest")
        if answer.status == 204:
            return 0 if not self.versions else None
        latest = answer.text("id")
        if latest in self.versions:
            return len(self.versions)
        return len(self.versions) + 1 if latest is not None else None

    def lost(self) -> tuple[str, ...] | None:
        """Versions that no longer read back as they were answered: past the limit of all, else of some.

        The latest may be one that a host which is behind knows; it is none that was refused.
        """
        path = annotations_path(self._home(), self._medium(), self.frame)
        sought = self.versions if self.past_limit else self.versions[:: max(1, len(self.versions) // _SOUGHT)]
        answers = [self.entities.client.send("GET", f"{path}/{version}") for version in sought]
        if any(inconclusive_reason(answer) is not None for answer in answers):
            return None
        gone = [answer for answer in answers if not answer.accepted]
        if gone:
            return (f"{len(gone)} of {len(sought)} earlier versions no longer read back",)
        other = [
            version
            for version, answer in zip(sought, answers, strict=True)
            if altered(self.shapes[version], _shapes(answer))
        ]
        if other:
            return (f"{len(other)} of {len(sought)} earlier versions read back with other annotations",)
        latest = self.entities.client.send("GET", f"{path}/latest") if self.past_limit else Answer(None)
        known = not latest.accepted or any(not altered(each, _shapes(latest)) for each in self.shapes.values())
        return () if known else ("the latest version has annotations of none that was accepted",)

    def shrink(self) -> int:
        """Versions cannot be deleted: go on with a new medium."""
        freed = max(1, len(self.versions))
        self.medium, self.versions, self.shapes = "", [], {}
        return freed

    def recount(self) -> int | None:
        """Nobody can say whether a version was written whose answer was lost: go on with a new medium."""
        self.shrink()
        return self.count()

    def _home(self) -> Dataset:
        """Where the medium lies: an image in a second dataset, where one can be made, which is not for training."""
        first = self.first_dataset()
        if self.frame is None and not self.second:
            project = self.in_project().body["id"]
            self.second = self.entities.create_dataset(project, "second").text("id") or first.id
        return replace(first, id=self.second) if self.second else first

    def release(self) -> None:
        """Delete the project with all it holds."""
        super().release()
        self.second = ""

    def _medium(self) -> str:
        if not self.medium:
            assert self.profile is not None
            side = comfortable_side(self.profile)
            spec = ImageSpec(side, side, "png", "L") if self.frame is None else VideoSpec(side, side, 2, 1, "mp4")
            answer = answered(lambda: upload(self._home(), make(spec)))
            if not answer.accepted:
                raise UnreachableError(f"nothing to annotate could be uploaded ({answer.words_with_message})")
            self.medium = answer.body["id"]
        return self.medium


def _shapes(answer: Answer) -> list[Any]:
    """The shapes of the annotations that an answer shows."""
    return [each.get("shape") for each in objects(answer.fields, "annotations")]
