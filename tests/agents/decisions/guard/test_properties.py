"""What must hold of every message whatever is told, recounted from what left, receipts and contacts; and that nobody is
forgotten: a person who still owes ends in one of a closed list of states.
"""

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta
from random import Random
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from agents.decisions.account.case.holds import stands
from agents.decisions.policy.rulebook import Rulebook
from agents.policy.files.policy import load_rulebook
from schemas import cases
from schemas.facts import OptOut
from schemas.messages import Reminder
from schemas.stored.accounts import NEVER_MS
from tests.agents.decisions.story import (
    BOOK,
    Story,
    StorySaid,
    at,
    complained,
    contacted,
    decided,
    ended,
    hold,
    lifted,
    missed,
    paid,
    profile,
    promised,
    replied,
    returned,
    rulebook,
)
from tests.places import ROOT
from tests.places import at as at_policy

START = at("2026-03-02 00:00")
SHANGHAI = ZoneInfo("Asia/Shanghai")
ZONES = ("Asia/Shanghai", "Asia/Urumqi", "Asia/Tokyo", "Europe/Berlin", "Pacific/Auckland")
NUMBERS = ("1", "2", "3")
DAILY = rulebook(
    stages=[{"code": f"D{n:02}", "delay_days": n, "dpd_to": n + 3, "text": "friendly"} for n in range(1, 26)],
    sending={"minimum_gap_days": 1, "failures_to_hand_off": 10},
)
"""A ladder that would speak every day: only the pack's caps hold it back."""
PERSONAL = load_rulebook(at_policy(ROOT / "examples" / "policies" / "cn-personal.toml"), "test")
POLICIES = (DAILY, DAILY, BOOK, PERSONAL)


class ToldFacts(NamedTuple):
    """A fact, the hours since the one before it, and for a receipt how many messages lie between it and the last."""

    hours: int
    said: StorySaid
    about: int | None = None


RECEIPTS = ("accepted", "delivered", "failed", "expired", "recalled", "too_late", "unknown")


SILENCES: tuple[Callable[[], StorySaid], ...] = (
    lambda: hold("H", "dispute"),
    lambda: hold("K", "deceased"),
    lambda: lifted("H"),
    lambda: lifted("K"),
    lambda: replied("HELP"),
    lambda: replied("PAID"),
)


@st.composite
def tellings(draw: st.DrawFn) -> ToldFacts:
    hours, number = draw(st.sampled_from((1, 9, 24, 24, 50))), draw(st.sampled_from(NUMBERS))
    payment = draw(st.sampled_from("PQR"))
    match draw(st.integers(0, 9)):
        case 0 | 1 | 2 | 3:
            fields = {"status": draw(st.sampled_from(RECEIPTS))}
            return ToldFacts(hours, StorySaid(cases.ReminderReceipt, fields), draw(st.integers(0, 2)))
        case 4 | 5:
            channel = draw(st.sampled_from(("sms", "sms", "voice")))
            return ToldFacts(hours, contacted(START, draw(st.sampled_from("klm")), channel=channel))
        case 6:
            return ToldFacts(hours, profile(zone=draw(st.sampled_from(ZONES))))
        case 7:
            left = draw(st.sampled_from((0, 50, 90_00, 900_00)))
            return ToldFacts(hours, missed(number, f"2026-03-0{number}", left, amount=900_00))
        case 8:
            to = draw(st.sampled_from((None, {number: 30_00})))
            amount = draw(st.sampled_from((30_00, 9_000_00)))
            return ToldFacts(hours, draw(st.sampled_from((paid(amount, payment, to), returned(payment)))))
        case _:
            return ToldFacts(hours, draw(st.sampled_from(SILENCES))())


class HeardWords:
    """What an onlooker counts, without the core: debts, holds, and every contact with its day and channel."""

    def __init__(self) -> None:
        self.zone = "Asia/Shanghai"
        self.holds: set[str] = set()
        self.lifted: set[str] = set()
        self.contacts: dict[str, tuple[datetime, str]] = {}
        self.receipts: dict[str, set[str]] = {}

    def hear(self, said: StorySaid) -> None:
        fields = said.fields
        if said.model is cases.HoldPlaced:
            self.holds.add(fields["hold_id"])
        elif said.model is cases.HoldLifted:
            self.lifted.add(fields["hold_id"])
        elif said.model is cases.ContactMade:
            self.contacts[fields["contact_id"]] = fields["made_at"], fields["channel"]
        elif said.model is cases.ReminderReceipt:
            self.receipts.setdefault(fields["reminder_id"], set()).add(fields["status"])
        self.zone = fields.get("zone", self.zone)

    def is_given_back(self, reminder_id: str) -> bool:
        """The recall was confirmed, or it ended before the network had it."""
        told = self.receipts.get(reminder_id, set())
        if "delivered" in told:
            return False
        if "failed" in told:
            return "accepted" not in told
        return "recalled" in told or ("expired" in told and "accepted" not in told)

    def sms_days(self, sent: list[tuple[Reminder, date]]) -> list[date]:
        """The day of every SMS that counts: ours on the borrower's day, those of others on the lender's."""
        ours = [day for reminder, day in sent if not self.is_given_back(reminder.reminder_id)]
        others = [made.astimezone(SHANGHAI).date() for made, channel in self.contacts.values() if channel == "sms"]
        return ours + others


