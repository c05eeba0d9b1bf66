"""The controls as a whole: what is paused, who is let in, and that doubt closes everything."""

import json
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any, TypeVar, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.decisions.policy.controls import RECALLS_MAX, ControlState, Recallable, follow, is_recalled
from schemas.controls import (
    SINCE_2,
    AllowListSet,
    AnyControl,
    Control,
    ControlDismissed,
    PolicyActivated,
    RemindersRecalled,
    Scope,
    SendingPaused,
    SendingResumed,
    version_of,
)
from schemas.reading import Reason, UnusableInput, read_control
from schemas.values.instants import to_ms
from tests.agents.decisions.story import BOOK
from tests.schemas.samples import CONTROL

TIME = datetime(2026, 3, 2, 9, tzinfo=UTC)
HASH = "0" * 32
Told = TypeVar("Told", bound=Control)
_numbers = count()


def told(kind: type[Told], **fields: Any) -> Told:
    given = {"control_id": f"c{next(_numbers)}", "time": TIME, "by": "u-7", "reason": "a wrong text", **fields}
    return kind(schema_version=version_of(fields), **given)


def paused(control_id: str = "pause", **scope: str) -> SendingPaused:
    return told(SendingPaused, control_id=control_id, scope=Scope(**scope))


def resumed(pause_id: str = "pause") -> SendingResumed:
    return told(SendingResumed, pause_id=pause_id)


def controls(*controls: AnyControl | None) -> ControlState:
    stands = ControlState()
    for offset, control in enumerate(controls):
        stands = follow(stands, offset, control)
    return stands


def pause_of(
    stands: ControlState, stage: str = "FIRM", segment: str | None = "low", account: str = "A-1"
) -> str | None:
    pause = stands.pause_for("cn", "cn-consumer", stage, () if segment is None else (segment,), account)
    return None if pause is None else pause.control_id


def test_nothing_said_stops_nothing() -> None:
    assert pause_of(ControlState()) is None
    assert ControlState().admitted_from_ms("A-1") == 0
    assert controls(paused(), paused("b")).offset == 2


@pytest.mark.parametrize(
    ("scope", "covered"),
    [
        ({}, True),
        ({"pack": "cn"}, True),
        ({"pack": "uk"}, False),
        ({"policy": "cn-consumer", "stage": "FIRM", "segment": "low"}, True),
        ({"policy": "cn-consumer", "stage": "LAST"}, False),
        ({"segment": "high"}, False),
    ],
)
def test_a_pause_covers_what_matches_all_of_its_scope(scope: dict[str, str], covered: bool) -> None:
    assert (pause_of(controls(paused(**scope))) is not None) == covered


def test_a_pause_of_one_account_leaves_all_others_alone() -> None:
    stands = controls(paused(account="A-1", stage="FIRM"))
    assert pause_of(stands, account="A-1") == "pause"
    assert pause_of(stands, account="A-2") is None
    assert pause_of(stands, account="A-1", stage="LAST") is None


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ({}, {"r-1", "r-2", "r-3"}),
        ({"scope": Scope(account="A-1")}, {"r-1", "r-2"}),
        ({"reminder_id": "r-2"}, {"r-2"}),
        ({"scope": Scope(account="A-1"), "reminder_id": "r-3"}, set()),
    ],
)
def test_a_recall_means_one_account_or_one_message(asked: dict[str, Any], meant: set[str]) -> None:
    recalls = controls(told(RemindersRecalled, **asked)).recalls
    of = (("A-1", "r-1"), ("A-1", "r-2"), ("B-1", "r-3"))
    left = [Recallable(account, name, "FIRM", to_ms(TIME)) for account, name in of]
    assert {one.reminder_id for one in left if is_recalled(recalls, BOOK.policy, one)} == meant


