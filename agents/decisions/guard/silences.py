"""Everything that asks for silence towards one person: holds, promises, plans, complaints, staff, and replies.

Of several the first in a fixed order is told: kinds under which no person phones either, then the other holds by id,
then a promise, a plan, a complaint, a decision of staff, and money that is said to be on its way.
"""

from collections.abc import Container, Iterator
from typing import Final

from msgspec.structs import replace

from agents.decisions.account.case.facts import REPLIES
from agents.decisions.account.case.heard import cycle_from_ms, set_aside
from agents.decisions.account.case.holds import UNREAD_FACT, is_lifted, kinds, stands
from agents.decisions.account.case.pledges import plan_stands, promised_until
from agents.decisions.account.facts import in_conflict
from agents.decisions.account.owed.ledger import doubts, overdue
from agents.decisions.account.owed.plausible import is_suspect, may_be_owed
from agents.decisions.account.owed.unmatched import unmatched_told_ms
from agents.decisions.policy.rulebook import Rulebook
from schemas.policy.keywords import bare
from schemas.stored.accounts import NEVER_MS, Account
from schemas.stored.case_files import CaseFile, Reply
from schemas.stored.holds import Hold
from schemas.stored.structs import Struct
from schemas.values.instants import local_date, midnight_after

DOUBT_DAYS: Final = 3
"""Calendar days of the lender's zone from the day on which money was first told: then a person looks."""

AMOUNT_IMPLAUSIBLE: Final = "AMOUNT_IMPLAUSIBLE"
"""An amount above the policy's bound, or far above what was told of the instalment: a person looks at once."""


class Silence(Struct, frozen=True):
    """Why nothing is said. ``until_ms`` is when it ends by itself; None when only a fact ends it."""

    code: str
    until_ms: int | None = None
    final: bool = False
    """Nobody phones either: no case is handed off under it."""
    endless: bool = False
    """Nobody knows when it ends: its days count towards the hand-off, so that the account is not forgotten."""
    rule: str | None = None
    """The rule of the pack that knows this kind of hold."""
    person_ms: int | None = None
    """From then on a person looks, in spite of the silence."""


def silence(account: Account, rulebook: Rulebook, now_ms: int) -> Silence | None:
    """The reason to be silent that is told; None while there is none."""
    if account.holds:
        held = _held(account, rulebook, now_ms)
        if held is not None:
            return held
    quiet = None if account.case is None else _by_case(account, account.case, rulebook, now_ms)
    return quiet or _by_doubt(account, rulebook, now_ms)


def silence_to_answers(account: Account, rulebook: Rulebook, now_ms: int) -> Silence | None:
    """Why a reply is not even answered: a hold, a complaint, a decision of staff, two words on who it is.

    What the borrower promised, agreed or says to have paid is no reason not to answer them.
    """
    quiet = _held(account, rulebook, now_ms) if account.holds else None
    if quiet is None and account.case is not None:
        quiet = _by_people(account, account.case, now_ms)
    if quiet is None and in_conflict(account, local_date(rulebook.policy.lender.zone, now_ms)):
        quiet = Silence("CONFLICTING_WORDS", endless=True)
    return quiet


def _by_doubt(account: Account, rulebook: Rulebook, now_ms: int) -> Silence | None:
    """What the bank's words leave open: nobody is asked for money that may be there, or for what cannot be right."""
    zone = rulebook.policy.lender.zone
    if is_suspect(account, rulebook.policy) and not may_be_owed(
        account, overdue(account, rulebook.policy), rulebook.policy
    ):
        return Silence(AMOUNT_IMPLAUSIBLE, person_ms=0)
    if in_conflict(account, local_date(zone, now_ms)):
        return Silence("CONFLICTING_WORDS", endless=True)
    if not account.payments or not account.items:
        return None
    told_ms = [payment.told_ms for payment in doubts(account, zone)]
    if told_ms:
        owed, tolerance_minor = overdue(account, rulebook.policy), rulebook.policy.tolerance_minor
        tolerance = tolerance_minor.get(account.currencies[0], 0) if account.currencies else 0
        if owed.lines and owed.stated_minor <= tolerance:
            return Silence("SAME_UNIT_MONEY", person_ms=_doubt_end(zone, min(told_ms)))
    first, *further = unmatched_told_ms(account, rulebook.policy) or [0]
    if first:
        person_ms = _doubt_end(zone, first)
        return Silence("UNMATCHED_MONEY", person_ms=min(person_ms, *further) if further else person_ms)
    return None


def _doubt_end(zone: str, told_ms: int) -> int:
    return midnight_after(zone, local_date(zone, told_ms), DOUBT_DAYS)


def _held(account: Account, rulebook: Rulebook, now_ms: int) -> Silence | None:
    apart = set_aside(account, "dispute")
    placed = [
        (hold, until_ms)
        for hold in account.holds
        if stands(hold)
        and hold.hold_id not in apart
        and ((until_ms := _hold_end(hold, rulebook)) is None or now_ms < until_ms)
    ]
    if not placed:
        return None
    final = [kind for kind in rulebook.final_holds if any(_is_of(hold, kind) for hold, _ in placed)]
    first, until_ms = next((h for h in placed if final and _is_of(h[0], final[0])), placed[0])
    endless = until_ms is None or until_ms >= NEVER_MS
    code = first.kind if first.kind == UNREAD_FACT else f"HOLD_{first.kind.upper()}"
    rule = rulebook.rules.holds.get(first.kind.upper())
    return Silence(code, until_ms, bool(final), endless, None if rule is None else rule.id)


