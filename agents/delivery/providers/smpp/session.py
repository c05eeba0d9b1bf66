"""One bound connection to a message centre: a window of requests that wait, answers to the centre's own, signs of life.

It ends once and for good; a new one is a new session. What a request raises tells whether the centre may have it.
Time limits are ``asyncio.timeout``: in Python 3.11 a ``wait_for`` that is cancelled just as its answer comes goes on.
"""

import asyncio
import logging
import ssl
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

import smpp34

from agents.delivery.providers.requests import NoAnswer, NotSent
from agents.delivery.providers.smpp.pdus import (
    BAD_LOGIN,
    HEADER,
    INVALID_COMMAND_ID,
    INVALID_LENGTH,
    OK,
    PDU_OCTETS_MAX,
    RESPONSE,
    SEQUENCE_MAX,
    Command,
    Pdu,
    bind_body,
    read_delivery,
    status_name,
)
from agents.delivery.providers.smpp.settings import SmppSettings

log = logging.getLogger(__name__)

LATE_MAX: Final = 1000
UNBIND_TIMEOUT_S: Final = 2.0
Acknowledge = Callable[[int], None]
"""Answers one deliver_sm with a status; without effect once the session has ended."""
Delivery = Callable[[smpp34.DeliverSm, Acknowledge], None]
Late = Callable[[Pdu], None]


class BindRefused(ConnectionError):
    """The centre answered our bind with a refusal; ``status`` is its command_status."""

    def __init__(self, status: int) -> None:
        super().__init__(f"the message centre refuses to bind: {status_name(status)}")
        self.status = status

    @property
    def is_final(self) -> bool:
        return self.status in BAD_LOGIN


