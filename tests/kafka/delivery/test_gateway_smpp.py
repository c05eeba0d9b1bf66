"""`tactful gateway` whole: a real Kafka on one side, a message centre on jSMPP on the other, and a kill -9 between."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from schemas.messages import AnyMessage, Recipient
from tests.agents.delivery.centre.process import CentreProcess
from tests.agents.delivery.messages import cancelled
from tests.agents.delivery.submissions import THREE_PARTS
from tests.kafka.delivery.test_gateway import Gateways, a_reminder, opened
from tests.kafka.guarded import Guarded
from tests.kafka.live import now

pytestmark = [pytest.mark.kafka, pytest.mark.java]


@pytest.fixture
def over_smpp(guarded: Guarded, namespace: str, tmp_path: Path) -> Iterator[Gateways]:
    with opened(guarded, namespace, tmp_path) as made:
        yield made


def to(ends_with: int, reminder_id: str, account_id: str, text: str = "【某某消金】您好，请还款。") -> AnyMessage:
    """A reminder to a number that tells the centre what to do."""
    recipient = Recipient(name="张三", phone=f"+86138001380{ends_with:02d}", role="debtor")
    message = a_reminder(reminder_id, account_id)
    return msgspec.structs.replace(message, recipient=recipient, text=text, signature="【某某消金】")


def section(centre: CentreProcess, folder: Path) -> str:
    (secret := folder / "password").write_text("jpwd", encoding="utf-8")
    return f"""
[smpp]
host = "127.0.0.1"
port = {centre.port}
system_id = "j"
password_file = "{secret}"
source = "10690"
response_id = "hex"
receipt_id = "decimal"
"""


async def test_killed_between_submit_and_answer_it_is_unknown_and_the_centre_gets_it_once(
    over_smpp: Gateways, tmp_path: Path
) -> None:
    async with CentreProcess() as centre:
        config = section(centre, tmp_path)
        await over_smpp.say(to(0, "R1", "A1", THREE_PARTS), to(77, "R2", "A2"))
        first = over_smpp.start(config)
        delivered = {"R1": ["accepted", "delivered"]}
        await over_smpp.hear(delivered | {"R2": ["accepted"]})
        await over_smpp.say(to(99, "R3", "A3"))
        await centre.line("PART \\d+99 ", 30)
        over_smpp.processes[first].kill()
        over_smpp.processes[first].wait()
        second = over_smpp.start(config)
        # The second process takes back what the first has handed over.
        await over_smpp.say(cancelled("R2", account_id="A2", at=now()), to(1, "R4", "A4"))
        ended = {"R2": ["accepted", "recalled"], "R3": ["unknown"], "R4": ["accepted", "delivered"]}
        await over_smpp.hear(delivered | ended)
        assert over_smpp.offered(second) == ["R4"]
        await centre.line("PART \\d+01 ")
        assert len([line for line in centre.lines if line.startswith("PART ") and "99 " in line]) == 1
        over_smpp.processes[second].terminate()
        assert over_smpp.processes[second].wait(300) == 0
        assert "张三" not in over_smpp.log_of(first) + over_smpp.log_of(second)