CAPS: Final = ((1, 1), (3, 7))
"""Messages and days of CN-CAP-1 and CN-CAP-2."""


def check(reminder: Reminder, heard: HeardWords, sent: list[tuple[Reminder, date]], owed: int, gap_days: int) -> None:
    """Nothing about this message should have kept it back."""
    own = ZoneInfo(heard.zone)
    local = reminder.issued_at.astimezone(own)
    assert 9 * 60 <= local.hour * 60 + local.minute < 20 * 60, "outside the hours of the pack"
    assert reminder.expires_at.astimezone(own).date() == local.date()
    assert not heard.holds - heard.lifted, "under a hold"
    assert 100 < reminder.amount_minor <= owed, "not what the ledger says"
    today = reminder.issued_at.astimezone(own).date()
    for limit, days in CAPS:
        first = today - timedelta(days=days - 1)
        assert sum(day >= first for day in heard.sms_days(sent)) < limit, "above a cap"
    before = [earlier.issued_at for earlier, _ in sent] + [made for made, _ in heard.contacts.values()]
    assert all((today - instant.astimezone(own).date()).days >= gap_days for instant in before), "too soon"


def check_ladder(reminders: list[Reminder], policy: Rulebook) -> None:
    """Stages of a cycle in the order of one ladder; a stage comes again only after a return or an expiry."""
    orders = [[stage.code for stage in ladder.overdue] for ladder in policy.ladders.values()]
    for cycle_id in {reminder.cycle_id for reminder in reminders}:
        climbed = [reminder.stage for reminder in reminders if reminder.cycle_id == cycle_id]
        attempts = [(reminder.stage, reminder.attempt) for reminder in reminders if reminder.cycle_id == cycle_id]
        assert len(set(attempts)) == len(attempts)
        assert any(set(climbed) <= set(order) and sorted(climbed, key=order.index) == climbed for order in orders)


@settings(max_examples=90, deadline=None, derandomize=True)
@given(st.sampled_from(POLICIES), st.sampled_from(ZONES), st.lists(tellings(), min_size=6, max_size=22))
def test_nothing_leaves_that_the_pack_or_the_ledger_forbids(policy: Rulebook, zone: str, told: list[ToldFacts]) -> None:
    story, heard, time = Story(policy), HeardWords(), START
    sent: list[tuple[Reminder, date]] = []
    opening = [ToldFacts(0, profile(zone=zone)), ToldFacts(0, missed("1", "2026-03-01", 900_00))]
    for one in [*opening, *told, ToldFacts(24 * 20, lifted("Z"))]:
        time += timedelta(hours=one.hours)
        said = _at(one, time, sent)
        if said is None:
            continue
        known = len(story.reminders)
        owed = 0 if story.account is None else story.overdue()
        story.tick_until(f"{time - timedelta(hours=1):%Y-%m-%d %H:%M}")
        for reminder in story.reminders[known:]:
            check(reminder, heard, sent, owed, policy.policy.sending.minimum_gap_days)
            sent.append((reminder, reminder.issued_at.astimezone(ZoneInfo(heard.zone)).date()))
        story.stopped().on(f"{time:%Y-%m-%d %H:%M}", said)
        assert len(story.reminders) == len(sent), "a fact made a reminder leave"
        heard.hear(said)
    check_ladder(story.reminders, policy)
    check_after_cure(story)


def _at(one: ToldFacts, time: datetime, sent: list[tuple[Reminder, date]]) -> StorySaid | None:
    """The fact with the time at which it is told; None for a receipt of nothing."""
    if one.said.model is cases.ContactMade:
        return StorySaid(one.said.model, {**one.said.fields, "made_at": time})
    if one.about is None:
        return one.said
    if not sent:
        return None
    reminder = sent[-1 - one.about % len(sent)][0]
    return StorySaid(one.said.model, {**one.said.fields, "reminder_id": reminder.reminder_id, "at": time})


def check_after_cure(story: Story) -> None:
    """Between the end of a cycle and its reopening nothing is said of it."""
    closed: set[str] = set()
    for message in story.messages:
        if message.type == "cycle.closed":
            closed.add(message.cycle_id)
        elif message.type == "cycle.opened":
            closed.discard(message.cycle_id)
        elif isinstance(message, Reminder):
            assert message.cycle_id not in closed, "after the cure"


