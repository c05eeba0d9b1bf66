"""However the same logs are fetched, and wherever the worker is restarted, the agent sees the same facts and ticks."""

from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from schemas.stored.accounts import NEVER_MS
from streams.clock import Grid, ReplayPace
from streams.transport.controls.controls import ReplayControls
from streams.transport.events import is_mark
from streams.transport.safeguards.holds import Holds
from streams.transport.sources.due import DueIndex
from streams.transport.sources.merge import ReplayMerge
from streams.transport.sources.replay import ReplaySource
from streams.transport.sources.source import Work
from tests.streams.records import FakeRecord, mark

TOPICS = ("a", "b", "c")
PERIOD_S = 10
END_MS = 100_000

Seen = tuple[int, str, object]  # instant, fact or tick, what


@dataclass
class ReplayedAccount:
    """A worker in miniature: applies chunks, keeps what a transaction would keep."""

    logs: dict[str, list[FakeRecord]]
    state: dict[bytes, bytes] = field(default_factory=dict)
    positions: dict[str, int] = field(default_factory=lambda: dict.fromkeys(TOPICS, 0))
    floors: dict[str, int | None] = field(default_factory=dict)
    seen: list[Seen] = field(default_factory=list)

    def source(self, chunk_records: int, max_bytes: int) -> ReplaySource:
        due = DueIndex(self.state)
        due.rebuild()
        self.due = due
        merge = ReplayMerge(self.positions, self.floors, max_bytes, lambda _topic, key, _value: (key,))
        self.merge = merge
        return ReplaySource(
            merge,
            due,
            lambda _topic: None,
            ReplayControls((), None),
            Grid(PERIOD_S),
            ReplayPace(None),
            Holds(),
            chunk_records=chunk_records,
            tick_accounts=2,
        )

    def apply(self, work: Work) -> None:
        for record in work.records:
            assert record.key is not None
            self.seen.append((work.now_ms, "fact", (record.topic, record.offset)))
            # One account in three is due at once, one later, one never.
            delay_ms = {0: 0, 1: 25_000}.get(record.offset % 3)
            self._store(record.key, NEVER_MS if delay_ms is None else work.now_ms + delay_ms)
        for key in work.due:
            self.seen.append((work.now_ms, "tick", key))
            self._store(key, NEVER_MS)
        self.positions = dict(work.after)
        self.floors = dict(self.merge.floors())

    def _store(self, key: bytes, due_ms: int) -> None:
        old = self.state.get(key)
        self.state[key] = b'{"next_due_at":%013d,' % due_ms
        self.due.written(key, old, self.state[key])


@st.composite
def logs(draw: st.DrawFn) -> dict[str, list[FakeRecord]]:
    made: dict[str, list[FakeRecord]] = {}
    for topic in TOPICS:
        times = draw(st.lists(st.integers(1, END_MS - 1), max_size=15))
        if draw(st.booleans()):
            times.sort()
        log: list[FakeRecord] = []
        for at_ms in times:
            if draw(st.integers(0, 4)) == 0:
                log.append(mark(topic, len(log), at_ms))
            else:
                log.append(FakeRecord(topic, len(log), at_ms, key=draw(st.sampled_from([b"x", b"y", b"z"]))))
        log.append(mark(topic, len(log), END_MS))
        made[topic] = log
    return made


def run(account: ReplayedAccount, choices: st.DataObject, max_bytes: int, restarts: bool) -> list[Seen]:
    """Fetch in random bits, as far as the source wants them, until nothing is left to do."""
    chunk = choices.draw(st.integers(1, 20))
    source = account.source(chunk, max_bytes)
    fetched = dict(account.positions)
    while True:
        while (work := source.next()) is not None:
            account.apply(work)
            if restarts and choices.draw(st.integers(0, 5)) == 0:
                source = account.source(chunk, max_bytes)
                fetched = dict(account.positions)
        wanted = [t for t in TOPICS if source.wants(t) and fetched[t] < len(account.logs[t])]
        if not wanted:
            assert all(fetched[t] == len(account.logs[t]) for t in TOPICS), "input is left and nobody wants it"
            return account.seen
        topic = choices.draw(st.sampled_from(wanted))
        upto = min(len(account.logs[topic]), fetched[topic] + choices.draw(st.integers(1, 6)))
        source.add(topic, account.logs[topic][fetched[topic] : upto], upto)
        fetched[topic] = upto


@given(logs(), st.data(), st.sampled_from([1, 500, 1_000_000]))
def test_delivery_depends_on_the_logs_alone(
    given_logs: dict[str, list[FakeRecord]], choices: st.DataObject, max_bytes: int
) -> None:
    reference = ReplayedAccount(given_logs)
    source = reference.source(1000, 1_000_000)
    for topic, log in given_logs.items():
        source.add(topic, log, len(log))
    while (work := source.next()) is not None:
        reference.apply(work)

    assert run(ReplayedAccount(given_logs), choices, max_bytes, restarts=False) == reference.seen
    assert run(ReplayedAccount(given_logs), choices, max_bytes, restarts=True) == reference.seen

    facts = [what for _, kind, what in reference.seen if kind == "fact"]
    all_facts = [(r.topic, r.offset) for log in given_logs.values() for r in log if not is_mark(r)]
    assert sorted(map(str, facts)) == sorted(map(str, all_facts))
    instants = [instant for instant, _, _ in reference.seen]
    assert instants == sorted(instants)
    assert all(instant % (PERIOD_S * 1000) == 0 for instant in instants)


def source_over(logs_: dict[str, list[FakeRecord]], speed: float | None = None) -> ReplaySource:
    source = ReplayedAccount(logs_).source(1000, 1_000_000)
    for topic, log in logs_.items():
        source.add(topic, log, len(log))
    if speed is not None:
        source._pace = ReplayPace(speed)
    return source


def test_facts_wait_for_the_input_that_says_nothing() -> None:
    source = source_over({"a": [FakeRecord("a", 0, 5), FakeRecord("a", 1, 20_000)], "b": [mark("b", 0, 99)], "c": []})
    assert source.next() is None
    assert source.wants("c")


def test_ticks_stop_at_the_smallest_final_mark() -> None:
    account = ReplayedAccount({})
    source = account.source(1000, 1_000_000)
    account.state[b"x"] = b'{"next_due_at":%013d,' % 30_000
    account.due.written(b"x", None, account.state[b"x"])
    for topic in TOPICS:
        source.add(topic, [mark(topic, 0, 29_999)], 1)
    assert source.next() is None
    for topic in TOPICS:
        source.add(topic, [mark(topic, 1, 30_000)], 2)
    work = source.next()
    assert work is not None
    assert (work.now_ms, work.due) == (30_000, (b"x",))


def test_a_paced_replay_says_how_long_to_wait() -> None:
    logs_ = {t: [FakeRecord(t, 0, 5), FakeRecord(t, 1, 95_000), mark(t, 2, END_MS)] for t in TOPICS}
    source = source_over(logs_, speed=10.0)
    first = source.next()
    assert first is not None
    assert first.now_ms == 10_000
    while (work := source.next()) is not None:
        assert work.now_ms == 10_000
    wait_s = source.wait_s()
    assert wait_s is not None
    assert 8 < wait_s < 9.5


def test_facts_of_one_instant_follow_the_order_of_the_application() -> None:
    logs_ = {t: [FakeRecord(t, 0, 5, key=k), mark(t, 1, 10)] for t, k in zip(TOPICS, (b"z", b"x", b"y"), strict=True)}
    work = source_over(logs_).next()
    assert work is not None
    assert [record.key for record in work.records] == [b"x", b"y", b"z"]
