"""What is owed by the facts, between two bounds: `kind` takes what speaks for the borrower, the other what speaks
against it. Where no money is in doubt the two are one number.

Each unpaid thing is a chain of snapshots. Payments and returns are put to those that stood when they were booked; a
snapshot that was taken later holds them already. By docs/facts.md, Money in doubt.
"""

from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any, NamedTuple

from agents.audit.accounts.bookings import BookedMoney, Name, SnapshotChain, chains_of, payments_of, returns_of
from agents.audit.accounts.words import Known, as_of, newest
from agents.audit.evidence import Told
from agents.audit.standards.zones import day_of, ms_of
from schemas.facts import InstalmentScheduled, InstalmentWithdrawn

_SLIP = timedelta(days=31)
"""A booking so long after it was told is a slip of the pen."""


class OverdueLine(NamedTuple):
    """One unpaid thing."""

    name: Name
    due: date
    effective_due: date
    low: int
    high: int


class OwedBounds(NamedTuple):
    """What is overdue by the facts, and what shows it."""

    low: int
    high: int
    lines: tuple[OverdueLine, ...]
    """Those with something left, the oldest first."""
    currencies: frozenset[str]
    statements: bool
    """Card statements replace each other; which day is the oldest then depends on what was cured between."""
    money: tuple[Told, ...]
    """Payments and returns that were known."""

    @property
    def exact(self) -> bool:
        """Whether no money is in doubt."""
        return self.low == self.high


def owed(known: Known, zone: str) -> OwedBounds:
    """What is overdue. ``zone`` is the lender's: by it a finer time is put to a day."""
    chains = [chain for chain in chains_of(known) if chain.snapshots]
    money = [*payments_of(known), *returns_of(known)]
    money.sort(key=lambda one: (one.booked.booked_at, one.returned))
    changed = {chain.name: _changes(known, chain, zone) for chain in chains}
    low = _balances(chains, money, zone, changed, kind=True)
    high = _balances(chains, money, zone, changed, kind=False)
    lines = []
    for chain in chains:
        last = changed[chain.name][0] or chain.snapshots[-1]
        bounds = sorted((low.get(chain.name, 0), high.get(chain.name, 0)))
        if bounds[1] > 0:
            lines.append(OverdueLine(chain.name, last.due_date, last.effective_due, *bounds))
    lines.sort(key=lambda line: (line.effective_due, line.name))
    return OwedBounds(
        sum(line.low for line in lines),
        sum(line.high for line in lines),
        tuple(lines),
        frozenset(chain.snapshots[-1].currency for chain in chains),
        sum(chain.statement for chain in chains) > 1,
        tuple(one.word for one in money),
    )


def _changes(known: Known, chain: SnapshotChain, zone: str) -> tuple[Any, int | None, int | None]:
    """The word on the instalment that counts against its miss, and what is left by it at the snapshot's instant.

    Two numbers: as an amendment, and as one that was merely told again; None where there is nothing to change.
    """
    name = chain.name
    words = [
        told
        for told in (*known.of(InstalmentScheduled), *known.of(InstalmentWithdrawn))
        if (told.fact.loan_id, told.fact.instalment_id) == name
    ]
    if not words:
        return None, None, None
    missed = chain.snapshots[-1]
    word = min(newest(words), key=lambda one: getattr(one.fact, "amount_due_minor", 0)).fact
    if not _counts_against(word, missed):
        return None, None, None
    stays = missed.outstanding_minor
    if isinstance(word, InstalmentWithdrawn):
        return None, 0, 0
    if word.effective_due >= day_of(zone, ms_of(as_of(word))):
        left = 0
    else:
        left = max(0, word.amount_due_minor - (missed.amount_due_minor - stays))
    if word.type == "instalment.amended":
        return (word if left else None), left, left
    return None, min(left, stays), max(left, stays)


def _counts_against(word: Any, missed: Any) -> bool:
    if word.source == missed.source:
        mine = (word.source_version, as_of(word), word.time)
        theirs = (missed.source_version, as_of(missed), missed.time)
        return bool(mine > theirs)
    return (as_of(word), word.time) > (as_of(missed), missed.time)


def _balances(
    chains: list[SnapshotChain],
    money: list[BookedMoney],
    zone: str,
    changed: dict[Name, tuple[Any, int | None, int | None]],
    *,
    kind: bool,
) -> dict[Name, int]:
    """What is left of each thing when everything has been put where it belongs."""
    account = _Account(chains, zone, changed, kind=kind)
    for one in money:
        if one.returned:
            account.take_back(one)
        else:
            account.put(one)
    return account.close()


