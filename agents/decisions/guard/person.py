"""The guard in front of every send. Design rule 7: it fails closed and answers ALLOW, DEFER or BLOCK with a code.

The order of the checks is fixed: controls (`gate.controls_say`), pack, recipient and role, silences, opt-out, number,
approved texts and gateway (`standing_block`); then the amount and how fresh it is, whose turn it is, hours and pace,
whether the number was checked, caps (`may_speak`); then the text itself (`may_leave`). One function a check; each names
the rule of the pack that it applies. BLOCK is looked at again on every fact; DEFER names the instant at which to look
again.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from agents.decisions.account.receipts import number_failed
from agents.decisions.guard import caps, hours
from agents.decisions.guard.hours import Plan
from agents.decisions.guard.partition import Defer, Gate, inputs_say
from agents.decisions.guard.sharing import check_says, sharers_say
from agents.decisions.guard.silences import opted_out, silence, silence_to_answers
from agents.decisions.guard.text import screen
from agents.decisions.policy.rulebook import Rulebook
from agents.decisions.text.wording import Wording
from agents.decisions.time.windows import Closed
from schemas.stored.accounts import Account
from schemas.stored.structs import Struct
from schemas.values.instants import local_date, midnight_after
from schemas.values.money import MINOR_MAX


class Allow(Struct, frozen=True):
    """Nothing stands in the way. It must be out of the gateway before ``window_end_ms``, margin taken off."""

    window_end_ms: int


class Block(Struct, frozen=True):
    """Not until something changes; ``until_ms`` is when a silence ends by itself."""

    code: str
    until_ms: int | None = None
    endless: bool = True
    """Nobody knows when it ends: its days count towards the hand-off."""
    rule: str | None = None
    """The rule of the pack that says so."""
    of_message: bool = False
    """It refuses one message; every other block stands against any message to the account."""


# Against any message to the account


def _pack(account: Account, rulebook: Rulebook, now_ms: int) -> Block | None:
    """Evaluation contract 1: an unapproved pack never sends."""
    law = rulebook.law
    if not law.approved:
        return Block("PACK_NOT_APPROVED")
    if not law.complete:
        return Block("PACK_INCOMPLETE")
    if rulebook.unapproved:
        return Block(rulebook.unapproved[0])
    zone = rulebook.policy.lender.zone
    today = local_date(zone, now_ms)
    if today < law.pack.effective_from:
        return Block("PACK_NOT_IN_FORCE", midnight_after(zone, law.pack.effective_from, 0))
    if law.pack.effective_to is not None and today > law.pack.effective_to:
        return Block("PACK_NOT_IN_FORCE")
    return None


def _recipient(account: Account, rulebook: Rulebook, now_ms: int) -> Block | None:
    profile = account.profile
    if profile is None or profile.phone is None:
        return Block("RECIPIENT_UNKNOWN" if profile is None else "NO_PHONE")
    return None


def _role(account: Account, rulebook: Rulebook, now_ms: int) -> Block | None:
    """The debtor, and who answers for the debt by contract; a pack that allows no role sends nothing."""
    assert account.profile is not None
    if not rulebook.rules.roles:
        return Block("ROLE_UNKNOWN")
    for rule in rulebook.rules.roles:
        if account.profile.role not in rule.allow:
            return Block("ROLE_NOT_ALLOWED", rule=rule.id)
    return None


def _silence(account: Account, rulebook: Rulebook, now_ms: int) -> Block | None:
    quiet = silence(account, rulebook, now_ms)
    return None if quiet is None else Block(quiet.code, quiet.until_ms, quiet.endless, quiet.rule)


def _opt_out(account: Account, rulebook: Rulebook, now_ms: int) -> Block | None:
    found = opted_out(account, rulebook)
    return None if found is None else Block("OPTED_OUT", rule=found.rule)


def _number_works(account: Account, rulebook: Rulebook, now_ms: int) -> Block | None:
    if account.failed_number is not None and number_failed(account, rulebook.policy.sending.failures_to_hand_off):
        return Block("NUMBER_FAILED")
    return None


def _number_takes_sms(account: Account, rulebook: Rulebook, now_ms: int) -> Block | None:
    assert account.profile is not None
    return Block("FIXED_LINE") if account.profile.fixed_line else None


def _number_confirmed(account: Account, rulebook: Rulebook, now_ms: int) -> Block | None:
    assert account.profile is not None
    confirmed_ms = account.profile.confirmed_ms
    for rule in rulebook.rules.number_checks:
        day = None if confirmed_ms is None else local_date(rulebook.policy.lender.zone, confirmed_ms)
        today = local_date(rulebook.policy.lender.zone, now_ms)
        if day is None or today > day + timedelta(days=rule.max_age_days):
            return Block("NUMBER_NOT_CONFIRMED", rule=rule.id)
    return None


def _texts(account: Account, rulebook: Rulebook, now_ms: int) -> Block | None:
    assert account.profile is not None
    language = account.profile.language
    if language not in rulebook.texts:
        return Block("NO_TEXT_IN_LANGUAGE")
    return None if language in rulebook.approved_texts else Block("TEXT_NOT_APPROVED")


def _provider(account: Account, rulebook: Rulebook, now_ms: int) -> Block | None:
    """What the gateway's contract must allow: several large providers refuse reminders outright."""
    for rule in rulebook.rules.providers:
        if not getattr(rulebook.policy.gateway, rule.needs):
            return Block("PROVIDER_NOT_ALLOWED", rule=rule.id)
    return None


