"""The endpoint for providers that push: who may, what is read, and that nothing is answered before it is committed."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from pydantic import ValidationError

from agents.delivery.incoming.callback import Callback, Unreadable, read_body, read_time
from agents.delivery.incoming.inbox import Inbox, Incoming
from agents.delivery.incoming.settings import CallbackSettings

SECRET = "sixteen-characters-or-more"
ALLOWED = {"Authorization": f"Bearer {SECRET}"}


def settings(folder: Path, **changed: Any) -> CallbackSettings:
    (secret := folder / "callback-secret").write_text(SECRET + "\n", encoding="utf-8")
    return CallbackSettings.model_validate({"port": 0, "secret_file": secret, "region": "CN"} | changed)


@asynccontextmanager
async def site(folder: Path, inbox: Inbox, **changed: Any) -> AsyncIterator[tuple[aiohttp.ClientSession, str]]:
    callback = Callback(made := settings(folder, **changed), inbox)
    await callback.start()
    async with aiohttp.ClientSession() as client:
        yield client, f"http://127.0.0.1:{callback.port}{made.path}"
    await callback.stop()


async def taken(inbox: Inbox) -> list[Incoming]:
    while not (found := await inbox.take(60)):
        pass
    return found


async def test_nothing_is_answered_before_it_is_committed(tmp_path: Path) -> None:
    inbox = Inbox()
    async with site(tmp_path, inbox) as (client, url):
        body = [{"sender": "13800138000", "text": "退订"}, {"sender": "13800138001", "text": "N"}]
        asked = asyncio.ensure_future(client.post(url, json=body, headers=ALLOWED))
        first, second = await taken(inbox)
        first.done()
        assert not asked.done()
        second.done()
        async with await asked as answer:
            assert (answer.status, await answer.text()) == (200, '{"result":0}')
    assert [(one.sender, one.text) for one in (first, second)] == [("+8613800138000", "退订"), ("+8613800138001", "N")]


@pytest.mark.parametrize(
    "header",
    [
        {},
        {"Authorization": "Bearer wrong"},
        {"Authorization": f"Digest {SECRET}"},
        {"Authorization": "Basic %%%"},
        {"Authorization": "Basic " + base64.b64encode(b"user:wrong").decode()},
    ],
)
async def test_who_does_not_know_the_secret_is_refused(tmp_path: Path, header: dict[str, str]) -> None:
    inbox = Inbox()
    body = {"sender": "1", "text": "a"}
    async with site(tmp_path, inbox) as (client, url), client.post(url, json=body, headers=header) as answer:
        assert answer.status == 401
    assert await inbox.take(0) == []


async def test_a_password_a_form_and_fields_of_other_names(tmp_path: Path) -> None:
    inbox = Inbox()
    basic = {"Authorization": "Basic " + base64.b64encode(f"sms:{SECRET}".encode()).decode()}
    fields = {"sender": "From", "text": "Body", "recipient": "To", "at": "SentAt", "answers": "Ref", "answer": "ok"}
    async with site(tmp_path, inbox, zone="Asia/Shanghai", **fields) as (client, url):
        form = {"From": "+8613800138000", "Body": "STOP", "To": "10690", "SentAt": "2031-03-05 10:00:00", "Ref": "R1"}
        asked = asyncio.ensure_future(client.post(url, data=form, headers=basic))
        (said,) = await taken(inbox)
        said.done()
        async with await asked as answer:
            assert await answer.text() == "ok"
    assert (said.sender, said.text, said.recipient, said.answers) == ("+8613800138000", "STOP", "10690", "R1")
    assert said.at == datetime(2031, 3, 5, 2, tzinfo=UTC)


async def test_without_room_or_time_the_provider_comes_again(tmp_path: Path) -> None:
    inbox = Inbox(waiting_max=1)
    async with site(tmp_path, inbox, commit_timeout_ms=1) as (client, url):
        for _ in range(2):
            async with client.post(url, json={"sender": "13800138000", "text": "a"}, headers=ALLOWED) as answer:
                assert answer.status == 503


@pytest.mark.parametrize("body", [b"", b"[]", b"no json", b"[1]", b'{"text":"a"}', b'{"sender":"1"}', b"\xff"])
async def test_what_cannot_be_read_is_refused_whole(tmp_path: Path, body: bytes) -> None:
    inbox = Inbox()
    async with site(tmp_path, inbox) as (client, url):
        headers = ALLOWED | {"Content-Type": "application/json"}
        async with client.post(url, data=body, headers=headers) as answer:
            assert answer.status == 400
    assert await inbox.take(0) == []


def test_a_fault_names_the_field_and_no_value(tmp_path: Path) -> None:
    body = json.dumps([{"sender": "13800138000", "text": ["secret"]}]).encode()
    with pytest.raises(Unreadable, match="text: no text") as refused:
        read_body(body, "application/json", settings(tmp_path))
    assert "secret" not in str(refused.value)
    assert "138" not in str(refused.value)


@pytest.mark.parametrize(
    ("given", "hour"),
    [("2031-03-05T10:00:00Z", 10), (1930471200, 10), ("1930471200000", 10), ("2031-03-05 10:00:00", 10),
     ("soon", None), (None, None), (True, None), ("9" * 40, None), ([], None)],
)  # fmt: skip
def test_times_as_providers_write_them(given: object, hour: int | None) -> None:
    expected = None if hour is None else datetime(2031, 3, 5, hour, tzinfo=UTC)
    assert read_time(given, "UTC") == expected


def test_it_listens_on_this_machine_only_and_the_secret_is_long(tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match="behind-tls-proxy"):
        settings(tmp_path, host="0.0.0.0")
    assert settings(tmp_path, host="0.0.0.0", exposed="behind-tls-proxy").host == "0.0.0.0"
    (short := tmp_path / "short").write_text("short", encoding="utf-8")
    with pytest.raises(ValidationError, match="fewer than 16"):
        settings(tmp_path, secret_file=short)
