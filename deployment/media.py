"""Projects and media of the run: the operations that the suites judge, in the API's own terms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import IO, Any, Final, Literal
from urllib.parse import parse_qsl, urlsplit

from contract.observations import Answer
from contract.verdicts import GATEWAY
from deployment.client import Client, parsed
from deployment.discovery import Discovery
from deployment.errors import SetupError

_TRIES: Final = 3
Kind = Literal["images", "videos"]
_PAGE: Final = 100


@dataclass(frozen=True, slots=True)
class Dataset:
    """A dataset of a project that this run created."""

    client: Client
    project_path: str
    path: str

    def upload(self, kind: Kind, name: str, content: IO[bytes], media_type: str, size: int) -> Answer:
        """Upload one image or video; what comes back with an id is remembered as ours."""
        answer = self.client.send("POST", f"{self.path}/media/{kind}", file=(name, content, media_type), size=size)
        return self._ours(answer)

    def upload_form(self, kind: Kind, form: bytes, content_type: str | None) -> Answer:
        """Upload by a request whose body is given byte by byte, well formed or not."""
        headers = {} if content_type is None else {"content-type": content_type}
        response, failure = self.client.request("POST", f"/api/v1{self.path}/media/{kind}", headers, form)
        if response is None:
            return Answer(None, failure=failure)
        return self._ours(Answer(response.status_code, parsed(response), response.elapsed.total_seconds()))

    def _ours(self, answer: Answer) -> Answer:
        if answer.accepted and isinstance(answer.body, dict) and isinstance(answer.body.get("id"), str):
            self.client.created.add(answer.body["id"])
        return answer

    def listing(self) -> dict[str, dict[str, Any]] | None:
        """Every medium of the dataset by id; None where the listing could not be read whole."""
        media: dict[str, dict[str, Any]] = {}
        params: dict[str, Any] | None = {"limit": _PAGE}
        while params is not None:
            answer = self.client.send("POST", f"{self.path}/media:query", {}, params)
            found = answer.body.get("media") if answer.accepted and isinstance(answer.body, dict) else None
            if not isinstance(found, list):
                return None
            held = len(media)
            media.update({str(item.get("id")): item for item in found if isinstance(item, dict)})
            following = answer.body.get("next_page")
            if following and len(media) == held:
                return None  # a page that leads on and brings nothing new would lead on for ever
            params = _following(following, len(media)) if following else None
        return media

    def delete(self, kind: Kind, medium: str) -> Answer:
        """Delete one medium of ours."""
        self.client.created.add(medium)
        return self.client.send("DELETE", f"{self.path}/media/{kind}/{medium}")


def _following(page: Any, held: int) -> dict[str, Any]:
    """What asks for the page that ``next_page`` names: its query alone, so that no answer leads a request elsewhere.

    Where it carries no query the next page lies behind the ``held`` media that are known.
    """
    return dict(parse_qsl(urlsplit(str(page)).query)) or {"limit": _PAGE, "skip": held}


def create_dataset(client: Client, discovery: Discovery, name: str) -> Dataset:
    """A new classification project of the run and its first dataset. Raises ``SetupError``."""
    tasks = [
        {"title": "Dataset", "task_type": "dataset"},
        {
            "title": "Classification",
            "task_type": "classification",
            "labels": [
                {"name": "one", "color": "#ff0000ff", "group": "all"},
                {"name": "two", "color": "#0000ffff", "group": "all"},
            ],
        },
    ]
    pipeline = {"connections": [{"from": "Dataset", "to": "Classification"}], "tasks": tasks}
    answer = created_or_found(client, discovery.root, {"name": name, "pipeline": pipeline})
    body = answer.body if isinstance(answer.body, dict) else {}
    datasets = body.get("datasets")
    if not answer.accepted or not isinstance(datasets, list) or not datasets:
        raise SetupError(f"no project could be created ({answer.words}); check what the key may do")
    client.created.update({str(body["id"]), str(datasets[0]["id"])})
    path = f"{discovery.root}/projects/{body['id']}"
    return Dataset(client, path, f"{path}/datasets/{datasets[0]['id']}")


def created_or_found(client: Client, root: str, body: dict[str, Any]) -> Answer:
    """Create a project of a name that carries the run's id; where the answer was lost, look whether it is there.

    What is there under that name reads back as it would have been answered; what is not there is asked for again.
    """
    answer = Answer(None)
    for _ in range(_TRIES):
        answer = client.send("POST", f"{root}/projects", body)
        if answer.unsent or (answer.status is not None and answer.status not in GATEWAY):
            break
        names = client.send("GET", f"{root}/projects_names")
        listed = names.body.get("projects") if names.accepted and isinstance(names.body, dict) else None
        found = [
            str(each.get("id")) for each in listed or () if isinstance(each, dict) and each.get("name") == body["name"]
        ]
        if found:
            client.created.update(found)
            return client.send("GET", f"{root}/projects/{found[-1]}")
    return answer


def delete_project(dataset: Dataset) -> Answer:
    """Delete the project of the run with all it holds."""
    return dataset.client.send("DELETE", dataset.project_path)
