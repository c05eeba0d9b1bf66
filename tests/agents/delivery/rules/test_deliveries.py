"""What becomes of a reminder between the log and the gateway."""

from datetime import timedelta

import pytest

from agents.delivery.providers.port import Accepted, Ending, Refused, Report, Unknown
from agents.delivery.rules.deliveries import Deliveries, Flush
from agents.delivery.rules.journal import JournalEntry, decode
from agents.delivery.rules.queries import ASKED_AFTER, KEPT_AFTER_END, Query
from agents.delivery.rules.recalls_ahead import TooManyTakenBack
from tests.agents.delivery.messages import MINUTE, NINE, reminder

GRACE = timedelta(hours=72)


def new_deliveries(taken_back_max: int = 100, open_max: int = 100) -> Deliveries:
    return Deliveries(receipt_grace=GRACE, taken_back_max=taken_back_max, open_max=open_max)


def told(deliveries: Deliveries) -> list[str]:
    """The statuses that would be receipted now."""
    return [receipt.status for receipt in deliveries.flush().receipts]


def offered(deliveries: Deliveries, reminder_id: str = "R1") -> None:
    assert deliveries.take(reminder(reminder_id), 0, NINE) == "offer"
    assert deliveries.begin(reminder_id, NINE)


def accepted(deliveries: Deliveries, reminder_id: str = "R1") -> None:
    offered(deliveries, reminder_id)
    assert not deliveries.came_out(reminder_id, Accepted(f"ref-{reminder_id}"), NINE)


def report(status: Ending, reminder_id: str | None = None, ref: str = "ref-R1") -> Report:
    return Report(reminder_id, ref, status, NINE + MINUTE)


def restarted(deliveries: Deliveries) -> Deliveries:
    """Deliveries that know what the old one had committed by now."""
    entries = [decode(value) for _, _, value in deliveries.flush().journal if value]
    after = new_deliveries()
    after.restore(entries, NINE + MINUTE)
    return after


def test_a_reminder_is_journaled_before_it_may_be_offered_and_told_after() -> None:
    deliveries = new_deliveries()
    assert deliveries.take(reminder("R1"), 3, NINE) == "offer"
    journal, receipts, _ = deliveries.flush()
    assert [(partition, key) for partition, key, _ in journal] == [(3, "R1")]
    assert decode(journal[0][2] or b"").status == "submitting"
    assert not receipts
    assert deliveries.begin("R1", NINE)
    deliveries.came_out("R1", Accepted("ref-R1"), NINE)
    deliveries.report(report("delivered"), NINE + MINUTE)
    flushed = deliveries.flush()
    assert [(r.status, r.account_id, r.partition) for r in flushed.receipts] == [
        ("accepted", "A1", 3),
        ("delivered", "A1", 3),
    ]
    assert b"138001" not in b"".join(value or b"" for _, _, value in journal + flushed.journal)


def test_a_recall_that_can_be_read_already_wins() -> None:
    deliveries = new_deliveries()
    deliveries.take_back("R1", 0, 7, NINE)
    assert deliveries.take(reminder("R1"), 0, NINE) == "done"
    assert told(deliveries) == ["recalled"]
    assert not deliveries.recalls, "the gateway never had it"


def test_a_recall_between_journal_and_offer_wins() -> None:
    deliveries = new_deliveries()
    deliveries.take(reminder("R1"), 0, NINE)
    deliveries.take_back("R1", 0, 7, NINE)
    assert not deliveries.begin("R1", NINE)
    assert told(deliveries) == ["recalled"]


def test_a_recall_while_the_gateway_is_asked_waits_for_its_answer() -> None:
    deliveries = new_deliveries()
    offered(deliveries)
    deliveries.take_back("R1", 0, 7, NINE)
    assert not deliveries.recalls
    deliveries.came_out("R1", Accepted("ref-R1"), NINE)
    assert list(deliveries.recalls) == ["R1"]
    deliveries.recall_answered("R1", "recalled", NINE)
    assert told(deliveries) == ["accepted", "recalled"]


def test_a_recall_that_comes_too_late_is_told_and_the_report_still_counts() -> None:
    deliveries = new_deliveries()
    accepted(deliveries)
    deliveries.take_back("R1", 0, 7, NINE)
    deliveries.recall_answered(deliveries.recalls.popleft(), "too_late", NINE)
    deliveries.report(report("delivered"), NINE)
    assert told(deliveries) == ["accepted", "too_late", "delivered"]


def test_a_recall_that_nobody_answers_is_unknown_and_not_asked_again() -> None:
    deliveries = new_deliveries()
    accepted(deliveries)
    deliveries.take_back("R1", 0, 7, NINE)
    deliveries.recall_answered(deliveries.recalls.popleft(), "unknown", NINE)
    deliveries.take_back("R1", 0, 8, NINE)
    assert not deliveries.recalls
    assert told(deliveries) == ["accepted", "unknown"]


