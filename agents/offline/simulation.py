"""The core offline, in replay mode: the same facts, grid and policy as on Kafka, without Kafka.

Each fact is applied with the instant of the next tick, in order of time, then version, then id; then the tick
happens. So the messages are byte for byte those of a replay on Kafka.
"""

import heapq
from base64 import b64encode
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import groupby
from typing import Final, NamedTuple

from msgspec.structs import replace
from pydantic_core import to_json

from agents.decisions import NOWHERE, Gate, Occasion, Rulebook, Seen, Verdict, Versions, step
from agents.decisions.inputs import RawRecord, ReadingTerms, TimePassed, happenings
from agents.offline.fact_files import FactLine
from agents.offline.tally import Tally
from agents.reminders.agent import pace_of
from agents.reminders.outgoing import Envelope
from schemas.reading import UnusableInput, replay_order
from schemas.stored.accounts import NEVER_MS, Account
from streams import roles
from streams.clock import Grid
from streams.transport.partitioner import partition_of

_TIME_PASSED: Final = TimePassed()


class Emitted(NamedTuple):
    """One line of the output: a message, a decision, or a fact that could not be used."""

    role: str
    key: bytes | None
    value: bytes


class OpenRecords(dict[str, str]):
    """Records whose key tells no account -> the account that the body tells; nobody is there to dismiss them."""

    def unread(self, at: str, account_id: str = "") -> None:
        """Remember one."""
        self[at] = account_id

    def is_open(self, at: str) -> bool:
        """Whether it is among them."""
        return at in self

    def closed(self, at: str) -> str | None:
        """It was read after all; returns the account that its body had told."""
        return self.pop(at, "") or None


