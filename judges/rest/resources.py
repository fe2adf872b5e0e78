"""Live resources of the run, by kind: what the parameters of a path are filled with."""

from __future__ import annotations

import secrets
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from contract.limits import EnforcementPoint
from contract.observations import Answer
from contract.openapi import Operation
from contract.operations import API
from deployment.client import Client
from deployment.discovery import Discovery
from deployment.entities import annotations_path, media_identifier
from deployment.jobs import Jobs
from deployment.media import Dataset, create_dataset
from generators.archives import ArchiveItem, write_archive
from generators.artefacts import make
from generators.specs import ImageSpec, MediaSpec, VideoSpec
from judges.rest.kinds import kinds
from judges.upload import answered, kind_of, upload

_DELETABLE: Final = frozenset(
    {
        EnforcementPoint.PROJECT_CREATION,
        EnforcementPoint.DATASET_CREATION,
        EnforcementPoint.IMAGE_UPLOAD,
        EnforcementPoint.VIDEO_UPLOAD,
    }
)
_IDS: Final = ("id", "job_id", "file_id", "annotation_scene_id")
IMAGE: Final = ImageSpec(64, 48)
VIDEO: Final = VideoSpec(64, 48, 4, 2)


def annotation(identifier: dict[str, Any], label: str) -> dict[str, Any]:
    """One rectangle over the whole of the run's medium, with one label."""
    shape = {"type": "RECTANGLE", "x": 0, "y": 0, "width": IMAGE.width, "height": IMAGE.height}
    labels = [{"id": label, "probability": 1.0}]
    return {"media_identifier": identifier, "annotations": [{"shape": shape, "labels": labels}]}


