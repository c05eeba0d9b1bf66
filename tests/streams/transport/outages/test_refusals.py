"""A refusal for want of a right is told as the right that is missing, whatever Kafka calls it."""

import asyncio

import pytest
from aiokafka.errors import (
    GroupAuthorizationFailedError,
    InvalidTxnState,
    KafkaError,
    TopicAuthorizationFailedError,
    TransactionalIdAuthorizationFailed,
)

from streams.errors import RightMissing
from streams.settings import Settings
from streams.topics.rights import Operation
from streams.transport.outages.refusals import first_cause, naming_rights

# The topic of reminders has the name of the group.
SETTINGS = Settings(_env_file=None, namespace="bank", topics="reminders=bank-reminders")
CHANGELOG = SETTINGS.topics["accounts-changelog"]


@pytest.mark.parametrize(
    ("error", "operation", "told"),
    [
        (TopicAuthorizationFailedError("reminders"), "Write", "no right to Write on topic reminders"),
        (
            TopicAuthorizationFailedError({"b", "a"}),
            "Read",
            "no right to Read on topic a; no right to Read on topic b",
        ),
        (TopicAuthorizationFailedError("bank-reminders"), None, "no right to Write on topic bank-reminders"),
        (TopicAuthorizationFailedError(CHANGELOG), None, f"no right to Read and Write on topic {CHANGELOG}"),
        (TopicAuthorizationFailedError("payment-received"), None, "no right to Read on topic payment-received"),
        (GroupAuthorizationFailedError(), "Read", "no right to Read on group bank-reminders"),
        (
            TransactionalIdAuthorizationFailed("bank-reminders-3"),
            "Write",
            "no right to Write on transactional id bank-reminders-…",
        ),
    ],
)
def test_the_right_is_named(error: KafkaError, operation: Operation | None, told: str) -> None:
    with pytest.raises(RightMissing) as refused, naming_rights(SETTINGS, operation):
        raise error
    assert str(refused.value) == told


def test_other_errors_pass() -> None:
    with pytest.raises(InvalidTxnState), naming_rights(SETTINGS, "Write"):
        raise InvalidTxnState


class RefusedTables:
    """The part of aiokafka's transaction manager that holds why a transaction broke."""

    def __init__(self, waiter: asyncio.Future[None]) -> None:
        self._transaction_waiter = waiter


class Producer:
    def __init__(self, waiter: asyncio.Future[None]) -> None:
        self._txn_manager = RefusedTables(waiter)


async def test_the_cause_of_a_broken_transaction_is_the_refusal_before_it() -> None:
    waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    later = InvalidTxnState()
    assert first_cause(Producer(waiter), later) is later
    refusal = TopicAuthorizationFailedError({"reminders"})
    waiter.set_exception(refusal)
    assert first_cause(Producer(waiter), later) is refusal
