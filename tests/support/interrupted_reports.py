"""A plugin for a run of the suites: an interrupt comes while its reports are written."""

from __future__ import annotations

import os
import signal
import sys


def _interrupt(event: str, given: tuple[object, ...]) -> None:
    if event == "open" and "junit.xml" in str(given[0]):
        os.kill(os.getpid(), signal.SIGINT)


sys.addaudithook(_interrupt)
