"""The topics as data: who may say what, for how long, and who may read it.

Created, checked and documented from here; the physical names are settings.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Literal

from streams import roles
from streams.settings import Settings

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
FOREVER_MS = -1
# Kafka's own default: what a topic that the bank created allows.
KAFKA_MAX_MESSAGE_BYTES = 1_048_588
# A dead letter is the original record plus our headers and a batch of its own.
DEAD_LETTER_HEADROOM_BYTES = 16_384
RETENTION_MARGIN_MS = DAY_MS
REPLIES_KEPT_MS = 7 * DAY_MS

Direction = Literal["in", "out", "internal"]

# Restoring reads the whole changelog, so old values must go soon; and a retired account must really be gone.
COMPACTION_LAG = "max.compaction.lag.ms"
# Without it a broker compacts when it pays, so that an erased person may stand on the topic for ever.
ERASABLE_CONFIGS = {COMPACTION_LAG: str(7 * DAY_MS)}
CHANGELOG_CONFIGS = {
    "min.cleanable.dirty.ratio": "0.2",
    "segment.bytes": str(128 * 1024 * 1024),
    "segment.ms": str(DAY_MS),
    **ERASABLE_CONFIGS,
}
# Replayed records carry the times of their own world: by the broker's clock they are old, or not yet due.
REPLAY_CONFIGS = {
    "segment.ms": str(100 * 365 * DAY_MS),
    "message.timestamp.after.max.ms": str(2**63 - 1),
}


@dataclass(frozen=True, slots=True)
class TopicSpec:
    """One topic as it has to be."""

    role: str
    name: str
    direction: Direction
    meaning: str
    partitions: int
    cleanup_policy: Literal["delete", "compact"] = "delete"
    retention_ms: int = FOREVER_MS
    max_message_bytes: int = KAFKA_MAX_MESSAGE_BYTES
    personal_data: bool = False
    can_silence: bool = False
    in_group: bool = False
    optional: bool = False
    """Not every installation has it; no worker reads it."""
    timestamp_type: Literal["CreateTime", "LogAppendTime"] = "CreateTime"
    extra_configs: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def configs(self) -> dict[str, str]:
        """As Kafka names them. CreateTime but for the changelog: replay is driven by the time the producer gave."""
        configs = {
            "cleanup.policy": self.cleanup_policy,
            "max.message.bytes": str(self.max_message_bytes),
            "message.timestamp.type": self.timestamp_type,
        }
        if self.cleanup_policy == "delete":
            configs["retention.ms"] = str(self.retention_ms)
        return {**configs, **self.extra_configs}


def plan(settings: Settings) -> tuple[TopicSpec, ...]:
    """Every topic, in the order of the contract."""
    specs = (*_inputs(settings), *_outputs(settings))
    if settings.clock == "replay":
        return tuple(replace(spec, retention_ms=FOREVER_MS, extra_configs=REPLAY_CONFIGS) for spec in specs)
    return specs


def _inputs(settings: Settings) -> Iterator[TopicSpec]:
    meanings = {
        roles.REPAYMENT_MISSED: "the ledger's snapshot of what is overdue",
        roles.PAYMENT_RECEIVED: "money booked, or a payment returned",
        roles.INSTALMENT_SCHEDULED: "falling due soon, amended, withdrawn",
        roles.PROFILE_UPDATED: "who to write to, in which language, with which consents",
        roles.CASE_UPDATED: "holds, promises, plans, complaints, closures",
        roles.REMINDER_RECEIPTS: "what the gateway did with a message",
    }
    for role, meaning in meanings.items():
        profile = role == roles.PROFILE_UPDATED
        yield TopicSpec(
            role,
            settings.topics[role],
            "in",
            meaning,
            settings.partitions,
            cleanup_policy="compact" if profile else "delete",
            retention_ms=settings.retention_outage_hours * HOUR_MS + RETENTION_MARGIN_MS,
            personal_data=profile,
            can_silence=True,
            in_group=True,
            extra_configs=ERASABLE_CONFIGS if profile else MappingProxyType({}),
        )
    yield TopicSpec(
        roles.BORROWER_REPLIES,
        settings.topics[roles.BORROWER_REPLIES],
        "in",
        "what people write to us by SMS, whole",
        settings.partitions,
        retention_ms=REPLIES_KEPT_MS,
        personal_data=True,
        optional=True,
    )
    controls = "pause, resume, recall; read whole by every worker, outside the group"
    name = settings.topics[roles.REMINDER_CONTROLS]
    yield TopicSpec(roles.REMINDER_CONTROLS, name, "in", controls, partitions=1, can_silence=True)


def _outputs(settings: Settings) -> Iterator[TopicSpec]:
    names, partitions = settings.topics, settings.partitions
    yield TopicSpec(
        roles.REMINDERS,
        names[roles.REMINDERS],
        "out",
        "messages, recalls, hand-offs, cycles",
        partitions,
        retention_ms=3 * DAY_MS,
        personal_data=True,
    )
    yield TopicSpec(
        roles.REMINDER_DECISIONS,
        names[roles.REMINDER_DECISIONS],
        "out",
        "why each message left or did not",
        partitions,
        retention_ms=400 * DAY_MS,
    )
    yield TopicSpec(
        roles.REMINDER_DEAD_LETTERS,
        names[roles.REMINDER_DEAD_LETTERS],
        "out",
        "inputs that could not be used, as they came",
        partitions,
        retention_ms=14 * DAY_MS,
        personal_data=True,
        max_message_bytes=settings.dead_letter_max_bytes + DEAD_LETTER_HEADROOM_BYTES,
    )
    yield TopicSpec(
        roles.ACCOUNTS_CHANGELOG,
        names[roles.ACCOUNTS_CHANGELOG],
        "internal",
        "the accounts table",
        partitions,
        cleanup_policy="compact",
        personal_data=True,
        timestamp_type="LogAppendTime",  # by which a worker compares its clock with the broker's
        extra_configs=CHANGELOG_CONFIGS,
    )
    yield TopicSpec(
        roles.DELIVERY_JOURNAL,
        names[roles.DELIVERY_JOURNAL],
        "internal",
        "what was offered to the gateway and how it stands",
        partitions,
        cleanup_policy="compact",
        extra_configs=CHANGELOG_CONFIGS,
    )
    yield TopicSpec(
        roles.NUMBERS,
        names[roles.NUMBERS],
        "internal",
        "which accounts carry a number, and what was said of it",
        partitions,
        cleanup_policy="compact",
        personal_data=True,
        optional=True,
        extra_configs=CHANGELOG_CONFIGS,
    )
