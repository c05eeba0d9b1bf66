"""One partition of the accounts table in memory, with the due times of its accounts."""

from streams.transport.sources.due import DueIndex


class Shard:
    """One partition's part of the table and its due times."""

    __slots__ = ("due", "state")

    def __init__(self) -> None:
        self.state: dict[bytes, bytes] = {}
        self.due = DueIndex(self.state)

    def put(self, key: bytes, value: bytes | None) -> None:
        """Store or, with None, delete."""
        if value is None:
            self.state.pop(key, None)
            return
        old = self.state.get(key)
        self.state[key] = value
        self.due.written(key, old, value)
