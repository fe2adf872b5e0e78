"""What a user of Geti's client does in a day works: log in, create, upload, annotate, query, download, delete."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
import requests
from geti_sdk import Geti
from geti_sdk.annotation_readers import DirectoryTreeAnnotationReader
from geti_sdk.data_models import Annotation, AnnotationScene, Project
from geti_sdk.data_models.label import ScoredLabel
from geti_sdk.data_models.media import VideoFrame
from geti_sdk.data_models.shapes import Rectangle
from geti_sdk.rest_clients import AnnotationClient, DatasetClient, ImageClient, VideoClient

from conftest import IMAGE, VIDEO, Deployment, NewProject

Stored = Callable[..., str]
SINGLE = ("classification", "detection", "rotated_detection", "segmentation", "instance_segmentation")
CHAINS = (
    "detection_to_classification",
    "detection_to_segmentation",
    "detection_to_instance_segmentation",
    "detection_to_rotated_detection",
)


def clients(geti: Geti, project: Project) -> tuple[ImageClient, VideoClient, AnnotationClient, DatasetClient]:
    given = {"session": geti.session, "workspace_id": geti.workspace_id, "project": project}
    return ImageClient(**given), VideoClient(**given), AnnotationClient(**given), DatasetClient(**given)


def scene(project: Project, label: str = "cat", width: int = 10) -> AnnotationScene:
    known = next(each for each in project.get_all_labels() if each.name == label)
    shape = Rectangle(x=1, y=2, width=width, height=12)
    return AnnotationScene([Annotation(labels=[ScoredLabel.from_label(known, 1.0)], shape=shape)])


def test_the_certificate_of_the_deployment_is_trusted_by_its_authority_alone(deployment: Deployment) -> None:
    product = f"{deployment.url}/api/v1/product_info"
    for address in (product, product.replace("127.0.0.1", "localhost")):
        assert requests.get(address, verify=deployment.ca_bundle, timeout=10).status_code == 401
    with pytest.raises(requests.exceptions.SSLError):
        requests.get(product, timeout=10, verify=True)


def test_a_token_logs_in_and_an_expired_one_does_not(geti: Geti, deployment: Deployment) -> None:
    assert geti.workspace_id
    assert geti.session.organization_id
    assert geti.credit_balance == 0
    with pytest.raises(ValueError, match="expired"):
        Geti(host=deployment.url, token=deployment.expired_token)


@pytest.mark.parametrize("project_type", SINGLE)
def test_a_project_of_one_task_reads_back(geti: Geti, new_project: NewProject, project_type: str) -> None:
    made = new_project(project_type, [["cat", "dog"]])
    read = geti.project_client.get_project_by_id(made.id)
    assert read is not None
    assert read.project_type == project_type
    assert {label.name for label in read.get_all_labels() if not label.is_empty} == {"cat", "dog"}
    assert geti.get_project(project_name=made.name).id == made.id


@pytest.mark.parametrize("project_type", CHAINS)
def test_a_chain_of_two_tasks_reads_back(geti: Geti, new_project: NewProject, project_type: str) -> None:
    made = new_project(project_type, [["animal"], ["cat", "dog"]])
    read = geti.project_client.get_project_by_id(made.id)
    assert read is not None
    assert read.project_type == project_type
    named = [{label.name for label in task.labels if not label.is_empty} for task in read.get_trainable_tasks()]
    assert named == [{"animal"}, {"cat", "dog"}]


def test_labels_are_added_and_changed(geti: Geti, project: Project) -> None:
    grown = geti.project_client.add_labels(["bird"], project)
    assert {"cat", "dog", "bird"} <= {label.name for label in grown.get_all_labels()}
    painted = geti.project_client.update_labels(grown, {"bird": "#00ff00ff"}, {})
    assert next(label.color for label in painted.get_all_labels() if label.name == "bird") == "#00ff00ff"


def test_datasets_are_created_listed_and_deleted(geti: Geti, project: Project) -> None:
    *_, datasets = clients(geti, project)
    made = datasets.create_dataset("for testing")
    assert datasets.get_dataset_by_name("for testing").id == made.id
    assert datasets.get_dataset_statistics(made)["overview"]["images"] == 0
    datasets.delete_dataset(made)
    assert [dataset.id for dataset in datasets.get_all_datasets()] == [project.training_dataset.id]


def test_an_image_downloads_as_it_was_uploaded(geti: Geti, project: Project, stored: Stored, tmp_path: Path) -> None:
    images, *_ = clients(geti, project)
    path = stored(IMAGE)
    made = images.upload_image(path)
    assert (made.media_information.width, made.media_information.height) == (IMAGE.width, IMAGE.height)
    assert np.array_equal(made.get_data(geti.session), cv2.imread(path))
    from_memory = images.upload_image(np.full((40, 50, 3), 127, np.uint8))
    assert (from_memory.media_information.width, from_memory.media_information.height) == (50, 40)
    images.download_all(str(tmp_path / "down"), append_image_uid=True)
    assert len(list((tmp_path / "down").rglob("*.jpg"))) == 2


def test_a_folder_uploads_whole_and_is_queried_by_type(geti: Geti, project: Project, stored: Stored) -> None:
    images, videos, *_ = clients(geti, project)
    for number in range(3):
        folder = stored(IMAGE, f"folder/images/{number}.jpg").rpartition("/")[0]
    filmed = stored(VIDEO, "folder/videos/film.mp4").rpartition("/")[0]
    assert len(images.upload_folder(folder, max_threads=2)) == 3
    assert len(videos.upload_folder(filmed)) == 1
    assert {image.name for image in images.get_all_images()} == {"0", "1", "2"}
    assert [video.name for video in videos.get_all_videos()] == ["film"]
    assert len(images.upload_folder(folder, skip_if_filename_exists=True)) == 0


def test_a_video_downloads_with_its_frames(geti: Geti, project: Project, stored: Stored, tmp_path: Path) -> None:
    _, videos, *_ = clients(geti, project)
    made = videos.upload_video(stored(VIDEO))
    facts = made.media_information
    assert (facts.frame_count, facts.duration, facts.width) == (VIDEO.frames, VIDEO.duration, VIDEO.width)
    frame = made.to_frames(frame_stride=2)[1].get_data(geti.session)
    assert frame.shape == (VIDEO.height, VIDEO.width, 3)
    videos.download_all(str(tmp_path / "down"))
    downloaded = next((tmp_path / "down").rglob("*.mp4"))
    assert cv2.VideoCapture(str(downloaded)).get(cv2.CAP_PROP_FRAME_COUNT) == VIDEO.frames


def test_annotations_of_images_and_frames_read_back(geti: Geti, project: Project, stored: Stored) -> None:
    images, videos, annotations, _ = clients(geti, project)
    image = images.upload_image(stored(IMAGE))
    assert annotations.get_annotation(image) is None
    annotations.upload_annotation(image, scene(project))
    read = annotations.get_annotation(image)
    assert read is not None
    assert [(each.shape.width, each.labels[0].name) for each in read.annotations] == [(10, "cat")]
    video = videos.upload_video(stored(VIDEO))
    assert annotations.get_latest_annotations_for_video(video) == []
    for number in (3, 1):
        annotations.upload_annotation(VideoFrame.from_video(video, number), scene(project, "dog"))
    frames = annotations.get_latest_annotations_for_video(video)
    assert [each.media_identifier.frame_index for each in frames] == [1, 3]


def test_a_folder_of_classes_is_uploaded_with_its_annotations(
    geti: Geti, new_project: NewProject, stored: Stored, tmp_path: Path
) -> None:
    project = new_project("classification", [["cat", "dog"]])
    for label in ("cat", "dog"):
        stored(IMAGE, f"classes/{label}/{label} 1.jpg")
    reader = DirectoryTreeAnnotationReader(str(tmp_path / "classes"))
    given = {"session": geti.session, "workspace_id": geti.workspace_id, "project": project}
    annotations = AnnotationClient(**given, annotation_reader=reader)
    images = ImageClient(**given).upload_folder(str(tmp_path / "classes"))
    annotations.upload_annotations_for_images(images)
    read = {image.name: annotations.get_annotation(image) for image in images}
    assert {name: made.annotations[0].labels[0].name for name, made in read.items() if made} == {
        "cat 1": "cat",
        "dog 1": "dog",
    }


def test_a_whole_project_is_downloaded(geti: Geti, project: Project, stored: Stored, tmp_path: Path) -> None:
    images, videos, annotations, _ = clients(geti, project)
    annotations.upload_annotation(images.upload_image(stored(IMAGE)), scene(project))
    annotations.upload_annotation(VideoFrame.from_video(videos.upload_video(stored(VIDEO)), 0), scene(project))
    geti.download_project_data(project, str(tmp_path / "whole"))
    found = {path.suffix for path in (tmp_path / "whole").rglob("*") if path.is_file()}
    assert found == {".jpg", ".mp4", ".json"}
    assert len(list((tmp_path / "whole" / "annotations").iterdir())) == 2


def test_what_is_deleted_is_gone(geti: Geti, project: Project, stored: Stored) -> None:
    images, videos, *_ = clients(geti, project)
    assert images.delete_images([images.upload_image(stored(IMAGE))])
    assert videos.delete_videos([videos.upload_video(stored(VIDEO))])
    assert len(images.get_all_images()) == len(videos.get_all_videos()) == 0


def test_a_deleted_project_is_no_longer_listed(geti: Geti) -> None:
    made = geti.project_client.create_project("short-lived", "detection", [["cat"]])
    assert made.id in {project.id for project in geti.projects}
    geti.project_client.delete_project(made, requires_confirmation=False)
    assert made.id not in {project.id for project in geti.projects}
