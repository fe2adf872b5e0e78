"""Which requirements a test of the suites stands for, and what it is given."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from contract.cases import Case

Judge = Callable[[Case], None]


def covers(*subjects: str, drawn: bool = False) -> pytest.MarkDecorator:
    """Mark a test as the one that judges the requirements of these limits or rules, ``image.side.max``.

    It is given each of their cases as ``case``: those of a fixed list, or else those that draw what they judge
    (``drawn``). Without a subject: every case that no other test judges.
    """
    return pytest.mark.covers(*subjects, drawn=drawn)
