"""The endpoint for providers that push what people write: authenticated, and answered only after the commit.

A body is one JSON object, an array of them, or a form. What cannot be read is refused whole (400), since half of it
would be lost; what there is no room or time for is refused for now (503), and the provider comes again.
"""

import asyncio
import base64
import binascii
import hmac
import json
import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

from aiohttp import web

from agents.delivery.incoming.inbox import Inbox, Incoming
from agents.delivery.incoming.numbers import e164
from agents.delivery.incoming.settings import CallbackSettings

log = logging.getLogger(__name__)

_FORM: Final = "application/x-www-form-urlencoded"
_MILLISECONDS_FROM: Final = 10**11
_SECONDS_MAX: Final = 2**33


class Unreadable(ValueError):
    """What is wrong with a body; it names fields and no value."""


class Callback:
    """The site; ``start`` it, then ``stop`` it."""

    def __init__(self, settings: CallbackSettings, inbox: Inbox) -> None:
        self._settings = settings
        self._inbox = inbox
        self._runner: web.AppRunner | None = None

    @property
    def port(self) -> int:
        """Where it really listens."""
        assert self._runner is not None, "the endpoint has not been started"
        port: int = self._runner.addresses[0][1]
        return port

    async def start(self) -> None:
        """Listen; raises OSError when the place is taken."""
        site = web.Application(client_max_size=self._settings.body_octets_max)
        site.router.add_post(self._settings.path, self._take)
        self._runner = web.AppRunner(site, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, self._settings.host, self._settings.port).start()

    async def stop(self) -> None:
        """Listen no more; what is not committed was not answered, and comes again."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def _take(self, request: web.Request) -> web.Response:
        if not _is_allowed(request.headers.get("Authorization", ""), self._settings.secret()):
            return web.Response(status=HTTPStatus.UNAUTHORIZED, headers={"WWW-Authenticate": "Bearer"})
        try:
            said = read_body(await request.read(), request.content_type, self._settings)
        except Unreadable as error:
            log.warning("what a provider pushed was refused: %s", error)
            return web.Response(status=HTTPStatus.BAD_REQUEST, text=str(error))
        if not await self._committed(said):
            return web.Response(status=HTTPStatus.SERVICE_UNAVAILABLE, headers={"Retry-After": "10"})
        return web.Response(text=self._settings.answer, content_type="application/json")

    async def _committed(self, said: list[Incoming]) -> bool:
        """Whether all of it is; a part that was not comes again with the rest, and is known then."""
        waiting = [asyncio.get_running_loop().create_future() for _ in said]
        for one, future in zip(said, waiting, strict=True):
            if not self._inbox.put(_with_done(one, future)):
                return False
        try:
            async with asyncio.timeout(self._settings.commit_timeout_ms / 1000):
                await asyncio.gather(*waiting)
        except TimeoutError:
            return False
        return True


def _with_done(incoming: Incoming, future: "asyncio.Future[None]") -> Incoming:
    def done() -> None:
        if not future.done():
            future.set_result(None)

    return replace(incoming, done=done)


def _is_allowed(header: str, secret: str) -> bool:
    scheme, _, given = header.partition(" ")
    if scheme.lower() == "basic":
        try:
            given = base64.b64decode(given, validate=True).decode().partition(":")[2]
        except (binascii.Error, UnicodeDecodeError):
            return False
    elif scheme.lower() != "bearer":
        return False
    return hmac.compare_digest(given.strip().encode(), secret.encode())


def read_body(body: bytes, content_type: str, settings: CallbackSettings) -> list[Incoming]:
    """The messages of a body. Raises Unreadable."""
    try:
        text = body.decode()
        found: Any = dict(parse_qsl(text, keep_blank_values=True)) if content_type == _FORM else json.loads(text)
    except (ValueError, RecursionError):
        raise Unreadable("the body is neither JSON nor a form, in UTF-8") from None
    rows = found if isinstance(found, list) else [found]
    if not 0 < len(rows) <= settings.messages_max:
        raise Unreadable(f"{len(rows)} messages in one body; 1 to {settings.messages_max} are read")
    return [_message(row, settings) for row in rows]


def _message(row: object, settings: CallbackSettings) -> Incoming:
    if not isinstance(row, dict):
        raise Unreadable("a message is a JSON object")
    sender, text = row.get(settings.sender), row.get(settings.text)
    if not isinstance(sender, str | int) or isinstance(sender, bool) or not str(sender).strip():
        raise Unreadable(f"{settings.sender}: no number")
    if not isinstance(text, str | int) or isinstance(text, bool):
        raise Unreadable(f"{settings.text}: no text")
    return Incoming(
        sender=e164(str(sender), settings.region, international=False),
        recipient=_optional(row, settings.recipient),
        text=str(text),
        at=read_time(row.get(settings.at), settings.zone),
        answers=_optional(row, settings.answers) or None,
    )


def _optional(row: Mapping[str, object], name: str) -> str:
    given = row.get(name)
    return str(given) if isinstance(given, str | int) and not isinstance(given, bool) else ""


def read_time(given: object, zone: str) -> datetime | None:
    """A provider's time in UTC; None where it says none that can be read."""
    if isinstance(given, bool) or not isinstance(given, str | int) or not str(given).strip():
        return None
    word = str(given).strip()
    if word.isdecimal():
        seconds = int(word[:16]) / (1000 if int(word[:16]) >= _MILLISECONDS_FROM else 1)
        return datetime.fromtimestamp(seconds, UTC) if seconds <= _SECONDS_MAX else None
    try:
        found = datetime.fromisoformat(word)
        aware = found if found.tzinfo is not None else found.replace(tzinfo=ZoneInfo(zone))
        return aware.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
