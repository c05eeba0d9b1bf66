"""`tactful erase` refuses what it must not take, before it asks a cluster."""

import pytest

from tests.agents.commands.running import REFUSED, Tactful

WHO = ("--by", "u-7", "--reason", "R-118")


def test_a_number_is_no_account(tactful: Tactful) -> None:
    said = tactful("erase", "+8613800138000", *WHO)
    assert said.code == REFUSED
    assert "ACCOUNT is the account's id, not a phone number" in said.err


def test_a_replay_erases_nobody(tactful: Tactful) -> None:
    said = tactful("erase", "A-1", *WHO, clock="replay")
    assert said.code == REFUSED
    assert "TACTFUL_CLOCK is replay" in said.err


@pytest.mark.parametrize("left_out", ["--by", "--reason"])
def test_who_and_why_are_asked_for(tactful: Tactful, left_out: str) -> None:
    given = [word for pair in zip(WHO[::2], WHO[1::2], strict=True) if pair[0] != left_out for word in pair]
    said = tactful("erase", "A-1", *given)
    assert said.code == REFUSED
    assert left_out in said.err
