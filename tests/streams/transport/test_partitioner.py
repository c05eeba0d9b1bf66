import pytest

from streams.transport.partitioner import murmur2, partition_of

# The vectors of Kafka's own UtilsTest.
VECTORS = {
    b"21": -973932308,
    b"foobar": -790332482,
    b"a-little-bit-long-string": -985981536,
    b"a-little-bit-longer-string": -1486304829,
    b"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8": -58897971,
    b"abc": 479470107,
}


@pytest.mark.parametrize(("key", "expected"), VECTORS.items())
def test_murmur2_is_kafkas(key: bytes, expected: int) -> None:
    assert murmur2(key) == expected & 0xFFFFFFFF


def test_partition_is_positive_and_in_range() -> None:
    assert partition_of(b"foobar", 5) == (-790332482 & 0x7FFFFFFF) % 5
    assert {partition_of(b"%d" % n, 7) for n in range(200)} == set(range(7))
