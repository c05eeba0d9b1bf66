"""Keeps each partition's gate: how fresh its inputs are, what nobody could read, and which input is paused.

Its state stands in the table beside the accounts, so that it commits with them and the next worker goes on from it.
The counts of a window are in memory: a restart begins a new one.
"""

from collections import Counter
from collections.abc import MutableMapping
from typing import Final, Protocol

from msgspec.structs import replace

from agents.decisions import ControlState, Gate
from schemas.facts import SourceProgress
from schemas.partitions import InputResumed
from schemas.stored.accounts import NEVER_MS
from schemas.stored.gates import GATE_KEY, UNREAD_MAX, GateState, decode_gate, encode_gate
from streams import roles
from streams.settings import Settings

BEAT_MS: Final = 1_000
"""How often, at least, a partition looks up although no account is due: for recalls, and to keep its time."""
BAD_SHARE: Final = "BAD_SHARE"
"""Why an input is not read: too large a share of its records could not be used."""
_LONG_AGO_MS: Final = 1_000_000_000_000
"""The earliest instant with the thirteen digits of a stored due time."""


class Switches(Protocol):
    """What the engine does for a partition when it is asked."""

    def hold_input(self, partition: int, topic: str, reason: str) -> None:
        """Read it no further; its ticks stay closed."""

    def release_input(self, partition: int, topic: str) -> None:
        """Read on."""

    def rest_input(self, partition: int, topic: str, rest_s: float) -> None:
        """Apply nothing of it for so long; ticks wait for what is behind."""

    def not_before(self, instant_ms: int) -> None:
        """No worker may judge anything at an earlier instant."""

    def tenure(self, partition: int) -> int:
        """Another number as soon as the partition's state is not what we have made of it last."""

    def clock_in_doubt(self) -> bool:
        """Whether what is planned now may be planned by a wrong time."""


