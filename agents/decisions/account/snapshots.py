"""The ledger's words on one instalment: which snapshot counts, and the superseded ones that are kept beside it."""

from msgspec.structs import replace

from schemas.stored.accounts import Item, Owed, Snapshot


def with_snapshot(item: Item, new: Snapshot, owed: Owed) -> Item:
    """The item with one more word of the ledger; of one version and ``as_of`` the latest stands, then the kinder."""
    word, kept = replace(new, owed=owed), []
    for bare in item.snapshots:
        old = bare if bare.owed is not None else replace(bare, owed=item.missed)
        if (old.version, old.as_of_ms) == (word.version, word.as_of_ms) and old.source in {word.source, ""}:
            best = max(old, word, key=_chases_less)
            repeated = old.outstanding_minor == word.outstanding_minor
            word = replace(best, told_ms=min(old.told_ms, word.told_ms) if repeated else best.told_ms)
        else:
            kept.append(old)
    snapshots = sorted((*kept, word), key=lambda s: (s.as_of_ms, s.version, s.source))
    missed = _winner(snapshots).owed
    return replace(
        item,
        missed=missed,
        snapshots=tuple([replace(s, owed=None) if s.owed == missed else s for s in snapshots]),
    )


def _chases_less(snapshot: Snapshot) -> tuple[int, int, int, int]:
    """The later word; of two told at once the one with less to ask for, later."""
    owed = snapshot.owed
    assert owed is not None
    return snapshot.time_ms, -snapshot.outstanding_minor, -owed.amount_minor, owed.effective_due.toordinal()


def _winner(snapshots: list[Snapshot]) -> Snapshot:
    of_source: dict[str, Snapshot] = {}
    for one in snapshots:
        best = of_source.get(one.source)
        if best is None or (one.version, one.as_of_ms, one.time_ms) > (best.version, best.as_of_ms, best.time_ms):
            of_source[one.source] = one
    return max(of_source.values(), key=lambda s: (s.as_of_ms, s.time_ms, -s.outstanding_minor, s.version))
