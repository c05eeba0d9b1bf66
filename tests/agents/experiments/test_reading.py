"""Reading in rounds: the verdict is that of the logs, however they are fetched, and of what is within the round."""

import asyncio
from collections.abc import Iterator, Sequence
from itertools import cycle
from typing import Any, NamedTuple

import pytest
from aiokafka.structs import TopicPartition
from hypothesis import given
from hypothesis import strategies as st

from agents.experiments.events import Complained, Event, OptOutEvent, Touched
from agents.experiments.figures import ArmFigures, Counting
from agents.experiments.merging import TimedEvent
from agents.experiments.reading import WatchedTopics
from agents.experiments.translating import told
from schemas.values.instants import DAY_MS
from streams import roles
from streams.settings import Settings
from tests.agents.experiments.records import WATCHED, Lying, record_of
from tests.agents.experiments.witness import in_order, recount

SETTINGS = Settings(_env_file=None, partitions=2)
FIRST_MS = 20_000 * DAY_MS
DECISIONS, CASES, PROFILES = (
    SETTINGS.topics[role] for role in (roles.REMINDER_DECISIONS, roles.CASE_UPDATED, roles.PROFILE_UPDATED)
)


class Found(NamedTuple):
    offset: int
    timestamp: int


class Logs:
    """Logs in memory behind the part of a consumer that is used; it gives as many records at a time as it is told."""

    def __init__(self, sizes: Sequence[int] = (3,)) -> None:
        self.kept: dict[TopicPartition, list[Lying]] = {}
        self.starts: dict[TopicPartition, int] = {}
        self._at: dict[TopicPartition, int] = {}
        self._sizes: Iterator[int] = cycle(sizes)

    def append(self, topic: str, partition: int, record: Lying) -> None:
        log = self.kept[TopicPartition(topic, partition)]
        log.append(record._replace(offset=len(log)))

    def assign(self, partitions: Sequence[TopicPartition]) -> None:
        self._at = dict.fromkeys(partitions, 0)

    async def beginning_offsets(self, partitions: Sequence[TopicPartition]) -> dict[TopicPartition, int]:
        return {p: self.starts.get(p, 0) for p in partitions}

    async def end_offsets(self, partitions: Sequence[TopicPartition]) -> dict[TopicPartition, int]:
        return {p: len(self.kept[p]) for p in partitions}

    async def offsets_for_times(self, times: dict[TopicPartition, int]) -> dict[TopicPartition, Found | None]:
        def first(p: TopicPartition, since_ms: int) -> Found | None:
            kept = self.kept[p][self.starts.get(p, 0) :]
            return next((Found(r.offset, r.timestamp) for r in kept if r.timestamp >= since_ms), None)

        return {p: first(p, since_ms) for p, since_ms in times.items()}

    def seek(self, partition: TopicPartition, offset: int) -> None:
        self._at[partition] = offset

    async def position(self, partition: TopicPartition) -> int:
        return self._at[partition]

    async def getmany(self, *partitions: TopicPartition, **_: Any) -> dict[TopicPartition, list[Lying]]:
        given = {}
        for p in partitions:
            given[p] = self.kept[p][self._at[p] : self._at[p] + next(self._sizes)]
            self._at[p] += len(given[p])
        return given


def logs_of(events: Sequence[Event], sizes: Sequence[int] = (3,)) -> Logs:
    logs = Logs(sizes)
    logs.kept = {TopicPartition(topic, n): [] for topic in (DECISIONS, CASES, PROFILES) for n in range(2)}
    for event in events:
        role, record = record_of(event)
        logs.append(SETTINGS.topics[role], event.account_id > "q", record)
    return logs


def _told(role: str, record: Any) -> TimedEvent:
    return told(role, record, WATCHED)


def counted(logs: Logs, rounds: Sequence[Sequence[Event]] = ((),)) -> dict[tuple[str, str], ArmFigures]:
    """What is counted after as many rounds, before each of which more is told."""

    async def run() -> dict[tuple[str, str], ArmFigures]:
        reading, counting = WatchedTopics(SETTINGS, logs, _told), Counting()
        counting.counted_from_ms = await reading.begin(FIRST_MS)
        for more in rounds:
            for event in more:
                role, record = record_of(event)
                logs.append(SETTINGS.topics[role], event.account_id > "q", record)
            await reading.round(counting)
        return dict(counting.figures().arms)

    return asyncio.run(run())


