"""Bad input of each kind becomes a dead letter with its reason and exact bytes; everybody else is served as before."""

import asyncio
import hashlib
import json
from collections.abc import Iterator
from itertools import chain
from typing import Any, NamedTuple

import pytest

from agents.offline.generator.broken import Broken, kinds
from streams import roles
from streams.broker.broker import Broker
from streams.cluster.whole_logs import LoggedRecord
from streams.transport.partitioner import partition_of
from tests.kafka.live import Live, account_in, missed, now, paid
from tests.kafka.rig import until

pytestmark = pytest.mark.kafka

PARTITION = 1
HEADERS = [("traceparent", b"00-ab-cd-01"), ("bytes", b"\x00\xff"), ("empty", b"")]
MIB = 1_048_576


class BadRecord(NamedTuple):
    """A bad record and where it lies on its topic."""

    topic: str
    partition: int
    offset: int
    record: Broken
    timestamp_ms: int

    @property
    def place(self) -> tuple[str, int, int]:
        return self.topic, self.partition, self.offset


@pytest.fixture(scope="module")
def live(broker: Broker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    with Live(broker.bootstrap_servers, "bad-input", tmp_path_factory.mktemp("bad-input")) as running:
        yield running


@pytest.fixture(autouse=True)
def nobody_dies_of_it(live: Live) -> Iterator[None]:
    yield
    live.workers.check_alive()


async def give(live: Live, record: Broken, partition: int = PARTITION, **options: Any) -> BadRecord:
    """A bad record to its topic, with headers."""
    topic = live.topic(record.role)
    async with live.producer(**options) as producer:
        sent = await producer.send_and_wait(
            topic, record.value, key=record.key, partition=partition, headers=list(HEADERS)
        )
    return BadRecord(topic, partition, sent.offset, record, sent.timestamp)


def origin(letter: LoggedRecord) -> tuple[str, int, int]:
    """Where the original lay, by the letter's headers."""
    found = {name: value.decode() for name, value in letter.headers if name.startswith("__streams.errors.")}
    return (
        found["__streams.errors.topic"],
        int(found["__streams.errors.partition"]),
        int(found["__streams.errors.offset"]),
    )


async def letters_of(live: Live, given: list[BadRecord]) -> list[LoggedRecord]:
    """The dead letter of each, in the same order: one and no more."""

    async def all_there() -> dict[tuple[str, int, int], list[LoggedRecord]]:
        live.workers.check_alive()
        found: dict[tuple[str, int, int], list[LoggedRecord]] = {}
        for letter in await live.kept(roles.REMINDER_DEAD_LETTERS):
            found.setdefault(origin(letter), []).append(letter)
        return found if found.keys() >= {bad.place for bad in given} else {}

    found = await until(all_there)
    assert {len(letters) for letters in found.values()} == {1}
    return [found[bad.place][0] for bad in given]


async def letters_about(live: Live, account: str) -> list[LoggedRecord]:
    return [letter for letter in await live.kept(roles.REMINDER_DEAD_LETTERS) if letter.key == account.encode()]


def assert_tells(letter: LoggedRecord, given: BadRecord, reason: str) -> None:
    """Headers: those of the original first, then why and whence, and nothing of the body."""
    assert list(letter.headers[: len(HEADERS)]) == HEADERS
    headers = dict(letter.headers)
    assert headers["tactful.reason"].decode() == reason
    assert headers["__streams.errors.exception"] == b"UnusableInput"
    assert headers["__streams.errors.message"].decode().startswith(reason)
    assert headers["tactful.group"].decode() == "bad-input-reminders"
    assert int(headers["tactful.timestamp-ms"]) == given.timestamp_ms
    own = b"".join(value for _, value in letter.headers[len(HEADERS) :])
    assert not any(personal.encode() in own for personal in ("王", "+86", "010 0000"))
    assert letter.partition == given.partition


async def test_each_kind_is_a_dead_letter_and_neighbours_are_served(live: Live) -> None:
    same = account_in(PARTITION, live.partitions, "same")
    neighbour = account_in(PARTITION, live.partitions, "neighbour")
    elsewhere = account_in(PARTITION + 1, live.partitions, "elsewhere")
    accounts = (same, neighbour, elsewhere)
    bad = list(kinds(same, now().date()))
    half = len(bad) // 2
    # Good, bad, good, bad, good: whoever stumbled over a bad record would not come to the payment.
    await live.introduce(*accounts)
    given = [await give(live, record) for record in bad[:half]]
    await live.tell(roles.REPAYMENT_MISSED, *(missed(account) for account in accounts))
    for account in (neighbour, elsewhere):
        reminder = await live.heard(account, "reminder.issued", within_s=300)
        assert reminder["total_overdue_minor"] == 12_345, "nothing of a bad record counts"
    given += [await give(live, record) for record in bad[half:]]
    await live.tell(roles.PAYMENT_RECEIVED, *(paid(account) for account in accounts))

    for account in (neighbour, elsewhere):
        await live.heard(account, "cycle.closed")
        types = [body["type"] for body in await live.said(account)]
        assert types == ["cycle.opened", "reminder.issued", "reminder.cancelled", "cycle.closed"]
    # Whose records could not be read is left alone: any of them may have been a payment.
    assert await live.said(same) == []
    assert {body["code"] for body in await live.said(same, roles.REMINDER_DECISIONS)} == {"UNREAD_FACT"}
    letters = await letters_of(live, given)
    for letter, was in zip(letters, given, strict=True):
        assert_tells(letter, was, was.record.reason)
        assert (letter.key, letter.value) == (was.record.key, was.record.value)
    assert len(await letters_about(live, same)) == sum(was.record.key is not None for was in given)
    for account in (neighbour, elsewhere):
        assert await letters_about(live, account) == []


async def test_what_no_dead_letter_can_hold_is_named_by_hash(live: Live) -> None:
    # Kafka's limit counts compressed bytes: a bank that compresses can send more than we may write.
    limit_bytes = live.settings.dead_letter_max_bytes
    key = account_in(PARTITION, live.partitions, "large").encode()
    large, small = (b'{"note":"' + b"x" * size + b'"}' for size in (3 * MIB, limit_bytes - 16_384))
    packed: dict[str, Any] = {"compression_type": "gzip", "max_request_size": 8 * MIB}
    given = [
        await give(live, Broken("TOO_LARGE", roles.CASE_UPDATED, key, value), **packed) for value in (large, small)
    ]
    referenced, copied = await letters_of(live, given)
    for letter, was in zip((referenced, copied), given, strict=True):
        assert_tells(letter, was, "TOO_LARGE")
        assert letter.key == key
    assert referenced.value == b""
    headers = dict(referenced.headers)
    assert headers["tactful.original-sha256"].decode() == hashlib.sha256(large).hexdigest()
    assert headers["tactful.original-bytes"] == b"%d" % len(large)
    assert copied.value == small
    assert "tactful.original-sha256" not in dict(copied.headers)


@pytest.mark.parametrize("part", ["key", "headers"])
async def test_a_key_or_headers_that_no_dead_letter_can_hold_stop_nobody(live: Live, part: str) -> None:
    large = b"x" * (2 * MIB)
    record: dict[str, Any] = {"key": large} if part == "key" else {"key": b"A-1", "headers": [("large", large)]}
    topic = live.topic(roles.PAYMENT_RECEIVED)
    async with live.producer(compression_type="gzip", max_request_size=8 * MIB) as producer:
        sent = await producer.send_and_wait(topic, b"{}", partition=PARTITION, **record)
    bad = Broken("MISSING_FIELD", roles.PAYMENT_RECEIVED, record["key"], b"{}")
    (letter,) = await letters_of(live, [BadRecord(topic, PARTITION, sent.offset, bad, sent.timestamp)])
    assert (letter.key, letter.value) == (None, b"")
    headers = dict(letter.headers)
    assert headers["tactful.reason"] == b"MISSING_FIELD"
    assert headers["tactful.original-key-sha256"].decode() == hashlib.sha256(record["key"]).hexdigest()
    neighbour = account_in(PARTITION, live.partitions, f"beside-large-{part}")
    await live.introduce(neighbour)
    await live.tell(roles.REPAYMENT_MISSED, missed(neighbour))
    await live.heard(neighbour, "reminder.issued")


async def test_the_first_record_of_an_account_tells_whether_its_partition_is_its_own(live: Live) -> None:
    stray = account_in(PARTITION, live.partitions, "stray")
    body = missed(stray)
    record = Broken("WRONG_PARTITION", roles.REPAYMENT_MISSED, stray.encode(), json.dumps(body).encode())
    given = await give(live, record, partition=(PARTITION + 1) % live.partitions)
    (letter,) = await letters_of(live, [given])
    assert_tells(letter, given, "WRONG_PARTITION")
    assert letter.value == record.value
    # In its own partition the very same account is served.
    await live.introduce(stray)
    await live.tell(roles.REPAYMENT_MISSED, body)
    await live.heard(stray, "reminder.issued")


@pytest.mark.parametrize(("currency", "written"), [("JPY", "JPY 12,345"), ("KWD", "KWD 12.345")])
async def test_a_currency_with_another_exponent_is_written_right(live: Live, currency: str, written: str) -> None:
    account = f"owes-{currency}"
    await live.introduce(account)
    await live.tell(roles.REPAYMENT_MISSED, missed(account, currency=currency))
    reminder = await live.heard(account, "reminder.issued")
    assert f"{written} was due" in reminder["text"]
    assert (reminder["currency"], reminder["amount_minor"]) == (currency, 12_345)
    assert await letters_about(live, account) == []


async def test_a_second_currency_is_a_hand_off_and_no_dead_letter(live: Live) -> None:
    account = "two-currencies"
    await live.introduce(account)
    await live.tell(
        roles.REPAYMENT_MISSED, missed(account), missed(account, loan_id="M", currency="USD", outstanding_minor=7)
    )
    case = await live.heard(account, "case.handed-off")
    assert case["reason"] == "SECOND_CURRENCY"
    assert (case["currency"], case["total_overdue_minor"]) == ("CNY", 12_345)
    assert await letters_about(live, account) == []


async def test_a_tombstone_erases_the_recipient(live: Live) -> None:
    reminded, silent = "erased-after", "erased-before"
    await live.introduce(reminded, silent)
    await live.tell(roles.REPAYMENT_MISSED, missed(reminded))
    await live.heard(reminded, "reminder.issued")
    async with live.producer() as producer:
        for account in (reminded, silent):
            key = account.encode()
            await producer.send_and_wait(
                live.topic(roles.PROFILE_UPDATED), None, key=key, partition=partition_of(key, live.partitions)
            )
    recall = await live.heard(reminded, "reminder.cancelled")
    assert recall["reason"] == "RECIPIENT_CHANGED"

    await live.tell(roles.REPAYMENT_MISSED, missed(silent))
    blocked = await until(lambda: live.said(silent, roles.REMINDER_DECISIONS))
    assert [(decision["outcome"], decision["code"]) for decision in blocked] == [("blocked", "RECIPIENT_UNKNOWN")]
    assert await live.said(silent) == []
    letters = await asyncio.gather(*(letters_about(live, account) for account in (reminded, silent)))
    assert list(chain.from_iterable(letters)) == []
    # What was erased comes back with a new snapshot, and only then is anybody written to.
    await live.introduce(silent)
    await live.heard(silent, "reminder.issued")
