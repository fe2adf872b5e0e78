"""Every documented limit, met through Geti's client: its own error arrives there, and one less is accepted."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from geti_sdk import Geti
from geti_sdk.data_models import Project
from geti_sdk.data_models.media import VideoFrame
from geti_sdk.http_session import GetiRequestException
from test_client import clients, scene

from conftest import IMAGE, LIMITS, VIDEO, NewProject
from generators.archives import ArchiveItem, write_archive
from generators.artefacts import make
from generators.specs import ImageSpec, VideoSpec

Stored = Callable[..., str]
PLAIN = ImageSpec(64, 48)


def refused(limit: str, act: Callable[[], object]) -> None:
    """The client raises the deployment's refusal, which names this limit and no other."""
    with pytest.raises(GetiRequestException) as caught:
        act()
    assert caught.value.status_code == 409
    assert caught.value.response_error_code == "limit_reached"
    assert str(caught.value.response_message).startswith(f"{limit}: ")


def numbered(count: int) -> list[str]:
    return [f"label {number}" for number in range(count)]


def test_projects(geti: Geti, new_project: NewProject) -> None:
    for _ in range(LIMITS["organization.projects.max"]):
        new_project()
    refused("organization.projects.max", new_project)


def test_labels_of_a_new_project(new_project: NewProject) -> None:
    most = LIMITS["project.labels.max"]
    made = new_project("classification", [numbered(most)])
    assert len(made.get_all_labels()) == most
    refused("project.labels.max", lambda: new_project("classification", [numbered(most + 1)]))


def test_labels_added_to_a_project(geti: Geti, project: Project) -> None:
    room = LIMITS["project.labels.max"] - 2
    grown = geti.project_client.add_labels(numbered(room), project)
    refused("project.labels.max", lambda: geti.project_client.add_labels(["one too many"], grown))


def test_tasks_of_a_chain(new_project: NewProject) -> None:
    new_project("detection_to_classification", [["animal"], ["cat", "dog"]])
    three = "detection_to_classification_to_classification"
    refused("project.tasks.max", lambda: new_project(three, [["animal"], ["cat", "dog"], ["old", "young"]]))


def test_datasets(geti: Geti, project: Project) -> None:
    *_, datasets = clients(geti, project)
    for number in range(LIMITS["project.datasets.max"] - 1):
        datasets.create_dataset(f"dataset {number}")
    refused("project.datasets.max", lambda: datasets.create_dataset("one too many"))


def test_media(geti: Geti, project: Project, stored: Stored) -> None:
    images, videos, _, datasets = clients(geti, project)
    elsewhere = datasets.create_dataset("counts too")
    images.upload_image(stored(IMAGE), dataset=elsewhere)
    videos.upload_video(stored(VIDEO))
    for number in range(LIMITS["project.media.max"] - 2):
        images.upload_image(stored(IMAGE, f"{number}.jpg"))
    refused("project.media.max", lambda: images.upload_image(stored(IMAGE)))
    refused("project.media.max", lambda: videos.upload_video(stored(VIDEO)))
    assert len(images.get_all_images()) + len(videos.get_all_videos()) == LIMITS["project.media.max"] - 1


def test_media_of_a_folder(geti: Geti, project: Project, stored: Stored) -> None:
    images, *_ = clients(geti, project)
    for number in range(LIMITS["project.media.max"] + 1):
        folder = stored(IMAGE, f"folder/{number}.jpg").rpartition("/")[0]
    refused("project.media.max", lambda: images.upload_folder(folder))
    assert len(images.get_all_images()) == LIMITS["project.media.max"]


@pytest.mark.parametrize(
    ("limit", "inside", "outside"),
    [
        ("image.pixels.max", (200, 200), (200, 201)),
        ("image.side.min", (32, 64), (31, 64)),
        ("image.side.max", (400, 64), (401, 64)),
    ],
)
def test_images(
    geti: Geti, project: Project, stored: Stored, limit: str, inside: tuple[int, int], outside: tuple[int, int]
) -> None:
    images, *_ = clients(geti, project)
    assert images.upload_image(stored(replace(PLAIN, width=inside[0], height=inside[1]))).id
    refused(limit, lambda: images.upload_image(stored(replace(PLAIN, width=outside[0], height=outside[1]))))
    assert len(images.get_all_images()) == 1


