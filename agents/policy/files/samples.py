"""Long values with which texts are tried before anybody gets one."""

from datetime import date
from typing import Final

from schemas.stored.accounts import Profile

SAMPLE: Final = Profile(0, 0, "Li", "Wei", "ms", None, "", "UTC", "debtor")
SAMPLE_DAY: Final = date(2026, 12, 28)
SAMPLE_MINOR: Final = 1_234_567
