"""What the core answers when it is asked again: the same facts, the recorded instants and gates, the same policy.

Between two recorded moments lie the facts that changed nothing worth telling, and ticks at which nothing was told.
They are applied in the order of their time on the bus. In system mode a worker may have read two inputs in another
order, or have stood still while ticks were due; so where the answer differs from what was recorded, it is asked again
without those ticks, and with each input's last fact as the one that triggered the moment.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from msgspec import json

from agents.decisions import NOWHERE, OPEN, Gate, Occasion, Verdict, Versions, step
from agents.decisions.inputs import Happening, RecallAsked
from agents.verifier.forgotten import forgotten_since
from agents.verifier.history import AccountHistory, Moment, plain
from agents.verifier.quiet import after_quiet, tick
from agents.verifier.said import Said
from agents.verifier.terms import Terms
from schemas.decisions import Decision
from schemas.messages import AnyMessage
from schemas.stored.accounts import Account


@dataclass
class Recomputed:
    """What should have left for one account."""

    messages: list[AnyMessage] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    forgotten_since_ms: int | None = None
    """Something was due then, the partition's time has passed it, and nothing was recorded."""


class Replayer:
    """Replays one account."""

    def __init__(self, account_id: str, versions: Versions, history: AccountHistory, terms: Terms) -> None:
        self._account_id = account_id
        self._versions = versions
        self._terms = terms
        self._history = history
        self._account: Account | None = None
        self._gate = OPEN
        self._next = dict.fromkeys(history.said, 0)
        self.found = Recomputed()

    def run(self, applied: Mapping[str, int], ticked_ms: int) -> Recomputed:
        """All moments, then what was applied since; ``ticked_ms`` is how far the partition's ticks have come."""
        for moment in self._history.moments:
            self._replay(moment)
        self._keep_all(self._answers(self._take(applied)))
        if self._account is not None:
            self.found.forgotten_since_ms = forgotten_since(
                self._account, ticked_ms, self._versions, self._gate.controls, self._terms
            )
        return self.found

    def _replay(self, moment: Moment) -> None:
        pending, gate = self._take(moment.inputs), self._terms.gate(moment)
        self._keep_all(_matching(moment, self._possible(moment, pending, gate)))
        if moment.trigger == "tick":
            self._gate = gate

    def _possible(self, moment: Moment, pending: list[Said], gate: Gate) -> Iterator[list[Verdict]]:
        """The answers that a worker may have given, the likeliest first: it may have stood still, and ticked late."""
        orders = list(_orders(pending)) if moment.trigger == "fact" else [pending]
        for ordered in orders:
            for quiet in (True, False):
                yield self._answer(moment, ordered, gate, quiet=quiet)

    def _answer(self, moment: Moment, ordered: list[Said], gate: Gate, *, quiet: bool) -> list[Verdict]:
        now_ms = moment.now_ms
        if moment.trigger == "fact":
            return self._answers(ordered, now_ms, quiet=quiet)
        verdicts = self._answers(ordered, quiet=quiet)
        account = verdicts[-1].account if verdicts else self._account
        if quiet:
            account = self._after_quiet(account, now_ms)
        if account is None:
            return verdicts
        if moment.trigger == "tick":
            return [*verdicts, tick(account, now_ms, gate, self._versions, gate.controls)]
        return [*verdicts, self._step(account, RecallAsked(gate.controls.recalls), now_ms)]

    def _answers(self, ordered: list[Said], last_now_ms: int | None = None, *, quiet: bool = True) -> list[Verdict]:
        """To each record at its own instant; to the last one at the recorded instant, if it triggered a moment."""
        account, verdicts = self._account, []
        for number, said in enumerate(ordered, 1):
            now_ms = self._terms.of_fact(said.bus_ms)
            if last_now_ms is not None:
                now_ms = last_now_ms if number == len(ordered) else min(now_ms, last_now_ms)
            if quiet:
                account = self._after_quiet(account, now_ms)
            for happening in said.happenings:
                verdict = self._step(account, happening, now_ms)
                account = verdict.account
                verdicts.append(verdict)
        return verdicts

    def _after_quiet(self, account: Account | None, before_ms: int) -> Account | None:
        """By the controls as they stood at the last tick that was recorded."""
        return after_quiet(account, before_ms, self._gate, self._versions, self._gate.controls, self._terms)

    def _step(self, account: Account | None, happening: Happening, now_ms: int) -> Verdict:
        occasion = Occasion(now_ms, self._versions, NOWHERE, self._gate.controls)
        return step(account, self._account_id, happening, occasion)

    def _take(self, inputs: Mapping[str, int]) -> list[Said]:
        """What was said below these offsets and has not been applied yet, in order of time."""
        taken: list[Said] = []
        for role, said in self._history.said.items():
            first = self._next[role]
            while self._next[role] < len(said) and said[self._next[role]].offset < inputs.get(role, 0):
                self._next[role] += 1
            taken += said[first : self._next[role]]
        return sorted(taken, key=lambda said: (said.bus_ms, said.order))

    def _keep_all(self, verdicts: list[Verdict]) -> None:
        for verdict in verdicts:
            self._account = verdict.account
            self.found.messages += verdict.messages
            self.found.decisions += verdict.decisions


def _matching(moment: Moment, tried: Iterator[list[Verdict]]) -> list[Verdict]:
    """The first of the possible answers that is what was recorded; else the first one."""
    first = next(tried)
    return next((verdicts for verdicts in chain((first,), tried) if _told(verdicts) == moment.decisions), first)


def _told(verdicts: list[Verdict]) -> list[dict[str, Any]]:
    return [plain(json.decode(json.encode(decision))) for verdict in verdicts for decision in verdict.decisions]


def _orders(pending: list[Said]) -> Iterator[list[Said]]:
    """By time; then with each input's last record at the end. An input's own order always stands."""
    yield pending
    for trigger in {said.role: said for said in pending}.values():
        yield [*(said for said in pending if said is not trigger), trigger]
