"""What the gateway tells of a reminder: how it ended, whether the number works, and whether it may be said anew.

A receipt may come late, twice or never. No final one by expiry plus grace counts as sent: nothing is said again.
"""

from typing import Final

from msgspec.structs import replace

from schemas import cases
from schemas.stored.accounts import Account, Sent

_RANK: Final = {"too_late": 1, "expired": 2, "recalled": 3, "failed": 4, "delivered": 5}
"""Of two receipts for one reminder the higher one stands. ``too_late`` only answers a recall: the outcome follows."""

_SUBMITTED: Final = frozenset({"accepted", "delivered", "too_late"})
"""The network has had it."""
_UNSENT: Final = frozenset({"expired", "recalled"})
RESTATED: Final = frozenset({"AMOUNT_CHANGED", "RECIPIENT_CHANGED"})
"""Recalls after which the same stage may be said again: the person has not heard it, and it is still owed."""


def apply_receipt(account: Account, fact: cases.ReminderReceipt) -> Account:
    """The account after a receipt; the very same object when it says nothing new."""
    sent = next((s for s in account.sent if s.reminder_id == fact.reminder_id), None)
    if sent is not None and fact.status in _SUBMITTED and not sent.submitted:
        known = replace(sent, submitted=True)
        account = replace(account, sent=tuple(known if s is sent else s for s in account.sent))
        sent = known
    rank = _RANK.get(fact.status)
    if rank is None or sent is None or rank <= _RANK.get(sent.outcome or "", 0):
        return account
    known = replace(sent, outcome=fact.status, final=True)
    account = replace(account, sent=tuple(known if s is sent else s for s in account.sent))
    if fact.status in _UNSENT and sent.outcome not in _UNSENT:
        return _unsaid(account, sent, expired=fact.status == "expired")
    return _counted(account, sent, fact.status)


def _unsaid(account: Account, sent: Sent, *, expired: bool) -> Account:
    """The person never got it. If the stage is still meant it comes again, after the minimum gap and in its days."""
    cycle = account.cycle
    again = (expired and not sent.final) or sent.recalled_for in RESTATED
    if not again or cycle is None or cycle.cycle_id != sent.cycle_id or sent.predue:
        return account
    newest = next((s for s in reversed(account.sent) if s.cycle_id == sent.cycle_id and not s.predue), None)
    if newest is None or newest.reminder_id != sent.reminder_id:
        return account  # a later stage has spoken: never back down the ladder
    passed = tuple(p for p in cycle.passed if not (p.sent and p.stage == sent.stage))
    return replace(account, cycle=replace(cycle, passed=passed, restated=cycle.restated + 1))


def _counted(account: Account, sent: Sent, status: str) -> Account:
    """A number that fails again and again is no way to reach anybody; one delivery proves it again."""
    failed = account.failed_number
    if status == "failed":
        times = failed[1] if failed is not None and failed[0] == sent.phone else 0
        return replace(account, failed_number=(sent.phone, times + 1))
    if status == "delivered" and failed is not None and failed[0] == sent.phone:
        return replace(account, failed_number=None)
    return account


def number_failed(account: Account, failures: int) -> bool:
    """Whether the present number has failed so many times in a row."""
    failed, profile = account.failed_number, account.profile
    return failed is not None and profile is not None and failed[0] == profile.phone and failed[1] >= failures
