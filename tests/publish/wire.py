"""A wire to a server that can be cut, stalled, or taken away."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
import threading
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager
from functools import partial

WIRE_HOST = "127.0.0.2"
"""Where a wire listens: on the server's own ports, so that FTP's data connections go through it as well."""

_PIECE = 65_536
_RESET = struct.pack("ii", 1, 0)
"""SO_LINGER: close at once, with a reset."""


class Wire:
    """Passes connections to `WIRE_HOST` on to the same ports of another address."""

    host = WIRE_HOST

    def __init__(self, target: str, ports: Sequence[int]) -> None:
        self.port = ports[0]
        self.sent = 0
        """Bytes that came through towards the server, on all connections together."""
        self.connections = 0
        """How many were made."""
        self._target = target
        self._ports = ports
        self._loop = asyncio.new_event_loop()
        self._open = asyncio.Event()
        self._down = False
        self._limit: int | None = None
        self._pairs = set[tuple[asyncio.StreamWriter, asyncio.StreamWriter]]()
        """Towards the client, towards the server."""
        self._servers = list[asyncio.Server]()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    # ── what tests call

    def cut(self) -> None:
        """Break every connection: a reset for the client, for the server an end after what it was sent."""
        self._call(self._cut)

    def cut_after(self, count: int) -> None:
        """Cut as soon as so many more bytes went towards the server."""
        self._call(lambda: setattr(self, "_limit", self.sent + count))

    def down(self) -> None:
        """Cut, and refuse new connections until `up`."""
        self._call(lambda: setattr(self, "_down", True))
        self.cut()

    def up(self) -> None:
        self._call(lambda: setattr(self, "_down", False))

    def stall(self) -> None:
        """Connections stay open and nothing comes through, until `resume`."""
        self._call(self._open.clear)

    def resume(self) -> None:
        self._call(self._open.set)

    # ── its own thread

    def start(self) -> None:
        self._thread.start()
        self._run(self._listen())
        self.resume()

    def close(self) -> None:
        self.resume()
        self._run(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def _run(self, work: Coroutine[object, object, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    def _call(self, action: Callable[[], object]) -> None:
        """Do it in the wire's thread; returns when it is done."""

        async def act() -> None:
            action()

        self._run(act())

    async def _listen(self) -> None:
        for port in self._ports:
            self._servers.append(await asyncio.start_server(partial(self._connect, port), self.host, port))

    async def _end(self) -> None:
        for server in self._servers:
            server.close()
        for _, far in self._pairs:
            far.transport.abort()
        self._cut()
        own = asyncio.current_task()
        tasks = [task for task in asyncio.all_tasks() if task is not own]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for _ in range(2):  # transports that were aborted are closed in the next round
            await asyncio.sleep(0)

    def _cut(self) -> None:
        self._limit = None
        for near, far in self._pairs:
            _reset(near)
            far.close()
        self._pairs.clear()

    async def _connect(self, port: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        if self._down:
            _reset(writer)
            return
        try:
            far_reader, far_writer = await asyncio.open_connection(self._target, port)
        except OSError:
            _reset(writer)
            return
        pair = (writer, far_writer)
        self._pairs.add(pair)
        try:
            await asyncio.gather(
                self._pass(reader, far_writer, to_server=True), self._pass(far_reader, writer, to_server=False)
            )
        finally:
            self._pairs.discard(pair)
            for each in pair:
                each.close()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, to_server: bool) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(_PIECE):
                await self._open.wait()
                if writer.is_closing():
                    return
                if to_server and self._limit is not None and self.sent + len(data) >= self._limit:
                    data = data[: self._limit - self.sent]
                    self.sent += len(data)
                    writer.write(data)
                    await writer.drain()
                    self._cut()
                    return
                self.sent += len(data) if to_server else 0
                writer.write(data)
                await writer.drain()
            if writer.can_write_eof():
                writer.write_eof()


def _reset(writer: asyncio.StreamWriter) -> None:
    own: socket.socket | None = writer.get_extra_info("socket")
    if own is not None and own.fileno() >= 0:
        with contextlib.suppress(OSError):
            own.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    writer.transport.abort()


@contextmanager
def wired(target: str, ports: Sequence[int]) -> Iterator[Wire]:
    """A wire for the length of a block."""
    wire = Wire(target, ports)
    wire.start()
    try:
        yield wire
    finally:
        wire.close()
