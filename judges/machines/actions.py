"""Steps as requests: each is carried out on what the steps before it have made."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from contract import operations as api
from contract.jobs import import_answer
from contract.observations import Answer, other_conflict
from deployment.bodies import new_dataset, new_project, project_labels
from generators.artefacts import make
from generators.specs import ImageSpec, MediaSpec, VideoSpec
from judges.machines import label_actions
from judges.machines.commands import Command
from judges.machines.entity import Entity, Kind
from judges.machines.model import CHAINS, DATASETS, SMALLEST
from judges.machines.remote import Remote, UnjudgedError
from judges.machines.steps import Action, Step
from judges.upload import kind_of, upload


def perform(step: Step, remote: Remote) -> Answer:
    """The answer to a step, of the first of its requests that was not accepted. Raises ``UnjudgedError``."""
    sent = len(remote.commands)

    def ask() -> Answer:
        del remote.commands[sent:]
        return _PERFORMED[step.action](remote, step)

    if not remote.world.takes_name_again(step):
        return ask()
    # A deletion may take effect a little later than it is answered.
    return remote.workspace.client.settling.until(ask, lambda answer: other_conflict(answer) is None)


def _create_project(remote: Remote, step: Step) -> Answer:
    body = new_project(remote.project_name(remote.world.made_by(step)), CHAINS[step.number])
    named = project_labels(body)
    serials = {Entity(number, Kind.LABEL).name: number for number, _ in enumerate(named, step.made + 2)}
    for label, name in zip(named, serials, strict=True):
        label["name"] = name  # type: ignore[index]
    remote.commands.append(Command("POST", remote.workspace.client.path(api.CREATE_PROJECT), body))
    answer = remote.workspace.entities.create_project_of(body)
    remote.learn(step.made, answer.text("id"))
    for dataset in answer.objects("datasets") or ():
        remote.learn(step.made + 1, dataset.get("id"))
    remote.learn_labels(answer, serials)
    return answer


def _rename_project(remote: Remote, step: Step) -> Answer:
    return remote.edit(step.on, lambda body: body.update(name=remote.project_name(remote.world.renamed(step.on))))


def _delete_project(remote: Remote, step: Step) -> Answer:
    return remote.call(api.DELETE_PROJECT, remote.id_of(step.on))


def _create_dataset(remote: Remote, step: Step) -> Answer:
    name = remote.world.made_by(step).name
    _note_creation(remote, step.on, name)
    answer = remote.workspace.entities.create_dataset(remote.id_of(step.on), name)
    remote.learn(step.made, answer.text("id"))
    return answer


def _note_creation(remote: Remote, project: int, name: str, note: str = "") -> None:
    path = remote.workspace.client.path(api.CREATE_DATASET, remote.id_of(project))
    remote.commands.append(Command("POST", path, new_dataset(name), note=note))


def _rename_dataset(remote: Remote, step: Step) -> Answer:
    dataset = remote.dataset(step.on)
    name = remote.world.renamed(step.on).name
    return remote.call(api.EDIT_DATASET, dataset.project, dataset.id, body=new_dataset(name))


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
    return _upload(remote, step, _image(remote, step.made), _file_name(remote, step, "png"))


def _upload_video(remote: Remote, step: Step) -> Answer:
    spec = VideoSpec(remote.side, remote.side, 2, 1, "mp4", seed=step.made)
    return _upload(remote, step, spec, _file_name(remote, step, "mp4"))


def _file_name(remote: Remote, step: Step, extension: str) -> str:
    return f"{remote.world.made_by(step).name.replace(' ', '-')}.{extension}"


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
    body = remote.annotation(step.on, remote.world.annotated_with(step), remote.world.entities[step.on].versions + 1)
    remote.commands.append(Command("POST", path, body))
    return remote.workspace.client.send("POST", path, body)


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
    Action.ADD_LABEL: label_actions.add_label,
    Action.RENAME_LABEL: label_actions.rename_label,
    Action.DELETE_LABEL: label_actions.delete_label,
    Action.FILL_LABELS: label_actions.fill_labels,
    Action.CROWD_LABELS: label_actions.crowd_labels,
}
