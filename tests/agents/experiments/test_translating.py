"""What of a record matters: decisions of real stories, and facts as a worker would take them."""

from typing import Any

import pytest

from agents.experiments.events import Complained, Cured, Event, OptOutEvent, Touched
from agents.experiments.translating import told
from schemas.values.instants import to_ms
from streams import roles
from tests.agents.decisions.story import (
    ACCOUNT,
    Story,
    StorySaid,
    at,
    complained,
    missed,
    paid,
    profile,
    replied,
    rulebook,
)
from tests.agents.experiments.records import EXPERIMENT, WATCHED, Lying, fact, lying

SHARES = {"SOFT": ("SOFT", "OUT"), "OUT": ("OUT", "SOFT")}


def decided(arm: str, **more: Any) -> list[Event]:
    """What a story of an account in that arm, reminded twice and then paid, is to the watcher."""
    first, second = ({"code": code, "silent": code == "OUT"} for code in SHARES[arm])
    arms = [{**first, "share": 99}, {**second, "share": 1}]
    story = Story(rulebook(experiments=[{**EXPERIMENT, "arms": arms, **more}])).on("2026-03-01 10:00", profile())
    story.on("2026-03-02 00:00", missed("1", "2026-03-01", 100_00)).tick_until("2026-03-09 12:00")
    story.on("2026-03-10 10:00", paid(100_00, to={"1": 100_00}))
    events = [told(roles.REMINDER_DECISIONS, lying(decision), WATCHED).event for decision in story.decisions]
    return [event for event in events if event is not None]


def ms(when: str) -> int:
    return to_ms(at(when))


def test_messages_and_the_cure_of_an_arm() -> None:
    assert decided("SOFT") == [
        Touched(ms("2026-03-02 09:00"), ACCOUNT, "X", "SOFT"),
        Touched(ms("2026-03-08 09:00"), ACCOUNT, "X", "SOFT"),
        Cured(ms("2026-03-10 10:00"), ACCOUNT),
    ]


def test_what_the_hold_out_would_have_got() -> None:
    touched = [event for event in decided("OUT") if isinstance(event, Touched)]
    assert {(event.arm, event.withheld) for event in touched} == {("OUT", True)}
    assert len(touched) == 2


def test_other_experiments_and_accounts_in_none_are_not_watched() -> None:
    cure = Cured(ms("2026-03-10 10:00"), ACCOUNT)
    assert decided("SOFT", code="Z") == [cure]
    assert decided("SOFT", first_day="2026-03-20") == [cure]


def test_another_policys_decisions_are_not_watched() -> None:
    story = Story(rulebook(id="other", experiments=[EXPERIMENT])).on("2026-03-01 10:00", profile())
    story.on("2026-03-02 00:00", missed("1", "2026-03-01", 100_00)).tick_until("2026-03-03 12:00")
    assert story.reminders
    assert [told(roles.REMINDER_DECISIONS, lying(d), WATCHED).event for d in story.decisions] == [None, None]


NOON = ms("2026-03-05 10:00")


@pytest.mark.parametrize(
    ("role", "said", "event"),
    [
        (roles.CASE_UPDATED, complained("c"), Complained(NOON, ACCOUNT, "c")),
        (roles.CASE_UPDATED, replied("STOP"), OptOutEvent(NOON, ACCOUNT, "r")),
        (roles.CASE_UPDATED, replied("td"), OptOutEvent(NOON, ACCOUNT, "r")),
        (roles.CASE_UPDATED, replied("PAID"), None),
        (roles.CASE_UPDATED, StorySaid(profile().model, profile().fields), None),
        (roles.PROFILE_UPDATED, profile(), None),
        (roles.PROFILE_UPDATED, profile(opt_outs=({"scope": "all"},)), OptOutEvent(NOON, ACCOUNT)),
        (roles.PROFILE_UPDATED, profile(opt_outs=({"scope": "channel", "value": "sms"},)), OptOutEvent(NOON, ACCOUNT)),
        (roles.PROFILE_UPDATED, profile(opt_outs=({"scope": "channel", "value": "email"},)), None),
        (
            roles.PROFILE_UPDATED,
            profile(opt_outs=({"scope": "address", "value": "+8613800138000"},)),
            OptOutEvent(NOON, ACCOUNT),
        ),
        (roles.PROFILE_UPDATED, profile(opt_outs=({"scope": "address", "value": "+8613800138001"},)), None),
    ],
)
def test_facts(role: str, said: StorySaid, event: Event | None) -> None:
    assert told(role, fact(said), WATCHED).event == event


@pytest.mark.parametrize("value", [b"", None, b'{"type":"complaint.received"', b'{"x":"complaint.received"}'])
def test_what_a_worker_puts_aside_is_nothing(value: bytes | None) -> None:
    record = Lying(b"A-1", value, 7)
    assert told(roles.CASE_UPDATED, record, WATCHED) == (7, None)
    assert told(roles.REMINDER_DECISIONS, record, WATCHED) == (7, None)


def test_another_accounts_key_is_nothing() -> None:
    assert told(roles.CASE_UPDATED, fact(complained())._replace(key=b"A-2"), WATCHED).event is None


def test_a_record_is_told_when_it_says_but_never_after_its_timestamp() -> None:
    record = fact(complained())
    assert told(roles.CASE_UPDATED, record._replace(timestamp=NOON + 9), WATCHED).at_ms == NOON
    assert told(roles.CASE_UPDATED, record._replace(timestamp=NOON - 9), WATCHED).at_ms == NOON - 9
