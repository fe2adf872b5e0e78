"""What is made before anything is asked: one resource of each kind, and one of each that is then deleted."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from contract.operations import API
from deployment.bodies import rectangle_annotation
from deployment.client import Client
from deployment.discovery import Discovery
from deployment.entities import annotations_path
from deployment.errors import SetupError
from deployment.jobs import Jobs
from deployment.media import Dataset
from generators.archives import ArchiveItem, write_archive
from generators.artefacts import make
from judges.rest.kinds import kinds
from judges.rest.links import Link
from judges.rest.plan import Plan
from judges.rest.resources import IMAGE, Resources
from judges.rest.sender import filled
from judges.upload import answered, upload

_TRIES: Final = 3
# A listing may name what the next one asks for.
_ROUNDS: Final = 6


def make_resources(client: Client, discovery: Discovery, name: str, plan: Plan) -> Resources:
    """Live resources whose names begin with ``name``, made again where the network failed while they were made.

    Raises ``SetupError`` where it failed each time; whatever was made is deleted then.
    """
    counters = client.counters
    for _ in range(_TRIES):
        resources, before = Resources(client, discovery, name, document=plan.content or None), counters.failures
        resources.live |= {"organization": discovery.organization, "workspace": discovery.workspace}
        if client.area.read_only:
            resources.gaps["project"] = "the run only reads: whatever is asked for by its id names nothing"
            return resources
        try:
            dataset, resources.live["project"] = resources.new_project("a")
            _Maker(resources, dataset).make()
            _complete(resources, plan.links)
        except BaseException:
            resources.remove()
            raise
        if counters.failures == before or not resources.gaps:
            return resources
        resources.remove()
    raise SetupError(f"what is asked about could not be made, the network failed each time: {counters.last_failure}")


@dataclass(frozen=True, slots=True)
class _Maker:
    """Makes what one project holds; what could not be made is a gap with its reason."""

    resources: Resources
    dataset: Dataset

    def make(self) -> None:
        resources, dataset = self.resources, self.dataset
        resources.dataset = dataset
        resources.live["dataset"] = dataset.path.rsplit("/", 1)[-1]
        other, resources.elsewhere = resources.new_project("b")
        answered(lambda: upload(other, make(IMAGE)))  # what a listing of the first project must not show
        self._read_pipeline()
        for kind, annotation in (("image", "annotation"), ("video", "frame annotation")):
            medium, deleted = resources.new(kind), resources.new(kind)
            self._keep(kind, medium)
            self._keep(annotation, self._annotated(kind, medium), self._unannotated(kind))
            below = self._annotated(kind, deleted)
            if below is not None:
                resources.deleted_with[annotation] = below
            self._delete(f"{dataset.path}/media/{kind}s", kind, deleted)
        if "video" in resources.live:
            resources.live["frame"] = "0"
        self._upload_archive()
        self._start_job()
        self._delete(f"{dataset.project_path}/datasets", "dataset", resources.new("dataset"))
        self._delete(f"{resources.discovery.root}/projects", "project", resources.new_project("c")[1])

    def _keep(self, kind: str, identifier: str | None, gap: str = "none could be made") -> None:
        if identifier is None:
            self.resources.gaps.setdefault(kind, gap)
        else:
            self.resources.live[kind] = identifier

    def _delete(self, collection: str, kind: str, identifier: str | None) -> None:
        if identifier is None:
            self.resources.gaps.setdefault(kind, "none could be made")
            return
        # Where an answer was lost the next one finds it gone.
        answer = answered(lambda: self.resources.client.send("DELETE", f"{collection}/{identifier}"))
        if answer.accepted or answer.status in (404, 410):
            self.resources.deleted[kind] = identifier

    def _read_pipeline(self) -> None:
        resources = self.resources
        answer = answered(lambda: resources.client.send("GET", self.dataset.project_path))
        pipeline = answer.fields.get("pipeline")
        tasks = pipeline.get("tasks") if isinstance(pipeline, dict) else None
        for task in tasks if isinstance(tasks, list) else ():
            labels = task.get("labels") or [{}]
            task_id = task.get("id") if task.get("labels") else None
            for kind, identifier in (("task", task_id), ("label", labels[0].get("id"))):
                if isinstance(identifier, str):
                    resources.client.created.add(identifier)
                    resources.live.setdefault(kind, identifier)

    def _annotated(self, kind: str, medium: str | None) -> str | None:
        """The id of a new annotation of a medium; None where there is none."""
        label = self.resources.live.get("label")
        if medium is None or label is None:
            return None
        frame = 0 if kind == "video" else None
        body = rectangle_annotation(medium, frame, label, IMAGE.width, IMAGE.height)
        return self.resources.created(annotations_path(self.dataset, medium, frame), body, "id", "annotation_scene_id")

    def _unannotated(self, kind: str) -> str:
        """Why a medium of a kind has no annotation."""
        live = self.resources.live
        if kind not in live:
            return f"no {kind}"
        return "an annotation got no id" if "label" in live else "the project lists no labels with ids"

    def _upload_archive(self) -> None:
        """A small dataset of ours, as what can be imported."""
        item = ArchiveItem("image.png", make(IMAGE).content, IMAGE.width, IMAGE.height, "label")
        with tempfile.TemporaryDirectory(prefix="geti-contract-") as directory:
            path = Path(directory, "dataset.zip")
            write_archive(path, "coco", [item], ["label"])
            with path.open("rb") as content:
                jobs = Jobs(self.resources.client, self.resources.discovery)
                answer, file = jobs.upload(content, path.stat().st_size)
        self._keep("file", file, f"the upload of an archive got {answer.words}")

    def _start_job(self) -> None:
        """A job of ours that costs little: an export; where there is none, a training that has next to no data."""
        project = self.dataset.project_path
        asked: tuple[tuple[str, dict[str, Any] | None], ...] = (
            (f"{self.dataset.path}:prepare-for-export?export_format=coco", None),
            (f"{project}:export", None),
            (f"{project}:train", {}),
        )
        job = next(filter(None, (self.resources.created(path, body, "job_id") for path, body in asked)), None)
        self._keep("job", job, "neither an export nor a training could be started")


def _complete(resources: Resources, links: Sequence[Link]) -> None:
    """Find what the run's own projects hold of further kinds, by the listings among the links.

    Only what lies in a project of the run is asked: what a listing of the workspace names may be anybody's.
    """
    live = resources.live
    for _ in range(_ROUNDS):
        before = len(live)
        for link in links:
            names = kinds(link.producer)
            lists = link.producer.method == "GET" and "project" in names.values() and set(names.values()) <= set(live)
            if link.kind in live or not lists:
                continue
            path = filled(link.producer, {name: live[kind] for name, kind in names.items()})
            answer = resources.client.send("GET", path.removeprefix(API))
            identifier = link.follow(None, answer.body) if answer.accepted else None
            if identifier is not None:
                resources.owns(link.kind, identifier)
                live[link.kind] = identifier
        if len(live) == before:
            return
