"""A message centre uses its ids again: a receipt reaches the borrower it speaks of, or nobody. Over real sockets."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, Literal

import pytest
import smpp34
from hypothesis import given
from hypothesis import strategies as st

from agents.delivery.providers.port import Accepted, Outcome, Refused, Report, Unknown
from agents.delivery.providers.smpp.correlation import Correlation
from agents.delivery.providers.smpp.gateway import SmppGateway
from agents.delivery.providers.smpp.pdus import RESPONSE, Command, Pdu
from agents.delivery.providers.smpp.receipts import IdForms, PartReceipt, comparable, read_receipt
from tests.agents.delivery.centre.plain import Centre
from tests.agents.delivery.providers.smpp.test_session import bound, centre
from tests.agents.delivery.submissions import submission

__all__ = ["centre"]
A, B = submission(1), submission(2)
PLAIN: Final = IdForms("text", "text")
NOW: Final = datetime(2031, 6, 15, 1, 30, tzinfo=UTC)
Owner = Literal["A", "B", "nobody"]


def receipt_of(message_id: str, number: str, submitted: datetime | None = None, ours: str = "10690") -> bytes:
    dates = "" if submitted is None else f"submit date:{submitted:%y%m%d%H%M%S} "
    text = f"id:{message_id} sub:001 dlvrd:000 {dates}stat:UNDELIV err:011 text:"
    return smpp34.DeliverSm(number, ours, text.encode(), esm_class=4, sequence_number=9).encode()


async def submitted(centre: Centre, gateway: SmppGateway, number: int, message_id: str) -> None:
    """Also right after a loss, when the gateway is not bound again yet."""
    outcome: Outcome = Refused("NOT_BOUND", throttled=True)
    answered = asyncio.create_task(centre.answer(Command.SUBMIT_SM, body=message_id.encode() + b"\0"))
    async with asyncio.timeout(60):
        while outcome == Refused("NOT_BOUND", throttled=True):
            await asyncio.sleep(0)
            outcome = await gateway.submit(submission(number))
    await answered
    assert outcome == Accepted(message_id)


async def told(centre: Centre, gateway: SmppGateway, *receipts: bytes) -> list[str]:
    """Whom the receipts reach; a last one, of a message of its own, shows that all were read."""
    await submitted(centre, gateway, 50, "last")
    for octets in (*receipts, receipt_of("last", submission(50).phone[1:])):
        centre.write(octets)
    found: list[str] = []
    async for report in gateway.reports():
        assert report.reminder_id is not None
        if report.reminder_id == f"{50:032x}":
            return found
        found.append({A.reminder_id: "A", B.reminder_id: "B"}[report.reminder_id])
    raise AssertionError("the reports ended")


@pytest.mark.parametrize(
    ("receipt", "reached"),
    [
        (receipt_of("1", B.phone[1:]), ["B"]),
        (receipt_of("1", A.phone[1:]), ["A"]),
        (receipt_of("1", B.phone), ["B"]),
        (receipt_of("1", "0" + B.phone[3:]), ["B"]),
        (receipt_of("1", "10690", ours=B.phone[1:]), []),
        (receipt_of("1", "106900000", ours=B.phone[1:]), ["B"]),
        (receipt_of("1", "8613800138099"), []),
        (receipt_of("1", "lender"), []),
        (receipt_of("1", ""), []),
        (receipt_of("1", B.phone[1:], datetime(2020, 3, 6, 1, tzinfo=UTC)), []),
    ],
    ids=[
        "of B",
        "of A",
        "with a plus",
        "as dialled at home",
        "ours alone",
        "turned round",
        "of a third",
        "a name",
        "none",
        "old",
    ],
)
async def test_after_a_restart_the_number_tells_two_messages_of_one_id_apart(
    centre: Centre, tmp_path: Path, receipt: bytes, reached: list[str]
) -> None:
    async with bound(centre, tmp_path) as gateway:
        await submitted(centre, gateway, 1, "1")
        centre.hang_up()
        await asyncio.wait_for(centre.bound_again.wait(), 60)
        await submitted(centre, gateway, 2, "1")
        assert await told(centre, gateway, receipt) == reached


async def test_a_message_whose_answer_was_lost_is_not_taken_for_an_earlier_one(centre: Centre, tmp_path: Path) -> None:
    async with bound(centre, tmp_path) as gateway:
        await submitted(centre, gateway, 1, "1")
        lost = asyncio.create_task(gateway.submit(B))
        await centre.next(Command.SUBMIT_SM)
        centre.hang_up()
        assert await lost == Unknown("CONNECTION_LOST")
        await asyncio.wait_for(centre.bound_again.wait(), 60)
        bare, of_b, of_a = receipt_of("1", "x"), receipt_of("1", B.phone[1:]), receipt_of("1", A.phone[1:])
        assert await told(centre, gateway, bare, of_b) == []
        centre.write(of_a)
        assert (await anext(gateway.reports())).reminder_id == A.reminder_id


async def test_a_receipt_that_overtakes_its_answer_is_not_taken_for_an_earlier_message(
    centre: Centre, tmp_path: Path
) -> None:
    async with bound(centre, tmp_path) as gateway:
        await submitted(centre, gateway, 1, "1")
        under_way = asyncio.create_task(gateway.submit(B))
        request = await centre.next(Command.SUBMIT_SM)
        centre.write(receipt_of("1", B.phone[1:]))
        await centre.next(RESPONSE | Command.DELIVER_SM)
        centre.send(Pdu(RESPONSE | Command.SUBMIT_SM, 0, request.sequence, b"1\0"))
        assert await under_way == Accepted("1")
        assert (await anext(gateway.reports())).reminder_id == B.reminder_id


async def test_an_id_that_stands_for_two_messages_takes_none_of_them_back(centre: Centre, tmp_path: Path) -> None:
    async with bound(centre, tmp_path) as gateway:
        await submitted(centre, gateway, 1, "1")
        await submitted(centre, gateway, 2, "1")
        assert await gateway.recall(A.reminder_id, "1") == "unknown"
        assert await gateway.query(A.reminder_id, "1") is None
        assert centre.got.empty()


@pytest.mark.parametrize("message_id", ["", "a,b", "a b", "x" * 65, "\x07", "号"])
async def test_an_id_that_cannot_be_kept_as_it_is_names_no_message(
    centre: Centre, tmp_path: Path, message_id: str
) -> None:
    async with bound(centre, tmp_path) as gateway:
        under_way = asyncio.create_task(gateway.submit(A))
        await centre.answer(Command.SUBMIT_SM, body=message_id.encode() + b"\0")
        assert await under_way == Unknown("NO_MESSAGE_ID")


@pytest.mark.parametrize("given", ["A" * 64 + "B", "AB/\xe9", "AB,1"])
def test_an_id_in_a_receipt_is_never_cut_to_one_that_is_known(given: str) -> None:
    pdu = smpp34.DeliverSm("861", "1", f"id:{given} stat:UNDELIV".encode("latin-1"), esm_class=4)
    assert read_receipt(pdu, PLAIN, NOW.tzinfo) is None  # type: ignore[arg-type]  # not asked for a zone's name


@pytest.mark.parametrize(
    ("form", "one", "other", "same"),
    [
        ("decimal", "007", "7", True),
        ("decimal", "0", "000", True),
        ("decimal", "1_0", "10", False),
        ("decimal", "+7", "7", False),
        ("decimal", "٧", "7", False),
        ("hex", "00ff", "FF", True),
        ("hex", "0xff", "ff", True),
        ("hex", "f_f", "ff", False),
        ("text", "007", "7", False),
        ("text", "0a", "0A", True),
    ],
)
def test_zeros_in_front_are_lost_within_the_form_only(
    form: Literal["text", "decimal", "hex"], one: str, other: str, same: bool
) -> None:
    assert (comparable(one, form) == comparable(other, form)) is same


PHONES: Final = ("8613800138001", "8613800138002", "8613900138001")
STEPS = st.lists(
    st.tuples(st.integers(0, 2), st.sampled_from(["1", "2"]), st.booleans(), st.integers(0, 30)), min_size=1, max_size=6
)


@given(STEPS, st.data())
def test_no_receipt_reaches_another_than_its_own(
    steps: Sequence[tuple[int, str, bool, int]], data: st.DataObject
) -> None:
    """Each message has a receipt with as much in it as the centre likes; ids repeat, and some answers are lost."""
    correlation = Correlation(PLAIN, messages_max=100, window=timedelta(minutes=5))
    at, receipts = NOW, []
    for order, (phone, message_id, answered, pause_min) in enumerate(steps):
        at += timedelta(minutes=pause_min)
        number = correlation.submitting("+" + PHONES[phone], at)
        if answered:
            correlation.accepted(f"r{order}", message_id, number)
        assert correlation.settled(number, at, lost=not answered) == []
        receipt = PartReceipt((message_id,), "failed", "UNDELIV", None)
        if data.draw(st.booleans(), "dated"):
            receipt = replace(receipt, submitted=(at, at + timedelta(seconds=59)))
        if data.draw(st.booleans(), "numbered"):
            receipt = replace(receipt, numbers=(PHONES[phone],))
        receipts.append((f"r{order}", receipt))
    reports: list[tuple[str, Report]] = []
    for owner, receipt in data.draw(st.permutations(receipts)):
        reports += [(owner, report) for report in correlation.received(receipt, at)]
    assert all(report.reminder_id == owner for owner, report in reports)
    # None was told before, so each is told of now, or counted.
    assert len(reports) + correlation.unmatched == len(receipts)
