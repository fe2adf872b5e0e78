"""Steps as requests: each is carried out on what the steps before it have made."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from contract import operations as api
from contract.jobs import import_answer
from contract.observations import Answer
from deployment.bodies import Body, labels, like_siblings, new_dataset, new_project, objects
from generators.artefacts import make
from generators.specs import ImageSpec, MediaSpec, VideoSpec
from judges.machines.commands import Command
from judges.machines.model import CHAINS, DATASETS, LABELS, SMALLEST, Entity, Kind
from judges.machines.remote import Remote, UnjudgedError
from judges.machines.steps import Action, Step
from judges.upload import kind_of, upload

_ADDED_COLOUR: Final = "#0000ffff"


def perform(step: Step, remote: Remote) -> Answer:
    """The answer to a step, of the first of its requests that was not accepted. Raises ``UnjudgedError``."""
    return _PERFORMED[step.action](remote, step)


def _create_project(remote: Remote, step: Step) -> Answer:
    entities = [Entity(step.made, Kind.PROJECT), Entity(step.made + 1, Kind.DATASET)]
    body = new_project(remote.project_name(entities[0]), CHAINS[step.number])
    named = [label for task in objects(body["pipeline"], "tasks") for label in objects(task, "labels")]
    for number, label in enumerate(named, step.made + 2):
        label["name"] = Entity(number, Kind.LABEL).name  # type: ignore[index]
    remote.commands.append(Command("POST", remote.workspace.client.path(api.CREATE_PROJECT), body))
    answer = remote.workspace.entities.create_project_of(body)
    remote.learn(step.made, answer.text("id"))
    for dataset in answer.objects("datasets") or ():
        remote.learn(step.made + 1, dataset.get("id"))
    remote.learn_labels(answer)
    return answer


def _rename_project(remote: Remote, step: Step) -> Answer:
    return remote.edit(step.on, lambda body: body.update(name=remote.project_name(_renamed(remote, step))))


def _renamed(remote: Remote, step: Step) -> Entity:
    entity = remote.world.entities[step.on]
    return Entity(entity.serial, entity.kind, renames=entity.renames + 1)


def _delete_project(remote: Remote, step: Step) -> Answer:
    return remote.call(api.DELETE_PROJECT, remote.id_of(step.on))


def _create_dataset(remote: Remote, step: Step) -> Answer:
    name = Entity(step.made, Kind.DATASET).name
    _note_creation(remote, step.on, name)
    answer = remote.workspace.entities.create_dataset(remote.id_of(step.on), name)
    remote.learn(step.made, answer.text("id"))
    return answer


def _note_creation(remote: Remote, project: int, name: str, note: str = "") -> None:
    path = remote.workspace.client.path(api.CREATE_DATASET, remote.id_of(project))
    remote.commands.append(Command("POST", path, new_dataset(name), note=note))


def _rename_dataset(remote: Remote, step: Step) -> Answer:
    dataset = remote.dataset(step.on)
    return remote.call(api.EDIT_DATASET, dataset.project, dataset.id, body=new_dataset(_renamed(remote, step).name))


def _delete_dataset(remote: Remote, step: Step) -> Answer:
    dataset = remote.dataset(step.on)
    return remote.call(api.DELETE_DATASET, dataset.project, dataset.id)


def _fill_datasets(remote: Remote, step: Step) -> Answer:
    answer, wanted = Answer(None), remote.world.room(DATASETS, step.on) or 0
    _note_creation(remote, step.on, "beside 0", f"{wanted} times, each by another name")
    for number in range(wanted):
        answer = _with_dataset(remote, remote.id_of(step.on), f"beside {number}")
        if not answer.accepted:
            break
    return answer


def _with_dataset(remote: Remote, project: str, name: str) -> Answer:
    """Create a dataset of many; where the network lost the answer, it is looked whether it is there, else created."""
    answer = remote.workspace.entities.create_dataset(project, name)
    if not answer.transient:
        return answer
    read = remote.workspace.client.call(api.READ_PROJECT, project)
    is_there = any(dataset.get("name") == name for dataset in read.objects("datasets") or ())
    return read if is_there else remote.workspace.entities.create_dataset(project, name)


def _upload_image(remote: Remote, step: Step) -> Answer:
    return _upload(remote, step, _image(remote, step.made), f"{Kind.IMAGE}-{step.made}.png")


def _upload_video(remote: Remote, step: Step) -> Answer:
    spec = VideoSpec(remote.side, remote.side, 2, 1, "mp4", seed=step.made)
    return _upload(remote, step, spec, f"{Kind.VIDEO}-{step.made}.mp4")


def _upload_small(remote: Remote, step: Step) -> Answer:
    smallest = remote.workspace.profile.value(SMALLEST) or 1
    return _upload(remote, step, ImageSpec(smallest - 1, remote.side, "png", "L"), f"refused-{step.made}.png")


def _image(remote: Remote, seed: int) -> ImageSpec:
    return ImageSpec(remote.side, remote.side, "png", "L", "noise", seed)


def _import(remote: Remote, step: Step) -> Answer:
    importer, dataset = remote.workspace.importer, remote.dataset(step.on)
    specs: Sequence[ImageSpec] = [_image(remote, (step.made << 8) + number) for number in range(step.number)]
    answer, file = importer.archive(specs, "coco")
    root, note = remote.workspace.client.area.root, f"{step.number} images of {remote.side}x{remote.side} px, COCO"
    remote.commands.append(Command("POST", f"{root}/datasets/uploads", file="dataset.zip", note=note))
    if file is None:
        return answer
    done = importer.into_project(file, dataset.project, dataset=dataset.id)
    prepare, body = f"{dataset.project_path}/datasets:prepare-for-import?file_id={file}", {"dataset_id": dataset.id}
    remote.commands.append(Command("POST", prepare, note="then wait for the job"))
    remote.commands.append(
        Command("POST", f"{dataset.project_path}:import-from-dataset", {"file_id": file, "labels_map": {}, **body})
    )
    answer = import_answer(done.answer, done.state, done.warnings)
    if answer.accepted and done.job is None:
        raise UnjudgedError("the import job did not end in time")
    return answer


def _view(remote: Remote, step: Step) -> Answer:
    path = remote.medium_path(step.on)
    remote.commands += [Command("GET", remote.display_path(step.on)), Command("GET", f"{path}/display/thumb")]
    answer, remote.viewed[step.on] = remote.digest(step.on)
    return answer if not answer.accepted else remote.workspace.client.download(f"{path}/display/thumb")[0]


def _delete_medium(remote: Remote, step: Step) -> Answer:
    medium = remote.world.entities[step.on]
    remote.commands.append(Command("DELETE", remote.medium_path(step.on)))
    return remote.dataset(medium.parent).delete(
        "images" if medium.kind is Kind.IMAGE else "videos", remote.id_of(step.on)
    )


def _annotate(remote: Remote, step: Step) -> Answer:
    path = remote.annotations_path(step.on)
    body = remote.annotation(step.on, step.number, remote.world.entities[step.on].versions + 1)
    remote.commands.append(Command("POST", path, body))
    return remote.workspace.client.send("POST", path, body)


def _add_labels(remote: Remote, project: int, task: int, added: Sequence[Body]) -> Answer:
    def edit(body: Body) -> None:
        labelled = [each["labels"] for each in body["pipeline"]["tasks"] if each.get("labels")]
        siblings = labelled[min(task, len(labelled) - 1)]
        siblings += like_siblings(added, siblings)

    return remote.edit(project, edit)


def _add_label(remote: Remote, step: Step) -> Answer:
    return _add_labels(remote, step.on, step.number, [_label(Entity(step.made, Kind.LABEL).name)])


def _rename_label(remote: Remote, step: Step) -> Answer:
    return _edit_label(remote, step, {"name": _renamed(remote, step).name})


def _delete_label(remote: Remote, step: Step) -> Answer:
    return _edit_label(remote, step, {"is_deleted": True})


def _edit_label(remote: Remote, step: Step, change: Body) -> Answer:
    identifier = remote.id_of(step.on)

    def edit(body: Body) -> None:
        for task in body["pipeline"]["tasks"]:
            if "labels" in task:
                task["labels"] = [
                    {**label, **change} if label.get("id") == identifier else label for label in task["labels"]
                ]

    return remote.edit(remote.world.entities[step.on].parent, edit)


def _fill_labels(remote: Remote, step: Step) -> Answer:
    return _add_labels(remote, step.on, 0, labels(remote.world.room(LABELS, step.on) or 0, "beside"))


def _crowd_labels(remote: Remote, step: Step) -> Answer:
    return _add_labels(remote, step.on, 0, labels((remote.world.room(LABELS, step.on) or 0) + 1, "refused"))


def _label(name: str) -> Body:
    return {"name": name, "color": _ADDED_COLOUR, "group": "all"}


def _upload(remote: Remote, step: Step, spec: MediaSpec, name: str) -> Answer:
    dataset = remote.dataset(step.on)
    path = f"{dataset.path}/media/{kind_of(spec)}"
    remote.commands.append(Command("POST", path, file=name, note=f"{spec.width}x{spec.height} px"))
    answer = upload(dataset, make(spec), name)
    remote.learn(step.made, answer.text("id"))
    return answer


_PERFORMED: Final[dict[Action, Callable[[Remote, Step], Answer]]] = {
    Action.CREATE_PROJECT: _create_project,
    Action.RENAME_PROJECT: _rename_project,
    Action.DELETE_PROJECT: _delete_project,
    Action.CREATE_DATASET: _create_dataset,
    Action.RENAME_DATASET: _rename_dataset,
    Action.DELETE_DATASET: _delete_dataset,
    Action.FILL_DATASETS: _fill_datasets,
    Action.UPLOAD_IMAGE: _upload_image,
    Action.UPLOAD_VIDEO: _upload_video,
    Action.UPLOAD_SMALL: _upload_small,
    Action.IMPORT: _import,
    Action.VIEW_MEDIUM: _view,
    Action.DELETE_MEDIUM: _delete_medium,
    Action.ANNOTATE: _annotate,
    Action.ADD_LABEL: _add_label,
    Action.RENAME_LABEL: _rename_label,
    Action.DELETE_LABEL: _delete_label,
    Action.FILL_LABELS: _fill_labels,
    Action.CROWD_LABELS: _crowd_labels,
}
