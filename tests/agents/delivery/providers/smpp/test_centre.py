"""The SMPP adapter against jSMPP: its own simulator, and a centre on it that also throttles, cancels and dies."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from agents.delivery.providers.port import Accepted, Outcome, Refused, Report, Unknown
from agents.delivery.providers.smpp.gateway import SmppGateway
from streams.clock import SystemClock
from tests.agents.delivery.centre.process import SIMULATOR, CentreProcess, settings
from tests.agents.delivery.submissions import EXPIRES, THREE_PARTS, submission

pytestmark = [pytest.mark.java, pytest.mark.asyncio(loop_scope="module")]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def centre() -> AsyncIterator[CentreProcess]:
    async with CentreProcess() as running:
        yield running


class Bound:
    """A started gateway and what it reports."""

    def __init__(self, gateway: SmppGateway) -> None:
        self.gateway = gateway
        self.reports = gateway.reports()

    async def report(self) -> Report:
        return await asyncio.wait_for(anext(self.reports), 10)

    async def submit(self, ends_with: int, text: str = "【某某消金】您好，请还款。") -> Outcome:
        return await self.gateway.submit(submission(ends_with, text))


@pytest_asyncio.fixture(loop_scope="module")
async def bound(centre: CentreProcess, tmp_path: Path) -> AsyncIterator[Bound]:
    gateway = SmppGateway(settings(centre.port, tmp_path), SystemClock())
    await gateway.start()
    yield Bound(gateway)
    await gateway.stop()


def ref(outcome: Outcome) -> str:
    assert isinstance(outcome, Accepted)
    return outcome.gateway_ref


async def parts_of(centre: CentreProcess, ends_with: int, count: int) -> list[list[str]]:
    return [(await centre.line(f"PART \\d+{ends_with:02d} ")).split() for _ in range(count)]


async def test_three_chinese_parts_arrive_whole_and_make_one_report(bound: Bound, centre: CentreProcess) -> None:
    gateway_ref = ref(await bound.submit(0, THREE_PARTS))
    report = await bound.report()
    parts = await parts_of(centre, 0, 3)
    bodies = [bytes.fromhex(part[-1]) for part in parts]
    assert [body[:3] + body[4:6] for body in bodies] == [bytes([5, 0, 3, 3, n]) for n in (1, 2, 3)]
    assert len({body[3] for body in bodies}) == 1
    assert "".join(body[6:].decode("utf-16-be") for body in bodies) == THREE_PARTS
    assert {tuple(part[1:6]) for part in parts} == {("8613800138000", "64", "8", "310615133005000+", "1")}
    assert gateway_ref.count(",") == 2
    assert (report.reminder_id, report.gateway_ref, report.status) == (f"{0:032x}", gateway_ref, "delivered")
    assert f"{EXPIRES:%y%m%d%H%M%S}" == "310615133005"


async def test_one_part_that_fails_fails_the_message(bound: Bound) -> None:
    gateway_ref = ref(await bound.submit(33, THREE_PARTS))
    report = await bound.report()
    assert (report.gateway_ref, report.status, report.detail) == (gateway_ref, "failed", "UNDELIV_069")


async def test_a_report_is_acknowledged_when_the_next_one_is_asked_for(bound: Bound, centre: CentreProcess) -> None:
    gateway_ref = ref(await bound.submit(1))
    assert (await bound.report()).gateway_ref == gateway_ref
    decimal = str(int(gateway_ref, 16))
    assert not any(f"ACKNOWLEDGED {decimal}" in line for line in centre.lines)
    again = ref(await bound.submit(2))
    assert (await bound.report()).gateway_ref == again
    await centre.line(f"^ACKNOWLEDGED {decimal}")


async def test_a_throttled_message_is_given_back_and_a_later_part_is_offered_again(
    bound: Bound, centre: CentreProcess
) -> None:
    assert await bound.submit(58, THREE_PARTS) == Refused("ESME_RTHROTTLED", throttled=True)
    assert len(await parts_of(centre, 58, 1)) == 1
    ref(await bound.submit(59, THREE_PARTS))
    numbers = [bytes.fromhex(part[-1])[5] for part in await parts_of(centre, 59, 7)]
    assert numbers == [1, 2, 2, 2, 3, 3, 3]


async def test_a_refusal_says_why_and_what_was_taken_of_a_message_is_taken_back(
    bound: Bound, centre: CentreProcess
) -> None:
    assert await bound.submit(11, THREE_PARTS) == Refused("ESME_RINVDSTADR")
    assert await bound.submit(12, THREE_PARTS) == Refused("ESME_RINVDSTADR")
    await centre.line("CANCELLED")


async def test_recall(bound: Bound) -> None:
    held = ref(await bound.submit(77, THREE_PARTS))
    assert await bound.gateway.query(f"{77:032x}", held) == "accepted"
    assert await bound.gateway.recall(f"{77:032x}", held) == "recalled"
    gone = ref(await bound.submit(66, THREE_PARTS))
    assert await bound.gateway.query(f"{66:032x}", gone) == "delivered"
    assert await bound.gateway.recall(f"{66:032x}", gone) == "too_late"
    # The receipts of our own deletion are no report: the next one is another message's.
    after = ref(await bound.submit(3))
    assert (await bound.report()).gateway_ref == after


async def test_what_an_earlier_run_handed_over_is_reported_by_its_reminder(
    centre: CentreProcess, tmp_path: Path, bound: Bound
) -> None:
    held = ref(await bound.submit(77, THREE_PARTS))
    await bound.gateway.stop()
    later = SmppGateway(settings(centre.port, tmp_path), SystemClock())
    later.adopt("earlier", held)
    await later.start()
    assert await later.query("earlier", held) == "accepted"
    assert await later.recall("earlier", held) == "recalled"
    await later.stop()
    assert [report async for report in later.reports()] == []


async def test_no_answer_is_unknown_and_one_that_comes_late_is_not_lost(centre: CentreProcess, tmp_path: Path) -> None:
    gateway = SmppGateway(settings(centre.port, tmp_path, {"response_timeout_ms": 300}), SystemClock())
    await gateway.start()
    assert await gateway.submit(submission(88)) == Unknown("TIMED_OUT")
    report = await asyncio.wait_for(anext(gateway.reports()), 10)
    assert (report.reminder_id, report.status) == (f"{88:032x}", "delivered")
    await gateway.stop()


async def test_a_wrong_password_is_told_at_once(centre: CentreProcess, tmp_path: Path) -> None:
    (wrong := tmp_path / "wrong").write_text("wrong", encoding="utf-8")
    gateway = SmppGateway(settings(centre.port, tmp_path, {"password_file": wrong}), SystemClock())
    with pytest.raises(OSError, match="ESME_RINVPASWD"):
        await gateway.start()
    await gateway.stop()


async def test_the_centre_killed_between_submit_and_answer_leaves_unknown_and_is_bound_again(tmp_path: Path) -> None:
    async with CentreProcess() as centre:
        gateway = SmppGateway(settings(centre.port, tmp_path, {"reconnect_attempts_max": 1000}), SystemClock())
        await gateway.start()
        submitted = asyncio.create_task(gateway.submit(submission(99)))
        await centre.line("PART ")
        await centre.kill()
        assert await submitted == Unknown("CONNECTION_LOST")
        assert await gateway.submit(submission(1)) == Refused("NOT_BOUND", throttled=True)
        centre.lines.clear()
        await centre.start()
        await centre.line("BOUND")
        outcome = await gateway.submit(submission(1))
        while outcome == Refused("NOT_BOUND", throttled=True):
            await asyncio.sleep(0)
            outcome = await gateway.submit(submission(1))
        report = await asyncio.wait_for(anext(gateway.reports()), 10)
        assert report.gateway_ref == ref(outcome)
        # The one that nobody knows of was never offered a second time.
        assert " 8613800138001 " in await centre.line("PART ")
        assert len([line for line in centre.lines if line.startswith("PART ")]) == 1
        await gateway.stop()


async def test_a_centre_that_stays_away_is_given_up(tmp_path: Path) -> None:
    async with CentreProcess() as centre:
        gateway = SmppGateway(settings(centre.port, tmp_path, {"reconnect_attempts_max": 2}), SystemClock())
        await gateway.start()
        await centre.kill()
        with pytest.raises(ConnectionError, match="given up after 2 attempts"):
            await asyncio.wait_for(anext(gateway.reports()), 10)
        with pytest.raises(ConnectionError, match="given up"):
            await gateway.submit(submission(1))
        await gateway.stop()


async def test_the_simulator_that_ships_with_jsmpp(tmp_path: Path) -> None:
    """It sends a person's message on the same bind, ids in two forms, and one receipt for each part."""
    async with CentreProcess(SIMULATOR) as simulator:
        gateway = SmppGateway(settings(simulator.port, tmp_path), SystemClock())
        await gateway.start()
        three, one = submission(4, THREE_PARTS), submission(5)
        refs = {ref(await gateway.submit(three)), ref(await gateway.submit(one))}
        reports = gateway.reports()
        told = [await asyncio.wait_for(anext(reports), 10) for _ in refs]
        assert {(report.gateway_ref, report.status) for report in told} == {(name, "delivered") for name in refs}
        assert {report.reminder_id for report in told} == {three.reminder_id, one.reminder_id}
        assert await gateway.recall(one.reminder_id, told[0].gateway_ref) == "too_late"
        assert await gateway.query(one.reminder_id, told[0].gateway_ref) is None
        await gateway.stop()
