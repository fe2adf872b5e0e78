"""``python -m reference``: the embedded deployment in the foreground."""

from __future__ import annotations

import argparse
import json
import os
import signal
import socket
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from contract.profiles import PUBLISHED_PROFILES, Profile, ProfileError, parse_profile
from reference.app import create_app
from reference.certificates import certificate
from reference.faults import FAULTS, behaviour
from reference.files import lock
from reference.keys import Keys, kept_keys, write_private
from reference.lifetime import ending_with_parent
from reference.store import Store

_USAGE = 4


class _Server(uvicorn.Server):
    """A server that calls ``announce`` once it really accepts connections."""

    def __init__(self, config: uvicorn.Config, announce: Callable[[], None]) -> None:
        super().__init__(config)
        self._announce = announce

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._announce()


def main() -> int:
    """Serve until interrupted; the exit status is 4 for a wrong option."""
    parser = argparse.ArgumentParser(prog="python -m reference", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="loopback port; 0, the default, takes a free one")
    parser.add_argument("--profile", default="cloud", help="cloud (default), on-prem, or a TOML file")
    parser.add_argument(
        "--limit",
        action="append",
        default=[],
        metavar="ID=VALUE",
        help="set a limit of the profile otherwise, a number or off; repeatable",
    )
    parser.add_argument("--fault", action="append", default=[], metavar="NAME", help="break the contract; repeatable")
    parser.add_argument(
        "--lag", type=float, default=0.0, metavar="S", help="half of the reads show a state up to so many seconds old"
    )
    parser.add_argument("--list-faults", action="store_true", help="print every fault and end")
    parser.add_argument("--tls", action="store_true", help="serve HTTPS; prints the authority's certificate to trust")
    parser.add_argument("--data", metavar="DIR", help="where to keep data (default: a directory removed at the end)")
    parser.add_argument("--ready-file", metavar="FILE", help="write base URL and keys here, as JSON, once ready")
    parser.add_argument(
        "--parent-fd",
        type=int,
        metavar="FD",
        help="end, and remove the data, once the other end of this pipe is closed",
    )
    options = parser.parse_args()
    if options.list_faults:
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # "| head" has read enough
        for fault in FAULTS.values():
            night = " (found by a night's search)" if fault.search else ""
            print(f"{fault.name:28} {fault.requirement:34} {fault.sentence}{night}")
        return 0
    for name in options.fault:
        if name not in FAULTS:
            return _refuse(f"{name!r} is no fault; see --list-faults")
    try:
        profile = _with_limits(_profile(options.profile), options.limit)
        listener = _listener(options.port)
    except ProfileError as error:
        return _refuse(str(error))
    except (OSError, OverflowError) as error:
        return _refuse(f"port {options.port} cannot be used ({error}); choose another with --port, or 0")
    # uvicorn raises the signal again once it has stopped: the directory would stay.
    signal.signal(signal.SIGTERM, lambda _signal, _frame: sys.exit(0))
    with _directory(options.data) as data, ending_with_parent(options.parent_fd, data):
        try:
            lock(data)
        except BlockingIOError:
            return _refuse(f"another embedded deployment has the data in {data}; stop it, or give another --data DIR")
        app = partial(create_app, behaviour=behaviour(profile, options.fault), lag_s=options.lag)
        _serve(listener, app, data, options.ready_file, tls=options.tls)
    return 0


def _serve(
    listener: socket.socket, make: Callable[[Store, Keys], FastAPI], data: Path, ready_file: str | None, *, tls: bool
) -> None:
    keys, secured = kept_keys(data), certificate(data) if tls else None
    store = Store(data)
    store.tidy()
    app = make(store, keys)
    url = f"http{'s' if secured else ''}://127.0.0.1:{listener.getsockname()[1]}"

    def announce() -> None:
        print(f"base URL  {url}\ntoken     {keys.valid}", flush=True)
        facts = {
            "url": url,
            "token": keys.valid,
            "expired_token": keys.expired,
            "foreign_token": keys.foreign,
            "pid": os.getpid(),
        }
        if secured:
            print(f"CA file   {secured.authority}", flush=True)
            facts["ca_bundle"] = str(secured.authority)
        if ready_file:
            write_private(Path(ready_file), json.dumps(facts).encode())

    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=5,
        ssl_certfile=secured.server if secured else None,
    )
    _Server(config, announce).run([listener])


@contextmanager
def _directory(given: str | None) -> Iterator[Path]:
    """The directory for data: the one that was given, or one that is removed at the end."""
    if given is not None:
        Path(given).mkdir(parents=True, exist_ok=True)
        yield Path(given)
        return
    with tempfile.TemporaryDirectory(prefix="geti-reference-") as temporary:
        yield Path(temporary)


def _listener(port: int) -> socket.socket:
    """A loopback socket; TCP is named so that asyncio sets TCP_NODELAY, else each answer waits 40 ms for an ACK."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        listener.listen(128)
    except BaseException:
        listener.close()
        raise
    return listener


def _profile(name: str) -> Profile:
    if name in PUBLISHED_PROFILES:
        return PUBLISHED_PROFILES[name]
    try:
        return parse_profile(Path(name).read_text(encoding="utf-8"), name)
    except (OSError, UnicodeDecodeError) as error:
        raise ProfileError(f"the profile {name} is neither cloud nor on-prem nor a readable file ({error})") from None


def _with_limits(profile: Profile, limits: list[str]) -> Profile:
    lines = [f'base = "{profile.name}"', "[limits]"] if profile.name in PUBLISHED_PROFILES else []
    if limits and not lines:
        raise ProfileError("--limit goes with cloud or on-prem; write the value into the profile file")
    for text in limits:
        limit_id, _, value = text.partition("=")
        lines.append(f'"{limit_id}" = {value if value.isdecimal() else json.dumps(value)}')
    changed = parse_profile("\n".join(lines), "--limit") if limits else profile
    return replace(changed, name=profile.name)


def _refuse(message: str) -> int:
    print(f"python -m reference: {message}", file=sys.stderr)
    return _USAGE


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(0)
