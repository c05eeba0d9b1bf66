"""Applying a fact to an account: what is true now. Nothing here decides whether to speak.

Design rule 3: the same facts in any order, with repeats, give the same state. So every record is found by its
business key, and of several words on one thing the newest counts, then the kindest (`words.py`, docs/facts.md).
"""

from bisect import insort
from collections.abc import Callable
from datetime import date
from typing import Any, Final, NamedTuple

from msgspec.structs import replace

from agents.decisions.account.case import facts as case_facts
from agents.decisions.account.case import holds
from agents.decisions.account.case.heard import hear
from agents.decisions.account.erasure import erase, is_erased
from agents.decisions.account.limits import RECORDS_MAX, in_currency, records, unsupported, with_sources
from agents.decisions.account.numbers import after_profile, number_told
from agents.decisions.account.owed import payments as money
from agents.decisions.account.owed import snapshots
from agents.decisions.account.owed.debts import amended_by
from agents.decisions.account.owed.plausible import least_minor
from agents.decisions.account.receipts import apply_receipt
from agents.decisions.account.words import Contest, Telling, Versioned
from schemas import cases, facts
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
from schemas.values.channels import SMS
from schemas.values.instants import shared_ms, to_ms
from schemas.values.phones import is_fixed_line


class Applied(NamedTuple):
    """An account with a fact in it."""

    account: Account
    """The very same object when the fact says nothing new."""
    lost_to: Versioned | None = None
    """The word that counts in place of the fact's, where that was not told before."""


def new_account(account_id: str) -> Account:
    """An account of which nothing is known yet."""
    return Account(next_due_at=NEVER_MS, state_version=STATE_VERSION, account_id=account_id)


def apply(account: Account, fact: facts.Fact, told_ms: int) -> Applied:
    """The account with the fact in it.

    ``told_ms`` is when it was told: nothing that it states as of an instant is later.
    """
    telling = Telling(told_ms)
    handler = _HANDLERS.get(type(fact))
    after = _in_case(account, fact, telling) if handler is None else handler(account, fact, telling)
    after = hear(after, fact, told_ms)
    if records(after) > RECORDS_MAX and records(after) > records(account):
        # A new object even when nothing changed: so it is folded, and may have room again for a later fact.
        return Applied(replace(unsupported(account, "ACCOUNT_TOO_LARGE")))
    return Applied(account if after == account else after, telling.lost_to)


def _in_case(account: Account, fact: facts.Fact, telling: Telling) -> Account:
    if isinstance(fact, cases.PromiseMade | cases.PlanAgreed):
        account = in_currency(account, fact.currency)
    return case_facts.HANDLERS[type(fact)](account, fact, telling)


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


def _missed(account: Account, fact: facts.RepaymentMissed, telling: Telling) -> Account:
    owed, as_of_ms = _owed(fact), min(shared_ms(fact.as_of), telling.ms)
    new = Snapshot(
        fact.source_version,
        as_of_ms,
        fact.outstanding_minor,
        fact.source,
        telling.ms,
        telling.ms,
        fact.as_of.date().toordinal() if fact.as_of_resolution == "day" else None,
    )

    def change(item: Item) -> Item:
        if not item.snapshots:
            return replace(item, missed=owed, snapshots=(new,))
        return snapshots.with_snapshot(item, new, owed, telling)

    return _with_item(in_currency(account, fact.currency), fact.loan_id, fact.instalment_id, change)


_SCHEDULES: Final = Contest[Schedule](
    says=lambda word: (word.owed, word.as_of_day),
    # Withdrawn, or the smaller amount.
    kindness=lambda word: (1, 0) if word.owed is None else (0, -word.owed.amount_minor),
    as_of=lambda word: word.as_of_ms,
    differs=lambda word: None if word.owed is None else word.owed.effective_due,
)


def _scheduled(
    account: Account, fact: facts.InstalmentScheduled | facts.InstalmentWithdrawn, telling: Telling
) -> Account:
    new = Schedule(
        fact.source_version,
        min(shared_ms(fact.as_of), telling.ms),
        _owed(fact) if isinstance(fact, facts.InstalmentScheduled) else None,
        fact.source,
        telling.ms,
        fact.as_of.date().toordinal(),
    )
    stand = 1

    def change(item: Item) -> Item:
        nonlocal stand
        best = _SCHEDULES.elect(item.schedule and replace(item.schedule, least_minor=None), new, telling)
        stand = 1 + len(best.others)
        item = replace(item, schedule=replace(best, least_minor=least_minor(best, item.schedule, new)))
        return item if fact.type == "instalment.scheduled" else snapshots.with_older_word(item, new, telling)

    if isinstance(fact, facts.InstalmentScheduled):
        account = in_currency(account, fact.currency)
    account = _with_item(account, fact.loan_id, fact.instalment_id, change)
    return with_sources(account, stand)


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
    return with_sources(replace(account, payments=tuple(rest)), 1 + len(new.others))


def _payment_key(payment: Payment) -> tuple[int, str]:
    return payment.booked_ms, payment.payment_id


_PAYMENTS: Final = Contest[Payment](
    says=lambda word: (word.amount_minor, word.booked_ms, word.currency, word.parts, word.day),
    # The larger amount, booked later: a snapshot taken in between does not have it yet.
    kindness=lambda word: (word.amount_minor, word.booked_ms),
    differs=lambda word: word.parts,
)


