"""Datasets of the run and their media: upload, list, delete; and the run's first project, even on a poor network."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import IO, Any, Final, Literal
from urllib.parse import parse_qsl, urlsplit

from contract import operations as api
from contract.observations import Answer
from contract.purposes import Purpose
from deployment.bodies import new_project
from deployment.client import Client
from deployment.counted import counted_as
from deployment.discovery import Discovery
from deployment.errors import SetupError
from deployment.parsing import answer_of
from deployment.retry import RetryPolicy
from deployment.state import LastState, StateChange

Kind = Literal["images", "videos"]
_UPLOADS: Final = {"images": api.UPLOAD_IMAGE, "videos": api.UPLOAD_VIDEO}
_DELETIONS: Final = {"images": api.DELETE_IMAGE, "videos": api.DELETE_VIDEO}
_TRIES: Final = RetryPolicy(attempts=3, first_s=0)


@dataclass(frozen=True, slots=True)
class Dataset:
    """A dataset of a project that this run created; ``project`` and ``id`` are their ids.

    ``last`` is what it held after the last upload that was watched.
    """

    client: Client
    project: str
    id: str
    last: LastState[dict[str, Any]] = field(default_factory=LastState, compare=False, repr=False)

    @property
    def project_path(self) -> str:
        """Where its project lies, below ``/api/v1``."""
        return self.client.path(api.READ_PROJECT, self.project)

    @property
    def path(self) -> str:
        """Where it lies, below ``/api/v1``."""
        return self.client.path(api.READ_DATASET, self.project, self.id)

    def upload(self, kind: Kind, name: str, content: IO[bytes], media_type: str, size: int) -> Answer:
        """Upload one image or video; what comes back with an id is remembered as ours."""
        file = (name, content, media_type)
        return self._ours(self.client.call(_UPLOADS[kind], self.project, self.id, file=file, size=size))

    def upload_form(self, kind: Kind, form: bytes, content_type: str | None) -> Answer:
        """Upload by a request whose body is given byte by byte, well formed or not."""
        headers = {} if content_type is None else {"content-type": content_type}
        target = api.API + self.client.path(_UPLOADS[kind], self.project, self.id)
        response, failure = self.client.request("POST", target, headers, form)
        if response is None:
            return Answer(None, failure=failure)
        return self._ours(answer_of(response, response.elapsed.total_seconds()))

    def _ours(self, answer: Answer) -> Answer:
        """Remember what an answer names: it is known, and no surprise in the next listing."""
        medium = answer.text("id")
        if medium is None:
            self.last.forget()
        else:
            self.client.created.add(medium)
        return answer

    def query(self, params: dict[str, Any]) -> Answer:
        """One page of the media, with the totals of the whole dataset."""
        return self.client.call(api.QUERY_MEDIA, self.project, self.id, body={}, params=params)

    @counted_as(Purpose.STATE)
    def count_media(self) -> int | None:
        """The images and videos, by the totals that the deployment gives."""
        answer = self.query({"limit": 1})
        images, videos = answer.number("total_images"), answer.number("total_videos")
        return None if images is None or videos is None else images + videos

    @counted_as(Purpose.STATE)
    def some_media(self) -> list[tuple[Kind, str]]:
        """Some of the media, one page, as kind and id."""
        media = self.query({"limit": self.client.largest_page}).objects("media") or ()
        return [("videos" if each.get("type") == "video" else "images", str(each.get("id"))) for each in media]

    @counted_as(Purpose.STATE)
    def listing(self) -> dict[str, dict[str, Any]] | None:
        """Every medium of the dataset by id; None where the listing could not be read whole."""
        media: dict[str, dict[str, Any]] = {}
        params: dict[str, Any] | None = {"limit": self.client.largest_page}
        while params is not None:
            answer = self.query(params)
            page = answer.objects("media")
            if page is None:
                return None
            held = len(media)
            media.update({str(item.get("id")): item for item in page})
            following = answer.fields.get("next_page")
            if following and len(media) == held:
                return None  # a page that leads on and brings nothing new would lead on for ever
            params = _following(following, self.client.largest_page, len(media)) if following else None
        return media

    def watched(self) -> StateChange[dict[str, Any]]:
        """Its media before and after what is done in the context."""
        uploads = {self.client.path(operation, self.project, self.id) for operation in _UPLOADS.values()}
        return StateChange(
            self.listing,
            "media",
            self.client.history,
            self.client.settling,
            made_here=uploads.__contains__,
            last=self.last,
        )

    def delete_listed(self, media: Mapping[str, Mapping[str, Any]]) -> None:
        """Delete media of ours as ``listing`` shows them."""
        for medium, held in media.items():
            self.delete("videos" if held.get("type") == "video" else "images", medium)

    @counted_as(Purpose.CLEAN_UP)
    def delete(self, kind: Kind, medium: str) -> Answer:
        """Delete one medium of ours."""
        self.client.created.add(medium)
        answer = self.client.call(_DELETIONS[kind], self.project, self.id, medium)
        if answer.accepted:
            self.last.note_deleted(medium)
        else:
            self.last.forget()
        return answer


def _following(page: Any, limit: int, held: int) -> dict[str, Any]:
    """What asks for the page that ``next_page`` names: its query alone, so that no answer leads a request elsewhere.

    Where it carries no query the next page lies behind the ``held`` media that are known.
    """
    return dict(parse_qsl(urlsplit(str(page)).query)) or {"limit": limit, "skip": held}


def create_dataset(client: Client, discovery: Discovery, name: str) -> Dataset:
    """A new classification project of the run and its first dataset. Raises ``SetupError``."""
    answer = created_or_found(client, discovery.root, new_project(name, [("classification", 2)]))
    project, datasets = answer.text("id"), answer.objects("datasets")
    if project is None or not datasets:
        step = "; check what the key may do" if answer.status in (401, 403) else ""
        raise SetupError(f"no project could be created ({answer.words}){step}")
    made = Dataset(client, project, str(datasets[0]["id"]))
    client.created.update((made.project, made.id))
    return made


def created_or_found(client: Client, root: str, body: dict[str, Any]) -> Answer:
    """Create a project of a name that carries the run's id; where the answer was lost, look whether it is there.

    What is there under that name reads back as it would have been answered; what is not there is asked for again.
    """
    answer = Answer(None)
    for _ in _TRIES:
        answer = client.send(*api.CREATE_PROJECT.at(root), body)
        if answer.unsent or not answer.lost:
            break
        names = client.send(*api.LIST_PROJECT_NAMES.at(root)).names("projects") or {}
        same = [project for project, name in names.items() if name == body["name"]]
        if same:
            client.created.update(same)
            return client.send(*api.READ_PROJECT.at(root, same[-1]))
    return answer


def delete_project(dataset: Dataset) -> Answer:
    """Delete the project of the run with all it holds."""
    with dataset.client.purpose(Purpose.CLEAN_UP):
        return dataset.client.call(api.DELETE_PROJECT, dataset.project)
