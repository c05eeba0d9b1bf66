"""A TCP proxy in front of brokers that can cut connections and swallow what passes, one way or both."""

import asyncio
import contextlib
import socket
from collections.abc import Sequence
from functools import partial

_BLOCK_BYTES = 65_536


class Proxy:
    """`open` before the brokers start, `serve` in the loop that is to carry the bytes; `close` at the end."""

    def __init__(self) -> None:
        self._doors: list[tuple[socket.socket, int]] = []
        self._servers: list[asyncio.Server] = []
        self._writers: set[asyncio.StreamWriter] = set()
        self._pumps: set[asyncio.Task[None]] = set()
        self._up, self._down = asyncio.Event(), asyncio.Event()
        self.heal()

    def open(self, targets: Sequence[int]) -> list[int]:
        """A port for each target; clients that come before `serve` wait."""
        for door, _ in self._doors:
            door.close()
        self._doors = [(socket.create_server(("127.0.0.1", 0)), target) for target in targets]
        return [door.getsockname()[1] for door, _ in self._doors]

    async def serve(self) -> None:
        for door, target in self._doors:
            door.setblocking(False)
            self._servers.append(await asyncio.start_server(partial(self._carry, target), sock=door))

    def swallow(self, *, up: bool, down: bool) -> None:
        """Hold what clients send, what brokers send, or both; connections stay and new ones seem to succeed."""
        if up:
            self._up.clear()
        if down:
            self._down.clear()

    def heal(self) -> None:
        """Everything passes, also what was held."""
        self._up.set()
        self._down.set()

    def cut(self) -> None:
        """Reset every connection that there is."""
        for writer in self._writers:
            writer.transport.abort()

    async def _carry(self, target: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            to_reader, to_writer = await asyncio.open_connection("127.0.0.1", target)
        except OSError:
            writer.transport.abort()
            return
        both = {writer, to_writer}
        self._writers |= both
        pumps = [
            asyncio.create_task(_pump(reader, to_writer, self._up)),
            asyncio.create_task(_pump(to_reader, writer, self._down)),
        ]
        self._pumps.update(pumps)
        try:
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for pump in pumps:
                pump.cancel()
            self._pumps.difference_update(pumps)
            self._writers -= both
            for end in both:
                end.transport.abort()

    async def close(self) -> None:
        for server in self._servers:
            server.close()
        for pump in self._pumps:
            pump.cancel()
        self.cut()
        for door, _ in self._doors:
            door.close()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, passes: asyncio.Event) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(_BLOCK_BYTES):
            await passes.wait()
            writer.write(data)
            await writer.drain()
