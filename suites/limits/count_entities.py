"""The subjects themselves: projects, labels, tasks, datasets, media, annotation versions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import ClassVar, Final

from contract.limits import EnforcementPoint
from contract.observations import Answer, Observation
from contract.probes import comfortable_side
from contract.profiles import Profile
from contract.verdicts import unanswered
from deployment.entities import Entities, annotate, annotations_path, count_media, some_media
from deployment.media import Dataset, Kind
from generators.artefacts import make
from generators.specs import ImageSpec, VideoSpec
from suites.limits.count_at_once import AtOnce
from suites.limits.count_cases import TWO_TASKS
from suites.limits.count_subjects import Filled, UnreachableError
from suites.uploading import upload

_PLAIN = (("classification", 2),)
FILLS: Final = "fill-"


def resumable(title: str) -> bool:
    """Whether a project of this title, without the run's prefix, is one that a later process can go on filling."""
    return title.startswith(FILLS) or title in (Datasets.title, Media.title)


@dataclass
class Projects(Filled):
    """Projects of the organization: those of others are counted and left alone."""

    ours: list[str] = field(default_factory=list)

    def create(self, serial: int) -> Answer:
        """One more project."""
        return self.entities.create_project(_PLAIN, f"{FILLS}{serial}")

    def adopt(self) -> None:
        """All projects that were made for a fill."""
        kept = self.entities.kept
        self.ours += [kept.pop(name) for name in list(kept) if name.startswith(FILLS)]

    def remember(self, answer: Answer) -> None:
        """Keep its id."""
        self.ours.append(answer.body["id"])

    def there(self, answer: Answer) -> bool | None:
        """Whether the project reads back."""
        return self._reads(self.entities.project_path(answer.body["id"]))

    def count(self) -> int | None:
        """All projects of the workspace."""
        return self.entities.count_projects()

    def strangers(self) -> frozenset[str] | None:
        """Every project that is not of this run."""
        return self.entities.others_projects()

    def shrink(self) -> bool:
        """Delete the newest of ours."""
        return bool(self.ours) and self.entities.delete_project(self.ours.pop()).accepted

    def release(self) -> None:
        """Delete all of ours."""
        while self.ours:
            self.shrink()


@dataclass
class _InProject(Filled):
    """A limit within a project of its own."""

    profile: Profile | None = None
    project: Answer | None = None
    title: ClassVar[str]

    def adopt(self) -> None:
        """The project of the same title."""
        self.project = self.entities.taken_over(self.title)

    def in_project(self) -> Answer:
        """The project, created when first asked for. Raises ``UnreachableError``."""
        if self.project is None:
            answer = self.entities.create_project(_PLAIN, self.title)
            if not answer.accepted:
                raise UnreachableError(f"no project could be created for it ({answer.words})")
            self.project = answer
        return self.project

    def _dataset(self) -> Dataset:
        return self.entities.dataset(self.in_project())

    def release(self) -> None:
        """Delete the project with all it holds."""
        if self.project is not None:
            self.entities.delete_project(self.project.body["id"])
            self.project = None


@dataclass
class Datasets(_InProject):
    """Datasets of one project."""

    title = "datasets"
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

    def shrink(self) -> bool:
        """Delete the newest of ours."""
        path = self.entities.project_path(self.in_project().body["id"])
        return bool(self.ours) and self.entities.client.send("DELETE", f"{path}/datasets/{self.ours.pop()}").accepted


@dataclass
class Media(_InProject):
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
        made = self.entities.create_project(_PLAIN, f"{self.title}-control")
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
        if self.by is not EnforcementPoint.VIDEO_UPLOAD:
            return super()._create()
        serial = self._serials(1)[0]
        return self._upload(VideoSpec(self._side, self._side, 2, 1, "mp4", seed=serial), serial)

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
            self._second(made.body.get("id") if made.accepted and isinstance(made.body, dict) else None)
        return project

    def _second(self, identifier: str | None) -> None:
        if identifier is None:
            return
        self.entities.client.created.add(identifier)
        first = self._dataset()
        self.second = replace(first, path=f"{first.project_path}/datasets/{identifier}")

    def _datasets(self) -> list[Dataset]:
        first = self._dataset()
        return [first] if self.second is None else [first, self.second]

    def _upload(self, spec: ImageSpec | VideoSpec, serial: int) -> Answer:
        datasets = self._datasets()
        home = datasets[serial % len(datasets)]
        answer = upload(home, make(spec))
        if answer.accepted and isinstance(answer.body, dict):
            self.homes[str(answer.body.get("id"))] = home
        return answer

    def remember(self, answer: Answer) -> None:
        """Keep kind and id."""
        self.ours.append((_kind(answer), answer.body["id"]))

    def there(self, answer: Answer) -> bool | None:
        """Whether the medium reads back from the dataset that it was uploaded to."""
        identifier = answer.body["id"]
        return self._reads(f"{self.homes.get(identifier, self._dataset()).path}/media/{_kind(answer)}/{identifier}")

    def count(self) -> int | None:
        """The totals of the project's datasets together."""
        counts = [count_media(dataset) for dataset in self._datasets()]
        return None if None in counts else sum(count for count in counts if count is not None)

    def shrink(self) -> bool:
        """Delete the newest medium that is known; where none is, one that is listed: the whole project is ours."""
        if not self.ours:
            for dataset in self._datasets():
                found = some_media(dataset)
                self.homes.update((identifier, dataset) for _kind, identifier in found)
                self.ours += found
        if not self.ours:
            return False
        kind, identifier = self.ours.pop()
        return self.homes.pop(identifier, self._dataset()).delete(kind, identifier).accepted

    def release(self) -> None:
        """Delete the project with all it holds."""
        super().release()
        self.second = None
        self.homes.clear()