def test_what_version_1_cannot_say_is_said_under_version_2_and_nothing_else() -> None:
    """A worker of before would take a pause of one account for a pause of everybody."""
    one, everybody = {**CONTROL, "scope": {"account": "A-1"}}, {**CONTROL, "scope": {"stage": "FIRM"}}
    for body, version in ((one, 1), (everybody, 2), ({**CONTROL, "reminder_id": "r"}, 1), (everybody, True)):
        with pytest.raises(UnusableInput) as caught:
            read_control(json.dumps({**body, "type": "reminders.recalled", "schema_version": version}).encode())
        assert caught.value.reason == Reason.UNKNOWN_VERSION
    read = read_control(json.dumps({**one, "type": "sending.paused", "schema_version": 2}).encode())
    assert read == paused("c-1", account="A-1").model_copy(update={"time": read.time})


def test_a_control_of_before_is_written_byte_for_byte_as_before() -> None:
    written = told(RemindersRecalled, control_id="c-1", scope=Scope(stage="FIRM")).model_dump_json()
    assert written == (
        '{"schema_version":1,"control_id":"c-1","time":"2026-03-02T09:00:00Z","by":"u-7","reason":"a wrong text",'
        '"type":"reminders.recalled","scope":{"pack":null,"policy":null,"stage":"FIRM","segment":null},'
        '"issued_from":null}'
    )


def test_what_is_later_than_version_1_is_there() -> None:
    fields = {f"scope.{name}" for name in Scope.model_fields}
    fields |= {name for kind in get_args(AnyControl) for name in kind.model_fields}
    types = {name for kind in get_args(AnyControl) for name in get_args(kind.model_fields["type"].annotation)}
    assert fields | types >= SINCE_2


def test_an_account_without_a_segment_is_in_none() -> None:
    stands = controls(paused(segment="low"))
    assert pause_of(stands, segment=None) is None
    assert pause_of(controls(paused(stage="FIRM")), segment=None) == "pause"


def test_a_pause_ends_by_its_own_id_and_another_goes_on() -> None:
    stands = controls(paused("a"), paused("b", stage="FIRM"), resumed("a"))
    assert pause_of(stands) == "b"
    assert pause_of(stands, stage="LAST") is None


def test_two_different_pauses_of_one_id_both_stand() -> None:
    stands = controls(paused("a", stage="FIRM"), paused("a", stage="LAST"))
    assert (pause_of(stands, stage="FIRM"), pause_of(stands, stage="LAST")) == ("a", "a")


STOPS = st.lists(
    st.sampled_from([paused("a"), paused("b", stage="FIRM"), paused("c", stage="LAST"), resumed("a"), resumed("b")]),
    max_size=8,
)


@given(STOPS, st.randoms(use_true_random=False))
def test_pauses_and_resumes_lead_to_the_same_in_any_order_and_with_repeats(stops: list[Any], chance: Any) -> None:
    shuffled = [*stops, *stops[:3]]
    chance.shuffle(shuffled)
    ended = {stop.pause_id for stop in stops if isinstance(stop, SendingResumed)}
    left = {stop.control_id for stop in stops if isinstance(stop, SendingPaused)} - ended
    for said in (stops, shuffled):
        assert {pause.control_id for pause in controls(*said).pauses} == left


def test_only_the_listed_are_written_to_until_the_mode_ends() -> None:
    stands = controls(told(AllowListSet, accounts=("A-1", "A-2")))
    assert stands.admitted_from_ms("A-1") == 0
    assert stands.admitted_from_ms("A-3") is None
    replaced = follow(stands, 1, told(AllowListSet, accounts=("A-3",)))
    assert (replaced.admitted_from_ms("A-1"), replaced.admitted_from_ms("A-3")) == (None, 0)
    assert controls(told(AllowListSet, accounts=())).admitted_from_ms("A-1") is None
    assert follow(replaced, 2, told(AllowListSet)).admitted_from_ms("A-1") == 0


