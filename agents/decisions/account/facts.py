"""Applying a fact to an account: what is true now. Nothing here decides whether to speak.

Design rule 3: the same facts in any order, with repeats, give the same state. So every record is found by its
business key, and of several words on one thing the newest counts, then the kindest (`words.py`, docs/facts.md).
"""

from bisect import insort
from collections.abc import Callable
from typing import Any, Final

import phonenumbers
from msgspec.structs import replace

from agents.decisions.account import case_facts, holds, money
from agents.decisions.account.receipts import apply_receipt
from agents.decisions.account.snapshots import with_snapshot
from agents.decisions.account.words import SOURCES_MAX, elect
from schemas import cases, facts
from schemas.instants import shared_ms, to_ms
from schemas.policy.packs import minute_of
from schemas.stored.accounts import (
    NEVER_MS,
    STATE_VERSION,
    Account,
    End,
    Item,
    Owed,
    Part,
    Payment,
    Profile,
    Return,
    Schedule,
    Snapshot,
)

RECORDS_MAX: Final = 1_000
"""Records of one account; above it the account is handed to a person instead of growing (design rule 12).
Twenty unpaid instalments with a snapshot each day of the 45 that are remembered stay below it."""


def new_account(account_id: str) -> Account:
    """An account of which nothing is known yet."""
    return Account(next_due_at=NEVER_MS, state_version=STATE_VERSION, account_id=account_id)


def apply(account: Account, fact: facts.Fact, told_ms: int) -> Account:
    """The account with the fact in it; the very same object when the fact says nothing new.

    ``told_ms`` is when it was told: nothing that it states as of an instant is later.
    """
    handler = _HANDLERS.get(type(fact))
    after = _in_case(account, fact, told_ms) if handler is None else handler(account, fact, told_ms)
    if _records(after) > RECORDS_MAX and _records(after) > _records(account):
        # A new object even when nothing changed: so it is folded, and may have room again for a later fact.
        return replace(_unsupported(account, "ACCOUNT_TOO_LARGE"))
    return account if after == account else after


def _in_case(account: Account, fact: facts.Fact, told_ms: int) -> Account:
    if isinstance(fact, cases.PromiseMade | cases.PlanAgreed):
        account = _in_currency(account, fact.currency)
    return case_facts.HANDLERS[type(fact)](account, fact, told_ms)


def _unsupported(account: Account, code: str) -> Account:
    # Of several reasons the first in the alphabet stays: the order in which they came must not matter.
    if account.unsupported is not None and account.unsupported <= code:
        return account
    return replace(account, unsupported=code)


def _records(account: Account) -> int:
    snapshots = sum([len(item.snapshots) for item in account.items])
    in_case = 0 if account.case is None else case_facts.records(account.case)
    return len(account.payments) + len(account.holds) + len(account.items) + snapshots + in_case


def _in_currency(account: Account, currency: str) -> Account:
    if currency in account.currencies:
        return account
    account = replace(account, currencies=tuple(sorted((*account.currencies, currency))))
    return account if len(account.currencies) == 1 else _unsupported(account, "SECOND_CURRENCY")


def _with_sources(account: Account, count: int) -> Account:
    return account if count <= SOURCES_MAX else _unsupported(account, "TOO_MANY_SOURCES")


def _with_item(account: Account, loan_id: str, instalment_id: str, change: Callable[[Item], Item]) -> Account:
    items = account.items
    for index, item in enumerate(items):
        if item.instalment_id == instalment_id and item.loan_id == loan_id:
            return replace(account, items=(*items[:index], change(item), *items[index + 1 :]))
    ordered = list(items)
    insort(ordered, change(Item(loan_id, instalment_id)), key=_item_key)
    return replace(account, items=tuple(ordered))


def _item_key(item: Item) -> tuple[str, str]:
    return item.loan_id, item.instalment_id


def _owed(fact: facts.RepaymentMissed | facts.InstalmentScheduled) -> Owed:
    return Owed(fact.kind, fact.due_date, fact.effective_due, fact.amount_due_minor, fact.currency)


def _missed(account: Account, fact: facts.RepaymentMissed, told_ms: int) -> Account:
    owed, as_of_ms = _owed(fact), min(shared_ms(fact.as_of), told_ms)
    new = Snapshot(
        fact.source_version,
        as_of_ms,
        fact.outstanding_minor,
        fact.source,
        told_ms,
        told_ms,
        fact.as_of.date().toordinal() if fact.as_of_resolution == "day" else None,
    )

    def change(item: Item) -> Item:
        if not item.snapshots:
            return replace(item, missed=owed, snapshots=(new,))
        return with_snapshot(item, new, owed)

    return _with_item(_in_currency(account, fact.currency), fact.loan_id, fact.instalment_id, change)


