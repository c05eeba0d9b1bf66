"""Home Credit's people hear what the rules of core 1 told them: who, what, how much and when.

The digests are of what core 1 said of the same facts, each instalment told as scheduled; `simulate --compare-core`
against its whole output counts 0 accounts of 199, 0 of 77 and 10 of 354 that are treated otherwise (docs/facts.md).
"""

import json
from collections.abc import Container, Iterable
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from examples import home_credit
from examples.fact_lines import Fact
from streams import roles
from tests.kafka.exactly_once.data_run import DataRun, write_facts
from tests.recount.ladders import ABOVE, DATA, HOME_CREDIT, HOME_CREDIT_UNTIL, POLICIES, WITHOUT_DATA

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=WITHOUT_DATA)

INSTANTS = ("issued_at", "cancelled_at", "handed_off_at", "withdrawn_at", "opened_at", "closed_at")


def heard(facts: Iterable[Fact], folder: Path, aside: Container[str] = ()) -> tuple[int, str]:
    """How many accounts hear something, and the digest of what; some accounts put aside."""
    until = datetime(HOME_CREDIT_UNTIL.year, HOME_CREDIT_UNTIL.month, HOME_CREDIT_UNTIL.day, 23, tzinfo=ZoneInfo("UTC"))
    run = DataRun(
        write_facts(facts, folder),
        POLICIES / "home-credit.toml",
        "UTC",
        HOME_CREDIT.tick.hour,
        int(until.timestamp()) * 1000,
    )
    lines = [
        "\t".join([key.decode(), *(str(body.get(name)) for name in ("type", "stage", "amount_minor", *INSTANTS))])
        for key, values in run.offline[roles.REMINDERS].items()
        if key.decode() not in aside
        for body in map(json.loads, values)
    ]
    return len({line.partition("\t")[0] for line in lines}), sha256("\n".join(sorted(lines)).encode()).hexdigest()[:16]


@pytest.mark.parametrize(
    ("payment_hour", "accounts", "digest"), [(18, 199, "083287df74c9d235"), (8, 77, "65f33ac2d3236eb9")]
)
def test_clean_rows(payment_hour: int, accounts: int, digest: str, tmp_path: Path) -> None:
    rows = home_credit.clean(home_credit.read_rows())
    assert heard(home_credit.facts(rows, payment_hour), tmp_path) == (accounts, digest)


def test_all_rows_but_ten_accounts(tmp_path: Path) -> None:
    assert heard(home_credit.facts(home_credit.read_rows(), 18), tmp_path, ABOVE) == (344, "6e3b3bdf75b90418")
