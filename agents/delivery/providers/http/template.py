"""The port over HTTP, for providers that render registered templates: signature, template id, number and variables go
out, a code and an id come back, receipts are pulled.

The wire is that of Tencent Cloud's SMS API of 2021-01-11. It knows no recall, and no question by our own reference.
"""

import asyncio
import json
import logging
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any, Final, Literal

import aiohttp
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from agents.delivery.incoming.inbox import Inbox
from agents.delivery.providers.http.replies import read_reply
from agents.delivery.providers.http.settings import HttpSettings
from agents.delivery.providers.http.signature import signed_headers
from agents.delivery.providers.port import (
    Accepted,
    Ending,
    Outcome,
    Recall,
    Refused,
    Report,
    Standing,
    Submission,
    Unknown,
)
from agents.delivery.providers.requests import NoAnswer, NotSent
from schemas.values.instants import to_utc
from streams.clock import SystemClock

log = logging.getLogger(__name__)

VERSION: Final = "2021-01-11"
ANSWER_OCTETS_MAX: Final = 1_048_576
TOO_MANY_REQUESTS: Final = 429
TRY_AGAIN: Final = (
    "RequestLimitExceeded",
    "AuthFailure",
    "UnauthorizedOperation",
    "FailedOperation.InsufficientBalance",
)
"""Beginnings of codes that lie with the lender's account, not with the reminder: nothing was taken, and a person can
put it right. As failures they would spend every reminder of the morning."""
SECONDS_MAX: Final = 2**33
_NOT_OF_A_WORD: Final = re.compile(r"[^A-Za-z0-9_.\-]+")
_SERIAL: Final = re.compile(r"[\x20-\x7e]{1,128}")
_STATE_WORD: Final = re.compile(r"[A-Za-z][A-Za-z0-9_.\-]{0,63}")


