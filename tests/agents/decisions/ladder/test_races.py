"""Known, raced, or neither: what a payment says of the reminders that left before it arrived."""

import pytest
from msgspec.structs import replace

from agents.decisions.account.facts import new_account
from agents.decisions.ladder.races import judge
from schemas.stored.accounts import Account, Payment, Sent

LEFT_MS = 1_000_000


def reminded(*, final: bool = False) -> Account:
    """An account whose reminder left when payments had been read up to offset 50."""
    sent = Sent(
        reminder_id="r",
        cycle_id="l/1",
        stage="FRIENDLY",
        attempt=1,
        issued_ms=LEFT_MS,
        expires_ms=LEFT_MS + 900_000,
        amount_minor=100,
        payments_seen=50,
        phone="+8613800138000",
        final=final,
    )
    return replace(new_account("a"), sent=(sent,))


@pytest.mark.parametrize(
    ("offset", "on_bus_ms", "verdict"),
    [
        (49, LEFT_MS - 1, "known"),
        (50, LEFT_MS - 1, "raced"),
        (50, LEFT_MS, "raced"),
        (50, LEFT_MS + 1, None),
        # Offsets begin again on a topic that was made anew.
        (3, LEFT_MS + 1, None),
    ],
)
def test_a_payment_is_judged_by_offset_and_time(offset: int, on_bus_ms: int, verdict: str | None) -> None:
    assert judge(reminded(), "p", offset, on_bus_ms) == verdict


def test_a_reminder_that_is_final_was_not_raced() -> None:
    assert judge(reminded(final=True), "p", 50, LEFT_MS - 1) is None
    assert judge(reminded(final=True), "p", 49, LEFT_MS - 1) == "known"


def test_a_repeat_of_a_payment_says_nothing_new() -> None:
    account = replace(reminded(), payments=(Payment("p", amount_minor=100),))
    assert judge(account, "p", 49, LEFT_MS - 1) is None


def test_nobody_who_was_not_reminded_is_raced() -> None:
    assert judge(new_account("a"), "p", 0, 0) is None
