"""Hand-offs end as surely as they begin: each way in which a case is taken back, so that nobody phones a payer."""

import pytest

from tests.agents.decisions.story import (
    Story,
    StorySaid,
    agreed,
    at,
    complained,
    decided,
    ended,
    hold,
    lifted,
    missed,
    paid,
    plan_ended,
    profile,
    promised,
    replied,
    rulebook,
)

HANDED = "03-31 00:00 handed-off DAYS_PAST_DUE 10000"


def handed_off() -> Story:
    """One instalment of 100.00 due on 1 March; since 31 March a person has the case."""
    story = Story().on("2026-03-01 10:00", profile()).on("2026-03-02 00:00", missed("1", "2026-03-01", 100_00))
    story.tick_until("2026-04-01 00:00")
    story.expect(
        "03-02 09:00 opened L/1",
        "03-02 09:00 issued FRIENDLY 10000",
        "03-08 09:00 escalated FIRM 10000",
        "03-16 09:00 escalated LAST 10000",
        HANDED,
    )
    story.why(*story.reasons())
    return story


def test_money_takes_it_back_and_closes_the_cycle() -> None:
    handed_off().on("2026-04-02 10:00", paid(100_00)).expect(
        "04-02 10:00 withdrawn CURED", "04-02 10:00 closed L/1 CURED"
    )


@pytest.mark.parametrize("outcome", ["sold", "closed", "written_off"])
def test_the_end_of_the_account_takes_it_back_and_closes_the_cycle(outcome: str) -> None:
    story = handed_off().on("2026-04-02 10:00", hold(kind="deceased"), ended(outcome))
    code = f"ACCOUNT_{outcome.upper()}"
    story.expect("04-02 10:00 withdrawn HOLD_DECEASED", f"04-02 10:00 closed L/1 {code}")
    story = handed_off().on("2026-04-02 10:00", ended(outcome))
    story.expect(f"04-02 10:00 withdrawn {code}", f"04-02 10:00 closed L/1 {code}")


@pytest.mark.parametrize(
    ("begins", "code", "ends"),
    [
        (hold(), "HOLD_DISPUTE", lifted()),
        (agreed({"2026-06-01": 100_00}), "PLAN", plan_ended("cancelled")),
        (complained(), "COMPLAINT", lifted("complaint/c")),
        (hold(kind="deceased"), "HOLD_DECEASED", lifted()),
        (decided("silent_until", at("2026-06-01 00:00")), "STAFF", decided("silent_until", at("2026-04-05 10:00"))),
    ],
)
def test_a_silence_takes_it_back_and_its_end_brings_it_again(begins: StorySaid, code: str, ends: StorySaid) -> None:
    story = handed_off().on("2026-04-02 10:00", begins).expect(f"04-02 10:00 withdrawn {code}")
    assert f"04-02 10:00 withdrawn {code} -" in story.reasons()
    story.tick_until("2026-04-05 09:00").silent()
    story.on("2026-04-05 10:00", ends).tick_until("2026-06-30 00:00")
    story.expect("04-05 10:00 handed-off DAYS_PAST_DUE 10000")


@pytest.mark.parametrize(
    ("begins", "code", "again"),
    [
        (hold(until=at("2026-04-05 10:00")), "HOLD_DISPUTE", "04-05 10:00"),
        (promised(50_00, "2026-04-05"), "PROMISE", "04-07 00:00"),
        (agreed({"2026-04-05": 50_00}), "PLAN", "04-09 00:00"),
        (decided("silent_until", at("2026-04-05 10:00")), "STAFF", "04-05 10:00"),
        (replied("PAID"), "CLAIMS_PAID", "04-04 00:00"),
    ],
)
def test_a_silence_with_an_end_gives_it_back_by_itself(begins: StorySaid, code: str, again: str) -> None:
    story = handed_off().on("2026-04-02 10:00", begins).expect(f"04-02 10:00 withdrawn {code}")
    story.tick_until("2026-06-30 00:00").expect(f"{again} handed-off DAYS_PAST_DUE 10000")


def test_a_silence_that_ended_before_it_was_told_takes_nothing_back() -> None:
    placed, lift = hold(time=at("2026-04-02 08:00")), lifted(time=at("2026-04-02 09:00"))
    handed_off().on("2026-04-02 10:00", lift, placed).silent()
    handed_off().on("2026-04-02 10:00", hold(until=at("2026-04-01 10:00"))).silent()


@pytest.mark.parametrize("said", [replied("STOP"), profile(phone=None, source_version=1)])
def test_what_only_forbids_messages_takes_nothing_back(said: StorySaid) -> None:
    handed_off().on("2026-04-02 10:00", said).tick_until("2026-06-30 00:00").silent()


