"""The chunk in hand: what the agent writes and sends while it handles a chunk joins that chunk's transaction."""

from contextvars import ContextVar

from streams.errors import InvariantBroken
from streams.transport.partition.live import LivePartition
from streams.transport.sources.source import Work

_current: ContextVar["Chunk | None"] = ContextVar("tactful_chunk", default=None)


class Chunk:
    """One piece of work of one partition, from its delivery to its end."""

    __slots__ = ("closed", "part", "work")

    def __init__(self, part: LivePartition, work: Work) -> None:
        self.part = part
        self.work = work
        self.closed = False

    def enter(self) -> None:
        """Make it the current chunk of the agent's task."""
        _current.set(self)

    def leave(self) -> None:
        """Close it; a task that the agent left behind can no longer write into it."""
        self.closed = True
        _current.set(None)


def chunk_in_hand() -> Chunk | None:
    """The chunk this task is handling; refused if it has ended meanwhile."""
    chunk = _current.get()
    if chunk is not None and chunk.closed:
        raise InvariantBroken("a task outlived its chunk and writes into a transaction that is sealed")
    return chunk


def required_chunk(action: str) -> Chunk:
    """The chunk this task is handling; refused outside of one."""
    chunk = chunk_in_hand()
    if chunk is None:
        raise InvariantBroken(f"{action} outside of stream iteration would not be part of any transaction")
    return chunk
