"""Which version of the policy decides on an account: the one that is active, or the one its open cycle began under.

What is activated is named by the hash of policy, pack and texts; an open cycle remembers its policy alone, so that a
text may be renewed meanwhile. What becomes of it when another version decides is told by that one (`in_flight`).
"""

from collections.abc import Iterable, Mapping
from typing import Final

from agents.decisions.policy.controls import Standing
from agents.decisions.policy.rulebook import Book
from schemas.identity import fingerprint
from schemas.instants import local_date
from schemas.stored.accounts import Account

_VARIANTS_MAX: Final = 64


class Library:
    """The versions that a worker has. ``latest`` decides while no control has activated one of them."""

    def __init__(self, latest: Book, earlier: Iterable[Book] = ()) -> None:
        books = [*earlier, latest]
        known = frozenset(book.hash for book in books)
        books = [book._replace(known=known) for book in books]
        self.latest = books[-1]
        self.books: Mapping[str, Book] = {book.hash: book for book in books}
        self._pins = {book.pin: book for book in books}
        self._variants: dict[tuple[str, frozenset[tuple[str, str]]], Book] = {}

    def missing(self, pinned: Iterable[str]) -> list[str]:
        """Pins of versions under which cycles are open and that this worker does not have."""
        return sorted(set(pinned) - self._pins.keys())

    def active(self, standing: Standing, now_ms: int) -> Book | None:
        """The version that decides on new cycles; None when the one that was activated is not here."""
        if standing.activations:
            policy = self.latest.policy
            told = standing.active(policy.id, local_date(policy.lender.zone, now_ms))
            if told is not None:
                return self.books.get(told.policy_hash)
        return self.latest

    def plan_name(self, standing: Standing, now_ms: int) -> str:
        """What accounts are planned by: the active version, what was approved of it, and experiments that stopped."""
        book = self.active(standing, now_ms)
        stopped = "".join(sorted(f"/{policy}/{code}" for policy, code in standing.stopped))
        return fingerprint(("" if book is None else book.terms) + stopped)

    def book_for(self, account: Account | None, standing: Standing, now_ms: int) -> Book:
        """The version that decides on this account now, without the experiments that were stopped."""
        active = self.active(standing, now_ms)
        book = active or self.latest
        pin = None if account is None or account.cycle is None else account.cycle.policy
        # Where the active version is not here nothing leaves, and nobody else's rules may take its place meanwhile.
        if pin is not None and (active is None or book.policy.in_flight == "finish"):
            book = self._pins.get(pin, book)
        return self._without(book, standing.stopped) if standing.stops and book.experiments else book

    def _without(self, book: Book, stopped: frozenset[tuple[str, str]]) -> Book:
        key = book.hash, stopped
        found = self._variants.get(key)
        if found is None:
            running = tuple(e for e in book.experiments if (book.policy.id, e.code) not in stopped)
            if len(self._variants) >= _VARIANTS_MAX:
                self._variants.clear()
            found = self._variants[key] = book._replace(experiments=running)
        return found


def restarts(account: Account, book: Book) -> bool:
    """Whether the open cycle began under another version, and this one begins its ladder anew."""
    cycle = account.cycle
    other = cycle is not None and cycle.policy is not None and cycle.policy != book.pin
    return other and book.policy.in_flight == "restart"
