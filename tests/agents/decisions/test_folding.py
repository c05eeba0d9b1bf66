"""What is settled and old goes as a whole: an instalment never comes back because its payment was forgotten first."""

from datetime import UTC, date, datetime, timedelta

from agents.reminders.decisions import core
from agents.reminders.decisions.calendar import to_ms
from agents.reminders.decisions.ledger import ledger
from agents.reminders.decisions.outcome import NOWHERE
from agents.reminders.policy_files import load_book
from schemas.accounts import Account
from schemas.facts import Allocation, Fact, PaymentBooked, RepaymentMissed

BOOK = load_book(None, None, "test")
START = datetime(2026, 1, 2, tzinfo=UTC)


def missed(instalment: str, day: int, amount_minor: int = 50_000) -> RepaymentMissed:
    as_of = START + timedelta(days=day)
    return RepaymentMissed(
        event_id=f"m-{instalment}",
        account_id="a",
        time=as_of,
        as_of=as_of,
        loan_id="l",
        instalment_id=instalment,
        due_date=date(2026, 1, 1) + timedelta(days=day),
        amount_due_minor=amount_minor,
        outstanding_minor=amount_minor,
        currency="CNY",
    )


def paid(payment: str, day: int, *, instalment: str | None = None, amount_minor: int = 50_000) -> PaymentBooked:
    booked_at = START + timedelta(days=day, hours=12)
    parts = (
        None if instalment is None else (Allocation(loan_id="l", instalment_id=instalment, amount_minor=amount_minor),)
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
        account = core.on_fact(account, fact, to_ms(fact.time), BOOK, NOWHERE).account
    assert account is not None
    return account


def test_a_paid_instalment_stays_paid_while_the_account_goes_on_paying() -> None:
    account = after(missed("1", 0), paid("1", 2, instalment="1"), *(paid(str(n), 20 * n) for n in range(2, 8)))
    assert ledger(account).total_minor == 0
    assert not account.items, "the instalment is settled and older than what is remembered"
    assert {p.payment_id for p in account.payments} == {"5", "6", "7"}, "45 days of payments are remembered"


def test_a_late_payment_keeps_what_it_paid() -> None:
    account = after(missed("1", 0), paid("1", 2, amount_minor=20_000), paid("2", 60, amount_minor=30_000))
    assert ledger(account).total_minor == 0
    assert [p.payment_id for p in account.payments] == ["1", "2"]


def test_an_old_payment_stays_with_the_debt_that_it_reduced() -> None:
    account = after(missed("1", 0), paid("1", 2, amount_minor=20_000), missed("2", 80))
    assert ledger(account).total_minor == 30_000 + 50_000


def test_an_unallocated_payment_does_not_move_to_the_next_debt_when_the_one_it_paid_is_folded() -> None:
    account = after(missed("1", 0), missed("2", 1), paid("1", 2), paid("3", 90, amount_minor=10_000))
    assert ledger(account).total_minor == 40_000
    assert ledger(account).oldest.item.instalment_id == "2"
