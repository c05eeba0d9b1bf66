"""Which answer about a group's offsets is one."""

import pytest
from aiokafka.errors import (
    GroupAuthorizationFailedError,
    GroupLoadInProgressError,
    NotCoordinatorForGroupError,
    TopicAuthorizationFailedError,
    UnknownTopicOrPartitionError,
)
from aiokafka.protocol.commit import OffsetFetchResponse_v3
from aiokafka.structs import OffsetAndMetadata, TopicPartition

from streams.cluster.asking import Untold, offsets_told

ASKED = [TopicPartition("payments", 0), TopicPartition("payments", 1), TopicPartition("misses", 0)]
WHOLE = [("payments", [(0, 7, "m", 0), (1, -1, "", 0)]), ("misses", [(0, 0, "", 0)])]


def test_every_partition_is_told_and_only_minus_one_is_absent() -> None:
    assert offsets_told(OffsetFetchResponse_v3(0, WHOLE, 0), "g", ASKED) == {
        ASKED[0]: OffsetAndMetadata(7, "m"),
        ASKED[1]: None,
        ASKED[2]: OffsetAndMetadata(0, ""),
    }


@pytest.mark.parametrize(
    "topics", [[], WHOLE[:1], [("payments", [(0, 7, "", 0)]), WHOLE[1]], [("payments", []), WHOLE[1]]]
)
def test_what_is_not_named_is_untold(topics: list[tuple[str, list[tuple[int, int, str, int]]]]) -> None:
    with pytest.raises(Untold):
        offsets_told(OffsetFetchResponse_v3(0, topics, 0), "g", ASKED)


@pytest.mark.parametrize(
    "error", [GroupLoadInProgressError, NotCoordinatorForGroupError, GroupAuthorizationFailedError]
)
def test_an_error_at_the_top_counts_whatever_stands_below_it(error: type[Exception]) -> None:
    for topics in ([], WHOLE):
        with pytest.raises(error):
            offsets_told(OffsetFetchResponse_v3(0, topics, error.errno), "g", ASKED)  # type: ignore[attr-defined]


@pytest.mark.parametrize("error", [UnknownTopicOrPartitionError, TopicAuthorizationFailedError])
def test_an_error_of_one_partition_is_raised_as_what_it_is(error: type[Exception]) -> None:
    topics = [("payments", [(0, 7, "", 0), (1, -1, "", error.errno)]), WHOLE[1]]  # type: ignore[attr-defined]
    with pytest.raises(error):
        offsets_told(OffsetFetchResponse_v3(0, topics, 0), "g", ASKED)
