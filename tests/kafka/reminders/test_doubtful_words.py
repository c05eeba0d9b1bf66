"""What a bank's words mean, on a real Kafka (docs/facts.md): who is written to, and who is not, and why."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from streams import roles
from streams.broker.broker import Broker
from tests.kafka.live import POLICY, Body, Live, fact, missed, now, paid, profile
from tests.kafka.rig import until

pytestmark = pytest.mark.kafka

REPLIES = """
[replies]
opt_out = ["STOP"]
"""
BEGIN = now()
LEDGER = BEGIN - timedelta(hours=4)
"""The ledger's word: of that instant, and told then."""


def after(hours: int) -> datetime:
    return LEDGER + timedelta(hours=hours)


def owing(account: str) -> Body:
    due = (LEDGER - timedelta(days=1)).date().isoformat()
    return missed(account, time=LEDGER, as_of=LEDGER, due_date=due)


def by_day(account: str, told: datetime) -> Body:
    """Money of the day of the ledger's word, by a source that keeps only days."""
    midnight = LEDGER.replace(hour=0, minute=0, second=0, microsecond=0)
    return paid(account, time=told, booked_at=midnight, booked_resolution="day", schema_version=2)


def hold(account: str, kind: str, hours: int) -> Body:
    more = {"kind": "dispute"} if kind == "hold.placed" else {}
    return fact(kind, account, time=after(hours), hold_id="H", source_version=hours, **more)


def stop(account: str) -> Body:
    return fact("reply.received", account, time=after(1), reply_id="R", keyword="Stop.")


@pytest.fixture(scope="module")
def live(broker: Broker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    folder = tmp_path_factory.mktemp("doubtful-words")
    policy = folder / "with-replies.toml"
    policy.write_text(POLICY + REPLIES)
    with Live(broker.bootstrap_servers, "doubtful-words", folder, {"TACTFUL_POLICY": str(policy)}) as running:
        yield running


async def _all_words(live: Live) -> None:
    """The ledger's words come last: until then nobody owes anything."""
    booked = {"time": after(1), "booked_at": after(1)}
    elsewhere = [{"loan_id": "L", "instalment_id": "9", "amount_minor": 12_345}]
    back = {"time": after(2), "booked_at": after(2), "return_id": "B", "amount_minor": 3_000, "schema_version": 2}
    await live.tell(
        roles.PAYMENT_RECEIVED,
        by_day("same-day", told=after(1)),
        by_day("same-day-told-before", told=LEDGER - timedelta(hours=1)),
        paid("returned-in-part", payment_id="P", **booked),
        fact("payment.returned", "returned-in-part", payment_id="P", **back),
        paid("allocated-elsewhere", allocations=elsewhere, **booked),
    )
    tomorrow = (BEGIN + timedelta(days=1)).date().isoformat()
    amended = {"loan_id": "L", "instalment_id": "1", "amount_due_minor": 12_345, "currency": "CNY", "time": after(1)}
    await live.tell(
        roles.INSTALMENT_SCHEDULED,
        fact("instalment.amended", "moved", due_date=tomorrow, as_of=after(1), **amended),
    )
    consent = {"consent_id": "C", "scope": "all", "evidence_id": "E", "wording_id": "W", "given_at": after(2)}
    await live.tell(
        roles.CASE_UPDATED,
        hold("held-again", "hold.placed", 3),
        hold("held-again", "hold.lifted", 2),
        hold("held-again", "hold.placed", 1),
        hold("lifted", "hold.lifted", 2),
        hold("lifted", "hold.placed", 1),
        stop("stops"),
        stop("consents"),
        fact("consent.given", "consents", time=after(2), **consent),
    )
    accounts = (*WRITTEN_TO, *BLOCKED, "moved")
    await live.tell(roles.PROFILE_UPDATED, *(profile(account, source_version=2) for account in accounts))
    await live.tell(roles.REPAYMENT_MISSED, *map(owing, accounts))


WRITTEN_TO = {"same-day-told-before": 12_345, "returned-in-part": 3_000, "lifted": 12_345, "consents": 12_345}
BLOCKED = {
    "same-day": "SAME_UNIT_MONEY",
    "allocated-elsewhere": "UNMATCHED_MONEY",
    "held-again": "HOLD_DISPUTE",
    "stops": "OPTED_OUT",
}


async def test_who_is_written_to_and_who_is_not(live: Live) -> None:
    await _all_words(live)
    for account, amount_minor in WRITTEN_TO.items():
        assert (await live.heard(account, "reminder.issued"))["amount_minor"] == amount_minor, account
    for account, code in BLOCKED.items():

        async def blocked(account: str = account, code: str = code) -> bool:
            return any(body["code"] == code for body in await live.said(account, roles.REMINDER_DECISIONS))

        await until(blocked)
    for account in (*BLOCKED, "moved"):
        assert await live.said(account) == [], account
    assert not await live.kept(roles.REMINDER_DEAD_LETTERS)
