"""Limits by format: what became of each limit in each format, and where its finding is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from contract.formats import IMAGE_FORMATS, VIDEO_FORMATS
from contract.limits import LIMITS
from contract.results import Result
from contract.verdicts import BROKEN, Verdict
from reports.causes import Cause, worst

# What a cell shows: to be told from one another without colour.
_SIGNS: Final = {
    **dict.fromkeys(BROKEN, "✗"),
    Verdict.KEPT: "✓",
    Verdict.WAIVED: "w",
    Verdict.INCONCLUSIVE: "?",
    Verdict.NOT_APPLICABLE: "–",
}


@dataclass(frozen=True, slots=True)
class Cell:
    """A limit at one enforcement point in one format: the worst verdict on its cases, and the number of its finding."""

    verdict: Verdict
    cases: int
    finding: int | None

    @property
    def sign(self) -> str:
        """The verdict in one character."""
        return _SIGNS[self.verdict]


@dataclass(frozen=True, slots=True)
class Row:
    """One requirement with a cell for each format; None where no case has such a file."""

    requirement: str
    documented: str
    cells: tuple[Cell | None, ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """The requirements of one kind of medium by format."""

    medium: str
    formats: tuple[str, ...]
    rows: tuple[Row, ...]


def matrices(results: Sequence[Result], causes: Sequence[Cause]) -> list[Matrix]:
    """A matrix for images and one for videos, where any was judged; ``causes`` in the order of the page."""
    findings = {result.case: number for number, cause in enumerate(causes, 1) for result in cause.results}
    judged: dict[tuple[str, str], list[Result]] = defaultdict(list)
    for result in results:
        if result.limit is not None and result.side is not None and isinstance(result.sent.get("format"), str):
            judged[result.requirement, result.sent["format"]].append(result)
    made = (_matrix(medium, formats, judged, findings) for medium, formats in _MEDIA.items())
    return [matrix for matrix in made if matrix.rows]


def _matrix(
    medium: str,
    known: Mapping[str, object],
    judged: Mapping[tuple[str, str], Sequence[Result]],
    findings: Mapping[str, int],
) -> Matrix:
    formats = tuple(each for each in known if any(name == each for _, name in judged))
    rows = []
    for limit in LIMITS:
        for requirement in map(limit.requirement, limit.enforced_at):
            groups = [judged.get((requirement, each), ()) for each in formats]
            first = next((group[0] for group in groups if group), None)
            if first is not None:
                documented = f"{first.documented_words} {first.unit}"
                rows.append(Row(requirement, documented, tuple(_cell(group, findings) for group in groups)))
    return Matrix(medium, formats, tuple(rows))


def _cell(group: Sequence[Result], findings: Mapping[str, int]) -> Cell | None:
    if not group:
        return None
    found = [findings[each.case] for each in group if each.case in findings]
    return Cell(worst(group), len(group), min(found, default=None))


_MEDIA: Final[dict[str, Mapping[str, object]]] = {"images": IMAGE_FORMATS, "videos": VIDEO_FORMATS}
