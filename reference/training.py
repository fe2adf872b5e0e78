"""Training and optimization jobs: nothing is learnt, but the dataset is counted, limited and revised for real."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Body, Query

from contract.limits import EnforcementPoint
from reference.annotations import OF_FRAME
from reference.context import DATASET, LIMITED, PROJECT, REFUSALS, Context, Dataset, Here, Project, found
from reference.engine import Outcome
from reference.errors import ApiError
from reference.pipelines import trainable
from reference.requests import Optimization, Training
from reference.store import Document, now

router = APIRouter()
WORKS: Final = ("train", "optimize_pot")
_TRAIN, _OPTIMIZE = WORKS
_Training = Annotated[Training, Body(default_factory=Training)]
_Optimization = Annotated[Optimization, Body(default_factory=Optimization)]
_MODEL = PROJECT + "/model_groups/{group}/models/{model}"


@router.post(PROJECT + ":train", responses=LIMITED, operation_id="train")
def train(project: Project, here: Here, body: _Training) -> Document:
    """Submit a training, with hyper parameter optimization where it is asked for."""
    tasks = {task["id"] for task in trainable(project["pipeline"]["tasks"])}
    if body.task_id is not None and body.task_id not in tasks:
        raise ApiError(400, "bad_request", "task_id is no task of the project that can be trained.")
    point = EnforcementPoint.HPO if body.enable_hyper_parameter_optimization else EnforcementPoint.TRAINING
    metadata = {"project": {"id": project["id"], "name": project["name"]}, "task": {"task_id": body.task_id}}
    return here.engine.submit(_TRAIN, "Training", metadata, {"project": project["id"], "point": point})


@router.post(_MODEL + ":optimize", responses=LIMITED, operation_id="optimize")
def optimize(project: Project, group: str, model: str, here: Here, _body: _Optimization) -> Document:
    """Submit the optimization of a model."""
    found(here.store.get("model", model, group), "model")
    metadata = {"project": {"id": project["id"], "name": project["name"]}, "base_model_id": model}
    request = {"project": project["id"], "point": EnforcementPoint.OPTIMIZE}
    return here.engine.submit(_OPTIMIZE, "Optimization", metadata, request)


def work(here: Context, job: Document) -> Outcome:
    """Take the annotated images of the training dataset, as many as the limit allows, and keep which they were."""
    request = job["request"]
    dataset = next(d for d in here.store.list(request["project"], "dataset") if d["use_for_training"])
    images = here.store.annotated(dataset["id"])
    warnings, used = here.behaviour.training_set(len(images), EnforcementPoint(request["point"]))
    for kind, medium in (
        *(("image", each) for each in images[:used]),
        *(("video", each) for each in _videos(here, dataset)),
    ):
        row = here.store.get(kind, medium, dataset["id"])
        if row is not None and row[1] is not None:
            here.behaviour.read_for_training(row[1], row[0]["media_information"])
    revision = here.store.derived_id(job["id"], "revision")
    content = {"id": revision, "dataset_id": dataset["id"], "media": images[:used]}
    here.store.put("revision", revision, request["project"], content)
    group, model = here.store.derived_id(job["id"], "group"), here.store.derived_id(job["id"], "model")
    info = {"dataset_id": dataset["id"], "dataset_storage_id": dataset["id"], "dataset_revision_id": revision}
    here.store.put("group", group, request["project"], {"id": group, "name": job["name"], "models": [{"id": model}]})
    here.store.put(
        "model", model, group, {"id": model, "name": job["name"], "creation_date": now(), "training_dataset_info": info}
    )
    return Outcome({"trained_model": {"model_id": model, "model_group_id": group}}, warnings)


def _videos(here: Context, dataset: Document) -> list[str]:
    """The videos of a dataset of which a frame is annotated."""
    videos = (video["id"] for video in here.store.list(dataset["id"], "video"))
    return [each for each in videos if any(kind.startswith(OF_FRAME) for kind in here.store.kinds(each))]


@router.get(PROJECT + "/model_groups", responses=REFUSALS, operation_id="list_model_groups")
def list_model_groups(project: Project, here: Here) -> Document:
    """The groups of models of a project, with the models in them."""
    return {"model_groups": here.store.list(project["id"], "group")}


@router.get(_MODEL, responses=REFUSALS, operation_id="read_model")
def read_model(project: Project, group: str, model: str, here: Here) -> Document:
    """One model, with the dataset revision that it was made from."""
    found(here.store.get("group", group, project["id"]), "group")
    return found(here.store.get("model", model, group), "model")[0]


@router.post(
    DATASET + "/training_revisions/{revision}/media:query", responses=REFUSALS, operation_id="query_training_media"
)
def query_training_media(
    project: Project, dataset: Dataset, revision: str, here: Here, limit: Annotated[int, Query(ge=1, le=100)] = 100
) -> Document:
    """The media that a training used, and how many they are."""
    row = here.store.get("revision", revision, project["id"])
    media = found(row if row and row[0]["dataset_id"] == dataset["id"] else None, "revision")[0]["media"]
    return {
        "media": [{"id": each, "type": "image"} for each in media[:limit]],
        "total_images": len(media),
        "total_videos": 0,
        "total_matched_images": len(media),
        "total_matched_videos": 0,
    }
