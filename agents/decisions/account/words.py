"""Which word counts: newest, then kindest (docs/facts.md has the table).

Every business entity has one winner for each source: the highest version, then the newest ``as_of`` where the fact
has one, then the latest word. Of the winners of several sources the newest counts. Versions of two sources are never
compared: that would not be transitive, so the order in which words come would matter.

Words that still tie go to the one that chases less. Where neither does, all of them stand (`standing`), and where that
matters nothing is sent until a newer word comes (`in_conflict`).
"""

from collections.abc import Callable, Sequence
from typing import Any, Final, Generic, NamedTuple, Protocol, TypeVar, cast

from msgspec.structs import replace

SOURCES_MAX: Final = 8
"""More words than that stand of one thing, by so many sources or told at once: a person looks."""


class Versioned(Protocol):
    """What every word has. Times are epoch milliseconds UTC."""

    @property
    def version(self) -> int: ...
    @property
    def source(self) -> str: ...
    @property
    def time_ms(self) -> int: ...


class Dated(Versioned, Protocol):
    """A word with an instant of which it speaks."""

    @property
    def as_of_ms(self) -> int: ...


def same_source(one: Versioned, other: Versioned) -> bool:
    """What was stored before sources were kept apart counts as any."""
    return one.source == other.source or not one.source or not other.source


def is_newer(one: Dated, other: Dated) -> bool:
    """Whether one word on the same thing counts and not the other; a tie is no."""
    if same_source(one, other):
        return (one.version, one.as_of_ms, one.time_ms) > (other.version, other.as_of_ms, other.time_ms)
    return (one.as_of_ms, one.time_ms) > (other.as_of_ms, other.time_ms)


def ends(end: Versioned, begun: Versioned) -> bool:
    """Whether a return, a lift or an end is newer than what it ends: by version where both carry one of one source."""
    if end.version and begun.version and end.source == begun.source:
        return end.version > begun.version
    return end.time_ms > begun.time_ms


_Mark = TypeVar("_Mark", bound=Versioned)


def dominating(words: Sequence[_Mark]) -> tuple[_Mark, ...]:
    """Of each source the one with the highest version and the latest one: no other can decide what `ends` decides."""
    by_source: dict[str, list[_Mark]] = {}
    for word in words:
        by_source.setdefault(word.source, []).append(word)
    kept: list[_Mark] = []
    for own in by_source.values():
        for best in (
            max(own, key=lambda w: (w.version, w.time_ms, repr(w))),
            max(own, key=lambda w: (w.time_ms, w.version, repr(w))),
        ):
            if best not in kept:
                kept.append(best)
    return tuple(sorted(kept, key=lambda w: (w.source, w.version, w.time_ms)))


class Telling:
    """One fact while it is applied: when it was told, and the word that counts in its place if it lost."""

    __slots__ = ("lost_to", "ms")

    def __init__(self, ms: int) -> None:
        self.ms = ms
        """Epoch milliseconds UTC: nothing that the fact states as of an instant is later."""
        self.lost_to: Versioned | None = None


Word = TypeVar("Word")


def _nothing(word: Any) -> tuple[()]:
    return ()


class Contest(NamedTuple, Generic[Word]):
    """How words on one kind of thing are compared."""

    says: Callable[[Word], Any]
    """What it says; two words that say the same are one, told again."""
    kindness: Callable[[Word], Any] = _nothing
    """What chases less is greater."""
    as_of: Callable[[Word], int] | None = None
    """The instant of which it speaks, where that counts."""
    differs: Callable[[Word], Any] = _nothing
    """What must be the same in words of which neither is kinder: else nobody knows."""
    keeps: Callable[[Word, Word], Word] | None = None
    """A word that stands, with what is kept of another one of its source and version."""

    def _within(self, word: Any) -> tuple[Any, ...]:
        as_of_ms = 0 if self.as_of is None else self.as_of(word)
        return word.version, as_of_ms, word.time_ms, self.kindness(word)

    def _across(self, word: Any) -> tuple[Any, ...]:
        as_of_ms = 0 if self.as_of is None else self.as_of(word)
        return as_of_ms, word.time_ms, self.kindness(word)

    def elect(self, old: Word | None, new: Word, telling: Telling) -> Word:
        """The word that counts of ``old``, its others and a new one; it carries the others."""
        return new if old is None else cast("Word", self._elect(old, new, telling))

    def _elect(self, old: Any, new: Any, telling: Telling) -> Any:
        known = (replace(old, others=()), *old.others)
        own = [word for word in known if word.source == new.source] or [word for word in known if not word.source]
        kept = self._of_source(own, new)
        words = [*(word for word in known if word not in own), *kept]
        if len(words) > 1:
            words.sort(key=lambda word: (self._across(word), word.source, repr(self.says(word))), reverse=True)
        best, *others = words
        lost = self._within(new) < self._within(kept[0]) or self._across(new) < self._across(best)
        if lost and not best.beat and self.says(new) != self.says(best):
            telling.lost_to = best
            best = replace(best, beat=True)
        return replace(best, others=tuple(others))

    def _of_source(self, own: list[Any], new: Any) -> list[Any]:
        """What stands of one source: its winner, or all of several told at once of which neither is kinder."""
        if not own:
            return [new]
        rank, top = self._within(new), self._within(own[0])
        if self.keeps is not None and rank[0] == top[0]:
            new, own = self.keeps(new, own[0]), [self.keeps(word, new) for word in own]
        if rank < top:
            return own
        if rank > top:
            return [new]
        return own if any(self.says(word) == self.says(new) for word in own) else [*own, new]

    def standing(self, word: Any) -> tuple[Any, ...]:
        """The words that count: the best, and those that tie with it."""
        if not word.others:
            return (word,)
        return (word, *(other for other in word.others if self._across(other) == self._across(word)))

    def in_conflict(self, word: Any) -> bool:
        """Whether several words count that differ in what matters."""
        return bool(word.others) and len({self.differs(one) for one in self.standing(word)}) > 1
