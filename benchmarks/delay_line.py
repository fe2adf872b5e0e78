"""A line that takes its time: TCP on loopback, every byte half a round trip later in either direction.

    python -m benchmarks.delay_line --to PORT --ms 50

It prints the port to ask, and ends with its input.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections import deque
from typing import Final

_HOST: Final = "127.0.0.1"


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, delay_s: float) -> None:
    """Carry bytes one way, each chunk ``delay_s`` seconds after it came, in order."""
    loop, waiting, came = asyncio.get_running_loop(), deque[tuple[float, bytes]](), asyncio.Event()

    async def deliver() -> None:
        while True:
            while not waiting:
                came.clear()
                await came.wait()
            due, chunk = waiting.popleft()
            await asyncio.sleep(max(0.0, due - loop.time()))
            if not chunk:
                writer.close()
                return
            writer.write(chunk)
            await writer.drain()

    delivery = asyncio.create_task(deliver())
    chunk = b" "
    while chunk:
        try:
            chunk = await reader.read(1 << 16)
        except ConnectionError:
            chunk = b""
        waiting.append((loop.time() + delay_s, chunk))
        came.set()
    await asyncio.gather(delivery, return_exceptions=True)


async def _serve(port: int, round_trip_s: float) -> None:
    async def connect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        onward_reader, onward_writer = await asyncio.open_connection(_HOST, port)
        await asyncio.gather(
            _carry(reader, onward_writer, round_trip_s / 2), _carry(onward_reader, writer, round_trip_s / 2)
        )

    server = await asyncio.start_server(connect, _HOST, 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    server.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--to", type=int, required=True, metavar="PORT", help="the port on loopback to carry on to")
    parser.add_argument("--ms", type=float, default=50.0, help="the round trip in milliseconds (default 50)")
    given = parser.parse_args()
    asyncio.run(_serve(given.to, given.ms / 1000))


if __name__ == "__main__":
    main()
