"""`tactful demo`: the main job on an embedded real Kafka, from an empty folder to a checked recount.

It starts Kafka, two workers and a gateway that only stands in for one, feeds a generated portfolio, replays its days
paced, shows messages as they leave, and ends by itself. Whatever it started is stopped at the end.
"""

import asyncio
import json
import signal
import tempfile
import time
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final, TypeVar

from agents.audit import page
from agents.audit.findings import AuditTally
from agents.audit.reading import audit_cluster
from agents.audit.reading import places_of as audit_places
from agents.audit.standards.standard import Standard
from agents.delivery.process import DeliveryEvent
from agents.delivery.providers.settings import HandOver
from agents.delivery.providers.stand_in import Shares, StandIn
from agents.delivery.run import deliver
from agents.offline.fact_files import read_lines
from agents.offline.feed import Feeder
from agents.offline.generator import START, generate
from agents.offline.generator.telling import midnight
from agents.offline.hearing import with_replies
from agents.offline.workers import Workers, settings_of
from agents.policy.files.policy import load_rulebook, places_of
from agents.terminal import watching
from agents.terminal.console import say, show_table, terminal
from agents.verifier.recount import Summary, recount
from schemas.values.instants import to_ms
from streams import roles
from streams.broker.broker import Broker
from streams.cluster import admin
from streams.cluster.whole_logs import read_topics
from streams.settings import Settings
from streams.tasks import end_task

T = TypeVar("T")

ANSWERS_S: Final = 60.0
"""How long the gateway may take for the last reminders once the days are over."""
LOOK_S: Final = 1.0
STOP_S: Final = 30.0
"""How long the gateway may take for what is in flight when everything else is over."""
MESSAGES_PER_S: Final = 2_000.0
STANDSTILL_S: Final = 400.0
"""How much longer than planned the replay may take before the demo gives up."""
LEAST_ISSUED: Final = 1_000
AUDIT_LINES: Final = 20
"""Findings that are shown."""
HOUR_MS: Final = 3_600_000
SHOWN_EVERY: Final = 40
"""Every so manieth message is shown: a few a second can be read, a hundred cannot."""
TYPES: Final = (
    "reminder.issued PRE_DUE",
    "reminder.issued FRIENDLY",
    "reminder.escalated FIRM",
    "reminder.escalated LAST",
    "reminder.cancelled",
    "case.handed-off",
    "case.withdrawn",
    "cycle.opened",
    "cycle.closed",
)
"""What must have left at least once; a name without stage stands for all its stages."""

HEARD: Final = ("STOP", "PAID", "dispute", "hardship", "vulnerable", "wrong_number", "QUESTION")
"""What of the replies must have become a fact at least once."""

EXAMPLES: Final = Path(__file__).parents[2] / "examples"
"""Invented people approve there what the demo sends."""


@dataclass(frozen=True)
class Demo:
    """What is asked for."""

    accounts: int
    days: int
    seed: int
    replay_s: float
    """How long the simulated days take, in seconds of ours."""
    summary: Path | None

    @property
    def end_ms(self) -> int:
        """The last instant of the simulated time."""
        return to_ms(midnight(START + timedelta(days=self.days)))

    def environment(self, bootstrap_servers: str) -> dict[str, str]:
        """The settings of the workers: hours as ticks, and all days within ``replay_s``."""
        return {
            "TACTFUL_BOOTSTRAP_SERVERS": bootstrap_servers,
            "TACTFUL_NAMESPACE": "demo",
            "TACTFUL_PACKS": str(EXAMPLES / "packs"),
            "TACTFUL_APPROVALS": str(EXAMPLES / "approvals.toml"),
            "TACTFUL_CLOCK": "replay",
            "TACTFUL_TICK_PERIOD_S": "3600",
            "TACTFUL_NUMBERS": "required",
            "TACTFUL_REPLAY_SPEED": str(self.days * 86_400 / self.replay_s),
            "TACTFUL_LOG_LEVEL": "WARNING",
        }


def run_demo(demo: Demo) -> bool:
    """Run it. False when a number of the recount is not what it must be."""
    # Whoever stops us by SIGTERM wants broker and workers gone, too. Ctrl-C's way ends a task only where it waits,
    # never in the middle of starting a worker, which nobody would know of then.
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell lets its background jobs ignore it
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
    with tempfile.TemporaryDirectory(prefix="tactful-demo-") as folder:
        terminal.print("Starting a real Kafka …")
        with Broker() as broker:
            return asyncio.run(while_alive(broker, _run(demo, broker.bootstrap_servers, Path(folder))))


async def while_alive(broker: Broker, work: Coroutine[Any, Any, T]) -> T:
    """What the work returns. Raises BrokerError when the broker dies before."""
    working = asyncio.create_task(work)
    try:
        while not (await asyncio.wait({working}, timeout=LOOK_S))[0]:
            broker.check_alive()
    finally:
        if not working.done():
            await end_task(working)
    return await working


