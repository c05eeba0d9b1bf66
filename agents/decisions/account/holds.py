"""Holds: which placing counts, and whether it still stands.

A lift ends every placing of its hold that is not newer; a tie leaves the hold standing. So a hold may be placed,
lifted and placed again, in any order in which the words come.
"""

from bisect import insort
from collections.abc import Callable, Iterable
from typing import Final, TypeVar

from msgspec.structs import replace

from agents.decisions.account.words import elect, ends
from schemas import cases
from schemas.instants import DAY_MS, to_ms
from schemas.stored.accounts import NEVER_MS, Account
from schemas.stored.holds import Hold, Lift, Placing

UNREAD_FACT: Final = "UNREAD_FACT"
"""The kind of hold that stands for a record nobody could read: its own code; its id tells the record's coordinates."""
NO_END_MS: Final = 50 * 365 * DAY_MS
"""An end so far away means that no end is known."""


def stands(hold: Hold) -> bool:
    """Whether it is placed and no lift has ended every placing of it."""
    if not hold.kind:
        return False
    if not hold.placings:
        return not hold.lifted
    lifted = (any(ends(lift, placing) for lift in hold.lifts) for placing in hold.placings)
    return not all(lifted)


def is_lifted(account: Account, hold_id: str) -> bool:
    """Whether a lift has named what stands like a hold: a complaint, a reply."""
    return any(hold.hold_id == hold_id and (hold.lifted or hold.lifts) for hold in account.holds)


def with_hold(account: Account, hold_id: str, change: Callable[[Hold], Hold]) -> Account:
    """The account with a hold changed, or a new one."""
    old = next((h for h in account.holds if h.hold_id == hold_id), None)
    new = change(old or Hold(hold_id))
    if new == old:
        return account
    rest = [h for h in account.holds if h is not old]
    insort(rest, new, key=lambda h: h.hold_id)
    return replace(account, holds=tuple(rest))


_Word = TypeVar("_Word", Lift, Placing)


def _dominating(words: Iterable[_Word]) -> tuple[_Word, ...]:
    """Of each source the one with the highest version and the latest one: no other can decide anything."""
    by_source: dict[str, list[_Word]] = {}
    for word in words:
        by_source.setdefault(word.source, []).append(word)
    kept = {
        word
        for own in by_source.values()
        for word in (
            max(own, key=lambda w: (w.version, w.time_ms)),
            max(own, key=lambda w: (w.time_ms, w.version)),
        )
    }
    return tuple(sorted(kept, key=lambda w: (w.source, w.version, w.time_ms)))


def _kindness(hold: Hold) -> tuple[int, str]:
    """The later end chases less; of two kinds with one end either will do."""
    return (NEVER_MS if hold.until_ms is None else hold.until_ms), hold.kind


def place(account: Account, fact: cases.HoldPlaced, told_ms: int) -> Account:
    """The account after ``hold.placed``."""
    until_ms = None if fact.until is None else to_ms(fact.until)
    if until_ms is not None and until_ms >= told_ms + NO_END_MS:
        until_ms = None
    new = Hold(
        fact.hold_id,
        fact.kind,
        fact.source_version,
        until_ms,
        placed_ms=told_ms,
        source=fact.source,
        time_ms=told_ms,
    )
    placing = Placing(fact.source_version, told_ms, fact.source)

    def change(old: Hold) -> Hold:
        legacy = bool(old.kind) and not old.placings
        known = () if not old.kind else (replace(old, placings=(), lifts=(), others=()), *old.others)
        best, *others = elect(known, new, lambda hold: hold.time_ms, _kindness)
        placings = (*old.placings, placing)
        lifts = old.lifts
        if legacy:
            # Stored before placings had words of their own: what lifted it then is newer than that placing alone.
            placings = (Placing(old.version, old.placed_ms), placing)
            lifts = (*lifts, Lift(0, old.placed_ms + 1)) if old.lifted else lifts
        return replace(
            best,
            lifted=False if old.kind else old.lifted,
            # A source that tells it again each night does not place it anew.
            placed_ms=min(told_ms, old.placed_ms or NEVER_MS),
            placings=_dominating(placings),
            lifts=lifts,
            others=tuple(others),
        )

    return with_hold(account, fact.hold_id, change)


def lift(account: Account, fact: cases.HoldLifted, told_ms: int) -> Account:
    """The account after ``hold.lifted``."""
    new = Lift(fact.source_version, told_ms, fact.source)
    return with_hold(account, fact.hold_id, lambda old: replace(old, lifts=_dominating((*old.lifts, new))))


def hold_unread(account: Account, at: str) -> Account:
    """The account silenced by the record at these coordinates; the same object if it is already, or was released."""
    if any(h.hold_id == f"unread/{at}" for h in account.holds):
        return account
    return with_hold(account, f"unread/{at}", lambda old: replace(old, kind=UNREAD_FACT))


def release_unread(account: Account, at: str) -> Account:
    """The account without the silence of that record; the same object if it has none."""
    holds = tuple(h for h in account.holds if h.hold_id != f"unread/{at}")
    return account if len(holds) == len(account.holds) else replace(account, holds=holds)
