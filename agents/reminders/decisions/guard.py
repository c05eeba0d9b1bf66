"""The guard in front of every send. Design rule 7: it fails closed and answers ALLOW, DEFER or BLOCK with a code.

The order of the checks is fixed: controls (`gate.controls_say`, before anything is worded), recipient and role,
silences, opt-out, amount, freshness, hours, text length. BLOCK is looked at again on every fact; DEFER names the
instant at which to look again.
"""

from typing import Final

from agents.reminders.decisions.calendar import permitted
from agents.reminders.decisions.catalog import Book
from agents.reminders.decisions.gate import Defer, Gate, inputs_say
from agents.reminders.decisions.receipts import number_failed
from agents.reminders.decisions.silences import replied_stop, silence
from agents.reminders.decisions.wording import Wording, sms_parts
from schemas.accounts import Account, Struct
from schemas.money import MINOR_MAX

TEXT_BLOCKS: Final = frozenset({"NOTHING_OWED", "AMOUNT_TOO_LARGE", "TEXT_TOO_LONG"})
"""Refusals of one text; every other block stands against any message to the account."""


class Allow(Struct, frozen=True):
    """Nothing stands in the way. It must be out of the gateway before ``window_end_ms``, margin taken off."""

    window_end_ms: int


class Block(Struct, frozen=True):
    """Not until something changes; ``until_ms`` is when a silence ends by itself."""

    code: str
    until_ms: int | None = None
    endless: bool = True
    """Nobody knows when it ends: its days count towards the hand-off."""


def standing_block(account: Account, book: Book, now_ms: int) -> Block | None:
    """What forbids any message to this account now: checks that need no text and no amount."""
    profile = account.profile
    if profile is None or profile.phone is None:
        return Block("RECIPIENT_UNKNOWN" if profile is None else "NO_PHONE")
    quiet = silence(account, book, now_ms)
    if quiet is not None:
        return Block(quiet.code, quiet.until_ms, quiet.endless)
    if profile.opted_out or (account.case is not None and replied_stop(account, book)):
        return Block("OPTED_OUT")
    if account.failed_number is not None and number_failed(account, book.policy.sending.failures_to_hand_off):
        return Block("NUMBER_FAILED")
    if profile.language not in book.texts:
        return Block("NO_TEXT_IN_LANGUAGE")
    return None


def guard(
    account: Account, book: Book, gate: Gate, amount_minor: int, wording: Wording, now_ms: int
) -> Allow | Defer | Block:
    """May this text leave now?"""
    block = standing_block(account, book, now_ms)
    if block is not None:
        return block
    assert account.profile is not None
    if not 0 < amount_minor < MINOR_MAX:
        return Block("NOTHING_OWED" if amount_minor <= 0 else "AMOUNT_TOO_LARGE")
    unsure = inputs_say(gate, book.policy, now_ms)
    if unsure is not None:
        return unsure
    start_ms, end_ms = permitted(account.profile.zone, book.window, now_ms)
    if start_ms > now_ms:
        return Defer("OUTSIDE_HOURS", start_ms)
    if sms_parts(wording.text) > book.policy.sending.max_sms_parts:
        return Block("TEXT_TOO_LONG")
    return Allow(end_ms)
