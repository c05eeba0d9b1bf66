"""A refusal for want of a right, told as the right that is missing."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from aiokafka.errors import (
    GroupAuthorizationFailedError,
    TopicAuthorizationFailedError,
    TransactionalIdAuthorizationFailed,
)

from streams.errors import RightMissing
from streams.settings import Settings
from streams.topics.rights import Operation, Principal, rights, transactional_ids


@contextmanager
def naming_rights(settings: Settings, operation: Operation | None = None) -> Iterator[None]:
    """Raises RightMissing in place of what Kafka says when a right is missing.

    `operation` is what is done here on topics; without it they are only looked at, and who may not even do that has
    none of the rights on them.
    """
    try:
        yield
    except TopicAuthorizationFailedError as error:
        refused = error.args[0] if error.args else ()
        topics = (refused,) if isinstance(refused, str) else sorted(refused)
        raise RightMissing("; ".join(_on_topics(settings, topics, operation))) from error
    except GroupAuthorizationFailedError as error:
        raise RightMissing(f"no right to Read on group {settings.group_id}") from error
    except TransactionalIdAuthorizationFailed as error:
        raise RightMissing(f"no right to Write on transactional id {transactional_ids(settings)}…") from error


def _on_topics(settings: Settings, topics: Iterable[str], operation: Operation | None) -> Iterator[str]:
    planned = [
        right
        for right in rights(settings, Principal.worker)
        if right.kind == "topic" and right.operation != "DescribeConfigs"
    ]
    for topic in topics:
        needed = [operation] if operation else [right.operation for right in planned if right.name == topic]
        yield f"no right to {' and '.join(needed)} on topic {topic}"


def first_cause(producer: Any, error: BaseException) -> BaseException:
    """Why aiokafka's transaction of `error` broke: what was refused is told to it, its batches only learn that it is
    gone."""
    waiter = producer._txn_manager._transaction_waiter
    return (waiter.exception() if waiter.done() and not waiter.cancelled() else None) or error
