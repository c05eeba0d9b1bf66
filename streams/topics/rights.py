"""The rights as data: what each principal may do on the cluster, and nothing beyond it.

Planned, written as ACLs and looked for from here. In Kafka `Read` and `Write` include `Describe`; a transactional
producer needs no right on the cluster.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from streams import roles
from streams.settings import Settings

Kind = Literal["topic", "group", "transactional id", "cluster"]
Operation = Literal["Read", "Write", "Create", "Describe", "DescribeConfigs"]

THE_CLUSTER = "kafka-cluster"
"""Kafka's one name for a resource of the kind `cluster`."""


_OF_PEOPLE = (
    roles.BORROWER_REPLIES,
    roles.REMINDERS,
    roles.REMINDER_DEAD_LETTERS,
    roles.ACCOUNTS_CHANGELOG,
    roles.NUMBERS,
)
"""What has personal data, which an erasure tells the end of."""


class Principal(StrEnum):
    """Who acts on the cluster; what they are called there is given where ACLs are written."""

    worker = "worker"
    source = "source"
    intake = "intake"
    verifier = "verifier"
    watcher = "watcher"
    experimenter = "experimenter"
    analyst = "analyst"
    gateway = "gateway"
    replies = "replies"
    numbers = "numbers"
    operator = "operator"
    eraser = "eraser"
    admin = "admin"


@dataclass(frozen=True, slots=True, order=True)
class Right:
    """One operation on one resource, or on all whose names begin with `name`."""

    kind: Kind
    name: str
    operation: Operation
    prefixed: bool = False

    @property
    def resource(self) -> str:
        """What it is a right on."""
        return "the cluster" if self.kind == "cluster" else f"{self.kind} {self.name}{'…' if self.prefixed else ''}"

    def __str__(self) -> str:
        return f"{self.operation} on {self.resource}"


@dataclass(frozen=True, slots=True)
class Grant:
    """The same operations on several resources of one kind."""

    kind: Kind
    names: tuple[str, ...]
    operations: tuple[Operation, ...]
    prefixed: bool = False

    def rights(self) -> Iterator[Right]:
        """One by one."""
        for name in self.names:
            for operation in self.operations:
                yield Right(self.kind, name, operation, self.prefixed)


def transactional_ids(settings: Settings) -> str:
    """What the transactional ids of an installation's workers begin with; the partition's number follows."""
    return f"{settings.namespace}-{settings.subtopology}-"


def delivery_id(settings: Settings) -> str:
    """The group and the transactional id of the hand-over to the SMS gateway, which is one process."""
    return f"{settings.namespace}-delivery"


def replies_id(settings: Settings) -> str:
    """The group and the transactional id of `tactful replies`, which is one process."""
    return f"{settings.namespace}-replies"


def numbers_id(settings: Settings) -> str:
    """The group and the transactional id of `tactful numbers`, which is one process."""
    return f"{settings.namespace}-numbers"


def intake_ids(settings: Settings) -> str:
    """What the groups and transactional ids of the intakes begin with; the mapping's name follows."""
    return f"{settings.namespace}-intake-"


