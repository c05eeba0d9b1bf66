"""What the hand-over makes of people's messages: each once, whole, and the same after a crash."""

from datetime import UTC, datetime, timedelta
from itertools import count

from agents.delivery.incoming.hearing import PARTS_WAIT, Hearing
from agents.delivery.incoming.inbox import Incoming, MessagePart
from schemas.replies import AnyReply, BorrowerReply, ReplyPart, read_said

NOW = datetime(2031, 3, 5, 10, tzinfo=UTC)
PERSON = "+8613800138000"


def hearing() -> Hearing:
    numbers = count(1)
    return Hearing("t", "gsm7", lambda: f"{next(numbers):032x}")


def sms(text: str, at: datetime | None = None, sender: str = PERSON) -> Incoming:
    return Incoming(sender=sender, recipient="10690", text=text, at=at)


def part(number: int, octets: bytes, of: int = 3, reference: int = 7, coding: int = 0) -> Incoming:
    return Incoming(sender=PERSON, recipient="10690", text="", part=MessagePart(reference, number, of, coding, octets))


def said(heard: Hearing) -> list[AnyReply]:
    records = heard.flush()
    assert all(record.key == PERSON.encode() for record in records)
    return [read_said(record.value) for record in records]


def whole(heard: Hearing) -> list[BorrowerReply]:
    return [one for one in said(heard) if isinstance(one, BorrowerReply)]


def test_a_message_is_written_with_number_text_and_both_times() -> None:
    heard = hearing()
    heard.hear(sms("STOP", NOW - timedelta(minutes=3)), NOW)
    (reply,) = whole(heard)
    assert (reply.sender, reply.recipient, reply.text, reply.readable) == (PERSON, "10690", "STOP", True)
    assert (reply.at, reply.heard_at) == (NOW - timedelta(minutes=3), NOW)
    assert heard.flush() == []


def test_number_text_and_time_within_ten_minutes_are_one_message() -> None:
    heard = hearing()
    for at, when in ((0, 0), (600, 600), (0, 7200), (-601, 7201), (5400, 7202)):
        heard.hear(sms("STOP", NOW + timedelta(seconds=at)), NOW + timedelta(seconds=when))
    assert [reply.at - NOW for reply in whole(heard)] == [
        timedelta(0),
        timedelta(seconds=-601),
        timedelta(seconds=5400),
    ]
    heard.hear(sms("stop", NOW + timedelta(hours=2)), NOW + timedelta(hours=2))
    assert len(whole(heard)) == 1
    assert heard.repeated == 2


def test_parts_are_written_one_by_one_and_joined_in_any_order() -> None:
    heard = hearing()
    halves = "别再发😡".encode("utf-16-be")
    for number, octets in ((3, "了".encode("utf-16-be")), (1, halves[:-2]), (2, halves[-2:])):
        heard.hear(part(number, octets, coding=8), NOW)
    found = said(heard)
    assert [type(one) for one in found] == [ReplyPart, ReplyPart, ReplyPart, BorrowerReply]
    joined = found[-1]
    assert isinstance(joined, BorrowerReply)
    assert (joined.text, joined.reference, joined.parts, joined.missing) == ("别再发😡了", 7, 3, ())


def test_a_part_told_again_changes_nothing_also_when_all_are_there() -> None:
    heard = hearing()
    for number in (1, 1, 2, 3, 2):
        heard.hear(part(number, b"abc"), NOW)
    assert len(whole(heard)) == 1
    heard.sweep(NOW + 2 * PARTS_WAIT)
    assert said(heard) == []


def test_what_never_becomes_whole_is_written_as_it_is() -> None:
    heard = hearing()
    heard.hear(part(2, b"stop"), NOW)
    heard.sweep(NOW + PARTS_WAIT - timedelta(seconds=1))
    assert whole(heard) == []
    heard.sweep(NOW + PARTS_WAIT)
    (reply,) = whole(heard)
    assert (reply.text, reply.missing) == ("…stop…", (1, 3))


def test_what_cannot_be_read_is_kept_and_marked() -> None:
    heard = hearing()
    for number, octets in ((1, b"\x01"), (2, b"\x02"), (3, b"\x03")):
        heard.hear(part(number, octets, coding=4), NOW)
    (reply,) = whole(heard)
    assert (reply.text, reply.readable) == ("", False)


def test_nothing_that_a_provider_says_is_refused() -> None:
    heard = hearing()
    heard.hear(sms("\ud83d?" * 50_000, NOW + timedelta(days=400)), NOW)
    heard.hear(Incoming(sender=PERSON, recipient="x" * 99, text="a", answers="so so"), NOW)
    first, second = whole(heard)
    assert (first.at, len(first.text), second.answers, len(second.recipient)) == (NOW, 40_000, None, 64)
    heard.hear(Incoming(sender="", recipient="", text="a"), NOW)
    assert [read_said(record.value).sender for record in heard.flush()] == ["unknown"]


def test_after_a_crash_what_is_on_the_topic_is_known() -> None:
    before, after = hearing(), hearing()
    before.hear(sms("STOP", NOW), NOW)
    before.hear(part(1, b"one "), NOW)
    before.hear(part(1, b"two ", of=2, reference=8), NOW)
    before.hear(part(2, b"two", of=2, reference=8), NOW)
    after.restore(said(before))
    after.hear(sms("STOP", NOW), NOW + timedelta(minutes=1))
    after.hear(part(2, b"two", of=2, reference=8), NOW + timedelta(minutes=1))
    assert said(after) == []
    for number in (2, 3):
        after.hear(part(number, b"and "), NOW + timedelta(minutes=1))
    assert [reply.text for reply in whole(after)] == ["one and and "]
    after.sweep(NOW + timedelta(hours=1))
    assert said(after) == []
