import pytest

from streams.errors import InvariantBroken
from streams.transport.partition.transaction import Headers, Transaction


class FakeBatch:
    """Holds three records."""

    def __init__(self) -> None:
        self.records: list[tuple[bytes | None, bytes | None]] = []

    def append(
        self, *, timestamp: int | None, key: bytes | None, value: bytes | None, headers: Headers
    ) -> object | None:
        if len(self.records) == 3:
            return None
        self.records.append((key, value))
        return True


def taken(transaction: Transaction) -> dict[tuple[str, int], list[list[tuple[bytes | None, bytes | None]]]]:
    found: dict[tuple[str, int], list[list[tuple[bytes | None, bytes | None]]]] = {}
    for topic, partition, batch in transaction.take_batches():
        assert isinstance(batch, FakeBatch)
        found.setdefault((topic, partition), []).append(batch.records)
    return found


def test_a_full_batch_is_followed_by_another() -> None:
    transaction = Transaction(FakeBatch, 1000)
    for n in range(4):
        transaction.append("out", 0, b"k", b"%d" % n, (), None)
    transaction.append("out", 1, b"k", b"x", (), None)
    assert transaction.unsent_bytes == 10
    batches = taken(transaction)
    assert batches == {
        ("out", 0): [[(b"k", b"0"), (b"k", b"1"), (b"k", b"2")], [(b"k", b"3")]],
        ("out", 1): [[(b"k", b"x")]],
    }
    assert transaction.unsent_bytes == 0
    assert transaction, "what was handed over still has to be committed"


def test_a_key_changed_often_reaches_the_changelog_once_with_its_last_value() -> None:
    transaction = Transaction(FakeBatch, 1000)
    state = {b"a": b"3"}
    for key in (b"a", b"gone", b"a", b"a"):
        transaction.touch(key)
    transaction.spill("log", 2, state)
    assert taken(transaction) == {("log", 2): [[(b"a", b"3"), (b"gone", None)]]}
    transaction.spill("log", 2, state)
    assert taken(transaction) == {}


def test_a_chunk_that_changed_nothing_needs_no_commit() -> None:
    transaction = Transaction(FakeBatch, 1000)
    transaction.chunk_done({}, {}, 0)
    assert not transaction
    transaction.chunk_done({"in": 5}, {}, 3)
    assert transaction
    transaction.chunk_done({}, {}, 0)
    assert transaction.offsets == {"in": 5}
    assert transaction.facts == 3


def test_a_record_that_kafka_would_refuse_is_refused_before_anything_is_sent() -> None:
    with pytest.raises(InvariantBroken):
        Transaction(FakeBatch, 1000).append("out", 0, b"k", b"x" * 1000, (), None)
