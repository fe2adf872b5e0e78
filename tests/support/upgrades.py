"""A deployment that is stopped and started again on the same data and the same address, as an upgrade does."""

from __future__ import annotations

import json
import shutil
import signal
import socket
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from deployment.client import Client
from deployment.discovery import Discovery, discover
from tests.support.processes import Process, SuitesRun

PROFILE = """
name = "small"
base = "cloud"
[limits]
"image.pixels.max" = 10_000
"image.side.max" = 200
"video.width.max" = 200
"video.height.max" = 150
"video.duration.max" = 6
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Upgradable:
    """The embedded deployment with low limits on data of its own, and the commands of an upgrade against it."""

    directory: Path
    port: int = field(default_factory=free_port)
    process: Process | None = None
    draining: threading.Thread | None = None

    def __post_init__(self) -> None:
        self.directory.mkdir(parents=True, exist_ok=True)
        self.profile.write_text(PROFILE)

    @property
    def profile(self) -> Path:
        return self.directory / "small.toml"

    @property
    def file(self) -> Path:
        return self.directory / "plant.json"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        keys = json.loads((self.directory / "data" / "keys.json").read_text())
        return {"GETI_TOKEN": keys["valid"]}

    def start(self, faults: Sequence[str] = ()) -> None:
        given = [part for fault in faults for part in ("--fault", fault)]
        data = str(self.directory / "data")
        options = ("--port", str(self.port), "--profile", str(self.profile), "--data", data)
        self.process = Process("-m", "reference", *options, *given)
        self.process.until("token")
        self.draining = threading.Thread(target=self.process.finish)  # a full pipe would stop it
        self.draining.start()

    def stop(self) -> None:
        if self.process is not None and self.draining is not None:
            self.process.send_signal(signal.SIGKILL)
            self.draining.join()
            self.process = self.draining = None

    def snapshot(self) -> Path:
        """What can be restored; taken while it is stopped. The store holds the paths of its files: none can move."""
        return Path(shutil.copytree(self.directory, self.directory.with_name("snapshot")))

    def restore(self, snapshot: Path) -> None:
        """Go back to what a snapshot holds."""
        shutil.rmtree(self.directory)
        shutil.copytree(snapshot, self.directory)

    def suites(self, *options: str) -> SuitesRun:
        given = ("--geti-url", self.url, "--geti-profile", str(self.profile))
        return SuitesRun(
            self.directory / "out", "-q", *given, *options, environment=self.environment, paths=("suites",)
        )

    def plant(self) -> SuitesRun:
        return self.suites("--geti-plant", str(self.file)).finish()

    def verify(self, *options: str) -> SuitesRun:
        return self.suites("--geti-verify", str(self.file), *options).finish()

    def sweep(self, *options: str) -> Process:
        command = ("-m", "deployment", "sweep", "--ledger-dir", str(self.directory / "ledger"), *options)
        return Process(*command, environment=self.environment).finish()

    def connect(self, run_id: str = "test") -> tuple[Client, Discovery]:
        client = Client(self.url, self.environment["GETI_TOKEN"], run_id)
        return client, discover(client)

    def names(self) -> list[str]:
        client, discovery = self.connect()
        try:
            listed: Any = client.send("GET", f"{discovery.root}/projects_names").body["projects"]
            return [each["name"] for each in listed]
        finally:
            client.close()
