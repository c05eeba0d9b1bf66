"""The core offline and the independent recount agree on each message: account, day, stage and stated total."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from agents.offline.fact_files import read_lines
from agents.offline.simulation import Simulation
from agents.policy.files.policy import load_rulebook
from examples import home_credit, uci_credit_card
from examples.fact_lines import Fact, write_lines
from schemas.values.instants import to_ms
from streams import roles
from streams.clock import Grid
from tests.places import at
from tests.recount.daily import DailyLadder, Expected, expected
from tests.recount.ladders import (
    ABOVE,
    DATA,
    HOME_CREDIT,
    HOME_CREDIT_UNTIL,
    POLICIES,
    UCI,
    UCI_UNTIL,
    WITHOUT_DATA,
    counts,
)
from tests.recount.said import said

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=WITHOUT_DATA)

_DAY_S = 86_400


def _both(
    facts: Iterable[Fact], policy: str, ladder: DailyLadder, until: datetime, folder: Path
) -> tuple[list[Expected], list[Expected]]:
    """The recount's list and the core's, each by account and then in its own order."""
    path = str(folder / "facts.jsonl")
    write_lines(facts, path)
    with Path(path).open(encoding="utf-8") as lines:
        recounted = expected(lines, ladder, until.date())
    rulebook = load_rulebook(at(POLICIES / policy), "recount")
    grid = Grid(_DAY_S, ladder.tick.hour * 3600, ladder.zone)
    core = Simulation(rulebook, grid, 65_536)
    left = [e.value for e in core.run(read_lines([path]), to_ms(until)) if e.role == roles.REMINDERS]
    assert not any(name == "dead letters" for name, _ in core.counts)
    by_account: dict[str, list[Expected]] = defaultdict(list)
    for message in said(left, ladder.zone):
        by_account[message.account].append(message)
    return recounted, [message for account in sorted(by_account) for message in by_account[account]]


@pytest.mark.parametrize(
    ("payment_hour", "by_stage"),
    [(18, [275, 102, 61, 22, 2, 1, 0]), (8, [122, 82, 56, 20, 2, 1, 0])],
)
def test_home_credit_to_the_day(payment_hour: int, by_stage: list[int], tmp_path: Path) -> None:
    rows = home_credit.clean(home_credit.read_rows())
    until = datetime(HOME_CREDIT_UNTIL.year, HOME_CREDIT_UNTIL.month, HOME_CREDIT_UNTIL.day, 23, tzinfo=ZoneInfo("UTC"))
    facts = home_credit.facts(rows, payment_hour)
    recounted, left = _both(facts, "home-credit.toml", HOME_CREDIT, until, tmp_path)
    assert counts([message.stage for message in recounted], HOME_CREDIT) == by_stage
    assert counts([message.stage for message in left], HOME_CREDIT) == by_stage
    assert left == recounted


def test_all_of_home_credit(tmp_path: Path) -> None:
    until = datetime(HOME_CREDIT_UNTIL.year, HOME_CREDIT_UNTIL.month, HOME_CREDIT_UNTIL.day, 23, tzinfo=ZoneInfo("UTC"))
    facts = home_credit.facts(home_credit.read_rows(), 18)
    recounted, left = _both(facts, "home-credit.toml", HOME_CREDIT, until, tmp_path)
    assert [m for m in left if m.account not in ABOVE] == [m for m in recounted if m.account not in ABOVE]
    handed_off = {message.account for message in left if message.stage == "HAND_OFF"}
    assert handed_off == ABOVE, "money above what was owed where the bank put it, while another debt stood"


@pytest.mark.parametrize("every", [20, pytest.param(1, marks=pytest.mark.slow)])
def test_uci_every_message_and_its_total(every: int, tmp_path: Path) -> None:
    cards = [card for card in uci_credit_card.read_cards() if card.number % every == 0]
    until = datetime(UCI_UNTIL.year, UCI_UNTIL.month, UCI_UNTIL.day, 23, tzinfo=ZoneInfo(UCI.zone))
    recounted, left = _both(uci_credit_card.facts(cards), "uci.toml", UCI, until, tmp_path)
    assert all(counts([message.stage for message in recounted], UCI))
    assert left == recounted
