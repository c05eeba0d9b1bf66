"""Folding a fact into an account: what is true now. Nothing here decides whether to speak.

Design rule 3: the same facts in any order, with repeats, give the same state. So every record is found by its
business key, and of two records for one key the winner is chosen by version, then as_of, then event id.
"""

from bisect import insort
from collections.abc import Callable
from typing import Any, Final

from msgspec.structs import replace

from agents.decisions.account import case_facts
from agents.decisions.account.receipts import apply_receipt
from agents.decisions.guard.silences import UNREAD_FACT
from schemas import cases, facts
from schemas.instants import shared_ms, to_ms
from schemas.policy.packs import minute_of
from schemas.stored.accounts import (
    NEVER_MS,
    STATE_VERSION,
    Account,
    Hold,
    Item,
    Owed,
    Part,
    Payment,
    Profile,
    Schedule,
    Snapshot,
)

RECORDS_MAX: Final = 1_000
"""Records of one account; above it the account is handed to a person instead of growing (design rule 12).
Twenty unpaid instalments with a snapshot each day of the 45 that are remembered stay below it."""


def new_account(account_id: str) -> Account:
    """An account of which nothing is known yet."""
    return Account(next_due_at=NEVER_MS, state_version=STATE_VERSION, account_id=account_id)


def apply(account: Account, fact: facts.Fact, now_ms: int) -> Account:
    """The account with the fact in it; the very same object when the fact says nothing new."""
    handler = _HANDLERS.get(type(fact))
    after = _in_case(account, fact, now_ms) if handler is None else handler(account, fact)
    if _records(after) > RECORDS_MAX and _records(after) > _records(account):
        # A new object even when nothing changed: so it is folded, and may have room again for a later fact.
        return replace(_unsupported(account, "ACCOUNT_TOO_LARGE"))
    return account if after == account else after


def _in_case(account: Account, fact: facts.Fact, now_ms: int) -> Account:
    if isinstance(fact, cases.PromiseMade | cases.PlanAgreed):
        account = _in_currency(account, fact.currency)
    return case_facts.HANDLERS[type(fact)](account, fact, now_ms)


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


def _missed(account: Account, fact: facts.RepaymentMissed) -> Account:
    new = Snapshot(fact.source_version, shared_ms(fact.as_of), fact.event_id, fact.outstanding_minor)

    def change(item: Item) -> Item:
        if not item.snapshots:
            return replace(item, missed=_owed(fact), snapshots=(new,))
        # An end-of-day rerun differs in its event id only: the last id stands for all of them.
        same = [s for s in item.snapshots if (s.version, s.as_of_ms) == (new.version, new.as_of_ms)]
        if any(s.event_id >= new.event_id for s in same):
            return item
        kept = [s for s in item.snapshots if s not in same]
        snapshots = tuple(sorted((*kept, new), key=lambda s: (s.as_of_ms, s.version)))
        wins = max(snapshots, key=lambda s: (s.version, s.as_of_ms, s.event_id)) is new
        return replace(item, missed=_owed(fact) if wins else item.missed, snapshots=snapshots)

    return _with_item(_in_currency(account, fact.currency), fact.loan_id, fact.instalment_id, change)


def _scheduled(account: Account, fact: facts.InstalmentScheduled | facts.InstalmentWithdrawn) -> Account:
    owed = _owed(fact) if isinstance(fact, facts.InstalmentScheduled) else None
    new = Schedule(fact.source_version, shared_ms(fact.as_of), fact.event_id, owed)

    def change(item: Item) -> Item:
        old = item.schedule
        if old is not None and (old.version, old.as_of_ms, old.event_id) >= (new.version, new.as_of_ms, new.event_id):
            return item
        return replace(item, schedule=new)

    if isinstance(fact, facts.InstalmentScheduled):
        account = _in_currency(account, fact.currency)
    return _with_item(account, fact.loan_id, fact.instalment_id, change)


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
    return replace(account, payments=tuple(rest))


def _payment_key(payment: Payment) -> tuple[int, str]:
    return payment.booked_ms, payment.payment_id


def _booked(account: Account, fact: facts.PaymentBooked) -> Account:
    booked_ms = to_ms(fact.booked_at)
    parts = fact.allocations
    stored = None if parts is None else tuple(Part(p.loan_id, p.instalment_id, p.amount_minor) for p in parts)

    def change(old: Payment) -> Payment:
        if old.amount_minor and (old.version, old.booked_ms, old.event_id) >= (
            fact.source_version,
            booked_ms,
            fact.event_id,
        ):
            return old
        return Payment(
            fact.payment_id,
            fact.source_version,
            booked_ms,
            fact.event_id,
            fact.amount_minor,
            fact.currency,
            stored,
            old.returned_ms,
        )

    return _with_payment(_in_currency(account, fact.currency), fact.payment_id, change)


def _returned(account: Account, fact: facts.PaymentReturned) -> Account:
    returned_ms = to_ms(fact.booked_at)
    return _with_payment(
        account, fact.payment_id, lambda old: replace(old, returned_ms=max(returned_ms, old.returned_ms or returned_ms))
    )


