"""What people write, from a message centre's socket to `borrower-replies` on a real Kafka: each message once and whole,
also when the gateway is killed in between.
"""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import smpp34

from agents.delivery.providers.smpp.pdus import RESPONSE, Command
from schemas.replies import BorrowerReply, read_said
from streams import roles
from streams.cluster.whole_logs import read_topics
from streams.transport.partitioner import partition_of
from tests.agents.delivery.centre.plain import Centre, listening
from tests.kafka.delivery.test_gateway import Gateways, opened
from tests.kafka.guarded import Guarded
from tests.kafka.rig import until

pytestmark = pytest.mark.kafka

PERSON = "8613800138000"
HERE = 'replies = "here"\n'


@pytest.fixture
def gateways(guarded: Guarded, namespace: str, tmp_path: Path) -> Iterator[Gateways]:
    with opened(guarded, namespace, tmp_path) as made:
        yield made


@pytest.fixture
async def centre() -> AsyncIterator[Centre]:
    async with listening() as running:
        yield running


def config(centre: Centre, folder: Path) -> str:
    (secret := folder / "password").write_text("jpwd", encoding="utf-8")
    return f"""
[smpp]
host = "127.0.0.1"
port = {centre.port}
system_id = "j"
password_file = "{secret}"
source = "10690"
"""


def text(number: int, body: bytes, part: tuple[int, int, int] | None = None, coding: int = 8) -> bytes:
    """A `deliver_sm` of the person's; ``part`` is reference, count and number."""
    header = b"" if part is None else bytes([5, 0, 3, *part])
    sent = smpp34.DeliverSm(
        PERSON, "10690", header + body, esm_class=0x40 if part else 0, data_coding=coding, sequence_number=number
    )
    return sent.encode()


async def said(gateways: Gateways) -> list[BorrowerReply]:
    """The whole messages that can be read."""
    records = await read_topics(gateways.settings, (roles.BORROWER_REPLIES,))
    for record in records:
        assert record.partition == partition_of(b"+" + PERSON.encode(), gateways.settings.partitions)
    found = [read_said(record.value) for record in records]
    return [one for one in found if isinstance(one, BorrowerReply)]


async def found(gateways: Gateways, texts: list[str]) -> None:
    """What was committed is on the topic; the marks of a transaction follow its end by a moment."""

    async def readable() -> bool:
        return [reply.text for reply in await said(gateways)] == texts

    await until(readable, within_s=60)


async def acknowledged(centre: Centre, number: int) -> None:
    """The next thing that the centre hears."""
    pdu = await centre.got.get()
    assert (pdu.command, pdu.sequence, pdu.status) == (RESPONSE | Command.DELIVER_SM, number, 0)


async def test_what_is_acknowledged_is_committed_once_whole_and_over_a_kill_9(
    gateways: Gateways, centre: Centre, tmp_path: Path
) -> None:
    pieces = ["您好，我已经", "还清了，请", "不要再发"]
    first = gateways.start(config(centre, tmp_path), HERE)
    await centre.bound.wait()
    centre.write(text(1, "退订".encode("utf-16-be")))
    await acknowledged(centre, 1)
    await found(gateways, ["退订"])
    for number, piece in enumerate(pieces[:2], 1):
        centre.write(text(1 + number, piece.encode("utf-16-be"), (9, 3, number)))
        await acknowledged(centre, 1 + number)
    gateways.processes[first].kill()
    gateways.processes[first].wait()
    centre.bound.clear()
    second = gateways.start(config(centre, tmp_path), HERE)
    await centre.bound.wait()
    # The centre did not hear of the first one: it tells it again.
    centre.write(text(4, "退订".encode("utf-16-be")))
    await acknowledged(centre, 4)
    centre.write(text(5, pieces[2].encode("utf-16-be"), (9, 3, 3)))
    await acknowledged(centre, 5)
    await found(gateways, ["退订", "".join(pieces)])
    assert {(reply.sender, reply.recipient) for reply in await said(gateways)} == {("+" + PERSON, "10690")}
    gateways.processes[second].terminate()
    assert gateways.processes[second].wait(300) == 0
    assert not any(piece in gateways.log_of(n) for n in (first, second) for piece in (*pieces, "退订", PERSON))
