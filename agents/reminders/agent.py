"""The stateful agent: a record in, its account, the decision, and one batch out. The core decides; this carries.

One way through: read the fact, meet its account in the table, ask the core, store the account and let messages and
decisions leave. Everything of one partition leaves in one transaction, together with the offsets of what it saw.
"""

from collections.abc import AsyncIterator, Mapping
from typing import Any, Final

from msgspec.structs import replace

from agents.deadletters.record_format import dead_letter
from agents.decisions import ControlState, Occasion, Rulebook, Seen, Verdict, Versions, step
from agents.decisions.guard.pacing import interval_us
from agents.decisions.inputs import (
    FactRead,
    Happening,
    Meaning,
    PolicyChanged,
    RawRecord,
    ReadingTerms,
    RecallAsked,
    TimePassed,
    Told,
    happenings,
)
from agents.decisions.ladder import races
from agents.reminders.outgoing import Envelope, stage_of
from agents.reminders.partition_state import PartitionStates, Switches
from agents.reminders.sweep import Sweep, recalls_due, those_meant
from schemas import facts, reading
from schemas.partitions import InputResumed
from schemas.stored import accounts
from schemas.stored.accounts import Account
from schemas.stored.gates import GATE_KEY
from schemas.values.instants import to_ms
from streams import roles
from streams.batches import unreadable_batch
from streams.errors import InvariantBroken
from streams.metrics import Metrics
from streams.settings import Settings
from streams.transport.events import InputRecord, Tick
from streams.transport.partitioner import partition_of

NO_CONTROLS: Final = ControlState()
"""No control has been read."""
TIME_PASSED: Final = TimePassed()
POLICY_CHANGED: Final = PolicyChanged()


