"""Hours: when a message leaves, and which rule keeps it back.

Sunday, 1 March 2026, was the due date: the first message is meant for Monday in China and for Tuesday in America.
Where a message is late at night, nobody worked until then: who works on a ticking clock never tries at night.
"""

from agents.decisions.policy.rulebook import Rulebook
from schemas.facts import AgreedHours
from tests.agents.decisions.story import at
from tests.scenarios.language import at_any_hour, covers, in_america, in_china


@covers("CN-TIME-1")
def late_at_night_the_standard_closes(rulebook: Rulebook) -> None:
    tale = in_china(rulebook).stopped().outage_until("2026-03-02 22:30").silent()
    tale.why("03-02 22:30 deferred OUTSIDE_HOURS FRIENDLY by CN-TIME-1")
    tale.hears("03-03 09:00")


@covers("CN-TIME-1")
def at_ten_sharp_the_standard_closes(rulebook: Rulebook) -> None:
    tale = in_china(rulebook).stopped().outage_until("2026-03-02 22:00").silent()
    tale.why("03-02 22:00 deferred OUTSIDE_HOURS FRIENDLY by CN-TIME-1")


@covers("CN-TIME-1")
def before_eight_the_standard_closes(rulebook: Rulebook) -> None:
    tale = in_china(rulebook).stopped().outage_until("2026-03-03 07:59").silent()
    tale.why("03-03 07:59 deferred OUTSIDE_HOURS FRIENDLY by CN-TIME-1")


@covers("CN-TIME-2")
def at_eight_in_the_evening_courtesy_closes(rulebook: Rulebook) -> None:
    tale = in_china(rulebook).stopped().outage_until("2026-03-02 20:00").silent()
    tale.why("03-02 20:00 deferred OUTSIDE_HOURS FRIENDLY by CN-TIME-2").hears("03-03 09:00")


@covers("CN-TIME-2")
def a_minute_before_nine_is_too_early(rulebook: Rulebook) -> None:
    tale = in_china(rulebook).stopped().outage_until("2026-03-03 08:59").silent()
    tale.why("03-03 08:59 deferred OUTSIDE_HOURS FRIENDLY by CN-TIME-2").hears("03-03 09:00")


@covers("CN-TIME-2")
def a_policy_that_never_sleeps_still_speaks_from_nine_on(rulebook: Rulebook) -> None:
    in_china(at_any_hour(rulebook)).hears("03-02 09:00")


@covers("CN-TIME-2")
def ten_minutes_before_the_end_are_the_gateways(rulebook: Rulebook) -> None:
    late = in_china(at_any_hour(rulebook)).stopped().outage_until("2026-03-02 19:50").silent()
    late.why("03-02 19:50 deferred OUTSIDE_HOURS FRIENDLY by CN-TIME-2")
    in_time = in_china(at_any_hour(rulebook)).stopped().outage_until("2026-03-02 19:45")
    in_time.expect("03-02 19:45 opened L/1", "03-02 19:45 issued FRIENDLY 10000")
    assert in_time.reminders[0].expires_at == at("2026-03-02 19:50")


@covers(pack="CN")
def who_agreed_in_writing_to_the_evening_is_written_to_then(rulebook: Rulebook) -> None:
    evening = AgreedHours(start="21:00", end="23:00", evidence_id="consent-7")
    in_china(at_any_hour(rulebook), agreed_hours=evening).hears("03-02 21:00")


@covers("CN-TIME-2")
def an_evening_that_nobody_can_prove_is_no_agreement(rulebook: Rulebook) -> None:
    in_china(at_any_hour(rulebook), agreed_hours=AgreedHours(start="21:00", end="23:00")).hears("03-02 09:00")


@covers(pack="CN")
def agreed_hours_are_no_reason_for_the_lender_to_work_at_night(rulebook: Rulebook) -> None:
    evening = AgreedHours(start="21:00", end="23:00", evidence_id="consent-7")
    tale = in_china(rulebook, agreed_hours=evening)
    tale.hears_nothing("03-06 00:00", "03-02 00:00 blocked NO_PERMITTED_HOURS FRIENDLY by CN-TIME-1")


@covers("US-TIME-1")
def after_nine_in_the_evening_regulation_f_closes(rulebook: Rulebook) -> None:
    tale = in_america(rulebook).stopped().outage_until("2026-03-03 21:00").silent()
    tale.why("03-03 21:00 deferred OUTSIDE_HOURS FRIENDLY by US-TIME-1").hears("03-04 09:00")


@covers("US-TIME-1")
def before_eight_regulation_f_closes(rulebook: Rulebook) -> None:
    tale = in_america(rulebook).stopped().outage_until("2026-03-04 07:59").silent()
    tale.why("03-04 07:59 deferred OUTSIDE_HOURS FRIENDLY by US-TIME-1").hears("03-04 09:00")


@covers("US-TIME-1")
def a_policy_that_never_sleeps_speaks_from_eight_on(rulebook: Rulebook) -> None:
    in_america(at_any_hour(rulebook)).hears("03-03 08:00")


@covers(pack="US")
def in_the_evening_only_the_policy_itself_closes(rulebook: Rulebook) -> None:
    tale = in_america(rulebook).stopped().outage_until("2026-03-03 20:00").silent()
    tale.why("03-03 20:00 deferred OUTSIDE_HOURS FRIENDLY").hears("03-04 09:00")
    awake = in_america(at_any_hour(rulebook)).stopped().outage_until("2026-03-03 20:00")
    awake.expect("03-03 20:00 opened L/1", "03-03 20:00 issued FRIENDLY 10000")


@covers("US-TIME-1")
def a_night_that_nobody_can_prove_is_no_agreement(rulebook: Rulebook) -> None:
    tale = in_america(at_any_hour(rulebook), agreed_hours=AgreedHours(start="22:00", end="23:00"))
    tale.hears_nothing("03-08 00:00", "03-03 00:00 blocked NO_PERMITTED_HOURS FRIENDLY by US-TIME-1")


@covers(pack="US")
def a_night_that_was_agreed_to_is_kept_and_the_day_is_not_used(rulebook: Rulebook) -> None:
    night = AgreedHours(start="22:00", end="23:00", evidence_id="consent-7")
    in_america(at_any_hour(rulebook), agreed_hours=night).hears("03-03 22:00")


@covers("US-HOURS-1")
def who_is_at_work_until_four_is_not_disturbed_before(rulebook: Rulebook) -> None:
    after_work = AgreedHours(start="16:00", end="18:00")
    in_america(rulebook, agreed_hours=after_work).hears("03-03 16:00")


@covers("US-HOURS-1")
def hours_that_were_asked_for_end_too(rulebook: Rulebook) -> None:
    morning = AgreedHours(start="10:00", end="12:00")
    tale = in_america(rulebook, agreed_hours=morning).stopped().outage_until("2026-03-03 12:00").silent()
    tale.why("03-03 12:00 deferred OUTSIDE_HOURS FRIENDLY by US-HOURS-1").hears("03-04 10:00")
