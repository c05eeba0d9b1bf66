"""The HTTP adapter against a real HTTP server of this process."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from pydantic import ValidationError

from agents.delivery.incoming.inbox import Inbox
from agents.delivery.providers.http.settings import HttpSettings
from agents.delivery.providers.http.signature import signed_headers
from agents.delivery.providers.http.template import HttpGateway
from agents.delivery.providers.port import Accepted, Refused, Report, Unknown
from streams.clock import SystemClock
from tests.agents.delivery.submissions import submission

ACCEPTED = {"SendStatusSet": [{"Code": "Ok", "SerialNo": "2031:abc", "PhoneNumber": "+8613800138001", "Fee": 1}]}


class Provider:
    """Answers from lists; a handler may take over."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.send_answer: dict[str, Any] = ACCEPTED
        self.status = 200
        self.receipts: list[list[dict[str, Any]]] = []
        self.replies: list[list[dict[str, Any]]] = []
        self.pull_fault: str | None = None
        self.pulls = 0
        self.instead: Callable[[web.Request], Awaitable[web.StreamResponse]] | None = None
        self.url = ""
        self.runner: web.AppRunner | None = None

    async def start(self) -> None:
        app = web.Application()
        app.router.add_post("/", self._answer)
        self.runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self.runner.setup()
        await web.TCPSite(self.runner, "127.0.0.1", 0).start()
        host, port = self.runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"

    async def stop(self) -> None:
        assert self.runner is not None
        await self.runner.cleanup()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        if request.headers["X-TC-Action"] == "PullSmsSendStatus":
            self.pulls += 1
            if self.pull_fault:
                return web.json_response({"Response": {"Error": {"Code": self.pull_fault, "Message": "?"}}})
            rows = self.receipts.pop(0) if self.receipts else []
            return web.json_response({"Response": {"PullSmsSendStatusSet": rows, "RequestId": "1"}})
        if request.headers["X-TC-Action"] == "PullSmsReplyStatus":
            rows = self.replies.pop(0) if self.replies else []
            return web.json_response({"Response": {"PullSmsReplyStatusSet": rows, "RequestId": "1"}})
        self.sent.append(body)
        self.headers.append(dict(request.headers))
        if self.instead is not None:
            return await self.instead(request)
        return web.json_response({"Response": self.send_answer | {"RequestId": "1"}}, status=self.status)


@pytest.fixture
async def provider() -> AsyncIterator[Provider]:
    running = Provider()
    await running.start()
    yield running
    await running.stop()


def settings(url: str, folder: Path, **changed: object) -> HttpSettings:
    (key := folder / "key").write_text("secret\n", encoding="utf-8")
    values: dict[str, object] = {
        "url": url, "app_id": "1400", "secret_id": "id", "secret_key_file": key, "poll_ms": 10,
        "templates": {"zh-friendly-1": {"id": "449739", "variables": ["amount", "name"]}},
    }  # fmt: skip
    return HttpSettings.model_validate(values | changed)


@pytest.fixture
async def gateway(provider: Provider, tmp_path: Path) -> AsyncIterator[HttpGateway]:
    started = HttpGateway(settings(provider.url, tmp_path), SystemClock())
    await started.start()
    yield started
    await started.stop()


async def test_signature_template_number_and_variables_in_the_providers_order(
    gateway: HttpGateway, provider: Provider
) -> None:
    assert await gateway.submit(submission(1)) == Accepted("2031:abc")
    assert provider.sent == [
        {
            "PhoneNumberSet": ["+8613800138001"],
            "SmsSdkAppId": "1400",
            "SignName": "某某消金",
            "TemplateId": "449739",
            "TemplateParamSet": ["1280.50元", "张先生"],
            "SessionContext": f"{1:032x}",
        }
    ]
    assert provider.headers[0]["Authorization"].startswith("TC3-HMAC-SHA256 Credential=id/")


def test_the_signature_is_that_of_the_providers_own_library() -> None:
    headers = signed_headers(
        secret_id="id", secret_key="secret", host="sms.example.com", action="SendSms", version="2021-01-11",
        region="r", body=b'{"Limit":1}', at=datetime(2031, 6, 15, 2, tzinfo=UTC),
    )  # fmt: skip
    assert headers["X-TC-Timestamp"] == "1939255200"
    assert headers["Authorization"] == (
        "TC3-HMAC-SHA256 Credential=id/2031-06-15/sms/tc3_request, SignedHeaders=content-type;host, "
        "Signature=91e51e86314b66bb24bc1d41fec269aadfa235a55ba771216cc63de5e72e1aa8"
    )