def grants(settings: Settings, principal: Principal, bank_topics: Sequence[str] = ()) -> tuple[Grant, ...]:
    """All that a principal needs. `bank_topics` are those that the intake's mappings read."""

    def topics(wanted: tuple[str, ...], *operations: Operation) -> Grant:
        return Grant("topic", tuple(settings.topics[role] for role in wanted), operations)

    group = (settings.group_id,)
    outside = tuple(role for role in roles.ROLES if role not in roles.INPUTS)
    needed: dict[Principal, tuple[Grant, ...]] = {
        Principal.worker: (
            topics((*roles.INPUTS, roles.REMINDER_CONTROLS), "Read", "DescribeConfigs"),
            topics(roles.OUTPUTS, "Write", "DescribeConfigs"),
            topics((roles.ACCOUNTS_CHANGELOG,), "Read", "Write", "DescribeConfigs"),
            topics((roles.DELIVERY_JOURNAL,), "Describe", "DescribeConfigs"),
            Grant("group", group, ("Read",)),
            Grant("transactional id", (transactional_ids(settings),), ("Write",), prefixed=True),
            Grant("cluster", (THE_CLUSTER,), ("DescribeConfigs",)),
        ),
        Principal.source: (topics(roles.INPUTS, "Write"),),
        Principal.intake: (
            *((Grant("topic", tuple(bank_topics), ("Read",)),) if bank_topics else ()),
            topics((*roles.INPUTS, roles.REMINDER_DEAD_LETTERS), "Write"),
            Grant("group", (intake_ids(settings),), ("Read",), prefixed=True),
            Grant("transactional id", (intake_ids(settings),), ("Write",), prefixed=True),
        ),
        Principal.verifier: (
            topics((*roles.INPUTS, roles.REMINDER_CONTROLS, *roles.OUTPUTS, roles.ACCOUNTS_CHANGELOG), "Read"),
            Grant("group", group, ("Describe",)),
        ),
        Principal.watcher: (topics((roles.REMINDERS, roles.REMINDER_DECISIONS), "Read"),),
        Principal.experimenter: (
            topics((roles.REMINDER_DECISIONS, roles.CASE_UPDATED, roles.PROFILE_UPDATED), "Read"),
            topics((roles.REMINDER_CONTROLS,), "Read", "Write"),
        ),
        Principal.analyst: (
            topics(
                (roles.REMINDER_DECISIONS, roles.CASE_UPDATED, roles.PROFILE_UPDATED, roles.REMINDER_RECEIPTS), "Read"
            ),
        ),
        **_of_the_phone(settings, topics),
        Principal.operator: (
            topics((*roles.INPUTS, roles.REMINDER_CONTROLS), "Read", "Write"),
            topics((roles.REMINDER_DEAD_LETTERS, roles.ACCOUNTS_CHANGELOG), "Read"),
        ),
        Principal.eraser: (
            topics((roles.CASE_UPDATED, roles.PROFILE_UPDATED), "Write"),
            topics((roles.ACCOUNTS_CHANGELOG,), "Read"),
            topics((*roles.INPUTS, *_OF_PEOPLE), "Describe", "DescribeConfigs"),
            Grant("group", (settings.group_id, numbers_id(settings)), ("Describe",)),
        ),
        Principal.admin: (
            topics(roles.INPUTS, "Create", "Read"),
            topics(outside, "Create", "Describe"),
            Grant("group", group, ("Read",)),
        ),
    }
    return needed[principal]


def _of_the_phone(settings: Settings, topics: Callable[..., Grant]) -> dict[Principal, tuple[Grant, ...]]:
    """Of the processes between people's phones and the topics, each with a name of its own."""

    def alone(name: str) -> tuple[Grant, Grant]:
        return Grant("group", (name,), ("Read",)), Grant("transactional id", (name,), ("Write",))

    return {
        Principal.gateway: (
            topics((roles.REMINDERS,), "Read"),
            topics((roles.REMINDER_RECEIPTS,), "Write"),
            topics((roles.DELIVERY_JOURNAL, roles.BORROWER_REPLIES), "Read", "Write"),
            *alone(delivery_id(settings)),
        ),
        Principal.replies: (
            topics((roles.BORROWER_REPLIES, roles.REMINDERS, roles.PROFILE_UPDATED), "Read"),
            topics((roles.CASE_UPDATED,), "Write"),
            *alone(replies_id(settings)),
        ),
        Principal.numbers: (
            topics((roles.PROFILE_UPDATED,), "Read"),
            topics((roles.CASE_UPDATED, roles.NUMBERS), "Read", "Write"),
            *alone(numbers_id(settings)),
        ),
    }


def rights(settings: Settings, principal: Principal, bank_topics: Sequence[str] = ()) -> tuple[Right, ...]:
    """The same, one by one."""
    return tuple(right for grant in grants(settings, principal, bank_topics) for right in grant.rights())
