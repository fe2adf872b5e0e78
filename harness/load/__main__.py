"""``python -m harness.load``: starts Locust on this machine, and the embedded deployment where none is named."""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from contract.results import ExitStatus
from deployment import embedded
from deployment.errors import SetupError
from deployment.options import OPTIONS, CommandParser
from deployment.proxies import DIRECT
from harness.load.settings import OPTION_NAMES, add_options, read_settings

_LOCUSTFILE = Path(__file__).with_name("locustfile.py")
_EPILOG = """\
It fills one project of its own until the time is over, also past the limit on media, and then judges: every upload that
was acknowledged is listed, none twice, none that was refused; the counts are exact; refusals began exactly at the
limit. Latency percentiles of each operation stand beside. The project is deleted at the end.

exit status: 0 kept, 1 broken, 2 interrupted, 4 set-up, 6 incomplete (the limit was not passed, a worker was lost, ...)
"""


def main() -> int:
    """Run the load; the exit status is that of Locust's master, or of its only process."""
    parser = CommandParser(
        prog="python -m harness.load",
        description=__doc__,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_options(parser)
    parser.add_argument(
        "--workers",
        type=int,
        default=0,
        metavar="N",
        help="a Locust master and N workers on this machine (default: 0, one process)",
    )
    parser.add_argument(
        "--media-max",
        type=int,
        default=2000,
        metavar="N",
        help="the limit on media of the embedded deployment (default: 2000)",
    )
    options = parser.parse_args()
    try:
        with _deployment(options):
            read_settings(options)
            return _run(options)
    except SetupError as error:
        print(f"python -m harness.load: {error}", file=sys.stderr)
        return int(ExitStatus.USAGE)


@contextlib.contextmanager
def _deployment(options: argparse.Namespace) -> Iterator[None]:
    """The deployment to load: the one that the options name, else the embedded one, which they then name."""
    if OPTIONS["url"].value(options.geti_url) is not None:
        yield
        return
    started = embedded.start("cloud", (), {"project.media.max": options.media_max})
    try:
        directory = Path(started.directory.name)
        token, profile = directory / "token", directory / "profile.toml"
        token.touch(0o600)
        token.write_text(started.token)
        profile.write_text(f'name = "cloud"\nbase = "cloud"\n[limits]\n"project.media.max" = {options.media_max}\n')
        options.geti_url, options.geti_token_file, options.geti_profile = started.url, str(token), str(profile)
        options.geti_proxy = DIRECT
        ledger_dir = OPTIONS["ledger-dir"].value(options.geti_ledger_dir)
        options.geti_ledger_dir = str(ledger_dir or directory / "ledger")
        yield
    finally:
        started.stop()


def _run(options: argparse.Namespace) -> int:
    typed = {OPTIONS[name].twin: getattr(options, f"geti_{OPTIONS[name].field}") for name in OPTION_NAMES}
    environment = os.environ | {twin: value for twin, value in typed.items() if value}
    command = [sys.executable, "-m", "locust", "-f", str(_LOCUSTFILE), "--loglevel", "ERROR"]
    load = [f"--{name}={getattr(options, name)}" for name in ("uploads", "queries", "downloads", "time")]
    master = [*command, "--headless", "--only-summary", *load]
    port = str(_free_port())
    if options.workers:
        master += ["--master", "--expect-workers", str(options.workers)]
        master += ["--master-bind-host", "127.0.0.1", "--master-bind-port", port]
    worker = [*command, "--worker", "--master-host", "127.0.0.1", "--master-port", port]
    # Sessions of their own: Ctrl-C is for the master alone, which ends its workers, judges what it has, and deletes.
    processes = [
        subprocess.Popen(each, env=environment, start_new_session=True)  # noqa: S603
        for each in (master, *[worker] * options.workers)
    ]
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: processes[0].send_signal(signal.SIGTERM))
    status = processes[0].wait()
    for process in processes[1:]:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(10)
        process.kill()
        process.wait()
    return status


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main())
