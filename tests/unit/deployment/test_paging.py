"""A listing follows the pages of a deployment to the last one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from urllib.parse import parse_qs, urlsplit

import pytest

from deployment.client import Client
from deployment.media import Dataset
from tests.support.servers import QuietHandler, serving

ROOT = "/organizations/o/workspaces/w"
PATH = f"{ROOT}/projects/{'a' * 24}/datasets/{'d' * 24}"


class Paged(QuietHandler):
    """Five media in pages of two; ``next_page`` comes in the form that the test asks for."""

    form, most = "", 100

    def answer(self) -> None:
        self.body()
        query = parse_qs(urlsplit(self.path).query)
        if int(query["limit"][0]) > self.most:
            self.reply(400, {"content-type": "application/json"}, b"{}")
            return
        start = int(query.get("cursor", query.get("skip", ["0"]))[0])
        body: dict[str, object] = {"media": [{"id": str(n)} for n in range(start, min(5, start + 2))]}
        if start + 2 < 5 or self.form == "endless":
            body["next_page"] = self.form.format(f"limit=2&cursor={start + 2}")
        self.reply(200, {"content-type": "application/json"}, json.dumps(body).encode())


@pytest.fixture
def dataset() -> Iterator[Dataset]:
    with serving(Paged) as url, closing(Client(url, "key", "run")) as client:
        client.area.root = ROOT
        yield Dataset(client, "a" * 24, "d" * 24)


@pytest.mark.parametrize(
    "form",
    [f"http://elsewhere.invalid/api/v1{PATH}/media:query?{{}}", f"/api/v1{PATH}/media:query?{{}}", "?{}", "opaque"],
)
def test_a_listing_follows_the_next_page_in_every_form(
    dataset: Dataset, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Paged, "form", form)
    assert sorted(dataset.listing() or ()) == ["0", "1", "2", "3", "4"]


def test_a_listing_asks_for_no_more_than_the_document_allows(dataset: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Paged, "form", "opaque")
    monkeypatch.setattr(Paged, "most", 2)
    assert dataset.listing() is None
    dataset.client.largest_page = 2
    assert sorted(dataset.listing() or ()) == ["0", "1", "2", "3", "4"]


def test_a_listing_without_an_end_is_no_listing(dataset: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Paged, "form", "endless")
    assert dataset.listing() is None
