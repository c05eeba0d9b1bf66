"""The hand-off: it has somebody phone, so the caps on calls make it wait, and nobody is forgotten by it.

A hand-off by days comes at midnight. One for a question of the person comes at once, in the middle of a day of calls.
"""

from datetime import timedelta

from agents.decisions.policy.rulebook import Rulebook
from tests.agents.decisions.story import StorySaid, at, contacted, paid, replied
from tests.scenarios.language import NEW_YORK, Tale, covers, in_america, in_china


def _calls(number: int, first: str, *, conversation: bool, zone: str = "Asia/Shanghai") -> list[StorySaid]:
    """So many calls, ten minutes apart."""
    start = at(first, zone)
    return [
        contacted(start + n * timedelta(minutes=10), f"{first} {n}", conversation=conversation) for n in range(number)
    ]


def _asks_after(rulebook: Rulebook, *calls: StorySaid) -> Tale:
    """The person was called on Wednesday and answers by a word that nobody foresaw: a person should phone."""
    tale = in_china(rulebook)
    tale.hears("03-02 09:00").why("03-02 09:00 sent ISSUED FRIENDLY")
    return tale.on("2026-03-04 12:00", *calls, replied("HELP"))


@covers("CN-VOICE-1")
def after_three_conversations_of_a_day_nobody_phones_again(rulebook: Rulebook) -> None:
    tale = _asks_after(rulebook, *_calls(3, "2026-03-04 10:00", conversation=True))
    tale.hears_nothing("03-04 23:59", "03-04 12:00 deferred CAP_REACHED HAND_OFF by CN-VOICE-1")
    assert tale.decisions[-1].until == at("2026-03-05 00:00")
    tale.tick_until("2026-03-05 00:00").expect("03-05 00:00 handed-off REPLY_RECEIVED 10000")


@covers(pack="CN")
def after_two_conversations_somebody_phones_at_once(rulebook: Rulebook) -> None:
    tale = _asks_after(rulebook, *_calls(2, "2026-03-04 10:00", conversation=True))
    tale.tick_until("2026-03-04 12:00").expect("03-04 12:00 handed-off REPLY_RECEIVED 10000")


@covers("CN-VOICE-2")
def after_six_calls_that_nobody_answered_the_day_is_over(rulebook: Rulebook) -> None:
    tale = _asks_after(rulebook, *_calls(6, "2026-03-04 10:00", conversation=False))
    tale.hears_nothing("03-04 23:59", "03-04 12:00 deferred CAP_REACHED HAND_OFF by CN-VOICE-2")
    tale.tick_until("2026-03-05 00:00").expect("03-05 00:00 handed-off REPLY_RECEIVED 10000")


@covers(pack="CN")
def after_five_calls_and_two_conversations_there_is_room_for_one(rulebook: Rulebook) -> None:
    calls = _calls(5, "2026-03-04 09:00", conversation=False) + _calls(2, "2026-03-04 11:00", conversation=True)
    _asks_after(rulebook, *calls).tick_until("2026-03-04 12:00").expect("03-04 12:00 handed-off REPLY_RECEIVED 10000")


@covers(pack="CN")
def calls_of_yesterday_are_over(rulebook: Rulebook) -> None:
    tale = _asks_after(rulebook, *_calls(6, "2026-03-03 10:00", conversation=False))
    tale.tick_until("2026-03-04 12:00").expect("03-04 12:00 handed-off REPLY_RECEIVED 10000")


@covers(pack="CN")
def on_the_thirtieth_day_a_person_takes_over(rulebook: Rulebook) -> None:
    tale = in_china(rulebook).tick_until("2026-04-30 00:00")
    tale.expect(
        "03-02 09:00 opened L/1",
        "03-02 09:00 issued FRIENDLY 10000",
        "03-08 09:00 escalated FIRM 10000",
        "03-16 09:00 escalated LAST 10000",
        "03-31 00:00 handed-off DAYS_PAST_DUE 10000",
    )


@covers(pack="CN")
def who_has_paid_the_day_before_is_not_handed_off(rulebook: Rulebook) -> None:
    tale = in_china(rulebook).on("2026-03-30 10:00", paid(100_00)).tick_until("2026-04-30 00:00")
    assert [message.type for message in tale.messages][-1] == "cycle.closed"


@covers("US-COOL-1")
def for_seven_days_after_a_conversation_nobody_phones(rulebook: Rulebook) -> None:
    # Wednesday, 25 March, is the first of the seven days; the thirtieth day past due is the last of them.
    talked = contacted(at("2026-03-25 18:00", NEW_YORK), conversation=True)
    tale = in_america(rulebook).on("2026-03-25 18:30", talked).tick_until("2026-03-31 23:59")
    assert tale.reasons()[-1] == "03-31 00:00 deferred COOL_DOWN HAND_OFF by US-COOL-1"
    assert tale.messages[-1].type == "reminder.escalated"
    tale.tick_until("2026-04-01 00:00")
    assert tale.reasons()[-1] == "04-01 00:00 handed_off DAYS_PAST_DUE HAND_OFF"


@covers(pack="US")
def on_the_eighth_day_after_a_conversation_somebody_may_phone(rulebook: Rulebook) -> None:
    talked = contacted(at("2026-03-24 18:00", NEW_YORK), conversation=True)
    tale = in_america(rulebook).on("2026-03-24 18:30", talked).tick_until("2026-03-31 00:00")
    assert tale.reasons()[-1] == "03-31 00:00 handed_off DAYS_PAST_DUE HAND_OFF"


@covers("US-VOICE-1")
def after_seven_calls_in_seven_days_nobody_phones(rulebook: Rulebook) -> None:
    # The first of the seven were on the 25th: with it gone there is room, on 1 April.
    calls = _calls(2, "2026-03-25 10:00", conversation=False, zone=NEW_YORK)
    calls += _calls(5, "2026-03-28 10:00", conversation=False, zone=NEW_YORK)
    tale = in_america(rulebook).on("2026-03-28 12:00", *calls).tick_until("2026-03-31 23:59")
    assert tale.reasons()[-1] == "03-31 00:00 deferred CAP_REACHED HAND_OFF by US-VOICE-1"
    tale.tick_until("2026-04-01 00:00")
    assert tale.reasons()[-1] == "04-01 00:00 handed_off DAYS_PAST_DUE HAND_OFF"


@covers(pack="US")
def after_six_calls_in_seven_days_there_is_room_for_one(rulebook: Rulebook) -> None:
    calls = _calls(1, "2026-03-24 10:00", conversation=False, zone=NEW_YORK)
    calls += _calls(6, "2026-03-28 10:00", conversation=False, zone=NEW_YORK)
    tale = in_america(rulebook).on("2026-03-28 12:00", *calls).tick_until("2026-03-31 00:00")
    assert tale.reasons()[-1] == "03-31 00:00 handed_off DAYS_PAST_DUE HAND_OFF"
