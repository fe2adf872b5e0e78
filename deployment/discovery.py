"""From a token alone to organization, workspace, product and profile."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from contract import operations as api
from contract.identifiers import canonical
from contract.observations import Answer
from contract.profiles import CLOUD, ENVIRONMENTS, Profile
from contract.results import Exchange
from contract.verdicts import inconclusive_reason
from deployment.client import Client
from deployment.containment import is_plain
from deployment.first_answer import FirstAnswer
from deployment.first_contact import FIRST_CONTACT, problem
from deployment.parsing import parsed

_MOST_PAGES: Final = 100
# The switch that makes a deployment read media after it answered.
_READ_LATER: Final = "FEATURE_FLAG_ASYNCHRONOUS_MEDIA_PREPROCESSING"
_ON: Final = frozenset({"true", "1", "on", "yes"})
# Where programs made with FastAPI serve their document, Geti 3.x among them.
_DOCUMENT: Final = "/api/openapi.json"
# Answers that are never those of a Geti behind the address: a redirect, a proxy's question, a rate limit.
_OF_OTHERS: Final = frozenset({*range(300, 400), 407, 429})


@dataclass(frozen=True, slots=True)
class Discovery:
    """Who and where we are: ids, the product's own words, and the profile that follows from them.

    ``switches`` are its feature flags, nothing where it does not say. ``remarks`` say what was taken for granted, a
    workspace that nobody named, an environment that nobody knows, and what a switch explains.
    """

    organization: str
    workspace: str
    product: Mapping[str, str]
    profile: Profile
    remarks: tuple[str, ...] = ()
    switches: Mapping[str, str] = field(default_factory=dict)

    @property
    def root(self) -> str:
        """The path below which everything of the workspace lies."""
        return api.WORKSPACE.format(organization=self.organization, workspace=self.workspace)


def discover(client: Client, workspace: str | None = None) -> Discovery:
    """Ask the deployment who we are, in the ``workspace`` of that id or name, the first where none is given.

    Raises ``SetupError`` with the next step where it does not say.
    """
    organization = _organization(client)
    workspaces = _workspaces(client, organization)
    chosen = _chosen(workspaces, workspace, client)
    product = _read(client, api.READ_PRODUCT)
    if inconclusive_reason(product) is not None:
        raise FIRST_CONTACT["product-unknown"].error(base=client.base, words=product.words)
    facts = {str(name): str(value) for name, value in product.fields.items()}
    environment = facts.get("environment", "")
    discovery = Discovery(organization, chosen, facts, ENVIRONMENTS.get(environment.lower(), CLOUD))
    if not is_plain(discovery.root):
        raise FIRST_CONTACT["workspace-path"].error(workspace=_named(chosen, workspaces))
    _check_permission(client, discovery, workspaces)
    remarks = []
    if workspace is None and len(workspaces) > 1:
        remarks.append(
            f"workspace {_named(chosen, workspaces)}, the first of {len(workspaces)}; another: --geti-workspace"
        )
    if environment.lower() not in ENVIRONMENTS:
        said = f"the environment {environment!r} is" if environment else "the environment is not said, which is"
        remarks.append(f"{said} none of {', '.join(ENVIRONMENTS)}: where no profile is given, {CLOUD.name} is taken")
    switches = _switches(client)
    if switches.get(_READ_LATER, "").lower() in _ON:
        remarks.append(f"{_READ_LATER} is on: an upload may be answered 202, and its medium read later")
    client.area.root = discovery.root
    return replace(discovery, remarks=tuple(remarks), switches=switches)


def _switches(client: Client) -> dict[str, str]:
    """The feature flags as the deployment says them; nothing where it does not, since a run can do without."""
    answer = client.send(*api.READ_SWITCHES.at(""))
    simple = {name: value for name, value in answer.fields.items() if isinstance(value, bool | int | str)}
    return {str(name): str(value).lower() for name, value in sorted(simple.items())}


def _workspaces(client: Client, organization: str) -> dict[str, str]:
    """The names of the organization's workspaces by id, in their order. Raises ``SetupError`` where there is none."""
    listed: dict[str, str] = {}
    spaces = _read(client, api.LIST_WORKSPACES, organization)
    for _ in range(_MOST_PAGES):
        page = {str(each["id"]): str(each.get("name")) for each in spaces.objects("workspaces") or () if each.get("id")}
        following = spaces.fields.get("next_page")
        grown = page.keys() - listed.keys()
        listed |= page
        if not grown or not following:
            break
        query = dict(parse_qsl(urlsplit(str(following)).query))
        spaces = _read(client, api.LIST_WORKSPACES, organization, params=query)
    if not listed:
        raise FIRST_CONTACT["no-workspace"].error(base=client.base, words=spaces.words)
    return listed


