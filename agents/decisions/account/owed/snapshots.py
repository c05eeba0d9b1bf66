"""The ledger's words on one instalment: which snapshot counts, and the superseded ones that are kept beside it."""

from collections.abc import Sequence
from datetime import date

from msgspec.structs import replace

from agents.decisions.account.owed.debts import amendment
from agents.decisions.account.words import SOURCES_MAX, Telling
from schemas.stored.accounts import Item, Owed, Schedule, Snapshot


def with_snapshot(item: Item, new: Snapshot, owed: Owed, telling: Telling) -> Item:
    """The item with one more word of the ledger; of one version and ``as_of`` the latest stands, then the kinder."""
    told = word = replace(new, owed=owed)
    kept = []
    for bare in item.snapshots:
        old = bare if bare.owed is not None else replace(bare, owed=item.missed)
        same_instant = (old.version, old.as_of_ms) == (word.version, word.as_of_ms)
        if same_instant and old.source in {word.source, ""} and not _rivals(old, word):
            word = _of_one_instant(old, word)
        else:
            kept.append(old)
    snapshots = sorted((*kept, word), key=_place)
    best = _winners(snapshots)[-1]
    missed = best.owed
    if not best.beat and _across(told) != _across(best) and _says(told) != _says(best):
        telling.lost_to = best
        snapshots[snapshots.index(best)] = replace(best, beat=True)
    return replace(
        item,
        missed=missed,
        snapshots=tuple([replace(s, owed=None) if s.owed == missed else s for s in snapshots]),
    )


def with_older_word(item: Item, told: Schedule, telling: Telling) -> Item:
    """The item after a word on the instalment itself that does not count against its miss: that is told once."""
    if telling.lost_to is not None or told.owed == item.missed or not item.snapshots:
        return item
    best = _winners([s if s.owed is not None else replace(s, owed=item.missed) for s in item.snapshots])[-1]
    if amendment(item, best) is not None or best.beat:
        return item
    telling.lost_to = best
    place = (best.version, best.as_of_ms, best.source)
    beaten = [replace(s, beat=True) if (s.version, s.as_of_ms, s.source) == place else s for s in item.snapshots]
    return replace(item, snapshots=tuple(beaten))


def in_conflict(item: Item) -> bool:
    """Whether words that count were told at once and name two due dates for money that is owed."""
    best = _winners([s if s.owed is not None else replace(s, owed=item.missed) for s in item.snapshots])
    return len(best) > 1 and best[-1].outstanding_minor > 0 and len({_due(snapshot) for snapshot in best}) > 1


def _of_one_instant(old: Snapshot, new: Snapshot) -> Snapshot:
    """The word that counts of two of one source, version and instant, with when each amount was first told."""
    first: dict[int, int] = {}
    for amount_minor, told_ms in (*old.told_of, *new.told_of, *((s.outstanding_minor, s.told_ms) for s in (old, new))):
        first[amount_minor] = min(told_ms, first.get(amount_minor, told_ms))
    best = max(old, new, key=lambda s: (*_chases_less(s), repr(s.owed), s.day or 0))
    told_ms = first.pop(best.outstanding_minor)
    others = sorted(first.items(), key=lambda amount: (amount[1], amount[0]))[:SOURCES_MAX]
    return replace(best, told_ms=told_ms, told_of=tuple(others))


def _winners(snapshots: Sequence[Snapshot]) -> list[Snapshot]:
    """The words that count, the best one last: of each source its highest version, of these the newest, then kinder."""
    of_source: dict[str, tuple[int, int, int]] = {}
    for one in snapshots:
        of_source[one.source] = max(_within(one), of_source.get(one.source, _within(one)))
    standing = [one for one in snapshots if _within(one) == of_source[one.source]]
    top = max(_across(one) for one in standing)
    return sorted((one for one in standing if _across(one) == top), key=_place)


def _within(snapshot: Snapshot) -> tuple[int, int, int]:
    return snapshot.version, snapshot.as_of_ms, snapshot.time_ms


def _across(snapshot: Snapshot) -> tuple[int, int, int, int]:
    owed = snapshot.owed
    assert owed is not None
    return snapshot.as_of_ms, snapshot.time_ms, -snapshot.outstanding_minor, -owed.amount_minor


def _chases_less(snapshot: Snapshot) -> tuple[int, int, int]:
    """The later word; of two told at once the one with less to ask for."""
    return _across(snapshot)[1:]


def _rivals(one: Snapshot, other: Snapshot) -> bool:
    """Told at once, of one amount and two due dates: nobody knows which."""
    return _chases_less(one) == _chases_less(other) and _due(one) != _due(other)


def _due(snapshot: Snapshot) -> date:
    assert snapshot.owed is not None
    return snapshot.owed.effective_due


def _says(snapshot: Snapshot) -> tuple[int, Owed | None]:
    return snapshot.outstanding_minor, snapshot.owed


def _place(snapshot: Snapshot) -> tuple[int, int, str, date]:
    return snapshot.as_of_ms, snapshot.version, snapshot.source, _due(snapshot)
