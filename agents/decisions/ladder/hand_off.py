"""When a case goes to a person, why, and when it is taken back from them.

The hand-off goes by days past due, whatever was sent. Under a silence it waits: it comes when the silence ends, or,
where nobody knows when that will be, after the policy's days of being blocked, so that nobody is forgotten.
"""

from datetime import date
from typing import Final

from msgspec.structs import replace

from agents.decisions.account.owed.ledger import Ledger
from agents.decisions.account.receipts import number_failed
from agents.decisions.guard.partition import UNCHECKED
from agents.decisions.guard.questions import has_repeats, open_questions
from agents.decisions.guard.sharing import person_on_number_ms
from agents.decisions.guard.silences import AMOUNT_IMPLAUSIBLE, Silence, opted_out, silence
from agents.decisions.policy.rulebook import Rulebook
from agents.decisions.recorder import Recorder
from schemas.decisions import Outcome
from schemas.messages import CaseWithdrawn
from schemas.policy.keywords import VULNERABLE
from schemas.stored.accounts import NEVER_MS, Account, Cycle
from schemas.values.instants import DAY_MS, local_date, midnight_after

REPLY_RECEIVED: Final = "REPLY_RECEIVED"
_STAYS: Final = frozenset({"BLOCKED_TOO_LONG", REPLY_RECEIVED})
"""Hand-offs that come in spite of a silence: only the debt's end, or a silence that is final, takes them back."""
_CORRECTED: Final = "AMOUNT_CORRECTED"
ENDED_BUT_CLAIMED: Final = "ENDED_BUT_CLAIMED"
_CLAIM_MS: Final = 3 * DAY_MS
"""From the first word of the ledger after the account's end to the one at which a person looks."""


def claims_after_end(account: Account) -> list[int]:
    """The instants (epoch ms) after the account's end of which the ledger says that something is owed."""
    end = account.end
    if end is None or end.outcome is None:
        return []
    return [
        snapshot.as_of_ms
        for item in account.items
        for snapshot in item.snapshots
        if snapshot.as_of_ms > end.as_of_ms and snapshot.outstanding_minor
    ]


def claimed_after_end(account: Account) -> bool:
    """Whether the ledger has gone on claiming for days from an account that has ended, and nobody was told."""
    if account.end is None or account.end.handed_off:
        return False
    claims = claims_after_end(account)
    return bool(claims) and max(claims) - min(claims) >= _CLAIM_MS


def hand_off_ms(account: Account, since: date | None, cycle: Cycle, rulebook: Rulebook, now_ms: int) -> int:
    """When the case goes to a person; NEVER_MS while only a fact can make it.

    At that instant `hand_off_reason` may still find a silence; its block is recorded then, and its days count.
    """
    wanted_ms = _wanted(account, since, cycle, rulebook)
    blocked_ms = _blocked_too_long(account, cycle, rulebook)
    quiet = silence(account, rulebook, now_ms)
    asked = since is not None and bool(open_questions(account, rulebook))
    if quiet is not None and quiet.person_ms is not None:
        return quiet.person_ms
    if asked and (quiet is None or not quiet.final):
        return 0
    if (quiet is None or not quiet.endless) and since is not None and has_repeats(account, rulebook):
        wanted_ms = 0
    if quiet is None:
        return min(wanted_ms, blocked_ms)
    if not quiet.endless:
        return NEVER_MS if quiet.until_ms is None else max(min(wanted_ms, blocked_ms), quiet.until_ms)
    if account.blocked_since_ms is None:
        return wanted_ms
    return NEVER_MS if quiet.final else blocked_ms


