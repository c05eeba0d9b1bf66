"""Whether the cluster is away, and what stands still although it is not: by instants that a test hands in."""

import logging
from collections.abc import Iterable

import pytest

from streams.transport.outages.reach import AWAY_S, STANDSTILL_S, Place, Reach, Standstill

PAYMENTS: Place = ("payment-received", 2)
CONTROLS: Place = ("reminder-controls", 0)
LEADERS = {PAYMENTS: 1, CONTROLS: 2}


@pytest.fixture(autouse=True)
def _logs_stay_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test calls away must not silence the tests that come after it."""
    monkeypatch.setattr("streams.transport.outages.reach.hush_while_away", lambda **_: None)


def look(reach: Reach, at_s: float, nodes: Iterable[int] = (), patience_s: float | None = AWAY_S) -> bool:
    for node in nodes:
        reach.heard(node, at_s)
    reach.look(at_s, LEADERS, patience_s)
    return reach.away


def test_silence_is_told_within_five_seconds_and_its_end_at_once(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    reach = Reach()
    assert not any(look(reach, at_s, [1]) for at_s in range(10))
    away = [at_s for at_s in range(10, 40) if look(reach, at_s)]
    assert away[0] - 9 <= 4, "one second is left for whoever asks what is so"
    assert away == list(range(away[0], 40))
    assert not look(reach, 40, [2])
    assert [record.getMessage() for record in caplog.records] == [
        "the cluster is away: no broker has answered for 3 s, nothing is sent",
        "the cluster is back after 31 s",
    ]


def test_a_broker_that_answers_is_enough() -> None:
    reach = Reach()
    assert not any(look(reach, at_s, [2]) for at_s in range(60))
    assert reach.answers(CONTROLS)
    assert not reach.answers(PAYMENTS), "its leader is silent"


def test_a_worker_that_never_reached_it_does_not_call_it_away() -> None:
    reach = Reach()
    assert not any(look(reach, at_s) for at_s in range(60))
    assert not reach.answers(PAYMENTS)


def test_where_nobody_asks_no_answer_is_missed() -> None:
    reach = Reach()
    look(reach, 0, [1])
    assert not any(look(reach, at_s, patience_s=None) for at_s in range(1, 60))


def test_a_process_that_was_frozen_does_not_take_its_own_sleep_for_the_clusters(
    caplog: pytest.LogCaptureFixture,
) -> None:
    reach = Reach()
    for at_s in range(5):
        look(reach, at_s, [1, 2])
    assert not look(reach, 200)
    assert not look(reach, 201, [1, 2])
    assert caplog.records == []


def test_after_it_was_away_it_answers_again() -> None:
    reach = Reach()
    look(reach, 0, [1, 2])
    for at_s in range(1, 20):
        look(reach, at_s)
    assert not reach.answers(PAYMENTS)
    look(reach, 20, [1])
    assert reach.answers(PAYMENTS)
    assert not reach.answers(CONTROLS)


def still(answers: Iterable[bool], stamps: Iterable[dict[Place, object]]) -> list[float]:
    """The instants, one look a second, at which something is told to stand still."""
    now = iter(answers)
    answering = False
    standstill = Standstill(lambda _place: answering)
    told = []
    for at_s, stamp in enumerate(stamps):
        answering = next(now)
        standstill.look(at_s, stamp)
        if standstill.told:
            told.append(float(at_s))
    return told


YES = [True] * 200
STILL: dict[Place, object] = {PAYMENTS: 17, CONTROLS: 4}


def test_what_stands_still_for_a_minute_although_it_answers_is_told() -> None:
    assert still(YES, [STILL] * 200)[0] == STANDSTILL_S


def test_it_is_told_by_name() -> None:
    standstill = Standstill(lambda place: place == CONTROLS)
    for at_s in range(62):
        standstill.look(at_s, STILL)
    assert standstill.told == (
        "nothing has been heard of reminder-controls partition 0 for 61 s although the cluster answers",
    )


def test_a_cluster_that_is_away_is_no_reason_and_the_minute_begins_when_it_is_back() -> None:
    assert still([False] * 1000, [STILL] * 1000) == []
    assert still([False] * 100 + YES, [STILL] * 200)[0] == 100 + STANDSTILL_S - 1


@pytest.mark.parametrize("often", [2, 30, 59])
def test_whoever_hears_something_now_and_then_is_slow_and_not_dead(often: int) -> None:
    assert still(YES * 10, [{PAYMENTS: at_s // often} for at_s in range(1000)]) == []


def test_what_is_not_to_be_read_just_now_is_not_missed() -> None:
    """A full buffer, a pause, a lost offset, a rebalance: it is not asked for."""
    assert still(YES * 10, [STILL if at_s % 50 else {} for at_s in range(1000)]) == []


def test_a_process_that_was_frozen_for_an_hour_is_not_dead() -> None:
    standstill = Standstill(lambda _place: True)
    standstill.look(0, STILL)
    standstill.look(3600, STILL)
    assert standstill.told == ()
