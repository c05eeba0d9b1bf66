"""Whatever stands on the input topics, no worker stops: a record is applied or put aside, and time goes on.

Seeded stories of well-formed facts with awkward values, in any order, with ticks between them.
"""

from datetime import datetime, timedelta
from random import Random
from typing import Any, Final

import pytest

from schemas.reading import MODELS
from schemas.values.instants import to_ms
from schemas.values.money import MINOR_MAX
from streams import roles
from tests.agents.reminders.fake_worker import KEY, NOW, Counter
from tests.schemas.samples import INPUTS

STORIES: Final = 50
"""For each parameter: enough to meet every kind of fact often, few enough for a check before each commit."""
OFTEN: Final = {
    "repayment.missed",
    "payment.booked",
    "payment.returned",
    "instalment.scheduled",
    "profile.updated",
}
FACTS: Final = [(topic, body) for topic, body in INPUTS if topic in MODELS]
WEIGHTS: Final = [8 if body["type"] in OFTEN else 1 for _, body in FACTS]
EARLY, LATE = "1970-01-01T00:00:00+14:00", "2199-12-31T23:59:59-12:00"
INSTANTS: Final = ("2026-03-02T00:00:00+08:00", "2026-03-03T00:00:00Z", EARLY, LATE)
PART: Final = {"loan_id": "L", "instalment_id": "1", "amount_minor": 1}
AWKWARD: Final[dict[str, tuple[Any, ...]]] = {
    "amount_due_minor": (10_000, MINOR_MAX),
    "outstanding_minor": (0, 1, 10_000, MINOR_MAX),
    "amount_minor": (1, 5_000, MINOR_MAX),
    "currency": ("CNY", "CNY", "CNY", "JPY", "KWD"),
    "kind": ("instalment", "statement", "dispute"),
    "due_date": ("2026-03-01", "2026-02-01", "2026-04-30", "1996-02-29", "2028-02-29"),
    "effective_due_date": (None, "2026-03-02", "2027-01-01"),
    "as_of": INSTANTS,
    "booked_at": INSTANTS,
    "until": (None, "9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+14:00", "2026-03-04T00:00:00Z"),
    "loan_id": ("L", "M", "card", "a/b", "\u200b", "𝕏"),
    "instalment_id": ("1", "2", "3", "x"),
    "payment_id": ("P", "Q"),
    "hold_id": ("H", "I"),
    "zone": ("Asia/Shanghai", "America/Los_Angeles", "Pacific/Kiritimati", "Etc/GMT+12", "Africa/Casablanca"),
    "language": ("zh-Hans", "en", "fr"),
    "phone": (None, "+8613800138000", "+12025550123"),
    "surname": ("王", "O'Neill", "{x}", "%s{0}", "ﷺ" * 60),
    "given_name": (None, "小明", "{amount}", "{"),
    "salutation": ("mr", "ms", "none"),
    "opt_outs": ((), ({"scope": "all"},), ({"scope": "channel", "value": "sms"},)),
    "source_version": (0, 1, 2**53 - 1),
    "status": ("accepted", "delivered", "failed"),
    "outcome": ("sold", "closed", "broken"),
    "allocations": (None, (), (PART,), (PART, PART)),
}
HOURS: Final = (1, 6, 24, 24 * 7, 24 * 40)


def awkward(chance: Random, body: dict[str, Any], reminders: list[str]) -> dict[str, Any]:
    """The body with some of its values, and some that it lacked, replaced."""
    changed = {**body, "event_id": f"e{chance.randint(1, 50)}"}
    for name in (*body, "until", "effective_due_date"):
        if name in AWKWARD and chance.random() < 0.5:
            changed[name] = chance.choice(AWKWARD[name])
    if changed["type"] == "reminder.receipt" and reminders:
        changed["reminder_id"] = chance.choice(reminders)
    return {name: value for name, value in changed.items() if value is not None}


def tick(counter: Counter, now: datetime) -> None:
    """As the engine does it: only what is due, and afterwards it is not."""
    if KEY in counter.app.table and counter.account.next_due_at <= to_ms(now):
        counter.tick(now)
        assert KEY not in counter.app.table or counter.account.next_due_at > to_ms(now)


def tell(seed: int, to: Counter | None = None) -> Counter:
    """One story of one account."""
    chance, counter, now = Random(seed), Counter() if to is None else to, NOW
    for _ in range(chance.randint(2, 25)):
        turn = chance.random()
        if turn < 0.35:
            now += timedelta(hours=chance.choice(HOURS))
            tick(counter, now)
        elif turn < 0.37:
            counter.chunk((roles.PROFILE_UPDATED, None), now=now)
        else:
            topic, body = chance.choices(FACTS, WEIGHTS)[0]
            sent = [b["reminder_id"] for b in counter.left(roles.REMINDERS).bodies if "reminder_id" in b]
            counter.chunk((topic, awkward(chance, body, sent)), now=now)
    return counter


@pytest.mark.parametrize("first", range(0, 400, STORIES))
def test_no_story_stops_the_desk(first: int) -> None:
    told = [tell(seed) for seed in range(first, first + STORIES)]
    left = sum(len(counter.left(roles.REMINDERS).sent) for counter in told)
    aside = sum(len(counter.left(roles.REMINDER_DEAD_LETTERS).sent) for counter in told)
    assert left > 0, "the stories lead to messages"
    assert aside > 0, "and to dead letters"
