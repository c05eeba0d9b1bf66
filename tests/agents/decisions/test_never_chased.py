"""Whatever is told, and when: no message leaves that a bystander would not let leave."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from schemas import cases, facts
from schemas.facts import OptOut
from schemas.messages import CaseHandedOff, CaseWithdrawn, CycleClosed, Reminder
from tests.agents.decisions.story import (
    BOOK,
    Story,
    StorySaid,
    agreed,
    at,
    complained,
    contacted,
    decided,
    hold,
    lifted,
    missed,
    number_told,
    paid,
    plan_ended,
    profile,
    promised,
    replied,
    returned,
    scheduled,
    statement,
)

START = at("2026-03-02 00:00")
LATER = "2027-01-01 00:00"
"""No profile is newer, so what is said of a number is said of the one that stands."""
AMOUNTS = st.sampled_from([0, 50, 100, 30_00, 70_00, 100_00])


def instant(days: int) -> datetime:
    return START + timedelta(days=days)


class Witness:
    """What a bystander knows of the account, kept without the core: enough to say when silence is due."""

    def __init__(self) -> None:
        self.holds: dict[str, datetime | None] = {}
        self.lifted: set[str] = set()
        self.profile: StorySaid | None = None
        self.owed: dict[tuple[str, str], int] = {}
        self.silent = False
        self.promised: dict[str, datetime] = {}
        self.settled: dict[str, datetime] = {}
        self.contacts: dict[str, datetime] = {}
        self.replies: dict[tuple[str, str], datetime | None] = {}
        self.shared = (START, 1, 0)
        """When it was told last, how many accounts carry the number, and which turn this one has."""

    def hear(self, said: StorySaid, now: datetime) -> None:
        fields = said.fields
        if said.model is cases.HoldPlaced:
            self.holds[fields["hold_id"]] = fields.get("until")
        elif said.model is cases.HoldLifted:
            self.lifted.add(fields["hold_id"])
        elif said.model is facts.ProfileUpdated:
            self.profile = said
        elif said.model is cases.AccountEnded:
            self.silent = True
        elif said.model is facts.RepaymentMissed:
            card = fields.get("kind") == "statement"
            self.owed[fields["loan_id"], "" if card else fields["instalment_id"]] = fields["amount_due_minor"]
        else:
            self.hear_of_case(said, now)

    def hear_of_case(self, said: StorySaid, now: datetime) -> None:
        """Promises and plans here are of more than anybody pays, so only their days end them."""
        fields = said.fields
        if said.model is cases.PromiseMade:
            until = midnight(fields["pay_by"], 2)
            if self.settled.get(fields["promise_id"]) != until:
                self.promised[fields["promise_id"]] = until
        elif said.model is cases.PlanAgreed:
            self.holds["plan"] = midnight(fields["parts"][0].due_date, 4)
        elif said.model is cases.PlanEnded:
            self.lifted.add("plan")
        elif said.model is cases.ComplaintReceived:
            self.holds[f"complaint/{fields['complaint_id']}"] = None
        elif said.model is cases.ReplyReceived:
            ends = {"STOP": None, "PAID": midnight(now.date(), 2), "HELP": now}
            # Told again it is the same reply: its days do not begin anew.
            first = self.replies.setdefault((fields["reply_id"], fields["keyword"]), ends[fields["keyword"]])
            self.holds[f"reply/{fields['reply_id']}"] = first
        elif said.model is cases.StaffDecision:
            self.holds["staff"] = fields["until"]
        elif said.model is cases.ContactMade:
            self.contacts[fields["contact_id"]] = min(fields["made_at"], now)
        elif said.model is cases.NumberTold:
            self.shared = max(self.shared, (now, fields["accounts"], fields["turn"]))

    def check(self, reminder: Reminder) -> None:
        now = reminder.issued_at
        assert not self.silent
        assert self.profile is not None
        assert self.profile.fields["phone"] == reminder.recipient.phone
        assert not self.profile.fields.get("opt_outs")
        held = [h for h, until in self.holds.items() if h not in self.lifted and (until is None or now < until)]
        assert not held
        assert all(now >= until for until in self.promised.values())
        local = now.astimezone(ZoneInfo(self.profile.fields["zone"]))
        contacts = [made_at.astimezone(local.tzinfo).date() for made_at in self.contacts.values()]
        assert all((local.date() - contact).days >= 3 for contact in contacts)
        _, sharers, turn = self.shared
        assert (now.astimezone(START.tzinfo).date() - date(2001, 1, 1)).days // 3 % sharers == turn % sharers
        assert 9 * 60 <= local.hour * 60 + local.minute < 20 * 60 - 10
        assert now < reminder.expires_at <= now + timedelta(minutes=15)
        if reminder.stage != "PRE_DUE":
            assert 100 < reminder.amount_minor <= sum(self.owed.values())
            assert reminder.days_past_due >= 1


def midnight(day: date, days: int) -> datetime:
    """In the lender's zone."""
    return datetime(day.year, day.month, day.day, tzinfo=START.tzinfo) + timedelta(days=days)


