"""The waivers that a run was given: read once, applied to each result, and checked at its end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

from contract.results import Result
from contract.waivers import Waiver, apply, parse_waivers, stale
from deployment.errors import SetupError


@dataclass(frozen=True, slots=True)
class Waivers:
    """The waivers of one file, none without it; ``file`` is its name and text, as reports carry them."""

    waivers: tuple[Waiver, ...] = ()
    file: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path | None) -> Waivers:
        """The waivers that a file holds. Raises ``SetupError`` or ``WaiverError``."""
        if path is None:
            return cls()
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            raise SetupError(f"--geti-waivers {path} is no readable file") from None
        return cls(parse_waivers(text, str(path)), {"source": str(path), "text": text})

    def applied(self, result: Result) -> Result:
        """The result as it counts today."""
        return apply(result, self.waivers, _today())

    def stale(self, results: Sequence[Result], missing: Iterable[str]) -> tuple[str, ...]:
        """One line for each waiver that is to be removed; ``missing`` are the cases that were never judged."""
        return stale(self.waivers, results, missing, _today())


def _today() -> date:
    return datetime.now(UTC).date()
