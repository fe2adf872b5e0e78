"""Hostile uploads: the judgement, the names that may read back, the bytes of a form, the manifest."""

from __future__ import annotations

from dataclasses import replace
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract.observations import Answer
from contract.profiles import CLOUD
from contract.robustness import HostileSeen, judge_hostile, related
from contract.verdicts import Verdict
from generators.damage import FILE_NAMES
from generators.forms import FORM, Part, disposition, form
from judges.uploads.cases import hostile_cases

OK = Answer(200, {"id": "a"})
KEPT_ACCEPTED = HostileSeen(OK, OK, listed=True)


def refusal(status: int, **body: Any) -> Answer:
    return Answer(status, {"error_code": "x", "message": "y", "http_status": status} | body)


KEPT_REFUSED = HostileSeen(refusal(400), OK)


@pytest.mark.parametrize(
    ("seen", "verdict"),
    [
        (KEPT_ACCEPTED, Verdict.KEPT),
        (KEPT_REFUSED, Verdict.KEPT),
        (HostileSeen(refusal(413), OK), Verdict.KEPT),
        (HostileSeen(refusal(403), OK), Verdict.KEPT),
        (HostileSeen(Answer(403), OK), Verdict.INCONCLUSIVE),
        (replace(KEPT_ACCEPTED, listed=False), Verdict.UNCLEAN),
        (replace(KEPT_ACCEPTED, changes=("media b appeared",)), Verdict.UNCLEAN),
        (replace(KEPT_ACCEPTED, differences=("no frame decodes",)), Verdict.UNCLEAN),
        (replace(KEPT_ACCEPTED, differences=None), Verdict.INCONCLUSIVE),
        (replace(KEPT_ACCEPTED, changes=None), Verdict.INCONCLUSIVE),
        (replace(KEPT_ACCEPTED, failed_later=True, differences=None), Verdict.KEPT),
        (replace(KEPT_REFUSED, changes=("media b appeared",)), Verdict.UNCLEAN),
        (replace(KEPT_REFUSED, changes=None), Verdict.INCONCLUSIVE),
        (replace(KEPT_REFUSED, answer=refusal(400, http_status=500)), Verdict.NONCONFORMING),
        (replace(KEPT_REFUSED, answer=Answer(422, {"detail": []})), Verdict.NONCONFORMING),
        (replace(KEPT_REFUSED, answer=refusal(429)), Verdict.INCONCLUSIVE),
        (replace(KEPT_REFUSED, answer=Answer(500)), Verdict.CRASHED),
        (replace(KEPT_REFUSED, answer=Answer(503)), Verdict.CRASHED),
        (replace(KEPT_REFUSED, answer=Answer(None, failure="reset")), Verdict.CRASHED),
        (replace(KEPT_ACCEPTED, control=None), Verdict.INCONCLUSIVE),
    ],
)
def test_each_hostile_upload_has_its_verdict(seen: HostileSeen, verdict: Verdict) -> None:
    assert judge_hostile(seen).verdict is verdict


@given(st.integers(100, 599), st.integers(100, 599))
def test_nothing_is_judged_without_an_accepted_control(status: int, control: int) -> None:
    seen = HostileSeen(refusal(status), refusal(control), listed=True)
    assert (judge_hostile(seen).verdict is Verdict.INCONCLUSIVE) >= (not 200 <= control < 300)


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("../../escape.png", "../../escape"),
        ("../../escape.png", "escape"),
        ("..\\..\\escape.png", "_.._escape"),
        ("/etc/absolute.png", "etc_absolute"),
        ("double.png.exe", "double"),
        ("UPPER.PNG", "upper"),
        ("<b>markup</b>.png", "&lt;b&gt;markup&lt;/b&gt;"),
        ("<b>markup</b>.png", "markup"),
        ("per%2fcent%00.png", "per/cent"),
        ('quo"te.png', "quo"),
        ("日本語.png", "日本語"),
        ("日本語.png", "æ—¥æœ¬èªž"),
        ("日本語.png", "%E6%97%A5%E6%9C%AC%E8%AA%9E"),
        ("éte\u0301.png", "été"),
        (".png", ""),
        ("x" * 251 + ".png", "x" * 100),
        ("semi;colon.png", "semi;colon (1)"),
        ("archive.tar.png", "archive_tar"),
        ("archive.tar.mp4", "archive.tar.mp4"),
        ("end of it .MP4", "End of it"),
    ],
)
def test_a_name_may_be_cleaned_cut_or_added_to(sent: str, shown: str) -> None:
    assert related(sent, shown)


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("../../escape.png", "upload"),
        ("UPPER.PNG", ""),
        ("semi;colon.png", None),
        ("double.png.exe", "medium 7"),
        ("archive.tar.png", "archive"),
        ("a.b.c.mp4", "a.c"),
        ("a.b.MP4", "MP4"),
    ],
)
def test_another_name_is_not_the_one_that_was_sent(sent: str, shown: object) -> None:
    assert not related(sent, shown)


@pytest.mark.parametrize("name", FILE_NAMES.values())
def test_the_name_as_it_was_sent_is_related_to_itself(name: str) -> None:
    assert related(name, name)


def _parsed(content_type: str, body: bytes) -> list[Any]:
    """The parts as the standard library's parser of MIME reads them."""
    message = BytesParser(_class=EmailMessage, policy=HTTP).parsebytes(
        b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + body
    )
    return list(message.iter_parts())


def test_a_form_parses_into_the_parts_it_was_made_of() -> None:
    parts = [
        Part(disposition("upload_info"), b"{}"),
        Part(disposition("file", 'a"b.png'), b"\x00\xff\r\n--x", "image/png"),
    ]
    info, file = _parsed(FORM, form(parts))
    assert (info.get_content_disposition(), info.get_payload(decode=True)) == ("form-data", b"{}")
    assert (file.get_filename(), file.get_content_type()) == ("a%22b.png", "image/png")
    assert file.get_payload(decode=True) == b"\x00\xff\r\n--x"


def test_every_hostile_case_has_a_name_of_its_own_and_makes_the_same_bytes_each_time() -> None:
    first, second = (hostile_cases(CLOUD, 0) for _ in range(2))
    assert len({case.id for case in first}) == len(first)
    few = [pair for pair in zip(first, second, strict=True) if "bomb" not in pair[0].upload.defect][::5]
    assert all(one.upload.body() == other.upload.body() for one, other in few)