# Nobody is forgotten


def _handed_off(story: Story) -> bool:
    account = story.account
    return account is not None and account.cycle is not None and account.cycle.handed_off_ms is not None


def _held(kind: str, but_not: str = "") -> Callable[[Story], bool]:
    def held(story: Story) -> bool:
        assert story.account is not None
        kinds = {hold.kind for hold in story.account.holds if stands(hold) and hold.until_ms is None}
        return not _handed_off(story) and story.account.ended is None and kind in kinds and but_not not in kinds

    return held


def _after_every_stage(story: Story) -> bool:
    account = story.account
    return _handed_off(story) and account is not None and account.sent != () and account.sent[-1].stage == "LAST"


def _because(*reasons: str) -> Callable[[Story], bool]:
    def because(story: Story) -> bool:
        account = story.account
        return (
            _handed_off(story)
            and account is not None
            and account.cycle is not None
            and account.cycle.handed_off_for in reasons
        )

    return because


FINAL: Final[dict[str, Callable[[Story], bool]]] = {
    "handed off after its last stage": lambda s: _after_every_stage(s) and _because("DAYS_PAST_DUE")(s),
    "handed off by its days": lambda s: not _after_every_stage(s) and _because("DAYS_PAST_DUE")(s),
    "handed off, blocked for too long": _because("BLOCKED_TOO_LONG"),
    "handed off, the number does not work": _because("NUMBER_FAILED"),
    "handed off with a question": _because("REPLY_RECEIVED"),
    "handed off, opted out": _because("OPTED_OUT"),
    "handed off, a second currency": _because("SECOND_CURRENCY"),
    "held: deceased, nobody phones": _held("deceased"),
    "held: bankrupt, nobody phones": _held("bankruptcy", "deceased"),
    "sold or closed": lambda s: s.account is not None and s.account.ended is not None,
}
"""Every state in which somebody who owes more than the tolerance may stay, and how it is known."""


def somebody(random: Random) -> Story:
    """A debt, and what befalls it at random hours of its first forty days; then a year goes by."""
    story, time = Story(random.choice((BOOK, PERSONAL))), START
    story.on("2026-03-02 00:00", profile(risk_segment=random.choice((None, "R5"))), missed("1", "2026-03-01", 900_00))
    happenings: tuple[Callable[[], StorySaid], ...] = (
        lambda: paid(random.choice((30_00, 890_00)), f"P{random.random()}"),
        lambda: hold(random.choice("HK"), random.choice(("dispute", "hardship", "deceased", "bankruptcy"))),
        lambda: hold("T", "dispute", until=time + timedelta(days=random.randrange(90))),
        lambda: lifted(random.choice("HK")),
        lambda: profile(phone=random.choice((None, "+8613800138000", "+8613900139000"))),
        lambda: profile(language=random.choice(("zh-Hans", "en", "fr"))),
        lambda: profile(opt_outs=(OptOut(scope="all"),)),
        lambda: profile(role="third_related"),
        lambda: promised(random.choice((100_00, 900_00)), f"{time + timedelta(days=5):%Y-%m-%d}"),
        lambda: replied(random.choice(("STOP", "PAID", "HELP")), f"r{random.random()}"),
        lambda: complained(random.choice("cd")),
        lambda: decided("silent_until", time + timedelta(days=random.randrange(1, 40))),
        lambda: contacted(time, f"k{random.random()}", conversation=random.random() < 0.5),
        lambda: missed("2", "2026-03-05", 50_00, currency=random.choice(("CNY", "CNY", "CNY", "USD"))),
        lambda: _told_of_last(story, time, random.choice(("failed", "expired", "delivered"))),
        lambda: ended() if random.random() < 0.3 else lifted("Z"),
    )
    for _ in range(random.randrange(6)):
        time += timedelta(hours=random.randrange(1, 200))
        story.on(f"{time:%Y-%m-%d %H:%M}", random.choice(happenings)())
    return story.tick_until("2027-04-01 00:00")


def _told_of_last(story: Story, time: datetime, status: str) -> StorySaid:
    if not story.reminders:
        return lifted("Z")
    fields = {"reminder_id": story.reminders[-1].reminder_id, "status": status, "at": time}
    return StorySaid(cases.ReminderReceipt, fields)


def test_nobody_who_owes_is_forgotten() -> None:
    random = Random(20261128)
    found: Counter[str] = Counter()
    for _ in range(400):
        story = somebody(random)
        if story.account is None or not story.overdue():
            continue
        states = [name for name, holds in FINAL.items() if holds(story)]
        assert len(states) == 1, (states, story.reasons(), story.account)
        assert story.account.next_due_at == NEVER_MS, "something is still awaited"
        found[states[0]] += 1
    assert set(found) == set(FINAL), sorted(found.items())