def test_a_hold_without_an_end_is_not_forgotten() -> None:
    story = handed_off().on("2026-04-02 10:00", hold()).expect("04-02 10:00 withdrawn HOLD_DISPUTE")
    story.tick_until("2026-06-30 00:00").expect("04-23 00:00 handed-off BLOCKED_TOO_LONG 10000")
    assert "04-02 10:00 blocked HOLD_DISPUTE HAND_OFF" in story.reasons()
    # It came in spite of the hold, so neither this one nor another takes it back; the end does.
    story.on("2026-07-01 10:00", hold("H2"), promised(50_00, "2026-07-05")).tick_until("2026-08-01 00:00").silent()
    story.on("2026-08-02 10:00", paid(100_00)).expect("08-02 10:00 withdrawn CURED", "08-02 10:00 closed L/1 CURED")


@pytest.mark.parametrize("kind", ["deceased", "cease_contact", "Bankruptcy", "REPRESENTED"])
def test_nobody_phones_under_a_hold_of_the_last_kind_however_long(kind: str) -> None:
    story = Story().on("2026-03-02 00:00", profile(), missed("1", "2026-03-01", 100_00), hold(kind=kind))
    story.tick_until("2026-12-31 00:00").silent()
    assert story.reasons()[0] == f"03-02 09:00 blocked HOLD_{kind.upper()} FRIENDLY"
    # Nor when everything had been said before.
    story = Story().on("2026-03-02 00:00", profile(), missed("1", "2026-03-01", 100_00)).tick_until("2026-03-17 00:00")
    story.on("2026-03-25 10:00", hold(kind=kind)).tick_until("2026-12-31 00:00")
    assert story.reasons()[-1] == f"03-31 00:00 blocked HOLD_{kind.upper()} HAND_OFF"


def test_a_death_takes_back_what_no_other_silence_does() -> None:
    story = handed_off().on("2026-04-02 10:00", hold()).tick_until("2026-04-30 00:00")
    story.expect("04-02 10:00 withdrawn HOLD_DISPUTE", "04-23 00:00 handed-off BLOCKED_TOO_LONG 10000")
    story.on("2026-05-01 10:00", hold("Z", "deceased")).expect("05-01 10:00 withdrawn HOLD_DECEASED")
    story.tick_until("2026-12-31 00:00").silent()


def test_a_reply_that_was_answered_stays_with_the_person() -> None:
    story = Story().on("2026-03-02 00:00", profile(), missed("1", "2026-03-01", 100_00))
    story.on("2026-03-03 10:00", replied("HELP")).tick_until("2026-03-03 12:00")
    assert story.messages[-1].type == "case.handed-off"
    story.on("2026-03-04 10:00", hold(), promised(50_00, "2026-03-20")).tick_until("2026-06-01 00:00")
    assert [message.type for message in story.messages][-2:] == ["case.handed-off", "reminder.cancelled"]


def test_a_case_of_two_currencies_is_taken_back_and_comes_again_too() -> None:
    story = Story().on("2026-03-02 00:00", profile(), missed("1", "2026-03-01", 100_00))
    story.on("2026-03-02 01:00", missed("9", "2026-03-01", 50_00, currency="USD")).tick_until("2026-03-03 00:00")
    story.expect("03-02 01:00 opened L/1", "03-02 01:00 handed-off SECOND_CURRENCY 10000")
    story.on("2026-03-04 10:00", hold(until=at("2026-03-06 10:00"))).expect("03-04 10:00 withdrawn HOLD_DISPUTE")
    story.tick_until("2026-06-01 00:00").expect("03-06 10:00 handed-off SECOND_CURRENCY 10000")


def test_the_days_past_due_wait_for_a_silence_that_began_before_them() -> None:
    story = Story().on("2026-03-02 00:00", profile(), missed("1", "2026-03-01", 100_00))
    story.on("2026-03-20 10:00", hold(until=at("2026-04-10 10:00"))).tick_until("2026-06-01 00:00")
    assert [message.type for message in story.messages][-1] == "case.handed-off"
    assert story.decisions[-1].now == at("2026-04-10 10:00")


def test_the_first_of_the_last_kinds_is_told_of_several_holds() -> None:
    held = hold("A", "dispute"), hold("B", "bankruptcy"), hold("C", "deceased")
    story = Story().on("2026-03-02 00:00", profile(), missed("1", "2026-03-01", 100_00), *held)
    story.tick_until("2026-03-03 00:00").why("03-02 09:00 blocked HOLD_DECEASED FRIENDLY")
    story.on("2026-03-03 10:00", lifted("C"), lifted("B")).tick_until("2026-03-03 20:00")
    story.why("03-03 10:00 blocked HOLD_DISPUTE FRIENDLY")


def test_without_a_rule_nothing_is_handed_off_but_what_asks_for_a_person() -> None:
    story = Story(rulebook(hand_off=None)).on("2026-03-02 00:00", profile(), missed("1", "2026-03-01", 100_00), hold())
    story.tick_until("2026-09-01 00:00").silent()
    story.on("2026-09-01 10:00", replied("HELP")).tick_until("2026-09-02 00:00")
    assert story.messages[-1].type == "case.handed-off"
