"""The certificate of ``--tls``: for 127.0.0.1 and localhost, by an authority of its own; kept with the data."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import trustme

from reference.keys import write_private


@dataclass(frozen=True, slots=True)
class Certificate:
    """PEM files: ``authority`` is what a client must trust, ``server`` holds the private key and the chain."""

    authority: Path
    server: Path


def certificate(directory: Path) -> Certificate:
    """The certificate below ``directory``, made when first asked for: a client goes on trusting it after a restart."""
    found = Certificate(directory / "ca.pem", directory / "server.pem")
    if not found.server.exists():
        authority = trustme.CA(organization_name="geti-contract embedded deployment")
        issued = authority.issue_cert("127.0.0.1", "localhost")
        authority.cert_pem.write_to_path(str(found.authority))
        write_private(found.server, issued.private_key_and_cert_chain_pem.bytes())
    return found
