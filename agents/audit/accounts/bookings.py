"""The ledger's facts put in order: for each unpaid thing its snapshots, and all money with its returns."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from agents.audit.accounts.words import Known, as_of, newest
from agents.audit.evidence import Told
from schemas.facts import PaymentBooked, PaymentReturned, RepaymentMissed

Name = tuple[str, str]
"""Loan and instalment."""


class BookedMoney(NamedTuple):
    """A payment, or its return."""

    told: datetime
    booked: Any
    amount: int
    parts: tuple[tuple[Name, int], ...]
    word: Told
    of_payment: str
    returned: bool


class SnapshotChain(NamedTuple):
    """The snapshots of one thing that count, in their order, and when each was first told."""

    name: Name
    snapshots: list[Any]
    told: list[datetime]
    statement: bool


def chains_of(known: Known) -> Iterator[SnapshotChain]:
    """Each unpaid thing with the snapshots that count."""
    by_name: dict[Name, list[Told]] = defaultdict(list)
    for told in known.of(RepaymentMissed):
        by_name[told.fact.loan_id, told.fact.instalment_id].append(told)
    for name, words in by_name.items():
        first: dict[tuple[datetime, int, int], datetime] = {}
        for word in words:
            key = _same(word.fact)
            first[key] = min(first.get(key, word.fact.time), word.fact.time)
        winner = min(newest(words), key=lambda word: (word.fact.outstanding_minor, word.fact.amount_due_minor)).fact
        chain = [fact for fact in _in_order(words) if as_of(fact) < as_of(winner)]
        chain = [fact for fact in chain if _precedes(fact, winner)] + [winner]
        yield SnapshotChain(name, chain, [first[_same(fact)] for fact in chain], statement=winner.kind == "statement")


def _same(fact: Any) -> tuple[datetime, int, int]:
    """By these a snapshot is told again; the earliest telling is when it was told."""
    return (as_of(fact), fact.source_version, fact.outstanding_minor)


def _in_order(words: list[Told]) -> list[Any]:
    """One word for each ``as_of``: the newest telling of the least that is owed."""
    ranked = sorted((word.fact for word in words), key=lambda fact: (as_of(fact), fact.source_version, fact.time))
    kept: list[Any] = []
    for fact in ranked:
        if kept and as_of(kept[-1]) == as_of(fact):
            kept.pop()
        kept.append(fact)
    return kept


def _precedes(fact: Any, winner: Any) -> bool:
    return bool(fact.source != winner.source or fact.source_version <= winner.source_version)


def payments_of(known: Known) -> Iterator[BookedMoney]:
    """Each payment once, by the word on it that counts."""
    by_id: dict[str, list[Told]] = defaultdict(list)
    for told in known.of(PaymentBooked):
        by_id[told.fact.payment_id].append(told)
    for payment_id, words in by_id.items():
        word = max(newest(words), key=lambda one: (one.fact.amount_minor, one.fact.booked_at))
        parts = tuple(((p.loan_id, p.instalment_id), p.amount_minor) for p in word.fact.allocations or ())
        told = min(one.fact.time for one in words)
        yield BookedMoney(told, word.fact, word.fact.amount_minor, parts, word, payment_id, returned=False)


def returns_of(known: Known) -> Iterator[BookedMoney]:
    """Each return that ends its booking."""
    bookings: dict[str, list[Any]] = defaultdict(list)
    for told in known.of(PaymentBooked):
        bookings[told.fact.payment_id].append(told.fact)
    by_id: dict[tuple[str, object], list[Told]] = defaultdict(list)
    for told in known.of(PaymentReturned):
        by_id[told.fact.payment_id, told.fact.return_id or told.fact.booked_at].append(told)
    for (payment_id, _), words in by_id.items():
        word = min(newest(words), key=lambda one: (one.fact.amount_minor or 2**60, one.fact.booked_at))
        booked = bookings.get(payment_id)
        if booked is None or _outlived(word.fact, booked):
            continue
        told = min(one.fact.time for one in words)
        whole = max(booked, key=lambda one: (one.source_version, one.time)).amount_minor
        amount = whole if word.fact.amount_minor is None else word.fact.amount_minor
        yield BookedMoney(told, word.fact, amount, (), word, payment_id, returned=True)


def _outlived(returned: Any, bookings: list[Any]) -> bool:
    """Whether a booking is newer than the return, or as new."""
    for booked in bookings:
        versions = returned.source == booked.source and returned.source_version and booked.source_version
        mine = (booked.source_version,) if versions else (booked.time,)
        theirs = (returned.source_version,) if versions else (returned.time,)
        if mine >= theirs:
            return True
    return False
