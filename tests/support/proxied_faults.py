"""A reverse proxy with two faults, as somebody who has not seen the project could write it: ``--proxy-command``."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from tests.support.proxy import Proxy, Reply, Request

_TASKS: Final = "project.tasks.max@project-creation"
FAULTS: Final = {
    "tasks-refused-with-400": {"requirements": [_TASKS], "side": "above", "verdict": "wrong-status"},
    "nothing-is-wrong": {"requirements": [_TASKS], "side": "above", "verdict": "not-enforced"},
}


def _refused_with_400(request: Request, forward: Callable[[Request], Reply]) -> Reply:
    reply = forward(request)
    return replace(reply, status=400) if reply.status == 409 and request.target.endswith("/projects") else reply


def main() -> None:
    if sys.argv[1] == "--list":
        for name, fault in FAULTS.items():
            print(json.dumps({"name": name, **fault}))
        return
    name, url = sys.argv[1:]
    proxy = Proxy(url, behaviours=[_refused_with_400] if name.startswith("tasks") else [])
    print(proxy.url, flush=True)
    sys.stdin.read()
    proxy.stop()


if __name__ == "__main__":
    main()