@pytest.mark.parametrize(
    ("answer", "status", "outcome"),
    [
        ({"Error": {"Code": "RequestLimitExceeded"}}, 200, Refused("RequestLimitExceeded", throttled=True)),
        ({}, 429, Refused("RequestLimitExceeded", throttled=True)),
        ({"Error": {"Code": "InternalError.Timeout"}}, 200, Unknown("InternalError.Timeout")),
        ({"Error": {"Code": "AuthFailure.SignatureExpire"}}, 200,
         Refused("AuthFailure.SignatureExpire", throttled=True)),
        ({"SendStatusSet": [{"Code": "FailedOperation.InsufficientBalanceInSmsPackage"}]}, 200,
         Refused("FailedOperation.InsufficientBalanceInSmsPackage", throttled=True)),
        ({"SendStatusSet": [{"Code": "LimitExceeded.PhoneNumberDailyLimit"}]}, 200,
         Refused("LimitExceeded.PhoneNumberDailyLimit")),
        ({"SendStatusSet": [{"Code": "不行 13800138000"}]}, 200, Refused("13800138000")),
        ({"SendStatusSet": [{"Code": "Ok", "SerialNo": ""}]}, 200, Unknown("NO_MESSAGE_ID")),
        ({"SendStatusSet": []}, 200, Unknown("NO_STATUS")),
        ({"SendStatusSet": "?"}, 502, Unknown("HTTP_502")),
    ],
)  # fmt: skip
async def test_answers(
    gateway: HttpGateway, provider: Provider, answer: dict[str, Any], status: int, outcome: object
) -> None:
    provider.send_answer, provider.status = answer, status
    assert await gateway.submit(submission(1)) == outcome
    assert len(provider.sent) == 1


async def test_a_template_that_is_not_registered_or_lacks_a_slot_is_not_sent(
    provider: Provider, tmp_path: Path
) -> None:
    lacks = settings(provider.url, tmp_path, templates={"zh-friendly-1": {"id": "1", "variables": ["other"]}})
    none = settings(provider.url, tmp_path, templates={})
    for chosen in (lacks, none):
        gateway = HttpGateway(chosen, SystemClock())
        assert await gateway.submit(submission(1)) == Refused("TEMPLATE_NOT_REGISTERED")
    assert provider.sent == []


async def test_no_answer_in_time_is_unknown_and_nothing_is_sent_twice(provider: Provider, tmp_path: Path) -> None:
    never = asyncio.Event()

    async def wait(_: web.Request) -> web.StreamResponse:
        await never.wait()
        return web.Response()

    provider.instead = wait
    gateway = HttpGateway(
        settings(provider.url, tmp_path, response_timeout_ms=200, connect_timeout_ms=100), SystemClock()
    )
    await gateway.start()
    assert await gateway.submit(submission(1)) == Unknown("TIMED_OUT")
    never.set()
    await gateway.stop()
    assert len(provider.sent) == 1


