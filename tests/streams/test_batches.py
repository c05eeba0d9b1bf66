"""A batch is read whole or told; what is packed small cannot become large."""

import struct
from collections.abc import Sequence

import cramjam
import pytest
from aiokafka.record.default_records import DefaultRecordBatchBuilder
from aiokafka.record.util import calc_crc32c
from aiokafka.structs import TopicPartition

from streams import batches
from streams.batches import READABLE_CODECS, UNREADABLE, Batches, CodecMissing, UnreadableBatch, unreadable_batch

PLACE = TopicPartition("payments", 3)
ALL = range(len(READABLE_CODECS) + 1)
MIB = 1_048_576


def packed(codec: int, base: int = 0, count: int = 3, value: bytes = b"value") -> bytes:
    builder = DefaultRecordBatchBuilder(
        magic=2,
        compression_type=codec,
        is_transactional=0,
        producer_id=-1,
        producer_epoch=-1,
        base_sequence=-1,
        batch_size=1 << 30,
    )
    for number in range(count):
        builder.append(number, timestamp=1_000, key=b"key", value=value, headers=[("name", b"text")])
    return based(bytes(builder.build()), base)


def based(batch: bytes, base: int) -> bytes:
    return struct.pack(">q", base) + batch[8:]


def summed(batch: bytes) -> bytes:
    """With the checksum of what it is now."""
    return batch[:17] + struct.pack(">I", calc_crc32c(batch[21:])) + batch[21:]


def with_payload(codec: int, payload: bytes, count: int = 3) -> bytes:
    head = bytearray(packed(codec, count=count)[:61])
    struct.pack_into(">i", head, 8, 61 - 12 + len(payload))
    return summed(bytes(head) + payload)


def answer(*parts: bytes, wanted: int = 0, forgiving: bool = False) -> Batches:
    found = Batches(b"".join(parts))
    found.partition, found.wanted, found.forgiving = PLACE, wanted, forgiving
    return found


def offsets(found: Batches) -> list[int]:
    read = []
    while found.has_next():
        read += [record.offset for record in found.next_batch()]
    return read


@pytest.mark.parametrize("codec", ALL)
def test_each_compression_is_read_up_to_where_the_answer_was_cut(codec: int) -> None:
    found = answer(packed(codec), packed(codec, 3), packed(codec, 6)[:-1])
    record = next(answer(packed(codec)).next_batch())
    assert (record.key, record.value, record.headers, record.timestamp) == (b"key", b"value", [("name", b"text")], 1000)
    assert offsets(found) == [0, 1, 2, 3, 4, 5]


def test_both_forms_of_snappy_are_read() -> None:
    plain = answer(packed(0))
    payload = packed(0)[61:]
    raw = with_payload(2, bytes(cramjam.snappy.compress_raw(payload)))
    assert [record.value for record in answer(raw).next_batch()] == [record.value for record in plain.next_batch()]


@pytest.mark.parametrize("codec", ALL)
def test_a_flipped_bit_a_cut_and_noise_are_told_by_offsets(codec: int) -> None:
    whole = packed(codec, 7)
    broken = [whole[:-2] + bytes([whole[-2] ^ 1]) + whole[-1:]]
    if codec:
        payload = whole[61:]
        broken += [with_payload(codec, cut) for cut in (payload[:-3], payload[:1], b"", b"\xff" * 40)]
    else:
        broken += [with_payload(codec, whole[61:-3]), with_payload(codec, whole[61:], count=4)]
    for batch in broken:
        with pytest.raises(UnreadableBatch, match=r"payments partition 3: offsets 7 to 9|10 cannot be read") as told:
            answer(based(batch, 7), wanted=7).next_batch()
        assert told.value.partition == PLACE


def test_everything_before_an_unreadable_batch_is_delivered_first() -> None:
    bad = with_payload(4, b"\xff" * 40)
    assert offsets(answer(packed(1), based(bad, 3), packed(1, 6))) == [0, 1, 2]
    with pytest.raises(UnreadableBatch):
        offsets(answer(based(bad, 3), packed(1, 6), wanted=3))


def test_who_forgives_gets_a_stand_in_for_each_offset() -> None:
    bad = based(with_payload(4, b"\xff" * 40), 3)
    found = answer(packed(1), bad, packed(1, 6), forgiving=True)
    found.next_batch()
    assert found.has_next()
    records = list(found.next_batch())
    assert [(record.offset, record.value) for record in records] == [(3, bad), (4, b""), (5, b"")]
    assert {record.key for record in records} == {None}
    for record in records:
        told = unreadable_batch(record.key, record.headers)
        assert told is not None
        assert told.startswith("offsets 3 to 5 cannot be read, zstd compressed: zstd: ")
    assert offsets(found) == [6, 7, 8]


def test_a_header_of_a_source_is_no_stand_in() -> None:
    assert unreadable_batch(b"account", ((UNREADABLE, b"offsets 1 to 2"),)) is None


def header(*, last_delta: int = 2, records: int = 3) -> bytes:
    """A batch with a right checksum and another word on how much is in it."""
    batch = bytearray(packed(0))
    struct.pack_into(">i", batch, 23, last_delta)
    struct.pack_into(">i", batch, 57, records)
    return summed(bytes(batch))


@pytest.mark.parametrize(
    "parts",
    [
        (header(last_delta=5, records=4), packed(0, 3)),  # it would reach into the next one
        (header(last_delta=-1, records=4),),
        (header(last_delta=20_000, records=4),),
        (packed(0)[:8] + struct.pack(">i", 10) + packed(0)[12:22],),  # shorter than any batch
    ],
)
def test_a_header_that_contradicts_its_surroundings_is_not_forgiven(parts: Sequence[bytes]) -> None:
    with pytest.raises(UnreadableBatch):
        answer(*parts, forgiving=True).next_batch()


def test_a_batch_before_what_was_asked_for_is_not_forgiven() -> None:
    """Its offsets would all be skipped, and it would be fetched again for ever."""
    with pytest.raises(UnreadableBatch):
        answer(with_payload(4, b"\xff" * 40), wanted=9, forgiving=True).next_batch()


@pytest.mark.parametrize("codec", ALL[1:])
def test_what_unpacks_to_more_than_any_batch_is_unreadable(codec: int) -> None:
    name = READABLE_CODECS[codec - 1]
    zeros = b"\0" * (65 * MIB)
    compress = cramjam.snappy.compress_raw if name == "snappy" else getattr(cramjam, name).compress
    with pytest.raises(UnreadableBatch, match=name):
        answer(with_payload(codec, bytes(compress(zeros)))).next_batch()


def test_more_records_than_any_batch_has_are_unreadable() -> None:
    with pytest.raises(UnreadableBatch, match="more than 100000 records"):
        answer(header(records=100_001)).next_batch()


def test_a_missing_package_is_not_the_records_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    assert batches.missing_codecs() == ()
    monkeypatch.setattr(batches, "cramjam", None)
    assert batches.missing_codecs() == READABLE_CODECS
    with pytest.raises(CodecMissing, match="zstd"):
        answer(packed(4), forgiving=True).next_batch()
    assert offsets(answer(packed(0), packed(4, 3), forgiving=True)) == [0, 1, 2], "what can be read is"
