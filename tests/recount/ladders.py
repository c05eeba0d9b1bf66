"""The ladders of examples/policies in plain words, for the recount; and where the optional real data lies."""

import os
from datetime import date
from pathlib import Path

from tests.recount.daily import DailyLadder

UCI = DailyLadder(
    zone="Asia/Taipei",
    steps=(("FRIENDLY", 1), ("FIRM", 7), ("MONTH_1", 35), ("MONTH_2", 65), ("MONTH_3", 95)),
    gap_days=3,
    tolerance_minor=10_000,
    hand_off_days=120,
)
UCI_UNTIL = date(2005, 11, 30)

HOME_CREDIT = DailyLadder(
    zone="UTC",
    steps=(("D01", 1), ("D03", 3), ("D07", 7), ("D15", 15), ("D30", 30), ("D60", 60), ("D90", 90)),
    gap_days=1,
)
HOME_CREDIT_UNTIL = date(2018, 6, 30)

ABOVE = {
    "hc-1309305",
    "hc-1318506",
    "hc-1555917",
    "hc-1607073",
    "hc-1726643",
    "hc-2001170",
    "hc-2027733",
    "hc-2331016",
    "hc-2682447",
    "hc-2819017",
}
"""Accounts whose bank allocated more than was owed on an instalment while another was overdue: a person looks."""

POLICIES = Path(__file__).parents[2] / "examples" / "policies"
DATA = Path(os.environ.get("TACTFUL_DATA", Path(__file__).parents[3] / "shared" / "data"))
WITHOUT_DATA = "the real data sets are not there (TACTFUL_DATA, by default ../shared/data)"


def counts(stages: list[str], ladder: DailyLadder) -> list[int]:
    """How many messages of each step, in the ladder's order."""
    return [stages.count(stage) for stage, _ in ladder.steps]
