"""From a token alone to organization, workspace, product and profile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from contract import operations as api
from contract.observations import Answer
from contract.profiles import CLOUD, ENVIRONMENTS, Profile
from contract.verdicts import inconclusive_reason
from deployment.client import Client
from deployment.errors import SetupError


@dataclass(frozen=True, slots=True)
class Discovery:
    """Who and where we are: ids, the product's own words, and the profile that follows from them."""

    organization: str
    workspace: str
    product: Mapping[str, str]
    profile: Profile

    @property
    def root(self) -> str:
        """The path below which everything of the workspace lies."""
        return api.WORKSPACE.format(organization=self.organization, workspace=self.workspace)


def discover(client: Client) -> Discovery:
    """Ask the deployment who we are. Raises ``SetupError`` with the next step where it does not say."""
    answer = client.send(*api.READ_ORGANIZATION.at(""))
    organization = _text(answer, "organizationId", client)
    spaces = client.send(*api.LIST_WORKSPACES.at("", organization))
    listed = spaces.objects("workspaces")
    if not listed:
        raise SetupError(f"{client.base} lists no workspace ({spaces.words}); check what the key may see")
    product = client.send(*api.READ_PRODUCT.at(""))
    if inconclusive_reason(product) is not None:
        raise SetupError(
            f"{client.base} does not say what it is ({product.words}), and the limits depend on it; try again"
        )
    facts = {str(name): str(value) for name, value in product.fields.items()}
    profile = ENVIRONMENTS.get(facts.get("environment", ""), CLOUD)
    discovery = Discovery(organization, str(listed[0].get("id", "")), facts, profile)
    client.area.root = discovery.root
    return discovery


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
