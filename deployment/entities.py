"""Projects, labels, datasets and annotations of the run, in the API's own terms."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from contract.observations import Answer
from deployment.client import Client
from deployment.discovery import Discovery
from deployment.media import Dataset, Kind

Body = dict[str, Any]


def labels(count: int, prefix: str = "label") -> list[Body]:
    """``count`` labels of one exclusive group with names of their own."""
    return [{"name": f"{prefix} {n}", "color": "#ff0000ff", "group": "all"} for n in range(count)]


def pipeline(chain: Sequence[tuple[str, int]]) -> Body:
    """The pipeline of a chain of tasks, each a task type and a number of labels; ``crop`` lies between two tasks."""
    tasks: list[Body] = [{"title": "Dataset", "task_type": "dataset"}]
    for number, (task_type, count) in enumerate(chain, 1):
        if number > 1:
            tasks.append({"title": f"Crop {number}", "task_type": "crop"})
        made = [{**label, "group": f"group {number}"} for label in labels(count, f"task {number} label")]
        tasks.append({"title": f"Task {number}", "task_type": task_type, "labels": made})
    edges = [{"from": one["title"], "to": two["title"]} for one, two in itertools.pairwise(tasks)]
    return {"connections": edges, "tasks": tasks}


@dataclass(frozen=True, slots=True)
class Entities:
    """What can be created in the run's workspace, and read back.

    ``kept`` are the projects that an earlier process of the run filled, ids by name without the prefix; what is
    numbered begins at ``first_serial``, so that no process repeats what another made.
    """

    client: Client
    discovery: Discovery
    prefix: str = field(default="")
    kept: dict[str, str] = field(default_factory=dict)
    first_serial: int = 0

    def create_project(self, chain: Sequence[tuple[str, int]], name: str) -> Answer:
        """Create a project named ``prefix-name``; its ids are remembered as ours."""
        body = {"name": f"{self.prefix}-{name}", "pipeline": pipeline(chain)}
        answer = self.client.send("POST", f"{self.discovery.root}/projects", body)
        return self._remembered(answer, with_datasets=True)

    def taken_over(self, name: str) -> Answer | None:
        """The project of that name that an earlier process filled, as it reads back; each is given once."""
        identifier = self.kept.pop(name, None)
        if identifier is None:
            return None
        answer = self.client.send("GET", self.project_path(identifier))
        return self._remembered(answer, with_datasets=True) if answer.accepted else None

    def project_path(self, project: str) -> str:
        """Where a project lies."""
        return f"{self.discovery.root}/projects/{project}"

    def delete_project(self, project: str) -> Answer:
        """Delete a project of ours with all it holds."""
        return self.client.send("DELETE", self.project_path(project))

    def count_projects(self) -> int | None:
        """All projects of the workspace, those of others included; None where the deployment does not say."""
        answer = self.client.send("GET", f"{self.discovery.root}/projects", params={"limit": 1, "skip": 0})
        return _number(answer, "project_counts")

    def our_projects(self) -> dict[str, str] | None:
        """The projects of this run by id, as the deployment lists them; None where it does not."""
        listed = self._projects()
        return None if listed is None else {key: name for key, name in listed.items() if self._is_ours(name)}

    def others_projects(self) -> frozenset[str] | None:
        """The ids of the projects that are not of this run; None where the deployment does not list them."""
        listed = self._projects()
        return None if listed is None else frozenset(key for key, name in listed.items() if not self._is_ours(name))

    def _projects(self) -> dict[str, str] | None:
        answer = self.client.send("GET", f"{self.discovery.root}/projects_names")
        listed = answer.body.get("projects") if answer.accepted and isinstance(answer.body, dict) else None
        if not isinstance(listed, list):
            return None
        return {str(item.get("id")): str(item.get("name")) for item in listed if isinstance(item, dict)}

    def _is_ours(self, name: str) -> bool:
        return name == self.prefix or name.startswith(f"{self.prefix}-")

    def tasks_of(self, project: str) -> list[Body] | None:
        """The tasks of a project that can be trained, as it reads back."""
        answer = self.client.send("GET", self.project_path(project))
        chain = answer.body.get("pipeline") if answer.accepted and isinstance(answer.body, dict) else None
        tasks = chain.get("tasks") if isinstance(chain, dict) else None
        if not isinstance(tasks, list):
            return None
        return [task for task in tasks if isinstance(task, dict) and task.get("task_type") not in ("dataset", "crop")]

    def count_labels(self, project: str) -> int | None:
        """The labels of a project but those that the deployment adds by itself."""
        tasks = self.tasks_of(project)
        if tasks is None:
            return None
        return sum(not label.get("is_empty") for task in tasks for label in task.get("labels", []))

    def add_labels(self, project: str, count: int) -> Answer:
        """Edit a project of one task so that ``count`` labels are added to it."""
        path = self.project_path(project)
        answer = self.client.send("GET", path)
        if not answer.accepted or not isinstance(answer.body, dict):
            return answer
        body = answer.body
        for task in body.get("pipeline", {}).get("tasks", []):
            if task.get("labels"):
                task["labels"] = [
                    *task["labels"],
                    *({**label, "group": task["labels"][0].get("group", "all")} for label in labels(count, "added")),
                ]
                break
        return self.client.send("PUT", path, body)

    def create_dataset(self, project: str, name: str) -> Answer:
        """Create a dataset in a project of ours."""
        return self._remembered(self.client.send("POST", f"{self.project_path(project)}/datasets", {"name": name}))

    def count_datasets(self, project: str) -> int | None:
        """The datasets of a project as it lists them."""
        listed = self.datasets(project)
        return None if listed is None else len(listed)

    def datasets(self, project: str) -> list[Body] | None:
        """The datasets that a project lists; None where it does not."""
        answer = self.client.send("GET", f"{self.project_path(project)}/datasets")
        listed = answer.body.get("datasets") if answer.accepted and isinstance(answer.body, dict) else None
        return listed if isinstance(listed, list) else None

    def dataset(self, project: Answer) -> Dataset:
        """The dataset that came with a project just created."""
        path = self.project_path(project.body["id"])
        return Dataset(self.client, path, f"{path}/datasets/{project.body['datasets'][0]['id']}")

    def _remembered(self, answer: Answer, *, with_datasets: bool = False) -> Answer:
        body = answer.body if answer.accepted and isinstance(answer.body, dict) else {}
        if isinstance(body.get("id"), str):
            self.client.created.add(body["id"])
            self.client.created.update(str(item.get("id")) for item in body.get("datasets", []) if with_datasets)
        return answer


def count_media(dataset: Dataset) -> int | None:
    """The images and videos of a dataset, by the totals that the deployment gives."""
    answer = dataset.client.send("POST", f"{dataset.path}/media:query", {}, {"limit": 1})
    images, videos = _number(answer, "total_images"), _number(answer, "total_videos")
    return None if images is None or videos is None else images + videos


def some_media(dataset: Dataset) -> list[tuple[Kind, str]]:
    """Some of the media of a dataset, one page, as kind and id."""
    answer = dataset.client.send("POST", f"{dataset.path}/media:query", {}, {"limit": 100})
    listed = answer.body.get("media") if answer.accepted and isinstance(answer.body, dict) else None
    found = [each for each in listed or () if isinstance(each, dict)]
    return [("videos" if each.get("type") == "video" else "images", str(each.get("id"))) for each in found]


def annotate(dataset: Dataset, medium: str, frame: int | None, label: str, version: int) -> Answer:
    """Submit one version of the annotations of an image (``frame`` None) or of one frame of a video.

    The rectangle's width says which version it is, in pixels, so that no two versions are alike.
    """
    shape = {"type": "RECTANGLE", "x": 0, "y": 0, "width": 4 + version % 24, "height": 4 + version // 24 % 24}
    annotation = {"shape": shape, "labels": [{"id": label, "probability": 1.0}]}
    body = {"media_identifier": media_identifier(medium, frame), "annotations": [annotation]}
    return dataset.client.send("POST", annotations_path(dataset, medium, frame), body)


def media_identifier(medium: str, frame: int | None) -> Body:
    """How an annotation names its image (``frame`` None) or its frame of a video."""
    if frame is None:
        return {"type": "image", "image_id": medium}
    return {"type": "video_frame", "video_id": medium, "frame_index": frame}


def annotations_path(dataset: Dataset, medium: str, frame: int | None) -> str:
    """Where the annotations of an image or of one frame lie."""
    if frame is None:
        return f"{dataset.path}/media/images/{medium}/annotations"
    return f"{dataset.path}/media/videos/{medium}/frames/{frame}/annotations"


def _number(answer: Answer, key: str) -> int | None:
    value = answer.body.get(key) if answer.accepted and isinstance(answer.body, dict) else None
    return value if isinstance(value, int) and not isinstance(value, bool) else None