def test_a_recall_of_what_has_ended_asks_nobody() -> None:
    deliveries = new_deliveries()
    accepted(deliveries)
    deliveries.report(report("delivered"), NINE)
    deliveries.take_back("R1", 0, 7, NINE)
    assert not deliveries.recalls


def test_a_take_back_is_forgotten_once_its_place_is_passed() -> None:
    deliveries = new_deliveries()
    deliveries.take_back("R1", 0, 7, NINE)
    deliveries.take_back("R2", 1, 7, NINE)
    deliveries.ahead.passed(0, 7)
    assert len(deliveries.ahead) == 2
    deliveries.ahead.passed(0, 8)
    assert "R2" in deliveries.ahead
    assert len(deliveries.ahead) == 1


def test_more_take_backs_than_can_be_remembered_stop_the_hand_over() -> None:
    deliveries = new_deliveries(taken_back_max=1)
    deliveries.take_back("R1", 0, 7, NINE)
    deliveries.take_back("R1", 0, 8, NINE)
    with pytest.raises(TooManyTakenBack):
        deliveries.take_back("R2", 0, 9, NINE)


@pytest.mark.parametrize("late", [15 * MINUTE, 60 * MINUTE])
def test_what_has_expired_is_not_sent(late: timedelta) -> None:
    deliveries = new_deliveries()
    assert deliveries.take(reminder("R1"), 0, NINE + late) == "done"
    assert told(deliveries) == ["expired"]


def test_what_expires_in_the_queue_is_not_sent() -> None:
    deliveries = new_deliveries()
    deliveries.take(reminder("R1"), 0, NINE)
    assert not deliveries.begin("R1", NINE + 15 * MINUTE)
    assert told(deliveries) == ["expired"]


def test_it_waits_for_not_before() -> None:
    deliveries = new_deliveries()
    early = reminder("R1", not_before=NINE + MINUTE)
    assert deliveries.take(early, 0, NINE) == "wait"
    assert deliveries.flush() == Flush([], [])
    assert deliveries.take(early, 0, NINE + MINUTE) == "offer"


def test_a_repeat_on_the_log_is_ignored() -> None:
    deliveries = new_deliveries()
    accepted(deliveries)
    assert deliveries.take(reminder("R1"), 0, NINE) == "done"
    assert told(deliveries) == ["accepted"]


def test_a_refusal_is_final_and_throttling_is_none() -> None:
    deliveries = new_deliveries()
    offered(deliveries)
    assert deliveries.came_out("R1", Refused("MSGQFULL", throttled=True), NINE)
    assert told(deliveries) == []
    assert deliveries.begin("R1", NINE)
    assert not deliveries.came_out("R1", Refused("BAD_NUMBER"), NINE)
    (receipt,) = deliveries.flush().receipts
    assert (receipt.status, receipt.detail) == ("failed", "BAD_NUMBER")
    assert not deliveries.begin("R1", NINE)


def test_what_is_recalled_while_it_is_throttled_is_not_offered_again() -> None:
    deliveries = new_deliveries()
    offered(deliveries)
    deliveries.take_back("R1", 0, 7, NINE)
    assert not deliveries.came_out("R1", Refused("MSGQFULL", throttled=True), NINE)
    assert told(deliveries) == ["recalled"]


def test_an_unknown_outcome_is_asked_about_and_never_offered_again() -> None:
    deliveries = new_deliveries()
    offered(deliveries)
    assert not deliveries.came_out("R1", Unknown("TIMEOUT"), NINE)
    assert not deliveries.begin("R1", NINE)
    assert deliveries.looks(NINE, 10) == [Query("R1", last=False)]
    assert deliveries.looks(NINE, 10) == [], "it is being asked"
    deliveries.looked(Query("R1", last=False), None, NINE)
    assert deliveries.looks(NINE, 10) == []
    (look,) = deliveries.looks(NINE + ASKED_AFTER[1], 10)
    deliveries.looked(look, "delivered", NINE)
    assert told(deliveries) == ["unknown", "delivered"]


def test_without_a_report_the_end_is_unknown() -> None:
    deliveries = new_deliveries()
    accepted(deliveries)
    end = NINE + 15 * MINUTE + GRACE
    assert deliveries.looks(end - MINUTE, 10) == []
    (look,) = deliveries.looks(end, 10)
    assert look.last
    deliveries.looked(look, "accepted", end)
    assert told(deliveries) == ["accepted", "unknown"]
    deliveries.take_back("R1", 0, 7, end)
    assert not deliveries.recalls, "nobody can take it back any more"