class ReminderAgent:
    """Handles facts and ticks of the partitions of one worker, strictly in the order in which they come."""

    def __init__(self, app: Any, settings: Settings, versions: Versions, metrics: Metrics, switches: Switches) -> None:
        self._settings, self._versions, self._metrics = settings, versions, metrics
        self._roles = {settings.topics[role]: role for role in roles.INPUTS}
        self._payments = settings.topics[roles.PAYMENT_RECEIVED]
        self._envelope = Envelope(settings.namespace)
        self._table = app.Table("accounts")
        self._reminders = _output(app, settings, roles.REMINDERS)
        self._decisions = _output(app, settings, roles.REMINDER_DECISIONS)
        self._dead_letters = _output(app, settings, roles.REMINDER_DEAD_LETTERS)
        self._gates = PartitionStates(settings, self._table, switches)
        self._recalling, self._planning = Sweep(), Sweep()
        self._chunk: Mapping[str, int] | None = None
        self._applied: dict[str, int] = {}
        self._controls = NO_CONTROLS
        self._ticked: dict[int, ControlState] = {}
        self._reading: dict[int, ReadingTerms] = {}
        self._tenures: dict[int, int] = {}
        self._switches = switches

    def fact(self, fact: InputRecord, controls: ControlState | None = None) -> None:
        """Apply one input record, or put it aside with its reason. ``controls`` are those in force now."""
        self._controls = controls or self._ticked.get(fact.partition, NO_CONTROLS)
        now_ms = to_ms(fact.now)
        if fact.positions is not self._chunk:
            self._chunk, self._applied = fact.positions, dict(fact.positions)
            self._enter(fact.partition, now_ms)
            if self._gates.doubts():
                self._planning.forget(fact.partition)
            self._metrics.accounts(fact.partition, len(self._table) - 1)
            if controls is not None and controls.recalls:
                self._recall(fact.partition, now_ms, controls, self._seen(controls))
        self._applied[fact.topic] = fact.offset + 1
        role = self._roles[fact.topic]
        at = f"{role}/{fact.partition}/{fact.offset}"
        record = RawRecord(role, at, fact.key, fact.value, fact.timestamp_ms, fact.headers)
        meaning = happenings(record, self._terms(fact.partition), self._gates, _not_unpacked(fact))
        if meaning.of_partition:
            self._of_the_partition(meaning, role, now_ms)
        elif meaning.fault is not None:
            self._put_aside(fact, role, meaning.fault)
        elif fact.value is not None:
            self._gates.read(role, fact.topic, fact.offset, usable=True)
        for account_id, happening in meaning.happenings:
            self._apply(fact, account_id, happening, now_ms)

    def tick(self, tick: Tick) -> None:
        """Do what is due."""
        now_ms = to_ms(tick.now)
        self._controls = self._ticked[tick.partition] = tick.controls or NO_CONTROLS
        self._enter(tick.partition, now_ms)
        gate = self._gates.gate(tick.controls, tick.controls_offset)
        seen = Seen(tick.positions, tick.watermarks, tick.positions.get(self._payments, 0), gate)
        if tick.controls is not None:
            self._recall(tick.partition, now_ms, tick.controls, seen)
        self._plan(tick.partition, now_ms, seen)
        pace_us = gate.pace_us
        for key in tick.due:
            if key == GATE_KEY:
                self._gates.beat(now_ms)
                self._metrics.gate(tick.partition, gate.complete_to_ms if gate.judged else None, gate.unread)
                continue
            answer = self._step(key, TIME_PASSED, now_ms, seen)
            if answer.pace_us > pace_us:
                pace_us = answer.pace_us
                seen = replace(seen, gate=replace(gate, pace_us=pace_us))
        self._gates.paced(pace_us)

    def _seen(self, controls: ControlState | None = None) -> Seen:
        gate = self._gates.gate() if controls is None else self._gates.gate(controls, controls.offset)
        return Seen(self._applied, {}, self._applied.get(self._payments, 0), gate)

    def _recall(self, partition: int, now_ms: int, controls: ControlState, seen: Seen) -> None:
        """Carry out what a person recalled: a part of the accounts at a time, then go on."""
        recalls = recalls_due(controls, self._gates.state.recalled_to)
        if not recalls:
            self._recalling.forget(partition)
            return
        upto = recalls[-1].offset + 1
        for key in self._recalling.slice(partition, upto, those_meant(recalls, self._table)):
            self._step(key, RecallAsked(recalls), now_ms, seen)
        if self._recalling.done(partition):
            self._gates.recalled(upto)

    def _plan(self, partition: int, now_ms: int, seen: Seen) -> None:
        """Plan anew what was planned by another version than the one that decides now, or by a doubtful clock."""
        active, state = self._versions.plan_name(self._controls, now_ms), self._gates.state
        if state.planned_by == active and not state.doubted:
            return
        sweeps = state.doubted or state.planned_by is not None
        if sweeps:
            for key in self._planning.slice(partition, active, (k for k in self._table if k != GATE_KEY)):
                self._step(key, POLICY_CHANGED, now_ms, seen)
        if not sweeps or self._planning.done(partition):
            self._gates.planned(active)

    def _of_the_partition(self, meaning: Meaning, role: str, now_ms: int) -> None:
        """Handle what has no account: a progress mark, or a person's word about the partition."""
        if meaning.mark is not None:
            # A source whose clock is ahead must not look fresh for longer.
            self._gates.marked(role, meaning.mark, min(to_ms(meaning.mark.complete_to), now_ms))
        if isinstance(meaning.note, InputResumed):
            note = meaning.note
            self._gates.resumed(note, self._applied.get(self._settings.topics.get(note.role, ""), 0))

    def _terms(self, partition: int) -> ReadingTerms:
        """How records of a partition are read."""
        known = self._reading.get(partition)
        if known is None:
            count, table = self._settings.partitions, self._table

            def owns(account_id: str) -> bool:
                # Only an account's first record can show that a producer has another partitioner.
                key = account_id.encode()
                return key in table or partition_of(key, count) == partition

            known = ReadingTerms(self._gates.silencing, self._settings.input_max_bytes, owns)
            self._reading[partition] = known
        return known

    def _apply(self, fact: InputRecord, account_id: str, happening: Told, now_ms: int) -> None:
        """Apply what a record told one account."""
        key = account_id.encode()
        raw = self._table.get(key)
        account = None if raw is None else accounts.decode(raw)
        if account is not None and isinstance(happening, FactRead):
            self._watch_race(fact, happening.fact, account)
        occasion = Occasion(now_ms, self._versions, self._seen(), self._controls)
        self._leave(key, account, step(account, account_id, happening, occasion))

    def _watch_race(self, fact: InputRecord, payment: facts.Fact, account: Account) -> None:
        if not isinstance(payment, facts.PaymentBooked):
            return
        found = races.judge(account, payment.payment_id, fact.offset, fact.timestamp_ms)
        if found == "known":
            self._metrics.sent_with_payment_known()
            raise InvariantBroken(
                f"a reminder left although its payment was known: {fact.topic}[{fact.partition}] offset {fact.offset}"
            )
        if found == "raced":
            self._metrics.raced()

    def _enter(self, partition: int, now_ms: int) -> None:
        """A chunk begins: its gate, at the pace of the version that decides now."""
        tenure = self._switches.tenure(partition)
        if self._tenures.get(partition) != tenure:  # what was looked at may have been undone
            self._tenures[partition] = tenure
            for known in (self._recalling, self._planning, self._gates):
                known.forget(partition)
        self._gates.enter(partition, now_ms)
        active = self._versions.active(self._controls, now_ms) or self._versions.latest
        self._gates.interval_us = pace_of(active, self._settings.partitions)

    def _step(self, key: bytes, happening: Happening, now_ms: int, seen: Seen) -> Verdict:
        """Let something happen to an account that is known, and let what follows leave."""
        raw = self._table.get(key)
        if raw is None:
            return Verdict(None)
        account = accounts.decode(raw)
        verdict = step(account, account.account_id, happening, Occasion(now_ms, self._versions, seen, self._controls))
        self._leave(key, account, verdict)
        return verdict

    def _leave(self, key: bytes, before: Account | None, verdict: Verdict) -> None:
        if verdict.account is not before:
            if verdict.account is not None:
                self._table[key] = accounts.encode(verdict.account)
            elif before is not None:
                del self._table[key]
        for message in verdict.messages:
            value, headers = self._envelope.message(message)
            self._reminders.emit(key=key, value=value, headers=headers)
            self._metrics.message(message.type, stage_of(message))
        for decision in verdict.decisions:
            value, headers = self._envelope.decision(decision)
            self._decisions.emit(key=key, value=value, headers=headers)
            self._metrics.decision(decision.outcome, decision.code)

    def _put_aside(self, fact: InputRecord, role: str, fault: reading.UnusableInput) -> None:
        letter = dead_letter(fact, fault, self._settings.group_id, self._settings.dead_letter_max_bytes)
        self._dead_letters.emit(key=letter.key, value=letter.value, headers=letter.headers)
        self._metrics.dead_letter(role, fault.reason)
        self._gates.read(role, fact.topic, fact.offset, usable=False)