Check = Callable[[Account, Rulebook, int], Block | None]
_OF_THE_PERSON: Final[tuple[Check, ...]] = (_recipient, _role, _silence, _opt_out, _number_works, _number_takes_sms)
_STANDING: Final[tuple[Check, ...]] = (_pack, *_OF_THE_PERSON, _number_confirmed, _texts, _provider)


def personal_block(account: Account, rulebook: Rulebook, now_ms: int) -> Block | None:
    """What has the person left alone: it also takes back what has left. An approval that was withdrawn does not."""
    for check in _OF_THE_PERSON:
        block = check(account, rulebook, now_ms)
        if block is not None:
            return block
    return None


def standing_block(account: Account, rulebook: Rulebook, now_ms: int) -> Block | None:
    """What forbids any message to this account now: checks that need no text and no amount."""
    for check in _STANDING:
        block = check(account, rulebook, now_ms)
        if block is not None:
            return block
    return None


# Against an answer to a reply


def answer_block(account: Account, rulebook: Rulebook, now_ms: int, confirms: str) -> Block | None:
    """What forbids to answer a reply; ``confirms`` is the opt-out that the answer confirms, if it does."""
    if confirms and opted_out(account, rulebook) is None:
        return Block("NOT_OPTED_OUT")
    for check in (_pack, _recipient, _role):
        if (block := check(account, rulebook, now_ms)) is not None:
            return block
    quiet = silence_to_answers(account, rulebook, now_ms)
    if quiet is not None:
        return Block(quiet.code, quiet.until_ms, quiet.endless, quiet.rule)
    other = opted_out(account, rulebook, confirms)
    if other is not None:
        return Block("OPTED_OUT", rule=other.rule)
    for check in (_answers_number, _number_works, _number_takes_sms, _number_confirmed, _notices, _provider):
        if (block := check(account, rulebook, now_ms)) is not None:
            return block
    return None


def _answers_number(account: Account, rulebook: Rulebook, now_ms: int) -> Block | None:
    """Whoever answered the last message has the number to which it went."""
    assert account.profile is not None
    moved = bool(account.sent) and account.sent[-1].phone != account.profile.phone
    return Block("RECIPIENT_CHANGED") if moved else None


def _notices(account: Account, rulebook: Rulebook, now_ms: int) -> Block | None:
    assert account.profile is not None
    language = account.profile.language
    if language not in rulebook.notices:
        return Block("NO_TEXT_IN_LANGUAGE")
    return None if language in rulebook.approved_notices else Block("TEXT_NOT_APPROVED")


# Against this message, now


def _amount(amount_minor: int) -> Block | None:
    if 0 < amount_minor < MINOR_MAX:
        return None
    return Block("NOTHING_OWED" if amount_minor <= 0 else "AMOUNT_TOO_LARGE", of_message=True)


def may_speak(
    account: Account, rulebook: Rulebook, gate: Gate, amount_minor: int, plan: Plan, now_ms: int
) -> Allow | Defer | Block:
    """Whether a message that states this amount may leave at this hour, whatever its words are."""
    refused = _amount(amount_minor) or inputs_say(gate, rulebook, now_ms) or sharers_say(account, rulebook, now_ms)
    if refused is not None:
        return refused
    opening = hours.open_at(account, rulebook, now_ms)
    if isinstance(opening, Closed):
        return Block(opening.code, rule=opening.rule_id or None, of_message=True)
    if opening.start_ms > now_ms:
        return Defer("OUTSIDE_HOURS", opening.start_ms, hours.closed_by(account, rulebook, now_ms))
    if plan.at_ms > now_ms:
        return Defer(plan.why, plan.at_ms)
    unchecked = check_says(account, gate, now_ms)
    if unchecked is not None:
        return unchecked
    zone = hours.borrower_zone(account, rulebook)
    counted = caps.contacts_say(account, rulebook, zone, "messages", now_ms)
    return counted if counted is not None else Allow(opening.end_ms)


def may_leave(wording: Wording, parts: int, account: Account, rulebook: Rulebook) -> Block | tuple[str, ...]:
    """Whether this very text may leave: no forbidden words, the form that the channel needs, not too long.

    If it may: the rules that warn of it.
    """
    assert account.profile is not None
    objection, warnings = screen(
        wording, parts, account.profile.role, rulebook.rules, rulebook.policy.sending.max_sms_parts
    )
    return warnings if objection is None else Block(objection.code, rule=objection.rule, of_message=True)


def may_call(account: Account, rulebook: Rulebook, now_ms: int) -> Defer | None:
    """Whether a person may be set on the case now: caps on calls, and quiet days after a conversation."""
    return caps.contacts_say(account, rulebook, rulebook.policy.lender.zone, "calls", now_ms)