async def test_a_connection_that_dies_after_the_request_is_unknown(gateway: HttpGateway, provider: Provider) -> None:
    async def hang_up(request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    provider.instead = hang_up
    assert await gateway.submit(submission(1)) == Unknown("CONNECTION_LOST")
    assert len(provider.sent) == 1


async def test_an_answer_without_end_is_unknown(gateway: HttpGateway, provider: Provider) -> None:
    async def flood(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        for _ in range(20):
            await response.write(b" " * 100_000)
        return response

    provider.instead = flood
    assert await gateway.submit(submission(1)) == Unknown("ANSWER_TOO_LONG")


async def test_no_connection_is_throttled_for_nothing_was_sent(gateway: HttpGateway, provider: Provider) -> None:
    await provider.stop()
    # The connection that was kept open takes the request and dies with it.
    assert await gateway.submit(submission(1)) == Unknown("CONNECTION_LOST")
    assert await gateway.submit(submission(1)) == Refused("NOT_CONNECTED", throttled=True)
    assert provider.sent == []


async def test_what_such_a_provider_cannot_do(gateway: HttpGateway) -> None:
    assert await gateway.recall("r", "2031:abc") == "too_late"
    assert await gateway.query("r", "2031:abc") is None


def row(serial: str, status: str = "SUCCESS", **more: object) -> dict[str, Any]:
    return {"SerialNo": serial, "ReportStatus": status, "UserReceiveTime": 1939255200, "Description": "DELIVRD", **more}


async def test_receipts_are_pulled_in_batches_and_a_bad_one_takes_no_other_with_it(
    provider: Provider, tmp_path: Path
) -> None:
    provider.receipts = [
        [row("1", SessionContext="r1"), {"SerialNo": 7}],
        [row("2", "FAIL", Description="用户 13800138000 拒收"), row("3", "FAIL", Description="EXPIRED")],
        [row("4", "SOMEHOW"), row("5", UserReceiveTime=10**30)],
        [row("6", UserReceiveTime=None)],
    ]
    gateway = HttpGateway(settings(provider.url, tmp_path, poll_size=2), SystemClock())
    await gateway.start()
    reports = gateway.reports()
    told = [await asyncio.wait_for(anext(reports), 10) for _ in range(4)]
    at = datetime(2031, 6, 15, 2, tzinfo=UTC)
    assert told[:3] == [
        Report("r1", "1", "delivered", at, "DELIVRD"),
        Report(None, "2", "failed", at, None),
        Report(None, "3", "expired", at, "EXPIRED"),
    ]
    assert (told[3].gateway_ref, told[3].at.tzinfo) == ("6", UTC)
    await gateway.stop()
    assert [report async for report in reports] == []


async def test_a_provider_that_stays_silent_stops_the_hand_over_after_a_limit(
    provider: Provider, tmp_path: Path
) -> None:
    gateway = HttpGateway(settings(provider.url, tmp_path, poll_failures_max=3), SystemClock())
    await gateway.start()
    provider.pull_fault = "InternalError"
    with pytest.raises(ConnectionError, match="3 times in a row"):
        await asyncio.wait_for(anext(gateway.reports()), 10)
    assert provider.pulls == 4
    await gateway.stop()


async def test_a_wrong_key_is_told_at_start(provider: Provider, tmp_path: Path) -> None:
    provider.pull_fault = "AuthFailure.SecretIdNotFound"
    gateway = HttpGateway(settings(provider.url, tmp_path), SystemClock())
    with pytest.raises(OSError, match=r"AuthFailure\.SecretIdNotFound"):
        await gateway.start()
    await gateway.stop()


@pytest.mark.parametrize("url", ["http://sms.example.com", "sms.example.com", "https://sms.example.com/v1", "https://"])
def test_only_an_origin_and_only_over_tls(url: str, tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match="url"):
        settings(url, tmp_path)


def test_neither_the_key_nor_a_person_is_shown(tmp_path: Path) -> None:
    shown = repr(settings("https://sms.example.com", tmp_path)) + repr(submission(1))
    assert json.dumps("secret") not in shown
    assert "1380013" not in shown
    assert "张先生" not in shown


async def test_what_people_wrote_is_pulled_into_the_inbox_and_a_bad_row_takes_none_with_it(
    provider: Provider, tmp_path: Path
) -> None:
    row = {"PhoneNumber": "13800138001", "ReplyContent": "退订", "ReplyTime": 1930471200, "ExtendCode": "01"}
    provider.replies = [[{"PhoneNumber": 1}, row], [row | {"ReplyContent": "N"}]]
    inbox = Inbox()
    gateway = HttpGateway(settings(provider.url, tmp_path, poll_size=2, reply_region="CN"), SystemClock(), inbox)
    await gateway.start()
    reports = asyncio.ensure_future(anext(gateway.reports()))
    first = await inbox.take(60)
    said = [*first, *([] if len(first) > 1 else await inbox.take(60))]
    assert [(one.sender, one.text, one.recipient) for one in said] == [
        ("+8613800138001", "退订", "01"),
        ("+8613800138001", "N", "01"),
    ]
    assert said[0].at == datetime(2031, 3, 5, 10, tzinfo=UTC)
    await gateway.stop()
    reports.cancel()
