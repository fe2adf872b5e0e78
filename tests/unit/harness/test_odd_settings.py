"""Whatever stands in an option, its twin or a file is a value or one line that says what is wrong."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from contract.profiles import ProfileError, parse_profile
from contract.waivers import FIELDS, WaiverError, parse_waivers
from deployment.client import Client
from deployment.errors import SetupError
from deployment.options import OPTIONS, profile_named
from deployment.target import base_url, read_token
from harness.manifest import Manifest
from judges.family import Scope
from judges.rest.plan import Plan
from reports.parser import UnreadableError, read_report

# What argv and the environment can hold: everything but NUL.
TYPED = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), min_size=1)
FUZZED = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
VALUES = st.recursive(
    st.sampled_from(
        ['"x"', "1", "0", "-1", "1.5", "true", "2026-12-31", "07:32:00", "nan", "9" * 5000, '"off"', "[]", "{}"]
    ),
    lambda value: (
        st.lists(value, max_size=2).map(lambda each: f"[{', '.join(each)}]") | value.map(lambda each: f"{{a = {each}}}")
    ),
    max_leaves=4,
)


def problem(make: Callable[[], object], *refusals: type[Exception]) -> str:
    """The one line that ``make`` ends with; empty where it goes well. Every other exception is let through."""
    try:
        make()
    except refusals as error:
        return str(error)
    return ""


@FUZZED
@given(text=TYPED | st.from_regex(r"https?://[\[\]:/@%. a-z0-9-]{0,12}", fullmatch=True))
@pytest.mark.parametrize("name", sorted({*OPTIONS} - {"fault"}))
def test_whatever_is_typed_is_a_value_or_one_line(monkeypatch: pytest.MonkeyPatch, name: str, text: str) -> None:
    monkeypatch.chdir("/")
    option = OPTIONS[name]
    typed = problem(lambda: option.value(True if not option.metavar else text), SetupError)
    monkeypatch.setenv(option.twin, text)
    for said in (typed, problem(lambda: option.value(None), SetupError)):
        assert "\n" not in said


@FUZZED
@given(TYPED | st.from_regex(r"https?://[\[\]:/@%. a-z0-9-]{0,12}", fullmatch=True))
def test_a_base_url_that_is_taken_can_be_asked(text: str) -> None:
    def ask() -> None:
        with closing(Client(base_url(text), "key", "run", asked_proxy="none")) as client:
            client.transport.http.build_request("GET", "/api/v1/product_info")

    assert "\n" not in problem(ask, SetupError)


@FUZZED
@given(content=st.binary() | st.text().map(str.encode))
def test_whatever_a_token_file_holds_is_a_key_or_one_line(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "token"
    file.write_bytes(content)

    def use() -> None:
        with closing(Client("http://127.0.0.1:9", read_token(str(file)), "run")):
            pass

    said = problem(use, SetupError)
    assert "\n" not in said


@FUZZED
@given(TYPED)
def test_whatever_the_twin_of_the_key_holds_is_a_key_or_one_line(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("GETI_TOKEN", text)
    assert "\n" not in problem(lambda: read_token(None), SetupError)


def tables(keys: list[str]) -> st.SearchStrategy[str]:
    """The lines of a TOML table with some of these keys."""
    lines = st.lists(st.tuples(st.sampled_from(keys), VALUES), max_size=6)
    return lines.map(lambda given: "".join(f"{key} = {value}\n" for key, value in given))


@given(
    st.text()
    | st.tuples(
        tables(["name", "base", "limits", "x"]), tables(["image.side.max", '"image.side.max"', "x", "video"])
    ).map("[limits]\n".join)
)
def test_whatever_a_profile_holds_is_a_profile_or_one_line(text: str) -> None:
    said = problem(lambda: parse_profile(text, "site.toml"), ProfileError)
    assert said.startswith("site.toml: ") or not said
    assert "\n" not in said


@given(st.text() | st.lists(tables([*FIELDS, "x"]), max_size=3).map("[[waiver]]\n".join))
def test_whatever_a_file_of_waivers_holds_is_waivers_or_one_line(text: str) -> None:
    said = problem(lambda: parse_waivers(text, "waivers.toml"), WaiverError)
    assert said.startswith("waivers.toml:") or not said
    assert "\n" not in said


@pytest.mark.parametrize("text", [f"x = {'[' * 10_000}", f"x = {'9' * 10_000}", f"{'a.' * 10_000}a = 1"])
@pytest.mark.parametrize(("parse", "refusal"), [(parse_profile, ProfileError), (parse_waivers, WaiverError)])
def test_a_file_without_end_is_one_line(parse: Callable[..., Any], refusal: type[Exception], text: str) -> None:
    assert problem(lambda: parse(text, "file.toml"), refusal)


def test_a_waiver_in_a_text_is_no_table() -> None:
    text = 'waiver = [1]\nx = """\n[[waiver]]\n"""\n'
    assert problem(lambda: parse_waivers(text, "waivers.toml"), WaiverError)


@pytest.mark.parametrize("value", [1, 2, 10**6, 2**31, 2**63, 10**30])
@pytest.mark.parametrize("limit", ["image.side.max", "image.side.min", "video.duration.max", "project.labels.max"])
def test_whatever_a_profile_sets_has_its_cases_or_is_one_line(limit: str, value: int) -> None:
    profile = parse_profile(f"[limits]\n{limit} = {value}\n", "site.toml")
    said = problem(lambda: Manifest(Scope(profile, 0, "gate", Plan())), pytest.UsageError)
    assert not said or 'set it to "unknown"' in said


@FUZZED
@given(content=st.binary())
@example(content=b"[" * 100_000)
@example(content=b"9" * 5000)
@example(content=b'{"results": []}')
def test_whatever_a_file_of_durations_holds_is_a_report_or_one_line(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "results.json"
    file.write_bytes(content)
    assert "\n" not in problem(lambda: read_report(file), UnreadableError)


def test_a_directory_in_the_place_of_a_file_is_one_line(tmp_path: Path) -> None:
    assert problem(lambda: profile_named(str(tmp_path)), SetupError)
    assert problem(lambda: read_token(str(tmp_path)), SetupError)
