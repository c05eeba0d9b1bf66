"""Holidays and zones: whose clock counts, and on which days nothing is said."""

from agents.decisions.policy.rulebook import Rulebook
from tests.agents.decisions.story import missed, profile
from tests.scenarios.language import Tale, covers, in_america, in_china


def _due_before_the_national_day(rulebook: Rulebook) -> Tale:
    """Wednesday, 30 September 2026, is the due date; the holidays are 1 to 7 October."""
    tale = Tale(rulebook)
    return tale.on("2026-09-30 10:00", profile()).on("2026-10-01 00:00", missed("1", "2026-09-30", 100_00))


@covers(pack="CN")
def in_london_it_is_their_afternoon_that_counts(rulebook: Rulebook) -> None:
    # Midnight of Monday in Shanghai is four in the afternoon of Sunday in London.
    in_china(rulebook, zone="Europe/London").hears("03-02 00:00")


@covers(pack="CN")
def in_auckland_the_morning_begins_in_our_night(rulebook: Rulebook) -> None:
    in_china(rulebook, zone="Pacific/Auckland").hears("03-02 04:00")


@covers(pack="CN")
def in_urumqi_two_hours_of_the_morning_are_waited_for(rulebook: Rulebook) -> None:
    # Nine in Urumqi is eleven in Shanghai.
    in_china(rulebook, zone="Asia/Urumqi").hears("03-02 11:00")


@covers(pack="CN")
def the_holidays_are_days_as_others_are(rulebook: Rulebook) -> None:
    _due_before_the_national_day(rulebook).hears("10-01 09:00")


@covers("CN-REST-1", pack="CN-REST")
def on_holidays_nothing_is_said_and_the_days_go_on(rulebook: Rulebook) -> None:
    # FRIENDLY makes sense until the sixth day past due, Tuesday; the holidays end on Wednesday.
    tale = _due_before_the_national_day(rulebook).hears_nothing("10-06 23:00")
    tale.tick_until("2026-10-08 09:00")
    tale.expect("10-08 09:00 opened L/1", "10-08 09:00 issued FIRM 10000")


@covers("CN-REST-1", pack="CN-REST")
def a_holiday_of_a_year_that_nobody_confirmed_is_not_guessed(rulebook: Rulebook) -> None:
    tale = Tale(rulebook).on("2027-03-01 10:00", profile()).on("2027-03-02 00:00", missed("1", "2027-03-01", 100_00))
    tale.tick_until("2027-03-05 00:00").silent()
    tale.why("03-02 00:00 blocked CALENDAR_UNCONFIRMED FRIENDLY by CN-REST-1")


@covers("US-ZONE-1")
def who_may_be_in_california_sleeps_until_noon_of_new_york(rulebook: Rulebook) -> None:
    in_america(rulebook, other_zones=("America/Los_Angeles",)).hears("03-03 12:00")


@covers("US-ZONE-1")
def an_area_code_of_california_counts_as_the_address_does(rulebook: Rulebook) -> None:
    in_america(rulebook, phone="+14155550123").hears("03-03 12:00")


@covers("US-ZONE-1")
def an_area_code_of_hawaii_leaves_five_hours_of_the_day(rulebook: Rulebook) -> None:
    in_america(rulebook, phone="+18085550123").hears("03-03 14:00")
    # Noon of New York is seven in Hawaii.
    tale = in_america(rulebook, phone="+18085550123").stopped().outage_until("2026-03-04 12:00").silent()
    tale.why("03-04 12:00 deferred OUTSIDE_HOURS FRIENDLY by US-TIME-1").hears("03-04 14:00")


@covers(pack="US")
def an_area_code_of_the_own_zone_changes_nothing(rulebook: Rulebook) -> None:
    in_america(rulebook).hears("03-03 09:00")


@covers(pack="US")
def the_clock_that_was_put_forward_counts_as_it_shows(rulebook: Rulebook) -> None:
    # On Sunday, 8 March, two became three; nine is nine, thirteen hours of UTC after midnight in winter's count.
    tale = in_america(rulebook).stopped().outage_until("2026-03-08 08:59").silent()
    tale.why("03-08 08:59 deferred OUTSIDE_HOURS FRIENDLY").hears("03-08 09:00")
    assert tale.reminders[0].issued_at.hour == 13
