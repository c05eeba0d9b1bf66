"""A bank's bad export of tens of thousands of records is one decision of one person, and none of them vanishes."""

from collections import Counter
from collections.abc import Iterator

import pytest

from streams import roles
from streams.broker.broker import Broker
from streams.transport.partitioner import partition_of
from tests.kafka.command import tactful
from tests.kafka.live import Live, account_in, missed
from tests.kafka.rig import until

pytestmark = pytest.mark.kafka

PARTITION = 1
RECORDS = 20_000
ACCOUNTS = 200
RATE_PER_S = 2_000
WORD = ("dead-letters", "resume", roles.REPAYMENT_MISSED, str(PARTITION), "--by", "u-7", "--reason", "a bad export")


@pytest.fixture
def live(broker: Broker, namespace: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    extra = {"TACTFUL_TOLERATED_PER_S": str(RATE_PER_S)}
    with Live(broker.bootstrap_servers, namespace, tmp_path_factory.mktemp(namespace), extra) as running:
        yield running
        running.workers.check_alive()


async def export(live: Live, keys: list[bytes], records: int) -> None:
    topic = live.topic(roles.REPAYMENT_MISSED)
    async with live.producer(linger_ms=20, max_batch_size=200_000) as producer:
        for number in range(records):
            await producer.send(topic, b"<bad/>", key=keys[number % len(keys)], partition=PARTITION)


@pytest.mark.timeout(600)
async def test_one_word_is_enough_for_all_that_is_there_and_each_is_put_aside(live: Live) -> None:
    keys = [key for n in range(10 * ACCOUNTS) if partition_of(key := b"held-%d" % n, live.partitions) == PARTITION]
    keys = keys[:ACCOUNTS]
    neighbour = account_in(PARTITION, live.partitions, "neighbour")
    await live.introduce(neighbour)
    await export(live, keys, RECORDS)
    await live.tell(roles.REPAYMENT_MISSED, missed(neighbour))

    async def paused() -> bool:
        return live.metric("tactful_partition_closed", partition=str(PARTITION), reason="PAUSED") == 1

    await until(paused, 120)
    ran = await tactful(live.variables, *WORD, "--to-end")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.startswith(f"resumed: repayment-missed/1, tolerated below: {RECORDS + 1}, as: case-updated/1/")

    # A payment may lie behind any of them, so the neighbour's reminder is the last thing that happens.
    await live.heard(neighbour, "reminder.issued", within_s=300)
    letters = Counter(record.key for record in await live.kept(roles.REMINDER_DEAD_LETTERS))
    assert letters == {key: RECORDS // len(keys) for key in keys}, "one dead letter each, none lost, none doubled"
    held = {body["account_id"] for record in await live.kept(roles.REMINDER_DECISIONS) for body in [record.body()]}
    assert held == {neighbour}, "who owes nothing that could be read has nothing to be told"
    (note,) = await live.kept(roles.CASE_UPDATED)
    assert note.body()["tolerated_to"] == RECORDS + 1

    # Beyond the word a bad share is a bad share again.
    await export(live, keys, 400)
    await until(paused, 120)
