"""One erasure on a cluster: what is known of the account, the fact, the tombstone, and that both were taken in."""

import asyncio
import secrets
import time
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from aiokafka import AIOKafkaProducer
from aiokafka.structs import TopicPartition

from agents.decisions.guard.caps import is_released
from agents.erasing.going import CONFIGS, Going, going, is_concerned
from agents.replies.process.facts_out import send_fact
from schemas.cases import AccountErased
from schemas.stored.accounts import Account, decode
from schemas.values.instants import DAY_MS, to_utc
from streams import roles
from streams.cluster import admin
from streams.cluster.clients import running
from streams.cluster.cluster import Cluster
from streams.cluster.whole_logs import last_value
from streams.settings import Settings
from streams.topics.rights import numbers_id
from streams.topics.topology import plan
from streams.transport.partitioner import partition_of

SOURCE: Final = "erasure"
CONTACTS_MAX: Final = 64
CONTACTS_DAYS: Final = 32
"""No cap of a pack counts for longer."""
_ASK_S: Final = 0.5


class NotKnown(Exception):
    """Nothing is known of the account, so nothing was written."""


class Erasure(NamedTuple):
    """What was done."""

    fact: AccountErased
    going: Sequence[Going]
    waiting: tuple[str, ...]
    """Who has not taken it in within the time; empty when all have."""
    profile_deleted: bool
    """False when `tactful numbers` has not taken it in: then the number must not be forgotten yet."""


async def erase(
    settings: Settings, account_id: str, by: str, reason: str, opt_out_word: str, *, now_ms: int, patience_s: float
) -> Erasure:
    """Erase the person of an account.

    Raises NotKnown when the accounts table has no such account, and ClusterError when a topic or a right is missing.
    """
    await admin.require(settings, (roles.ACCOUNTS_CHANGELOG,))
    await admin.require(settings, (roles.CASE_UPDATED, roles.PROFILE_UPDATED), "Write")
    account = await known(settings, account_id)
    if account is None:
        raise NotKnown(f"the accounts table knows no account {account_id}")
    fact = fact_of(account, by, reason, opt_out_word, now_ms)
    async with Cluster(settings) as cluster, running(_producer(settings)) as producer:
        sent = await (await send_fact(producer, settings, fact, now_ms))
        told = {TopicPartition(sent.topic, sent.partition): sent.offset + 1}
        # Once the number is forgotten, nobody knows with whose number the opt-out and the contacts have to stay.
        waiting = await _wait(cluster, told, (numbers_id(settings),), patience_s, needed=False)
        if not waiting:
            key = account_id.encode()
            topic, partition = settings.topics[roles.PROFILE_UPDATED], partition_of(key, settings.partitions)
            gone = await producer.send_and_wait(topic, None, key=key, partition=partition, timestamp_ms=now_ms + 1)
            told[TopicPartition(gone.topic, gone.partition)] = gone.offset + 1
        late = await _wait(cluster, told, (settings.group_id,), patience_s)
        specs = plan(settings)
        counts = await cluster.partition_counts([spec.name for spec in specs], patience_s=0)
        configs = await cluster.topic_configs([s.name for s in specs if s.name in counts and is_concerned(s)], CONFIGS)
    left = tuple(going(specs, configs, counts, now_ms))
    return Erasure(fact, left, (*waiting, *late), profile_deleted=not waiting)


async def known(settings: Settings, account_id: str) -> Account | None:
    """The account as the table has it now. Raises UnreadableState when another version wrote it."""
    key = account_id.encode()
    value = await last_value(settings, roles.ACCOUNTS_CHANGELOG, partition_of(key, settings.partitions), key)
    return None if value is None else decode(value)


def fact_of(account: Account, by: str, reason: str, opt_out_word: str, now_ms: int) -> AccountErased:
    """What is told. Raises pydantic's ValidationError for a name or a reason that is no code."""
    from_ms = now_ms - CONTACTS_DAYS * DAY_MS
    counted = sorted(made_ms for made_ms in _contacts(account) if from_ms < made_ms <= now_ms)[-CONTACTS_MAX:]
    opted_out = account.profile is not None and account.profile.opted_out
    return AccountErased(
        event_id=f"erase-{secrets.token_hex(6)}",
        account_id=account.account_id,
        time=to_utc(now_ms),
        source=SOURCE,
        by=by,
        reason=reason,
        opt_out=opt_out_word if opted_out else None,
        contacts=tuple(map(to_utc, counted)),
    )


def _contacts(account: Account) -> Iterator[int]:
    """When the person was contacted, as caps count it."""
    yield from (sent.issued_ms for sent in account.sent if not is_released(sent))
    if account.case is not None:
        yield from (contact.made_ms for contact in account.case.contacts)
        yield from (stage.at_ms for imported in account.case.imports for stage in imported.stages if stage.sent)


def _producer(settings: Settings) -> Any:
    return AIOKafkaProducer(
        bootstrap_servers=list(settings.bootstrap_servers),
        enable_idempotence=True,
        acks="all",
        **settings.kafka_security_kwargs(),
    )


async def _wait(
    cluster: Cluster,
    told: dict[TopicPartition, int],
    groups: tuple[str, ...],
    patience_s: float,
    *,
    needed: bool = True,
) -> tuple[str, ...]:
    """The groups that have not read so far within the time; one that never was counts only where it is needed."""
    deadline, left = time.monotonic() + patience_s, list(groups)
    while left:
        for group in tuple(left):
            stands = await cluster.offsets(list(told), group)
            never = all(at is None for at in stands.values())
            if (never and not needed) or all(at is not None and at.offset >= told[tp] for tp, at in stands.items()):
                left.remove(group)
        if time.monotonic() > deadline:
            break
        if left:
            await asyncio.sleep(_ASK_S)
    return tuple(left)


def as_json(done: Erasure) -> dict[str, Any]:
    """For programs."""
    return {
        "event_id": done.fact.event_id,
        "account_id": done.fact.account_id,
        "by": done.fact.by,
        "reason": done.fact.reason,
        "opt_out_kept": done.fact.opt_out is not None,
        "contacts_kept": len(done.fact.contacts),
        "profile_deleted": done.profile_deleted,
        "waiting": list(done.waiting),
        "topics": [
            {"topic": one.topic, "what": one.what, "gone_by": _iso(one.gone_by), "unless": one.unless}
            for one in done.going
        ],
    }


def _iso(instant: datetime | None) -> str | None:
    return None if instant is None else instant.isoformat(timespec="minutes")