def _scheduled(account: Account, fact: facts.InstalmentScheduled | facts.InstalmentWithdrawn, told_ms: int) -> Account:
    new = Schedule(
        fact.source_version,
        min(shared_ms(fact.as_of), told_ms),
        _owed(fact) if isinstance(fact, facts.InstalmentScheduled) else None,
        fact.source,
        told_ms,
        fact.as_of.date().toordinal(),
    )
    sources = 1

    def change(item: Item) -> Item:
        nonlocal sources
        old = item.schedule
        known = () if old is None else (replace(old, others=()), *old.others)
        best, *others = elect(known, new, lambda word: word.as_of_ms, _schedule_kindness)
        sources = 1 + len(others)
        return replace(item, schedule=replace(best, others=tuple(others)))

    if isinstance(fact, facts.InstalmentScheduled):
        account = _in_currency(account, fact.currency)
    account = _with_item(account, fact.loan_id, fact.instalment_id, change)
    return _with_sources(account, sources)


def _schedule_kindness(word: Schedule) -> tuple[int, int, int]:
    if word.owed is None:
        return 1, 0, 0
    return 0, -word.owed.amount_minor, word.owed.effective_due.toordinal()


def _with_payment(account: Account, payment_id: str, change: Callable[[Payment], Payment]) -> Account:
    old, rest = None, []
    for payment in account.payments:
        if payment.payment_id == payment_id:
            old = payment
        else:
            rest.append(payment)
    new = change(old or Payment(payment_id))
    if new == old:
        return account
    insort(rest, new, key=_payment_key)
    return _with_sources(replace(account, payments=tuple(rest)), 1 + len(new.others))


def _payment_key(payment: Payment) -> tuple[int, str]:
    return payment.booked_ms, payment.payment_id


def _booked(account: Account, fact: facts.PaymentBooked, told_ms: int) -> Account:
    parts = tuple(Part(p.loan_id, p.instalment_id, p.amount_minor) for p in fact.allocations or ())
    new = Payment(
        fact.payment_id,
        fact.source_version,
        min(to_ms(fact.booked_at), NEVER_MS),
        fact.amount_minor,
        fact.currency,
        parts or None,
        source=fact.source,
        time_ms=told_ms,
        told_ms=told_ms,
        day=fact.booked_at.date().toordinal() if fact.booked_resolution == "day" else None,
    )

    def change(old: Payment) -> Payment:
        known = () if not old.amount_minor else (replace(old, returns=(), others=(), returned_ms=None), *old.others)
        best, *others = elect(known, new, lambda word: 0, lambda word: (word.amount_minor, -word.booked_ms))
        told = [word.told_ms for word in (new, *known)]
        return _with_returns(replace(best, told_ms=min(told), returns=old.returns, others=tuple(others)))

    return _with_payment(_in_currency(account, fact.currency), fact.payment_id, change)


def _with_returns(payment: Payment) -> Payment:
    """The payment, with the instant of the latest return that counts."""
    back_ms = [back.returned_ms for back in money.returns(payment)] if payment.returns else []
    return replace(payment, returned_ms=max(back_ms, default=None))


def _returned(account: Account, fact: facts.PaymentReturned, told_ms: int) -> Account:
    returned_ms = to_ms(fact.booked_at)
    new = Return(
        fact.return_id or f"@{returned_ms}",
        fact.source_version,
        returned_ms,
        told_ms,
        fact.source,
        fact.amount_minor,
    )

    def change(old: Payment) -> Payment:
        known = next((back for back in old.returns if back.return_id == new.return_id), None)
        best = new if known is None or _return_rank(new) > _return_rank(known) else known
        returns = sorted(
            (*(back for back in old.returns if back is not known), best), key=lambda b: (b.returned_ms, b.return_id)
        )
        return _with_returns(replace(old, returns=tuple(returns)))

    return _with_payment(account, fact.payment_id, change)


def _return_rank(back: Return) -> tuple[int, int, int]:
    # Of two that tie the smaller amount is owed again.
    amount_minor = -NEVER_MS if back.amount_minor is None else -back.amount_minor
    return back.version, back.time_ms, amount_minor