@st.composite
def said_in_time(draw: st.DrawFn) -> StorySaid:
    """A fact told when it happens, as the story stamps it."""
    number = draw(st.sampled_from(["1", "2", "3"]))
    due = f"2026-03-0{number}"
    kinds: tuple[Callable[[], StorySaid], ...] = (
        lambda: missed(number, due, draw(AMOUNTS), amount=100_00),
        lambda: statement(number, due, draw(AMOUNTS), amount=100_00),
        lambda: paid(draw(st.sampled_from([30_00, 100_00])), draw(st.sampled_from("PQR"))),
        lambda: returned(draw(st.sampled_from("PQR"))),
        lambda: hold(draw(st.sampled_from("HK")), until=draw(st.sampled_from([None, instant(9), instant(20)]))),
        lambda: lifted(draw(st.sampled_from("HK"))),
        lambda: profile(zone=draw(st.sampled_from(["Asia/Shanghai", "America/New_York", "Pacific/Auckland"]))),
        lambda: profile(phone=draw(st.sampled_from(["+8613800138000", "+8613900139000"]))),
        lambda: profile(opt_outs=draw(st.sampled_from([(), (OptOut(scope="all"),)]))),
        lambda: scheduled("9", "2026-03-25", 100_00),
        lambda: hold("D", "deceased"),
        lambda: lifted(draw(st.sampled_from(["D", "complaint/c", "reply/r"]))),
        lambda: promised(9_000_00, f"2026-03-{draw(st.integers(3, 25)):02}", draw(st.sampled_from("pq"))),
        lambda: agreed({f"2026-03-{draw(st.integers(3, 25)):02}": 9_000_00}),
        lambda: plan_ended("cancelled"),
        complained,
        lambda: replied(draw(st.sampled_from(["STOP", "PAID", "HELP"])), draw(st.sampled_from("rs"))),
        lambda: decided("silent_until", instant(draw(st.integers(1, 30)))),
        lambda: contacted(instant(draw(st.integers(0, 3))), draw(st.sampled_from("klm"))),
        lambda: number_told(draw(st.integers(1, 4)), draw(st.integers(0, 3)), LATER, changed_at=instant(0)),
    )
    kind: Callable[[], StorySaid] = draw(st.sampled_from(kinds))
    return kind()


def cycles_closed(story: Story) -> int:
    """Also of those that nobody had heard of."""
    past = () if story.account is None else story.account.past
    return sum(cycle.closed_ms or 0 for cycle in past)


def check_hand_offs(story: Story) -> None:
    """A case is with a person or it is not; while it is, nothing is sent."""
    handed = False
    for message in story.messages:
        if isinstance(message, CaseHandedOff | CaseWithdrawn):
            assert handed != isinstance(message, CaseHandedOff)
            handed = not handed
        assert not (handed and isinstance(message, Reminder)), "a reminder left beside a person"
        assert not (handed and isinstance(message, CycleClosed)), "a cycle was closed and its case was not withdrawn"


@settings(max_examples=120, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 60), st.booleans(), said_in_time()), min_size=4, max_size=25))
def test_no_message_leaves_that_should_not(told: list[tuple[int, bool, StorySaid]]) -> None:
    story, witness, time = Story(), Witness(), START
    heard = [(0, False, profile()), (0, False, missed("1", "2026-03-01", 100_00)), *told, (24 * 40, False, lifted("Z"))]
    for hours, outage, said in heard:
        time += timedelta(hours=hours)
        known = len(story.reminders)
        pass_time = story.outage_until if outage else story.tick_until
        pass_time(f"{time - timedelta(hours=1):%Y-%m-%d %H:%M}")
        for reminder in story.reminders[known:]:
            witness.check(reminder)
        ticked = len(story.reminders)
        closed = cycles_closed(story)
        story.stopped().on(f"{time:%Y-%m-%d %H:%M}", said)
        assert len(story.reminders) == ticked, "a fact made a reminder leave"
        witness.hear(said, time)
        if cycles_closed(story) > closed:
            # The debt of the promise is gone: told once more in the same words, it asks for nothing.
            witness.settled.update(witness.promised)
            witness.promised.clear()
    check_hand_offs(story)
    assert len({r.reminder_id for r in story.reminders}) == len(story.reminders)
    assert len({d.decision_id for d in story.decisions}) == len(story.decisions)
    days = [r.issued_at.astimezone(ZoneInfo("Asia/Shanghai")).date() for r in story.reminders]
    assert len(set(days)) == len(days), "more than one message a day"
    stages = [stage.code for stage in BOOK.ladders[None].overdue]
    for cycle_id in {r.cycle_id for r in story.reminders if r.stage != "PRE_DUE"}:
        climbed = [stages.index(r.stage) for r in story.reminders if r.cycle_id == cycle_id and r.stage != "PRE_DUE"]
        assert climbed == sorted(climbed), "the ladder went down"
