"""Opt-outs, numbers and the ledger's word: what the person said, whose number it is, and how old the amount is."""

from agents.decisions.policy.rulebook import Rulebook
from schemas.facts import OptOut
from tests.agents.decisions.story import at, lifted, paid, profile, replied
from tests.scenarios.language import NEW_YORK, Tale, covers, in_america, in_china, with_policy


def _no_words_of_its_own(rulebook: Rulebook) -> Rulebook:
    """The policy without opt-out words: only the pack's are left."""
    return with_policy(rulebook, replies={"opt_out": ()})


@covers("CN-OPTOUT-1")
def td_stops_everything_at_once(rulebook: Rulebook) -> None:
    for word in ("T", "TD", "N", "TUIDING", "QX", "QUXIAO", "STOP", "STOPALL", "CANCEL", "UNSUBSCRIBE", "td"):
        tale = in_china(rulebook).on("2026-03-02 08:00", replied(word))
        tale.hears_nothing("03-07 23:00", "03-02 09:00 blocked OPTED_OUT FRIENDLY by CN-OPTOUT-1")


@covers("CN-OPTOUT-1")
def a_policy_that_forgets_the_words_is_told_them_by_the_pack(rulebook: Rulebook) -> None:
    tale = in_china(_no_words_of_its_own(rulebook)).on("2026-03-02 08:00", replied("TD"))
    tale.hears_nothing("03-07 23:00", "03-02 09:00 blocked OPTED_OUT FRIENDLY by CN-OPTOUT-1")


@covers("CN-OPTOUT-1")
def an_opt_out_takes_back_what_is_under_way(rulebook: Rulebook) -> None:
    tale = in_china(_no_words_of_its_own(rulebook))
    tale.hears("03-02 09:00").on("2026-03-02 09:05", replied("N")).expect("03-02 10:00 cancelled FRIENDLY OPTED_OUT")


@covers(pack="CN")
def a_question_is_no_opt_out_and_goes_to_a_person(rulebook: Rulebook) -> None:
    tale = in_china(rulebook).on("2026-03-02 08:00", replied("WHO"))
    tale.tick_until("2026-03-02 08:00").expect("03-02 08:00 opened L/1", "03-02 08:00 handed-off REPLY_RECEIVED 10000")


@covers(pack="CN")
def an_opt_out_in_the_profile_is_kept_and_cites_nothing_of_the_pack(rulebook: Rulebook) -> None:
    tale = in_china(rulebook, opt_outs=(OptOut(scope="channel", value="sms"),))
    tale.hears_nothing("03-07 23:00", "03-02 09:00 blocked OPTED_OUT FRIENDLY")


@covers(pack="CN")
def who_wants_to_hear_of_it_again_is_written_to_again(rulebook: Rulebook) -> None:
    tale = (
        in_china(rulebook)
        .on("2026-03-02 08:00", replied("TD", "r1"))
        .hears_nothing("03-03 09:00", "03-02 09:00 blocked OPTED_OUT FRIENDLY by CN-OPTOUT-1")
    )
    tale.on("2026-03-03 10:00", lifted("reply/r1")).hears("03-03 10:00")


@covers("US-OPTOUT-1")
def every_word_of_the_tcpa_stops_everything(rulebook: Rulebook) -> None:
    for word in ("STOP", "STOPALL", "QUIT", "END", "REVOKE", "OPTOUT", "OPT-OUT", "CANCEL", "UNSUBSCRIBE"):
        tale = in_america(rulebook).on("2026-03-02 08:00", replied(word))
        tale.hears_nothing("03-09 23:00", "03-03 09:00 blocked OPTED_OUT FRIENDLY by US-OPTOUT-1")


@covers(pack="US")
def a_word_that_the_american_pack_does_not_know_goes_to_a_person(rulebook: Rulebook) -> None:
    tale = in_america(rulebook).on("2026-03-02 08:00", replied("TD"))
    tale.tick_until("2026-03-02 08:00").expect("03-02 08:00 opened L/1", "03-02 08:00 handed-off REPLY_RECEIVED 10000")


