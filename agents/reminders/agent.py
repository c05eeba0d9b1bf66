"""The stateful agent: a record in, its account, the decision, and one batch out. The core decides; this carries.

One way through: read the fact, meet its account in the table, ask the core, store the account and let messages and
decisions leave. Everything of one partition leaves in one transaction, together with the offsets of what it saw.
"""

from collections.abc import AsyncIterator, Callable, Mapping
from functools import partial
from typing import Any, Final

from msgspec.structs import replace

from agents.reminders.dead_letters import brought_back, dead_letter, owner_of, owner_told
from agents.reminders.decisions import core, races
from agents.reminders.decisions.calendar import to_ms
from agents.reminders.decisions.catalog import Book
from agents.reminders.decisions.library import Library
from agents.reminders.decisions.outcome import Seen, Verdict
from agents.reminders.decisions.pacing import interval_us
from agents.reminders.decisions.standing import Standing
from agents.reminders.gatekeeping import Gatekeeper, Switches
from agents.reminders.outgoing import Envelope, stage_of
from agents.reminders.recalling import Sweep, has_sent, recalls_due
from schemas import accounts, facts, reading
from schemas.accounts import Account
from schemas.gates import GATE_KEY
from schemas.partitions import UnownedDismissed, read_note
from streams import roles
from streams.batches import unreadable_batch
from streams.metrics import Metrics
from streams.settings import Settings
from streams.transport.errors import InvariantBroken
from streams.transport.events import MARK_TYPE, TYPE_HEADER, Fact, Tick
from streams.transport.partitioner import partition_of

NOTHING_SAID: Final = Standing()
"""No control has been read."""


