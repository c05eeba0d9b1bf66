"""A message centre of a few lines that says exactly what a test wants."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import smpp34

from agents.delivery.providers.smpp.pdus import HEADER, RESPONSE, Command, Pdu

RECEIPT = 4


class Centre:
    """Accepts every bind; a test reads what came and writes what it likes."""

    def __init__(self) -> None:
        self.got: asyncio.Queue[Pdu] = asyncio.Queue()
        self.bound, self.bound_again = asyncio.Event(), asyncio.Event()
        self._binds = 0
        self.port = 0
        self._writer: asyncio.StreamWriter | None = None

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writer = writer
        try:
            while True:
                length, command, status, sequence = HEADER.unpack(await reader.readexactly(HEADER.size))
                pdu = Pdu(command, status, sequence, await reader.readexactly(length - HEADER.size))
                if command == Command.BIND_TRANSCEIVER:
                    self._binds += 1
                    self.bound.set()
                    if self._binds > 1:
                        self.bound_again.set()
                    self.send(Pdu(RESPONSE | command, 0, sequence, b"centre\0"))
                elif command == Command.UNBIND:
                    self.send(Pdu(RESPONSE | command, 0, sequence, b""))
                else:
                    self.got.put_nowait(pdu)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    def send(self, pdu: Pdu) -> None:
        self.write(pdu.encoded())

    def write(self, octets: bytes) -> None:
        assert self._writer is not None
        self._writer.write(octets)

    async def next(self, command: int) -> Pdu:
        pdu = await asyncio.wait_for(self.got.get(), 10)
        assert pdu.command == command, pdu
        return pdu

    async def answer(self, command: Command, status: int = 0, body: bytes = b"") -> Pdu:
        request = await self.next(command)
        self.send(Pdu(RESPONSE | command, status, request.sequence, body))
        return request

    def deliver(self, number: int, body: bytes, esm_class: int = RECEIPT) -> None:
        self.write(smpp34.DeliverSm("861", "10690", body, esm_class=esm_class, sequence_number=number).encode())

    def hang_up(self) -> None:
        assert self._writer is not None
        self._writer.transport.abort()


@asynccontextmanager
async def listening() -> AsyncIterator[Centre]:
    """A centre on a free port."""
    running = Centre()
    server = await asyncio.start_server(running.serve, "127.0.0.1", 0)
    running.port = server.sockets[0].getsockname()[1]
    yield running
    server.close()
