"""Answers of a cluster that is starting, in place of its first ones: all else is asked of the real one."""

from collections import Counter
from collections.abc import Callable
from typing import Any

from aiokafka.client import AIOKafkaClient
from aiokafka.errors import GroupLoadInProgressError, LeaderNotAvailableError, UnknownTopicOrPartitionError
from aiokafka.protocol.admin import DescribeConfigsRequest, DescribeGroupsRequest
from aiokafka.protocol.commit import OffsetFetchRequest
from aiokafka.protocol.metadata import MetadataRequest
from aiokafka.protocol.offset import OffsetRequest

Spoil = Callable[[Any], None]
ALWAYS = 1_000_000
_send = AIOKafkaClient.send


def loading(answer: Any) -> None:
    """What a coordinator says of offsets while it loads: the error stands at the top, and no partition below it."""
    answer.topics, answer.error_code = [], GroupLoadInProgressError.errno


def no_partitions(answer: Any) -> None:
    """The same without a word why."""
    answer.topics = []


def loading_members(answer: Any) -> None:
    """What it says of the group's members meanwhile."""
    answer.groups = [
        (GroupLoadInProgressError.errno, name, "", "", "", [], *more) for _, name, *_, more in _last(answer)
    ]


def _last(answer: Any) -> list[Any]:
    return [(*group[:6], group[6:]) for group in answer.groups]


def no_brokers(answer: Any) -> None:
    """Every broker is fenced."""
    answer.brokers = []


def no_topics(answer: Any) -> None:
    """A broker that has not yet read what there is."""
    answer.topics = []


def no_leaders(answer: Any) -> None:
    """Topics without a leader yet, told as an error without partitions."""
    answer.topics = [(LeaderNotAvailableError.errno, name, internal, []) for _, name, internal, _ in answer.topics]


def unknown_configs(answer: Any) -> None:
    """A broker that does not know the topic yet."""
    answer.resources = [
        (UnknownTopicOrPartitionError.errno, "", kind, name, []) for _, _, kind, name, _ in answer.resources
    ]


def no_configs(answer: Any) -> None:
    """Nothing at all."""
    answer.resources = []


def one_bound_less(answer: Any) -> None:
    """The last partition is left out."""
    *others, (topic, partitions) = answer.topics
    answer.topics = [*others, (topic, partitions[:-1])]


class Spoiler:
    """Spoils the first `times` answers to each of the requests it is told of, and counts them."""

    def __init__(self) -> None:
        self._spoils: dict[type, tuple[Spoil, int]] = {}
        self.spoilt: Counter[str] = Counter()

    def offsets(self, spoil: Spoil, times: int = 1) -> None:
        self._spoils[OffsetFetchRequest] = (spoil, times)

    def members(self, spoil: Spoil, times: int = 1) -> None:
        self._spoils[DescribeGroupsRequest] = (spoil, times)

    def metadata(self, spoil: Spoil, times: int = 1) -> None:
        self._spoils[MetadataRequest] = (spoil, times)

    def configs(self, spoil: Spoil, times: int = 1) -> None:
        self._spoils[DescribeConfigsRequest] = (spoil, times)

    def bounds(self, spoil: Spoil, times: int = 1) -> None:
        self._spoils[OffsetRequest] = (spoil, times)

    def install(self) -> None:
        """In this process, for good unless AIOKafkaClient.send is put back."""
        spoiler = self

        async def send(client: Any, node_id: Any, request: Any, **options: Any) -> Any:
            answer = await _send(client, node_id, request, **options)
            spoil, times = spoiler._spoils.get(type(request), (None, 0))
            name = type(request).__name__
            if spoil is not None and spoiler.spoilt[name] < times:
                spoiler.spoilt[name] += 1
                spoil(answer)
            return answer

        AIOKafkaClient.send = send
