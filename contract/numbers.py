"""When two numbers are the same: what was divided and multiplied again differs in its last digits."""

from __future__ import annotations

import math
from typing import Any, Final

# Of single precision seven digits are sure.
_SAME: Final = 1e-6


def same(one: Any, other: Any) -> bool:
    """Whether two values are equal, fractions as far as seven digits go."""
    numbers = all(isinstance(each, int | float) and not isinstance(each, bool) for each in (one, other))
    if numbers and (isinstance(one, float) or isinstance(other, float)):
        return math.isclose(one, other, rel_tol=_SAME, abs_tol=_SAME)
    return bool(one == other)