def _wanted(account: Account, since: date | None, cycle: Cycle, rulebook: Rulebook) -> int:
    """When it would be handed off if nothing asked for silence."""
    rule = rulebook.policy.hand_off
    if account.unsupported is not None:
        return 0
    if rule is None or since is None:
        return NEVER_MS
    if account.failed_number is not None and number_failed(account, rulebook.policy.sending.failures_to_hand_off):
        return 0
    days_ms = max(midnight_after(rulebook.policy.lender.zone, since, rule.dpd), cycle.grace_until_ms or 0)
    unchecked_ms = person_on_number_ms(account)
    return days_ms if unchecked_ms is None else min(days_ms, unchecked_ms)


def _blocked_too_long(account: Account, cycle: Cycle, rulebook: Rulebook) -> int:
    rule, zone = rulebook.policy.hand_off, rulebook.policy.lender.zone
    if rule is None or account.blocked_since_ms is None:
        return NEVER_MS
    first_day = local_date(zone, account.blocked_since_ms)
    return max(midnight_after(zone, first_day, rule.blocked_days), cycle.grace_until_ms or 0)


def hand_off_reason(account: Account, cycle: Cycle, dpd: int | None, rulebook: Rulebook, now_ms: int) -> str | None:
    """Why a person takes over now; None when a silence forbids it."""
    quiet, asked = silence(account, rulebook, now_ms), bool(open_questions(account, rulebook))
    if quiet is None:
        unchecked_ms = person_on_number_ms(account)
        unchecked = unchecked_ms is not None and unchecked_ms <= now_ms
        asked = asked or has_repeats(account, rulebook)
        return _unsilenced_reason(account, dpd, rulebook, asked=asked, unchecked=unchecked)
    if quiet.person_ms is not None:
        return quiet.code if quiet.person_ms <= now_ms else None
    if asked and not quiet.final and dpd is not None:
        return REPLY_RECEIVED
    waited = quiet.endless and not quiet.final and _blocked_too_long(account, cycle, rulebook) <= now_ms
    return "BLOCKED_TOO_LONG" if waited else None


def _unsilenced_reason(account: Account, dpd: int | None, rulebook: Rulebook, *, asked: bool, unchecked: bool) -> str:
    rule = rulebook.policy.hand_off
    reasons = (
        (account.ended is not None, ENDED_BUT_CLAIMED),
        (account.unsupported is not None, account.unsupported or ""),
        (number_failed(account, rulebook.policy.sending.failures_to_hand_off), "NUMBER_FAILED"),
        (asked, REPLY_RECEIVED),
        (opted_out(account, rulebook) is not None, "OPTED_OUT"),
        (rule is not None and dpd is not None and dpd >= rule.dpd, "DAYS_PAST_DUE"),
        (unchecked, UNCHECKED),
    )
    return next((reason for is_so, reason in reasons if is_so), "BLOCKED_TOO_LONG")


def withdraw(account: Account, owed: Ledger, rec: Recorder) -> Account:
    """A silence begins: the case that a person has is taken back; it comes again when the silence ends.

    So is a case that a person has for an amount that cannot be right, once the ledger has corrected it.
    """
    cycle = account.cycle
    if cycle is None or cycle.handed_off_ms is None:
        return account
    quiet = silence(account, rec.rulebook, rec.now_ms)
    if quiet is None and cycle.handed_off_for == AMOUNT_IMPLAUSIBLE:
        quiet = Silence(_CORRECTED)
    if quiet is None or cycle.handed_off_for == VULNERABLE:
        return account
    if cycle.handed_off_for in _STAYS and not quiet.final:
        return account
    if quiet.person_ms is not None and quiet.person_ms <= rec.now_ms:
        return account
    rec.say(
        CaseWithdrawn(account_id=account.account_id, cycle_id=cycle.cycle_id, reason=quiet.code, withdrawn_at=rec.now)
    )
    rec.decide(
        account,
        owed,
        Outcome.WITHDRAWN,
        quiet.code,
        cycle_id=cycle.cycle_id,
        until_ms=quiet.until_ms,
        rule=quiet.rule,
    )
    return replace(account, cycle=replace(cycle, handed_off_ms=None, handed_off_for=None))