class Desk:
    """Handles facts and ticks of the partitions of one worker, strictly in the order in which they come."""

    def __init__(self, app: Any, settings: Settings, library: Library, metrics: Metrics, switches: Switches) -> None:
        self._settings, self._library, self._metrics = settings, library, metrics
        self._roles = {settings.topics[role]: role for role in roles.INPUTS}
        self._payments = settings.topics[roles.PAYMENT_RECEIVED]
        self._envelope = Envelope(settings.namespace)
        self._table = app.Table("accounts")
        self._reminders = _output(app, settings, roles.REMINDERS)
        self._decisions = _output(app, settings, roles.REMINDER_DECISIONS)
        self._dead_letters = _output(app, settings, roles.REMINDER_DEAD_LETTERS)
        self._gates = Gatekeeper(settings, self._table, switches)
        self._recalling, self._planning = Sweep(), Sweep()
        self._chunk: Mapping[str, int] | None = None
        self._applied: dict[str, int] = {}
        self._standing = NOTHING_SAID
        self._ticked: dict[int, Standing] = {}

    def fact(self, fact: Fact, standing: Standing | None = None) -> None:
        """Apply one input record, or put it aside with its reason. ``standing`` is what the controls amount to now."""
        self._standing = standing or self._ticked.get(fact.partition, NOTHING_SAID)
        if fact.positions is not self._chunk:
            self._chunk, self._applied = fact.positions, dict(fact.positions)
            self._enter(fact.partition, to_ms(fact.now))
            self._metrics.accounts(fact.partition, len(self._table) - 1)
            if standing is not None and standing.recalls:
                self._recall(fact.partition, to_ms(fact.now), standing, self._seen(standing))
        self._applied[fact.topic] = fact.offset + 1
        role = self._roles[fact.topic]
        if self._is_of_the_partition(fact, role):
            return
        try:
            if (told := unreadable_batch(fact.key, fact.headers)) is not None:
                raise reading.UnusableInput(reading.Reason.UNREADABLE_BATCH, told)
            if fact.value is None and fact.key is not None and role == roles.PROFILE_UPDATED:
                self._profile_erased(fact, fact.key)
                return
            said = reading.read(role, fact.key, fact.value, self._settings.input_max_bytes)
            self._apply(fact, said)
        except reading.UnusableInput as fault:
            self._put_aside(fact, role, fault)
        else:
            self._gates.read(role, fact.topic, usable=True)
        self._came_back(fact)

    def tick(self, tick: Tick) -> None:
        """Do what is due."""
        now_ms = to_ms(tick.now)
        self._standing = self._ticked[tick.partition] = tick.controls or NOTHING_SAID
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
            answer = self._ask(key, now_ms, partial(core.on_tick, now_ms=now_ms, seen=seen))
            if answer is not None and answer.pace_us > pace_us:
                pace_us = answer.pace_us
                seen = replace(seen, gate=replace(gate, pace_us=pace_us))
        self._gates.paced(pace_us)

    def _seen(self, standing: Standing | None = None) -> Seen:
        gate = self._gates.gate() if standing is None else self._gates.gate(standing, standing.offset)
        return Seen(self._applied, {}, self._applied.get(self._payments, 0), gate)

    def _recall(self, partition: int, now_ms: int, standing: Standing, seen: Seen) -> None:
        """Carry out what a person recalled: a part of the accounts at a time, then go on."""
        recalls = recalls_due(standing, self._gates.state.recalled_to)
        if not recalls:
            self._recalling.forget(partition)
            return
        upto = recalls[-1].offset + 1
        for key in self._recalling.slice(partition, upto, (k for k in self._table if has_sent(self._table[k]))):
            self._ask(key, now_ms, partial(core.on_recall, recalls=recalls, now_ms=now_ms, seen=seen))
        if self._recalling.done(partition):
            self._gates.recalled(upto)

    def _plan(self, partition: int, now_ms: int, seen: Seen) -> None:
        """Another version decides now: what was planned by the one before is planned anew."""
        active, planned_by = self._library.plan_name(self._standing, now_ms), self._gates.state.planned_by
        if planned_by == active:
            return
        if planned_by is not None:
            for key in self._planning.slice(partition, active, (k for k in self._table if k != GATE_KEY)):
                self._ask(key, now_ms, partial(core.on_plan, now_ms=now_ms, seen=seen))
        if planned_by is None or self._planning.done(partition):
            self._gates.planned(active)

    def _is_of_the_partition(self, fact: Fact, role: str) -> bool:
        """Handle what has no account: a progress mark, or a person's word about the partition."""
        if _is_progress(fact):
            mark = reading.read_progress(fact.value)
            if mark is not None:
                # A source whose clock is ahead must not look fresh for longer.
                self._gates.marked(role, mark, min(to_ms(mark.complete_to), to_ms(fact.now)))
            return True
        note = read_note(fact.value) if fact.key is None and role == roles.CASE_UPDATED else None
        if note is None:
            return False
        if not isinstance(note, UnownedDismissed):
            self._gates.resumed(note.role)
        elif (freed := self._gates.closed(note.at)) is not None:
            self._free(fact, freed, note.at)
        return True

    def _apply(self, fact: Fact, said: facts.Fact) -> None:
        key = said.account_id.encode()
        raw = self._table.get(key)
        if raw is None:
            self._check_partition(fact, key)
            account = None
        else:
            account = accounts.decode(raw)
            if isinstance(said, facts.PaymentBooked):
                self._watch_race(fact, said, account)
        now_ms = to_ms(fact.now)
        self._leave(key, account, core.on_fact(account, said, now_ms, self._book_for(account, now_ms), self._seen()))

    def _profile_erased(self, fact: Fact, key: bytes) -> None:
        now_ms = to_ms(fact.now)
        self._ask(key, now_ms, partial(core.on_profile_erased, now_ms=now_ms, seen=self._seen()))

    def _check_partition(self, fact: Fact, key: bytes) -> None:
        # A producer with another partitioner would split one person over two accounts; the first record shows it.
        if partition_of(key, self._settings.partitions) != fact.partition:
            raise reading.UnusableInput(reading.Reason.WRONG_PARTITION, "the key belongs to another partition")

    def _watch_race(self, fact: Fact, payment: facts.PaymentBooked, account: Account) -> None:
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
        self._gates.enter(partition, now_ms)
        active = self._library.active(self._standing, now_ms) or self._library.latest
        self._gates.interval_us = pace_of(active, self._settings.partitions)

    def _book_for(self, account: Account | None, now_ms: int) -> Book:
        return self._library.book_for(account, self._standing, now_ms)

    def _ask(self, key: bytes, now_ms: int, question: Callable[..., Verdict]) -> Verdict | None:
        """Put a question about an account to the core, if there is the account, and let the answer leave."""
        raw = self._table.get(key)
        if raw is None:
            return None
        account = accounts.decode(raw)
        answer = question(account, book=self._book_for(account, now_ms))
        self._leave(key, account, answer)
        return answer

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

    def _put_aside(self, fact: Fact, role: str, fault: reading.UnusableInput) -> None:
        letter = dead_letter(fact, fault, self._settings.group_id, self._settings.dead_letter_max_bytes)
        self._dead_letters.emit(key=letter.key, value=letter.value, headers=letter.headers)
        self._metrics.dead_letter(role, fault.reason)
        self._gates.read(role, fact.topic, usable=False)
        if self._gates.silences(role):
            self._hold(fact, f"{role}/{fact.partition}/{fact.offset}")

    def _hold(self, fact: Fact, at: str) -> None:
        """Whose record it is must not be chased until it was read after all."""
        owner = owner_of(fact.key, fact.partition, self._settings.partitions)
        if owner is None:
            owner = owner_told(fact.value, fact.partition, self._settings.partitions)
            self._gates.unread(at, owner or "")
        if owner is not None:
            key = owner.encode()
            raw = self._table.get(key)
            account = None if raw is None else accounts.decode(raw)
            now_ms = to_ms(fact.now)
            book = self._book_for(account, now_ms)
            self._leave(key, account, core.on_unread(account, owner, at, now_ms, book, self._seen()))

    def _came_back(self, fact: Fact) -> None:
        """A replayed record ends the silence that its first coming had begun; if unread again, a new one stands."""
        at = brought_back(fact.headers)
        if at is None:
            return
        owner = owner_of(fact.key, fact.partition, self._settings.partitions)
        if owner is None or self._gates.is_open(at):
            owner = self._gates.closed(at) or owner
        if owner is not None:
            self._free(fact, owner, at)

    def _free(self, fact: Fact, account_id: str, at: str) -> None:
        now_ms = to_ms(fact.now)
        self._ask(account_id.encode(), now_ms, partial(core.on_read, at=at, now_ms=now_ms, seen=self._seen()))


