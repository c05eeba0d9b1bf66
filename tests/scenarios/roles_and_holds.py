"""Roles and holds: who is written to, and who is left in peace."""

from agents.decisions.policy.rulebook import Rulebook
from tests.agents.decisions.story import at, ended, hold, lifted, paid
from tests.scenarios.language import NEW_YORK, Tale, covers, in_america, in_china, with_policy, without


def _nobody_is_named(rulebook: Rulebook) -> Rulebook:
    """The policy with no list of its own of holds under which no person phones: only the pack's kinds are left."""
    return with_policy(rulebook, hand_off={"never_for": ()})


def _goes_to_a_person_after_three_weeks(tale: Tale, clock: str) -> None:
    """Nothing is said, and a hold that nobody ends is no way to be forgotten."""
    tale.tick_until("2026-04-30 00:00").expect(f"{clock} opened L/1", f"{clock} handed-off BLOCKED_TOO_LONG 10000")


@covers("CN-ROLE-1")
def a_stranger_is_not_written_to(rulebook: Rulebook) -> None:
    tale = in_china(rulebook, role="third_unrelated")
    tale.hears_nothing("03-07 23:00", "03-02 09:00 blocked ROLE_NOT_ALLOWED FRIENDLY by CN-ROLE-1")


@covers("CN-ROLE-2")
def a_contact_person_is_not_written_to_either(rulebook: Rulebook) -> None:
    tale = in_china(rulebook, role="third_related")
    tale.hears_nothing("03-07 23:00", "03-02 09:00 blocked ROLE_NOT_ALLOWED FRIENDLY by CN-ROLE-2")


@covers("CN-TEXT-THIRD-PARTY")
def even_where_contact_persons_are_written_to_they_never_learn_of_the_debt(rulebook: Rulebook) -> None:
    # The standard by itself, without our own rule, lets them be asked how the debtor can be reached.
    tale = in_china(without(rulebook, "CN-ROLE-2"), role="third_related")
    tale.hears_nothing("03-07 23:00", "03-02 09:00 blocked TEXT_THIRD_PARTY FRIENDLY by CN-TEXT-THIRD-PARTY")


@covers(pack="CN")
def a_guarantor_answers_for_the_debt_and_is_written_to(rulebook: Rulebook) -> None:
    tale = in_china(rulebook, role="guarantor")
    tale.hears("03-02 09:00")
    assert tale.reminders[0].recipient.role == "guarantor"


@covers("US-ROLE-1")
def in_america_a_relative_is_not_written_to(rulebook: Rulebook) -> None:
    tale = in_america(rulebook, role="third_related")
    tale.hears_nothing("03-09 23:00", "03-03 09:00 blocked ROLE_NOT_ALLOWED FRIENDLY by US-ROLE-1")


@covers("US-ROLE-1")
def in_america_debtor_and_guarantor_are_written_to(rulebook: Rulebook) -> None:
    in_america(rulebook, role="debtor").hears("03-03 09:00")
    in_america(rulebook, role="guarantor").hears("03-03 09:00")


@covers("CN-HOLD-1")
def while_the_debt_is_disputed_nothing_is_said(rulebook: Rulebook) -> None:
    tale = in_china(rulebook, hold(kind="dispute"))
    tale.hears_nothing("03-07 23:00", "03-02 09:00 blocked HOLD_DISPUTE FRIENDLY by CN-HOLD-1")
    _goes_to_a_person_after_three_weeks(tale, "03-23 00:00")


@covers("CN-HOLD-2")
def in_hardship_nothing_is_said(rulebook: Rulebook) -> None:
    tale = in_china(rulebook, hold(kind="hardship"))
    tale.hears_nothing("03-07 23:00", "03-02 09:00 blocked HOLD_HARDSHIP FRIENDLY by CN-HOLD-2")


@covers("CN-HOLD-3")
def the_dead_are_not_written_to_and_nobody_phones(rulebook: Rulebook) -> None:
    tale = in_china(_nobody_is_named(rulebook), hold(kind="deceased"))
    tale.hears_nothing("03-07 23:00", "03-02 09:00 blocked HOLD_DECEASED FRIENDLY by CN-HOLD-3")
    tale.tick_until("2026-06-30 00:00").silent()


@covers("CN-HOLD-3")
def a_death_takes_the_case_back_from_the_person_who_has_it(rulebook: Rulebook) -> None:
    disputed = in_china(_nobody_is_named(rulebook), hold(kind="dispute")).tick_until("2026-04-01 00:00")
    disputed.expect("03-23 00:00 opened L/1", "03-23 00:00 handed-off BLOCKED_TOO_LONG 10000")
    disputed.on("2026-04-02 10:00", hold("D", kind="deceased")).expect("04-02 10:00 withdrawn HOLD_DECEASED")


@covers("CN-HOLD-4")
def a_time_barred_debt_is_not_spoken_of(rulebook: Rulebook) -> None:
    tale = in_china(rulebook, hold(kind="time_barred"))
    tale.hears_nothing("03-07 23:00", "03-02 09:00 blocked HOLD_TIME_BARRED FRIENDLY by CN-HOLD-4")


