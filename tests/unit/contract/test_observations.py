"""The documented body of a refusal is told apart from others."""

from __future__ import annotations

from typing import Any

import pytest

from contract.observations import Answer, documented_error
from tests.unit.contract.answers import BODY


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        (BODY, None),
        ({**BODY, "message": {"en": "too large"}}, None),
        ({**BODY, "message": ["too large"]}, None),
        ("too large", "the body is no JSON object"),
        (None, "the body is no JSON object"),
        ({**BODY, "error_code": ""}, "error_code is missing"),
        ({**BODY, "error_code": 409}, "error_code is missing"),
        ({**BODY, "message": ""}, "message is missing"),
        ({**BODY, "message": 7}, "message is missing"),
        ({"error_code": "limit", "http_status": 409}, "message is missing"),
        ({**BODY, "http_status": "409"}, "http_status says '409', the answer is 409"),
        ({"error_code": "limit", "message": "too large"}, "http_status says None, the answer is 409"),
    ],
)
def test_an_error_body_that_is_not_as_documented_is_described(body: Any, fault: str | None) -> None:
    assert documented_error(Answer(409, body)) == fault


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Answer(400, {"error_code": "bad", "message": "the name\n is taken"}), "400 bad: the name is taken"),
        (Answer(400, {"message": {"limit": ["too large"]}}), '400: {"limit": ["too large"]}'),
        (Answer(422, {"detail": "no"}), "422: no"),
        (Answer(409, {"code": 7}), '409: {"code": 7}'),
        (Answer(502, "<html>bad  gateway</html>"), "502: <html>bad gateway</html>"),
        (Answer(404), "404"),
        (Answer(200, {"message": "done"}), "200"),
        (Answer(None, failure="reset"), "no answer (reset)"),
        (Answer(400, "x" * 300), f"400: {'x' * 200}..."),
    ],
)
def test_a_refusal_is_told_with_what_it_says(answer: Answer, words: str) -> None:
    assert answer.words_with_message == words
