"""The folder of a finding: what is in it, what is not, and that bad input breaks nothing."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from contract.recording import TAKEN_OUT, RecordedExchange, Recording
from contract.results import Result, conclude
from contract.verdicts import BROKEN, Verdict
from reports.causes import causes
from reports.files import ReportError, write_reports
from reports.finding.folders import FINDINGS, write_folders
from reports.finding.script.listings import wrong_with
from tests.unit.reports.finding_samples import NAMES, PROJECT, exchange, finding, recording
from tests.unit.reports.samples import broken_width, run_info


def folders(directory: Path, *results: Result) -> list[Path]:
    write_folders(run_info(), causes(results, *BROKEN), directory)
    return sorted((directory / FINDINGS).iterdir())


def plan_of(folder: Path) -> dict[str, Any]:
    plan: dict[str, Any] = json.loads((folder / "plan.json").read_text())
    return plan


def test_ids_are_asked_of_earlier_answers_and_the_medium_lies_beside(tmp_path: Path) -> None:
    (folder,) = folders(tmp_path, finding())
    first, second = plan_of(folder)["steps"]
    assert first["gives"] == {"made1_id": "/id", "made1_datasets_0_id": "/datasets/0/id"}
    assert first["text"] == '{"name": "geti-contract-${run}"}'
    root = "/api/v1/organizations/${organization}/workspaces/${workspace}"
    assert second["target"] == f"{root}/projects/${{made1_id}}/datasets/${{made1_datasets_0_id}}/media/images"
    assert (folder / second["parts"][0]["file"]).read_bytes() == b"bytes"
    assert plan_of(folder)["check"] == {"kind": "accepted", "steps": [2], "passes": 1, "exact": False}
    assert {each["response"]["status"] for each in json.loads((folder / "exchange.har").read_text())["log"]["entries"]}


def test_a_very_long_requirement_and_two_of_one_name_get_folders_of_their_own(tmp_path: Path) -> None:
    long = "rule." + "é/\\x" * 200
    same = [finding(long, verdict=verdict, status=409) for verdict in (Verdict.CRASHED, Verdict.UNCLEAN)]
    names = [each.name for each in folders(tmp_path, *same)]
    assert len(set(names)) == 2
    assert all(len(name) < 100 and name.isascii() for name in names)


def test_a_finding_with_no_exchange_says_so_and_how_to_judge_it_again(tmp_path: Path) -> None:
    (folder,) = folders(tmp_path, finding(recordings=()))
    assert "steps" not in plan_of(folder)
    assert not (folder / "exchange.har").exists()
    text = (folder / "README.md").read_text()
    assert "cannot tell" in text
    assert "--geti-replay image.side.max@image-upload/above" in text


def test_a_huge_medium_is_packed_and_one_that_does_not_pack_is_described(tmp_path: Path) -> None:
    (folder,) = folders(tmp_path / "packed", finding(recordings=(recording(bytes(20_000_000)),) * 2))
    assert sum(each.stat().st_size for each in folder.iterdir()) < 100_000
    noise = random.Random(0).randbytes(5_000_000)
    sent = {"width": 1300, "height": 1300, "format": "bmp", "name": "x.bmp", "bytes": 1, "sha256": "y"}
    (folder,) = folders(tmp_path / "noise", finding(recordings=(recording(noise),) * 2, sent=sent))
    assert sum(each.stat().st_size for each in folder.iterdir()) < 100_000
    assert "ImageSpec(width=1300, height=1300, format='bmp')" in (folder / "README.md").read_text()


def test_the_smallest_case_of_a_cause_is_in_its_folder(tmp_path: Path) -> None:
    large = finding(recordings=(recording(b"x" * 5000),) * 2, case="image.side.max@image-upload/above/large")
    (folder,) = folders(tmp_path, large, finding())
    assert (folder / "tall.png").read_bytes() == b"bytes"


def test_the_folders_of_an_earlier_run_are_replaced(tmp_path: Path) -> None:
    folders(tmp_path, finding(), finding("rule@x", status=500, verdict=Verdict.CRASHED))
    (left,) = folders(tmp_path, finding())
    assert left.name == "001-image.side.max-image-upload"


def test_a_directory_that_cannot_be_written_is_one_clear_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("reports.finding.folders.tempfile.TemporaryDirectory", refuse)
    with pytest.raises(ReportError, match="findings cannot be written"):
        write_reports(run_info(), [finding()], [], conclude([finding()], []), tmp_path)


def test_words_of_a_deployment_stand_in_code(tmp_path: Path) -> None:
    (folder,) = folders(tmp_path, finding(reason="`<img src=x>`\x1b[2J [a](b)"))
    text = (folder / "README.md").read_text()
    assert "`` `<img src=x>`<U+001B>[2J [a](b) ``" in text


def test_what_answers_otherwise_each_time_is_no_part_of_what_is_expected(tmp_path: Path) -> None:
    def read(number: int, name: str) -> Recording:
        made, _ = recording().exchanges
        got = {"name": name, "total": 3, "id": "d" * 24}
        shown = exchange(2, "GET", f"/projects/{PROJECT}", 200, b"", got, "")
        return Recording((made, shown), ("trace2",), NAMES)

    both = (read(1, "one"), read(2, "two"))
    (folder,) = folders(tmp_path, finding("rule@read", verdict=Verdict.UNCLEAN, recordings=both))
    expected = plan_of(folder)["steps"][1]["expected"]
    assert (expected["json"]["name"], expected["json"]["total"]) == ("${any}", 3)


def test_machine_readers_get_the_files_of_each_finding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    results = [finding(), *broken_width()]
    write_reports(run_info(), results, [each.case for each in results], conclude(results, []), Path("out"))
    tests = json.loads(Path("out/results.json").read_text())["results"]["tests"]
    attached = {each["path"] for test in tests for each in test.get("attachments", ())}
    assert "out/findings/002-image.side.max-image-upload/reproduce.py" in attached
    assert all(Path(each).is_file() for each in attached)
    assert [len(test.get("attachments", ())) > 0 for test in tests] == [True, True, True, False]
    lines = Path("out/junit.xml").read_text()
    assert "[[ATTACHMENT|out/findings/002-image.side.max-image-upload/README.md]]" in lines


def listed(number: int, query: str, *names: str) -> RecordedExchange:
    entries = [{"id": name * 24, "name": name} for name in names]
    return exchange(number, "GET", f"/projects?{query}", 200, b"", {"projects": entries, "project_counts": 3}, "")


def test_a_listing_that_is_wrong_is_known_by_what_is_wrong_with_it(tmp_path: Path) -> None:
    made, _ = recording().exchanges
    whole = listed(2, "limit=100&skip=0", "a", "b", "c")
    pages = [listed(3, "limit=2&skip=0", "a", "b"), listed(4, "limit=2&skip=2", "b", "c")]
    twice = Recording((made, whole, *pages, whole), ("trace4",), NAMES)
    (folder,) = folders(tmp_path, finding("rule@list", verdict=Verdict.NONCONFORMING, recordings=(twice, twice)))
    check = plan_of(folder)["check"]
    assert (check["kind"], check["wrong"]) == ("listing", ["an entry is there twice"])
    assert plan_of(folder)["steps"][check["steps"][0] - 1]["target"].endswith("/projects?limit=100&skip=0")


@pytest.mark.parametrize(
    ("pages", "wrong"),
    [
        ([({"limit": "2"}, "ab"), ({"limit": "2", "page_token": "2"}, "c")], set()),
        ([({"limit": "1", "skip": "3"}, "")], set()),
        ([({"limit": "1", "skip": "3"}, "c")], {"there are entries past the end"}),
        (
            [({"limit": "1", "skip": "0"}, "ab"), ({"limit": "2", "skip": "2"}, "c")],
            {"a page has more entries than were asked for"},
        ),
        ([({"limit": "3", "skip": "0"}, "ab")], {"its pages lose an entry"}),
        ([({"limit": "9", "skip": "0"}, "abcd")], {"a page shows what the list does not"}),
    ],
)
def test_pages_are_held_against_the_list(pages: list[tuple[dict[str, str], str]], wrong: set[str]) -> None:
    read = [(query, {"projects": [{"id": name} for name in names]}) for query, names in [({}, "abc"), *pages]]
    assert wrong_with(read) == wrong


def test_an_answer_with_a_key_is_known_by_the_key(tmp_path: Path) -> None:
    made, _ = recording().exchanges
    shown = replace(exchange(2, "GET", "/projects", 200, b"", {}, ""), answer_headers={"x-debug": TAKEN_OUT})
    whole = Recording((made, shown), ("trace2",), NAMES)
    (folder,) = folders(tmp_path, finding("rule", verdict=Verdict.UNCLEAN, recordings=(whole, whole)))
    assert plan_of(folder)["check"]["kind"] == "echoed"
