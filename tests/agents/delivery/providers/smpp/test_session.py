"""The session and the adapter against a centre of a few lines that says exactly what a test wants."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import trustme

from agents.delivery.incoming.inbox import Inbox
from agents.delivery.providers.port import Accepted, Outcome, Refused, Unknown
from agents.delivery.providers.smpp.gateway import SmppGateway
from agents.delivery.providers.smpp.pdus import HEADER, RESPONSE, Command, Pdu, strings
from streams.clock import SystemClock
from tests.agents.delivery.centre.plain import Centre, listening
from tests.agents.delivery.centre.process import settings
from tests.agents.delivery.submissions import THREE_PARTS, submission


@pytest.fixture
async def centre() -> AsyncIterator[Centre]:
    async with listening() as running:
        yield running


@asynccontextmanager
async def bound(
    centre: Centre, folder: Path, inbox: Inbox | None = None, **changed: object
) -> AsyncIterator[SmppGateway]:
    values: dict[str, object] = {"response_id": "text", "receipt_id": "text", "reconnect_first_ms": 1}
    gateway = SmppGateway(settings(centre.port, folder, values | changed), SystemClock(), inbox)
    await gateway.start()
    yield gateway
    await gateway.stop()


async def accept(centre: Centre, gateway: SmppGateway, message_id: str, ends_with: int = 1) -> None:
    submitted = asyncio.create_task(gateway.submit(submission(ends_with)))
    await centre.answer(Command.SUBMIT_SM, body=message_id.encode() + b"\0")
    assert await submitted == Accepted(message_id)


async def test_beyond_the_limit_of_reports_the_centre_is_told_to_keep_its_receipts(
    centre: Centre, tmp_path: Path
) -> None:
    async with bound(centre, tmp_path, reports_max=1) as gateway:
        await accept(centre, gateway, "a", 1)
        await accept(centre, gateway, "b", 2)
        centre.deliver(1, b"id:a stat:DELIVRD")
        centre.deliver(2, b"id:b stat:DELIVRD")
        refused = await centre.next(RESPONSE | Command.DELIVER_SM)
        assert (refused.sequence, refused.status) == (2, 0x64)
        reports = gateway.reports()
        assert (await anext(reports)).gateway_ref == "a"
        centre.deliver(3, b"id:b stat:DELIVRD")
        assert (await anext(reports)).gateway_ref == "b"
        taken = await centre.next(RESPONSE | Command.DELIVER_SM)
        assert (taken.sequence, taken.status) == (1, 0)


async def test_a_persons_message_and_a_receipt_of_nothing_are_acknowledged_and_make_no_report(
    centre: Centre, tmp_path: Path
) -> None:
    async with bound(centre, tmp_path) as gateway:
        centre.deliver(1, b"STOP", esm_class=0)
        centre.deliver(2, b"stat:DELIVRD")
        answers = [await centre.next(RESPONSE | Command.DELIVER_SM) for _ in range(2)]
        assert [(answer.sequence, answer.status) for answer in answers] == [(1, 0), (2, 0)]
    assert [report async for report in gateway.reports()] == []


async def test_what_is_not_by_the_standard_is_refused_and_the_session_lives(centre: Centre, tmp_path: Path) -> None:
    async with bound(centre, tmp_path) as gateway:
        centre.send(Pdu(Command.DELIVER_SM, 0, 1, b"?"))
        assert (await centre.next(RESPONSE | Command.DELIVER_SM)).status == 0xC2
        centre.send(Pdu(0x7777, 0, 2, b""))
        assert (await centre.next(RESPONSE | Command.GENERIC_NACK)).status == 3
        centre.send(Pdu(Command.ENQUIRE_LINK, 0, 3, b""))
        assert (await centre.next(RESPONSE | Command.ENQUIRE_LINK)).status == 0
        await accept(centre, gateway, "a")


async def test_a_generic_nack_is_a_refusal(centre: Centre, tmp_path: Path) -> None:
    async with bound(centre, tmp_path) as gateway:
        submitted = asyncio.create_task(gateway.submit(submission(1)))
        request = await centre.next(Command.SUBMIT_SM)
        centre.send(Pdu(RESPONSE | Command.GENERIC_NACK, 0x40A, request.sequence, b""))
        assert await submitted == Refused("SMPP_0x0000040A")


async def test_a_length_beyond_all_sense_ends_the_session(centre: Centre, tmp_path: Path) -> None:
    async with bound(centre, tmp_path) as gateway:
        submitted = asyncio.create_task(gateway.submit(submission(1)))
        await centre.next(Command.SUBMIT_SM)
        centre.write(HEADER.pack(2**31, RESPONSE | Command.SUBMIT_SM, 0, 1))
        assert await submitted == Unknown("CONNECTION_LOST")


async def test_a_connection_lost_in_the_middle_of_a_message_sends_no_second_half(
    centre: Centre, tmp_path: Path
) -> None:
    async with bound(centre, tmp_path) as gateway:
        submitted = asyncio.create_task(gateway.submit(submission(1, THREE_PARTS)))
        await centre.answer(Command.SUBMIT_SM, body=b"a\0")
        await centre.next(Command.SUBMIT_SM)
        centre.hang_up()
        assert await submitted == Unknown("PARTLY_TAKEN")
        answered = asyncio.create_task(centre.answer(Command.SUBMIT_SM, body=b"b\0"))
        outcome: Outcome = Refused("NOT_BOUND", throttled=True)
        while outcome == Refused("NOT_BOUND", throttled=True):
            await asyncio.sleep(0)
            outcome = await gateway.submit(submission(1))
        assert outcome == Accepted("b")
        # All that came after the loss is the new message.
        assert (await answered).body.endswith(submission(1).text.encode("utf-16-be"))
        assert centre.got.empty()


async def test_a_submit_that_waits_for_the_window_when_the_connection_dies_was_never_sent(
    centre: Centre, tmp_path: Path
) -> None:
    async with bound(centre, tmp_path, window=1) as gateway:
        submits = [asyncio.create_task(gateway.submit(submission(number))) for number in (1, 2)]
        await centre.next(Command.SUBMIT_SM)
        centre.hang_up()
        assert await asyncio.gather(*submits) == [Unknown("CONNECTION_LOST"), Refused("NOT_BOUND", throttled=True)]


async def test_a_submit_cut_short_from_outside_is_still_known_when_the_answer_comes(
    centre: Centre, tmp_path: Path
) -> None:
    async with bound(centre, tmp_path) as gateway:
        submitted = asyncio.create_task(gateway.submit(submission(1)))
        request = await centre.next(Command.SUBMIT_SM)
        submitted.cancel()
        await asyncio.gather(submitted, return_exceptions=True)
        centre.send(Pdu(RESPONSE | Command.SUBMIT_SM, 0, request.sequence, b"a\0"))
        centre.deliver(1, b"id:a stat:DELIVRD")
        assert (await anext(gateway.reports())).reminder_id == f"{1:032x}"


async def test_silence_is_tested_and_a_centre_without_a_sign_of_life_is_left(centre: Centre, tmp_path: Path) -> None:
    async with bound(centre, tmp_path, enquire_link_ms=20, response_timeout_ms=200):
        await centre.answer(Command.ENQUIRE_LINK)
        await centre.next(Command.ENQUIRE_LINK)
        await asyncio.wait_for(centre.bound_again.wait(), 10)


async def test_a_recall_names_the_message_by_its_id_alone(centre: Centre, tmp_path: Path) -> None:
    async with bound(centre, tmp_path) as gateway:
        recalled = asyncio.create_task(gateway.recall("r", "a1,a2"))
        first = await centre.answer(Command.CANCEL_SM)
        await centre.answer(Command.CANCEL_SM, status=0x11)
        assert strings(first.body, 2) == ["", "a1"]
        assert await recalled == "too_late"
        assert await gateway.recall("r", None) == "unknown"


async def test_a_query_answers_for_the_whole_message(centre: Centre, tmp_path: Path) -> None:
    async with bound(centre, tmp_path) as gateway:
        for states, standing in (((2, 2), "delivered"), ((2, 1), "accepted"), ((2, 5), "failed"), ((2, 7), None)):
            asked = asyncio.create_task(gateway.query("r", "a1,a2"))
            for state in states:
                await centre.answer(Command.QUERY_SM, body=b"a\0\0" + bytes([state, 0]))
            assert await asked == standing
        assert await gateway.query("r", None) is None


async def test_stopping_ends_what_is_in_flight_as_unknown(centre: Centre, tmp_path: Path) -> None:
    async with bound(centre, tmp_path) as gateway:
        submitted = asyncio.create_task(gateway.submit(submission(1)))
        await centre.next(Command.SUBMIT_SM)
    assert await submitted == Unknown("CLOSED")


async def test_nobody_listening_is_told_at_start(tmp_path: Path) -> None:
    gateway = SmppGateway(settings(1, tmp_path), SystemClock())
    with pytest.raises(OSError, match="Connect"):
        await gateway.start()
    await gateway.stop()
    assert [report async for report in gateway.reports()] == []


async def test_over_tls_only_a_centre_with_the_right_certificate_is_bound(tmp_path: Path) -> None:
    authority, stranger, centre = trustme.CA(), trustme.CA(), Centre()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    server = await asyncio.start_server(centre.serve, "127.0.0.1", 0, ssl=context)
    centre.port = server.sockets[0].getsockname()[1]
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    stranger.cert_pem.write_to_path(str(tmp_path / "stranger.pem"))
    async with bound(centre, tmp_path, tls=True, tls_cafile=tmp_path / "ca.pem") as gateway:
        await accept(centre, gateway, "a")
    with pytest.raises(ssl.SSLCertVerificationError):
        await SmppGateway(
            settings(centre.port, tmp_path, {"tls": True, "tls_cafile": tmp_path / "stranger.pem"}), SystemClock()
        ).start()
    server.close()


async def test_what_a_person_writes_is_acknowledged_when_it_is_done_and_kept_by_the_centre_without_room(
    centre: Centre, tmp_path: Path
) -> None:
    inbox = Inbox(waiting_max=1)
    async with bound(centre, tmp_path, inbox) as gateway:
        centre.deliver(1, b"STOP", esm_class=0)
        centre.deliver(2, b"N", esm_class=0)
        refused = await centre.next(RESPONSE | Command.DELIVER_SM)
        assert (refused.sequence, refused.status) == (2, 0x64)
        (said,) = await inbox.take(60)
        assert said.text == "STOP"
        assert centre.got.empty()
        said.done()
        taken = await centre.next(RESPONSE | Command.DELIVER_SM)
        assert (taken.sequence, taken.status) == (1, 0)
    assert [report async for report in gateway.reports()] == []
