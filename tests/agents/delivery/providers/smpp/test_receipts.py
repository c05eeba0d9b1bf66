"""Receipts as message centres write them, and what they say of a whole message."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import smpp34
from hypothesis import given
from hypothesis import strategies as st

from agents.delivery.providers.port import Report
from agents.delivery.providers.smpp.correlation import Correlation
from agents.delivery.providers.smpp.receipts import IdForms, PartReceipt, State, comparable, is_receipt, read_receipt

PLAIN = IdForms("text", "text")
SHANGHAI = ZoneInfo("Asia/Shanghai")
RECIPIENT = ("8613800138000",)
MINUTE = timedelta(minutes=1)
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
TEXT = (
    b"id:1145850444 sub:001 dlvrd:001 submit date:2611241659 done date:2611241700 stat:DELIVRD err:000 "
    b"text:\x05\x00\x03\x07\x03\x01id:9 stat:UNDELIV"
)


def deliver(body: bytes = b"", esm_class: int = 4, **tlvs: bytes) -> smpp34.DeliverSm:
    tags = {"message_id": 0x1E, "payload": 0x424, "state": 0x427}
    return smpp34.DeliverSm(
        "8613800138000", "10690", body, esm_class=esm_class, tlvs=[smpp34.Tlv(tags[k], v) for k, v in tlvs.items()]
    )


def test_the_text_form_is_read_up_to_our_own_words() -> None:
    receipt = read_receipt(deliver(TEXT), IdForms("hex", "decimal"), SHANGHAI)
    assert receipt == PartReceipt(
        ("1145850444",), "delivered", "DELIVRD", NOW, (NOW - MINUTE, NOW - timedelta(seconds=1)), ("8613800138000",)
    )
    assert comparable("444C4A4C", "hex") == receipt.ids[0]


def test_optional_parameters_go_before_the_text_and_have_the_form_of_the_response() -> None:
    pdu = deliver(b"id:1145850444 stat:ENROUTE err:000", message_id=b"444c4a4c\0", state=b"\x05")
    receipt = read_receipt(pdu, IdForms("hex", "decimal"), SHANGHAI)
    assert receipt == PartReceipt(("1145850444", "1145850444"), "failed", "UNDELIV", None, None, RECIPIENT)


def test_a_receipt_may_lie_in_message_payload() -> None:
    receipt = read_receipt(deliver(payload=TEXT), PLAIN, SHANGHAI)
    assert receipt is not None
    assert receipt.ids == ("1145850444",)


def test_a_receipt_with_a_header_of_its_own() -> None:
    receipt = read_receipt(deliver(b"\x05\x00\x03\x01\x01\x01id:a1 stat:EXPIRED", esm_class=0x44), PLAIN, SHANGHAI)
    assert receipt == PartReceipt(("a1",), "expired", "EXPIRED", None, None, RECIPIENT)


@pytest.mark.parametrize(
    ("words", "state", "detail"),
    [
        ("stat:UNDELIV err:069", "failed", "UNDELIV_069"),
        ("stat:REJECTD err:000", "failed", "REJECTD"),
        ("Stat:delivrd", "delivered", "DELIVRD"),
        ("stat:DELETED", "deleted", "DELETED"),
        ("stat:ACCEPTD", "pending", "ACCEPTD"),
        ("stat:ENROUTE", "pending", "ENROUTE"),
        ("stat:UNKNOWN", "pending", "UNKNOWN"),
        ("stat:SOMEHOW", "pending", "NO_STATE"),
        ("", "pending", "NO_STATE"),
    ],
)
def test_states(words: str, state: State, detail: str) -> None:
    receipt = read_receipt(deliver(f"id:1 {words}".encode()), PLAIN, SHANGHAI)
    assert receipt is not None
    assert (receipt.state, receipt.detail) == (state, detail)


@given(st.binary(max_size=250), st.sampled_from([4, 0x44]))
def test_any_octets_are_read_without_a_fault_and_the_detail_is_one_word(body: bytes, esm_class: int) -> None:
    receipt = read_receipt(deliver(body, esm_class), IdForms("hex", "decimal"), SHANGHAI)
    assert receipt is None or (len(receipt.detail) <= 64 and receipt.detail.replace("_", "").isalnum())


def test_a_message_of_a_person_and_a_notice_on_the_way_are_no_receipts() -> None:
    assert all(map(is_receipt, (0x04, 0x44)))
    assert not any(map(is_receipt, (0x00, 0x40, 0x08, 0x10, 0x20)))


def told(part_id: str, state: State = "delivered") -> PartReceipt:
    return PartReceipt((part_id,), state, state.upper(), None)


def three_parts() -> Correlation:
    correlation = Correlation(PLAIN, messages_max=10, window=5 * MINUTE)
    correlation.accepted("r1", "a,b,c")
    return correlation


def test_delivered_only_when_every_part_is() -> None:
    correlation = three_parts()
    assert [correlation.received(told(part), NOW) for part in "cacac"] == [[]] * 5
    assert correlation.received(told("b"), NOW) == [Report("r1", "a,b,c", "delivered", NOW, "DELIVERED")]


def test_failed_with_the_first_part_and_told_once() -> None:
    correlation = three_parts()
    assert correlation.received(told("b", "failed"), NOW) == [Report("r1", "a,b,c", "failed", NOW, "FAILED")]
    assert [correlation.received(told(part), NOW) for part in "abcb"] == [[]] * 4


def test_a_state_on_the_way_never_undoes_a_final_one() -> None:
    correlation = three_parts()
    for part in "aabb":
        assert correlation.received(told(part), NOW) == []
        assert correlation.received(told(part, "pending"), NOW) == []
    assert len(correlation.received(told("c"), NOW)) == 1


def test_a_deletion_that_we_asked_for_is_no_failure_and_one_that_we_did_not_is() -> None:
    asked, unasked = three_parts(), three_parts()
    asked.recalling("r1")
    assert asked.recall_ended("r1", NOW, taken_back=True) == []
    assert asked.received(told("a", "deleted"), NOW) == []
    assert unasked.received(told("a", "deleted"), NOW)[0].status == "failed"


def test_a_deletion_told_while_we_still_take_back_the_other_parts_is_no_failure() -> None:
    asked = three_parts()
    asked.recalling("r1")
    assert asked.received(told("a", "deleted"), NOW) == []
    assert asked.recall_ended("r1", NOW, taken_back=True) == []
    assert asked.received(told("b", "deleted"), NOW) == []


def test_a_recall_that_came_too_late_for_one_part_is_told_as_what_became_of_the_message() -> None:
    asked = three_parts()
    asked.recalling("r1")
    assert asked.received(told("a", "deleted"), NOW) == []
    (report,) = asked.recall_ended("r1", NOW, taken_back=False)
    assert (report.reminder_id, report.status) == ("r1", "failed")
    assert asked.received(told("b"), NOW) == [], "told once"


def test_a_receipt_that_overtakes_the_answer_to_its_submit_waits_for_it() -> None:
    correlation = Correlation(PLAIN, messages_max=10, window=5 * MINUTE)
    other, mine = correlation.submitting("1", NOW), correlation.submitting("2", NOW)
    assert correlation.received(told("x"), NOW) == []
    correlation.accepted("r1", "x", mine)
    assert correlation.settled(mine, NOW) == [], "the other one may be called by the same id"
    assert correlation.settled(other, NOW) == [Report("r1", "x", "delivered", NOW, "DELIVERED")]


def test_a_receipt_of_nobodys_is_counted_once_no_submit_can_claim_it() -> None:
    correlation = Correlation(IdForms("hex", "decimal"), messages_max=10, window=5 * MINUTE)
    before = correlation.submitting("1", NOW)
    assert correlation.received(told("1145850444"), NOW) == []
    after = correlation.submitting("2", NOW)
    assert correlation.settled(before, NOW) == []
    assert correlation.unmatched == 1
    assert correlation.settled(after, NOW) == []


def test_what_is_remembered_is_bounded_and_the_oldest_goes_first() -> None:
    correlation = Correlation(PLAIN, messages_max=2, window=5 * MINUTE)
    for number in range(5):
        correlation.accepted(f"r{number}", f"id{number},more{number}")
    reports = [report for n in range(5) for report in correlation.received(told(f"id{n}", "failed"), NOW)]
    assert [report.reminder_id for report in reports] == ["r3", "r4"]
    assert correlation.unmatched == 3


def test_receipts_that_wait_are_bounded() -> None:
    correlation = Correlation(PLAIN, messages_max=2, window=5 * MINUTE)
    submit = correlation.submitting("1", NOW)
    assert [correlation.received(told(f"id{number}"), NOW) for number in range(1001)] == [[]] * 1001
    assert correlation.unmatched == 1
    correlation.accepted("r0", "id0", submit)
    assert correlation.settled(submit, NOW) == [], "the oldest was given up"


@given(st.permutations(["a", "b", "c"] * 2), st.sampled_from("abc"))
def test_in_any_order_and_twice_a_message_is_told_once(order: list[str], bad: str) -> None:
    correlation = three_parts()
    states: dict[str, State] = {part: "expired" if part == bad else "delivered" for part in "abc"}
    reports = [report for part in order for report in correlation.received(told(part, states[part]), NOW)]
    assert [report.status for report in reports] == ["expired"]
