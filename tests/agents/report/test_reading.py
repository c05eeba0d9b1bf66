"""What the report understands of records as the core writes them, and of topics: the same as of files."""

import asyncio
from collections.abc import Sequence

from aiokafka.structs import TopicPartition

from agents.experiments.events import Complained, Cured, DeliveryTold, Event, StageDecided
from agents.experiments.reading import WatchedTopics
from agents.report.sorting import SortedEvents
from agents.report.translating import REPORTED, ReportReading
from schemas.cases import ReminderReceipt
from schemas.values.instants import HOUR_MS, to_ms
from streams import roles
from tests.agents.decisions.story import ACCOUNT, BOOK, Story, StorySaid, at, missed, paid, profile, rulebook
from tests.agents.experiments.records import EXPERIMENT, Lying, fact, lying
from tests.agents.experiments.test_reading import SETTINGS, Logs

READING = ReportReading(BOOK, 65_536)


def story(arm: str = "SOFT") -> Story:
    soft = 99 if arm == "SOFT" else 1
    arms = [{"code": "SOFT", "share": soft}, {"code": "OUT", "share": 100 - soft, "silent": True}]
    told = Story(rulebook(experiments=[{**EXPERIMENT, "arms": arms}])).on("2026-03-01 10:00", profile())
    told.on("2026-03-02 00:00", missed("1", "2026-03-01", 100_00)).tick_until("2026-03-03 00:00")
    return told.on("2026-03-03 10:00", paid(100_00))


def events_of(told: Story) -> list[Event]:
    found = [READING.told(roles.REMINDER_DECISIONS, lying(decision)).event for decision in told.decisions]
    return [event for event in found if event is not None]


def test_a_decision_tells_all_that_is_counted_of_a_message() -> None:
    told = story()
    sent, cured = events_of(told)
    assert sent == StageDecided(
        at_ms=to_ms(at("2026-03-02 09:00")),
        account_id=ACCOUNT,
        how="sent",
        stage="FRIENDLY",
        owes=True,
        experiment="X",
        arm="SOFT",
        template_id=told.decisions[1].template_id,
        reminder_id=told.reminders[0].reminder_id,
        parts=told.reminders[0].parts,
        hour="09",
        core=told.decisions[1].core,
    )
    assert isinstance(cured, Cured)


def test_the_hold_out_is_told_with_its_cure() -> None:
    withheld, cured = events_of(story("OUT"))
    assert isinstance(withheld, StageDecided)
    assert (withheld.how, withheld.arm, withheld.owes) == ("withheld", "OUT", True)
    assert isinstance(cured, Cured)


def test_another_policy_and_what_is_no_record_tell_nothing() -> None:
    decision = lying(story().decisions[1])
    assert decision.value is not None
    foreign = decision._replace(value=decision.value.replace(b'"cn-consumer"', b'"other"'))
    for record in (foreign, Lying(b"p", b"{", 1), Lying(b"p", None, 1), Lying(b"p", b"[]", 1)):
        assert READING.told(roles.REMINDER_DECISIONS, record) == (record.timestamp, None)


def receipt(status: str) -> Lying:
    when = at("2026-03-05 10:00")
    return fact(StorySaid(ReminderReceipt, {"reminder_id": "r", "status": status, "at": when}), "2026-03-05 10:00")


def test_only_what_reached_the_phone_is_delivered() -> None:
    assert isinstance(READING.told(roles.REMINDER_RECEIPTS, receipt("delivered")).event, DeliveryTold)
    assert READING.told(roles.REMINDER_RECEIPTS, receipt("accepted")).event is None


def test_topics_are_read_to_their_ends_and_each_account_comes_in_the_order_of_time() -> None:
    told = story()
    logs = Logs()
    logs.kept = {TopicPartition(SETTINGS.topics[role], n): [] for role in REPORTED for n in range(2)}
    for decision in told.decisions:
        logs.append(SETTINGS.topics[roles.REMINDER_DECISIONS], 0, lying(decision))
    logs.append(SETTINGS.topics[roles.REMINDER_RECEIPTS], 0, receipt("delivered"))

    async def read(into: SortedEvents) -> None:
        topics = WatchedTopics(SETTINGS, logs, READING.told, REPORTED)
        assert await topics.begin(0) == 0
        await topics.round(into)

    with SortedEvents() as events:
        asyncio.run(read(events))
        assert kinds(next(events.accounts())) == [StageDecided, Cured, DeliveryTold]


def kinds(events: Sequence[Event]) -> list[type[Event]]:
    return [type(event) for event in events]


def test_accounts_come_one_by_one_and_what_was_sent_before_what_answers_it() -> None:
    sent = StageDecided(HOUR_MS, "p", "sent", "FRIENDLY", owes=True)
    with SortedEvents() as events:
        for event in (Complained(HOUR_MS, "p", "c"), Cured(2 * HOUR_MS, "a"), sent, Cured(0, "p")):
            events.add(event)
        assert list(events.accounts()) == [
            [Cured(2 * HOUR_MS, "a")],
            [Cured(0, "p"), sent, Complained(HOUR_MS, "p", "c")],
        ]
        assert (events.first_ms, events.last_ms) == (0, 2 * HOUR_MS)