def test_nobody_is_asked_about_what_was_not_offered_yet_however_late_it_is_elsewhere() -> None:
    deliveries = new_deliveries()
    deliveries.take(reminder("R1"), 0, NINE)
    assert deliveries.looks(NINE + 15 * MINUTE + GRACE, 10) == []
    assert deliveries.begin("R1", NINE)
    deliveries.came_out("R1", Accepted("ref-R1"), NINE)
    assert deliveries.looks(NINE + 15 * MINUTE + GRACE, 10) == [Query("R1", last=True)]


def test_an_ended_message_is_forgotten_with_a_tombstone() -> None:
    deliveries = new_deliveries()
    accepted(deliveries)
    deliveries.report(report("delivered"), NINE)
    deliveries.flush()
    over = NINE + 15 * MINUTE + KEPT_AFTER_END
    deliveries.looks(over - MINUTE, 10)
    assert deliveries.entries
    deliveries.looks(over, 10)
    assert not deliveries.entries
    assert deliveries.flush().journal == [(0, "R1", None)]


def test_reports_come_twice_and_in_any_order() -> None:
    deliveries = new_deliveries()
    accepted(deliveries)
    for status in ("failed", "failed", "delivered", "expired", "delivered"):
        deliveries.report(report(status), NINE)
    assert told(deliveries) == ["accepted", "failed", "delivered"], "that it arrived outranks all else"


def test_a_report_may_overtake_the_answer() -> None:
    deliveries = new_deliveries()
    offered(deliveries, "R1")
    offered(deliveries, "R2")
    deliveries.report(report("delivered", ref="ref-R1"), NINE)
    deliveries.came_out("R1", Accepted("ref-R1"), NINE)
    deliveries.report(report("delivered", "R2", ref="ref-R2"), NINE)
    deliveries.came_out("R2", Accepted("ref-R2"), NINE)
    assert told(deliveries) == ["accepted", "delivered", "delivered"]


def test_a_reference_of_two_reminders_reports_neither_and_one_that_is_echoed_its_own() -> None:
    deliveries = new_deliveries()
    for reminder_id in ("R1", "R2"):
        offered(deliveries, reminder_id)
        deliveries.came_out(reminder_id, Accepted("ref-R1"), NINE)
    deliveries.report(report("failed"), NINE)
    assert (told(deliveries), deliveries.unmatched) == (["accepted", "accepted"], 1)
    deliveries.report(report("failed", "R2"), NINE)
    (receipt,) = deliveries.flush().receipts
    assert (receipt.reminder_id, receipt.status) == ("R2", "failed")


def test_a_report_from_before_a_submit_is_not_its_own() -> None:
    deliveries = new_deliveries()
    deliveries.report(report("failed"), NINE)
    offered(deliveries, "R2")
    deliveries.report(report("failed", ref="ref-R9"), NINE)
    deliveries.came_out("R2", Accepted("ref-R2"), NINE)
    for reminder_id, ref in (("R1", "ref-R1"), ("R9", "ref-R9")):
        offered(deliveries, reminder_id)
        deliveries.came_out(reminder_id, Accepted(ref), NINE)
    assert told(deliveries) == ["accepted"] * 3


def test_no_number_reaches_a_receipt() -> None:
    deliveries = new_deliveries()
    offered(deliveries)
    deliveries.came_out("R1", Refused("no route to +86 138 0013 8000"), NINE)
    (receipt,) = deliveries.flush().receipts
    assert receipt.detail == "no_route_to_N"


def test_a_desk_that_is_full_says_so() -> None:
    deliveries = new_deliveries(open_max=1)
    assert deliveries.room == 1
    deliveries.take(reminder("R1"), 0, NINE)
    assert deliveries.room == 0


def test_after_a_crash_what_may_have_been_sent_is_unknown() -> None:
    deliveries = new_deliveries()
    deliveries.take(reminder("R1"), 0, NINE)
    after = restarted(deliveries)
    assert not after.begin("R1", NINE)
    assert after.take(reminder("R1"), 0, NINE) == "done"
    (receipt,) = after.flush().receipts
    assert (receipt.status, receipt.detail) == ("unknown", "INTERRUPTED")
    assert after.looks(NINE + MINUTE, 10) == [Query("R1", last=False)]


def test_after_a_crash_reports_still_find_their_message_and_recalls_are_asked_again() -> None:
    deliveries = new_deliveries()
    accepted(deliveries)
    deliveries.take_back("R1", 0, 7, NINE)
    after = restarted(deliveries)
    assert list(after.recalls) == ["R1"]
    after.report(report("delivered"), NINE)
    assert told(after) == ["delivered"]


def test_the_journal_keeps_what_it_does_not_know_out() -> None:
    value = b'{"entry_version":1,"reminder_id":"R","account_id":"A","partition":0,"status":"accepted",'
    value += b'"since":"2026-03-02T09:00:00Z","expires_at":"2026-03-02T09:15:00Z","newer":1}'
    assert decode(value) == JournalEntry(
        reminder_id="R", account_id="A", partition=0, status="accepted", since=NINE, expires_at=NINE + 15 * MINUTE
    )