@covers("US-NUMBER-1")
def a_number_that_nobody_confirmed_for_sixty_one_days_is_not_written_to(rulebook: Rulebook) -> None:
    confirmed = at("2026-01-01 12:00", NEW_YORK)
    tale = in_america(rulebook, number_confirmed_at=confirmed)
    tale.hears_nothing("03-09 23:00", "03-03 09:00 blocked NUMBER_NOT_CONFIRMED FRIENDLY by US-NUMBER-1")


@covers("US-NUMBER-1")
def a_number_of_which_nobody_knows_is_not_written_to_until_it_is_confirmed(rulebook: Rulebook) -> None:
    tale = in_america(rulebook, number_confirmed_at=None)
    tale.hears_nothing("03-03 12:00", "03-03 09:00 blocked NUMBER_NOT_CONFIRMED FRIENDLY by US-NUMBER-1")
    known = {"surname": "Lee", "phone": "+12125550123", "language": "en", "zone": NEW_YORK}
    tale.on("2026-03-04 10:00", profile(**known, number_confirmed_at=at("2026-03-04 09:55", NEW_YORK)))
    tale.hears("03-04 10:00")


@covers(pack="US")
def sixty_days_after_its_confirmation_a_number_is_still_good(rulebook: Rulebook) -> None:
    in_america(rulebook, number_confirmed_at=at("2026-01-02 12:00", NEW_YORK)).hears("03-03 09:00")


@covers(pack="CN")
def in_china_no_confirmation_is_asked_for(rulebook: Rulebook) -> None:
    in_china(rulebook, number_confirmed_at=None).hears("03-02 09:00")


def _waits_for_the_ledger(tale: Tale, rule: str, day: str) -> None:
    """The ledger spoke last at 08:44 and the policy would believe it for an hour; then it speaks again."""
    tale.fresh_until(f"2026-{day} 08:44")
    tale.tick_until(f"2026-{day} 09:00").silent()
    assert tale.reasons() == [f"{day} 09:00 deferred LEDGER_STALE FRIENDLY by {rule}"]
    tale.fresh_until(f"2026-{day} 09:55").hears(f"{day} 10:00")
    assert tale.reminders[0].expires_at == at(f"2026-{day} 10:15", tale.zone)


@covers("CN-FRESH-1")
def an_amount_that_is_sixteen_minutes_old_is_not_stated(rulebook: Rulebook) -> None:
    _waits_for_the_ledger(in_china(with_policy(rulebook, sending={"freshness_minutes": 60})), "CN-FRESH-1", "03-02")


@covers("US-FRESH-1")
def in_america_an_amount_that_is_sixteen_minutes_old_is_not_stated(rulebook: Rulebook) -> None:
    _waits_for_the_ledger(in_america(with_policy(rulebook, sending={"freshness_minutes": 60})), "US-FRESH-1", "03-03")


@covers(pack="CN")
def an_amount_that_is_fifteen_minutes_old_is_stated(rulebook: Rulebook) -> None:
    in_china(rulebook).fresh_until("2026-03-02 08:45").hears("03-02 09:00")


@covers("CN-FRESH-1")
def a_message_that_the_gateway_cannot_send_within_a_quarter_of_an_hour_is_dropped(rulebook: Rulebook) -> None:
    tale = in_china(with_policy(rulebook, sending={"freshness_minutes": 60}))
    tale.hears("03-02 09:00")
    assert tale.reminders[0].expires_at == at("2026-03-02 09:15")


@covers(pack="CN")
def who_has_paid_in_the_meantime_hears_nothing(rulebook: Rulebook) -> None:
    in_china(rulebook).on("2026-03-02 08:30", paid(100_00)).tick_until("2026-04-30 00:00").silent()
