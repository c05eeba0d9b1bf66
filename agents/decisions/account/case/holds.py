"""Holds: which placing counts, and whether it still stands.

A lift ends every placing of its hold that is not newer; a tie leaves the hold standing. So a hold may be placed,
lifted and placed again, in any order in which the words come. Kinds are codes; what one means, the packs say.
"""

from bisect import insort
from collections.abc import Callable
from typing import Final

from msgspec.structs import replace

from agents.decisions.account.limits import with_sources
from agents.decisions.account.words import Contest, Telling, dominating, ends
from schemas import cases
from schemas.stored.accounts import NEVER_MS, Account
from schemas.stored.holds import Hold, Lift, Placing
from schemas.values.instants import DAY_MS, to_ms

UNREAD_FACT: Final = "UNREAD_FACT"
"""The kind of hold that stands for a record nobody could read: its own code; its id tells the record's coordinates."""
NO_END_MS: Final = 50 * 365 * DAY_MS
"""An end so far away means that no end is known."""
_HOLDS: Final = Contest[Hold](
    says=lambda hold: (hold.kind, hold.until_ms),
    kindness=lambda hold: NEVER_MS if hold.until_ms is None else hold.until_ms,
)


def stands(hold: Hold) -> bool:
    """Whether it is placed and no lift has ended every placing of it."""
    if not hold.kind:
        return False
    if not hold.placings:
        return not hold.lifted
    lifted = (any(ends(lift, placing) for lift in hold.lifts) for placing in hold.placings)
    return not all(lifted)


def kinds(hold: Hold) -> list[str]:
    """Its kinds: more than one where words that were told at once differ."""
    return sorted({word.kind for word in _HOLDS.standing(hold)})


def is_lifted(account: Account, hold_id: str, said_ms: int) -> bool:
    """Whether what stands like a hold since then (a complaint, a reply) was lifted by a later word that names it."""
    return any(
        hold.hold_id == hold_id and (hold.lifted or any(lift.time_ms > said_ms for lift in hold.lifts))
        for hold in account.holds
    )


def with_hold(account: Account, hold_id: str, change: Callable[[Hold], Hold]) -> Account:
    """The account with a hold changed, or a new one."""
    old = next((h for h in account.holds if h.hold_id == hold_id), None)
    new = change(old or Hold(hold_id))
    if new == old:
        return account
    rest = [h for h in account.holds if h is not old]
    insort(rest, new, key=lambda h: h.hold_id)
    return replace(account, holds=tuple(rest))


def place(account: Account, fact: cases.HoldPlaced, telling: Telling) -> Account:
    """The account after ``hold.placed``."""
    told_ms = telling.ms
    until_ms = None if fact.until is None else to_ms(fact.until)
    if until_ms is not None and until_ms >= told_ms + NO_END_MS:
        until_ms = None
    new = Hold(fact.hold_id, fact.kind, fact.source_version, until_ms, source=fact.source, time_ms=told_ms)
    placing = Placing(fact.source_version, told_ms, fact.source)

    def change(old: Hold) -> Hold:
        legacy = bool(old.kind) and not old.placings
        word = replace(old, lifted=False, placed_ms=0, placings=(), lifts=()) if old.kind else None
        best = _HOLDS.elect(word, new, telling)
        placings, lifts = (*old.placings, placing), old.lifts
        if legacy:
            # Stored before placings had words of their own: what lifted it then is newer than that placing alone.
            placings = (Placing(old.version, old.placed_ms), placing)
            lifts = (*lifts, Lift(0, old.placed_ms + 1)) if old.lifted else lifts
        return replace(
            best,
            lifted=False if old.kind else old.lifted,
            # A source that tells it again each night does not place it anew.
            placed_ms=min(told_ms, old.placed_ms or NEVER_MS),
            placings=dominating(placings),
            lifts=lifts,
        )

    return _weighed(with_hold(account, fact.hold_id, change), fact.hold_id)


def lift(account: Account, fact: cases.HoldLifted, telling: Telling) -> Account:
    """The account after ``hold.lifted``."""
    new = Lift(fact.source_version, telling.ms, fact.source)
    changed = with_hold(account, fact.hold_id, lambda old: replace(old, lifts=dominating((*old.lifts, new))))
    return _weighed(changed, fact.hold_id)


def _weighed(account: Account, hold_id: str) -> Account:
    """The account, for a person where more words stand of one hold than can be weighed."""
    hold = next(hold for hold in account.holds if hold.hold_id == hold_id)
    sources = {placing.source for placing in hold.placings} | {lift.source for lift in hold.lifts}
    return with_sources(account, max(1 + len(hold.others), len(sources)))


def hold_unread(account: Account, at: str) -> Account:
    """The account silenced by the record at these coordinates; the same object if it is already, or was released."""
    if any(h.hold_id == f"unread/{at}" for h in account.holds):
        return account
    return with_hold(account, f"unread/{at}", lambda old: replace(old, kind=UNREAD_FACT))


def release_unread(account: Account, at: str) -> Account:
    """The account without the silence of that record; the same object if it has none."""
    holds = tuple(h for h in account.holds if h.hold_id != f"unread/{at}")
    return account if len(holds) == len(account.holds) else replace(account, holds=holds)