async def _run(demo: Demo, servers: str, folder: Path) -> bool:
    variables = {**demo.environment(servers), "TACTFUL_DATA_DIR": str(folder / "data")}
    settings = settings_of(variables)
    await admin.create(settings)
    facts = folder / "facts.jsonl"
    lines = list(generate(seed=demo.seed, accounts=demo.accounts, days=demo.days, sharers=True))
    facts.write_bytes(b"".join(lines))
    broken = sum(b'"type":"raw"' in line for line in lines)
    rulebook = load_rulebook(places_of(settings), settings.namespace)
    told = with_replies(
        list(read_lines([str(facts)])), demo.seed, midnight(START), demo.days, rulebook, settings.input_max_bytes
    )
    async with Feeder(settings, 24 * HOUR_MS) as feeder:
        fed = await feeder.feed(told, demo.end_ms)
    terminal.print(
        f"{fed.facts:,} facts of {demo.accounts:,} accounts are on the bus. Two workers replay {demo.days} days."
    )
    async with _gateway(settings):
        with Workers(2, variables, folder) as workers:
            shown = asyncio.create_task(_show(settings))
            try:
                await asyncio.to_thread(
                    workers.wait_until, demo.end_ms - 1, settings.partitions, demo.replay_s + STANDSTILL_S
                )
            finally:
                await end_task(shown)
        await _all_answered(settings)
    records = await read_topics(settings, (*roles.INPUTS, *roles.OUTPUTS))
    summary = recount(records, {name: role for role, name in settings.topics.items()})
    faults = find_faults(summary, fed.facts, broken)
    audited = await audit_cluster(settings, Standard(audit_places(settings)), demo.end_ms)
    faults += [f"the audit found {count} times {code}" for code, count in sorted(audited.found.items())]
    _report(summary, faults)
    _show_audit(audited)
    if demo.summary is not None:
        demo.summary.write_text(
            json.dumps({**summary._asdict(), "audit": page.as_json(audited), "faults": faults}, indent=2) + "\n"
        )
    return not faults


def _show_audit(audited: AuditTally) -> None:
    rows = [("judged", what, n) for what, n in sorted(audited.judged.items())]
    rows += [("not judged", why, n) for why, n in sorted(audited.not_judged.items())]
    show_table("Audit", ("", "what", "count"), rows)
    for line in page.lines(audited, AUDIT_LINES):
        say(line, style="red")
    if audited.clean:
        terminal.print("[green]✓ nothing left that must not have left, and nobody was forgotten")


@asynccontextmanager
async def _gateway(settings: Settings) -> AsyncIterator[None]:
    """The hand-over to a gateway that stands in for a real one: nothing reaches a phone."""
    stop = asyncio.Event()
    limits, shares = HandOver(messages_per_second=MESSAGES_PER_S, sweep_s=0.5), Shares()
    running = asyncio.create_task(deliver(settings, limits, lambda time: StandIn(shares, time), _ignore, stop))
    try:
        yield
    finally:
        stop.set()
        await asyncio.wait({running}, timeout=STOP_S)
        if running.done():
            await running
        else:
            await end_task(running)


def _ignore(_told: DeliveryEvent) -> None:
    """Its lines would come between those that are shown; the recount tells what became of each reminder."""


async def _all_answered(settings: Settings) -> None:
    """Wait until the gateway has had something to say of every reminder; the recount tells if it never does."""
    deadline = time.monotonic() + ANSWERS_S
    while time.monotonic() < deadline:
        records = await read_topics(settings, (roles.REMINDERS, roles.REMINDER_RECEIPTS))
        if not recount(records, {}).unanswered:
            return
        await asyncio.sleep(LOOK_S)


async def _show(settings: Settings) -> None:
    count = 0
    async for seen in watching.follow(settings, (roles.REMINDERS,), from_start=True):
        if count % SHOWN_EVERY == 0:
            say(watching.describe(seen, reveal=False))
        count += 1


def find_faults(summary: Summary, fed: int, broken: int) -> list[str]:
    """Every number that is not what it must be."""
    faults: list[str] = []
    issued = sum(n for name, n in summary.messages.items() if name.startswith("reminder.issued"))
    if issued < LEAST_ISSUED:
        faults.append(f"only {issued} reminders were issued, at least {LEAST_ISSUED} were expected")
    left = tuple(summary.messages)
    faults += [f"no {wanted} left" for wanted in TYPES if not any(f"{name} ".startswith(f"{wanted} ") for name in left)]
    if sum(summary.facts.values()) != fed:
        faults.append(f"{sum(summary.facts.values())} facts are on the topics, {fed} were fed")
    if sum(summary.dead_letters.values()) != broken:
        faults.append(f"{sum(summary.dead_letters.values())} dead letters, {broken} broken inputs were fed")
    faults += [f"nobody's {wanted} was heard" for wanted in HEARD if not summary.replies.get(wanted)]
    if not summary.of_numbers.get("number.told"):
        faults.append("nobody was told of a number who carries it")
    if summary.doubled:
        faults.append(f"{summary.doubled} messages were doubled")
    if summary.unanswered:
        faults.append(f"{summary.unanswered} reminders have no receipt")
    if summary.accepted_twice:
        faults.append(f"{summary.accepted_twice} reminders were handed to the gateway twice")
    if summary.sent_with_payment_known:
        faults.append(f"{summary.sent_with_payment_known} reminders were sent with the payment known")
    return faults


def _report(summary: Summary, faults: list[str]) -> None:
    rows: list[tuple[str, str, int]] = [("facts in", role, n) for role, n in sorted(summary.facts.items())]
    rows += [("replies", name, n) for name, n in summary.replies.items()]
    rows += [("numbers", name, n) for name, n in summary.of_numbers.items()]
    rows += [("messages out", name, n) for name, n in summary.messages.items()]
    rows += [("receipts", status, n) for status, n in summary.receipts.items()]
    rows += [("dead letters", reason, n) for reason, n in sorted(summary.dead_letters.items())]
    rows += [
        ("", "cures", summary.cures),
        ("", "doubled", summary.doubled),
        ("", "handed over twice", summary.accepted_twice),
        ("", "sent with payment known", summary.sent_with_payment_known),
        ("", "raced", summary.raced),
    ]
    show_table("Recount from the topics", ("", "what", "count"), rows)
    for fault in faults:
        say(f"✗ {fault}", style="red")
    if not faults:
        terminal.print("[green]✓ every number is as it must be")