def _output(app: Any, settings: Settings, role: str) -> Any:
    return app.topic(settings.topics[role])


def _not_unpacked(fact: InputRecord) -> reading.UnusableInput | None:
    told = unreadable_batch(fact.key, fact.headers)
    return None if told is None else reading.UnusableInput(reading.Reason.UNREADABLE_BATCH, told)


def pace_of(rulebook: Rulebook, partitions: int) -> int:
    """Between two messages of a partition, in microseconds; 0 where the policy paces none."""
    pacing = rulebook.policy.pacing
    return 0 if pacing is None else interval_us(pacing.messages_per_second, partitions)


def attach(app: Any, settings: Settings, versions: Versions, metrics: Metrics) -> None:
    """Put the reminders agent on a Faust app."""
    agent = ReminderAgent(app, settings, versions, metrics, app.engine)
    # In a replay the controls take effect with the ticks, which tell what stands.
    system = settings.clock == "system"
    inputs = app.topic(*(settings.topics[role] for role in roles.INPUTS))

    @app.agent(inputs, name="reminders")  # type: ignore[untyped-decorator]  # Faust ships no types for it
    async def reminders(stream: Any) -> None:
        events: AsyncIterator[InputRecord | Tick] = stream.events()
        async for event in events:
            if isinstance(event, Tick):
                agent.tick(event)
            else:
                agent.fact(event, app.engine.controls.state if system else None)
