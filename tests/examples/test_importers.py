"""The importers tell all of the real data and nothing else: totals by hand from the files' own documentation."""

import gzip
import json
from collections import Counter
from pathlib import Path

import pytest

from examples import home_credit, uci_credit_card
from examples.fact_lines import Fact, data_folder, write_lines
from schemas.reading import MODELS, read

pytestmark = pytest.mark.skipif(
    not data_folder().is_dir(), reason="the real data sets are not there (TACTFUL_DATA, by default ../shared/data)"
)


def of(facts: list[Fact], kind: str) -> list[Fact]:
    return [fact for fact in facts if fact["type"] == kind]


def total(facts: list[Fact], field: str) -> int:
    return sum(int(fact[field]) for fact in facts)


def assert_usable(facts: list[Fact]) -> None:
    """Every fact passes the contract, on the topic of its type, and times never go back."""
    role_of = {kind: role for role, models in MODELS.items() for kind in models}
    previous = ""
    for fact in facts:
        read(role_of[fact["type"]], fact["account_id"].encode(), json.dumps(fact).encode(), 65_536)
        assert previous <= fact["time"], "all times of a file are written alike, so they sort as text"
        previous = fact["time"]
    assert len({fact["event_id"] for fact in facts}) == len(facts)


@pytest.fixture(scope="module")
def uci() -> list[Fact]:
    return list(uci_credit_card.facts(uci_credit_card.read_cards()))


def test_uci_totals(uci: list[Fact]) -> None:
    missed, paid = of(uci, "repayment.missed"), of(uci, "payment.booked")
    assert (len(missed), total(missed, "outstanding_minor")) == (22_958, 118_841_748_600)
    assert (len(paid), total(paid, "amount_minor")) == (143_103, 94_954_177_700)
    assert len({fact["account_id"] for fact in missed}) == 8_537
    assert len({fact["account_id"] for fact in missed + paid}) == len(of(uci, "profile.updated")) == 28_811


def test_uci_by_month(uci: list[Fact]) -> None:
    by_statement = Counter(fact["instalment_id"] for fact in of(uci, "repayment.missed"))
    assert [by_statement[k] for k in "654321"] == [3_057, 2_916, 3_414, 4_088, 4_354, 5_129]
    due = {(fact["instalment_id"], fact["due_date"]) for fact in of(uci, "repayment.missed")}
    assert due == {(str(k), f"2005-{11 - k:02}-15") for k in range(1, 7)}
    by_month = Counter(fact["booked_at"][5:7] for fact in of(uci, "payment.booked"))
    assert [by_month[f"{m:02}"] for m in range(4, 10)] == [22_827, 23_297, 23_592, 24_032, 24_604, 24_751]


def test_uci_is_usable(uci: list[Fact]) -> None:
    assert_usable(uci[::7])


def test_home_credit_totals() -> None:
    rows = home_credit.read_rows()
    facts = home_credit.facts(rows, 18)
    assert (len(rows), len({row.loan for row in rows})) == (7_347, 1_772)
    assert total(of(facts, "payment.booked"), "amount_minor") == 13_414_574_664
    # One row is a payment of nothing, which is no payment.
    assert len(of(facts, "payment.booked")) == 7_346
    assert_usable(facts)


@pytest.mark.parametrize("payment_hour", [8, 18])
def test_home_credit_clean_rows(payment_hour: int) -> None:
    rows = home_credit.clean(home_credit.read_rows())
    assert len(rows) == 6_588
    assert sum(row.paid == row.due for row in rows) == 1_398
    assert sum(row.paid < row.due for row in rows) == 4_914
    facts = home_credit.facts(rows, payment_hour)
    missed = of(facts, "repayment.missed")
    assert (len(missed), total(missed, "outstanding_minor")) == (276, 334_750_298)
    assert {fact["booked_at"][11:13] for fact in of(facts, "payment.booked")} == {f"{payment_hour:02}"}
    assert_usable(facts)


def test_lines_are_written_as_their_name_says(tmp_path: Path) -> None:
    facts: list[Fact] = [{"type": "payment.booked", "account_id": "一"}]
    for name in ("facts.jsonl", "facts.jsonl.gz"):
        assert write_lines(facts, str(tmp_path / name)) == {"payment.booked": 1}
    plain = (tmp_path / "facts.jsonl").read_bytes()
    assert gzip.decompress((tmp_path / "facts.jsonl.gz").read_bytes()) == plain
    assert json.loads(plain) == facts[0]
