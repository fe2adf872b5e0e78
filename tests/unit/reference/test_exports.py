"""An export is a real archive of the media and labels of one dataset, and no medium of it."""

from __future__ import annotations

import asyncio
import io
import zipfile
from pathlib import Path
from typing import Any

import httpx
import pytest

from contract.profiles import CLOUD
from deployment.bodies import new_project
from generators.artefacts import make
from generators.specs import ImageSpec
from reference.app import create_app
from reference.behaviour import Behaviour
from reference.datumaro import DESCRIPTION, Box, boxes_in, described
from reference.keys import Keys
from reference.store import Store

LABELS = {
    "coco": "annotations/instances_default.json",
    "datumaro": "annotations/default.json",
    "voc": "labelmap.txt",
    "yolo": "obj.names",
}


async def exported(directory: Path, export_format: str, picture: bytes) -> tuple[dict[str, Any], dict[str, Any], bytes]:
    """The project, its media afterwards, and the archive of its dataset."""
    keys = Keys()
    root = f"/api/v1/organizations/{keys.organization}/workspaces/{keys.workspace}"
    transport = httpx.ASGITransport(create_app(Store(directory), keys, Behaviour(CLOUD)))
    async with httpx.AsyncClient(
        transport=transport, base_url="http://embedded", headers={"x-api-key": keys.valid}
    ) as client:
        project = (await client.post(f"{root}/projects", json=new_project("p", [("classification", 2)]))).json()
        dataset = f"{root}/projects/{project['id']}/datasets/{project['datasets'][0]['id']}"
        await client.post(f"{dataset}/media/images", files={"file": ("one.png", picture)})
        asked = {"export_format": export_format}
        started = (await client.post(f"{dataset}:prepare-for-export", params=asked)).json()
        job: dict[str, Any] = {"state": "scheduled"}
        while job["state"] in ("scheduled", "running"):
            job = (await client.get(f"{root}/jobs/{started['job_id']}")).json()
        archive = await client.get(job["metadata"]["download_url"])
        media = (await client.post(f"{dataset}/media:query", json={})).json()
        return project, media, archive.content


@pytest.mark.parametrize("export_format", LABELS)
def test_an_export_holds_the_media_and_the_labels(tmp_path: Path, export_format: str) -> None:
    picture = make(ImageSpec(40, 32, "png", "L")).content
    project, media, content = asyncio.run(exported(tmp_path, export_format, picture))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.read("images/default/one.png") == picture
        described = archive.read(LABELS[export_format]).decode()
    assert all(label["name"] in described for label in project["pipeline"]["tasks"][-1]["labels"])
    assert [medium["name"] for medium in media["media"]] == ["one"]


def test_boxes_come_back_from_the_description_of_an_export() -> None:
    sizes = {"width": 40, "height": 32}
    image, video = ({"type": kind, "media_information": sizes} for kind in ("image", "video"))
    media = {"one.png": image, "one.mp4": video}
    boxes = [Box("one.png", None, "b", 1, 2, 3, 4), Box("one.mp4", 7, "a", 5, 6, 7, 8)]
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr(DESCRIPTION, described(["a", "b"], media, boxes))
    with zipfile.ZipFile(content) as archive:
        assert boxes_in(archive) == boxes
