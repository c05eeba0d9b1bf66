"""The topics are what the contract says, and every fault of a cluster is told at once."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from streams import roles
from streams.settings import Settings
from streams.topics.faults import ClusterState, ClusterTopic, PartitionOffsets, judge
from streams.topics.rights import Principal, Right, rights
from streams.topics.topology import FOREVER_MS, HOUR_MS, plan

SETTINGS = Settings(_env_file=None)
SPECS = plan(SETTINGS)
REPLAY = Settings(_env_file=None, clock="replay", tick_period_s=86_400)


def healthy(settings: Settings = SETTINGS) -> ClusterState:
    topics = {
        spec.name: ClusterTopic(
            spec.partitions, {"retention.ms": "604800000", "retention.bytes": "-1"} | spec.configs()
        )
        for spec in plan(settings)
    }
    offsets = {
        (spec.name, partition): PartitionOffsets(committed=5, start=0, end=9)
        for spec in plan(settings)
        if spec.in_group
        for partition in range(spec.partitions)
    }
    return ClusterState(topics, offsets, group_offsets_kept_ms=168 * HOUR_MS)


def changed(name: str, configs: Mapping[str, str], partitions: int | None = None) -> ClusterState:
    cluster = healthy()
    topic = cluster.topics[name]
    new = ClusterTopic(partitions or topic.partitions, {**topic.configs, **configs})
    return replace(cluster, topics={**cluster.topics, name: new})


def test_every_role_has_a_topic_and_one_partition_count() -> None:
    assert tuple(spec.role for spec in SPECS) == roles.ROLES
    assert {spec.partitions for spec in SPECS if spec.role != roles.REMINDER_CONTROLS} == {4}
    assert {spec.role for spec in SPECS if spec.in_group} == set(roles.INPUTS)


def test_personal_data_live_in_six_places_only() -> None:
    assert {spec.role for spec in SPECS if spec.personal_data} == {
        roles.PROFILE_UPDATED,
        roles.BORROWER_REPLIES,
        roles.REMINDERS,
        roles.REMINDER_DEAD_LETTERS,
        roles.ACCOUNTS_CHANGELOG,
        roles.NUMBERS,
    }


@pytest.mark.parametrize("settings", [SETTINGS, REPLAY])
def test_what_is_planned_has_no_fault(settings: Settings) -> None:
    assert judge(settings, plan(settings), healthy(settings)).all == []


def test_a_cluster_without_the_topic_of_replies_goes_on_working() -> None:
    cluster = healthy()
    topics = {name: topic for name, topic in cluster.topics.items() if name != "borrower-replies"}
    assert judge(SETTINGS, SPECS, replace(cluster, topics=topics)).all == []
    assert judge(SETTINGS, SPECS, changed("borrower-replies", {}, 3)).all == [
        "topic borrower-replies has 3 partitions, TACTFUL_PARTITIONS says 4"
    ]


def test_replayed_records_are_not_deleted_for_their_age() -> None:
    for spec in plan(REPLAY):
        assert spec.retention_ms == FOREVER_MS
        assert spec.configs()["message.timestamp.after.max.ms"] == str(2**63 - 1)


@pytest.mark.parametrize(
    ("name", "configs", "partitions", "told"),
    [
        ("reminders", {}, 3, "topic reminders has 3 partitions, TACTFUL_PARTITIONS says 4"),
        ("reminder-controls", {}, 4, "topic reminder-controls has 4 partitions, must have exactly 1"),
        (
            "tactful-accounts-changelog",
            {"cleanup.policy": "compact,delete"},
            None,
            "has cleanup.policy=compact,delete, it must be compact only",
        ),
        (
            "tactful-delivery-journal",
            {"cleanup.policy": "delete"},
            None,
            "has cleanup.policy=delete, it must be compact only: what was offered already would be deleted",
        ),
        ("payment-received", {"cleanup.policy": "compact"}, None, "has cleanup.policy=compact, it must be delete"),
        (
            "payment-received",
            {"retention.ms": "3600000"},
            None,
            "keeps its records for 1 h, shorter than the stated outage of 168 h",
        ),
        ("payment-received", {"retention.bytes": "1000"}, None, "has retention.bytes=1000"),
        (
            "profile-updated",
            {"cleanup.policy": "compact,delete", "retention.ms": "3600000"},
            None,
            "topic profile-updated keeps its records for 1 h",
        ),
        ("reminder-controls", {"retention.ms": "3600000"}, None, "keeps its records for 1 h, it must keep them"),
        (
            "case-updated",
            {"max.message.bytes": "2000000"},
            None,
            "topic case-updated allows records of 2000000 bytes, dead letters only 1200000: raise",
        ),
        (
            "reminder-dead-letters",
            {"max.message.bytes": "1100000"},
            None,
            "topic reminder-dead-letters has max.message.bytes=1100000, below TACTFUL_DEAD_LETTER_MAX_BYTES",
        ),
    ],
)
def test_a_topic_that_is_wrong_is_named(
    name: str, configs: Mapping[str, str], partitions: int | None, told: str
) -> None:
    faults = judge(SETTINGS, SPECS, changed(name, configs, partitions)).all
    assert len(faults) == 1
    assert told in faults[0]


def test_unequal_inputs_are_told_with_their_counts() -> None:
    faults = judge(SETTINGS, SPECS, changed("case-updated", {}, 8)).all
    assert faults[0] == "topic case-updated has 8 partitions, TACTFUL_PARTITIONS says 4"
    assert "unequal partition counts" in faults[1]
    assert "payment-received 4" in faults[1]
    assert "case-updated 8" in faults[1]


def test_replay_needs_the_producers_times_for_as_long_as_it_takes() -> None:
    cluster = healthy(REPLAY)
    topic = cluster.topics["payment-received"]
    wrong = {"message.timestamp.type": "LogAppendTime", "retention.ms": "999999999999"}
    topics = {**cluster.topics, "payment-received": ClusterTopic(4, {**topic.configs, **wrong})}
    faults = judge(REPLAY, plan(REPLAY), replace(cluster, topics=topics)).all
    assert [fault.split(" ")[1] for fault in faults] == ["payment-received"] * 2
    assert "for ever" in faults[0]
    assert "CreateTime" in faults[1]


@pytest.mark.parametrize(
    ("offsets", "told"),
    [
        (PartitionOffsets(None, 0, 9), "has no committed offset for payment-received partition 2"),
        (PartitionOffsets(3, 7, 9), "but the log starts at 7: 4 records were deleted unread"),
        (PartitionOffsets(12, 0, 9), "but the log ends at 9: was the topic made anew?"),
    ],
)
def test_an_offset_that_cannot_be_resumed_is_named(offsets: PartitionOffsets, told: str) -> None:
    cluster = healthy()
    faults = judge(SETTINGS, SPECS, replace(cluster, offsets={**cluster.offsets, ("payment-received", 2): offsets})).all
    assert len(faults) == 1
    assert told in faults[0]


def test_a_single_gap_closes_and_a_group_without_any_offset_refuses() -> None:
    cluster = healthy()
    gap = {("payment-received", 2): PartitionOffsets(3, 7, 9)}
    one = judge(SETTINGS, SPECS, replace(cluster, offsets={**cluster.offsets, **gap}))
    assert (len(one.refusing), len(one.closing)) == (0, 1)
    none = {place: PartitionOffsets(None, 0, 9) for place in cluster.offsets}
    all_of_them = judge(SETTINGS, SPECS, replace(cluster, offsets=none))
    assert (len(all_of_them.refusing), len(all_of_them.closing)) == (len(none), 0)


@pytest.mark.parametrize("name", ["profile-updated", "tactful-accounts-changelog", "tactful-numbers"])
def test_an_erased_person_who_may_stay_for_longer_is_named_and_stops_no_worker(name: str) -> None:
    faults = judge(SETTINGS, SPECS, changed(name, {"max.compaction.lag.ms": str(2**63 - 1)}))
    assert (faults.refusing, faults.closing) == ((), ())
    (fault,) = faults.all
    assert f"topic {name} has max.compaction.lag.ms=9223372036854775807, the plan says 604800000 (7 days)" in fault
    assert not judge(SETTINGS, SPECS, changed(name, {"max.compaction.lag.ms": "1000"})).all


def test_a_changelog_without_the_brokers_time_is_named() -> None:
    name = "tactful-accounts-changelog"
    faults = judge(SETTINGS, SPECS, changed(name, {"message.timestamp.type": "CreateTime"})).all
    assert faults == [
        f"topic {name} has message.timestamp.type=CreateTime, it must be LogAppendTime: a worker compares its clock "
        "with the broker's by it, and sends nothing without"
    ]


def test_a_cluster_that_forgets_offsets_during_the_outage_is_named() -> None:
    faults = judge(SETTINGS, SPECS, replace(healthy(), group_offsets_kept_ms=24 * HOUR_MS)).all
    assert faults == [
        "the cluster forgets the offsets of a stopped group after 24 h (offsets.retention.minutes), "
        "before the stated outage of 168 h ends"
    ]


def test_an_empty_cluster_has_every_fault_at_once() -> None:
    faults = judge(SETTINGS, SPECS, ClusterState({})).all
    assert len(faults) == len([spec for spec in SPECS if not spec.optional])
    assert all("is missing: run `tactful topics create`" in fault for fault in faults)


def test_a_topic_whose_configuration_is_hidden_is_a_fault_of_rights() -> None:
    cluster = healthy()
    topics = {**cluster.topics, "reminder-dead-letters": ClusterTopic(4, {})}
    faults = judge(SETTINGS, SPECS, replace(cluster, topics=topics)).all
    assert faults == [
        "topic reminder-dead-letters: its configuration may not be read (needs the right to DescribeConfigs)"
    ]


def test_what_may_not_be_seen_is_told_as_missing_rights_and_not_as_missing() -> None:
    cluster = ClusterState({}, missing_rights=rights(SETTINGS, Principal.worker))
    faults = judge(SETTINGS, SPECS, cluster).all
    assert len({right.resource for right in cluster.missing_rights}) == len(faults)
    assert all(fault.startswith("no right to ") for fault in faults)
    assert (
        "no right to Read and Write and DescribeConfigs on topic tactful-accounts-changelog: "
        "see `tactful topics plan --format acls`"
    ) in faults


def test_a_missing_right_hides_no_other_fault_of_a_topic_that_is_seen() -> None:
    cluster = replace(changed("case-updated", {}, 8), missing_rights=(Right("topic", "case-updated", "Read"),))
    faults = judge(SETTINGS, SPECS, cluster).all
    assert faults[0].startswith("no right to Read on topic case-updated")
    assert any("has 8 partitions" in fault for fault in faults)


def test_a_compression_that_cannot_be_read_is_named_with_its_topic() -> None:
    assert judge(SETTINGS, SPECS, changed("payment-received", {"compression.type": "zstd"})).all == []
    future = judge(SETTINGS, SPECS, changed("payment-received", {"compression.type": "brotli"})).all
    assert future == ["topic payment-received has compression.type=brotli, which this installation cannot read"]
    bare = replace(changed("reminders", {"compression.type": "uncompressed"}), unreadable_codecs=("lz4", "zstd"))
    told = judge(SETTINGS, SPECS, bare).all
    assert len(told) == len(SPECS) - 1, "any other topic may bring them"
    assert all("compressed with lz4, zstd" in fault for fault in told)
