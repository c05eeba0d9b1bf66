"""What the core answers when it is asked again: the same facts, the recorded instants, the same policy.

Between two recorded moments lie the facts that changed nothing worth telling. They are applied in the order of their
time on the bus. In system mode a worker may have read two inputs in another order; so where the answer differs from
what was recorded, each input's last fact is tried as the one that triggered the moment.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from agents.reminders.decisions import core
from agents.reminders.decisions.catalog import Book
from agents.reminders.decisions.outcome import NOWHERE, Verdict
from agents.verifier.history import History, Moment, Said
from schemas.accounts import NEVER_MS, Account
from schemas.decisions import Decision
from schemas.messages import AnyMessage
from streams.clock import Grid

_TICKS_MAX: Final = 1_000
"""Ticks without a word that one account may have between two moments; more would be a loop."""


@dataclass
class Recomputed:
    """What should have left for one account."""

    messages: list[AnyMessage] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    forgotten_since_ms: int | None = None
    """Something was due then, the partition's time has passed it, and nothing was recorded."""


class Instants(NamedTuple):
    """At which instants a worker judges."""

    grid: Grid
    replay: bool

    def of_fact(self, bus_ms: int) -> int:
        """A fact with this time on the bus: that of the next tick in a replay, about its own in system mode."""
        return self.grid.at_or_after(bus_ms) if self.replay else bus_ms

    def of_tick(self, due_ms: int) -> int:
        """The first tick that finds an account due."""
        return self.grid.at_or_after(due_ms)


class Replayer:
    """Replays one account."""

    def __init__(self, book: Book, history: History, instants: Instants) -> None:
        self._book = book
        self._instants = instants
        self._history = history
        self._account: Account | None = None
        self._next = dict.fromkeys(history.facts, 0)
        self.found = Recomputed()

    def run(self, applied: Mapping[str, int], ticked_ms: int) -> Recomputed:
        """All moments, then what was applied since; ``ticked_ms`` is how far the partition's ticks have come."""
        for moment in self._history.moments:
            self._replay(moment)
        for verdict in list(self._answers(self._take(applied))):
            self._keep(verdict)
        self._look_for_forgotten(ticked_ms)
        return self.found

    def _replay(self, moment: Moment) -> None:
        pending = self._take(moment.inputs)
        if moment.trigger == "tick":
            for verdict in list(self._answers(pending)):
                self._keep(verdict)
            if self._account is not None:
                self._keep(core.on_tick(self._account, moment.now_ms, self._book, NOWHERE))
            return
        wanted = [(str(d["outcome"]), str(d["code"]), d["stage"]) for d in moment.decisions]
        tried = (list(self._answers(ordered, moment.now_ms)) for ordered in _orders(pending))
        first = next(tried)
        for verdict in next((v for v in (first, *tried) if _said(v) == wanted), first):
            self._keep(verdict)

    def _answers(self, ordered: list[Said], last_now_ms: int | None = None) -> Iterator[Verdict]:
        """Each fact at its own instant; the last one at the recorded instant, if it triggered a moment."""
        account = self._account
        for number, said in enumerate(ordered, 1):
            now_ms = self._instants.of_fact(said.bus_ms)
            if last_now_ms is not None:
                now_ms = last_now_ms if number == len(ordered) else min(now_ms, last_now_ms)
            verdict = self._ask(account, said, now_ms)
            account = verdict.account
            yield verdict

    def _ask(self, account: Account | None, said: Said, now_ms: int) -> Verdict:
        if said.fact is not None:
            return core.on_fact(account, said.fact, now_ms, self._book, NOWHERE)
        return Verdict(None) if account is None else core.on_profile_erased(account, now_ms, self._book, NOWHERE)

    def _take(self, inputs: Mapping[str, int]) -> list[Said]:
        """The facts below these offsets that have not been applied yet, in order of time."""
        taken: list[Said] = []
        for role, facts in self._history.facts.items():
            first = self._next[role]
            while self._next[role] < len(facts) and facts[self._next[role]].offset < inputs.get(role, 0):
                self._next[role] += 1
            taken += facts[first : self._next[role]]
        return sorted(taken, key=lambda said: (said.bus_ms, said.order))

    def _keep(self, verdict: Verdict) -> None:
        self._account = verdict.account
        self.found.messages += verdict.messages
        self.found.decisions += verdict.decisions

    def _look_for_forgotten(self, ticked_ms: int) -> None:
        for _ in range(_TICKS_MAX):
            account = self._account
            if account is None or account.next_due_at == NEVER_MS:
                return
            tick_ms = self._instants.of_tick(account.next_due_at)
            if tick_ms > ticked_ms:
                return
            verdict = core.on_tick(account, tick_ms, self._book, NOWHERE)
            if verdict.messages or verdict.decisions:
                self.found.forgotten_since_ms = tick_ms
                return
            self._account = verdict.account


def _said(verdicts: list[Verdict]) -> list[tuple[str, str, str | None]]:
    return [(str(d.outcome), d.code, d.stage) for verdict in verdicts for d in verdict.decisions]


def _orders(pending: list[Said]) -> Iterator[list[Said]]:
    """By time; then with each input's last fact at the end. An input's own order always stands."""
    yield pending
    for trigger in {said.role: said for said in pending}.values():
        yield [*(said for said in pending if said is not trigger), trigger]
