"""Who is vulnerable goes to a person with the fact itself; and what a person takes back leaves its evidence."""

from agents.decisions import Occasion, step
from agents.decisions.guard.partition import Gate
from agents.decisions.inputs import FactRead
from agents.decisions.policy.controls import ControlState
from agents.decisions.policy.versions import Versions
from agents.decisions.recorder import Seen
from schemas.decisions import Lifted
from schemas.messages import AskedReply, CaseHandedOff
from schemas.values.instants import to_ms
from tests.agents.decisions.story import BOOK, Story, at, ended, hold, lifted, missed, paid, profile, replied

URGENT = "handed-off VULNERABLE"
VULNERABLE = hold("v1", "vulnerable", source="borrower-replies")


def owing() -> Story:
    story = Story().on("2026-03-01 10:00", profile()).on("2026-03-02 00:00", missed("1", "2026-03-01", 100_00))
    return story.tick_until("2026-03-02 10:00").expect("03-02 09:00 opened L/1", "03-02 09:00 issued FRIENDLY 10000")


def hand_offs(story: Story) -> list[CaseHandedOff]:
    return [message for message in story.messages if isinstance(message, CaseHandedOff)]


def test_it_leaves_with_the_fact_at_night_too_and_tells_nothing_but_the_code() -> None:
    story = owing().stopped().on("2026-03-02 23:30", VULNERABLE, replied("VULNERABLE", rule="en-illness", sure=False))
    story.expect("03-03 00:00 cancelled FRIENDLY HOLD_VULNERABLE", f"03-03 00:00 {URGENT} 10000")
    (message,) = hand_offs(story)
    assert message.priority == "urgent"
    assert message.replies == (AskedReply(intent="VULNERABLE", rule=None, sure=False),)
    assert b"illness" not in repr(message).encode()
    story.on("2026-03-03 01:00", VULNERABLE, replied("VULNERABLE", "r1")).tick_until("2026-05-20 00:00").expect(
        "03-03 01:00 " + URGENT + " 10000"
    )


def test_told_again_it_leaves_once_and_no_silence_takes_it_back() -> None:
    word = replied("VULNERABLE", time=at("2026-03-02 23:30"))
    story = owing().on("2026-03-02 23:30", word).expect(f"03-03 00:00 {URGENT} 10000")
    story.on("2026-03-03 12:00", word, VULNERABLE, hold("D", "deceased")).tick_until("2026-05-20 00:00")
    story.expect("03-03 12:00 cancelled FRIENDLY HOLD_VULNERABLE")


def test_it_leaves_under_a_hold_under_which_nobody_phones_and_when_a_person_has_the_case_already() -> None:
    story = owing().on("2026-03-02 12:00", replied("WHO", "q")).tick_until("2026-03-02 12:00")
    story.expect("03-02 12:00 handed-off REPLY_RECEIVED 10000")
    story.on("2026-03-04 12:00", replied("VULNERABLE", "r1")).expect(f"03-04 12:00 {URGENT} 10000")
    story.on("2026-03-04 13:00", VULNERABLE).tick_until("2026-03-20 00:00").expect(
        "03-04 13:00 cancelled FRIENDLY HOLD_VULNERABLE"
    )
    story = owing().on("2026-03-02 12:00", hold("D", "deceased"), replied("VULNERABLE"))
    story.expect("03-02 12:00 cancelled FRIENDLY HOLD_DECEASED", f"03-02 12:00 {URGENT} 10000")


def test_it_leaves_for_who_owes_nothing_and_for_an_account_that_has_ended() -> None:
    story = Story().on("2026-03-01 10:00", profile(), replied("VULNERABLE"))
    story.expect("03-01 10:00 handed-off VULNERABLE 0").tick_until("2026-03-20 00:00").silent()
    story = owing().on("2026-03-02 12:00", paid(100_00)).on("2026-03-02 13:00", replied("VULNERABLE"))
    story.expect(
        "03-02 12:00 cancelled FRIENDLY PAID", "03-02 12:00 closed L/1 CURED", "03-02 13:00 handed-off VULNERABLE 0"
    )
    assert hand_offs(story)[0].cycle_id == "L/1"
    story = owing().on("2026-03-02 12:00", ended()).on("2026-03-02 13:00", replied("VULNERABLE"))
    assert [message.reason for message in hand_offs(story)] == ["VULNERABLE"]


def test_no_pause_holds_it_back() -> None:
    story = owing()
    fact = story.envelope(replied("VULNERABLE"), at("2026-03-02 12:00"))
    now_ms = to_ms(fact.time)
    closed = Gate(controls=ControlState(unreadable=(7,)), unread=9, judged=True)
    occasion = Occasion(now_ms, Versions(BOOK), Seen({}, {}, -1, closed), ControlState(unreadable=(7,)))
    verdict = step(story.account, "A-1", FactRead(fact, now_ms), occasion)
    assert [message.type for message in verdict.messages] == ["case.handed-off"]


def test_what_a_person_takes_back_with_evidence_is_told_once() -> None:
    story = owing().on("2026-03-02 12:00", replied("STOP", "r1-stop"))
    story.expect("03-02 12:00 cancelled FRIENDLY OPTED_OUT")
    story.on("2026-03-03 12:00", lifted("reply/r1-stop", lifted_by="u-7", evidence_id="note-81"))
    (decision,) = [decision for decision in story.decisions if decision.code == "LIFTED"]
    assert decision.lifted == Lifted(hold_id="reply/r1-stop", evidence_id="note-81")
    story.on("2026-03-04 12:00", lifted("reply/r1-stop", evidence_id="note-81", time=at("2026-03-03 12:00")))
    story.on("2026-03-04 13:00", hold("H"), lifted("H", time=at("2026-03-04 14:00")))
    assert [d.code for d in story.decisions].count("LIFTED") == 1
    story.tick_until("2026-03-08 12:00").expect("03-08 09:00 escalated FIRM 10000")
