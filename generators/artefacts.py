"""From a specification to something that can be sent: one artefact, whole or in pieces.

Public surface used by the suites: ``make(spec) -> Artefact``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from generators.specs import MediaSpec


@dataclass(frozen=True, slots=True)
class Artefact:
    """The exact bytes of one specification.

    ``size`` is the length in bytes, ``sha256`` the hex digest. ``chunks()`` yields the bytes in pieces, each time
    from the start, in constant memory where the encoder is direct.
    """

    spec: MediaSpec
    name: str
    media_type: str
    size: int
    sha256: str
    pieces: Callable[[], Iterable[bytes]]

    def chunks(self) -> Iterator[bytes]:
        """The bytes in order; may be called again, and gives the same bytes again."""
        return iter(self.pieces())

    def read(self) -> bytes:
        """The whole file in memory; only for what is known to be small."""
        return b"".join(self.pieces())