def _profile(account: Account, fact: facts.ProfileUpdated, told_ms: int) -> Account:
    opted_out = any(
        o.scope == "all"
        or (o.scope == "channel" and o.value == "sms")
        or (o.scope == "address" and o.value == fact.phone)
        for o in fact.opt_outs
    )
    as_of_ms = min(to_ms(fact.as_of), told_ms)
    new = Profile(
        version=fact.source_version,
        as_of_ms=as_of_ms,
        surname=fact.surname,
        given_name=fact.given_name,
        salutation=fact.salutation,
        phone=fact.phone,
        language=fact.language,
        zone=fact.zone,
        role=fact.role,
        opted_out=opted_out,
        segment=fact.risk_segment,
        other_zones=tuple(sorted(set(fact.other_zones) - {fact.zone})),
        agreed=_agreed(fact.agreed_hours),
        agreed_with=None if fact.agreed_hours is None else fact.agreed_hours.evidence_id,
        confirmed_ms=None if fact.number_confirmed_at is None else to_ms(fact.number_confirmed_at),
        source=fact.source,
        time_ms=told_ms,
        fixed_line=fact.phone is not None and _is_fixed_line(fact.phone),
    )
    old = account.profile
    if old is None:
        return replace(account, profile=new)
    known = (replace(old, others=()), *old.others)
    best, *others = elect(known, new, lambda word: word.as_of_ms, _profile_kindness)
    return _with_sources(replace(account, profile=replace(best, others=tuple(others))), 1 + len(others))


def _profile_kindness(word: Profile) -> tuple[bool, bool, bool]:
    return word.opted_out, word.phone is None, word.role != "debtor"


def _is_fixed_line(phone: str) -> bool:
    kind = phonenumbers.number_type(phonenumbers.parse(phone))
    return bool(kind == phonenumbers.PhoneNumberType.FIXED_LINE)


def in_conflict(account: Account) -> bool:
    """Whether two sources told at once of two people to write to, and neither chases less."""
    profile = account.profile
    if profile is None or not profile.others:
        return False
    rival = profile.others[0]
    tie = (profile.as_of_ms, profile.time_ms) == (rival.as_of_ms, rival.time_ms)
    differ = (profile.phone, profile.surname, profile.given_name) != (rival.phone, rival.surname, rival.given_name)
    return tie and differ and _profile_kindness(profile) == _profile_kindness(rival)


def _agreed(hours: facts.AgreedHours | None) -> tuple[int, int] | None:
    return None if hours is None else (minute_of(hours.start), minute_of(hours.end))


def _end(account: Account, fact: cases.AccountEnded | cases.AccountReopened, told_ms: int) -> Account:
    outcome = fact.outcome if isinstance(fact, cases.AccountEnded) else None
    new = End(fact.source_version, min(to_ms(fact.as_of), told_ms), told_ms, fact.source, outcome)
    old = account.end
    known = () if old is None else (replace(old, others=()), *old.others)
    best, *others = elect(
        known, new, lambda word: word.as_of_ms, lambda word: (word.outcome is not None, word.outcome or "")
    )
    kept = old if old is not None and (old.as_of_ms, old.outcome) == (best.as_of_ms, best.outcome) else None
    end = replace(
        best,
        others=tuple(others),
        claim_told=kept is not None and kept.claim_told,
        handed_off=kept is not None and kept.handed_off,
    )
    return _with_sources(replace(account, ended=end.outcome, ended_by=None, end=end), 1 + len(others))


def _dismissed(account: Account, fact: cases.DeadLetterDismissed, told_ms: int) -> Account:
    return holds.release_unread(account, fact.at)


def _receipt(account: Account, fact: cases.ReminderReceipt, told_ms: int) -> Account:
    return apply_receipt(account, fact)


_HANDLERS: Final[dict[type[facts.Fact], Callable[[Account, Any, int], Account]]] = {
    facts.RepaymentMissed: _missed,
    facts.InstalmentScheduled: _scheduled,
    facts.InstalmentWithdrawn: _scheduled,
    facts.PaymentBooked: _booked,
    facts.PaymentReturned: _returned,
    facts.ProfileUpdated: _profile,
    cases.HoldPlaced: holds.place,
    cases.HoldLifted: holds.lift,
    cases.ReminderReceipt: _receipt,
    cases.DeadLetterDismissed: _dismissed,
    cases.AccountEnded: _end,
    cases.AccountReopened: _end,
}
"""`case_facts` has the others."""


def forget_profile(account: Account) -> Account:
    """A tombstone on ``profile-updated``: the person asked to be forgotten, or the lender erased them."""
    return replace(account, profile=None)