class PartitionStates:
    """The gates of one worker's partitions; `enter` comes before anything else of a chunk."""

    def __init__(self, settings: Settings, table: MutableMapping[bytes, bytes], switches: Switches) -> None:
        self._settings, self._table, self._switches = settings, table, switches
        self.interval_us = 0
        """Between two messages of a partition, as the version that decides now has it."""
        self._system = settings.clock == "system"
        self.silencing = frozenset(settings.silencing_inputs or roles.INPUTS)
        """Inputs of which an unread record may be what silences somebody."""
        marked = settings.marked_inputs
        self._unmarked = tuple(role for role in roles.INPUTS if role in self.silencing and role not in marked)
        self._known: dict[int, tuple[bytes, GateState]] = {}
        self._bad: Counter[tuple[int, str]] = Counter()
        self._seen: Counter[tuple[int, str]] = Counter()
        self._partition = -1
        self._gate: Gate | None = None

    @property
    def state(self) -> GateState:
        """Of the partition that was entered."""
        return self._known[self._partition][1]

    def enter(self, partition: int, now_ms: int) -> None:
        """A chunk of this partition begins."""
        self._gate = None
        self._partition = partition
        raw = self._table.get(GATE_KEY)
        known = self._known.get(partition)
        if raw is not None and known is not None and known[0] == raw:
            return
        self._count_anew(partition)
        if raw is None:
            # Its time is told by its ticks alone: they are closed while this machine's clock is in doubt.
            self._store(GateState(next_due_at=now_ms if self._system else NEVER_MS))
            return
        state = decode_gate(raw)
        self._known[partition] = (raw, state)
        if self._system:
            self._switches.not_before(state.now_ms)
            for role in state.paused:
                self._switches.hold_input(partition, self._settings.topics[role], BAD_SHARE)

    def forget(self, partition: int) -> None:
        """What is known of it is read anew."""
        self._known.pop(partition, None)

    def _store(self, state: GateState) -> None:
        raw = encode_gate(state)
        self._known[self._partition] = (raw, state)
        self._table[GATE_KEY] = raw
        self._gate = None

    def _count_anew(self, partition: int) -> None:
        for counts in (self._bad, self._seen):
            for key in [key for key in counts if key[0] == partition]:
                del counts[key]

    def beat(self, now_ms: int) -> None:
        """The partition's own tick: its time is remembered, and when it looks up next."""
        self._store(replace(self.state, now_ms=now_ms, next_due_at=now_ms + BEAT_MS))

    def marked(self, role: str, mark: SourceProgress, complete_ms: int) -> None:
        """A source has told everything up to then. It never takes that back."""
        state, name = self.state, f"{role}/{mark.source}"
        if complete_ms > state.complete_ms.get(name, 0):
            self._store(replace(state, complete_ms={**state.complete_ms, name: complete_ms}))

    def recalled(self, offset: int) -> None:
        """Every recall below this offset of the controls has been carried out."""
        self._store(replace(self.state, recalled_to=offset))

    def planned(self, policy_hash: str) -> None:
        """Every account of the partition is planned by this version of the policy, and by a clock to be trusted."""
        self._store(replace(self.state, planned_by=policy_hash, doubted=False))

    def doubts(self) -> bool:
        """Whether the clock is in doubt. It is remembered with what is planned now, until all is planned anew.

        The first tick after it comes at once, however far ahead the clock was when the gate was made.
        """
        doubted = self._system and self._switches.clock_in_doubt()
        if doubted and not self.state.doubted:
            self._store(replace(self.state, doubted=True, next_due_at=max(self.state.now_ms, _LONG_AGO_MS)))
        return doubted

    def paced(self, pace_us: int) -> None:
        """The partition's next message may leave at this instant (epoch microseconds), and none before."""
        if pace_us > self.state.pace_us:
            self._store(replace(self.state, pace_us=pace_us))

    def gate(self, controls: ControlState | None = None, controls_offset: int = -1) -> Gate:
        """What stands before the sends of the partition now."""
        if controls is None and self._gate is not None:
            return self._gate
        state = self.state
        unowned = state.unread_more + sum(not account for _, account in state.unread)
        gate = Gate(
            controls=controls or ControlState(),
            controls_offset=controls_offset,
            judged=self._system and bool(self._settings.marked_inputs),
            complete_to_ms=self._complete_to(state),
            unmarked=self._unmarked if self._system else (),
            unread=unowned,
            unread_max=self._settings.unread_max,
            pace_us=state.pace_us,
            interval_us=self.interval_us,
            tick_us=self._settings.tick_period_s * 1_000_000,
            numbers_required=self._settings.numbers == "required",
        )
        if controls is None:
            self._gate = gate
        return gate

    def _complete_to(self, state: GateState) -> int:
        """Up to when every source that the ledger needs has told everything; a source once heard stays needed."""
        oldest = NEVER_MS
        for role in self._settings.marked_inputs:
            marks = [
                ms
                for name, ms in state.complete_ms.items()
                if name.startswith(f"{role}/") and name.partition("/")[2] not in self._settings.retired_sources
            ]
            oldest = min(oldest, *marks) if marks else 0
            if not oldest:
                break
        return oldest

    # Records that cannot be used

    def read(self, role: str, topic: str, offset: int, *, usable: bool) -> None:
        """Count a record of an input, and pause the input when too large a share was bad.

        `case-updated` brings the word that ends a pause, so it is read on: only its bad records hold accounts. In a
        replay nobody is there to resume.
        """
        if self._tolerates(role, offset):
            if not usable:
                self._switches.rest_input(self._partition, topic, 1 / self._settings.tolerated_per_s)
            return
        key = (self._partition, role)
        self._seen[key] += 1
        if not usable:
            self._bad[key] += 1
            limit = self._settings.bad_share_max * self._settings.bad_share_window
            if self._bad[key] > limit and self._system and role != roles.CASE_UPDATED and role not in self.state.paused:
                self._store(replace(self.state, paused=(*self.state.paused, role)))
                self._switches.hold_input(self._partition, topic, BAD_SHARE)
        if self._seen[key] >= self._settings.bad_share_window:
            del self._seen[key]
            self._bad.pop(key, None)

    def _tolerates(self, role: str, offset: int) -> bool:
        tolerated_to = self.state.tolerated_to.get(role)
        if tolerated_to is not None and offset >= tolerated_to:
            self._tolerate(role, None)
        return tolerated_to is not None and offset < tolerated_to and self._system

    def _tolerate(self, role: str, to: int | None) -> None:
        others = {name: offset for name, offset in self.state.tolerated_to.items() if name != role}
        tolerated_to = others if to is None else {**others, role: to}
        if tolerated_to != self.state.tolerated_to:
            self._store(replace(self.state, tolerated_to=tolerated_to))

    def unread(self, at: str, account_id: str = "") -> None:
        """Remember a record whose key tells no account."""
        state = self.state
        if len(state.unread) >= UNREAD_MAX:
            self._store(replace(state, unread_more=state.unread_more + 1))
        elif not self.is_open(at):
            self._store(replace(state, unread=(*state.unread, (at, account_id))))

    def is_open(self, at: str) -> bool:
        """Whether it is among the records whose key told no account."""
        return any(known == at for known, _ in self.state.unread)

    def closed(self, at: str) -> str | None:
        """The record was read after all, or dismissed: returns the account that it had held, if it told one."""
        state = self.state
        found = next((entry for entry in state.unread if entry[0] == at), None)
        if found is not None:
            self._store(replace(state, unread=tuple(entry for entry in state.unread if entry is not found)))
            return found[1] or None
        if state.unread_more:
            self._store(replace(state, unread_more=state.unread_more - 1))
        return None

    def resumed(self, note: InputResumed, position: int) -> None:
        """A named person ends the pause of an input, of which everything below ``position`` has been read."""
        role, records = note.role, note.tolerated_records
        bounds = (note.tolerated_to, None if records is None else position + records)
        self._tolerate(role, min((to for to in bounds if to is not None), default=None))
        if role not in self.state.paused:
            return
        self._store(replace(self.state, paused=tuple(other for other in self.state.paused if other != role)))
        self._count_anew(self._partition)
        if self._system:
            self._switches.release_input(self._partition, self._settings.topics[role])
