"""What the client costs beyond plain httpx, ledger included: the same requests to the same server, taken in turns.

    .venv/bin/python -m benchmarks.bench_client [--ledger-dir DIR] [--rounds 1000]

DIR is best on a tmpfs or an SSD (default: /dev/shm where there is one). Prints medians of milliseconds a request
of each kind, side by side, and the difference beside the goal.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import uvicorn

from benchmarks.common import parser
from deployment.client import Client
from deployment.ledger import Ledger

GOAL_MS = 1.0
RUN, OURS = "0123abcd", "a1" * 12
ROOT = "/organizations/o/workspaces/w"
ANSWER = json.dumps({"id": OURS, "name": "x", "filling": "y" * 800}).encode()


async def _app(scope: dict, receive: Callable, send: Callable) -> None:
    while scope["type"] == "http":
        if not (await receive()).get("more_body"):
            break
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(ANSWER)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": ANSWER})


def _served() -> tuple[str, uvicorn.Server]:
    server = uvicorn.Server(uvicorn.Config(_app, port=0, lifespan="off", log_level="error"))
    threading.Thread(target=lambda: asyncio.run(server.serve()), daemon=True).start()
    while not server.started:
        time.sleep(0.01)
    return f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}", server


def main() -> None:
    options = parser(__doc__)
    options.add_argument("--ledger-dir", default="/dev/shm" if Path("/dev/shm").is_dir() else tempfile.gettempdir())
    options.add_argument("--rounds", type=int, default=1000)
    given = options.parse_args()
    url, server = _served()
    with tempfile.TemporaryDirectory(dir=given.ledger_dir) as directory:
        plain = httpx.Client(base_url=url, headers={"x-api-key": "k" * 50})
        client = Client(url, "k" * 50, RUN, created={OURS})
        client.area.root = ROOT
        client.ledger = Ledger(Path(directory), RUN, url)
        named = {"name": f"geti-contract-{RUN}-x", "pipeline": {"tasks": [{"title": f"t {n}"} for n in range(10)]}}
        project = f"{ROOT}/projects/{OURS}"
        kinds = {
            "read": ("GET", project, None),
            "create a project": ("POST", f"{ROOT}/projects", named),
            "create within": ("POST", f"{project}/datasets", {"name": "x"}),
            "delete": ("DELETE", f"{project}/datasets/{OURS}", None),
        }
        print(f"ledger in {given.ledger_dir}, {given.rounds} rounds, medians in ms a request")
        print(f"goal: at most {GOAL_MS} ms more than httpx alone")
        for kind, (method, path, body) in kinds.items():
            times: dict[str, list[float]] = {"httpx": [], "client": []}
            for _ in range(given.rounds):
                began = time.perf_counter()
                plain.request(method, f"/api/v1{path}", json=body)
                between = time.perf_counter()
                client.send(method, path, body)
                times["httpx"].append(between - began)
                times["client"].append(time.perf_counter() - between)
            one, other = (1000 * statistics.median(times[name]) for name in ("httpx", "client"))
            print(f"{kind:18} httpx {one:6.3f}   client {other:6.3f}   more {other - one:6.3f}")
        client.ledger.close()
        client.close()
        plain.close()
    server.should_exit = True


if __name__ == "__main__":
    main()
