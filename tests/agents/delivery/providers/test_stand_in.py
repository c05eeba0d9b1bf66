"""The stand-in does what its seed says, and only that."""

import asyncio
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from agents.delivery.kafka.reading import submission_of
from agents.delivery.providers.port import Accepted, Refused, Report, Submission, Unknown
from agents.delivery.providers.settings import DeliveryFault, DeliverySettings, load_delivery
from agents.delivery.providers.stand_in import Fate, Shares, StandIn, fate_of
from agents.delivery.timing import ReplayTime
from tests.agents.delivery.messages import MINUTE, NINE, PHONE, SetTime, reminder

SURE = Shares(refused=0, lost=0, failed=0, never=0, late=0, twice=0, too_late=0, answer_s=0)
MANY = 20_000


def submission(reminder_id: str = "R1") -> Submission:
    return submission_of(reminder(reminder_id))


def stand_in(time: SetTime, **changes: float) -> StandIn:
    return StandIn(SURE.model_copy(update=changes), time)


def reported(gateway: StandIn, time: SetTime, until: datetime) -> list[Report]:
    """Everything that it reports by then."""
    time.at = until
    return list(iter(gateway.due, None))


def test_the_same_seed_gives_the_same_fate_and_another_seed_another() -> None:
    def fates(seed: int) -> list[Fate]:
        return [fate_of(f"R{n}", Shares(seed=seed)) for n in range(200)]

    assert fates(1) == fates(1)
    assert fates(1) != fates(2)


def test_the_shares_are_what_was_asked_for() -> None:
    shares = Shares(refused=0.1, lost=0.2, failed=0.3, never=0.4, twice=0.5, too_late=0.6, throttled=0.0)
    fates = [fate_of(f"R{n}", shares) for n in range(MANY)]
    answers = Counter(fate.answer for fate in fates)
    found = {
        "refused": answers["refused"],
        "lost": answers["lost"],
        "silent": sum(fate.ending is None for fate in fates),
        "failed": sum(fate.ending == "failed" for fate in fates),
        "twice": sum(fate.twice for fate in fates),
        "recallable": sum(fate.recallable for fate in fates),
    }
    expected = {"refused": 0.1, "lost": 0.9 * 0.2, "silent": 0.4, "failed": 0.6 * 0.3, "twice": 0.5, "recallable": 0.4}
    assert {name: count / MANY for name, count in found.items()} == pytest.approx(expected, abs=0.015)
    taken = [fate.taken for fate in fates if fate.answer == "lost"]
    assert 0.4 < sum(taken) / len(taken) < 0.6


async def test_it_accepts_and_reports_once_in_its_time() -> None:
    time = SetTime()
    gateway = stand_in(time)
    answer = await gateway.submit(submission())
    assert isinstance(answer, Accepted)
    assert reported(gateway, time, NINE) == []
    (report,) = reported(gateway, time, NINE + MINUTE)
    assert (report.status, report.reminder_id, report.gateway_ref) == ("delivered", None, answer.gateway_ref)
    assert NINE <= report.at <= NINE + timedelta(seconds=20)
    assert await gateway.query("R1", None) == "delivered"


async def test_it_reports_twice_or_failed_or_expired_or_never() -> None:
    time = SetTime()
    twice, failing = stand_in(time, twice=1), stand_in(time, failed=1)
    slow, silent = stand_in(time, late=1, late_s=7 * 86_400), stand_in(time, never=1)
    for gateway in (twice, failing, slow, silent):
        await gateway.submit(submission())
    later = NINE + timedelta(days=8)
    assert [r.status for r in reported(twice, time, later)] == ["delivered"] * 2
    assert [r.status for r in reported(failing, time, later)] == ["failed"]
    (expired,) = reported(slow, time, later)
    assert (expired.status, expired.at) == ("expired", NINE + 15 * MINUTE)
    assert reported(silent, time, later) == []
    assert await silent.query("R1", None) == "accepted"


async def test_it_refuses_throttles_and_loses_answers() -> None:
    time = SetTime()
    assert await stand_in(time, refused=1).submit(submission()) == Refused("REJECTD")
    throttling = stand_in(time, throttled=1)
    assert await throttling.submit(submission()) == Refused("THROTTLED", throttled=True)
    assert isinstance(await throttling.submit(submission()), Accepted)
    losing, shares = stand_in(time, lost=1), SURE.model_copy(update={"lost": 1.0})
    names = [f"R{n}" for n in range(20)]
    assert {type(await losing.submit(submission(name))) for name in names} == {Unknown}
    reports = reported(losing, time, NINE + timedelta(hours=1))
    assert {report.reminder_id for report in reports} == {name for name in names if fate_of(name, shares).taken}


async def test_in_a_replay_its_delays_begin_with_the_reminder_however_far_the_log_has_come() -> None:
    time = ReplayTime(idle_s=3600)
    time.seen(1, NINE + timedelta(days=3))
    gateway = StandIn(SURE, time)
    await gateway.submit(submission())
    report = gateway.due()
    assert report is not None
    assert report.status == "delivered"
    assert report.at <= NINE + timedelta(seconds=20)


async def test_what_it_recalls_it_does_not_report() -> None:
    time = SetTime()
    gateway = stand_in(time)
    await gateway.submit(submission())
    assert await gateway.recall("R1", None) == "recalled"
    assert await gateway.recall("R1", None) == "recalled", "a repeat is harmless"
    assert await gateway.recall("R2", None) == "unknown"
    assert reported(gateway, time, NINE + MINUTE) == []
    assert await gateway.query("R1", None) is None


async def test_some_recalls_come_too_late() -> None:
    time = SetTime()
    gateway = stand_in(time, too_late=1)
    await gateway.submit(submission())
    assert await gateway.recall("R1", None) == "too_late"
    assert len(reported(gateway, time, NINE + MINUTE)) == 1
    reporting = stand_in(time)
    await reporting.submit(submission("R3"))
    reported(reporting, time, NINE + 2 * MINUTE)
    assert await reporting.recall("R3", None) == "too_late"


async def test_it_ends_its_reports_when_it_is_stopped() -> None:
    time = SetTime()
    gateway = stand_in(time)
    await gateway.start()
    gateway.adopt("R0", "ref")
    await gateway.submit(submission())
    listening = gateway.reports()
    time.at = NINE + MINUTE
    assert (await anext(listening)).status == "delivered"
    last = asyncio.create_task(anext(listening, None))
    await asyncio.sleep(0)
    await gateway.stop()
    assert await last is None


def test_a_submission_shows_nothing_that_only_its_reader_should_see() -> None:
    shown = repr(submission())
    assert "R1" in shown
    assert all(secret not in shown for secret in (PHONE, "Li", "123.45"))


def test_the_file_is_optional_and_strict(tmp_path: Path) -> None:
    assert load_delivery(None) == DeliverySettings()
    path = tmp_path / "delivery.toml"
    path.write_text("[hand_over]\nmessages_per_second = 5\n[stand_in]\nseed = 9\n")
    loaded = load_delivery(path)
    assert (loaded.hand_over.messages_per_second, loaded.stand_in.seed) == (5, 9)
    path.write_text("[hand_over]\nin_flight_max = 0\n[stand_in]\nnevr = 0.1\n")
    with pytest.raises(DeliveryFault) as refused:
        load_delivery(path)
    assert [line.split(": ")[1] for line in str(refused.value).splitlines()] == [
        "hand_over.in_flight_max",
        "stand_in.nevr",
    ]
    for content in ("no toml", None):
        if content is None:
            path.unlink()
        else:
            path.write_text(content)
        with pytest.raises(DeliveryFault):
            load_delivery(path)
