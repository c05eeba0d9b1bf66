"""Two runs of the core over what two versions made of the same facts, as entries of the comparison."""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from agents.offline.comparison.lines import Entered, entered
from agents.offline.comparison.report import CoreComparison
from agents.offline.comparison.store import BEFORE, NOW, Store
from agents.offline.fact_files import read_lines
from agents.offline.simulation import Simulation
from agents.policy.files.policy import load_rulebook
from schemas.values.instants import to_ms
from streams.clock import Grid
from tests.places import PLACES

Fact = dict[str, Any]
MINUTE_S: Final = 60
UNTIL: Final = "2026-03-15T23:59:00+00:00"
_RULEBOOK: Final = load_rulebook(PLACES, "test")


def fact(kind: str, name: str, time: str, /, **fields: Any) -> Fact:
    """A fact of one account, told at a time of March 2026 in Shanghai such as ``06T08:10``."""
    return {"type": kind, "event_id": name, "account_id": "A-1", "time": instant(time), **fields}


def instant(time: str) -> str:
    return f"2026-03-{time}:00+08:00"


def profile(time: str = "01T08:00", **changes: Any) -> Fact:
    fields = {"surname": "王", "phone": "+8613800138000", "language": "zh-Hans", "zone": "Asia/Shanghai"}
    return fact("profile.updated", "p", time, as_of=instant(time), **{**fields, **changes})


def missed(time: str = "06T02:00", name: str = "m", **changes: Any) -> Fact:
    fields = {
        "loan_id": "L-7",
        "instalment_id": "2026-03",
        "due_date": "2026-03-05",
        "amount_due_minor": 123_450,
        "outstanding_minor": 123_450,
        "currency": "CNY",
        "as_of": instant("06T00:00"),
    }
    return fact("repayment.missed", name, time, **{**fields, **changes})


def paid(time: str = "06T08:10", **changes: Any) -> Fact:
    fields = {"payment_id": "PAY-1", "amount_minor": 123_450, "currency": "CNY", "booked_at": instant(time)}
    return fact("payment.booked", f"b{time}", time, **{**fields, **changes})


def run(facts: Iterable[Fact], folder: Path) -> list[Entered]:
    """All that leaves, ticks a minute apart."""
    path = folder / "facts.jsonl"
    path.write_text("".join(f"{json.dumps(one, ensure_ascii=False)}\n" for one in facts), encoding="utf-8")
    simulation = Simulation(_RULEBOOK, Grid(MINUTE_S, 0, "UTC"), 65_536)
    until_ms = to_ms(datetime.fromisoformat(UNTIL))
    return [entered(left.role, left.value) for left in simulation.run(read_lines([str(path)]), until_ms)]


def compared(before: Iterable[Entered], now: Iterable[Entered]) -> CoreComparison:
    with Store() as store:
        for number, entries in ((BEFORE, before), (NOW, now)):
            for one in entries:
                store.add(number, one)
        return CoreComparison(store.accounts())


def rows(found: CoreComparison) -> Iterator[tuple[str, ...]]:
    """What leaves otherwise, without how often."""
    yield from found.messages
