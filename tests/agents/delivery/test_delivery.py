"""The hand-over at work between a log and a gateway."""

import asyncio
from datetime import timedelta

import pytest

from agents.delivery.kafka.reading import UnreadableMessage
from agents.delivery.providers.port import Accepted, Outcome, Refused, Report, Submission
from agents.delivery.providers.settings import HandOver
from agents.delivery.timing import ReplayTime
from tests.agents.delivery.doubles import LIMITS, DeliveryRun, MemoryBus, ScriptedGateway
from tests.agents.delivery.messages import MINUTE, NINE, PHONE, SetTime, cancelled, notice, opened, reminder


def limits(**changes: float) -> HandOver:
    return LIMITS.model_copy(update=changes)


async def test_from_the_log_to_the_phone_and_back() -> None:
    bus, gateway = MemoryBus(opened(), reminder("R1"), reminder("R2", account_id="A2")), ScriptedGateway()
    async with DeliveryRun(bus, gateway, SetTime()) as run:
        await run.until(lambda: bus.told("R1") == ["accepted"] and bus.told("R2") == ["accepted"])
        gateway.say(Report(None, "ref-R2", "delivered", NINE))
        await run.until(lambda: bus.told("R2") == ["accepted", "delivered"])
    assert gateway.submitted == ["R1", "R2"]
    assert bus.positions == {0: 3}
    assert [told.what for told in run.told if told.account_id == "A2"] == ["offered", "accepted", "delivered"]
    assert PHONE not in repr(run.told)
    assert not gateway.running


async def test_a_notice_is_brought_recalled_and_dropped_like_a_reminder() -> None:
    bus, gateway = MemoryBus(notice("N1"), notice("N2"), cancelled("N2"), reminder("R1")), ScriptedGateway()
    time = SetTime()
    async with DeliveryRun(bus, gateway, time) as run:
        await run.until(lambda: bus.told("N1") == ["accepted"] and bus.told("N2") == ["recalled"])
        time.at = NINE + 5 * MINUTE
        bus.say(notice("N1"), notice("N3"), cancelled("N1"))
        await run.until(lambda: bus.told("N3") == ["expired"] and bus.told("N1") == ["accepted", "recalled"])
    assert gateway.submitted == ["N1", "R1"]


async def test_it_is_journaled_before_it_is_offered() -> None:
    bus = MemoryBus(reminder("R1"))

    def answer(submission: Submission) -> Outcome:
        assert bus.journal["R1"].status == "submitting"
        assert bus.positions == {0: 1}
        return Accepted("ref")

    async with DeliveryRun(bus, ScriptedGateway(answer), SetTime()) as run:
        await run.until(lambda: bus.told("R1") == ["accepted"])


async def test_nothing_is_taken_on_while_the_end_of_the_log_cannot_be_seen() -> None:
    bus, gateway = MemoryBus(reminder("R1")), ScriptedGateway()
    bus.readable_to_the_end = False
    async with DeliveryRun(bus, gateway, SetTime()) as run:
        for _ in range(100):
            await asyncio.sleep(0)
        assert not bus.journal
        bus.say(cancelled("R1"))
        bus.readable_to_the_end = True
        await run.until(lambda: bus.told("R1") == ["recalled"])
    assert not gateway.submitted


async def test_an_escalation_takes_the_earlier_one_back_from_the_gateway() -> None:
    bus, gateway = MemoryBus(reminder("R1")), ScriptedGateway()
    async with DeliveryRun(bus, gateway, SetTime()) as run:
        await run.until(lambda: bus.told("R1") == ["accepted"])
        bus.say(reminder("R2", supersedes="R1"))
        await run.until(lambda: bus.told("R1") == ["accepted", "recalled"] and bus.told("R2") == ["accepted"])
    assert gateway.recalled == ["R1"]


async def test_a_recall_goes_out_although_others_wait_for_the_gateway() -> None:
    bus, gateway = MemoryBus(reminder("R1")), ScriptedGateway()
    async with DeliveryRun(bus, gateway, SetTime(), limits(in_flight_max=1)) as run:
        await run.until(lambda: bus.told("R1") == ["accepted"])
        gateway.open.clear()
        bus.say(reminder("R2"), reminder("R3"), cancelled("R1"))
        await run.until(lambda: gateway.submitted == ["R1", "R2"])
        await run.until(lambda: bus.told("R1") == ["accepted", "recalled"])
        gateway.open.set()


async def test_a_recall_without_an_answer_is_asked_for_again_but_not_for_ever() -> None:
    bus, gateway = MemoryBus(reminder("R1")), ScriptedGateway()
    gateway.recall_answer = "unknown"
    async with DeliveryRun(bus, gateway, SetTime()) as run:
        await run.until(lambda: bus.told("R1") == ["accepted"])
        bus.say(cancelled("R1"))
        await run.until(lambda: bus.told("R1") == ["accepted", "unknown"])
    assert gateway.recalled == ["R1"] * LIMITS.recall_tries_max


async def test_a_time_out_is_unknown_and_not_offered_again() -> None:
    bus, gateway = MemoryBus(reminder("R1")), ScriptedGateway()
    gateway.open.clear()
    async with DeliveryRun(bus, gateway, SetTime(), limits(submit_timeout_s=0.01)) as run:
        await run.until(lambda: bus.told("R1") == ["unknown"])
        gateway.standing = "delivered"
        await run.until(lambda: bus.journal["R1"].status == "unknown")
    assert bus.receipts[0].detail == "TIMEOUT"
    assert gateway.submitted == ["R1"]