@covers(pack="CN")
def a_hold_of_a_kind_that_the_pack_does_not_know_silences_all_the_same(rulebook: Rulebook) -> None:
    tale = in_china(rulebook, hold(kind="earthquake"))
    tale.hears_nothing("03-07 23:00", "03-02 09:00 blocked HOLD_EARTHQUAKE FRIENDLY")


@covers(pack="CN")
def when_the_dispute_is_answered_the_ladder_goes_on(rulebook: Rulebook) -> None:
    tale = in_china(rulebook, hold(kind="dispute")).tick_until("2026-03-04 11:00").silent()
    tale.on("2026-03-04 12:00", lifted()).hears("03-04 12:00")


@covers(pack="CN")
def who_pays_during_a_dispute_hears_nothing_afterwards(rulebook: Rulebook) -> None:
    tale = in_china(rulebook, hold(kind="dispute")).on("2026-03-03 10:00", paid(100_00))
    tale.on("2026-03-04 12:00", lifted()).tick_until("2026-04-30 00:00").silent()


@covers(pack="CN")
def a_debt_that_was_sold_is_not_ours_to_speak_of(rulebook: Rulebook) -> None:
    in_china(rulebook).on("2026-03-02 08:00", ended("sold")).tick_until("2026-04-30 00:00").silent()


@covers("US-HOLD-1")
def whoever_has_an_attorney_is_not_contacted_at_all(rulebook: Rulebook) -> None:
    tale = in_america(_nobody_is_named(rulebook), hold(kind="represented"))
    tale.hears_nothing("03-09 23:00", "03-03 09:00 blocked HOLD_REPRESENTED FRIENDLY by US-HOLD-1")
    tale.tick_until("2026-06-30 00:00").silent()


@covers("US-HOLD-2")
def whoever_asked_for_an_end_of_contact_is_not_contacted_at_all(rulebook: Rulebook) -> None:
    tale = in_america(_nobody_is_named(rulebook), hold(kind="cease_contact"))
    tale.hears_nothing("03-09 23:00", "03-03 09:00 blocked HOLD_CEASE_CONTACT FRIENDLY by US-HOLD-2")
    tale.tick_until("2026-06-30 00:00").silent()


@covers("US-HOLD-3")
def while_a_dispute_is_open_collection_ceases_and_nobody_phones(rulebook: Rulebook) -> None:
    tale = in_america(rulebook, hold(kind="dispute"))
    tale.hears_nothing("03-09 23:00", "03-03 09:00 blocked HOLD_DISPUTE FRIENDLY by US-HOLD-3")
    tale.tick_until("2026-06-30 00:00").silent()


@covers("US-HOLD-5")
def whoever_asked_for_the_original_creditor_is_left_alone(rulebook: Rulebook) -> None:
    tale = in_america(rulebook, hold(kind="original_creditor"))
    tale.hears_nothing("03-09 23:00", "03-03 09:00 blocked HOLD_ORIGINAL_CREDITOR FRIENDLY by US-HOLD-5")
    tale.tick_until("2026-06-30 00:00").silent()


@covers("US-HOLD-6")
def in_america_the_dead_are_not_asked_either(rulebook: Rulebook) -> None:
    tale = in_america(_nobody_is_named(rulebook), hold(kind="deceased"))
    tale.hears_nothing("03-09 23:00", "03-03 09:00 blocked HOLD_DECEASED FRIENDLY by US-HOLD-6")
    tale.tick_until("2026-06-30 00:00").silent()


@covers("US-HOLD-7")
def of_a_debt_that_is_time_barred_nothing_is_said(rulebook: Rulebook) -> None:
    tale = in_america(rulebook, hold(kind="time_barred"))
    tale.hears_nothing("03-09 23:00", "03-03 09:00 blocked HOLD_TIME_BARRED FRIENDLY by US-HOLD-7")
    _goes_to_a_person_after_three_weeks(tale, "03-24 00:00")


@covers("US-HOLD-8")
def before_the_validation_notice_nothing_is_said(rulebook: Rulebook) -> None:
    tale = in_america(rulebook, hold(kind="validation"))
    tale.hears_nothing("03-09 23:00", "03-03 09:00 blocked HOLD_VALIDATION FRIENDLY by US-HOLD-8")


@covers("US-HOLD-9")
def a_debt_that_others_have_is_nobodys_here(rulebook: Rulebook) -> None:
    tale = in_america(rulebook, hold(kind="transferred"))
    tale.hears_nothing("03-09 23:00", "03-03 09:00 blocked HOLD_TRANSFERRED FRIENDLY by US-HOLD-9")
    tale.tick_until("2026-06-30 00:00").silent()


@covers("US-HOLD-4")
def in_bankruptcy_the_stay_is_kept(rulebook: Rulebook) -> None:
    tale = in_america(_nobody_is_named(rulebook), hold(kind="bankruptcy"))
    tale.hears_nothing("03-09 23:00", "03-03 09:00 blocked HOLD_BANKRUPTCY FRIENDLY by US-HOLD-4")
    tale.tick_until("2026-06-30 00:00").silent()


@covers(pack="US")
def a_hold_that_came_to_its_end_holds_nothing_back(rulebook: Rulebook) -> None:
    in_america(rulebook, hold(kind="dispute", until=at("2026-03-04 10:00", NEW_YORK))).hears("03-04 10:00")
