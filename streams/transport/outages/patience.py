"""How long a client waits for one node of the cluster, and what becomes of each error that the cluster can tell.

A node that is frozen, or behind a hole in the network, keeps its connections open and answers nothing. Kafka elects
others in its place after `broker.session.timeout.ms` (9 s), but a client hears of it only when it gives up waiting:
until then every partition waits, as each has inputs on all nodes.
"""

import asyncio
import logging
import time
from collections import defaultdict
from enum import StrEnum
from typing import Any, Final, NamedTuple

from aiokafka import errors
from aiokafka.client import ConnectionGroup
from aiokafka.conn import CloseReason
from aiokafka.protocol.commit import OffsetFetchRequest
from aiokafka.protocol.coordination import FindCoordinatorRequest
from aiokafka.protocol.fetch import FetchRequest
from aiokafka.protocol.metadata import MetadataRequest
from aiokafka.protocol.offset import OffsetRequest

from streams.cluster.asking import Untold

log = logging.getLogger(__name__)

CONNECT_S: Final = 2.0
"""One connection at a time is made by a client, so one hung node must not keep the others waiting for long. Afterwards
the node is left alone for as long as it was waited for."""
ANSWER_S: Final = 4.0
"""What a node answers out of its own memory; a broker that collects garbage takes a second."""
DOUBLED_MAX: Final = 3
"""A node that is slow and not hung gets twice the time after each time in vain, so often, until it has answered."""

_FROM_MEMORY: Final = (FetchRequest, FindCoordinatorRequest, MetadataRequest, OffsetFetchRequest, OffsetRequest)
"""What writes, joins or commits waits for other nodes or members, and has the client's request time-out."""


class _Node:
    """What a client has seen of one node."""

    def __init__(self) -> None:
        self.in_vain = 0
        self.shunned_until_s = 0.0

    def patience_s(self, first_s: float) -> float:
        return first_s * (1 << min(self.in_vain, DOUBLED_MAX))


def bound_answers(client: Any) -> None:
    """Give up on a node that hangs, look for others, and come back to it later."""
    connect = client._get_conn
    nodes: defaultdict[Any, _Node] = defaultdict(_Node)

    async def connected(
        node_id: Any, *, group: ConnectionGroup = ConnectionGroup.DEFAULT, no_hint: bool = False
    ) -> Any:
        if (known := client._conns.get((node_id, group))) is not None and known.connected():
            return known
        node = nodes[node_id]
        if node.shunned_until_s > time.monotonic():
            client.force_metadata_update()
            return None
        patience_s = node.patience_s(CONNECT_S)
        try:
            async with asyncio.timeout(patience_s):
                connection = await connect(node_id, group=group, no_hint=no_hint)
        except TimeoutError:
            log.warning("no connection to node %s within %g s", node_id, patience_s)
            node.in_vain += 1
            node.shunned_until_s = time.monotonic() + patience_s
            client.force_metadata_update()
            return None
        if connection is not None and "send" not in vars(connection):
            _bound(connection, node)
        return connection

    client._get_conn = connected


def _bound(connection: Any, node: _Node) -> None:
    send = connection.send

    def sent(request: Any, expect_response: bool = True) -> Any:
        answer = send(request, expect_response)
        return _in_time(connection, node, answer) if expect_response and isinstance(request, _FROM_MEMORY) else answer

    connection.send = sent


async def _in_time(connection: Any, node: _Node, answer: Any) -> Any:
    # A node takes a connection's requests one by one: behind one that may take longer this one has to wait, too.
    busy = len(connection._requests) > 1
    try:
        async with asyncio.timeout(node.patience_s(ANSWER_S)):
            answered = await answer
    except TimeoutError:
        if not busy:
            node.in_vain += 1
            connection.close(reason=CloseReason.CONNECTION_TIMEOUT)
        raise
    node.in_vain = 0
    return answered


TAKEOVER_S: Final = 300.0
"""A takeover that meets errors that pass begins anew, so long; then the worker ends and says which."""


class Fate(StrEnum):
    """What a worker does about an error of the cluster."""

    RETRIED = "is asked again, in a takeover for 300 s, else as long as it lasts"
    GIVEN_UP = "ends the worker at once"


class Treatment(NamedTuple):
    """One row of the table."""

    fate: Fate
    why: str
    errors: tuple[type[BaseException], ...]


TREATMENTS: Final = (
    Treatment(
        Fate.GIVEN_UP,
        "another worker has the partition, or the transaction was open for longer than TACTFUL_TRANSACTION_TIMEOUT_MS",
        (errors.ProducerFenced, errors.InvalidProducerEpoch, errors.TransactionCoordinatorFenced),
    ),
    Treatment(
        Fate.GIVEN_UP,
        "a right is missing",
        (
            errors.TopicAuthorizationFailedError,
            errors.GroupAuthorizationFailedError,
            errors.TransactionalIdAuthorizationFailed,
            errors.ClusterAuthorizationFailedError,
        ),
    ),
    Treatment(
        Fate.GIVEN_UP,
        "the transaction is broken off or its order is lost, the next worker begins from the last commit",
        (
            errors.InvalidTxnState,
            errors.InvalidProducerIdMapping,
            errors.OutOfOrderSequenceNumber,
            errors.InvalidTransactionTimeout,
            errors.UnknownProducerId,
        ),
    ),
    Treatment(
        Fate.GIVEN_UP,
        "a batch is larger than its topic allows, or is refused as broken",
        (errors.MessageSizeTooLargeError, errors.RecordListTooLargeError, errors.CorruptRecordException),
    ),
    Treatment(
        Fate.RETRIED,
        "a node or connection is away, or not what it was",
        (
            errors.KafkaConnectionError,
            errors.NodeNotReadyError,
            errors.RequestTimedOutError,
            errors.NotLeaderForPartitionError,
            errors.LeaderNotAvailableError,
            errors.ReplicaNotAvailableError,
            errors.UnknownTopicOrPartitionError,
            errors.NotEnoughReplicasError,
            errors.NotEnoughReplicasAfterAppendError,
            errors.KafkaStorageError,
            errors.KafkaTimeoutError,
            errors.NoBrokersAvailable,
            errors.StaleMetadata,
            errors.MetadataEmptyBrokerList,
            errors.CorrelationIdError,
            errors.TooManyInFlightRequests,
        ),
    ),
    Treatment(
        Fate.RETRIED,
        "a coordinator is away, moves or loads and leaves out what it is asked, or is busy with the transaction before",
        (
            errors.CoordinatorNotAvailableError,
            errors.NotCoordinatorError,
            errors.CoordinatorLoadInProgressError,
            Untold,
            errors.ConcurrentTransactions,
            errors.RebalanceInProgressError,
            errors.IllegalGenerationError,
            errors.UnknownMemberIdError,
        ),
    ),
)


def passes(error: BaseException) -> bool:
    """Whether an error, or what brought it about, is one of a cluster that may be whole again in a moment."""
    cause: BaseException | None = error
    while cause is not None:
        for treatment in TREATMENTS:
            if isinstance(cause, treatment.errors):
                return treatment.fate is Fate.RETRIED
        cause = cause.__cause__
    return False
