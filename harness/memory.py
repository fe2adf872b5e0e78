"""How the C library keeps what was freed: one heap for all threads, and large blocks given back at once.

By default each thread of a lane has a heap of its own, and what one picture took is kept there for good: a third of the
memory of a run.
"""

from __future__ import annotations

import ctypes
from typing import Final

# From malloc.h of glibc.
_M_MMAP_THRESHOLD: Final = -3
_M_ARENA_MAX: Final = -8
_LARGE: Final = 1 << 20


def keep_little() -> None:
    """Set glibc so, before the first thread is started; another C library is left as it is."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_ARENA_MAX, 1)
        mallopt(_M_MMAP_THRESHOLD, _LARGE)
