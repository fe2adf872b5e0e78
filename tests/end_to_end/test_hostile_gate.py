"""Hostile uploads as a user judges them: the embedded deployment stands, and each way to fall is named."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from deployment import embedded
from deployment.client import Client
from deployment.discovery import discover
from deployment.media import create_dataset
from generators.artefacts import make
from generators.damage import Damage, damaged
from generators.forms import FORM, form
from generators.specs import ImageSpec, VideoSpec
from harness.options import unaimed
from judges.uploads.cases import file_part
from reference.faults import FAULTS

HERE = Path(__file__).parents[2]


# At once, so that this stays quick: they break different requirements. The power run goes through each alone.
TOGETHER = ("empty-file-500", "truncated-image-stored", "two-parts-both-stored", "path-in-name-500", "upload-info-500")


def test_each_fault_is_found_and_named_and_nothing_else_is(tmp_path: Path) -> None:
    faults = [FAULTS[name] for name in TOGETHER]
    plain = unaimed()
    command = [sys.executable, "-m", "pytest", "suites/robustness", "-q", "--geti-report-dir", str(tmp_path)]
    command += [part for name in TOGETHER for part in ("--geti-fault", name)]
    run = subprocess.run(command, cwd=HERE, env=plain, capture_output=True, text=True, check=False)
    assert run.returncode == 1, run.stdout[-2000:]
    tests = json.loads((tmp_path / "results.json").read_text())["results"]["tests"]
    accused = {(test["extra"]["requirement"], test["extra"]["verdict"]) for test in tests if test["status"] == "failed"}
    assert accused >= {(requirement, fault.verdict) for fault in faults for requirement in fault.requirements}
    ways = ("@empty", "@cut-at-", "@claims-larger", "@two-parts", "@name-path", "@name-markup", "@upload-info-")
    assert all(any(way in requirement for way in ways) for requirement, _ in accused)


def test_a_refused_upload_leaves_no_file_and_a_playlist_is_not_followed() -> None:
    deployment = embedded.start("cloud")
    client = Client(deployment.url, deployment.token, "test")
    try:
        dataset = create_dataset(client, discover(client), "geti-contract-test")
        image, video = make(ImageSpec(64, 64, content="noise")).content, make(VideoSpec(64, 64)).content
        bodies = [(damaged(image, kind), "png") for kind in (Damage.EMPTY, Damage.CUT_AT_HALF, Damage.TEXT_BOMB)]
        bodies += [(damaged(video, Damage.CUT_AT_HALF), "mp4"), (b"#EXTM3U\n#EXTINF:2,\nother.mp4\n", "mp4")]
        for content, extension in bodies:
            kind = "images" if extension == "png" else "videos"
            answer = dataset.upload_form(kind, form([file_part(content, extension)]), FORM)
            assert (answer.status, answer.body["http_status"]) == (400, 400)
        files = Path(deployment.directory.name, "data", "files")
        assert [path for path in files.rglob("*") if path.is_file()] == []
        assert dataset.listing() == {}
    finally:
        client.close()
        deployment.stop()
