"""An interrupt may come at any instruction, also at one that belongs to no line."""

from __future__ import annotations

import sys
from types import FrameType, TracebackType

import pytest

from harness.interrupts import Interrupts


def lines() -> FrameType:
    """A function with an instruction that has no line: what handles an exception that leaves ``finally``."""
    try:
        return sys._getframe()
    finally:
        sys.audit("tests.interrupts")


def interrupted_without_a_line() -> KeyboardInterrupt:
    frame = lines()
    without = next(at for at, (line, *_) in enumerate(frame.f_code.co_positions()) if line is None)
    plain = TracebackType(None, sys._getframe(), sys._getframe().f_lasti, sys._getframe().f_lineno)
    no_line = TracebackType(plain, frame, 2 * without, -1)
    assert no_line.tb_lineno is None
    return KeyboardInterrupt().with_traceback(no_line)


def test_a_place_without_a_line_does_not_keep_pytest_from_telling_the_interrupt() -> None:
    under_way = ValueError("under way")
    under_way.__traceback__ = interrupted_without_a_line().__traceback__
    interrupt = interrupted_without_a_line()
    interrupt.__context__ = under_way
    excinfo = pytest.ExceptionInfo.from_exception(interrupt)
    Interrupts().pytest_keyboard_interrupt(excinfo)
    assert "KeyboardInterrupt" in str(excinfo.getrepr(funcargs=True))


class Large:
    """What a run has at hand: thousands of cases, each with its results."""

    def __repr__(self) -> str:
        raise AssertionError("nobody reads it, and to write it down takes long")


def test_what_was_at_hand_when_the_interrupt_came_is_not_written_down() -> None:
    listening = Interrupts()
    with pytest.raises(KeyboardInterrupt) as excinfo:
        interrupted_with_one_below(Large(), listening)
    listening.pytest_keyboard_interrupt(excinfo)
    assert "at_hand" not in str(excinfo.getrepr(funcargs=True))


def interrupted_with_one_below(at_hand: Large, listening: Interrupts) -> None:
    assert at_hand is not None
    listening.came = True
    listening.stop_here()