def _booked(account: Account, fact: facts.PaymentBooked, telling: Telling) -> Account:
    parts = tuple(Part(p.loan_id, p.instalment_id, p.amount_minor) for p in fact.allocations or ())
    new = Payment(
        fact.payment_id,
        fact.source_version,
        min(to_ms(fact.booked_at), NEVER_MS),
        fact.amount_minor,
        fact.currency,
        parts or None,
        source=fact.source,
        time_ms=telling.ms,
        day=fact.booked_at.date().toordinal() if fact.booked_resolution == "day" else None,
    )

    def change(old: Payment) -> Payment:
        if not old.amount_minor:
            return _with_returns(replace(new, told_ms=telling.ms, returns=old.returns))
        word = replace(old, returns=(), returned_ms=None, told_ms=0)
        told_ms = min(old.told_ms, telling.ms)
        return _with_returns(replace(_PAYMENTS.elect(word, new, telling), told_ms=told_ms, returns=old.returns))

    return _with_payment(in_currency(account, fact.currency), fact.payment_id, change)


def _with_returns(payment: Payment) -> Payment:
    """The payment, with the instant of the latest return that counts."""
    back_ms = [back.returned_ms for back in money.returns(payment)] if payment.returns else []
    return replace(payment, returned_ms=max(back_ms, default=None))


_RETURNS: Final = Contest[Return](
    says=lambda word: (word.amount_minor, word.returned_ms),
    # The smaller amount is owed again; booked earlier, a snapshot taken in between has it already.
    kindness=lambda word: (-NEVER_MS if word.amount_minor is None else -word.amount_minor, -word.returned_ms),
)


def _returned(account: Account, fact: facts.PaymentReturned, telling: Telling) -> Account:
    returned_ms = to_ms(fact.booked_at)
    new = Return(
        fact.return_id or f"@{returned_ms}",
        fact.source_version,
        returned_ms,
        telling.ms,
        fact.source,
        fact.amount_minor,
    )
    stand = 1

    def change(old: Payment) -> Payment:
        nonlocal stand
        known = next((back for back in old.returns if back.return_id == new.return_id), None)
        best = _RETURNS.elect(known, new, telling)
        stand = 1 + len(best.others)
        returns = sorted(
            (*(back for back in old.returns if back is not known), best), key=lambda b: (b.returned_ms, b.return_id)
        )
        return _with_returns(replace(old, returns=tuple(returns)))

    return with_sources(_with_payment(account, fact.payment_id, change), stand)


def _profile(account: Account, fact: facts.ProfileUpdated, telling: Telling) -> Account:
    if is_erased(account, telling.ms):
        return account
    opted_out = any(
        o.scope == "all"
        or (o.scope == "channel" and o.value == SMS)
        or (o.scope == "address" and o.value == fact.phone)
        for o in fact.opt_outs
    )
    as_of_ms = min(to_ms(fact.as_of), telling.ms)
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
        time_ms=telling.ms,
        fixed_line=fact.phone is not None and is_fixed_line(fact.phone),
    )
    best = _PROFILES.elect(account.profile, new, telling)
    number = after_profile(account, new, best)
    return with_sources(replace(account, profile=best, number=number), 1 + len(best.others))


_PROFILES: Final = Contest[Profile](
    says=lambda word: replace(word, version=0, as_of_ms=0, source="", time_ms=0, others=(), beat=False),
    kindness=lambda word: (word.opted_out, word.phone is None, word.role != "debtor"),
    as_of=lambda word: word.as_of_ms,
    differs=lambda word: (word.phone, word.surname, word.given_name, word.salutation, word.zone),
)


def in_conflict(account: Account, today: date) -> bool:
    """Whether words that were told at once differ in what is written, and neither chases less."""
    profile = account.profile
    if profile is not None and profile.others and _PROFILES.in_conflict(profile):
        return True
    if any(payment.others and _PAYMENTS.in_conflict(payment) for payment in account.payments):
        return True
    for item in account.items:
        if len(item.snapshots) > 1 and snapshots.in_conflict(item):
            return True
        schedule = item.schedule
        if schedule is not None and schedule.others and _SCHEDULES.in_conflict(schedule):
            to_come = item.missed is None and schedule.owed is not None and schedule.owed.effective_due >= today
            if to_come or amended_by(item) is not None:
                return True
    return False


def _agreed(hours: facts.AgreedHours | None) -> tuple[int, int] | None:
    return None if hours is None else (minute_of(hours.start), minute_of(hours.end))


_ENDS: Final = Contest[End](
    says=lambda word: word.outcome,
    kindness=lambda word: (word.outcome is not None, word.outcome or ""),
    as_of=lambda word: word.as_of_ms,
)


def _end(account: Account, fact: cases.AccountEnded | cases.AccountReopened, telling: Telling) -> Account:
    outcome = fact.outcome if isinstance(fact, cases.AccountEnded) else None
    new = End(fact.source_version, min(to_ms(fact.as_of), telling.ms), telling.ms, fact.source, outcome)
    old = account.end
    end = _ENDS.elect(None if old is None else replace(old, claim_told=False, handed_off=False), new, telling)
    if old is not None and (old.as_of_ms, old.outcome) == (end.as_of_ms, end.outcome):
        end = replace(end, claim_told=old.claim_told, handed_off=old.handed_off)
    return with_sources(replace(account, ended=end.outcome, ended_by=None, end=end), 1 + len(end.others))


def _dismissed(account: Account, fact: cases.DeadLetterDismissed, telling: Telling) -> Account:
    return holds.release_unread(account, fact.at)


def _receipt(account: Account, fact: cases.ReminderReceipt, telling: Telling) -> Account:
    return apply_receipt(account, fact)


_HANDLERS: Final[dict[type[facts.Fact], Callable[[Account, Any, Telling], Account]]] = {
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
    cases.AccountErased: erase,
    cases.NumberTold: number_told,
}
"""`case_facts` has the others."""
