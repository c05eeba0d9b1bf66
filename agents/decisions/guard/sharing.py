"""Accounts that share a number take turns, so that whoever holds it gets one message in a minimum gap.

A turn is one minimum gap of the policy, counted from a fixed day in the lender's zone, and goes round by rank. So two
workers that know nothing of each other never write to one number at one instant. Since the one whose turn comes cannot
know what the others sent, all wait one gap after the accounts of the number have changed.
"""

from datetime import date
from typing import Final

from msgspec.structs import replace

from agents.decisions.account.numbers import word_on_number
from agents.decisions.guard.partition import UNCHECKED, Defer, Gate
from agents.decisions.policy.rulebook import Rulebook
from schemas.stored.accounts import Account
from schemas.stored.numbers import NumberState
from schemas.values.instants import HOUR_MS, local_date, midnight_after

SHARED: Final = "NUMBER_SHARED"
"""Another account of the number has its turn."""
_PATIENCE_MS: Final = HOUR_MS
"""For so long a message waits for that; then a person looks."""
_FIRST_DAY: Final = date(2001, 1, 1)


def turn_from(account: Account, rulebook: Rulebook, from_ms: int) -> int:
    """The first instant from one on at which the account has its turn; that one itself where it shares no number."""
    word = None if account.number is None else word_on_number(account)
    if word is None:
        return from_ms
    zone, gap = rulebook.policy.lender.zone, rulebook.policy.sending.minimum_gap_days
    if word.changed_ms:
        from_ms = max(from_ms, midnight_after(zone, local_date(zone, word.changed_ms), gap))
    turn = (local_date(zone, from_ms) - _FIRST_DAY).days // gap
    further = (word.turn - turn) % word.accounts
    return midnight_after(zone, _FIRST_DAY, (turn + further) * gap) if further else from_ms


def sharers_say(account: Account, rulebook: Rulebook, now_ms: int) -> Defer | None:
    """What the other accounts of the number have against one more message."""
    turn_ms = turn_from(account, rulebook, now_ms)
    return Defer(SHARED, turn_ms) if turn_ms > now_ms else None


def check_says(account: Account, gate: Gate, now_ms: int) -> Defer | None:
    """Whether the number must be checked first; nothing is said of it before."""
    if not gate.numbers_required or word_on_number(account) is not None:
        return None
    person_ms = person_on_number_ms(account)
    return Defer(UNCHECKED, person_ms if person_ms is not None and person_ms > now_ms else now_ms + _PATIENCE_MS)


def person_on_number_ms(account: Account) -> int | None:
    """When a person looks, as a message has waited too long for the word on its number; None if none waits."""
    unchecked_ms = None if account.number is None else account.number.unchecked_ms
    return None if unchecked_ms is None else unchecked_ms + _PATIENCE_MS


def with_wait(account: Account, code: str, now_ms: int) -> Account:
    """The account after a deferral: since when it waits for the word on its number is remembered."""
    state = account.number or NumberState()
    if code != UNCHECKED or state.unchecked_ms is not None:
        return account
    return replace(account, number=replace(state, unchecked_ms=now_ms))


def without_wait(account: Account, gate: Gate | None = None) -> Account:
    """The account once it waits no longer: the word has come, something else has it wait, or none is needed now."""
    state = account.number
    if state is None or state.unchecked_ms is None:
        return account
    waits = account.reason is not None and account.reason.code == UNCHECKED and word_on_number(account) is None
    if waits and (gate is None or gate.numbers_required):
        return account
    number = replace(state, unchecked_ms=None)
    return replace(account, number=None if number == NumberState() else number)
