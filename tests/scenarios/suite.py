"""Every scenario: its files register theirs when they are read."""

from tests.scenarios import (
    bans,
    caps,
    hand_off,
    holidays_and_zones,
    hours,
    opt_outs_and_numbers,
    other_packs,
    provider_and_approval,
    roles_and_holds,
    texts_and_format,
)
from tests.scenarios.language import SCENARIOS

FILES = (
    hours,
    holidays_and_zones,
    caps,
    roles_and_holds,
    opt_outs_and_numbers,
    other_packs,
    texts_and_format,
    bans,
    provider_and_approval,
    hand_off,
)

__all__ = ["FILES", "SCENARIOS"]
