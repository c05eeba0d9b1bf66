"""What a borrower's SMS asks for is believed once a cycle and kind; the next time a person decides."""

from itertools import permutations

import pytest

from schemas.cases import BY_REPLY
from schemas.messages import AskedReply, CaseHandedOff
from tests.agents.decisions.story import (
    BOOK,
    Story,
    StorySaid,
    at,
    hold,
    lifted,
    missed,
    paid,
    profile,
    promised,
    replied,
)
from tests.agents.decisions.story import rulebook as policy_with

HANDED_OFF = "handed-off REPLY_RECEIVED 10000"


def reminded() -> Story:
    story = Story().on("2026-03-01 10:00", profile()).on("2026-03-02 00:00", missed("1", "2026-03-01", 100_00))
    return story.tick_until("2026-03-03 09:00").expect("03-02 09:00 opened L/1", "03-02 09:00 issued FRIENDLY 10000")


def sms_promise(pay_by: str, promise: str, **more: object) -> StorySaid:
    return promised(100_00, pay_by, promise, source=BY_REPLY, rule="en-promise-day", **more)


def sms_dispute(hold_id: str, **more: object) -> StorySaid:
    return hold(hold_id, "dispute", source=BY_REPLY, rule="en-not-mine", **more)


def asked(story: Story) -> list[tuple[AskedReply, ...]]:
    return [message.replies for message in story.messages if isinstance(message, CaseHandedOff)]


def test_a_second_claim_of_having_paid_goes_to_a_person_and_buys_no_more_silence() -> None:
    story = reminded().on("2026-03-03 10:00", replied("PAID", "r1", rule="en-paid", sure=True))
    story.expect("03-03 10:00 cancelled FRIENDLY CLAIMS_PAID").tick_until("2026-03-06 10:00").silent()
    story.on("2026-03-06 11:00", replied("PAID", "r2", rule="en-paid-already", sure=True))
    story.tick_until("2026-03-06 11:00").expect(f"03-06 11:00 {HANDED_OFF}")
    assert asked(story) == [(AskedReply(intent="PAID", rule="en-paid-already", sure=True),)]
    story.on("2026-03-07 11:00", replied("PAID", "r3")).tick_until("2026-04-20 00:00").silent()


def test_said_again_while_it_is_believed_a_person_waits_for_the_end_of_that_silence() -> None:
    story = reminded().on("2026-03-03 10:00", replied("PAID", "r1")).on("2026-03-04 10:00", replied("Y", "r2"))
    story.expect("03-03 10:00 cancelled FRIENDLY CLAIMS_PAID").tick_until("2026-03-04 23:00").silent()
    story.tick_until("2026-03-05 00:00").expect(f"03-05 00:00 {HANDED_OFF}")


def test_who_repeats_it_and_has_paid_is_left_alone() -> None:
    story = reminded().on("2026-03-03 10:00", replied("PAID", "r1")).on("2026-03-04 10:00", replied("PAID", "r2"))
    story.on("2026-03-04 12:00", paid(100_00)).tick_until("2026-04-20 00:00")
    story.expect("03-03 10:00 cancelled FRIENDLY CLAIMS_PAID", "03-04 12:00 closed L/1 CURED")


def test_the_same_claim_told_again_is_one() -> None:
    claim = replied("PAID", "r1", time=at("2026-03-03 10:00"))
    story = reminded().on("2026-03-03 10:00", claim).on("2026-03-06 10:00", claim).tick_until("2026-03-07 00:00")
    story.expect("03-03 10:00 cancelled FRIENDLY CLAIMS_PAID")


def test_a_second_promise_by_sms_is_not_believed() -> None:
    story = reminded().on("2026-03-03 10:00", sms_promise("2026-03-05", "p1"))
    story.expect("03-03 10:00 cancelled FRIENDLY PROMISE")
    story.on("2026-03-04 10:00", sms_promise("2026-03-25", "p2")).tick_until("2026-03-06 23:00").silent()
    story.tick_until("2026-03-07 00:00").expect(f"03-07 00:00 {HANDED_OFF}")
    assert asked(story) == [(AskedReply(intent="PROMISE", rule="en-promise-day", sure=True),)]
    # What nobody believed is neither kept nor broken.
    broken = [reason for reason in story.tick_until("2026-04-20 00:00").reasons() if "PROMISE_BROKEN" in reason]
    assert broken == ["03-07 00:00 noted PROMISE_BROKEN -"]