@pytest.mark.parametrize(
    ("limit", "inside", "outside"),
    [
        ("video.side.min", VideoSpec(32, 32, 4, 2), VideoSpec(30, 32, 4, 2)),
        ("video.width.max", VideoSpec(320, 64, 4, 2), VideoSpec(322, 64, 4, 2)),
        ("video.height.max", VideoSpec(64, 240, 4, 2), VideoSpec(64, 242, 4, 2)),
        ("video.duration.max", VideoSpec(64, 64, 10, 2), VideoSpec(64, 64, 12, 2)),
    ],
)
def test_videos(
    geti: Geti, project: Project, stored: Stored, limit: str, inside: VideoSpec, outside: VideoSpec
) -> None:
    _, videos, *_ = clients(geti, project)
    assert videos.upload_video(stored(inside)).id
    refused(limit, lambda: videos.upload_video(stored(outside)))
    assert len(videos.get_all_videos()) == 1


@pytest.mark.parametrize("of_a_frame", [False, True])
def test_annotation_versions(geti: Geti, project: Project, stored: Stored, *, of_a_frame: bool) -> None:
    images, videos, annotations, _ = clients(geti, project)
    item = (
        VideoFrame.from_video(videos.upload_video(stored(VIDEO)), 1)
        if of_a_frame
        else images.upload_image(stored(IMAGE))
    )
    for width in range(LIMITS["media.annotation-versions.max"]):
        annotations.upload_annotation(item, scene(project, width=width + 1))
    refused("media.annotation-versions.max", lambda: annotations.upload_annotation(item, scene(project, width=40)))
    kept = annotations.get_annotation(item)
    assert kept is not None
    assert kept.annotations[0].shape.width == LIMITS["media.annotation-versions.max"]


def test_training_beyond_the_limit_carries_its_warning(geti: Geti, new_project: NewProject, stored: Stored) -> None:
    project = new_project("classification", [["cat", "dog"]])
    images, _, annotations, _ = clients(geti, project)
    for number in range(LIMITS["training.dataset-size.max"] + 1):
        annotations.upload_annotation(images.upload_image(stored(IMAGE, f"{number}.jpg")), scene(project))
    workspace = f"workspaces/{geti.workspace_id}"
    job = geti.session.get_rest_response(f"{workspace}/projects/{project.id}:train", "POST", data={})["job_id"]
    for _ in range(200):
        ended = geti.session.get_rest_response(f"{workspace}/jobs/{job}", "GET")
        if ended["state"] == "finished":
            break
        time.sleep(0.05)
    assert f"the limit is {LIMITS['training.dataset-size.max']}" in ended["steps"][0]["warning"]


@pytest.fixture
def archive(tmp_path: Path) -> Callable[[int], str]:
    """Writes a COCO archive of one image and so many labels."""

    def write(labels: int) -> str:
        names = numbered(labels)
        content = make(PLAIN).content
        path = tmp_path / f"archive-{labels}.zip"
        write_archive(path, "coco", [ArchiveItem("image.png", content, PLAIN.width, PLAIN.height, names[0])], names)
        return str(path)

    return write


def test_labels_of_an_imported_project(geti: Geti, archive: Callable[[int], str]) -> None:
    most = LIMITS["project.labels.max"]
    made = geti.import_dataset(archive(most), "imported", "classification")
    try:
        assert {label.name for label in made.get_all_labels()} == set(numbered(most))
        refused("project.labels.max", lambda: geti.import_dataset(archive(most + 1), "too many", "classification"))
    finally:
        geti.project_client.delete_project(made, requires_confirmation=False)


def test_projects_by_import(geti: Geti, new_project: NewProject, archive: Callable[[int], str]) -> None:
    for _ in range(LIMITS["organization.projects.max"]):
        new_project()
    refused("organization.projects.max", lambda: geti.import_dataset(archive(2), "one too many", "classification"))
