"""What a reminder offered, as it was worded: kept with the message and the decision."""

from datetime import date
from typing import Literal

from schemas.records import Record
from schemas.values.money import Minor


class Offered(Record, frozen=True, kw_only=True):
    """An offer sized to the debt. Amounts are in the message's currency, days in the lender's zone."""

    kind: Literal["plan", "extension", "hardship", "debt_advice"]
    parts: int = 0
    """Of a plan: so many parts, all of ``part_minor`` but the last one."""
    part_minor: Minor = 0
    last_part_minor: Minor = 0
    first_date: date | None = None
    """Of a plan: when its first part is due; each further one ``every_days`` later."""
    every_days: int = 0
    until: date | None = None
    """Of an extension: the new day."""