def _chosen(workspaces: Mapping[str, str], asked: str | None, client: Client) -> str:
    """The id of the workspace that was asked for by id or name, else of the first. Raises ``SetupError``."""
    if asked is None:
        return next(iter(workspaces))
    found = [each for each, name in workspaces.items() if asked == name or canonical(asked) == canonical(each)]
    if len(found) == 1:
        return found[0]
    known = ", ".join(_named(each, workspaces) for each in workspaces)
    row = FIRST_CONTACT["workspace-ambiguous" if found else "workspace-unknown"]
    raise row.error(asked=asked, base=client.base, count=len(found), known=known)


def _check_permission(client: Client, discovery: Discovery, workspaces: Mapping[str, str]) -> None:
    """Raise ``SetupError`` where the key may not even list what the workspace holds."""
    answer = client.send(*api.LIST_PROJECTS.at(discovery.root), params={"limit": 1, "skip": 0})
    if answer.status in (401, 403, 404):
        step = "name another with --geti-workspace" if len(workspaces) > 1 else "make a key that may"
        name = _named(discovery.workspace, workspaces)
        raise FIRST_CONTACT["workspace-refused"].error(workspace=name, words=answer.words, step=step)


def _named(workspace: str, workspaces: Mapping[str, str]) -> str:
    return f"{workspaces[workspace]} ({workspace})"


def _read(client: Client, operation: api.ApiOperation, *ids: str, params: Mapping[str, Any] | None = None) -> Answer:
    """The answer to a reading. Raises ``SetupError`` where a proxy answers in the deployment's place, or nobody."""
    method, path = operation.at("", *ids)
    with client.recording(1) as recorded:
        answer = client.send(method, path, params=params)
    if answer.lost or answer.status in _OF_OTHERS:
        raise problem(_first_answer(client, answer, recorded))
    return answer


def _organization(client: Client) -> str:
    with client.recording(1) as recorded:
        answer = _read(client, api.READ_ORGANIZATION)
    organization = answer.text("organizationId")
    if organization is None:
        seen = _first_answer(client, answer, recorded)
        raise problem(replace(seen, **_self_description(client)) if answer.status not in (401, 403) else seen)
    return organization


def _first_answer(client: Client, answer: Answer, recorded: Iterable[Exchange]) -> FirstAnswer:
    none = Exchange("GET", client.base, None, 0.0)
    exchange = replace(next(iter(recorded), none), status=answer.status, failure=answer.failure)
    return FirstAnswer(
        base=client.base, exchange=exchange, key=client.token, proxy=client.proxy, timeout=client.timeout
    )


def _self_description(client: Client) -> dict[str, Any]:
    """What lies there by its document, else by its front page; both are asked for without the key."""
    response, _ = client.request("GET", _DOCUMENT, key=None)
    document = parsed(response) if response is not None and response.is_success else None
    if isinstance(document, dict):
        return {"document": document}
    response, _ = client.request("GET", "/", key=None)
    return {"front": response.text if response is not None and response.is_success else ""}
