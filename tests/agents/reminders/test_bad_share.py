"""Too many bad records pause their input of their partition, until a named person resumes it, and how far."""

import pytest

from schemas.values.instants import to_ms
from streams import roles
from tests.agents.reminders.fake_worker import NOW, PARTITION, Counter
from tests.agents.reminders.test_agent import profile
from tests.agents.reminders.test_gates import BEAT


class TestBadShare:
    def bad(self, counter: Counter, count: int, role: str = roles.PAYMENT_RECEIVED) -> None:
        counter.chunk(*[(role, b"{")] * count)

    def test_too_large_a_share_pauses_the_input_until_a_person_resumes_it(self) -> None:
        counter = Counter(bad_share_max=0.2, bad_share_window=10)
        self.bad(counter, 2)
        assert counter.switches.held == {}
        self.bad(counter, 1)
        assert counter.switches.held == {roles.PAYMENT_RECEIVED: "BAD_SHARE"}
        assert counter.gate.paused == (roles.PAYMENT_RECEIVED,)
        note = {
            "type": "input.resumed",
            "role": roles.PAYMENT_RECEIVED,
            "partition": PARTITION,
            "time": NOW.isoformat(),
        }
        counter.chunk((roles.CASE_UPDATED, {**note, "resumed_by": "an.officer", "reason": "mended"}), key=None)
        assert not counter.switches.held
        assert not counter.gate.paused

    def resume(self, counter: Counter, **bound: int) -> None:
        note = {
            "type": "input.resumed",
            "role": roles.PAYMENT_RECEIVED,
            "partition": PARTITION,
            "time": NOW.isoformat(),
            **bound,
        }
        counter.chunk((roles.CASE_UPDATED, {**note, "resumed_by": "an.officer", "reason": "known"}), key=None)

    @pytest.mark.parametrize(
        ("bound", "tolerated"),
        [
            ({}, 0),
            ({"tolerated_to": 3}, 0),  # they have been read
            ({"tolerated_to": 300}, 297),
            ({"tolerated_records": 300}, 300),
            ({"tolerated_records": 1_000, "tolerated_to": 200}, 197),
            ({"tolerated_records": 100, "tolerated_to": 500}, 100),
        ],
    )
    def test_one_word_tolerates_all_that_is_known_to_be_bad_and_nothing_beyond(
        self, bound: dict[str, int], tolerated: int
    ) -> None:
        counter = Counter(bad_share_max=0.2, bad_share_window=10, tolerated_per_s=50)
        self.bad(counter, 3)
        self.resume(counter, **bound)
        self.bad(counter, tolerated + 2)
        assert not counter.switches.held
        assert counter.switches.rested_s.get(roles.PAYMENT_RECEIVED, 0.0) == pytest.approx(tolerated / 50)
        self.bad(counter, 1)
        assert counter.switches.held == {roles.PAYMENT_RECEIVED: "BAD_SHARE"}
        assert counter.gate.tolerated_to == {}
        assert len(counter.left(roles.REMINDER_DEAD_LETTERS).sent) == 3 + tolerated + 3, "each is put aside"
        assert len(counter.account.holds) == 3 + tolerated + 3, "each holds its account"

    def test_the_next_worker_tolerates_as_much(self) -> None:
        counter = Counter(bad_share_max=0.2, bad_share_window=10)
        self.bad(counter, 3)
        self.resume(counter, tolerated_to=20)
        successor = Counter(bad_share_max=0.2, bad_share_window=10)
        successor.app.table.update(counter.app.table)
        successor.positions = counter.positions
        self.bad(successor, 17)
        assert not successor.switches.held
        self.bad(successor, 3)
        assert successor.switches.held == {roles.PAYMENT_RECEIVED: "BAD_SHARE"}

    def test_a_later_word_takes_it_back(self) -> None:
        counter = Counter(bad_share_max=0.2, bad_share_window=10)
        self.resume(counter, tolerated_records=100)
        self.bad(counter, 20)
        self.resume(counter)
        self.bad(counter, 3)
        assert counter.switches.held == {roles.PAYMENT_RECEIVED: "BAD_SHARE"}

    def test_one_input_tolerates_nothing_of_another(self) -> None:
        counter = Counter(bad_share_max=0.2, bad_share_window=10)
        self.resume(counter, tolerated_records=100)
        self.bad(counter, 3, roles.REPAYMENT_MISSED)
        assert counter.switches.held == {roles.REPAYMENT_MISSED: "BAD_SHARE"}

    def test_the_next_worker_pauses_it_again(self) -> None:
        counter = Counter(bad_share_max=0.2, bad_share_window=10)
        self.bad(counter, 3)
        counter.tick(keys=(BEAT,))
        successor = Counter(bad_share_max=0.2, bad_share_window=10)
        successor.app.table.update(counter.app.table)
        successor.chunk(profile())
        assert successor.switches.held == {roles.PAYMENT_RECEIVED: "BAD_SHARE"}
        assert successor.switches.floor_ms == to_ms(NOW)

    def test_a_smaller_share_pauses_nothing_however_long_it_goes_on(self) -> None:
        counter = Counter(bad_share_max=0.2, bad_share_window=10)
        for _ in range(10):
            counter.chunk(*[profile()] * 5)
            counter.chunk(*[(roles.PROFILE_UPDATED, b"{")] * 1)
        assert counter.switches.held == {}

    def test_the_input_that_brings_the_resumption_is_never_paused(self) -> None:
        counter = Counter(bad_share_max=0.2, bad_share_window=10)
        self.bad(counter, 9, roles.CASE_UPDATED)
        assert counter.switches.held == {}