class _TemplatePart(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class _Fault(_TemplatePart):
    code: str = Field(alias="Code")


class _Sent(_TemplatePart):
    code: str = Field(alias="Code")
    serial: str = Field(default="", alias="SerialNo")


class _Pulled(_TemplatePart):
    serial: str = Field(alias="SerialNo")
    status: Literal["SUCCESS", "FAIL"] = Field(alias="ReportStatus")
    description: str | None = Field(default=None, alias="Description")
    received_at_s: int | None = Field(default=None, ge=0, le=SECONDS_MAX, alias="UserReceiveTime")
    reference: str | None = Field(default=None, alias="SessionContext")


class _Answer(_TemplatePart):
    fault: _Fault | None = Field(default=None, alias="Error")
    sent: tuple[_Sent, ...] = Field(default=(), alias="SendStatusSet")
    pulled: tuple[Any, ...] | None = Field(default=None, alias="PullSmsSendStatusSet")
    """Read one by one: they are told only once, so a bad one must not take the others with it."""
    replies: tuple[Any, ...] | None = Field(default=None, alias="PullSmsReplyStatusSet")


class _Envelope(_TemplatePart):
    answer: _Answer = Field(alias="Response")


class HttpGateway:
    """A gateway of the port. A receipt is told once by the provider: one that is pulled and then lost in a crash is
    not told again, and its reminder ends as unknown."""

    def __init__(self, settings: HttpSettings, clock: SystemClock, inbox: Inbox | None = None) -> None:
        """``inbox`` takes what people write; without one it is not asked for."""
        self._inbox = inbox
        self._settings = settings
        self._clock = clock
        self._session: aiohttp.ClientSession | None = None
        self._stopped = asyncio.Event()
        self._first: tuple[Any, ...] = ()

    def adopt(self, reminder_id: str, gateway_ref: str, since: datetime | None = None) -> None:
        """Nothing to do: the provider's id has all that its receipts say."""

    async def start(self) -> None:
        """Pull once; raises OSError when the provider cannot be reached or refuses us."""
        s = self._settings
        timeout = aiohttp.ClientTimeout(s.response_timeout_ms / 1000, connect=s.connect_timeout_ms / 1000)
        connector = aiohttp.TCPConnector(limit=s.connections_max, keepalive_timeout=s.keep_alive_ms / 1000)
        self._session = aiohttp.ClientSession(connector=connector, timeout=timeout)
        try:
            self._first = await self._pull()
        except (NotSent, NoAnswer) as error:
            raise ConnectionError(f"the SMS provider does not answer: {error}") from None

    async def stop(self) -> None:
        """Requests in flight end as Unknown, and the reports end."""
        self._stopped.set()
        if self._session is not None:
            await self._session.close()

    async def submit(self, submission: Submission) -> Outcome:
        """Offer one SMS, once."""
        template = self._settings.templates.get(submission.template_id)
        if template is None or not submission.variables.keys() >= set(template.variables):
            return Refused("TEMPLATE_NOT_REGISTERED")
        request = {
            "PhoneNumberSet": [submission.phone],
            "SmsSdkAppId": self._settings.app_id,
            "SignName": submission.signature.strip("【】"),
            "TemplateId": template.id,
            "TemplateParamSet": [submission.variables[slot] for slot in template.variables],
            "SessionContext": submission.reminder_id,
        }
        try:
            answer = await self._call("SendSms", request)
        except NotSent as error:
            return Refused(str(error), throttled=True)
        except NoAnswer as error:
            return Unknown(str(error))
        return _outcome(answer)

    async def recall(self, reminder_id: str, gateway_ref: str | None) -> Recall:
        """Always too late: what such a provider has taken, it sends."""
        return "too_late"

    async def query(self, reminder_id: str, gateway_ref: str | None) -> Standing | None:
        """The provider tells of a message only by the number it went to."""
        return None

    async def reports(self) -> AsyncIterator[Report]:
        """Reports as they are pulled; raises ConnectionError when too many pulls in a row fail."""
        pulled, failures = self._first, 0
        while not self._stopped.is_set():
            for one in pulled:
                if report := _report(one, to_utc(self._clock.now_ms())):
                    yield report
            if len(pulled) < self._settings.poll_size:
                await self._pause()
            try:
                await self._pull_replies()
                pulled, failures = await self._pull(), 0
            except (NotSent, NoAnswer) as error:
                pulled, failures = (), failures + 1
                log.warning("receipts could not be pulled: %s", error)
                if failures >= self._settings.poll_failures_max and not self._stopped.is_set():
                    raise ConnectionError(f"receipts could not be pulled {failures} times in a row") from None

    async def _pause(self) -> None:
        try:
            async with asyncio.timeout(self._settings.poll_ms / 1000):
                await self._stopped.wait()
        except TimeoutError:
            return

    async def _pull_replies(self) -> None:
        """As many as there is room for: they are told only once."""
        while self._inbox is not None and self._inbox.room >= self._settings.poll_size:
            rows = (await self._ask("PullSmsReplyStatus")).replies or ()
            for row in rows:
                if (said := read_reply(row, self._settings.reply_region)) is not None:
                    self._inbox.put(said)
            if len(rows) < self._settings.poll_size:
                return

    async def _pull(self) -> tuple[Any, ...]:
        return (await self._ask("PullSmsSendStatus")).pulled or ()

    async def _ask(self, action: str) -> _Answer:
        request = {"Limit": self._settings.poll_size, "SmsSdkAppId": self._settings.app_id}
        answer = await self._call(action, request)
        if answer.fault is None:
            return answer
        if answer.fault.code.startswith("AuthFailure"):
            raise ConnectionError(f"the SMS provider refuses us: {answer.fault.code}")
        raise NoAnswer(_word(answer.fault.code))

    async def _call(self, action: str, request: dict[str, Any]) -> _Answer:
        """One request, once; NotSent if nothing left, NoAnswer if nothing that can be read came back."""
        if self._session is None or self._session.closed:
            raise NotSent("NOT_CONNECTED")
        s, body = self._settings, json.dumps(request, ensure_ascii=False).encode()
        headers = signed_headers(
            secret_id=s.secret_id, secret_key=s.secret_key(), host=s.host, action=action, version=VERSION,
            region=s.region, body=body, at=to_utc(self._clock.now_ms()),
        )  # fmt: skip
        try:
            async with self._session.post(s.url + "/", data=body, headers=headers, allow_redirects=False) as response:
                if response.status == TOO_MANY_REQUESTS:
                    return _Answer(Error=_Fault(Code="RequestLimitExceeded"))
                octets = await _read(response)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
            raise NotSent("NOT_CONNECTED") from None
        except TimeoutError:
            raise NoAnswer("TIMED_OUT") from None
        except (aiohttp.ClientError, ConnectionError):
            raise NoAnswer("CONNECTION_LOST") from None
        try:
            return _Envelope.model_validate_json(octets).answer
        except ValidationError:
            raise NoAnswer(f"HTTP_{response.status}") from None


async def _read(response: aiohttp.ClientResponse) -> bytes:
    octets = bytearray()
    async for chunk in response.content.iter_any():
        octets += chunk
        if len(octets) > ANSWER_OCTETS_MAX:
            raise NoAnswer("ANSWER_TOO_LONG")
    return bytes(octets)


def _outcome(answer: _Answer) -> Outcome:
    """A fault of the request as a whole, or the code of our one number."""
    if answer.fault is not None:
        code = answer.fault.code
        # The provider's own failure says nothing of what it did before it failed.
        return Unknown(_word(code)) if code.startswith("InternalError") else _refused(code)
    if len(answer.sent) != 1:
        return Unknown("NO_STATUS")
    (sent,) = answer.sent
    if sent.code != "Ok":
        return _refused(sent.code)
    return Accepted(sent.serial) if _SERIAL.fullmatch(sent.serial) else Unknown("NO_MESSAGE_ID")


def _refused(code: str) -> Refused:
    return Refused(_word(code), throttled=code.startswith(TRY_AGAIN))


def _report(row: object, now: datetime) -> Report | None:
    try:
        pulled = _Pulled.model_validate(row)
    except ValidationError:
        pulled = None
    if pulled is None or not _SERIAL.fullmatch(pulled.serial):
        log.warning("a receipt that cannot be read was read past")
        return None
    # A description may be a sentence, and then it may name somebody.
    description = pulled.description if _STATE_WORD.fullmatch(pulled.description or "") else None
    status: Ending = "delivered" if pulled.status == "SUCCESS" else "failed"
    if status == "failed" and description == "EXPIRED":
        status = "expired"
    at = now if pulled.received_at_s is None else datetime.fromtimestamp(pulled.received_at_s, UTC)
    return Report(pulled.reference or None, pulled.serial, status, at, description)


def _word(code: str) -> str:
    """A provider's code as the one word that a receipt may hold."""
    return _NOT_OF_A_WORD.sub("_", code)[:64].strip("_")
