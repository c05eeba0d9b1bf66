"""A sample of Home Credit's `installments_payments` as facts: a real lender's due days and paid days.

    python -m examples.home_credit --clean --payment-hour 18 --output home-credit.jsonl.gz

Days count back from a date that the data does not give: day 0 is 2018-01-01 here, so the differences are real and
the dates are not. Currency is not given either: EUR. One loan is one account. Every instant is UTC. An obligation
(loan, version, number) that is not paid in full by the end of its due day is missed at midnight of due + 1, its
`as_of`. Payments are booked at one hour of their day: whether that is before or after the tick decides what the
people hear who pay on the very day of a reminder.
"""

import csv
import gzip
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from itertools import groupby
from pathlib import Path
from typing import Final, NamedTuple

from examples.fact_lines import Fact, arguments, data_folder, report, write_lines

FILE: Final = "home_credit/installments_payments.csv.gz"
CURRENCY: Final = "EUR"
DAY_ZERO: Final = date(2018, 1, 1)


class Row(NamedTuple):
    """One payment of one obligation."""

    loan: int
    version: int
    number: int
    due: date
    paid: date
    amount_due_minor: int
    paid_minor: int

    @property
    def obligation(self) -> tuple[int, int, int]:
        """What is owed once, in however many payments."""
        return (self.loan, self.version, self.number)


def read_rows(folder: Path | None = None) -> list[Row]:
    """Every row of the file, those of one obligation together and by day."""
    with gzip.open((folder or data_folder()) / FILE, "rt", encoding="utf-8-sig") as lines:
        return sorted(_row(row) for row in csv.DictReader(lines))


def _row(row: dict[str, str]) -> Row:
    return Row(
        loan=int(row["SK_ID_PREV"]),
        version=int(Decimal(row["NUM_INSTALMENT_VERSION"])),
        number=int(row["NUM_INSTALMENT_NUMBER"]),
        due=DAY_ZERO + timedelta(days=int(Decimal(row["DAYS_INSTALMENT"]))),
        paid=DAY_ZERO + timedelta(days=int(Decimal(row["DAYS_ENTRY_PAYMENT"]))),
        amount_due_minor=_minor(row["AMT_INSTALMENT"]),
        paid_minor=_minor(row["AMT_PAYMENT"]),
    )


def _minor(amount: str) -> int:
    # Three decimals stand in the file, so some payments are not whole cents.
    return int((Decimal(amount) * 100).quantize(Decimal(1), ROUND_HALF_EVEN))


def clean(rows: list[Row]) -> list[Row]:
    """The rows that say everything of their obligation: it occurs once and is paid in full or more."""
    groups = (list(group) for _, group in groupby(rows, key=lambda row: row.obligation))
    return [group[0] for group in groups if len(group) == 1 and group[0].paid_minor >= group[0].amount_due_minor]


def facts(rows: list[Row], payment_hour: int) -> list[Fact]:
    """All facts in the order of their time; the profiles of invented people come first."""
    first_day = min(min(row.due - timedelta(days=30), row.paid) for row in rows)
    said = [_profile(loan, index, first_day) for index, loan in enumerate(sorted({row.loan for row in rows}), 1)]
    for _, group in groupby(rows, key=lambda row: row.obligation):
        said.extend(_of_obligation(list(group), payment_hour))
    return sorted(said, key=lambda fact: (str(fact["time"]), str(fact["event_id"])))


def _of_obligation(rows: list[Row], payment_hour: int) -> Iterator[Fact]:
    first = rows[0]
    if first.amount_due_minor > 0:
        yield _scheduled(first)
    outstanding_minor = first.amount_due_minor - sum(row.paid_minor for row in rows if row.paid <= row.due)
    # Without a late payment the rest of an underpaid obligation is not in the sample: nobody knows that it was late.
    if outstanding_minor > 0 and any(row.paid > row.due for row in rows):
        yield _missed(first, outstanding_minor)
    paying = (row for row in rows if row.paid_minor > 0)
    for index, row in enumerate(paying, 1):
        yield _payment(row, index, payment_hour)


def _ids(row: Row) -> tuple[str, str, str]:
    return f"hc-{row.loan}", str(row.loan), f"{row.version}-{row.number}"


def _scheduled(row: Row) -> Fact:
    """Told a month ahead: money that is allocated to an instalment nobody was told of is money in doubt."""
    account_id, loan_id, instalment_id = _ids(row)
    as_of = _instant(row.due - timedelta(days=30), 0)
    return {
        "type": "instalment.scheduled",
        "event_id": f"{loan_id}-{instalment_id}-scheduled",
        "account_id": account_id,
        "time": as_of,
        "source": "home-credit",
        "loan_id": loan_id,
        "instalment_id": instalment_id,
        "due_date": row.due.isoformat(),
        "amount_due_minor": row.amount_due_minor,
        "currency": CURRENCY,
        "as_of": as_of,
    }


def _missed(row: Row, outstanding_minor: int) -> Fact:
    account_id, loan_id, instalment_id = _ids(row)
    as_of = _instant(row.due + timedelta(days=1), 0)
    return {
        "type": "repayment.missed",
        "event_id": f"{loan_id}-{instalment_id}-missed",
        "account_id": account_id,
        "time": as_of,
        "source": "home-credit",
        "loan_id": loan_id,
        "instalment_id": instalment_id,
        # Version 0 is a credit card, but each row of it is an obligation with a day of its own all the same.
        "kind": "instalment",
        "due_date": row.due.isoformat(),
        "amount_due_minor": row.amount_due_minor,
        "outstanding_minor": outstanding_minor,
        "currency": CURRENCY,
        "as_of": as_of,
    }


def _payment(row: Row, index: int, payment_hour: int) -> Fact:
    account_id, loan_id, instalment_id = _ids(row)
    booked_at = _instant(row.paid, payment_hour)
    suffix = "" if index == 1 else f"-{index}"
    return {
        "type": "payment.booked",
        "event_id": f"{loan_id}-{instalment_id}-paid{suffix}",
        "account_id": account_id,
        "time": booked_at,
        "source": "home-credit",
        "payment_id": f"{loan_id}-{instalment_id}{suffix}",
        "amount_minor": row.paid_minor,
        "currency": CURRENCY,
        "booked_at": booked_at,
        "allocations": [{"loan_id": loan_id, "instalment_id": instalment_id, "amount_minor": row.paid_minor}],
    }


def _profile(loan: int, index: int, day: date) -> Fact:
    said_at = _instant(day, 0)
    return {
        "type": "profile.updated",
        "event_id": f"{loan}-profile",
        "account_id": f"hc-{loan}",
        "time": said_at,
        "source": "invented",
        "surname": "Borrower",
        "given_name": "Sample",
        "salutation": "none",
        # No number of this country begins with 0: nobody can be called on it.
        "phone": f"+420{index:09}",
        "language": "en",
        "zone": "UTC",
        "as_of": said_at,
    }


def _instant(day: date, hour: int) -> str:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC).isoformat(timespec="milliseconds")


def main() -> None:
    """Write the facts and say how many."""
    parser = arguments("Home Credit instalments as facts")
    parser.add_argument("--payment-hour", type=int, choices=(8, 18), default=18, help="before or after the 09:00 tick")
    parser.add_argument("--clean", action="store_true", help="only obligations of which the sample tells everything")
    options = parser.parse_args()
    rows = clean(read_rows()) if options.clean else read_rows()
    report(write_lines(facts(rows, options.payment_hour), options.output))


if __name__ == "__main__":
    main()
