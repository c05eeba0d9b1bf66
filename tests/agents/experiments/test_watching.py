"""One look after the other: what harms is told until somebody stops it, and is stopped once."""

import asyncio
from collections.abc import Sequence

from agents.experiments.events import Complained, Event, Touched
from agents.experiments.figures import Counting
from agents.experiments.showing import HEAD, as_json, notes, rows, title
from agents.experiments.watching import Watch, WatchState
from schemas.policy.policies import Policy
from tests.agents.decisions.story import rulebook
from tests.agents.experiments.records import EXPERIMENT

POLICY: Policy = rulebook(experiments=[EXPERIMENT, {**EXPERIMENT, "code": "Y"}]).policy
SENT: list[Event] = [Touched(n, f"p{n}", "X", "SOFT") for n in range(20)]
HARM: list[Event] = [Complained(30, "p1", "c")]


class WatchTold:
    """Rounds that were written down beforehand, and the last of them again."""

    def __init__(self, *rounds: Sequence[Event]) -> None:
        self._rounds = list(rounds)

    async def round(self, counting: Counting) -> None:
        for event in self._rounds.pop(0) if self._rounds else ():
            counting.add(event)


class Noted:
    """A register that remembers what was stopped."""

    def __init__(self, *stopped: str) -> None:
        self.controls = set(stopped)
        self.reasons: list[tuple[str, str, str]] = []

    async def stopped(self, policy: str) -> frozenset[str]:
        assert policy == POLICY.id
        return frozenset(self.controls)

    async def stop(self, policy: str, experiment: str, reason: str) -> None:
        self.controls.add(experiment)
        self.reasons.append((policy, experiment, reason))


def looks(count: int, told: WatchTold, register: Noted, *, act: bool, accounts_max: int = 1000) -> list[WatchState]:
    watch = Watch(POLICY, told, Counting(accounts_max=accounts_max), register, act=act)

    async def run() -> list[WatchState]:
        return [await watch.look() for _ in range(count)]

    return asyncio.run(run())


def test_what_harms_is_told_again_and_again_and_nothing_is_done() -> None:
    register = Noted()
    first, second, third = looks(3, WatchTold(SENT, HARM), register, act=False)
    assert (first.harmful, [v.experiment for v in second.harmful], second.harmful) == ((), ["X"], third.harmful)
    assert register.reasons == []


def test_who_acts_stops_it_once_with_the_figures() -> None:
    register = Noted()
    first, second, third = looks(3, WatchTold(SENT, HARM), register, act=True)
    why = "stop rule of X: arm SOFT: 1 complaints in 20 messages, 50.0 per 1,000, over 40"
    assert register.reasons == [("cn-consumer", "X", why)]
    assert [look.acted for look in (first, second, third)] == [(), ("X",), ()]
    assert [look.harmful for look in (first, second, third)] == [(), (), ()]


def test_what_somebody_has_stopped_before_is_let_be() -> None:
    register = Noted("X")
    (look,) = looks(1, WatchTold(SENT + HARM), register, act=True)
    assert (register.reasons, look.harmful, look.acted) == ([], (), ())


def test_a_look_in_words() -> None:
    (look,) = looks(1, WatchTold(SENT + HARM), Noted(), act=False)
    assert [title(look, verdict) for verdict in look.verdicts] == [
        "Experiment X of cn-consumer: its stop rule is BROKEN",
        "Experiment Y of cn-consumer: too few messages yet: SOFT",
    ]
    table = list(rows(look, look.experiments[0]))
    assert table == [
        ("SOFT", 99, 20, 0, 20, 1, "50.0", 0, "0.0", 0),
        ("OUT (hold-out)", 1, 0, 0, 0, 0, "0.0", 0, "0.0", 0),
    ]
    assert {len(row) for row in table} == {len(HEAD)}
    assert list(notes(look)) == []


def test_what_bounds_the_figures_is_told() -> None:
    (look,) = looks(1, WatchTold(SENT), Noted(), act=False, accounts_max=15)
    (since, cap) = notes(look._replace(counted_from_ms=86_400_000))
    assert since.startswith("counted from 1970-01-02T00:00:00+00:00 on")
    assert cap.startswith("5 accounts were forgotten")


def test_a_look_for_programs_tells_states_and_rates_and_nobodys_account() -> None:
    harm, stopped = (
        looks(1, WatchTold(SENT + HARM), Noted(), act=False)[0],
        looks(1, WatchTold(SENT), Noted("X"), act=False)[0],
    )
    body = as_json(harm)
    assert [told["state"] for told in body["experiments"]] == ["broken", "too_few"]
    assert [told["state"] for told in as_json(stopped)["experiments"]] == ["stopped", "too_few"]
    soft = body["experiments"][0]["arms"][0]
    assert (soft["arm"], soft["sent"], soft["complaints_per_1000"], soft["hold_out"]) == ("SOFT", 20, 50.0, False)
    assert body["experiments"][0]["breaches"] == [
        {"arm": "SOFT", "what": "complaints", "times": 1, "sent": 20, "limit": 40.0}
    ]
    assert "p1" not in str(body)


def test_an_arm_that_only_an_earlier_version_has_is_shown() -> None:
    (look,) = looks(1, WatchTold([Touched(1, "p", "X", "OLD")]), Noted(), act=False)
    assert [row[:3] for row in rows(look, look.experiments[0])][2:] == [("OLD", 0, 1)]
