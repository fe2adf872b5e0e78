"""Exchanges as they were, whole: what it takes to send the requests of a finding again and to know its answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from contract.identifiers import IDENTIFIER

# So many exchanges does a recording hold; of what took more there is none.
MOST_EXCHANGES: Final = 4000
OWN_KEY: Final = "${key}"
# What stands where an answer held a key.
TAKEN_OUT: Final = "[key]"


@dataclass(frozen=True, slots=True)
class Content:
    """A body: its length in bytes, its SHA-256 in hex, and the bytes, None where they were not kept.

    ``packed`` says that the bytes are those of zlib.
    """

    size: int
    sha256: str
    data: bytes | None = None
    packed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedExchange:
    """One request and its answer; no key is in it.

    ``target`` is path and query from the root. ``headers`` are those that this request had beside those of every one;
    ``${key}`` stands for the run's own key, there and in the target. ``key`` is what was sent as the key, None where
    there was none. Times in seconds, ``started_s`` since the epoch. ``media_type`` has no parameters.
    """

    trace_id: str
    method: str
    target: str
    headers: tuple[tuple[str, str], ...] = ()
    key: str | None = OWN_KEY
    body: Content
    started_s: float = 0.0
    elapsed_s: float = 0.0
    status: int | None = None
    answer_headers: Mapping[str, str] = field(default_factory=dict)
    media_type: str = ""
    content: Content
    failure: str | None = None

    @property
    def reads(self) -> bool:
        """Whether it changes nothing: a safe method, or a query of media."""
        return self.method in ("GET", "HEAD", "OPTIONS") or self.target.partition("?")[0].endswith(":query")

    @property
    def accepted(self) -> bool:
        """Whether the answer is a success, 2xx."""
        return self.status is not None and 200 <= self.status < 300

    @property
    def text(self) -> str:
        """The body of the answer as text; empty where it is none, or was not kept."""
        return (self.content.data or b"").decode("utf-8", "replace")

    @property
    def holds_a_key(self) -> bool:
        """Whether its answer held a key: one of the run's, or the one that was sent."""
        keys = (TAKEN_OUT, *([self.key] if self.key else []))
        return any(key in text for key in keys for text in (self.text, *self.answer_headers.values()))

    @property
    def ids(self) -> list[str]:
        """The ids that its answer names, in their order, each once."""
        return list(dict.fromkeys(IDENTIFIER.findall(self.answer_headers.get("location", "") + " " + self.text)))


@dataclass(frozen=True, slots=True)
class Recording:
    """The exchanges of one attempt at a case, in order; ``decisive`` are the trace ids of what its verdict rests on.

    ``names`` are what stands for a deployment or a run in them, by the name of the variable that takes its place:
    the run's id, the organization, the workspace.
    """

    exchanges: Sequence[RecordedExchange]
    decisive: Sequence[str] = ()
    names: Mapping[str, str] = field(default_factory=dict)


def bytes_sent(recordings: Iterable[Recording]) -> int:
    """How many bytes the bodies of all recorded requests have."""
    return sum(each.body.size for recording in recordings for each in recording.exchanges)
