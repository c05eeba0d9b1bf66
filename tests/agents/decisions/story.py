"""Stories about one account: what was said on which day, what left, and why nothing did.

Facts and ticks are driven as the agent does it: a fact carries the next grid instant, a tick happens only at a grid
instant at which something is due. After each step the account goes through its stored bytes and back.
"""

from datetime import date, datetime
from itertools import count
from typing import Any, NamedTuple, Self
from zoneinfo import ZoneInfo

from agents.decisions.account.owed.ledger import Line, ledger
from agents.decisions.inputs import ProfileErased
from agents.decisions.policy.rulebook import Jurisdiction, Rulebook, compile_rulebook
from agents.decisions.recorder import Verdict
from agents.policy.files.policy import load_rulebook
from schemas import cases, facts
from schemas.decisions import Decision
from schemas.messages import (
    AnyMessage,
    CaseHandedOff,
    CaseWithdrawn,
    CycleClosed,
    CycleOpened,
    NoticeIssued,
    Reminder,
    ReminderCancelled,
)
from schemas.stored.accounts import NEVER_MS, Account, decode, encode
from schemas.values.instants import HOUR_MS, to_ms
from tests.agents.decisions import door
from tests.places import PLACES, ROOT
from tests.places import at as at_policy

BOOK = load_rulebook(PLACES, "test")
ACCOUNT = "A-1"


class StorySaid(NamedTuple):
    """A fact that still lacks its envelope: the story knows the day."""

    model: type[facts.Fact]
    fields: dict[str, Any]


OPEN = load_rulebook(at_policy(ROOT / "examples" / "policies" / "home-credit.toml"), "test").law
"""A pack of no hours and no caps: for stories of the policy alone."""


def rulebook(law: Jurisdiction = BOOK.law, **changes: Any) -> Rulebook:
    """The shipped policy with other values, under its own pack or another one."""
    raw = {**BOOK.policy.model_dump(), **changes}
    policy = type(BOOK.policy).model_validate(raw)
    return compile_rulebook(policy, law, BOOK.texts, BOOK.approved_texts, {}, BOOK.time_data, "test")