def _profile(account: Account, fact: facts.ProfileUpdated) -> Account:
    opted_out = any(
        o.scope == "all"
        or (o.scope == "channel" and o.value == "sms")
        or (o.scope == "address" and o.value == fact.phone)
        for o in fact.opt_outs
    )
    new = Profile(
        version=fact.source_version,
        as_of_ms=to_ms(fact.as_of),
        event_id=fact.event_id,
        surname=fact.surname,
        given_name=fact.given_name,
        salutation=fact.salutation,
        phone=fact.phone,
        language=fact.language,
        zone=fact.zone,
        role=fact.role,
        opted_out=opted_out,
        segment=fact.risk_segment,
        since_ms=to_ms(fact.as_of),
        any_opt_out=bool(fact.opt_outs),
        other_zones=tuple(sorted(set(fact.other_zones) - {fact.zone})),
        agreed=_agreed(fact.agreed_hours),
        agreed_with=None if fact.agreed_hours is None else fact.agreed_hours.evidence_id,
        confirmed_ms=None if fact.number_confirmed_at is None else to_ms(fact.number_confirmed_at),
    )
    old = account.profile
    if old is None:
        return replace(account, profile=new)
    if old.version == new.version:
        since_ms = min(old.since_ms, new.since_ms)
        old, new = replace(old, since_ms=since_ms), replace(new, since_ms=since_ms)
    newer = (new.version, new.as_of_ms, new.event_id) > (old.version, old.as_of_ms, old.event_id)
    return replace(account, profile=new if newer else old)


def _agreed(hours: facts.AgreedHours | None) -> tuple[int, int] | None:
    return None if hours is None else (minute_of(hours.start), minute_of(hours.end))


def _with_hold(account: Account, hold_id: str, change: Callable[[Hold], Hold]) -> Account:
    old = next((h for h in account.holds if h.hold_id == hold_id), None)
    rest = [h for h in account.holds if h is not old]
    insort(rest, change(old or Hold(hold_id)), key=lambda h: h.hold_id)
    return replace(account, holds=tuple(rest))


def _hold_placed(account: Account, fact: cases.HoldPlaced) -> Account:
    def change(old: Hold) -> Hold:
        if old.kind and (old.version, old.event_id) >= (fact.source_version, fact.event_id):
            return old
        # 9999-12-31 is how some sources say "for ever"; not every zone has a name for that instant.
        until_ms = None if fact.until is None else min(to_ms(fact.until), NEVER_MS)
        return replace(
            old,
            kind=fact.kind,
            version=fact.source_version,
            event_id=fact.event_id,
            until_ms=until_ms,
            # A source that tells it again each night does not place it anew.
            placed_ms=min(to_ms(fact.time), old.placed_ms or NEVER_MS),
        )

    return _with_hold(account, fact.hold_id, change)


def _hold_lifted(account: Account, fact: cases.HoldLifted) -> Account:
    return _with_hold(account, fact.hold_id, lambda old: replace(old, lifted=True))


def _ended(account: Account, fact: cases.AccountEnded) -> Account:
    rank = (fact.source_version, to_ms(fact.as_of), fact.event_id)
    if account.ended_by is not None and account.ended_by >= rank:
        return account
    return replace(account, ended=fact.outcome, ended_by=rank)


def hold_unread(account: Account, at: str) -> Account:
    """The account silenced by the record at these coordinates; the same object if it is already, or was released."""
    if any(h.hold_id == f"unread/{at}" for h in account.holds):
        return account
    return _with_hold(account, f"unread/{at}", lambda old: replace(old, kind=UNREAD_FACT))


def release_unread(account: Account, at: str) -> Account:
    """The account without the silence of that record; the same object if it has none."""
    holds = tuple(h for h in account.holds if h.hold_id != f"unread/{at}")
    return account if len(holds) == len(account.holds) else replace(account, holds=holds)


def _dismissed(account: Account, fact: cases.DeadLetterDismissed) -> Account:
    return release_unread(account, fact.at)


_HANDLERS: Final[dict[type[facts.Fact], Callable[[Account, Any], Account]]] = {
    facts.RepaymentMissed: _missed,
    facts.InstalmentScheduled: _scheduled,
    facts.InstalmentWithdrawn: _scheduled,
    facts.PaymentBooked: _booked,
    facts.PaymentReturned: _returned,
    facts.ProfileUpdated: _profile,
    cases.HoldPlaced: _hold_placed,
    cases.HoldLifted: _hold_lifted,
    cases.ReminderReceipt: apply_receipt,
    cases.DeadLetterDismissed: _dismissed,
    cases.AccountEnded: _ended,
}
"""The facts that need no present instant; `casework` has the others."""


def forget_profile(account: Account) -> Account:
    """A tombstone on ``profile-updated``: the person asked to be forgotten, or the lender erased them."""
    return replace(account, profile=None)
