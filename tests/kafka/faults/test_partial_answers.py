"""A cluster that is starting leaves things out of its answers; nobody takes that for "there is none"."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from aiokafka.client import AIOKafkaClient
from aiokafka.structs import TopicPartition

from agents.delivery.kafka.bus import KafkaBus
from agents.delivery.rules.deliveries import Flush
from agents.intake.mappings.files import load_mapping
from agents.intake.start import begin, faults
from streams import roles
from streams.broker.broker import Broker
from streams.clock import SystemClock
from streams.cluster import admin
from streams.cluster.cluster import Cluster, ClusterError
from streams.cluster.resetting import reset
from streams.settings import Settings
from tests.kafka.faults import partial_answers as answers
from tests.kafka.faults.partial_answers import Spoiler
from tests.kafka.intake.intake_rig import IntakeRig, payment
from tests.kafka.rig import GivenRecord, Rig, TopicHearing, until
from tests.kafka.start.test_admin import produce

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(600)]
START_S = 240


@pytest.fixture
def settings(broker: Broker, namespace: str) -> Settings:
    return Settings(
        _env_file=None,
        bootstrap_servers=broker.bootstrap_servers,
        namespace=namespace,
        topic_prefix=f"{namespace}.",
        partitions=2,
    )


@pytest.fixture
def spoiler() -> Iterator[Spoiler]:
    made, send = Spoiler(), AIOKafkaClient.send
    made.install()
    yield made
    AIOKafkaClient.send = send


async def offsets(settings: Settings) -> dict[TopicPartition, int]:
    tps = [TopicPartition(settings.topics[role], number) for role in roles.INPUTS for number in range(2)]
    async with Cluster(settings) as cluster:
        return await cluster.committed(tps)


async def at_work(settings: Settings) -> dict[TopicPartition, int]:
    """A group that has come somewhere, and facts that wait for it."""
    await admin.create(settings)
    payments = TopicPartition(settings.topics[roles.PAYMENT_RECEIVED], 1)
    await produce(settings, payments.topic, 5, payments.partition)
    async with Cluster(settings) as cluster:
        await cluster.commit({payments: 3})
    before = await offsets(settings)
    assert before[payments] == 3
    return before


@pytest.mark.parametrize("start", ["earliest", "latest"])
@pytest.mark.parametrize("spoil", [answers.loading, answers.no_partitions])
async def test_topics_create_never_moves_a_group_whose_coordinator_is_loading(
    settings: Settings, spoiler: Spoiler, spoil: answers.Spoil, start: admin.Start
) -> None:
    before = await at_work(settings)
    spoiler.offsets(spoil, times=2)
    assert (await admin.create(settings, start=start)).starts == {}
    assert spoiler.spoilt["OffsetFetchRequest"] == 2
    assert await offsets(settings) == before


async def test_a_coordinator_that_never_tells_is_one_clear_line_and_moves_nothing(
    settings: Settings, spoiler: Spoiler, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = await at_work(settings)
    with monkeypatch.context() as impatient:
        impatient.setattr("streams.cluster.asking.ANSWER_PATIENCE_S", 0.5)
        spoiler.offsets(answers.loading, times=answers.ALWAYS)
        for asked in (admin.create(settings, start="latest"), admin.check(settings)):
            with pytest.raises(ClusterError, match=f"not told within 0.5 s where group {settings.group_id} stands"):
                await asked
    spoiler.offsets(answers.loading, times=0)
    assert await offsets(settings) == before


def spoil_nothing(_spoiler: Spoiler) -> None:
    """The check itself."""


@pytest.mark.parametrize(
    "spoil",
    [
        spoil_nothing,
        lambda spoiler: spoiler.offsets(answers.loading),
        lambda spoiler: spoiler.metadata(answers.no_leaders, times=3),
        lambda spoiler: spoiler.metadata(answers.no_topics, times=3),
        lambda spoiler: spoiler.metadata(answers.no_brokers, times=4),
        lambda spoiler: spoiler.configs(answers.unknown_configs),
        lambda spoiler: spoiler.configs(answers.no_configs),
        lambda spoiler: spoiler.bounds(answers.one_bound_less),
    ],
)
async def test_the_check_of_a_starting_cluster_tells_no_fault(
    settings: Settings, spoiler: Spoiler, spoil: Callable[[Spoiler], None]
) -> None:
    await at_work(settings)
    spoil(spoiler)
    assert await admin.check(settings) == []
    await admin.require(settings, [roles.REMINDERS])


async def test_an_offset_is_reset_while_the_coordinator_loads(settings: Settings, spoiler: Spoiler) -> None:
    await at_work(settings)
    spoiler.members(answers.loading_members)
    spoiler.offsets(answers.loading)
    done = await reset(settings, roles.PAYMENT_RECEIVED, 1, 4, "u-7", "the bank said it again")
    assert (done.before, done.after) == (3, 4)
    assert spoiler.spoilt == {"DescribeGroupsRequest": 1, "OffsetFetchRequest": 1}


async def test_a_hand_over_goes_on_where_it_was(settings: Settings, spoiler: Spoiler) -> None:
    await admin.create(settings)
    await produce(settings, settings.topics[roles.REMINDERS], 3)
    async with KafkaBus(settings) as bus:
        await bus.open()
        await bus.write(Flush([], []), {0: 2})
    spoiler.offsets(answers.loading, times=2)
    async with KafkaBus(settings) as bus:
        _, positions = await bus.open()
    assert spoiler.spoilt["OffsetFetchRequest"] == 2
    assert positions == {0: 2, 1: 0}


async def test_an_intake_goes_on_where_it_was(broker: Broker, namespace: str, tmp_path: Path, spoiler: Spoiler) -> None:
    rig = IntakeRig(broker.bootstrap_servers, namespace, tmp_path)
    await rig.create()
    await rig.say([(0, payment(0)), (1, payment(1))])
    async with rig.running():
        await rig.until_facts(2)
    await rig.say([(0, payment(2))])
    mapping = load_mapping(rig.path).mapping
    spoiler.offsets(answers.loading)
    assert await begin(rig.settings, mapping, "latest") == {}
    spoiler.spoilt.clear()
    assert await faults(rig.settings, mapping) == []
    spoiler.spoilt.clear()
    async with rig.running():
        facts = await rig.until_facts(3)
    assert spoiler.spoilt["OffsetFetchRequest"] == 1
    assert len(facts) == 3


async def test_a_worker_goes_on_where_the_group_was(broker: Broker, tmp_path: Path) -> None:
    rig = Rig(broker.bootstrap_servers, tmp_path, 2, 2, "tests.kafka.faults.loading_app", static=False)
    await rig.create()
    now_ms = SystemClock().now_ms()
    await rig.produce([GivenRecord(topic, 0, b"account", b"{}", now_ms) for topic in rig.inputs])
    try:
        rig.start_worker()
        hearing = TopicHearing(rig, START_S)
        # Of two facts in one chunk there is one tick.
        await until(lambda: _ticked(hearing), START_S)
        assert "LOST_OFFSET" not in rig.log_of()
        assert set((await rig.committed()).values()) == {0, 1}
    finally:
        assert rig.stop_workers() == {"a": 0}


async def _ticked(hearing: TopicHearing) -> bool:
    await asyncio.sleep(0)
    return b"tick" in await hearing.told(b"account")


async def test_a_worker_works_on_nothing_before_it_has_every_input(broker: Broker, tmp_path: Path) -> None:
    rig = Rig(broker.bootstrap_servers, tmp_path, 2, 2, "tests.kafka.faults.stale_app", static=False)
    await rig.create()
    now_ms = SystemClock().now_ms()
    await rig.produce([GivenRecord(topic, 0, b"account", b"{}", now_ms) for topic in rig.inputs])
    try:
        rig.start_worker()
        hearing = TopicHearing(rig, START_S)
        await until(lambda: _ticked(hearing), START_S)
        # Both facts were applied before anything left.
        assert await hearing.told(b"account") == [b"fact", b"fact", b"tick"]
        assert "partitions came without" in rig.log_of()
    finally:
        assert rig.stop_workers() == {"a": 0}
