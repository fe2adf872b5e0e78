"""Progress of long work: a bar on a terminal, a line every ten seconds in a log."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.text import Text

_LINE_EVERY_S: Final = 10.0
# Work on fewer things than this is done before anybody could read of it.
_FEWEST_SHOWN: Final = 500


class _Rate(ProgressColumn):
    """Things a second, over the last half minute."""

    def render(self, task: Task) -> Text:
        return Text(f"{task.speed:,.0f}/s" if task.speed else "-/s")


@contextmanager
def shown(label: str, done: int, total: int, console: Console | None = None) -> Iterator[Callable[[int], None]]:
    """Show work that stands at ``done`` of ``total``; call what is given with each new count."""
    out = console or Console(file=sys.stdout, highlight=False)
    if total - done < _FEWEST_SHOWN:
        yield lambda _count: None
    elif out.is_terminal:
        out.print()
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), _Rate(), TimeRemainingColumn())
        with Progress(*columns, console=out) as progress:
            task = progress.add_task(label, total=total, completed=done)
            yield lambda count: progress.update(task, completed=count)
    else:
        yield _lines(label, done, total, out)


def _lines(label: str, start: int, total: int, out: Console) -> Callable[[int], None]:
    began = printed = time.monotonic()

    def show(count: int) -> None:
        nonlocal printed
        now = time.monotonic()
        if now - printed >= _LINE_EVERY_S and count > start:
            if printed == began:
                out.print()
            printed = now
            rate = (count - start) / (now - began)
            out.print(
                f"{label}: {count:,} of {total:,}, {rate:,.0f}/s, {(total - count) / rate:,.0f} s left", soft_wrap=True
            )

    return show
