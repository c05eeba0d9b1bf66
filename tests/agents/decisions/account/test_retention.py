"""What is settled and old goes as a whole: an instalment never comes back because its payment was forgotten first."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from agents.decisions.account.facts import apply, new_account
from agents.decisions.account.owed.ledger import ledger
from agents.decisions.account.retention import retain
from agents.policy.files.policy import load_rulebook
from schemas.facts import Allocation, Fact, PaymentBooked, PaymentReturned, RepaymentMissed
from schemas.stored.accounts import Account
from schemas.values.instants import to_ms
from tests.agents.decisions import door
from tests.places import PLACES

BOOK = load_rulebook(PLACES, "test")
ZONE = BOOK.policy.lender.zone
START = datetime(2026, 1, 2, tzinfo=UTC)


def missed(instalment: str, day: int, amount_minor: int = 50_000) -> RepaymentMissed:
    as_of = START + timedelta(days=day)
    return RepaymentMissed(
        event_id=f"m-{instalment}",
        account_id="a",
        time=as_of,
        as_of=as_of,
        loan_id="loan",
        instalment_id=instalment,
        due_date=date(2026, 1, 1) + timedelta(days=day),
        amount_due_minor=amount_minor,
        outstanding_minor=amount_minor,
        currency="CNY",
    )


def paid(payment: str, day: int, *, instalment: str | None = None, amount_minor: int = 50_000) -> PaymentBooked:
    booked_at = START + timedelta(days=day, hours=12)
    parts = (
        None
        if instalment is None
        else (Allocation(loan_id="loan", instalment_id=instalment, amount_minor=amount_minor),)
    )
    return PaymentBooked(
        event_id=f"p-{payment}",
        account_id="a",
        time=booked_at,
        booked_at=booked_at,
        payment_id=payment,
        amount_minor=amount_minor,
        currency="CNY",
        allocations=parts,
    )


def after(*said: Fact) -> Account:
    account: Account | None = None
    for fact in said:
        account = door.told(account, fact, to_ms(fact.time), BOOK).account
    assert account is not None
    return account


def test_a_paid_instalment_stays_paid_while_the_account_goes_on_paying() -> None:
    account = after(missed("1", 0), paid("1", 2, instalment="1"), *(paid(str(n), 20 * n) for n in range(2, 8)))
    assert ledger(account, ZONE).total_minor == 0
    assert not account.items, "the instalment is settled and older than what is remembered"
    assert {p.payment_id for p in account.payments} == {"5", "6", "7"}, "45 days of payments are remembered"


def test_a_late_payment_keeps_what_it_paid() -> None:
    account = after(missed("1", 0), paid("1", 2, amount_minor=20_000), paid("2", 60, amount_minor=30_000))
    assert ledger(account, ZONE).total_minor == 0
    assert [p.payment_id for p in account.payments] == ["2"], "the older one is in what was carried forward"


def test_an_old_payment_stays_with_the_debt_that_it_reduced() -> None:
    account = after(missed("1", 0), paid("1", 2, amount_minor=20_000), missed("2", 80))
    assert ledger(account, ZONE).total_minor == 30_000 + 50_000


def test_an_unallocated_payment_does_not_move_to_the_next_debt_when_the_one_it_paid_is_folded() -> None:
    account = after(missed("1", 0), missed("2", 1), paid("1", 2), paid("3", 90, amount_minor=10_000))
    assert ledger(account, ZONE).total_minor == 40_000
    assert ledger(account, ZONE).oldest.item.instalment_id == "2"


DAY = timedelta(days=1)
LATEST_DAYS = 40
"""How late a fact may be told: less than what is remembered."""


@st.composite
def lives(draw: st.DrawFn) -> list[Fact]:
    """Loans and a card over some months: snapshots again and again, money of every kind, some of it coming back."""
    said: list[Fact] = []
    for number in range(draw(st.integers(3, 14))):
        day = draw(st.integers(0, 200))
        told = START + timedelta(days=day + draw(st.integers(0, LATEST_DAYS)), minutes=number)
        instalment = str(draw(st.integers(1, 4)))
        kind = draw(st.sampled_from(["loan", "loan", "card", "money", "money", "named", "back"]))
        amount = draw(st.integers(1, 5)) * 10_000
        if kind in {"loan", "card"}:
            # A statement or instalment has one due date, whenever it is told of.
            due_day = 30 * int(instalment)
            # Of a card one statement is told of until the next one is there.
            longest = 29 if kind == "card" else 60
            as_of = START + timedelta(days=due_day + draw(st.integers(1, longest)))
            base = missed(instalment, 0)
            said.append(
                base.model_copy(
                    update={
                        "event_id": f"e{number}",
                        "time": max(told, as_of),
                        "as_of": as_of,
                        "loan_id": kind,
                        "kind": "statement" if kind == "card" else "instalment",
                        "due_date": (START + due_day * DAY).date(),
                        "outstanding_minor": draw(st.integers(0, 5)) * 10_000,
                    }
                )
            )
        else:
            name = instalment if kind == "named" else None
            booked = paid(f"p{number}", day, instalment=name, amount_minor=amount)
            said.append(booked.model_copy(update={"time": max(told, booked.booked_at), "event_id": f"e{number}"}))
            if kind == "back":
                back_at = booked.booked_at + draw(st.integers(1, 30)) * DAY
                said.append(
                    PaymentReturned(
                        event_id=f"r{number}",
                        account_id="a",
                        time=max(told, back_at),
                        booked_at=back_at,
                        payment_id=booked.payment_id,
                    )
                )
    latest = {fact.event_id: fact for fact in said if fact.time - _when(fact) <= LATEST_DAYS * DAY}
    return sorted(latest.values(), key=lambda fact: fact.time)


def _when(fact: Fact) -> datetime:
    return fact.as_of if isinstance(fact, RepaymentMissed) else fact.booked_at  # type: ignore[attr-defined]


def _owed(account: Account) -> list[tuple[str, int, date]]:
    return [(line.item.loan_id, line.overdue_minor, line.since) for line in ledger(account, ZONE).lines]


@settings(max_examples=300, deadline=None)
@given(lives())
def test_a_folded_account_answers_as_if_nothing_had_been_folded(said: list[Fact]) -> None:
    folded = whole = new_account("a")
    for fact in said:
        now_ms = to_ms(fact.time)
        folded, whole = retain(apply(folded, fact, now_ms).account, ZONE, now_ms), apply(whole, fact, now_ms).account
        assert _owed(folded) == _owed(whole)
    later_ms = to_ms(START + 400 * DAY)
    assert _owed(retain(folded, ZONE, later_ms)) == _owed(whole)
