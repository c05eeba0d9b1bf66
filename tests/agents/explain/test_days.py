"""Every day on which something may be owed has an answer, and the answer is the right one."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Final

import jiter
import pytest

from agents.explain.days import UNKNOWN, on_day
from agents.explain.records import AccountRecord
from agents.explain.timeline import SENT, Entry, timeline
from agents.offline.fact_files import FactLine
from agents.offline.generator import generate
from agents.offline.simulation import Simulation
from agents.policy.files.policy import load_rulebook
from schemas.reading import ROLE_OF
from schemas.values.instants import local_date, to_ms
from streams import roles
from streams.clock import Grid
from tests.places import PLACES

ZONE: Final = "Asia/Shanghai"
BOOK: Final = load_rulebook(PLACES, "test")
LIMIT_BYTES: Final = 65_536
END: Final = "2026-03-16T00:00:00+08:00"


def simulated(lines: Sequence[bytes], until: str = END) -> dict[str, list[AccountRecord]]:
    """The records of each account: its facts, and what the core made of them."""
    found: dict[str, list[AccountRecord]] = {}
    read = []
    for number, raw in enumerate(lines):
        body = jiter.from_json(raw)
        role, account = ROLE_OF.get(str(body.get("type")), ""), body.get("account_id")
        if role and isinstance(account, str):
            at_ms = to_ms(datetime.fromisoformat(body["time"]))
            read.append(FactLine(at_ms, role, account.encode(), raw))
            found.setdefault(account, []).append(AccountRecord(role, f"facts:{number}", at_ms, raw))
    simulation = Simulation(BOOK, Grid(3_600), LIMIT_BYTES, tick_period_s=3_600)
    for number, emitted in enumerate(simulation.run(iter(read), to_ms(datetime.fromisoformat(until)))):
        account = jiter.from_json(emitted.value).get("account_id")
        if emitted.role != roles.REMINDER_DEAD_LETTERS:
            found.setdefault(account, []).append(AccountRecord(emitted.role, f"out:{number}", 0, emitted.value))
    return found


@pytest.fixture(scope="module")
def portfolio() -> dict[str, list[Entry]]:
    lines = list(generate(seed=7, accounts=100, days=75, broken=False, sharers=True))
    return {account: timeline(records, ZONE) for account, records in simulated(lines).items()}


def days_of(entries: Sequence[Entry]) -> Iterator[date]:
    """From the first word on a debt to the last day."""
    first = next((e for e in entries if e.type in {"repayment.missed", "instalment.scheduled"}), None)
    last = local_date(ZONE, to_ms(datetime.fromisoformat(END)) - 1)
    day = last if first is None else local_date(ZONE, first.at_ms)
    while day <= last:
        yield day
        day += timedelta(days=1)


def test_every_day_of_a_portfolio_has_an_answer(portfolio: dict[str, list[Entry]]) -> None:
    kinds: dict[str, int] = {}
    unknown = []
    for account, entries in portfolio.items():
        for day in days_of(entries):
            answer = on_day(entries, day, ZONE)
            kinds[answer.kind] = kinds.get(answer.kind, 0) + 1
            if answer.kind == UNKNOWN or "does not know" in answer.words:
                unknown.append((account, day, answer.words))
    assert unknown == []
    assert sum(kinds.values()) > 5_000
    assert {"sent", "silent", "nothing due", "with a person"} <= kinds.keys()


def test_a_day_is_told_as_sent_exactly_when_something_left(portfolio: dict[str, list[Entry]]) -> None:
    for entries in portfolio.values():
        left = {local_date(ZONE, entry.at_ms) for entry in entries if entry.type in SENT}
        assert {day for day in days_of(entries) if on_day(entries, day, ZONE).kind == "sent"} == left
