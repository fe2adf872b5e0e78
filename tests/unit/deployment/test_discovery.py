"""From a key alone to one workspace and one profile; what was taken for granted is said, and what fails is one line."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from deployment.client import Client
from deployment.discovery import Discovery, discover
from deployment.errors import SetupError
from tests.support.servers import QuietHandler, serving

FIRST, SECOND = "0f8fad5b-d9cb-469f-a165-70867728950e", "7c9e6679-7425-40de-944b-e07fc1f90ae7"
BOTH = {"workspaces": [{"id": FIRST, "name": "Default"}, {"id": SECOND, "name": "Lab"}]}
ONE = {"workspaces": BOTH["workspaces"][:1]}
PRODUCT = {"build-version": "2.0.0", "environment": "saas"}


@pytest.fixture
def found() -> Iterator[Callable[..., Discovery]]:
    """What is found at a deployment with these answers, an object or a status each."""
    with ExitStack() as stack:

        def find(
            workspaces: Any = ONE,
            product: Any = PRODUCT,
            projects: Any = None,
            asked: str | None = None,
            flags: Any = 404,
        ) -> Any:
            answers = {
                "personal_access_tokens/organization": {"organizationId": FIRST},
                "workspaces": workspaces,
                "product_info": product,
                "projects": projects or {"projects": []},
                "feature_flags": flags,
            }

            class Handler(QuietHandler):
                def answer(self) -> None:
                    path = self.path.partition("?")[0]
                    answer = next(answer for end, answer in answers.items() if path.endswith(end))
                    answer = answer(self.path) if callable(answer) else answer
                    if isinstance(answer, int):
                        return self.reply(answer, {"content-type": "text/html"}, b"<h1>no</h1>")
                    body = answer if isinstance(answer, str) else json.dumps(answer)
                    kind = "text/html" if isinstance(answer, str) else "application/json"
                    return self.reply(200, {"content-type": kind}, body.encode())

            client = Client(stack.enter_context(serving(Handler)), "key", "0123abcd", timeout=5)
            stack.callback(client.close)
            return discover(client, asked)

        yield find


def test_the_first_of_several_workspaces_is_taken_and_said(found: Callable[..., Discovery]) -> None:
    discovery = found(BOTH)
    assert discovery.workspace == FIRST
    assert discovery.remarks == (f"workspace Default ({FIRST}), the first of 2; another: --geti-workspace",)


def test_the_only_workspace_needs_no_word(found: Callable[..., Discovery]) -> None:
    assert (found().workspace, found().remarks) == (FIRST, ())


@pytest.mark.parametrize("asked", ["Lab", SECOND, SECOND.upper(), SECOND.replace("-", ""), f"{{{SECOND}}}"])
def test_a_workspace_is_named_by_its_name_or_any_spelling_of_its_id(
    found: Callable[..., Discovery], asked: str
) -> None:
    discovery = found(BOTH, asked=asked)
    assert (discovery.workspace, discovery.remarks) == (SECOND, ())


def test_a_workspace_on_a_later_page_is_found(found: Callable[..., Discovery]) -> None:
    def paged(path: str) -> dict[str, Any]:
        number = int("skip=1" in path)
        following = {} if number else {"next_page": f"/api/v1/organizations/{FIRST}/workspaces?skip=1"}
        return {"workspaces": [BOTH["workspaces"][number]], **following}

    assert found(paged, asked="Lab").workspace == SECOND


def test_a_page_that_leads_to_itself_ends_the_listing(found: Callable[..., Discovery]) -> None:
    assert found({**BOTH, "next_page": f"/api/v1/organizations/{FIRST}/workspaces"}).workspace == FIRST


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"workspaces": {"workspaces": []}}, "lists no workspace"),
        ({"workspaces": 404}, "lists no workspace"),
        ({"workspaces": {"workspaces": [{"name": "without an id"}]}}, "lists no workspace"),
        ({"workspaces": {"workspaces": [{"id": "{a}", "name": "odd"}]}}, "cannot stand in a path"),
        ({"workspaces": BOTH, "asked": "Moon"}, f"is no workspace of .*; there is: Default .*, Lab .{SECOND}"),
        (
            {"workspaces": {"workspaces": [{"id": i, "name": "Twin"} for i in (FIRST, SECOND)]}, "asked": "Twin"},
            "the id",
        ),
        ({"workspaces": BOTH, "projects": 403}, "may not read the projects of workspace Default .* name another with"),
        ({"projects": 403}, "may not read the projects .* make a key that may"),
        ({"product": 507}, "does not say what it is"),
    ],
)
def test_what_is_not_to_be_had_is_one_line(found: Callable[..., Discovery], given: dict[str, Any], words: str) -> None:
    with pytest.raises(SetupError, match=words) as error:
        found(**given)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("product", "words"),
    [
        ({"environment": "edge"}, "the environment 'edge' is none of saas, on-prem"),
        ({"build-version": "2"}, "the environment is not said"),
        ("<html>Geti</html>", "the environment is not said"),
        (404, "the environment is not said"),
    ],
)
def test_an_environment_that_is_unknown_is_said(found: Callable[..., Discovery], product: Any, words: str) -> None:
    discovery = found(product=product)
    assert discovery.profile.name == "cloud"
    assert len(discovery.remarks) == 1
    assert words in discovery.remarks[0]


@pytest.mark.parametrize(
    ("environment", "profile"), [("saas", "cloud"), ("on-prem", "on-prem"), ("On-Prem", "on-prem")]
)
def test_a_documented_environment_needs_no_word(
    found: Callable[..., Discovery], environment: str, profile: str
) -> None:
    discovery = found(product={"environment": environment})
    assert (discovery.profile.name, discovery.remarks) == (profile, ())


@pytest.mark.parametrize("flags", [404, 500, "<h1>no</h1>", []])
def test_a_deployment_that_names_no_feature_flags_has_none(found: Callable[..., Discovery], flags: Any) -> None:
    assert found(flags=flags).switches == {}


def test_feature_flags_are_kept_and_the_one_that_explains_a_202_is_said(found: Callable[..., Discovery]) -> None:
    name = "FEATURE_FLAG_ASYNCHRONOUS_MEDIA_PREPROCESSING"
    discovery = found(flags={name: True, "FEATURE_FLAG_OTHER": False, "nested": {}})
    assert discovery.switches == {name: "true", "FEATURE_FLAG_OTHER": "false"}
    assert discovery.remarks == (f"{name} is on: an upload may be answered 202, and its medium read later",)
    assert found(flags={name: False}).remarks == ()