def at(text: str, zone: str = "Asia/Shanghai") -> datetime:
    """A wall-clock time such as ``2026-03-02 09:00``."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


def day(text: str) -> date:
    return date.fromisoformat(text)


def missed(instalment: str, due: str, left: int, amount: int | None = None, **more: Any) -> StorySaid:
    fields = {
        "loan_id": "L",
        "instalment_id": instalment,
        "due_date": day(due),
        "outstanding_minor": left,
        "amount_due_minor": amount or max(left, 1),
        "currency": "CNY",
        **more,
    }
    return StorySaid(facts.RepaymentMissed, fields)


def statement(number: str, due: str, left: int, **more: Any) -> StorySaid:
    return missed(number, due, left, kind="statement", loan_id="card", **more)


def scheduled(instalment: str, due: str, amount: int, **more: Any) -> StorySaid:
    fields = {
        "loan_id": "L",
        "instalment_id": instalment,
        "due_date": day(due),
        "amount_due_minor": amount,
        "currency": "CNY",
        **more,
    }
    return StorySaid(facts.InstalmentScheduled, fields)


def withdrawn(instalment: str) -> StorySaid:
    return StorySaid(facts.InstalmentWithdrawn, {"loan_id": "L", "instalment_id": instalment})


def paid(amount: int, payment: str = "P", to: dict[str, int] | None = None, **more: Any) -> StorySaid:
    parts = None
    if to is not None:
        parts = tuple(facts.Allocation(loan_id="L", instalment_id=i, amount_minor=part) for i, part in to.items())
    fields = {"payment_id": payment, "amount_minor": amount, "currency": "CNY", "allocations": parts, **more}
    return StorySaid(facts.PaymentBooked, fields)


def returned(payment: str = "P", **more: Any) -> StorySaid:
    return StorySaid(facts.PaymentReturned, {"payment_id": payment, **more})


def profile(**more: Any) -> StorySaid:
    fields = {
        "surname": "王",
        "salutation": "ms",
        "phone": "+8613800138000",
        "language": "zh-Hans",
        "zone": "Asia/Shanghai",
        **more,
    }
    return StorySaid(facts.ProfileUpdated, fields)


def hold(hold_id: str = "H", kind: str = "dispute", **more: Any) -> StorySaid:
    return StorySaid(cases.HoldPlaced, {"hold_id": hold_id, "kind": kind, **more})


def lifted(hold_id: str = "H", **more: Any) -> StorySaid:
    return StorySaid(cases.HoldLifted, {"hold_id": hold_id, **more})


def ended(outcome: str = "sold", **more: Any) -> StorySaid:
    return StorySaid(cases.AccountEnded, {"outcome": outcome, **more})


def promised(amount: int, pay_by: str, promise: str = "p", **more: Any) -> StorySaid:
    fields = {"promise_id": promise, "amount_minor": amount, "currency": "CNY", "pay_by": day(pay_by), **more}
    return StorySaid(cases.PromiseMade, fields)


def agreed(parts: dict[str, int], plan: str = "plan", **more: Any) -> StorySaid:
    planned = tuple(cases.PlanPart(due_date=day(due), amount_minor=amount) for due, amount in parts.items())
    return StorySaid(cases.PlanAgreed, {"plan_id": plan, "currency": "CNY", "parts": planned, **more})


def plan_ended(outcome: str, plan: str = "plan", **more: Any) -> StorySaid:
    return StorySaid(cases.PlanEnded, {"plan_id": plan, "outcome": outcome, **more})


def complained(complaint: str = "c", **more: Any) -> StorySaid:
    return StorySaid(cases.ComplaintReceived, {"complaint_id": complaint, "kind": "tone", **more})


def contacted(made_at: datetime, contact: str = "k", *, conversation: bool = False, **more: Any) -> StorySaid:
    fields = {"contact_id": contact, "channel": "voice", "conversation": conversation, "made_at": made_at, **more}
    return StorySaid(cases.ContactMade, fields)


def replied(keyword: str, reply: str = "r", **more: Any) -> StorySaid:
    return StorySaid(cases.ReplyReceived, {"reply_id": reply, "keyword": keyword, **more})


def consented(given_at: datetime, consent: str = "c1", **more: Any) -> StorySaid:
    fields = {"consent_id": consent, "scope": "all", "given_at": given_at, "evidence_id": "e-1", "wording_id": "W1"}
    return StorySaid(cases.ConsentGiven, {**fields, **more})


def number_told(accounts: int, turn: int = 0, judged: str = "2026-03-02 01:00", **more: Any) -> StorySaid:
    """What `tactful numbers` says of the number of the profile that was told at a time."""
    time = at(judged)
    fields = {"accounts": accounts, "turn": turn, "profile": cases.JudgedProfile(as_of=time, time=time), **more}
    return StorySaid(cases.NumberTold, {"source": "numbers", **fields})


def reopened(**more: Any) -> StorySaid:
    return StorySaid(cases.AccountReopened, more)


def decided(decision: str, until: datetime | None = None, **more: Any) -> StorySaid:
    fields = {"decision": decision, "until": until, "decided_by": "u-7", "reason": "asked for it", **more}
    return StorySaid(cases.StaffDecision, fields)


def imported(stages: dict[str, str], instalment: str = "1", **more: Any) -> StorySaid:
    sent = tuple(cases.ImportedStage(stage=stage, sent_at=at(when)) for stage, when in stages.items())
    return StorySaid(cases.CaseImported, {"loan_id": "L", "instalment_id": instalment, "stages": sent, **more})


class Story:
    """One account, told forward in time."""

    def __init__(self, policy: Rulebook = BOOK, *, zone: str = "Asia/Shanghai", step_ms: int = HOUR_MS) -> None:
        self.rulebook, self.zone, self.step_ms = policy, zone, step_ms
        self.account: Account | None = None
        self.messages: list[AnyMessage] = []
        self.decisions: list[Decision] = []
        self._told = self._explained = 0
        self._ids = count(1)
        self._outage = False

    def on(self, when: str, *said: StorySaid) -> Self:
        """These facts are told at that time; everything due before has happened."""
        time = at(when, self.zone)
        now_ms = -(-to_ms(time) // self.step_ms) * self.step_ms
        if not self._outage:
            self._tick(now_ms - 1)
        for fact in said:
            self._take(door.told(self.account, self.envelope(fact, time), now_ms, self.rulebook))
        return self

    def envelope(self, said: StorySaid, time: datetime) -> facts.Fact:
        fields: dict[str, Any] = {"event_id": f"e{next(self._ids):04}", "account_id": ACCOUNT, "time": time}
        for name in ("as_of", "booked_at"):
            if name in said.model.model_fields:
                fields[name] = time
        return said.model(**{**fields, **said.fields})

    def erased(self, when: str) -> Self:
        """The recipient's record is deleted."""
        now_ms = to_ms(at(when, self.zone))
        self._tick(now_ms - 1)
        assert self.account is not None
        self._take(door.happened(self.account, ACCOUNT, ProfileErased(), now_ms, self.rulebook))
        return self

    def tick_until(self, when: str) -> Self:
        """Time passes, up to and including that instant."""
        self._outage = False
        self._tick(to_ms(at(when, self.zone)))
        return self

    def outage_until(self, when: str) -> Self:
        """No tick happens until that instant; then one does, if anything is due."""
        now_ms = to_ms(at(when, self.zone))
        if self.account is not None and self.account.next_due_at <= now_ms:
            self._tick_at(now_ms)
        return self

    def stopped(self) -> Self:
        """From here on nobody ticks."""
        self._outage = True
        return self

    def _tick(self, until_ms: int) -> None:
        while self.account is not None:
            now_ms = -(-self.account.next_due_at // self.step_ms) * self.step_ms
            if now_ms > until_ms or self.account.next_due_at == NEVER_MS:
                return
            self._tick_at(now_ms)

    def _tick_at(self, now_ms: int) -> None:
        assert self.account is not None
        self._take(door.ticked(self.account, now_ms, self.rulebook))
        assert self.account is None or self.account.next_due_at > now_ms, "a tick must move the due time on"

    def _take(self, verdict: Verdict) -> None:
        self.account = verdict.account
        if self.account is not None:
            assert decode(encode(self.account)) == self.account
        self.messages += verdict.messages
        self.decisions += verdict.decisions

    @property
    def reminders(self) -> list[Reminder]:
        return [message for message in self.messages if isinstance(message, Reminder)]

    def expect(self, *lines: str) -> Self:
        """Exactly these messages left since the last time of asking."""
        told = [self._line(message) for message in self.messages[self._told :]]
        self._told = len(self.messages)
        assert told == list(lines), "\n".join(["what happened:", *told])
        return self

    def silent(self) -> Self:
        """Nothing left."""
        return self.expect()

    def why(self, *lines: str) -> Self:
        """Exactly these decisions were recorded since the last time of asking."""
        told = [self._reason(decision) for decision in self.decisions[self._explained :] if decision.code != "PLANNED"]
        self._explained = len(self.decisions)
        assert told == list(lines), "\n".join(["what happened:", *told])
        return self

    def reasons(self) -> list[str]:
        """Every decision so far but those that only plan."""
        return [self._reason(decision) for decision in self.decisions if decision.code != "PLANNED"]

    def plans(self) -> list[str]:
        """What came next after each decision that told it."""
        return [f"{self._clock(d.now)} {d.code}: {self._plan(d)}" for d in self.decisions if d.next]

    def _plan(self, decision: Decision) -> str:
        return ", ".join(f"{n.stage} {'-' if n.at is None else self._clock(n.at)} {n.code}" for n in decision.next)

    def overdue(self) -> int:
        """What the account owes by all that is known."""
        assert self.account is not None
        return ledger(self.account, self.zone).total_minor

    def lines(self) -> tuple[Line, ...]:
        """The lines of which it consists, oldest first."""
        assert self.account is not None
        return ledger(self.account, self.zone).lines

    def _clock(self, instant: datetime) -> str:
        return f"{instant.astimezone(ZoneInfo(self.zone)):%m-%d %H:%M}"

    def _reason(self, decision: Decision) -> str:
        return f"{self._clock(decision.now)} {decision.outcome} {decision.code} {decision.stage or '-'}"

    def _line(self, message: AnyMessage) -> str:
        if isinstance(message, NoticeIssued):
            return f"{self._clock(message.issued_at)} {message.stage} {message.text}"
        if isinstance(message, Reminder):
            kind = message.type.removeprefix("reminder.")
            return f"{self._clock(message.issued_at)} {kind} {message.stage} {message.amount_minor}"
        return self._other_line(message)

    def _other_line(
        self, message: ReminderCancelled | CaseHandedOff | CaseWithdrawn | CycleOpened | CycleClosed
    ) -> str:
        match message:
            case ReminderCancelled():
                return f"{self._clock(message.cancelled_at)} cancelled {message.stage} {message.reason}"
            case CaseHandedOff():
                return f"{self._clock(message.handed_off_at)} handed-off {message.reason} {message.total_overdue_minor}"
            case CaseWithdrawn():
                return f"{self._clock(message.withdrawn_at)} withdrawn {message.reason}"
            case CycleOpened():
                verb = "reopened" if message.reopened else "opened"
                return f"{self._clock(message.opened_at)} {verb} {message.cycle_id}"
            case CycleClosed():
                return f"{self._clock(message.closed_at)} closed {message.cycle_id} {message.reason}"