TIMES = st.integers(0, 8).map(lambda days: FIRST_MS + days * 6 * DAY_MS)
ACCOUNTS = st.sampled_from("pqrs")
EVENTS = st.lists(
    st.one_of(
        st.builds(Touched, TIMES, ACCOUNTS, st.sampled_from("XY"), st.sampled_from("AB"), st.just(False)),
        st.builds(Complained, TIMES, ACCOUNTS, st.sampled_from("cd")),
        st.builds(OptOutEvent, TIMES, ACCOUNTS, st.none() | st.sampled_from("cd")),
    ),
    max_size=12,
)


@given(EVENTS, st.lists(st.integers(0, 3), min_size=1, max_size=5).filter(any))
def test_however_the_logs_are_fetched_the_figures_are_the_witnesses(events: list[Event], sizes: list[int]) -> None:
    ordered = in_order(events)
    figures = counted(logs_of(ordered, sizes))
    told = {arm: {what: n for what, n in of_arm._asdict().items() if n} for arm, of_arm in figures.items()}
    assert told == recount(ordered, 30)


SENT, ANSWER = Touched(FIRST_MS, "p", "X", "A"), Complained(FIRST_MS + 1, "p", "c")


def test_a_later_round_goes_on_where_the_last_one_ended() -> None:
    figures = counted(logs_of([]), [[SENT], [ANSWER], [], [Touched(FIRST_MS + 2, "q", "X", "A")]])
    assert figures["X", "A"] == ArmFigures(sent=2, accounts=2, complaints=1)


def test_what_comes_while_a_round_is_read_belongs_to_the_next() -> None:
    logs = logs_of([SENT], sizes=(5,))

    class Growing(Logs):
        async def getmany(self, *partitions: TopicPartition, **_: Any) -> dict[TopicPartition, list[Lying]]:
            if len(self.kept[TopicPartition(DECISIONS, 0)]) == 1:
                self.append(DECISIONS, 0, record_of(SENT._replace(at_ms=FIRST_MS + 5))[1])
            return await super().getmany(*partitions)

    growing = Growing((5,))
    growing.kept = logs.kept
    assert counted(growing)["X", "A"].sent == 1
    growing.kept = logs_of([SENT]).kept
    assert counted(growing, [(), ()])["X", "A"].sent == 2


def test_a_message_and_its_answer_that_come_while_the_ends_are_asked_for_find_each_other() -> None:
    class Sudden(Logs):
        asked = 0

        async def end_offsets(self, partitions: Sequence[TopicPartition]) -> dict[TopicPartition, int]:
            ends = await super().end_offsets(partitions)
            self.asked += 1
            if self.asked == 2:  # the first time is for where to begin
                for event in (SENT, ANSWER):
                    role, record = record_of(event)
                    self.append(SETTINGS.topics[role], 0, record)
            return ends

    sudden = Sudden()
    sudden.kept = logs_of([]).kept
    assert counted(sudden, [(), ()])["X", "A"] == ArmFigures(sent=1, accounts=1, complaints=1)


def test_what_lies_before_the_first_experiment_is_not_read() -> None:
    earlier = SENT._replace(at_ms=FIRST_MS - 3 * DAY_MS)
    assert counted(logs_of([earlier, SENT]))["X", "A"].sent == 1


@pytest.mark.parametrize(("deleted", "sent"), [(0, 2), (1, 1)])
def test_where_complaints_are_deleted_messages_count_from_the_first_kept_one_on(deleted: int, sent: int) -> None:
    logs = logs_of(
        [
            SENT,
            ANSWER,
            Complained(FIRST_MS + DAY_MS, "p", "d"),
            Touched(FIRST_MS + 2 * DAY_MS, "q", "X", "A"),
        ]
    )
    logs.starts[TopicPartition(CASES, 0)] = deleted
    figures = counted(logs)["X", "A"]
    assert (figures.sent, figures.complaints) == (sent, 2 - deleted)


def test_complaints_of_before_the_first_experiment_may_be_deleted() -> None:
    earlier = [ANSWER._replace(at_ms=FIRST_MS - days * DAY_MS, complaint_id=f"c{days}") for days in (9, 5)]
    logs = logs_of([*earlier, SENT, ANSWER])
    logs.starts[TopicPartition(CASES, 0)] = 1
    assert counted(logs)["X", "A"] == ArmFigures(sent=1, accounts=1, complaints=1)
