"""A real Kafka cluster of several nodes on loopback, each of which can be killed, frozen and started by itself.

Every node is broker and controller. Clients come in by the advertised ports, which may be those of a proxy; nodes
among themselves and `direct_servers` never do.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from types import TracebackType
from typing import Final

from streams.broker.broker import CONTROLLER_LISTENER, Broker, BrokerError, free_ports

__all__ = ["BrokerCluster"]

NODES: Final = 3
HEAP: Final = "384m"
"""Each node's; with its metaspace, stacks and buffers a node stays below 700 MB."""

_QUICK_JVM: Final = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
"""Three that start at once share the processors: neither the slow compiler nor threads of a collector."""
_START_ATTEMPTS: Final = 3
_CLEANER_BUFFER_BYTES: Final = 32 * 1024 * 1024
"""Kafka's own 128 MiB would be a third of the heap."""


class BrokerCluster:
    """`with BrokerCluster() as cluster: cluster.bootstrap_servers`; `cluster.nodes[0].kill()`.

    `proxied` gives for the nodes' ports the ports that clients are told instead, once before every start.
    """

    def __init__(
        self,
        *,
        nodes: int = NODES,
        heap: str = HEAP,
        proxied: Callable[[Sequence[int]], Sequence[int]] | None = None,
    ) -> None:
        self._count, self._heap = nodes, heap
        self._proxied = proxied
        self._advertised: Sequence[int] = ()
        self._direct: Sequence[int] = ()
        self.nodes: tuple[Broker, ...] = ()

    @property
    def bootstrap_servers(self) -> str:
        return _servers(self._advertised)

    @property
    def direct_servers(self) -> str:
        return _servers(self._direct)

    def start(self) -> None:
        """Return when every node serves requests; BrokerError says which does not, and why."""
        if self.nodes:
            raise BrokerError("the cluster is already running")
        for attempt in range(1, _START_ATTEMPTS + 1):
            self.nodes = self._plan()
            try:
                self.start_nodes(range(self._count))
                return
            except BrokerError as error:
                self.stop()
                # Between choosing free ports and using them somebody else may have taken one.
                if "in use" not in str(error) or attempt == _START_ATTEMPTS:
                    raise
            except BaseException:
                self.stop()
                raise

    def start_nodes(self, numbers: Sequence[int]) -> None:
        """Start some nodes together: a node alone waits for its quorum."""
        with ThreadPoolExecutor(max(1, len(numbers))) as threads:
            starts = [threads.submit(self.nodes[number].start) for number in numbers]
        for number, start in zip(numbers, starts, strict=True):
            if (error := start.exception()) is not None:
                raise BrokerError(f"node {number}: {error}") from error

    def kill(self) -> None:
        """End every node at once, as a lost power line would; data and ports stay."""
        for node in self.nodes:
            node.kill()

    def stop(self) -> None:
        """End every node, a frozen one too, and remove their folders; safe to call again."""
        nodes, self.nodes = self.nodes, ()
        for node in nodes:
            node.stop()

    def _plan(self) -> tuple[Broker, ...]:
        count = self._count
        ports = free_ports(3 * count)
        own, self._direct, controllers = ports[:count], ports[count : 2 * count], ports[2 * count :]
        self._advertised = own if self._proxied is None else self._proxied(own)
        return tuple(
            Broker(
                port=own[number],
                heap=self._heap,
                jvm=_QUICK_JVM,
                properties=_shared(count, controllers)
                | {
                    "node.id": str(number + 1),
                    "listeners": f"PLAINTEXT://127.0.0.1:{own[number]},DIRECT://127.0.0.1:{self._direct[number]},"
                    f"{CONTROLLER_LISTENER}://127.0.0.1:{controllers[number]}",
                    "advertised.listeners": f"PLAINTEXT://127.0.0.1:{self._advertised[number]},"
                    f"DIRECT://127.0.0.1:{self._direct[number]}",
                },
            )
            for number in range(count)
        )

    def __enter__(self) -> "BrokerCluster":
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(BrokerError):
            self.stop()


def _servers(ports: Sequence[int]) -> str:
    if not ports:
        raise BrokerError("the cluster has not been started")
    return ",".join(f"127.0.0.1:{port}" for port in ports)


def _shared(count: int, controllers: Sequence[int]) -> dict[str, str]:
    copies, in_sync = str(min(3, count)), str(min(2, count))
    return {
        "controller.quorum.voters": ",".join(f"{n + 1}@127.0.0.1:{port}" for n, port in enumerate(controllers)),
        "listener.security.protocol.map": f"PLAINTEXT:PLAINTEXT,DIRECT:PLAINTEXT,{CONTROLLER_LISTENER}:PLAINTEXT",
        "inter.broker.listener.name": "DIRECT",
        "default.replication.factor": copies,
        "min.insync.replicas": in_sync,
        "offsets.topic.replication.factor": copies,
        "transaction.state.log.replication.factor": copies,
        "transaction.state.log.min.isr": in_sync,
        "share.coordinator.state.topic.replication.factor": copies,
        "share.coordinator.state.topic.min.isr": in_sync,
        "num.network.threads": "2",
        "num.io.threads": "4",
        "log.cleaner.dedupe.buffer.size": str(_CLEANER_BUFFER_BYTES),
    }
