"""Every metric of a worker in one list, and one object whose small methods feed them.

Labels are codes, stages, topics and partition numbers: a closed set, and never an account or a person.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)

from streams.transport.observer import EngineObserver

# A `_created` twin of every counter would double the page and says nothing that the restart time does not.
disable_created_metrics()  # type: ignore[no-untyped-call]  # the package has no types for it

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

# A transaction takes milliseconds; a restore minutes; a tick is late by up to a second in normal life.
COMMIT_BUCKETS_S = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
LATENESS_BUCKETS_S = (0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 300.0, 1800.0, 7200.0)
RESTORE_BUCKETS_S = (0.1, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 60.0, 120.0, 300.0)


@dataclass(frozen=True, slots=True, eq=False)  # one of a kind: known by identity, as a key it costs nothing
class MetricSpec:
    """One metric as dashboards and alerts know it."""

    name: str
    kind: Literal["counter", "gauge", "histogram"]
    unit: str
    meaning: str
    labels: tuple[str, ...] = ()
    buckets: tuple[float, ...] = ()


FACTS = MetricSpec("tactful_facts_total", "counter", "facts", "facts handled", ("topic",))
MESSAGES = MetricSpec(
    "tactful_messages_total", "counter", "messages", "messages written to reminders", ("type", "stage")
)
DECISIONS = MetricSpec(
    "tactful_decisions_total", "counter", "decisions", "decisions taken, sends and non-sends", ("outcome", "reason")
)
DEAD_LETTERS = MetricSpec(
    "tactful_dead_letters_total", "counter", "records", "inputs that could not be used", ("topic", "reason")
)
SENT_WITH_PAYMENT_KNOWN = MetricSpec(
    "tactful_sent_with_payment_known_total",
    "counter",
    "messages",
    "reminders sent although the payment lay below the positions applied; must be 0",
)
RACED = MetricSpec(
    "tactful_raced_total",
    "counter",
    "messages",
    "reminders that left while the payment was on its way to us, and were recalled",
)
DUE_ACCOUNTS = MetricSpec("tactful_due_accounts_total", "counter", "accounts", "accounts handled at ticks")
TICK_LATENESS = MetricSpec(
    "tactful_tick_lateness_seconds",
    "histogram",
    "seconds",
    "time from a tick's instant until it was handled",
    buckets=LATENESS_BUCKETS_S,
)
NEXT_TICK = MetricSpec(
    "tactful_next_tick_seconds",
    "gauge",
    "seconds",
    "every tick before this instant (since 1970) has been committed; in a replay it tells how far time has come",
    ("partition",),
)
BARRIER_CLOSED = MetricSpec(
    "tactful_barrier_closed_total",
    "counter",
    "times",
    "looks, at most one a second, at a tick that was due and held back",
    ("topic", "partition", "reason"),
)
PARTITION_CLOSED = MetricSpec(
    "tactful_partition_closed",
    "gauge",
    "bool",
    "1 while a partition sends nothing because of a topic, for a reason that lasts",
    ("partition", "topic", "reason"),
)
CLOCK_SKEW = MetricSpec(
    "tactful_clock_skew_seconds",
    "gauge",
    "seconds",
    "how far this machine's clock is at least ahead of the brokers', or behind (negative)",
)
COMMITS = MetricSpec(
    "tactful_commit_seconds", "histogram", "seconds", "time a transaction took to commit", buckets=COMMIT_BUCKETS_S
)
LAG = MetricSpec(
    "tactful_lag_records", "gauge", "records", "records between position and end of an input", ("topic", "partition")
)
RESTORE = MetricSpec(
    "tactful_restore_seconds",
    "histogram",
    "seconds",
    "time to read a partition's table back",
    buckets=RESTORE_BUCKETS_S,
)
RESTORED = MetricSpec("tactful_restored_records_total", "counter", "records", "changelog records read back")
COMPLETE_TO = MetricSpec(
    "tactful_complete_to_seconds",
    "gauge",
    "seconds",
    "the instant (since 1970) up to which every source has told everything; old means that nothing is sent",
    ("partition",),
)
UNREAD_OPEN = MetricSpec(
    "tactful_unread_open",
    "gauge",
    "records",
    "records nobody could read that tell no account; above TACTFUL_UNREAD_MAX nothing is sent",
    ("partition",),
)
ACCOUNTS = MetricSpec("tactful_accounts", "gauge", "accounts", "accounts in the table", ("partition",))
TAKEN_OVER = MetricSpec("tactful_takeovers_total", "counter", "partitions", "partitions that came to this worker")
LIVE = MetricSpec("tactful_live_partitions", "gauge", "partitions", "partitions being worked on")
INTAKE_FACTS = MetricSpec(
    "tactful_intake_facts_total", "counter", "facts", "facts made from records of a bank's topic", ("topic", "type")
)
INTAKE_PASSED_OVER = MetricSpec(
    "tactful_intake_passed_over_total", "counter", "records", "records of a bank's topic that are meant for others"
)
INTAKE_COMPLETE = MetricSpec(
    "tactful_intake_complete_seconds",
    "gauge",
    "seconds",
    "the instant (since 1970) up to which a source partition has been read completely",
    ("partition",),
)
REPLIES = MetricSpec(
    "tactful_replies_total", "counter", "facts", "facts made from what people wrote, by their code", ("code",)
)
FAILED = MetricSpec("tactful_failed", "gauge", "bool", "1 once the worker is about to stop on its own fault")

METRICS = (
    FACTS,
    MESSAGES,
    DECISIONS,
    DEAD_LETTERS,
    SENT_WITH_PAYMENT_KNOWN,
    RACED,
    DUE_ACCOUNTS,
    TICK_LATENESS,
    NEXT_TICK,
    BARRIER_CLOSED,
    PARTITION_CLOSED,
    CLOCK_SKEW,
    COMMITS,
    LAG,
    RESTORE,
    RESTORED,
    COMPLETE_TO,
    UNREAD_OPEN,
    ACCOUNTS,
    TAKEN_OVER,
    LIVE,
    INTAKE_FACTS,
    INTAKE_PASSED_OVER,
    INTAKE_COMPLETE,
    REPLIES,
    FAILED,
)


class Metrics(EngineObserver):
    """One per worker. Counters of facts, messages and decisions count what was handled: a transaction that is
    aborted by a crash is handled, and counted, again by the next worker. The topics are the truth."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self._metrics = {spec.name: _make(spec, self.registry) for spec in METRICS}
        # prometheus_client resolves labels at each call; a worker has few label sets and very many calls.
        self._children: dict[tuple[str, tuple[str, ...]], Counter | Gauge | Histogram] = {}
        # A counter of prometheus_client takes a lock; what the agent tells of each record is tallied until it is read.
        self._tallies: dict[tuple[MetricSpec, tuple[str, ...]], int] = {}

    def render(self) -> bytes:
        """The text that Prometheus reads."""
        tallies, self._tallies = self._tallies, {}
        for (spec, labels), count in tallies.items():
            self._count(spec, count, *labels)
        return generate_latest(self.registry)

    # What the engine tells

    def chunk(self, partition: int, facts: Mapping[str, int]) -> None:
        for topic, count in facts.items():
            self._count(FACTS, count, topic)

    def tick(self, partition: int, accounts: int, late_s: float) -> None:
        self._count(DUE_ACCOUNTS, accounts)
        self._observe(TICK_LATENESS, late_s)

    def committed(self, partition: int, seconds: float, facts: int) -> None:
        self._observe(COMMITS, seconds)

    def barrier_closed(self, topic: str, partition: int, reason: str) -> None:
        self._count(BARRIER_CLOSED, 1, topic, str(partition), reason)

    def partition_closed(self, partition: int, topic: str, reason: str, *, closed: bool) -> None:
        self._set(PARTITION_CLOSED, closed, str(partition), topic, reason)

    def clock_skew(self, seconds: float) -> None:
        self._set(CLOCK_SKEW, seconds)

    def lag(self, topic: str, partition: int, records: int) -> None:
        self._set(LAG, records, topic, str(partition))

    def next_tick(self, partition: int, instant_ms: int) -> None:
        self._set(NEXT_TICK, instant_ms / 1000, str(partition))

    def restored(self, partition: int, records: int, seconds: float) -> None:
        self._count(RESTORED, records)
        self._observe(RESTORE, seconds)

    def taken_over(self, partitions: int) -> None:
        self._count(TAKEN_OVER, partitions)

    def live(self, partitions: int) -> None:
        """The partitions may be others now, as many as before: who owns one says anew what is to be said of it."""
        self._forget_partitions()
        self._set(LIVE, partitions)

    def failed(self, reason: str) -> None:
        self._set(FAILED, 1)

    # What the agent tells

    def message(self, kind: str, stage: str, count: int = 1) -> None:
        self._tally(MESSAGES, count, kind, stage)

    def decision(self, outcome: str, reason: str, count: int = 1) -> None:
        self._tally(DECISIONS, count, outcome, reason)

    def dead_letter(self, topic: str, reason: str, count: int = 1) -> None:
        self._count(DEAD_LETTERS, count, topic, reason)

    def sent_with_payment_known(self, count: int = 1) -> None:
        self._count(SENT_WITH_PAYMENT_KNOWN, count)

    def raced(self, count: int = 1) -> None:
        self._count(RACED, count)

    def accounts(self, partition: int, count: int) -> None:
        self._set(ACCOUNTS, count, str(partition))

    def gate(self, partition: int, complete_to_ms: int | None, unread: int) -> None:
        """How much is known of a partition's inputs; no time where freshness is not judged."""
        if complete_to_ms is not None:
            self._set(COMPLETE_TO, complete_to_ms / 1000, str(partition))
        self._set(UNREAD_OPEN, unread, str(partition))

    # What the intake tells

    def intake_fact(self, topic: str, kind: str) -> None:
        self._tally(INTAKE_FACTS, 1, topic, kind)

    def intake_passed_over(self) -> None:
        self._tally(INTAKE_PASSED_OVER, 1)

    def intake_complete(self, partition: int, instant_ms: int) -> None:
        self._set(INTAKE_COMPLETE, instant_ms / 1000, str(partition))

    # What `tactful replies` tells

    def reply_facts(self, code: str, count: int) -> None:
        self._count(REPLIES, count, code)

    def _forget_partitions(self) -> None:
        for spec in (LAG, PARTITION_CLOSED, ACCOUNTS, NEXT_TICK, COMPLETE_TO, UNREAD_OPEN, INTAKE_COMPLETE):
            self._metrics[spec.name].clear()
            self._children = {key: child for key, child in self._children.items() if key[0] != spec.name}

    def _tally(self, spec: MetricSpec, amount: int, *labels: str) -> None:
        key = (spec, labels)
        self._tallies[key] = self._tallies.get(key, 0) + amount

    def _count(self, spec: MetricSpec, amount: float, *labels: str) -> None:
        child = self._child(spec, labels)
        assert isinstance(child, Counter)
        child.inc(amount)

    def _set(self, spec: MetricSpec, value: float, *labels: str) -> None:
        child = self._child(spec, labels)
        assert isinstance(child, Gauge)
        child.set(value)

    def _observe(self, spec: MetricSpec, value: float, *labels: str) -> None:
        child = self._child(spec, labels)
        assert isinstance(child, Histogram)
        child.observe(value)

    def _child(self, spec: MetricSpec, labels: tuple[str, ...]) -> Counter | Gauge | Histogram:
        key = (spec.name, labels)
        child = self._children.get(key)
        if child is None:
            metric = self._metrics[spec.name]
            child = self._children[key] = metric.labels(*labels) if labels else metric
        return child


def _make(spec: MetricSpec, registry: CollectorRegistry) -> Counter | Gauge | Histogram:
    if spec.kind == "counter":
        return Counter(spec.name, spec.meaning, spec.labels, registry=registry)
    if spec.kind == "gauge":
        return Gauge(spec.name, spec.meaning, spec.labels, registry=registry)
    return Histogram(spec.name, spec.meaning, spec.labels, registry=registry, buckets=spec.buckets)
