"""Which word counts: newest, then kindest (docs/facts.md has the table).

Every business entity has one winner for each source: the highest version, then the newest ``as_of`` where the fact
has one, then the latest word. Of the winners of several sources the newest counts. Versions of two sources are never
compared: that would not be transitive, so the order in which words come would matter.
"""

from collections.abc import Callable, Sequence
from typing import Any, Final, Protocol, TypeVar

SOURCES_MAX: Final = 8
"""More sources than that speak of one thing: a person looks."""


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


Word = TypeVar("Word", bound=Versioned)


def elect(
    known: Sequence[Word], new: Word, as_of: Callable[[Word], int], kindness: Callable[[Word], Any]
) -> tuple[Word, ...]:
    """The winners of all sources, the best first, after a new word. ``kindness`` orders words that tie."""

    def within(word: Word) -> tuple[Any, ...]:
        return word.version, as_of(word), word.time_ms, kindness(word)

    def across(word: Word) -> tuple[Any, ...]:
        return as_of(word), word.time_ms, kindness(word), word.source

    own = next((word for word in known if word.source == new.source), None)
    own = own or next((word for word in known if not word.source), None)
    winner = new if own is None or within(new) > within(own) else own
    return tuple(sorted((*(word for word in known if word is not own), winner), key=across, reverse=True))