class _Account:
    """The balances while money is put to them in the order of its booking."""

    def __init__(
        self,
        chains: list[SnapshotChain],
        zone: str,
        changed: dict[Name, tuple[Any, int | None, int | None]],
        *,
        kind: bool,
    ) -> None:
        self._chains = sorted(chains, key=lambda chain: (chain.snapshots[-1].effective_due, chain.name))
        self._zone, self._kind, self._changed = zone, kind, changed
        self._at: dict[Name, int] = dict.fromkeys((chain.name for chain in chains), 0)
        self._balance: dict[Name, int] = dict.fromkeys((chain.name for chain in chains), 0)
        self._went: dict[str, list[tuple[Name, int]]] = {}
        self._by_name = {chain.name: chain for chain in chains}

    def put(self, one: BookedMoney) -> None:
        """A payment: what was allocated to what it names, else to the oldest first."""
        went: list[tuple[Name, int]] = []
        if one.parts:
            for name, part in one.parts:
                if name in self._by_name and self._advance(self._by_name[name], one):
                    took = min(part, self._balance[name])
                    self._balance[name] -= took
                    went.append((name, took))
                else:
                    went.append((name, part))
        else:
            rest = one.amount
            for chain in self._standing(one):
                took = min(rest, self._balance[chain.name])
                self._balance[chain.name] -= took
                rest -= took
                if took:
                    went.append((chain.name, took))
        self._went[one.of_payment] = went

    def take_back(self, one: BookedMoney) -> None:
        """A return: to where its payment went, never above what was due."""
        rest = one.amount
        went = self._went.get(one.of_payment, [])
        if not went and not self._kind:
            went = [(chain.name, one.amount) for chain in self._chains[:1]]
        for name, amount in went:
            back = min(rest, amount)
            rest -= back
            if name in self._by_name and self._advance(self._by_name[name], one):
                due = self._by_name[name].snapshots[-1].amount_due_minor
                self._balance[name] = min(due, self._balance[name] + back)

    def close(self) -> dict[Name, int]:
        """The balances by the last snapshot of each; of a card's statements only the newest counts."""
        for chain in self._chains:
            self._to(chain, len(chain.snapshots))
        newest_of: dict[str, SnapshotChain] = {}
        for chain in self._chains:
            if chain.statement:
                newest_of[chain.name[0]] = chain
        return {
            chain.name: self._balance[chain.name]
            for chain in self._chains
            if not chain.statement or newest_of[chain.name[0]] is chain
        }

    def _standing(self, one: BookedMoney) -> list[SnapshotChain]:
        """The things that were overdue when the money was booked."""
        found = [chain for chain in self._chains if self._advance(chain, one)]
        newest_of = {chain.name[0]: chain for chain in found if chain.statement}
        return [chain for chain in found if not chain.statement or newest_of[chain.name[0]] is chain]

    def _advance(self, chain: SnapshotChain, one: BookedMoney) -> bool:
        """Bring a thing to the snapshot that stood when the money was booked. False where none did."""
        place = sum(self._after(one, chain, number) for number in range(len(chain.snapshots)))
        if place < self._at[chain.name]:
            return False
        self._to(chain, place)
        return place > 0

    def _to(self, chain: SnapshotChain, place: int) -> None:
        if place > self._at[chain.name]:
            self._at[chain.name] = place
            left = None
            if place == len(chain.snapshots):
                left = self._changed[chain.name][1 if self._kind else 2]
            self._balance[chain.name] = chain.snapshots[place - 1].outstanding_minor if left is None else left

    def _after(self, one: BookedMoney, chain: SnapshotChain, number: int) -> bool:
        """Whether money came after a snapshot was taken; where nobody knows, as the side that is asked says."""
        snapshot, told = chain.snapshots[number], chain.told[number]
        order = 1 if one.booked.booked_at - one.told > _SLIP else compare(one.booked, snapshot, self._zone)
        if order == 1 and one.booked.booked_at - one.told > _SLIP and told > one.told:
            order = 0
        if order:
            return order > 0
        if one.told < told:
            return False
        return self._kind is not one.returned


def compare(booked: Any, snapshot: Any, zone: str) -> int:
    """Whether money was booked before (-1), within (0) or after (1) the unit of time of a snapshot."""
    mine, theirs = booked.booked_at, as_of(snapshot)
    if "day" in (booked.booked_resolution, snapshot.as_of_resolution):
        one = mine.date() if booked.booked_resolution == "day" else day_of(zone, ms_of(mine))
        other = theirs.date() if snapshot.as_of_resolution == "day" else day_of(zone, ms_of(theirs))
        return int(one > other) - int(one < other)
    fine = 1_000 if mine.microsecond and theirs.microsecond else 1_000_000
    epoch = timedelta(microseconds=fine)
    first, second = (mine - _ZERO) // epoch, (theirs - _ZERO) // epoch
    return int(first > second) - int(first < second)


_ZERO = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


def oldest(found: OwedBounds, tolerance: int) -> OverdueLine | None:
    """The line with which the sum exceeds the tolerance: a few cents do not age a debt."""
    total = 0
    for line in found.lines:
        total += line.high
        if total > tolerance:
            return line
    return None


def is_ordered(found: OwedBounds) -> bool:
    """Whether the oldest day of it is certain."""
    return (
        found.exact
        and not found.statements
        and all(a.effective_due != b.effective_due for a, b in pairwise(found.lines))
    )
