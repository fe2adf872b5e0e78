"""From a token alone to organization, workspace, product and profile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from contract import operations as api
from contract.identifiers import canonical
from contract.observations import Answer
from contract.profiles import CLOUD, ENVIRONMENTS, Profile
from contract.verdicts import inconclusive_reason
from deployment.client import Client
from deployment.containment import is_plain
from deployment.errors import SetupError

_MOST_PAGES: Final = 100


@dataclass(frozen=True, slots=True)
class Discovery:
    """Who and where we are: ids, the product's own words, and the profile that follows from them.

    ``remarks`` say what was taken for granted: a workspace that nobody named, an environment that nobody knows.
    """

    organization: str
    workspace: str
    product: Mapping[str, str]
    profile: Profile
    remarks: tuple[str, ...] = ()

    @property
    def root(self) -> str:
        """The path below which everything of the workspace lies."""
        return api.WORKSPACE.format(organization=self.organization, workspace=self.workspace)


def discover(client: Client, workspace: str | None = None) -> Discovery:
    """Ask the deployment who we are, in the ``workspace`` of that id or name, the first where none is given.

    Raises ``SetupError`` with the next step where it does not say.
    """
    answer = client.send(*api.READ_ORGANIZATION.at(""))
    organization = _text(answer, "organizationId", client)
    workspaces = _workspaces(client, organization)
    chosen = _chosen(workspaces, workspace, client)
    product = client.send(*api.READ_PRODUCT.at(""))
    if inconclusive_reason(product) is not None:
        raise SetupError(
            f"{client.base} does not say what it is ({product.words}), and the limits depend on it; try again"
        )
    facts = {str(name): str(value) for name, value in product.fields.items()}
    environment = facts.get("environment", "")
    discovery = Discovery(organization, chosen, facts, ENVIRONMENTS.get(environment.lower(), CLOUD))
    if not is_plain(discovery.root):
        raise SetupError(f"the workspace {_named(chosen, workspaces)} cannot stand in a path as it is listed")
    _check_permission(client, discovery, workspaces)
    remarks = []
    if workspace is None and len(workspaces) > 1:
        remarks.append(
            f"workspace {_named(chosen, workspaces)}, the first of {len(workspaces)}; another: --geti-workspace"
        )
    if environment.lower() not in ENVIRONMENTS:
        said = f"the environment {environment!r} is" if environment else "the environment is not said, which is"
        remarks.append(f"{said} none of {', '.join(ENVIRONMENTS)}: where no profile is given, {CLOUD.name} is taken")
    client.area.root = discovery.root
    return replace(discovery, remarks=tuple(remarks))


def _workspaces(client: Client, organization: str) -> dict[str, str]:
    """The names of the organization's workspaces by id, in their order. Raises ``SetupError`` where there is none."""
    method, path = api.LIST_WORKSPACES.at("", organization)
    listed: dict[str, str] = {}
    spaces = client.send(method, path)
    for _ in range(_MOST_PAGES):
        page = {str(each["id"]): str(each.get("name")) for each in spaces.objects("workspaces") or () if each.get("id")}
        following = spaces.fields.get("next_page")
        grown = page.keys() - listed.keys()
        listed |= page
        if not grown or not following:
            break
        spaces = client.send(method, path, params=dict(parse_qsl(urlsplit(str(following)).query)))
    if not listed:
        raise SetupError(f"{client.base} lists no workspace ({spaces.words}); check what the key may see")
    return listed


def _chosen(workspaces: Mapping[str, str], asked: str | None, client: Client) -> str:
    """The id of the workspace that was asked for by id or name, else of the first. Raises ``SetupError``."""
    if asked is None:
        return next(iter(workspaces))
    found = [each for each, name in workspaces.items() if asked == name or canonical(asked) == canonical(each)]
    if len(found) == 1:
        return found[0]
    known = ", ".join(_named(each, workspaces) for each in workspaces)
    several = f"names {len(found)} workspaces; give the id" if found else f"is no workspace of {client.base}"
    raise SetupError(f"--geti-workspace {asked} {several}; there is: {known}")


def _check_permission(client: Client, discovery: Discovery, workspaces: Mapping[str, str]) -> None:
    """Raise ``SetupError`` where the key may not even list what the workspace holds."""
    answer = client.send(*api.LIST_PROJECTS.at(discovery.root), params={"limit": 1, "skip": 0})
    if answer.status in (401, 403, 404):
        more = "name another with --geti-workspace" if len(workspaces) > 1 else "make a key that may"
        name = _named(discovery.workspace, workspaces)
        raise SetupError(f"the key may not read the projects of workspace {name} ({answer.words}); {more}")


def _named(workspace: str, workspaces: Mapping[str, str]) -> str:
    return f"{workspaces[workspace]} ({workspace})"


def _text(answer: Answer, key: str, client: Client) -> str:
    if answer.status is None:
        raise SetupError(f"{client.base} does not answer ({_explained(answer.failure or '')})")
    if answer.status in (401, 403):
        raise SetupError(
            f"{client.base} refuses the token ({answer.words}); make a new key and give it with "
            "--geti-token-file or GETI_TOKEN"
        )
    value = answer.text(key)
    if value is None:
        raise SetupError(f"{client.base} is no Geti deployment ({answer.words}); check --geti-url")
    return value


def _explained(failure: str) -> str:
    if "CERTIFICATE_VERIFY_FAILED" in failure:
        name = "Hostname mismatch" in failure or "IP address mismatch" in failure
        step = (
            "the certificate is for another name: use the name it was made for in --geti-url"
            if name
            else "the certificate is not trusted: give the authority's certificate with --geti-ca-bundle FILE"
        )
        return f"TLS: {step}"
    if "Name or service not known" in failure or "getaddrinfo" in failure or "name resolution" in failure:
        return "the host name is unknown: check --geti-url"
    return f"{failure}: check --geti-url and that the deployment runs"
