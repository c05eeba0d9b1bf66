"""Facts with realistic bodies for the benchmarks: a profile, a miss that is due at once, and the payment that cures it.

Account `i` is the same in every run; times are near now, as the system clock judges them.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from pydantic_core import to_json

from schemas.cases import CaseImported, ImportedStage
from schemas.facts import Allocation, InstalmentScheduled, PaymentBooked, ProfileUpdated, RepaymentMissed

_AMOUNT_MINOR = 123_450
_DAYS_PAST_DUE = 2
_SURNAMES = "王李张刘陈杨黄赵"


class Body(NamedTuple):
    """One record to be: its key and its value."""

    key: bytes
    value: bytes


def account_id(number: int) -> str:
    """All ids have one length, so that a template can stand for any of them."""
    return f"ACC{number:09d}"


def _loan(number: int) -> str:
    return f"LOAN-{number:09d}"


def profile(number: int) -> Body:
    """Who is written to."""
    now = datetime.now(UTC)
    account = account_id(number)
    fact = ProfileUpdated(
        event_id=f"evt-profile-{number:09d}",
        account_id=account,
        time=now,
        source="crm",
        source_version=1,
        surname=_SURNAMES[number % len(_SURNAMES)],
        given_name="小明",
        salutation="mr" if number % 2 else "ms",
        phone=f"+861380013{number % 10_000:04d}",
        language="zh-Hans",
        zone="Asia/Shanghai",
        consents=("sms",),
        risk_segment="standard",
        as_of=now,
    )
    return Body(account.encode(), to_json(fact))


def profiles(count: int) -> Iterator[Body]:
    """One of each account."""
    return map(profile, range(count))


def scheduled(number: int) -> Body:
    """The instalment that falls due in ten days."""
    now = datetime.now(UTC)
    due = (now + timedelta(days=10)).date()
    account = account_id(number)
    fact = InstalmentScheduled(
        event_id=f"evt-scheduled-{number:09d}",
        account_id=account,
        time=now,
        source_version=1,
        loan_id=_loan(number),
        instalment_id=f"{due:%Y-%m}",
        due_date=due,
        amount_due_minor=_AMOUNT_MINOR,
        currency="CNY",
        as_of=now,
    )
    return Body(account.encode(), to_json(fact))


def miss(number: int, days_past_due: int = _DAYS_PAST_DUE) -> Body:
    """One instalment; two days past due its friendly reminder is due at once."""
    now = datetime.now(UTC)
    due = (now - timedelta(days=days_past_due)).date()
    account = account_id(number)
    fact = RepaymentMissed(
        event_id=f"evt-missed-{number:09d}",
        account_id=account,
        time=now,
        source_version=1,
        loan_id=_loan(number),
        instalment_id=f"{due:%Y-%m}",
        due_date=due,
        amount_due_minor=_AMOUNT_MINOR,
        outstanding_minor=_AMOUNT_MINOR,
        currency="CNY",
        as_of=now - timedelta(minutes=5),
    )
    return Body(account.encode(), to_json(fact))


def misses(count: int) -> Iterator[Body]:
    """One of each account."""
    return map(miss, range(count))


def imported(number: int, days_past_due: int, stage: str, sent_days_ago: int) -> Body:
    """What the system before had done about the miss of the same number: one stage, some days ago."""
    now = datetime.now(UTC)
    due = (now - timedelta(days=days_past_due)).date()
    account = account_id(number)
    fact = CaseImported(
        event_id=f"evt-imported-{number:09d}",
        account_id=account,
        time=now,
        source_version=1,
        loan_id=_loan(number),
        instalment_id=f"{due:%Y-%m}",
        stages=(ImportedStage(stage=stage, sent_at=now - timedelta(days=sent_days_ago)),),
    )
    return Body(account.encode(), to_json(fact))


def payment(number: int) -> Body:
    """The money for the miss of the same number, allocated by the bank."""
    now = datetime.now(UTC)
    due = (now - timedelta(days=_DAYS_PAST_DUE)).date()
    account = account_id(number)
    fact = PaymentBooked(
        event_id=f"evt-payment-{number:09d}",
        account_id=account,
        time=now,
        source_version=1,
        payment_id=f"PAY-{number:09d}",
        amount_minor=_AMOUNT_MINOR,
        currency="CNY",
        booked_at=now,
        value_date=now.date(),
        allocations=(Allocation(loan_id=_loan(number), instalment_id=f"{due:%Y-%m}", amount_minor=_AMOUNT_MINOR),),
    )
    return Body(account.encode(), to_json(fact))


def payments(count: int) -> Iterator[Body]:
    """What cures every miss."""
    return map(payment, range(count))