class Session:
    """Made by ``bind``; ``closed`` is set when it has ended."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, settings: SmppSettings, on_delivery: Delivery
    ) -> None:
        self.closed = asyncio.Event()
        self._reader = reader
        self._writer = writer
        self._settings = settings
        self._on_delivery = on_delivery
        self._window = asyncio.Semaphore(settings.window)
        self._sequence = 0
        self._waiting: dict[int, asyncio.Future[Pdu]] = {}
        self._late: OrderedDict[int, Late] = OrderedDict()
        self._heard = asyncio.Event()
        self._leaving = False
        self._tasks: list[asyncio.Task[None]] = []

    @classmethod
    async def bind(cls, settings: SmppSettings, on_delivery: Delivery) -> "Session":
        """Connect and bind as transceiver; OSError if that fails, BindRefused if the centre says no."""
        context = ssl.create_default_context(cafile=settings.tls_cafile) if settings.tls is True else None
        async with asyncio.timeout(settings.connect_timeout_ms / 1000):
            reader, writer = await asyncio.open_connection(settings.host, settings.port, ssl=context)
        session = cls(reader, writer, settings, on_delivery)
        session._tasks.append(asyncio.create_task(session._read()))
        try:
            await session._log_in()
        except BaseException:
            await session.close()
            raise
        session._tasks.append(asyncio.create_task(session._stay_alive()))
        return session

    async def _log_in(self) -> None:
        s = self._settings
        try:
            answer = await self.request(Command.BIND_TRANSCEIVER, bind_body(s.system_id, s.password(), s.system_type))
        except (NotSent, NoAnswer) as error:
            raise ConnectionError(f"no answer to the bind: {error}") from None
        if answer.status != OK:
            raise BindRefused(answer.status)

    async def request(self, command: Command, body: bytes, late: Late | None = None) -> Pdu:
        """One request, once; NotSent or NoAnswer if there is no answer. ``late`` is told of one that comes later."""
        async with self._window:
            if self.closed.is_set():
                raise NotSent("NOT_BOUND")
            self._sequence = self._sequence % SEQUENCE_MAX + 1
            sequence = self._sequence
            answer: asyncio.Future[Pdu] = asyncio.get_running_loop().create_future()
            self._waiting[sequence] = answer
            # Not drained: the window bounds what can wait in the socket's buffer.
            self._writer.write(Pdu(command, OK, sequence, body).encoded())
            try:
                async with asyncio.timeout(self._settings.response_timeout_ms / 1000):
                    return await answer
            except TimeoutError:
                raise NoAnswer("TIMED_OUT") from None
            finally:
                del self._waiting[sequence]
                # By our time limit or by that of whoever asked: the centre may answer all the same.
                if late is not None and answer.cancelled():
                    self._expect_late(sequence, late)

    def _expect_late(self, sequence: int, late: Late) -> None:
        self._late[sequence] = late
        if len(self._late) > LATE_MAX:
            self._late.popitem(last=False)

    async def unbind(self) -> None:
        """Take leave and end; never longer than UNBIND_TIMEOUT_S."""
        if not self.closed.is_set():
            self._leaving = True
            try:
                async with asyncio.timeout(UNBIND_TIMEOUT_S):
                    await self.request(Command.UNBIND, b"")
            except (NotSent, NoAnswer, TimeoutError):
                log.info("no answer to the unbind")
        await self.close()

    async def close(self) -> None:
        self._end("CLOSED")
        for task in self._tasks:
            task.cancel()
        for ended in await asyncio.gather(*self._tasks, return_exceptions=True):
            if isinstance(ended, Exception):
                raise ended  # our own fault, not the centre's

    def _end(self, reason: str) -> None:
        if self.closed.is_set():
            return
        self.closed.set()
        self._writer.close()
        for answer in self._waiting.values():
            if not answer.done():
                answer.set_exception(NoAnswer(reason))

    async def _read(self) -> None:
        try:
            while not self.closed.is_set():
                head = await self._reader.readexactly(HEADER.size)
                length, command, status, sequence = HEADER.unpack(head)
                if not HEADER.size <= length <= PDU_OCTETS_MAX:
                    raise ConnectionError(f"a PDU of {length} octets")
                body = await self._reader.readexactly(length - HEADER.size)
                self._heard.set()
                self._take(Pdu(command, status, sequence, body))
        except (OSError, asyncio.IncompleteReadError) as error:
            level = logging.INFO if self._leaving else logging.WARNING
            log.log(level, "the connection to the message centre has ended: %s", error or type(error).__name__)
        finally:
            # Also when a fault of ours ends this task: without it nobody would read, and nobody would know.
            self._end("CONNECTION_LOST")

    def _take(self, pdu: Pdu) -> None:
        # A generic_nack answers whatever request has its number.
        if pdu.command & RESPONSE:
            answer = self._waiting.get(pdu.sequence)
            if answer is not None and not answer.done():
                answer.set_result(pdu)
            elif late := self._late.pop(pdu.sequence, None):
                late(pdu)
        elif pdu.command == Command.DELIVER_SM:
            self._deliver(pdu)
        elif pdu.command in {Command.ENQUIRE_LINK, Command.UNBIND}:
            self._answer(pdu, OK)
            if pdu.command == Command.UNBIND:
                self._end("UNBOUND")
        else:
            self._send(Pdu(RESPONSE | Command.GENERIC_NACK, INVALID_COMMAND_ID, pdu.sequence, b""))

    def _deliver(self, pdu: Pdu) -> None:
        decoded = read_delivery(pdu)
        if decoded is None:
            log.warning("a deliver_sm that is not one by the standard was refused")
            self._answer(pdu, INVALID_LENGTH)
            return
        self._on_delivery(decoded, lambda status: self._answer(pdu, status))

    def _answer(self, pdu: Pdu, status: int) -> None:
        body = b"\0" if pdu.command == Command.DELIVER_SM else b""
        self._send(Pdu(RESPONSE | pdu.command, status, pdu.sequence, body))

    def _send(self, pdu: Pdu) -> None:
        if not self.closed.is_set():
            self._writer.write(pdu.encoded())

    async def _stay_alive(self) -> None:
        """Silence is tested, and a centre that does not answer is given up."""
        try:
            while not self.closed.is_set():
                self._heard.clear()
                try:
                    async with asyncio.timeout(self._settings.enquire_link_ms / 1000):
                        await self._heard.wait()
                except TimeoutError:
                    await self.request(Command.ENQUIRE_LINK, b"")
        except (NotSent, NoAnswer):
            return
        finally:
            # Also when a fault of ours ends this task: without it a dead connection would look alive.
            self._end("NO_SIGN_OF_LIFE")
