"""Whether an amount may be what is owed: a bound, and no jump above what was told of the same instalment.

A file whose amounts are wrong by a power of ten is well-formed, and every text of it would be wrong. So an amount is
compared with the policy's bound, and with every amount due that is known of its instalment: of each snapshot, of the
word on the instalment itself, and with the balance that another word gave at the same instant.
"""

from collections.abc import Iterator

from agents.decisions.account.owed.ledger import Ledger
from agents.decisions.account.owed.notices import notice_minor
from schemas.policy.policies import Policy
from schemas.stored.accounts import Account, Item, Schedule


def may_be_owed(account: Account, owed: Ledger, policy: Policy) -> bool:
    """Whether each overdue amount, and their sum, may be right."""
    if not owed.lines:
        return True
    if owed.stated_minor > _upper_minor(account, policy):
        return False
    times = policy.amounts.jump_times
    return times is None or not any(
        line.overdue_minor > times * amount for line in owed.lines for amount in _told_minor(line.item)
    )


def may_fall_due(account: Account, item: Item, policy: Policy) -> bool:
    """Whether what a notice asks for may be right."""
    asked_minor = notice_minor(account, item, policy.lender.zone)
    if asked_minor > _upper_minor(account, policy):
        return False
    times = policy.amounts.jump_times
    return times is None or not any(asked_minor > times * amount for amount in _told_minor(item))


def is_suspect(account: Account, policy: Policy) -> bool:
    """Whether anything on the account is beyond the policy's limits, paid or not: asked before anything is summed."""
    amounts = policy.amounts
    if amounts.jump_times is None and not amounts.upper_minor:
        return False
    upper_minor, times = _upper_minor(account, policy), amounts.jump_times
    sum_minor = 0
    for item in account.items:
        if item.missed is None:
            continue
        most_minor = max((snapshot.outstanding_minor for snapshot in item.snapshots), default=0)
        if item.schedule is not None and item.schedule.owed is not None:
            most_minor = max(most_minor, item.schedule.owed.amount_minor)
        sum_minor += most_minor
        if sum_minor > upper_minor:
            return True
        if times is not None and any(most_minor > times * amount for amount in _told_minor(item)):
            return True
    return False


def least_minor(best: Schedule, old: Schedule | None, new: Schedule) -> int | None:
    """The smallest amount that was told of the instalment; None where the word that counts gives it."""
    told = [word.owed.amount_minor for word in (old, new) if word is not None and word.owed is not None]
    if old is not None and old.least_minor is not None:
        told.append(old.least_minor)
    least = min(told, default=None)
    return None if best.owed is not None and least == best.owed.amount_minor else least


def _upper_minor(account: Account, policy: Policy) -> float:
    bounds = policy.amounts.upper_minor
    return bounds.get(account.currencies[0], float("inf")) if bounds and account.currencies else float("inf")


def _told_minor(item: Item) -> Iterator[int]:
    """Every amount due that is known of the instalment, and balances that were told of one instant."""
    for snapshot in item.snapshots:
        due = snapshot.owed or item.missed
        if due is not None:
            yield due.amount_minor
        yield from (amount for amount, _ in snapshot.told_of if amount)
    schedule = item.schedule
    if schedule is not None:
        yield from (word.owed.amount_minor for word in (schedule, *schedule.others) if word.owed is not None)
        if schedule.least_minor is not None:
            yield schedule.least_minor