class Simulation:
    """Accounts in memory, facts and ticks in order of time."""

    def __init__(
        self,
        rulebook: Rulebook,
        grid: Grid,
        input_max_bytes: int,
        partitions: int = 4,
        tick_period_s: int = 1,
        silencing: Collection[str] = roles.INPUTS,
        *,
        numbers_required: bool = False,
    ) -> None:
        """``partitions`` and ``tick_period_s``, which must be the grid's own, matter where the policy paces.

        ``silencing``: the inputs of which an unread record holds its account. ``numbers_required``: no number is
        written to before its word has come.
        """
        self._versions, self._grid = Versions(rulebook), grid
        self._terms = ReadingTerms(frozenset(silencing), input_max_bytes, owns=lambda _: True)
        self._unowned = OpenRecords()
        self._partitions, self._interval_us = partitions, pace_of(rulebook, partitions)
        self._gate = Gate(
            interval_us=self._interval_us, tick_us=tick_period_s * 1_000_000, numbers_required=numbers_required
        )
        self._nowhere = replace(NOWHERE, gate=self._gate)
        self._paces: Counter[int] = Counter()
        self._envelope = Envelope(rulebook.namespace)
        self._due: list[tuple[int, bytes]] = []
        self.accounts: dict[bytes, Account] = {}
        self.counts: Counter[tuple[str, str]] = Counter()
        """How many of each: (facts, topic), (messages, type and stage), (decisions, outcome and code) …"""
        self.tally = Tally()
        """What the messages come to: pace, parts, waits."""

    def run(
        self, lines: Iterable[FactLine], until_ms: int, progress: Callable[[int], None] | None = None
    ) -> Iterator[Emitted]:
        """Everything that leaves up to and including the last tick at or before ``until_ms``.

        A line that comes after a later one is late, as a record on Kafka would be: it is applied at the next tick.
        """
        for tick_ms, group in groupby(self._at_ticks(lines), key=lambda pair: pair[0]):
            yield from self._ticks(before_ms=min(tick_ms, until_ms + 1))
            if tick_ms > until_ms:
                return
            of_tick = sorted((line for _, line in group), key=lambda line: line.time_ms)
            for time_ms, same_time in groupby(of_tick, key=lambda line: line.time_ms):
                together = list(same_time)
                for line in sorted(together, key=_order) if len(together) > 1 else together:
                    yield from self._fact(line, tick_ms)
                if progress is not None:
                    progress(time_ms)
        yield from self._ticks(before_ms=until_ms + 1)

    def _at_ticks(self, lines: Iterable[FactLine]) -> Iterator[tuple[int, FactLine]]:
        """Each line with the tick at which it is applied."""
        latest_ms = 0
        for line in lines:
            if line.time_ms > latest_ms:
                latest_ms = self._grid.at_or_after(line.time_ms)
            yield latest_ms, line

    def _ticks(self, before_ms: int) -> Iterator[Emitted]:
        """Every grid instant before the given one at which something is due."""
        while self._due:
            tick_ms = self._grid.at_or_after(self._due[0][0])
            if tick_ms >= before_ms:
                return
            for key in self._pop(tick_ms):
                yield from self._leave(key, self._tick(key, tick_ms), tick_ms)

    def _tick(self, key: bytes, tick_ms: int) -> Verdict:
        account = self.accounts[key]
        verdict = step(account, account.account_id, _TIME_PASSED, self._occasion(key, tick_ms))
        if self._interval_us:
            number = partition_of(key, self._partitions)
            self._paces[number] = max(self._paces[number], verdict.pace_us)
        return verdict

    def _occasion(self, key: bytes, now_ms: int) -> Occasion:
        return Occasion(now_ms, self._versions, self._seen(key))

    def _seen(self, key: bytes) -> Seen:
        """Each partition has a pace of its own, as on Kafka."""
        if not self._interval_us:
            return self._nowhere
        pace_us = self._paces[partition_of(key, self._partitions)]
        return replace(self._nowhere, gate=replace(self._gate, pace_us=pace_us))

    def _pop(self, tick_ms: int) -> list[bytes]:
        keys: list[bytes] = []
        while self._due and self._due[0][0] <= tick_ms:
            due_ms, key = heapq.heappop(self._due)
            account = self.accounts.get(key)
            if account is not None and account.next_due_at == due_ms and key not in keys[-1:]:
                keys.append(key)
        return keys

    def _fact(self, line: FactLine, now_ms: int) -> Iterator[Emitted]:
        at = f"{line.role}/0/{self.counts['facts', line.role]}"
        self.counts["facts", line.role] += 1
        record = RawRecord(line.role, at, line.key, line.value, line.time_ms, line.headers)
        meaning = happenings(record, self._terms, self._unowned)
        if meaning.fault is not None:
            self.counts["dead letters", meaning.fault.reason] += 1
            yield Emitted(roles.REMINDER_DEAD_LETTERS, line.key, to_json(_put_aside(line, meaning.fault)))
        for account_id, happening in meaning.happenings:
            key = account_id.encode()
            verdict = step(self.accounts.get(key), account_id, happening, self._occasion(key, now_ms))
            yield from self._leave(key, verdict, now_ms)

    def _leave(self, key: bytes, verdict: Verdict, now_ms: int) -> Iterator[Emitted]:
        before = self.accounts.get(key)
        self.tally.moved(key, before, verdict.account, now_ms)
        if verdict.account is None:
            self.accounts.pop(key, None)
        else:
            self.accounts[key] = verdict.account
            due_ms = verdict.account.next_due_at
            if due_ms != NEVER_MS and (before is None or before.next_due_at != due_ms):
                heapq.heappush(self._due, (due_ms, key))
        for message in verdict.messages:
            self.tally.message(key, message, now_ms)
            self.counts["messages", f"{message.type} {getattr(message, 'stage', '')}".strip()] += 1
            yield Emitted(roles.REMINDERS, key, self._envelope.message(message).value)
        for decision in verdict.decisions:
            self.tally.decision(decision)
            self.counts["decisions", f"{decision.outcome} {decision.code}"] += 1
            yield Emitted(roles.REMINDER_DECISIONS, key, self._envelope.decision(decision).value)


def _put_aside(line: FactLine, fault: UnusableInput) -> dict[str, str | None]:
    value = None if line.value is None else b64encode(line.value).decode()
    return {"reason": fault.reason, "detail": fault.detail, "input": line.role, "value_b64": value}


def _order(line: FactLine) -> tuple[tuple[int, str], int]:
    return replay_order(line.role, line.key, line.value), roles.INPUTS.index(line.role)
