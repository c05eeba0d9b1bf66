"""Ticks at which nothing is told: they leave no record, but an account may come out of them changed.

A pledge whose days end while nothing is owed ends without a word, for example.
"""

from typing import Final

from agents.decisions import NOWHERE, OPEN, ControlState, Gate, Occasion, Seen, Verdict, Versions, step
from agents.decisions.guard.partition import CONTROL_CODES, INPUT_CODES, UNCHECKED
from agents.decisions.inputs import TimePassed
from agents.verifier.terms import Terms
from schemas.stored.accounts import NEVER_MS, Account

_TICKS_MAX: Final = 1_000
"""Ticks without a word that one account may have between two moments; more would be a loop."""


def held_by(account: Account) -> str:
    """The code of the gate for which the account waits; empty if it does not wait for the gate."""
    if account.reason is None or account.reason.outcome != "deferred":
        return ""
    return account.reason.code if account.reason.code in CONTROL_CODES | INPUT_CODES | {UNCHECKED} else ""


def tick(account: Account, instant_ms: int, gate: Gate, versions: Versions, controls: ControlState) -> Verdict:
    """What the core answers at a tick behind this gate."""
    occasion = Occasion(instant_ms, versions, Seen({}, {}, NOWHERE.payments_seen, gate), controls)
    return step(account, account.account_id, TimePassed(), occasion)


def after_quiet(
    account: Account | None, before_ms: int, gate: Gate, versions: Versions, controls: ControlState, terms: Terms
) -> Account | None:
    """The account after its ticks before an instant, up to the first one at which something would be told.

    ``gate`` is the last one that was recorded: only an account that waits for it is asked behind it, and once, at the
    last tick: each visit between would find the same.
    """
    for _ in range(_TICKS_MAX):
        if account is None or account.next_due_at == NEVER_MS:
            break
        held = held_by(account)
        tick_ms = terms.of_tick(account.next_due_at)
        if tick_ms >= before_ms:
            break
        verdict = tick(
            account, terms.last_tick(before_ms - 1) if held else tick_ms, gate if held else OPEN, versions, controls
        )
        if verdict.messages or verdict.decisions:
            break
        account = verdict.account
        if held:
            break
    return account
