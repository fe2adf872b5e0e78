"""What a refusal names and what would have come next: it is asked for, and what is answered alike says nothing."""

from __future__ import annotations

import pytest

from contract.observations import Answer, documented_error
from judges.rest.refusals import ids_between

BODY = {"error_code": "no", "message": "no", "http_status": 409}
PROCESS = "0123456789"


def test_ids_that_are_counted_on_have_thoseids_between_them() -> None:
    one, other = f"aaaaaaaa{PROCESS}000004", f"aaaaaaab{PROCESS}000006"
    assert ids_between(one, other) == [f"aaaaaaaa{PROCESS}000005", f"aaaaaaab{PROCESS}000005"]


@pytest.mark.parametrize("other", [None, "0" * 24, f"aaaaaaaa{PROCESS}000005", f"aaaaaaaa{PROCESS}ffffff"])
def test_ids_that_are_drawn_have_noneids_between_them(other: str | None) -> None:
    assert ids_between(f"aaaaaaaa{PROCESS}000004", other) == []


@pytest.mark.parametrize("media_type", [None, "application/json", "application/problem+json"])
def test_an_error_body_that_is_called_json_is_the_documented_one(media_type: str | None) -> None:
    assert documented_error(Answer(409, BODY, media_type=media_type)) is None


@pytest.mark.parametrize(("media_type", "called"), [("text/plain", "text/plain"), ("", "nothing")])
def test_an_error_body_that_is_called_otherwise_is_not_the_documented_one(media_type: str, called: str) -> None:
    assert documented_error(Answer(409, BODY, media_type=media_type)) == f"the body is called {called}, and is JSON"
