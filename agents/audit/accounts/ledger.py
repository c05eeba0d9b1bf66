"""What is owed by the facts, between two bounds. `kind` takes money in doubt as there, its other side as not
there; `lenient` and its other side answer differently what the documents leave open. Where nothing is in doubt all are
one number.

Each unpaid thing is a chain of snapshots. Payments and returns are put to those that stood when they were booked; a
snapshot that was taken later holds them already. By docs/facts.md, Money in doubt.
"""

from datetime import date, datetime, timedelta
from typing import Any, Final, NamedTuple

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
    doubted: int
    """What is left without the money of which the documents say that it is in doubt; `low` leaves out, besides, what
    they do not decide."""
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


class _Changed(NamedTuple):
    """What words on an instalment change of its miss."""

    word: Any
    """The one that counts, where something is left by it."""
    low: int | None
    """What is left by it when the last snapshot was taken, as an amendment; None where there is nothing to change."""
    high: int | None
    """The same, as a word that was merely told again."""
    moved: bool
    """Whether a word ever ended the miss: what became of money that had gone to it nobody says."""

    def left(self, *, lenient: bool) -> int | None:
        """One of the two."""
        return self.low if lenient else self.high


_UNCHANGED: Final = _Changed(None, None, None, moved=False)


def owed(known: Known, zone: str) -> OwedBounds:
    """What is overdue. ``zone`` is the lender's: by it a finer time is put to a day."""
    chains = [chain for chain in chains_of(known) if chain.snapshots]
    money = [*payments_of(known), *returns_of(known)]
    money.sort(key=lambda one: (one.booked.booked_at, one.returned))
    changed = {chain.name: _changes(known, chain, zone) for chain in chains}
    runs = [
        {kind: _Account(chains, zone, changed, kind=kind, lenient=lenient).after(money) for kind in (True, False)}
        for lenient in _sides(chains, money, changed)
    ]
    sums = [sum(run.values()) for pair in runs for run in pair.values()]
    lines = []
    for chain in chains:
        last = changed[chain.name].word or chain.snapshots[-1]
        left = [run.get(chain.name, 0) for pair in runs for run in pair.values()]
        if max(left) > 0:
            lines.append(OverdueLine(chain.name, last.due_date, last.effective_due, min(left), max(left)))
    lines.sort(key=lambda line: (line.effective_due, line.name))
    return OwedBounds(
        min(sums),
        max(sums),
        max(sum(pair[True].values()) for pair in runs),
        tuple(lines),
        frozenset(chain.snapshots[-1].currency for chain in chains),
        sum(chain.statement for chain in chains) > 1,
        tuple(one.word for one in money),
    )


def _changes(known: Known, chain: SnapshotChain, zone: str) -> _Changed:
    """The word on the instalment that counts against its miss, and what it leaves."""
    name = chain.name
    words = [
        told
        for told in (*known.of(InstalmentScheduled), *known.of(InstalmentWithdrawn))
        if (told.fact.loan_id, told.fact.instalment_id) == name
    ]
    if not words:
        return _UNCHANGED
    later = [told.fact for told in words if told.fact.time > chain.told[0]]
    moved = any(_moves_away(fact, zone) for fact in later)
    missed = chain.snapshots[-1]
    word = min(newest(words), key=lambda one: getattr(one.fact, "amount_due_minor", 0)).fact
    by_version, by_time = _counts_against(word, missed)
    if not by_version and not by_time:
        return _Changed(None, None, None, moved)
    stays = missed.outstanding_minor
    paid = missed.amount_due_minor - stays
    if isinstance(word, InstalmentWithdrawn) or _moves_away(word, zone):
        left = 0
    else:
        left = max(0, word.amount_due_minor - paid)
    if by_version is not by_time:
        # Two facts of one source, each with a version of its own thing: nobody says which of the two is newer.
        return _Changed(None, min(left, stays), max(left, stays), moved=True)
    if isinstance(word, InstalmentWithdrawn):
        return _Changed(None, 0, 0, moved)
    if word.type == "instalment.amended":
        return _Changed(word if left else None, left, left, moved)
    return _Changed(None, min(left, stays), max(left, stays), moved)


def _moves_away(word: Any, zone: str) -> bool:
    """Whether a word on an instalment ends its miss: withdrawn, or due on a day that was not past when it was told."""
    if isinstance(word, InstalmentWithdrawn):
        return True
    return bool(word.effective_due >= day_of(zone, ms_of(as_of(word))))


def _counts_against(word: Any, missed: Any) -> tuple[bool, bool]:
    """Whether a word on the instalment is newer than its miss, by the versions of their source and by their times."""
    by_time = (as_of(word), word.time) > (as_of(missed), missed.time)
    if word.source != missed.source or word.source_version == missed.source_version:
        return by_time, by_time
    return bool(word.source_version > missed.source_version), by_time


def _sides(chains: list[SnapshotChain], money: list[BookedMoney], changed: dict[Name, _Changed]) -> tuple[bool, ...]:
    """Whether the answers to what the documents leave open can differ at all."""
    moved = any(one.moved for one in changed.values())
    spread = len(chains) > 1 and any(not one.parts for one in money)
    return (True, False) if moved or spread or any(one.returned for one in money) else (True,)


class _Account:
    """The balances while money is put to them in the order of its booking."""

    def __init__(
        self,
        chains: list[SnapshotChain],
        zone: str,
        changed: dict[Name, _Changed],
        *,
        kind: bool,
        lenient: bool,
    ) -> None:
        self._kind, self._lenient = kind, lenient
        self._chains = sorted(chains, key=lambda chain: chain.name, reverse=not lenient)
        self._chains.sort(key=lambda chain: self._due(chain, changed))
        self._zone, self._changed = zone, changed
        self._at: dict[Name, int] = dict.fromkeys((chain.name for chain in chains), 0)
        self._balance: dict[Name, int] = dict.fromkeys((chain.name for chain in chains), 0)
        self._went: dict[str, list[tuple[Name, int]]] = {}
        self._by_name = {chain.name: chain for chain in chains}

    def _due(self, chain: SnapshotChain, changed: dict[Name, _Changed]) -> date:
        """By which day its turn comes: on one side that of an amendment."""
        word = changed[chain.name].word if self._lenient else None
        due: date = (word or chain.snapshots[-1]).effective_due
        return due

    def after(self, money: list[BookedMoney]) -> dict[Name, int]:
        """What is left of each thing when everything has been put where it belongs."""
        for one in money:
            if one.returned:
                self.take_back(one)
            else:
                self.put(one)
        return self.close()

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
        if not went and not self._lenient:
            went = [(chain.name, one.amount) for chain in self._chains[:1]]
        # Where a part of it came back, nobody says of which debt: one side takes the last, the other the first.
        for name, amount in reversed(went) if self._lenient else went:
            back = min(rest, amount)
            rest -= back
            if self._lenient and name in self._by_name and self._changed[name].moved:
                continue
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
        # Whether money went to a debt that was moved away later, nobody says.
        able = [c for c in self._chains if not (self._lenient and self._changed[c.name].moved)]
        found = [chain for chain in able if self._advance(chain, one)]
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
                left = self._changed[chain.name].left(lenient=self._lenient)
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
    return found.exact and not found.statements and all(line.low == line.high for line in found.lines)
