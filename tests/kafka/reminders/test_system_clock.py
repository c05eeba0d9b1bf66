"""By the time of day, with real workers: a miss is followed by a reminder, a payment by silence or a recall.

And nobody whose payment may be on its way is written to: the barrier (design rule 4). All of it over TLS on a broker
that denies by default, and everybody has exactly the rights that `topics plan --format acls` says.
"""

import asyncio
from collections.abc import Iterator

import pytest

from streams import roles
from streams.topics.rights import Right
from tests.kafka.guarded import Granted, Guarded
from tests.kafka.live import Live, account_in, missed, now_ms, paid
from tests.kafka.rig import until

pytestmark = pytest.mark.kafka
SOON_S = 300


@pytest.fixture(scope="module")
def live(guarded: Guarded, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    folder = tmp_path_factory.mktemp("system-clock")
    made = Live(guarded.bootstrap_servers, "system-clock", folder, users=guarded.login)
    asyncio.run(guarded.grant_planned(made.settings))
    # The bank's own transactions are the bank's, and so is the right to them.
    asyncio.run(guarded.grant([Granted("source", Right("transactional id", "bank-", "Write", prefixed=True))]))
    with made as running:
        yield running


@pytest.fixture(autouse=True)
def nobody_known_to_have_paid_is_chased(live: Live) -> Iterator[None]:
    yield
    live.workers.check_alive()
    assert live.metric("tactful_sent_with_payment_known_total") == 0


async def remind(live: Live, *accounts: str) -> None:
    """Miss and reminder of each."""
    await live.introduce(*accounts)
    await live.tell(roles.REPAYMENT_MISSED, *(missed(account) for account in accounts))
    for account in accounts:
        await live.heard(account, "reminder.issued", within_s=300)


async def test_a_miss_is_followed_by_a_reminder_and_a_payment_by_its_recall(live: Live) -> None:
    await live.introduce("warm-up", "misses")
    await live.tell(roles.REPAYMENT_MISSED, missed("warm-up"))
    await live.heard("warm-up", "reminder.issued", within_s=300)

    await live.tell(roles.REPAYMENT_MISSED, missed("misses"))
    reminder = await live.heard("misses", "reminder.issued", within_s=SOON_S)
    assert reminder["stage"] == "FRIENDLY"
    assert "CNY 123.45" in reminder["text"]
    assert reminder["amount_minor"] == 12_345
    assert reminder["not_before"] <= reminder["issued_at"] < reminder["expires_at"]

    await live.tell(roles.PAYMENT_RECEIVED, paid("misses"))
    recall = await live.heard("misses", "reminder.cancelled", within_s=SOON_S)
    assert (recall["reminder_id"], recall["reason"]) == (reminder["reminder_id"], "PAID")
    assert [body["type"] for body in await live.said("misses")] == [
        "cycle.opened",
        "reminder.issued",
        "reminder.cancelled",
        "cycle.closed",
    ]


@pytest.mark.parametrize("outcome", ["commit", "abort"])
async def test_a_payment_in_an_open_transaction_closes_the_barrier(live: Live, outcome: str) -> None:
    held, free = 1, 2
    payer = account_in(held, live.partitions, f"payer-{outcome}")
    neighbour = account_in(held, live.partitions, f"neighbour-{outcome}")
    other = account_in(free, live.partitions, f"other-{outcome}")
    await live.introduce(payer, neighbour, other)
    payments = live.topic(roles.PAYMENT_RECEIVED)
    closed_before = live.metric("tactful_barrier_closed_total", topic=payments, partition=str(held))

    async def closed_again() -> bool:
        closed = live.metric("tactful_barrier_closed_total", topic=payments, partition=str(held))
        return closed >= closed_before + 2

    async with live.producer(transactional_id=f"bank-{outcome}") as bank:
        await bank.begin_transaction()
        # The ledger of an hour ago knows nothing of it, so only the payment itself can silence.
        await live.send(bank, roles.PAYMENT_RECEIVED, paid(payer))
        await live.tell(roles.REPAYMENT_MISSED, missed(payer), missed(neighbour), missed(other))
        await live.heard(other, "reminder.issued")
        await until(closed_again)
        assert await live.said(payer) == []
        assert await live.said(neighbour) == []
        await (bank.commit_transaction() if outcome == "commit" else bank.abort_transaction())

    await live.heard(neighbour, "reminder.issued", within_s=SOON_S)
    if outcome == "abort":
        await live.heard(payer, "reminder.issued", within_s=SOON_S)
    else:
        # One more account of the partition, told later, is written to: the payer's turn has passed.
        last = account_in(held, live.partitions, "last")
        await remind(live, last)
        assert await live.said(payer) == []


async def test_a_payment_that_was_on_the_bus_when_the_reminder_left_is_raced_and_recalled(live: Live) -> None:
    raced_before = live.metric("tactful_raced_total")
    before_ms = now_ms()
    await remind(live, "raced", "not-raced")
    await live.tell(roles.PAYMENT_RECEIVED, paid("raced"), timestamp_ms=before_ms)
    await live.tell(roles.PAYMENT_RECEIVED, paid("not-raced"))
    for account in ("raced", "not-raced"):
        assert (await live.heard(account, "reminder.cancelled", within_s=SOON_S))["reason"] == "PAID"
    assert live.metric("tactful_raced_total") == raced_before + 1