def test_all_others_are_let_in_evenly_each_at_an_instant_of_its_own() -> None:
    stands = controls(told(AllowListSet, accounts=("A-1",), others_over_minutes=100))
    assert stands.admitted_from_ms("A-1") == 0
    start_ms = to_ms(TIME)
    instants = [stands.admitted_from_ms(f"B-{number}") for number in range(2_000)]
    minutes = [(instant - start_ms) / 60_000 for instant in instants if instant is not None]
    assert len(minutes) == 2_000
    assert min(minutes) >= 0
    assert max(minutes) < 100
    quarters = [sum(1 for minute in minutes if quarter <= minute / 25 < quarter + 1) for quarter in range(4)]
    assert all(420 < of_quarter < 580 for of_quarter in quarters)
    assert instants == [stands.admitted_from_ms(f"B-{number}") for number in range(2_000)]


def test_recalls_are_kept_in_order_with_their_offsets_and_the_oldest_go() -> None:
    asked = [told(RemindersRecalled, control_id=f"r{number}") for number in range(RECALLS_MAX + 5)]
    recalls = controls(*asked).recalls
    assert [recall.offset for recall in recalls] == list(range(5, RECALLS_MAX + 5))
    assert recalls[-1].control is asked[-1]


def test_the_version_of_the_latest_day_decides_then_the_last_one_told() -> None:
    def activated(version: str, day: int, policy: str = "cn-consumer") -> PolicyActivated:
        return told(
            PolicyActivated, policy=policy, version=version, policy_hash=HASH, effective_from=date(2026, 3, day)
        )

    stands = controls(activated("v3", 9), activated("v1", 2), activated("v2", 5), activated("v2b", 5))
    versions = [
        None if (found := stands.active("cn-consumer", date(2026, 3, day))) is None else found.version
        for day in (1, 2, 5, 8, 9)
    ]
    assert versions == [None, "v1", "v2b", "v2b", "v3"]
    assert stands.active("other", date(2026, 3, 9)) is None


def test_what_cannot_be_read_stands_until_it_is_dismissed() -> None:
    stands = controls(None, paused(), None)
    assert stands.unreadable == (0, 2)
    stands = follow(stands, 3, told(ControlDismissed, offset=0))
    assert stands.unreadable == (2,)
    assert follow(stands, 4, told(ControlDismissed, offset=1)).unreadable == (2,)
    assert pause_of(stands) == "pause"


def test_a_dismissal_that_a_replay_puts_first_counts_but_none_dismisses_what_comes_later() -> None:
    told_at_5 = follow(ControlState(), 5, told(ControlDismissed, offset=2))
    assert follow(told_at_5, 2, None).unreadable == ()
    told_at_1 = follow(ControlState(), 1, told(ControlDismissed, offset=2))
    assert follow(told_at_1, 2, None).unreadable == (2,)


def test_a_control_is_read_with_who_and_why() -> None:
    body = {**CONTROL, "type": "sending.paused", "scope": {"stage": "FIRM", "added_next_year": 1}}
    control = read_control(json.dumps(body).encode())
    assert control == SendingPaused(
        control_id="c-1",
        time=datetime(2026, 3, 1, 16, tzinfo=UTC),
        by="u-7",
        reason="a wrong text",
        scope=Scope(stage="FIRM"),
    )
    assert control.time.utcoffset() == timedelta(hours=8)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (None, Reason.TOMBSTONE),
        (b"stop!", Reason.NOT_JSON),
        (b"[]", Reason.NOT_AN_OBJECT),
        (b'{"type":"sending.paused","type":"sending.resumed"}', Reason.DUPLICATE_KEY),
        (json.dumps(CONTROL).encode(), Reason.MISSING_FIELD),
        (json.dumps({**CONTROL, "type": "sending.slowed"}).encode(), Reason.UNKNOWN_TYPE),
        (json.dumps({**CONTROL, "type": "sending.paused", "by": None}).encode(), Reason.WRONG_TYPE),
        (json.dumps({**CONTROL, "type": "sending.paused", "schema_version": 2}).encode(), Reason.UNKNOWN_VERSION),
        (json.dumps({**CONTROL, "type": "sending.paused", "reason": ""}).encode(), Reason.BAD_VALUE),
    ],
)
def test_a_control_that_cannot_be_read_says_why(value: bytes | None, reason: Reason) -> None:
    with pytest.raises(UnusableInput) as caught:
        read_control(value)
    assert caught.value.reason == reason
