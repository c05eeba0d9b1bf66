"""UCI "Default of credit card clients" (Taiwan 2005; Yeh & Lien 2009) as facts.

    python -m examples.uci_credit_card --output uci.jsonl.gz

The data knows months only, so the days are a convention: statement k closes on the last day of month m(k) and is due
on the 15th of the next one. Every instant is in Asia/Taipei. A miss is seen at midnight of due + 1, which is its
`as_of`. A payment is booked at noon, on the 10th of its month when the statement it belongs to was settled in time,
on the 25th when not. PAY_k tells how statement k was settled by PAY_AMT_{k-1}, so a payment of month j belongs to
statement j + 1; like most card payments it says nothing of that, and goes to the latest statement missed before it.
"""

import csv
import gzip
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Final, NamedTuple

from examples.fact_lines import Fact, arguments, data_folder, report, write_lines

FILE: Final = "uci_credit_card/UCI_Credit_Card.csv.gz"
CURRENCY: Final = "TWD"
ZONE: Final = "Asia/Taipei"
_YEAR, _OFFSET = 2005, "+08:00"
_STATUS: Final = ("PAY_0", "PAY_2", "PAY_3", "PAY_4", "PAY_5", "PAY_6")
_NAMES: Final = ("陈", "林", "黄", "张", "李", "王", "吴", "刘", "蔡", "杨")


class Card(NamedTuple):
    """One client. Each tuple is indexed by k - 1: k = 1 is September, k = 6 is April."""

    number: int
    months_late: tuple[int, ...]
    billed: tuple[int, ...]
    paid: tuple[int, ...]

    @property
    def account_id(self) -> str:
        """The key on every topic."""
        return f"uci-{self.number}"

    def missed(self, k: int) -> bool:
        """Statement k was not settled in time, and something was owed on it."""
        return self.months_late[k - 1] >= 1 and self.billed[k - 1] > 0

    def paid_late(self, j: int) -> bool:
        """The payment of month j came after the due date of the statement that it settles."""
        return j < 6 and self.months_late[j] > 0


def read_cards(folder: Path | None = None) -> list[Card]:
    """Every client of the file."""
    with gzip.open((folder or data_folder()) / FILE, "rt", encoding="utf-8") as lines:
        return [_card(row) for row in csv.DictReader(lines)]


def _card(row: dict[str, str]) -> Card:
    # Some copies of the file write 100000 as 1e+05.
    def whole(*columns: str) -> tuple[int, ...]:
        return tuple(int(Decimal(row[column])) for column in columns)

    months = range(1, 7)
    return Card(
        number=whole("ID")[0],
        months_late=whole(*_STATUS),
        billed=whole(*(f"BILL_AMT{k}" for k in months)),
        paid=whole(*(f"PAY_AMT{k}" for k in months)),
    )


def facts(cards: list[Card]) -> Iterator[Fact]:
    """All facts in the order of their time; the profiles of invented people come first."""
    for card in cards:
        if any(card.paid) or any(card.missed(k) for k in range(1, 7)):
            yield _profile(card)
    for j in range(6, -1, -1):
        month = 10 - j
        if j:
            yield from (_payment(card, j, f"{_YEAR}-{month:02}-10") for card in cards if _pays(card, j, late=False))
        if j < 6:
            yield from (_missed(card, j + 1, month) for card in cards if card.missed(j + 1))
        if j:
            yield from (_payment(card, j, f"{_YEAR}-{month:02}-25") for card in cards if _pays(card, j, late=True))


def _pays(card: Card, j: int, *, late: bool) -> bool:
    return card.paid[j - 1] > 0 and card.paid_late(j) == late


def _missed(card: Card, k: int, month: int) -> Fact:
    as_of = f"{_YEAR}-{month:02}-16T00:00:00.000{_OFFSET}"
    minor = card.billed[k - 1] * 100
    return {
        "type": "repayment.missed",
        "event_id": f"{card.number}-{k}-missed",
        "account_id": card.account_id,
        "time": as_of,
        "source": "uci",
        "loan_id": "card",
        "instalment_id": str(k),
        "kind": "statement",
        "due_date": f"{_YEAR}-{month:02}-15",
        # The minimum due is not in the data: the amount is the statement's whole balance.
        "amount_due_minor": minor,
        "outstanding_minor": minor,
        "currency": CURRENCY,
        "as_of": as_of,
    }


def _payment(card: Card, j: int, day: str) -> Fact:
    booked_at = f"{day}T12:00:00.000{_OFFSET}"
    return {
        "type": "payment.booked",
        "event_id": f"{card.number}-{j}-paid",
        "account_id": card.account_id,
        "time": booked_at,
        "source": "uci",
        "payment_id": f"{card.number}-{j}",
        "amount_minor": card.paid[j - 1] * 100,
        "currency": CURRENCY,
        "booked_at": booked_at,
    }


def _profile(card: Card) -> Fact:
    said_at = f"{_YEAR}-04-01T00:00:00.000{_OFFSET}"
    return {
        "type": "profile.updated",
        "event_id": f"{card.number}-profile",
        "account_id": card.account_id,
        "time": said_at,
        "source": "invented",
        "surname": _NAMES[card.number % len(_NAMES)],
        "salutation": "none",
        # No subscriber's number in Taipei begins with 0: nobody can be called on it.
        "phone": f"+88620{card.number:06}",
        "language": "zh-Hans",
        "zone": ZONE,
        "as_of": said_at,
    }


def main() -> None:
    """Write the facts and say how many."""
    options = arguments("UCI credit card clients as facts").parse_args()
    report(write_lines(facts(read_cards()), options.output))


if __name__ == "__main__":
    main()
