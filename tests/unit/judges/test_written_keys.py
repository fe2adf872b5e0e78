"""The run's own key in other words and in other places: none of them may open, and none is shown."""

from __future__ import annotations

import httpx
import pytest

from contract.verdicts import Verdict
from deployment.client import OWN_KEY
from judges.rest.rules import RULES
from judges.rest.written_keys import altered_keys, keys_elsewhere
from tests.support.synthetic_document import synthetic_document
from tests.unit.judges.test_rest_rules import case_of, judge_with, planned

KEY = "geti_pat_aB3dE6"
REFUSED = {"error_code": "no", "message": "no", "http_status": 401}


def verdicts(rule: str, opens: object) -> set[Verdict]:
    """What the cases of a rule come to where what ``opens`` says of method and key is answered with 200."""

    def answers(method: str, _target: str, key: str | None) -> httpx.Response:
        accepted = opens(method, key)  # type: ignore[operator]
        return httpx.Response(200, json={"id": "1"}) if accepted else httpx.Response(401, json=REFUSED)

    judge = judge_with(answers)
    return {judge.judge(case).judgement.verdict for case in RULES[rule].cases(planned()) if case.read_only}


def test_each_alteration_is_another_key_and_no_two_are_alike() -> None:
    values = [each.value for each in altered_keys(KEY)]
    assert KEY not in values
    assert len(set(values)) == len(values)
    assert all(each.shell is not None and KEY not in each.shell for each in altered_keys(KEY))


def test_an_alteration_that_is_the_key_itself_is_left_out() -> None:
    assert "in the other case" not in {each.words for each in altered_keys("123456")}


def test_the_last_character_changes_in_a_bit_that_counts() -> None:
    (last,) = (each.value for each in altered_keys(KEY[:-1] + "A") if each.words == "with another last character")
    assert last == f"{KEY[:-1]}9"


@pytest.mark.parametrize(
    ("key", "forms"),
    [
        ("geti_pat_AAAA", {"geti_pat_AAAB", "geti_p*at_AAAA", "geti_pat_AAAA="}),
        ("AAAAAw==", {"AAAAAx==", "AAAA*Aw==", "AAAAAw==="}),
        ("AAAAAA9_", {"AAAAAA9-", "AAAA*AA9_", "AAAAAA9_="}),
    ],
)
def test_what_a_lenient_reader_of_base64_takes_for_the_same_is_another_key(key: str, forms: set[str]) -> None:
    assert forms <= {each.value for each in altered_keys(key)}


def test_a_last_character_that_is_no_base64_has_no_lowest_bit() -> None:
    assert "with another lowest bit of its last character" not in {each.words for each in altered_keys("key~")}


@pytest.mark.parametrize(
    ("scheme", "gone"),
    [
        ({"type": "http", "scheme": "bearer"}, {"as a bearer token", "as authorization"}),
        ({"type": "apiKey", "in": "cookie", "name": "session"}, {"in a cookie"}),
    ],
)
def test_a_place_that_the_document_declares_is_none_to_be_refused(scheme: dict[str, str], gone: set[str]) -> None:
    document = synthetic_document()
    before = {each.words for each in keys_elsewhere(KEY, document)}
    document["components"]["securitySchemes"]["Other"] = scheme
    assert before - {each.words for each in keys_elsewhere(KEY, document)} == gone


def test_the_key_in_a_parameter_of_the_query_that_is_declared_is_not_sent() -> None:
    document = synthetic_document()
    document["components"]["securitySchemes"]["Other"] = {"type": "apiKey", "in": "query", "name": "token"}
    (sent,) = (each.query for each in keys_elsewhere(KEY, document) if each.query)
    assert "access_token=" in sent
    assert "&token=" not in sent


def test_an_altered_key_that_opens_is_not_enforced() -> None:
    assert verdicts("key-altered", lambda _method, key: key == OWN_KEY) == {Verdict.KEPT}
    assert verdicts("key-altered", lambda _method, key: key is not None) == {Verdict.NOT_ENFORCED}


def test_a_request_without_the_key_in_its_place_that_is_accepted_is_not_enforced() -> None:
    assert verdicts("key-elsewhere", lambda _method, _key: False) == {Verdict.KEPT}
    assert verdicts("key-elsewhere", lambda _method, key: key is None) == {Verdict.NOT_ENFORCED}


@pytest.mark.parametrize(
    ("times", "words"),
    [(9, "the key in the query is accepted"), (1, "in other headers and in the query and in a cookie is accepted")],
)
def test_the_place_in_which_the_key_opens_is_named_where_it_still_shows(times: int, words: str) -> None:
    left = [None] * times

    def answers(_method: str, target: str, _key: str | None) -> httpx.Response:
        opens = "access_token=" in target and left and left.pop() is None
        return httpx.Response(200, json={"id": "1"}) if opens else httpx.Response(401, json=REFUSED)

    judgement = judge_with(answers).judge(case_of("key-elsewhere", "ReadProject")).judgement
    assert words in judgement.reason


def test_head_without_a_key_is_refused_and_a_preflight_shows_nothing() -> None:
    def own(_method: str, key: str | None) -> bool:
        return key is not None

    assert verdicts("key-other-methods", own) == {Verdict.KEPT}
    assert verdicts("key-other-methods", lambda method, key: method == "HEAD" or own(method, key)) == {
        Verdict.NOT_ENFORCED
    }
    assert verdicts("key-other-methods", lambda method, key: method == "OPTIONS" or own(method, key)) == {
        Verdict.NOT_ENFORCED
    }


def test_a_preflight_may_be_answered_to_anybody() -> None:
    def answers(method: str, _target: str, key: str | None) -> httpx.Response:
        if method == "OPTIONS":
            return httpx.Response(200, json={"allow": ["GET"]})
        return httpx.Response(200, json={"id": "1"}) if key else httpx.Response(401, json=REFUSED)

    judge = judge_with(answers)
    cases = RULES["key-other-methods"].cases(planned())
    assert {judge.judge(case).judgement.verdict for case in cases} == {Verdict.KEPT}
