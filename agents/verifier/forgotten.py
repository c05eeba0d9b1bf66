"""Whether an account was due and nothing was done: the partition's time has passed it, and no record tells of it."""

from typing import Final

from agents.reminders.decisions import core
from agents.reminders.decisions.catalog import Book
from agents.reminders.decisions.gate import CONTROL_CODES, INPUT_CODES, REVISIT_MS, Gate
from agents.reminders.decisions.outcome import NOWHERE, Seen
from agents.verifier.terms import Terms
from schemas.accounts import NEVER_MS, Account

_TICKS_MAX: Final = 1_000
"""Ticks without a word that one account may have between two moments; more would be a loop."""


def forgotten_since(account: Account, ticked_ms: int, book: Book, terms: Terms) -> int | None:
    """The tick at which something should have been told of the account; None if there is none up to ``ticked_ms``.

    What the gate of its partition holds back is looked at every `REVISIT_MS` without a record. Whether the inputs
    became fresh and readable again meanwhile, the topics do not tell: an account that waits for that is never called
    forgotten. One that waits for the controls is, if by what stands now something would have left at two instants so
    far apart that a visit lies between them, and nobody has said anything on the controls for twice that time.
    """
    held = account.reason[2] if account.reason is not None and account.reason[1] == "deferred" else ""
    if held in INPUT_CODES:
        return None
    if held in CONTROL_CODES:
        return _held_too_long(account, ticked_ms, book, terms)
    current: Account | None = account
    for _ in range(_TICKS_MAX):
        if current is None or current.next_due_at == NEVER_MS:
            return None
        tick_ms = terms.of_tick(current.next_due_at)
        if tick_ms > ticked_ms:
            return None
        verdict = core.on_tick(current, tick_ms, book, NOWHERE)
        if verdict.messages or verdict.decisions:
            return tick_ms
        current = verdict.account
    return None


def _held_too_long(account: Account, ticked_ms: int, book: Book, terms: Terms) -> int | None:
    tick_ms = terms.last_tick(ticked_ms)
    if account.next_due_at > tick_ms or terms.standings.changed_since(tick_ms - 2 * REVISIT_MS, tick_ms):
        return None
    seen = Seen({}, {}, NOWHERE.payments_seen, Gate(standing=terms.standings.final(tick_ms)))
    for instant_ms in (terms.last_tick(tick_ms - REVISIT_MS), tick_ms):
        if not core.on_tick(account, instant_ms, book, seen).messages:
            return None
    return tick_ms
