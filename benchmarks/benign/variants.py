"""The benign variants, one record each, and the faults that look like one of them and must be found."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Final

from contract.registry import Registry
from deployment.client import Client
from deployment.discovery import discover
from deployment.embedded import Embedded
from deployment.entities import Entities
from tests.support import behaviours as proxied
from tests.support.proxy import Behaviour

_SEED: Final = 19
_OTHERS: Final = (
    {"id": "11111111-2222-4333-8444-555555555555", "name": "Second"},
    {"id": "66666666-7777-4888-8999-aaaaaaaaaaaa", "name": "Third"},
)
# A case of hundreds of requests meets the network's failures in each of its attempts: it may stay open, never broken.
_DISTURBED: Final = ("*",)
# More at one time than on loopback by default: as against an address.
_MANY: Final = ("--geti-parallel", "8")


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """One way in which a deployment may differ without breaking anything.

    It is made by a ``behaviour`` of the proxy, by ``network`` faults with the probability of each, by reads that are up
    to ``lag_s`` seconds old, and by what goes on ``meanwhile``; ``options`` are those of the run. ``unjudged`` are
    patterns of requirements that may stay inconclusive, ``breaks`` of the only ones that it breaks. It cannot be
    combined with those whose ``aspect`` is the same.
    ``faults`` of the catalogue look like it, and must be found all the same.
    """

    id: str
    sentence: str
    behaviour: Callable[[], Behaviour] | None = None
    network: Mapping[str, float] = field(default_factory=dict)
    lag_s: float = 0.0
    meanwhile: Callable[[Embedded], AbstractContextManager[None]] | None = None
    options: tuple[str, ...] = ()
    unjudged: tuple[str, ...] = ()
    breaks: tuple[str, ...] = ()
    aspect: str = ""
    faults: tuple[str, ...] = ()

    def goes_with(self, other: Variant) -> bool:
        """Whether both can be made in one run."""
        return self.id != other.id and (not self.aspect or self.aspect != other.aspect)


@contextmanager
def others_at_work(deployment: Embedded) -> Iterator[None]:
    """Somebody else creates and deletes projects in the same workspace, several a second."""
    done = threading.Event()

    def work() -> None:
        client = Client(deployment.url, deployment.token, "0" * 8)
        entities = Entities(client, discover(client), "theirs")
        while not done.wait(0.3):
            made = entities.create_project((("classification", 2),), "project").text("id")
            if made is not None and not done.wait(0.3):
                entities.delete_project(made)
        client.close()

    thread = threading.Thread(target=work, name="others at work")
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


# What changes how an answer is written stands at the end: behaviours surround one another in this order.
VARIANTS: Final[Registry[Variant]] = Registry(
    Variant(
        id="two-hosts",
        sentence="two hosts are behind one address, and what the second reads is up to 200 ms old",
        lag_s=0.2,
        faults=("deletion-takes-effect-late", "edit-shows-late"),
    ),
    Variant(
        id="gateway",
        sentence="2 % of the requests are answered 502, 503 or 504 by a gateway, some of them after they were done",
        network={"502": 0.005, "503": 0.005, "504": 0.005, "504-after": 0.005},
        unjudged=_DISTURBED,
    ),
    Variant(
        id="rate-limited",
        sentence="5 % of the requests are answered 429 with Retry-After",
        network={"429-retry-after": 0.05},
        options=_MANY,
    ),
    Variant(
        id="resets",
        sentence="1 % of the connections are reset, before a request is done or after",
        network={"reset-before": 0.005, "reset-after": 0.005},
        unjudged=_DISTURBED,
    ),
    Variant(
        id="slow",
        sentence="each answer takes 50 to 200 ms longer",
        behaviour=lambda: proxied.slow(_SEED),
        options=_MANY,
    ),
    Variant(
        id="videos-that-meet",
        sentence="a video is refused with 415 now and then while another upload goes on, alone never",
        behaviour=lambda: proxied.videos_that_meet(_SEED, 0.5),
        options=_MANY,
        breaks=("concurrency@video-upload",),
        faults=("every-second-passes", "first-is-refused"),
    ),
    Variant(
        id="upper-case-ids",
        sentence="ids are written in upper-case hex, and taken in either case",
        behaviour=lambda: proxied.ids_in_upper_case,
    ),
    Variant(
        id="several-workspaces",
        sentence="the organization has three workspaces, two of which the key may not enter",
        behaviour=lambda: proxied.several_workspaces(*_OTHERS),
        aspect="workspaces",
    ),
    Variant(
        id="named-workspace",
        sentence="the run's workspace is the last of three, and named by an option",
        behaviour=lambda: proxied.several_workspaces(*_OTHERS, first=True),
        options=("--geti-workspace", "Default"),
        aspect="workspaces",
    ),
    Variant(
        id="read-later",
        sentence="an upload is answered 202, and the medium is read within the 300 ms after",
        behaviour=lambda: proxied.read_later(0.3),
    ),
    Variant(
        id="additional-fields",
        sentence="every object of an answer has fields that no document names",
        behaviour=lambda: proxied.additional_fields,
    ),
    Variant(
        id="unknown-environment",
        sentence="/product_info names an environment that no document knows",
        behaviour=lambda: proxied.unknown_environment,
    ),
    Variant(
        id="absolute-pages",
        sentence="next_page is a whole URL",
        behaviour=lambda: proxied.absolute_pages,
        aspect="pages",
    ),
    Variant(
        id="relative-pages",
        sentence="next_page is a query alone",
        behaviour=lambda: proxied.relative_pages,
        aspect="pages",
    ),
    Variant(
        id="others-at-work",
        sentence="somebody else creates and deletes projects in the same workspace",
        meanwhile=others_at_work,
        unjudged=("organization.projects.max@*", "openapi.pages@list_project*"),
    ),
    Variant(
        id="locked-by-jobs",
        sentence="a job locks its project for two seconds: what would change it is refused with 409 until then",
        behaviour=lambda: proxied.locked_by_jobs(2.0),
    ),
    Variant(id="gzip", sentence="JSON comes compressed", behaviour=lambda: proxied.gzipped),
    Variant(
        id="chunks",
        sentence="bodies come in chunks, without a length",
        behaviour=lambda: proxied.chunked,
        aspect="protocol",
    ),
    Variant(
        id="http-1.0",
        sentence="each answer is HTTP/1.0, and ends its connection",
        behaviour=lambda: proxied.closing,
        aspect="protocol",
    ),
    Variant(
        id="headers",
        sentence="names of headers are in capitals, and there are more of them",
        behaviour=lambda: proxied.other_headers,
    ),
)
