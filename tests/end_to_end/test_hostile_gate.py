"""Hostile uploads as a user judges them: the embedded deployment keeps the contract, and each fault is named."""

from __future__ import annotations

from deployment.media import create_dataset
from generators.artefacts import make
from generators.damage import Damage, damaged
from generators.forms import FORM, form
from generators.specs import ImageSpec, VideoSpec
from judges.uploads.upload import file_part
from reference.faults import FAULTS

# At once, so that this stays quick: they break different requirements. The power run goes through each alone.
TOGETHER = ("empty-file-500", "truncated-image-stored", "two-parts-both-stored", "path-in-name-500", "upload-info-500")


def test_each_fault_is_found_and_named_and_nothing_else_is(run_suites) -> None:
    options = [part for name in TOGETHER for part in ("--geti-fault", name)]
    run = run_suites(*options, paths=("suites/uploads",))
    assert run.status == 1, run.console
    findings = {(each["requirement"], each["verdict"]) for each in run.findings}
    faults = [FAULTS[name] for name in TOGETHER]
    assert findings >= {(requirement, fault.verdict) for fault in faults for requirement in fault.requirements}
    kinds = ("@empty", "@cut-at-", "@claims-larger", "@two-parts", "@name-path", "@name-markup", "@upload-info-")
    besides = {requirement for fault in faults for requirement in fault.also}
    others = {requirement for requirement, _ in findings if not any(kind in requirement for kind in kinds)}
    assert others <= besides


def test_a_refused_upload_leaves_no_file_and_a_playlist_is_not_followed(deployment) -> None:
    dataset = create_dataset(deployment.client, deployment.discovery, "geti-contract-test")
    image, video = make(ImageSpec(64, 64, content="noise")).content, make(VideoSpec(64, 64)).content
    bodies = [(damaged(image, kind), "png") for kind in (Damage.EMPTY, Damage.CUT_AT_HALF, Damage.TEXT_BOMB)]
    bodies += [(damaged(video, Damage.CUT_AT_HALF), "mp4"), (b"#EXTM3U\n#EXTINF:2,\nother.mp4\n", "mp4")]
    for content, extension in bodies:
        kind = "images" if extension == "png" else "videos"
        answer = dataset.upload_form(kind, form([file_part(content, extension)]), FORM)
        assert (answer.status, answer.body["http_status"]) == (400, 400)
    assert [path for path in deployment.files.rglob("*") if path.is_file()] == []
    assert dataset.listing() == {}