def test_promises_that_the_bank_tells_are_believed_as_often_as_it_tells_them() -> None:
    story = reminded().on("2026-03-03 10:00", promised(100_00, "2026-03-05", "p1"), sms_promise("2026-03-08", "p2"))
    story.on("2026-03-09 10:00", promised(100_00, "2026-03-12", "p3")).tick_until("2026-03-13 23:00")
    story.expect("03-03 10:00 cancelled FRIENDLY PROMISE")


def test_a_dispute_is_provisional_and_the_next_one_goes_to_a_person() -> None:
    rules = tuple(
        rule.model_copy(update={"max_days": 5}) if rule.kind == "hold" and rule.hold == "dispute" else rule
        for rule in BOOK.law.pack.rules
    )
    law = BOOK.law._replace(pack=BOOK.law.pack.model_copy(update={"rules": rules}))
    story = Story(policy_with(law)).on("2026-03-01 10:00", profile())
    story.on("2026-03-02 00:00", missed("1", "2026-03-01", 100_00)).on("2026-03-02 08:00", sms_dispute("d1"))
    story.tick_until("2026-03-06 23:00").silent().tick_until("2026-03-07 09:00")
    story.expect("03-07 09:00 opened L/1", "03-07 09:00 issued FRIENDLY 10000")
    story.on("2026-03-07 12:00", sms_dispute("d2")).tick_until("2026-03-07 12:00").expect(f"03-07 12:00 {HANDED_OFF}")
    assert asked(story) == [(AskedReply(intent="DISPUTE", rule="en-not-mine", sure=True),)]


def test_another_kind_is_believed_beside_it_and_a_new_cycle_begins_anew() -> None:
    story = (
        reminded().on("2026-03-03 10:00", replied("PAID", "r1")).on("2026-03-06 08:00", sms_promise("2026-03-08", "p"))
    )
    story.expect("03-03 10:00 cancelled FRIENDLY CLAIMS_PAID").tick_until("2026-03-08 12:00").silent()
    story.on("2026-03-08 13:00", paid(100_00)).expect("03-08 13:00 closed L/1 CURED")
    story.on("2026-04-02 00:00", missed("2", "2026-04-01", 100_00)).on("2026-04-02 08:00", replied("PAID", "r2"))
    story.tick_until("2026-04-03 23:00").silent()


def test_a_misreading_that_was_taken_back_does_not_count_as_the_first() -> None:
    story = reminded().on("2026-03-03 10:00", sms_promise("2026-03-20", "p1"))
    story.on("2026-03-03 12:00", lifted("reply/p1")).on("2026-03-04 10:00", sms_promise("2026-03-06", "p2"))
    story.tick_until("2026-03-07 23:00").expect("03-03 10:00 cancelled FRIENDLY PROMISE")
    assert not asked(story)


@pytest.mark.parametrize("again", [replied("PAID", "r2"), sms_promise("2026-03-04", "p2"), sms_dispute("d2")])
def test_whichever_is_told_first_the_one_said_first_is_believed(again: StorySaid) -> None:
    first = {"r2": replied("PAID", "r1"), "p2": sms_promise("2026-03-04", "p1"), "d2": sms_dispute("d1")}
    one = first[_id(again)]
    times = [at("2026-03-03 10:00"), at("2026-03-03 12:00")]
    words = [
        StorySaid(said.model, {**said.fields, "time": time}) for said, time in zip((one, again), times, strict=True)
    ]
    states = [reminded().on("2026-03-03 13:00", *order).account for order in permutations(words)]
    assert states[0] == states[1]


def _id(said: StorySaid) -> str:
    return next(str(said.fields[name]) for name in ("reply_id", "promise_id", "hold_id") if name in said.fields)