@dataclass
class Versions(_InProject):
    """Annotation versions of one image or of one frame; none may ever be lost."""

    title = "versions"
    frame: int | None = None
    medium: str = ""
    versions: list[str] = field(default_factory=list)

    def adopt(self) -> None:
        """Nothing: a medium whose versions are not all known says nothing about lost ones."""

    def create(self, serial: int) -> Answer:
        """One more version."""
        task = self.in_project().body["pipeline"]["tasks"][-1]
        return annotate(self._dataset(), self._medium(), self.frame, task["labels"][0]["id"], serial)

    def remember(self, answer: Answer) -> None:
        """Keep its id: each version must go on reading back."""
        self.versions.append(answer.body["id"])

    def there(self, answer: Answer) -> bool | None:
        """Whether the version of the medium reads back."""
        return self._reads(f"{annotations_path(self._dataset(), self._medium(), self.frame)}/{answer.body['id']}")

    def count(self) -> int | None:
        """The versions we know of, where the deployment's latest is one of them; None where it is another."""
        path = annotations_path(self._dataset(), self._medium(), self.frame)
        answer = self.entities.client.send("GET", f"{path}/latest")
        if answer.status == 204:
            return 0 if not self.versions else None
        latest = answer.body.get("id") if answer.accepted and isinstance(answer.body, dict) else None
        if latest in self.versions:
            return len(self.versions)
        return len(self.versions) + 1 if isinstance(latest, str) else None

    def lost(self) -> tuple[str, ...] | None:
        """Versions that no longer read back."""
        path = annotations_path(self._dataset(), self._medium(), self.frame)
        answers = [self.entities.client.send("GET", f"{path}/{version}") for version in self.versions]
        if any(unanswered(answer) is not None for answer in answers):
            return None
        gone = [answer for answer in answers if not answer.accepted]
        return (f"{len(gone)} of {len(self.versions)} earlier versions no longer read back",) if gone else ()

    def shrink(self) -> bool:
        """Versions cannot be deleted: go on with a new medium."""
        self.medium, self.versions = "", []
        return True

    def _medium(self) -> str:
        if not self.medium:
            assert self.profile is not None
            side = comfortable_side(self.profile)
            spec = ImageSpec(side, side, "png", "L") if self.frame is None else VideoSpec(side, side, 2, 1, "mp4")
            answer = upload(self._dataset(), make(spec))
            if not answer.accepted:
                raise UnreachableError(f"nothing to annotate could be uploaded ({answer.words})")
            self.medium = answer.body["id"]
        return self.medium


def _kind(answer: Answer) -> Kind:
    """What an uploaded medium is called."""
    return "videos" if answer.body.get("type") == "video" else "images"


def project_with(entities: Entities, chain: Callable[[int], list[tuple[str, int]]],
                 counted: Callable[[str], int | None]) -> Callable[[int], Observation]:  # fmt: skip
    """How a project is created with so many of something, looked at, and deleted again."""

    def accept(count: int) -> Observation:
        before = entities.our_projects()
        answer = entities.create_project(chain(count), f"with-{count}")
        after = entities.our_projects()
        if before is None or after is None:
            return Observation(answer, None, changes=None, differences=None)
        fresh = [identifier for identifier in after if identifier not in before]
        made = answer.body.get("id") if answer.accepted and isinstance(answer.body, dict) else None
        found = counted(str(made)) if made in fresh else None
        if made in fresh and found is None:
            differences = None
        else:
            differences = () if found == count else (f"{found} read back, sent {count}",)
        for identifier in fresh:
            entities.client.created.add(identifier)
            entities.delete_project(identifier)
        changes = tuple(f"project {identifier} appeared" for identifier in fresh if identifier != made)
        return Observation(answer, None, made in fresh, changes, differences if made in fresh else ())

    return accept


def edited_labels(entities: Entities) -> Callable[[int], Observation]:
    """How the labels of a project are brought to a number by an edit; the project is deleted again."""

    def accept(count: int) -> Observation:
        project = entities.create_project(_PLAIN, f"edited-{count}")
        if not project.accepted:
            raise UnreachableError(f"no project could be created for it ({project.words})")
        identifier = project.body["id"]
        try:
            answer = entities.add_labels(identifier, count - 2)
            found = entities.count_labels(identifier)
        finally:
            entities.delete_project(identifier)
        if found is None:
            return Observation(answer, None, changes=None, differences=None)
        left = () if answer.accepted or found == 2 else (f"{found} labels are there, before it was 2",)
        differs = () if found == count else (f"{found} labels read back, sent {count}",)
        return Observation(answer, None, answer.accepted and found != 2, left, differs)

    return accept


def labels_at_creation(entities: Entities, variant: str) -> AtOnce:
    """Labels of a new project: of its only task, or all but two of them of the first of ``two-tasks``."""
    if variant == TWO_TASKS:
        in_two = project_with(entities, lambda n: [("detection", n - 2), ("classification", 2)], entities.count_labels)
        return AtOnce(in_two, 3)
    return AtOnce(project_with(entities, lambda n: [("classification", n)], entities.count_labels), 2)


def labels_at_edit(entities: Entities) -> AtOnce:
    """Labels added to a project."""
    return AtOnce(edited_labels(entities), 3)


def tasks_at_creation(entities: Entities, last: str) -> AtOnce:
    """A chain of detections with crops between, ended by ``last``."""

    def chain(count: int) -> list[tuple[str, int]]:
        return [*[("detection", 1)] * (count - 1), (last, 2)]

    def counted(project: str) -> int | None:
        tasks = entities.tasks_of(project)
        return None if tasks is None else len(tasks)

    return AtOnce(project_with(entities, chain, counted), 1)