async def test_an_unknown_one_is_asked_about() -> None:
    bus, gateway = MemoryBus(reminder("R1")), ScriptedGateway()
    gateway.open.clear()
    gateway.standing = "delivered"
    async with DeliveryRun(bus, gateway, SetTime(), limits(submit_timeout_s=0.01)) as run:
        await run.until(lambda: bus.told("R1") == ["unknown", "delivered"])


async def test_throttled_offers_are_repeated_later() -> None:
    turned_away = iter([True, True, False])

    def answer(_: Submission) -> Outcome:
        return Refused("FULL", throttled=True) if next(turned_away) else Accepted("ref")

    bus, gateway = MemoryBus(reminder("R1")), ScriptedGateway(answer)
    async with DeliveryRun(bus, gateway, SetTime()) as run:
        await run.until(lambda: bus.told("R1") == ["accepted"])
    assert gateway.submitted == ["R1"] * 3


async def test_a_gateway_that_always_throttles_is_not_asked_for_ever() -> None:
    bus, gateway = MemoryBus(reminder("R1")), ScriptedGateway(lambda _: Refused("FULL", throttled=True))
    async with DeliveryRun(bus, gateway, SetTime(), limits(throttle_tries_max=3)) as run:
        await run.until(lambda: bus.told("R1") == ["failed"])
    assert gateway.submitted == ["R1"] * 3
    assert bus.receipts[0].detail == "THROTTLED"


async def test_no_more_are_in_flight_than_allowed() -> None:
    bus, gateway = MemoryBus(*(reminder(f"R{n}") for n in range(20))), ScriptedGateway()
    gateway.open.clear()
    async with DeliveryRun(bus, gateway, SetTime(), limits(in_flight_max=3)) as run:
        await run.until(lambda: gateway.at_once == 3)
        assert len(bus.journal) == 3
        gateway.open.set()
        await run.until(lambda: len(bus.receipts) == 20)
    assert gateway.most_at_once == 3


async def test_one_that_must_not_leave_yet_keeps_its_partition_waiting_and_no_other() -> None:
    time = SetTime()
    bus, gateway = MemoryBus(reminder("R1", not_before=NINE + MINUTE), reminder("R2")), ScriptedGateway()
    bus.say(reminder("R3", account_id="A3"), partition=1)
    async with DeliveryRun(bus, gateway, time) as run:
        await run.until(lambda: bus.told("R3") == ["accepted"])
        assert gateway.submitted == ["R3"]
        assert 0 not in bus.positions
        time.at = NINE + MINUTE
        await run.until(lambda: bus.told("R1") == bus.told("R2") == ["accepted"])


async def test_a_desk_that_is_full_takes_nothing_on() -> None:
    time = SetTime()
    bus, gateway = MemoryBus(reminder("R1"), reminder("R2", expires_at=NINE + timedelta(days=9))), ScriptedGateway()
    async with DeliveryRun(bus, gateway, time, limits(open_max=1)) as run:
        await run.until(lambda: bus.told("R1") == ["accepted"])
        gateway.say(Report(None, "ref-R1", "delivered", NINE))
        await run.until(lambda: bus.told("R1") == ["accepted", "delivered"])
        assert gateway.submitted == ["R1"]
        time.at = NINE + timedelta(hours=2)
        await run.until(lambda: bus.told("R2") == ["accepted"])
    assert "R1" not in bus.journal, "it has ended and is forgotten"


async def test_killed_between_submit_and_answer_it_is_unknown_and_never_offered_again() -> None:
    bus, gateway = MemoryBus(reminder("R1"), reminder("R2")), ScriptedGateway()
    gateway.open.clear()
    async with DeliveryRun(bus, gateway, SetTime()) as run:
        await run.until(lambda: gateway.submitted == ["R1", "R2"])
        await run.killed()
        gateway.open.set()
        assert not bus.receipts
        again = ScriptedGateway()
        async with DeliveryRun(restarted(bus), again, SetTime()) as after:
            await after.until(lambda: [bus.told(r) for r in ("R1", "R2")] == [["unknown"], ["unknown"]])
        assert not again.submitted


def restarted(bus: MemoryBus) -> MemoryBus:
    """The same log and what was committed, for a process that starts at its positions."""
    bus._taken = dict(bus.positions)
    bus._seen = bus._looked = 0
    return bus


async def test_a_restart_knows_what_was_handed_over_before() -> None:
    bus = MemoryBus(reminder("R1"))
    async with DeliveryRun(bus, ScriptedGateway(), SetTime()) as run:
        await run.until(lambda: bus.told("R1") == ["accepted"])
    after = ScriptedGateway()
    async with DeliveryRun(restarted(bus), after, SetTime()) as run:
        await run.until(lambda: after.running)
        after.say(Report(None, "ref-R1", "failed", NINE, "UNDELIV"))
        await run.until(lambda: bus.told("R1") == ["accepted", "failed"])
    assert after.adopted == {"R1": "ref-R1"}
    assert not after.submitted


async def test_what_is_no_message_stops_it_and_names_its_place() -> None:
    bus, gateway = MemoryBus(), ScriptedGateway()
    bus.put(b'{"recipient":"+8613800138000"')
    run = DeliveryRun(bus, gateway, SetTime())
    await run.__aenter__()
    with pytest.raises(UnreadableMessage, match=r"^reminders partition 0 offset 0 is no message: DecodeError$"):
        await run.failed()
    assert not gateway.running


async def test_in_a_replay_the_log_says_what_time_it_is() -> None:
    later = NINE + timedelta(days=30)
    bus, gateway = MemoryBus(reminder("R1"), opened(at=later), reminder("R2")), ScriptedGateway()
    async with DeliveryRun(bus, gateway, ReplayTime()) as run:
        await run.until(lambda: bus.told("R2"))
    assert bus.told("R1") == ["accepted"]
    assert bus.told("R2") == ["expired"], "the partition's time does not go back"
