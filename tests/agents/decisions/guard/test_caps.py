"""How often one person may be contacted: periods of local days, what counts, what is given back, and when it ends."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from agents.decisions.guard.caps import contacts, contacts_say, counters
from agents.decisions.policy.rulebook import Rulebook
from schemas import cases
from schemas.policy.packs import Pack
from schemas.stored.accounts import NEVER_MS, Account, Sent
from schemas.stored.case_files import CaseFile, Contact
from schemas.values.instants import to_ms
from tests.agents.decisions.story import OPEN, Story, StorySaid, at, contacted, missed, paid, profile, replied, rulebook

SHANGHAI, LOS_ANGELES = "Asia/Shanghai", "America/Los_Angeles"
SOURCED = {"basis": "policy", "source": "a test", "confidence": "P"}


def rule(number: int = 1, **more: Any) -> dict[str, Any]:
    return {"id": f"TT-RULE-{number}", "kind": "cap", "period": "rolling", **SOURCED, **more}


def under(*rules: dict[str, Any], **changes: Any) -> Rulebook:
    """The shipped policy under a pack of open hours and these rules."""
    raw = OPEN.pack.model_dump()
    pack = Pack.model_validate({**raw, "rules": [*raw["rules"], *rules]})
    return rulebook(OPEN._replace(pack=pack), **changes)


def sent_on(*instants: str, zone: str = SHANGHAI) -> Account:
    """An account to which a reminder left at each of these times."""
    times = [at(text, zone) for text in instants]
    sent = tuple(
        Sent(str(n), "L/1", "S", 1, to_ms(t), to_ms(t), 1, -1, "+86", day=t.date()) for n, t in enumerate(times)
    )
    return Account(NEVER_MS, 1, "A-1", sent=sent)


def until(account: Account, policy: Rulebook, now: str, zone: str = SHANGHAI, stops: str = "messages") -> str | None:
    """Until when one more is not allowed, in the zone; None when it is allowed."""
    found = contacts_say(account, policy, zone, stops, to_ms(at(now, zone)))
    if found is None:
        return None
    instant = datetime.fromtimestamp(found.until_ms / 1000, at(now, zone).tzinfo)
    return f"{found.code} {found.rule} {instant:%Y-%m-%d %H:%M}"


# Periods


@pytest.mark.parametrize(
    ("period", "sent", "now", "ends"),
    [
        ({"limit": 1, "days": 1, "period": "calendar"}, ["2026-03-04 09:00"], "2026-03-04 23:59", "2026-03-05"),
        ({"limit": 1, "days": 1, "period": "calendar"}, ["2026-03-04 23:59"], "2026-03-05 00:00", None),
        ({"limit": 2, "days": 1, "period": "calendar"}, ["2026-03-04 09:00"], "2026-03-04 10:00", None),
        # A week begins on Monday: 2 March 2026 is one.
        ({"limit": 1, "days": 7, "period": "calendar"}, ["2026-03-02 09:00"], "2026-03-08 23:59", "2026-03-09"),
        ({"limit": 1, "days": 7, "period": "calendar"}, ["2026-03-08 09:00"], "2026-03-08 10:00", "2026-03-09"),
        ({"limit": 1, "days": 7, "period": "calendar"}, ["2026-03-08 09:00"], "2026-03-09 00:00", None),
        ({"limit": 1, "days": 31, "period": "calendar"}, ["2026-02-01 09:00"], "2026-02-28 23:59", "2026-03-01"),
        ({"limit": 1, "days": 31, "period": "calendar"}, ["2026-01-31 09:00"], "2026-02-01 00:00", None),
        ({"limit": 1, "days": 31, "period": "calendar"}, ["2026-12-31 09:00"], "2026-12-31 10:00", "2027-01-01"),
        # Of seven rolling days today is the last.
        ({"limit": 1, "days": 7}, ["2026-03-02 20:00"], "2026-03-08 23:59", "2026-03-09"),
        ({"limit": 1, "days": 7}, ["2026-03-02 20:00"], "2026-03-09 00:00", None),
        ({"limit": 1, "days": 1}, ["2026-03-02 20:00"], "2026-03-02 21:00", "2026-03-03"),
        # It ends when the oldest of the last `limit` falls out, not the oldest of all.
        ({"limit": 2, "days": 7}, ["2026-03-02 09:00", "2026-03-05 09:00"], "2026-03-06 09:00", "2026-03-09"),
        ({"limit": 1, "days": 7}, ["2026-03-02 09:00", "2026-03-05 09:00"], "2026-03-06 09:00", "2026-03-12"),
        ({"limit": 2, "days": 31}, ["2026-03-01 09:00", "2026-03-02 09:00"], "2026-03-31 09:00", "2026-04-01"),
        ({"limit": 2, "days": 31}, ["2026-03-01 09:00", "2026-03-02 09:00"], "2026-04-01 00:00", None),
    ],
)
def test_a_period_is_counted_in_local_days(period: dict[str, Any], sent: list[str], now: str, ends: str | None) -> None:
    found = until(sent_on(*sent), under(rule(**period)), now)
    assert found == (None if ends is None else f"CAP_REACHED TT-RULE-1 {ends} 00:00")


def test_of_several_caps_the_one_that_ends_last_is_told() -> None:
    policy = under(rule(1, limit=1), rule(2, limit=1, days=3), rule(3, limit=1, days=2))
    assert until(sent_on("2026-03-02 09:00"), policy, "2026-03-02 10:00") == "CAP_REACHED TT-RULE-2 2026-03-05 00:00"


def test_what_left_before_midnight_counts_for_the_day_on_which_it_left() -> None:
    policy = under(rule(limit=1))
    assert until(sent_on("2026-03-02 23:59"), policy, "2026-03-02 23:59") == "CAP_REACHED TT-RULE-1 2026-03-03 00:00"
    assert until(sent_on("2026-03-02 23:59"), policy, "2026-03-03 00:00") is None


@pytest.mark.parametrize(
    ("day", "midnight_utc"), [("2026-03-07", "2026-03-08 08:00"), ("2026-03-08", "2026-03-09 07:00")]
)
def test_the_end_is_local_midnight_also_where_clocks_change(day: str, midnight_utc: str) -> None:
    account, policy = sent_on(f"{day} 09:00", zone=LOS_ANGELES), under(rule(limit=1))
    found = contacts_say(account, policy, LOS_ANGELES, "messages", to_ms(at(f"{day} 10:00", LOS_ANGELES)))
    assert found is not None
    assert found.until_ms == to_ms(at(midnight_utc, "UTC"))


def test_moving_to_another_zone_does_not_change_the_past() -> None:
    """It left on 3 March in Shanghai, which was 2 March in Los Angeles: it stays a contact of the third."""
    account, policy = sent_on("2026-03-03 09:00"), under(rule(limit=1, days=7))
    before = [contact.day for contact in contacts(account, policy)]
    assert before == [date(2026, 3, 3)]
    now = at("2026-03-09 23:00", LOS_ANGELES)
    assert counters(account, policy, LOS_ANGELES, to_ms(now)) == {"TT-RULE-1": 1}
    assert until(account, policy, "2026-03-09 23:59", LOS_ANGELES) == "CAP_REACHED TT-RULE-1 2026-03-10 00:00"
    assert until(account, policy, "2026-03-10 00:00", LOS_ANGELES) is None


def test_a_story_of_a_move_keeps_the_days_on_which_its_messages_left() -> None:
    stages = [{"code": f"D{n}", "delay_days": n, "text": "firm"} for n in range(1, 20)]
    policy = under(rule(limit=2, days=7), stages=stages, sending={"minimum_gap_days": 1}, hand_off=None)
    story = Story(policy).on("2026-03-01 10:00", profile()).on("2026-03-02 00:00", missed("1", "2026-03-01", 100_00))
    story.tick_until("2026-03-03 12:00")
    assert story.account is not None
    days = [s.day for s in story.account.sent]
    story.on("2026-03-03 13:00", profile(zone=LOS_ANGELES)).tick_until("2026-03-12 00:00")
    assert story.account is not None
    assert [s.day for s in story.account.sent][:2] == days == [date(2026, 3, 2), date(2026, 3, 3)]
    # Two of seven days until the second falls out on the ninth, in the zone where the person lives now.
    third = story.reminders[2].issued_at.astimezone(at("2026-03-09 00:00", LOS_ANGELES).tzinfo)
    assert f"{third:%m-%d %H:%M}" == "03-09 09:00"


# What counts


def with_contacts(*made: tuple[str, str, bool]) -> Account:
    found = tuple(
        Contact(f"k{n}", 0, to_ms(at(when)), conversation, channel)
        for n, (when, channel, conversation) in enumerate(made)
    )
    return Account(NEVER_MS, 1, "A-1", case=CaseFile(contacts=found))


CALLED = ("2026-03-02 10:00", "voice", False)
TALKED = ("2026-03-02 11:00", "voice", True)
TEXTED = ("2026-03-02 12:00", "sms", False)
LETTER = ("2026-03-02 13:00", "letter", False)


@pytest.mark.parametrize(
    ("counted", "number"),
    [
        ({"channel": "any"}, 4),
        ({"channel": "voice"}, 2),
        ({"channel": "sms"}, 1),
        ({"channel": "email"}, 0),
        ({"channel": "voice", "counts": "conversations"}, 1),
        ({"channel": "voice", "counts": "attempts"}, 1),
        ({"channel": "any", "counts": "attempts"}, 3),
        ({"channel": "any", "counts": "conversations"}, 1),
    ],
)
def test_contacts_of_others_count_by_channel_and_kind(counted: dict[str, Any], number: int) -> None:
    account = with_contacts(CALLED, TALKED, TEXTED, LETTER)
    now_ms = to_ms(at("2026-03-02 20:00"))
    assert counters(account, under(rule(limit=9, **counted)), SHANGHAI, now_ms) == {"TT-RULE-1": number}


def test_what_others_report_stands_on_the_lenders_day_and_ours_on_the_borrowers() -> None:
    account = with_contacts(("2026-03-03 09:00", "sms", False))  # still the second in Los Angeles
    policy = under(rule(limit=1))
    assert until(account, policy, "2026-03-03 08:00", LOS_ANGELES) == "CAP_REACHED TT-RULE-1 2026-03-04 00:00"


def receipt(reminder_id: str, status: str, when: str) -> StorySaid:
    return StorySaid(cases.ReminderReceipt, {"reminder_id": reminder_id, "status": status, "at": at(when)})


@pytest.mark.parametrize(
    ("told", "counted"),
    [
        ([], 1),
        (["unknown"], 1),
        (["too_late"], 1),
        (["accepted"], 1),
        (["delivered"], 1),
        (["failed"], 0),
        (["expired"], 0),
        (["recalled"], 0),
        (["too_late", "recalled"], 0),
        (["accepted", "failed"], 1),
        (["failed", "accepted"], 1),
        (["accepted", "expired"], 1),
        (["expired", "accepted"], 1),
        (["recalled", "delivered"], 1),
        (["failed", "delivered"], 1),
        (["failed", "unknown"], 0),
    ],
)
def test_a_message_is_given_back_only_when_nobody_can_have_got_it(told: list[str], counted: int) -> None:
    policy = under(rule(limit=9, days=7))
    story = Story(policy).on("2026-03-01 10:00", profile()).on("2026-03-02 00:00", missed("1", "2026-03-01", 100_00))
    story.tick_until("2026-03-02 10:00")
    for status in told:
        story.on("2026-03-02 11:00", receipt(story.reminders[0].reminder_id, status, "2026-03-02 11:00"))
    assert story.account is not None
    assert counters(story.account, policy, SHANGHAI, to_ms(at("2026-03-02 12:00"))) == {"TT-RULE-1": counted}


def test_our_own_recall_gives_nothing_back_before_it_is_confirmed() -> None:
    policy = under(rule(limit=9, days=7))
    story = Story(policy).on("2026-03-01 10:00", profile()).on("2026-03-02 00:00", missed("1", "2026-03-01", 100_00))
    story.on("2026-03-02 11:00", paid(40_00))
    assert story.messages[-1].type == "reminder.cancelled"
    now_ms, reminder_id = to_ms(at("2026-03-02 12:00")), story.reminders[0].reminder_id
    assert story.account is not None
    assert counters(story.account, policy, SHANGHAI, now_ms) == {"TT-RULE-1": 1}
    story.on("2026-03-02 12:00", receipt(reminder_id, "recalled", "2026-03-02 12:00"))
    assert counters(story.account, policy, SHANGHAI, now_ms) == {"TT-RULE-1": 0}


# In stories


def test_every_message_of_a_month_is_remembered_and_the_cap_ends_with_the_month() -> None:
    stages = [{"code": f"D{n}", "delay_days": n, "text": "firm"} for n in range(1, 33)]
    monthly = rule(limit=12, days=31, period="calendar")
    policy = under(monthly, stages=stages, sending={"minimum_gap_days": 1}, hand_off=None)
    story = Story(policy).on("2026-03-01 10:00", profile()).on("2026-03-02 00:00", missed("1", "2026-03-01", 100_00))
    story.tick_until("2026-04-02 00:00")
    days = [f"{r.issued_at.astimezone(at('2026-03-01 00:00').tzinfo):%m-%d}" for r in story.reminders]
    assert days == [f"03-{n:02}" for n in range(2, 14)] + ["04-01"]
    capped = [d for d in story.decisions if d.code == "CAP_REACHED"]
    assert [(d.outcome, d.rule, d.until) for d in capped] == [("deferred", "TT-RULE-1", at("2026-04-01 00:00"))]
    assert capped[0].evidence.counters == {"TT-RULE-1": 12}


def test_a_message_says_what_its_caps_had_counted_before_it() -> None:
    policy = under(rule(limit=9, days=31))
    story = Story(policy).on("2026-03-01 10:00", profile()).on("2026-03-02 00:00", missed("1", "2026-03-01", 100_00))
    story.tick_until("2026-03-30 00:00")
    assert [d.evidence.counters for d in story.decisions if d.code != "PLANNED"] == [{"TT-RULE-1": n} for n in range(3)]


def test_the_day_of_a_conversation_is_the_first_of_a_cool_down() -> None:
    cool = {"id": "TT-COOL-1", "kind": "cool_down", "days": 7, **SOURCED}
    account, policy = with_contacts(("2026-03-02 23:00", "voice", True)), under(cool)
    assert until(account, policy, "2026-03-08 23:59") == "COOL_DOWN TT-COOL-1 2026-03-09 00:00"
    assert until(account, policy, "2026-03-09 00:00") is None
    assert until(with_contacts(("2026-03-02 23:00", "voice", False)), policy, "2026-03-03 10:00") is None


def test_a_cool_down_of_one_day_is_the_rest_of_that_day() -> None:
    cool = {"id": "TT-COOL-1", "kind": "cool_down", "days": 1, **SOURCED}
    account = with_contacts(("2026-03-02 10:00", "voice", True))
    assert until(account, under(cool), "2026-03-02 11:00") == "COOL_DOWN TT-COOL-1 2026-03-03 00:00"


def test_caps_on_calls_stop_no_message_and_caps_on_messages_no_call() -> None:
    account = with_contacts(CALLED, TALKED)
    calls = under(rule(limit=1, channel="voice", stops="calls"))
    assert until(account, calls, "2026-03-02 20:00") is None
    assert until(account, calls, "2026-03-02 20:00", stops="calls") == "CAP_REACHED TT-RULE-1 2026-03-03 00:00"
    assert until(account, under(rule(limit=1, channel="voice")), "2026-03-02 20:00", stops="calls") is None


def test_a_cap_on_calls_delays_the_hand_off_to_the_lenders_next_day() -> None:
    story = Story().on("2026-03-01 10:00", profile()).on("2026-03-02 00:00", missed("1", "2026-03-01", 100_00))
    for number in range(3):
        story.on("2026-03-10 10:00", contacted(at("2026-03-10 10:00"), f"k{number}", conversation=True))
    story.on("2026-03-10 11:00", replied("HELP")).tick_until("2026-03-10 23:00")
    assert story.reasons()[-1] == "03-10 11:00 deferred CAP_REACHED HAND_OFF"
    assert (story.decisions[-1].rule, story.decisions[-1].until) == ("CN-VOICE-1", at("2026-03-11 00:00"))
    story.tick_until("2026-03-12 00:00")
    assert story.reasons()[-1] == "03-11 00:00 handed_off REPLY_RECEIVED HAND_OFF"


def test_a_cool_down_of_calls_delays_the_hand_off_by_days() -> None:
    cool = {"id": "TT-COOL-1", "kind": "cool_down", "days": 7, "stops": "calls", **SOURCED}
    story = Story(under(cool)).on("2026-03-01 10:00", profile())
    story.on("2026-03-02 00:00", missed("1", "2026-03-01", 100_00))
    story.on("2026-03-28 15:00", contacted(at("2026-03-28 15:00"), conversation=True)).tick_until("2026-04-30 00:00")
    assert story.reasons()[-2:] == [
        "03-31 00:00 deferred COOL_DOWN HAND_OFF",
        "04-04 00:00 handed_off DAYS_PAST_DUE HAND_OFF",
    ]
    assert story.decisions[-2].until == at("2026-03-28 00:00") + timedelta(days=7)