def _is_progress(fact: Fact) -> bool:
    # A mark has no account. Its header tells; a source that writes no headers is known by its body.
    if (TYPE_HEADER, MARK_TYPE) in fact.headers:
        return True
    return fact.key is None and reading.read_progress(fact.value) is not None


def _output(app: Any, settings: Settings, role: str) -> Any:
    return app.topic(settings.topics[role])


def pace_of(book: Book, partitions: int) -> int:
    """Between two messages of a partition, in microseconds; 0 where the policy paces none."""
    pacing = book.policy.pacing
    return 0 if pacing is None else interval_us(pacing.messages_per_second, partitions)


def attach(app: Any, settings: Settings, library: Library, metrics: Metrics) -> None:
    """Put the reminders agent on a Faust app."""
    desk = Desk(app, settings, library, metrics, app.engine)
    # In a replay the controls take effect with the ticks, which tell what stands.
    system = settings.clock == "system"
    inputs = app.topic(*(settings.topics[role] for role in roles.INPUTS))

    @app.agent(inputs, name="reminders")  # type: ignore[untyped-decorator]  # Faust ships no types for it
    async def reminders(stream: Any) -> None:
        events: AsyncIterator[Fact | Tick] = stream.events()
        async for event in events:
            if isinstance(event, Tick):
                desk.tick(event)
            else:
                desk.fact(event, app.engine.controls.state if system else None)