@dataclass(slots=True)
class Resources:
    """What this run made to be asked about.

    ``live`` and ``deleted`` hold an id by kind, ``elsewhere`` the id of a second project of the run; ``gaps`` says
    why a kind could not be made. Ids that are made up are drawn at random from 96 bits: they are nobody's.
    """

    client: Client
    discovery: Discovery
    name: str
    live: dict[str, str] = field(default_factory=dict)
    deleted: dict[str, str] = field(default_factory=dict)
    elsewhere: str = ""
    gaps: dict[str, str] = field(default_factory=dict)
    projects: list[str] = field(default_factory=list)
    spares: dict[str, str] = field(default_factory=dict)
    _dataset: Dataset | None = None

    def make(self) -> None:
        """Make one of each kind, a second project, and one of each kind that is then deleted. Raises ``SetupError``."""
        self.live |= {"organization": self.discovery.organization, "workspace": self.discovery.workspace}
        if self.client.area.read_only:
            self.gaps["project"] = "the run only reads: whatever is asked for by its id is nobody's"
            return
        self._dataset, first = self._project("a")
        self.live |= {"project": first, "dataset": self._dataset.path.rsplit("/", 1)[-1]}
        self.elsewhere = self._project("b")[1]
        self._read_pipeline()
        for kind, spec in (("image", IMAGE), ("video", VIDEO)):
            self._keep(kind, self.upload(spec))
            self._delete(f"{self._dataset.path}/media/{kind}s", kind, self.upload(spec))
        if "video" in self.live:
            self.live["frame"] = "0"
        self._annotate()
        self._upload_archive()
        self._start_job()
        self._delete(f"{self._dataset.project_path}/datasets", "dataset", self.new("dataset"))
        self._delete(f"{self.discovery.root}/projects", "project", self._project("c")[1])

    def new(self, kind: str) -> str | None:
        """A fresh resource of a kind that the run can make at any time; None where it cannot."""
        assert self._dataset is not None, "the resources are made first"
        if kind == "project":
            return self._project(f"spare-{len(self.projects)}")[1]
        if kind in ("image", "video"):
            return self.upload(IMAGE if kind == "image" else VIDEO)
        if kind == "dataset":
            body = {"name": f"{self.name}-{secrets.token_hex(2)}"}
            return self._created("POST", f"{self._dataset.project_path}/datasets", body)
        return None

    def owns(self, kind: str, identifier: str) -> None:
        """Note that a resource is the run's own, and to be deleted with it."""
        self.client.created.add(identifier)
        if kind == "project":
            self.projects.append(identifier)

    def values(self, operation: Operation) -> tuple[dict[str, str], tuple[str, ...]]:
        """A value for each path parameter, and the names of those that had to be made up.

        Operations that change or delete what their path names get a resource of their own.
        """
        found, made_up = {}, []
        named = kinds(operation)
        last = operation.parameters[-1] if operation.path.endswith("}") else None
        for name, kind in named.items():
            value = self.live.get(kind)
            if name == last and operation.method in ("PUT", "PATCH", "DELETE"):
                value = self._spare(kind) or (None if operation.method == "DELETE" else value)
            if value is None:
                made_up.append(name)
                value = self.nobodys(kind)
            found[name] = value
        return found, tuple(made_up)

    def spent(self, operation: Operation) -> None:
        """Note that what an operation was given to delete is gone."""
        for kind in kinds(operation).values():
            self.spares.pop(kind, None)

    def took(self, operation: Operation, path: str, answer: Answer) -> None:
        """Note what an accepted request created or deleted; what can be deleted by itself is deleted at once.

        A search creates much, and what it leaves would soon stand at a limit.
        """
        if operation.method == "DELETE":
            self.spent(operation)
        if not operation.mutates or not isinstance(answer.body, dict):
            return
        self.client.created.update(
            value for name, value in answer.body.items() if name in _IDS and isinstance(value, str)
        )
        made = answer.body.get("id")
        if operation.method == "POST" and isinstance(made, str) and not _DELETABLE.isdisjoint(operation.points):
            is_project = EnforcementPoint.PROJECT_CREATION in operation.points
            self.projects += [made] if is_project else []
            if self.client.send("DELETE", f"{path.removeprefix(API)}/{made}").accepted and is_project:
                self.projects.remove(made)

    def nobodys(self, kind: str = "") -> str:
        """A well-formed id that names nothing."""
        made = "999999" if kind == "frame" else secrets.token_hex(12)
        self.client.created.add(made)
        return made

    def upload(self, spec: MediaSpec) -> str | None:
        """Upload one medium into the dataset of the run; its id, or None where it was refused."""
        assert self._dataset is not None, "the resources are made first"
        dataset, artefact = self._dataset, make(spec)
        answer = answered(lambda: upload(dataset, artefact))
        found = answer.text("id")
        if found is None:
            self.gaps.setdefault(kind_of(spec)[:-1], f"its upload got {answer.words}")
        return found

    def remove(self) -> None:
        """Delete every project made here; what stays is deleted when the run ends."""
        for project in self.projects:
            self.client.send("DELETE", f"{self.discovery.root}/projects/{project}")

    def _spare(self, kind: str) -> str | None:
        if kind not in self.spares:
            made = self.new(kind)
            if made is None:
                return None
            self.spares[kind] = made
        return self.spares[kind]

    def _project(self, suffix: str) -> tuple[Dataset, str]:
        dataset = create_dataset(self.client, self.discovery, f"{self.name}-{suffix}")
        self.projects.append(dataset.project)
        return dataset, dataset.project

    def _keep(self, kind: str, identifier: str | None) -> None:
        if identifier is not None:
            self.live[kind] = identifier

    def _created(self, method: str, path: str, body: dict[str, Any], key: str = "id") -> str | None:
        answer = answered(lambda: self.client.send(method, path, body))
        found = answer.text(key)
        if found is not None:
            self.client.created.add(found)
        return found

    def _delete(self, collection: str, kind: str, identifier: str | None) -> None:
        if identifier is None:
            self.gaps.setdefault(kind, "none could be made")
        else:
            # Where an answer was lost the next one finds it gone.
            answer = answered(lambda: self.client.send("DELETE", f"{collection}/{identifier}"))
            if answer.accepted or answer.status in (404, 410):
                self.deleted[kind] = identifier

    def _read_pipeline(self) -> None:
        assert self._dataset is not None, "the resources are made first"
        path = self._dataset.project_path
        answer = answered(lambda: self.client.send("GET", path))
        pipeline = answer.fields.get("pipeline")
        tasks = pipeline.get("tasks") if isinstance(pipeline, dict) else None
        for task in tasks if isinstance(tasks, list) else ():
            labels = task.get("labels") or [{}]
            own = task.get("id") if task.get("labels") else None
            for kind, found in (("task", own), ("label", labels[0].get("id"))):
                if isinstance(found, str):
                    self.client.created.add(found)
                    self.live.setdefault(kind, found)

    def _annotate(self) -> None:
        assert self._dataset is not None, "the resources are made first"
        for kind, medium in (("annotation", "image"), ("frame annotation", "video")):
            if not {medium, "label"} <= set(self.live):
                self.gaps[kind] = "the project lists no labels with ids" if medium in self.live else f"no {medium}"
                continue
            item = self.live[medium]
            frame = 0 if medium == "video" else None
            path = annotations_path(self._dataset, item, frame)
            body = annotation(media_identifier(item, frame), self.live["label"])
            made = self._created("POST", path, body) or self._created("POST", path, body, "annotation_scene_id")
            self._keep(kind, made)
            if made is None:
                self.gaps[kind] = "an annotation got no id"

    def _upload_archive(self) -> None:
        """A small dataset of ours, as what can be imported."""
        item = ArchiveItem("image.png", make(IMAGE).content, IMAGE.width, IMAGE.height, "label")
        with tempfile.TemporaryDirectory(prefix="geti-contract-") as directory:
            path = Path(directory, "dataset.zip")
            write_archive(path, "coco", [item], ["label"])
            with path.open("rb") as content:
                answer, file = Jobs(self.client, self.discovery).upload(content, path.stat().st_size)
        self._keep("file", file)
        if file is None:
            self.gaps["file"] = f"the upload of an archive got {answer.words}"

    def _start_job(self) -> None:
        """A job of ours that costs little: an export; where there is none, a training that has next to no data."""
        assert self._dataset is not None, "the resources are made first"
        project = self._dataset.project_path
        job = (
            self._created("POST", f"{self._dataset.path}:prepare-for-export?export_format=coco", {}, "job_id")
            or self._created("POST", f"{project}:export", {}, "job_id")
            or self._created("POST", f"{project}:train", {}, "job_id")
        )
        self._keep("job", job)
        if job is None:
            self.gaps["job"] = "neither an export nor a training could be started"