def _is_of(hold: Hold, kind: str) -> bool:
    return kind in {name.upper() for name in kinds(hold)}


def _hold_end(hold: Hold, rulebook: Rulebook) -> int | None:
    """When a hold ends by itself: by its own word, or after the days that the pack gives its kind; not before the least
    days of its kind.
    """
    rule = rulebook.rules.holds.get(hold.kind.upper())
    end_ms, zone = hold.until_ms, rulebook.policy.lender.zone
    if rule is None:
        return end_ms
    placed = local_date(zone, hold.placed_ms)
    if end_ms is None and rule.max_days is not None:
        end_ms = midnight_after(zone, placed, rule.max_days)
    if end_ms is None or rule.min_days is None:
        return end_ms
    return max(end_ms, midnight_after(zone, placed, rule.min_days + 1))


def _by_case(account: Account, case: CaseFile, rulebook: Rulebook, now_ms: int) -> Silence | None:
    if case.promises:
        until_ms = promised_until(account, case, rulebook.policy, now_ms)
        if until_ms is not None:
            return Silence("PROMISE", until_ms)
    if case.plans and plan_stands(account, case, rulebook.policy, now_ms):
        return Silence("PLAN")
    told = _by_people(account, case, now_ms)
    if told is not None:
        return told
    claims = paid_claims(account, rulebook)
    paid_until_ms = max((paid_end(reply, rulebook) for reply in claims.believed), default=0)
    return Silence("CLAIMS_PAID", paid_until_ms) if now_ms < paid_until_ms else None


def _by_people(account: Account, case: CaseFile, now_ms: int) -> Silence | None:
    if any(not is_lifted(account, f"complaint/{c.complaint_id}", c.said_ms) for c in case.complaints):
        return Silence("COMPLAINT", endless=True)
    word = case.staff
    if word is not None and word.until_ms is not None and now_ms < word.until_ms:
        return Silence("STAFF", word.until_ms)
    return None


def _replies(account: Account, keywords: Container[str]) -> Iterator[Reply]:
    for reply in () if account.case is None else account.case.replies:
        for word in REPLIES.standing(reply):
            if bare(word.keyword) in keywords and not is_lifted(account, f"reply/{reply.reply_id}", word.said_ms):
                yield word


class PaidClaims(Struct, frozen=True):
    """Replies that say it is paid, in their order."""

    believed: tuple[Reply, ...]
    """The first one of each cycle."""
    repeated: tuple[Reply, ...]


def paid_claims(account: Account, rulebook: Rulebook) -> PaidClaims:
    """Which of them are believed."""
    words = sorted(_replies(account, rulebook.paid_words), key=lambda word: (word.said_ms, word.reply_id))
    from_ms = cycle_from_ms(account)
    earlier = [word for word in words if word.said_ms <= from_ms]
    now = words[len(earlier) :]
    first = [word for word in now if word.reply_id == now[0].reply_id]
    return PaidClaims((*earlier, *first), tuple(word for word in now if word.reply_id != now[0].reply_id))


def paid_end(reply: Reply, rulebook: Rulebook) -> int:
    """Until when a person who says they have paid is left alone."""
    zone = rulebook.policy.lender.zone
    return midnight_after(zone, local_date(zone, reply.said_ms), rulebook.policy.replies.paid_days)


class OptedOut(Struct, frozen=True):
    """The person wants no more messages; ``rule`` names the keyword of their reply, if it was one of the pack's."""

    rule: str | None = None


def opted_out(account: Account, rulebook: Rulebook, but: str = "") -> OptedOut | None:
    """Whether the person has opted out, by their profile or by a reply, that with the id ``but`` left aside.

    What a reply began no profile ends: only the person's own consent, given later, or a named person's lift.
    """
    profile = account.profile
    if profile is not None and profile.opted_out:
        return OptedOut()
    if account.case is None or not account.case.replies:
        return None
    consented_ms = max((consent.given_ms for consent in account.case.consents), default=0)
    for reply in _replies(account, rulebook.opt_out_words):
        if reply.said_ms >= consented_ms and reply.reply_id != but:
            return OptedOut(rulebook.opt_out_words[bare(reply.keyword)])
    return None


def wanted_now(account: Account) -> bool:
    """Whether a named person has asked for the next stage and it has not left yet."""
    word = None if account.case is None else account.case.staff
    return word is not None and word.decision == "send_now" and not word.used


def used_word(account: Account) -> Account:
    """What staff wanted sent has been sent."""
    case = account.case
    if case is None or case.staff is None or case.staff.used or case.staff.decision != "send_now":
        return account
    return replace(account, case=replace(case, staff=replace(case.staff, used=True)))
