"""What was corrected in the packs for the United Kingdom, the Union and India, and the overlays: a story for each rule.

Told under the American example policy whose law is the other pack, as if two people had approved it in 2020.
"""

from functools import partial
from typing import Final

from agents.decisions.policy.rulebook import Rulebook
from agents.decisions.time.windows import Closed, next_open
from schemas.values.instants import to_ms
from tests.agents.decisions.story import at, contacted, hold, replied
from tests.scenarios.language import NEW_YORK, Tale, covers, in_america, register, with_policy, without
from tests.scenarios.saying import at_fault, at_start, friendly, refuses, worded

NOBODY_PHONES: Final = {
    "UK-HOLD-1": ("UK", "dispute"),
    "UK-HOLD-4": ("UK", "debt_adviser"),
    "UK-HOLD-6": ("UK", "statutory_moratorium"),
    "UK-HOLD-7": ("UK", "time_barred"),
    "IN-HOLD-6": ("IN", "agent_notice"),
}
CAPS: Final = {
    "MA-CAP-1": ("US-MA", 2, 9),
    "NYC-CAP-1": ("US-NYC", 3, 9),
    "WA-CAP-1": ("US-WA", 3, 9),
    "GR-CAP-1": ("EU-GR", 1, 4),
}
"""The overlay, how many letters on 2 March, and the day of March on which the next contact may be made."""
CALLS: Final = {"MA-VOICE-1": ("US-MA", 2), "NYC-VOICE-1": ("US-NYC", 3), "WA-VOICE-1": ("US-WA", 3)}


def _held(rulebook: Rulebook, rule: str, kind: str) -> None:
    tale = in_america(with_policy(rulebook, hand_off={"never_for": ()}), hold(kind=kind))
    tale.hears_nothing("03-09 23:00", f"03-03 09:00 blocked HOLD_{kind.upper()} FRIENDLY by {rule}")
    assert not any(" handed_off " in line for line in tale.tick_until("2026-04-28 00:00").reasons())


for _rule, (_pack, _kind) in NOBODY_PHONES.items():
    register(f"other_packs.held by {_rule}", partial(_held, rule=_rule, kind=_kind), _rule, pack=_pack)


def _written(tale: Tale, day: str, number: int) -> Tale:
    letters = (contacted(at(f"{day} 1{n}:00", NEW_YORK), f"{day}-{n}", channel="letter") for n in range(number))
    return tale.on(f"{day} 15:00", *letters)


def _capped(rulebook: Rulebook, rule: str, limit: int, free: int) -> None:
    tale = _written(in_america(with_policy(rulebook, sending={"minimum_gap_days": 1})), "2026-03-02", limit)
    tale.tick_until("2026-03-03 12:00")
    assert tale.reasons() == [f"03-03 09:00 deferred CAP_REACHED FRIENDLY by {rule}"]
    assert tale.decisions[-1].until == at(f"2026-03-{free:02} 00:00", NEW_YORK)


for _rule, (_pack, _limit, _free) in CAPS.items():
    register(
        f"other_packs.capped by {_rule}", partial(_capped, rule=_rule, limit=_limit, free=_free), _rule, pack=_pack
    )


def _not_rung(rulebook: Rulebook, rule: str, limit: int) -> None:
    tale = _written(in_america(rulebook).tick_until("2026-03-30 09:00"), "2026-03-30", limit)
    tale.tick_until("2026-03-31 12:00")
    assert tale.reasons()[-1] == f"03-31 00:00 deferred CAP_REACHED HAND_OFF by {rule}"
    assert tale.decisions[-1].until == at("2026-04-06 00:00", NEW_YORK)


for _rule, (_pack, _limit) in CALLS.items():
    register(f"other_packs.not rung by {_rule}", partial(_not_rung, rule=_rule, limit=_limit), _rule, pack=_pack)


@covers("UK-HOLD-2", pack="UK")
def a_breathing_space_is_sixty_days_from_the_day_after_registration(rulebook: Rulebook) -> None:
    for until in (None, at("2026-03-20 00:00", NEW_YORK)):
        tale = in_america(rulebook, hold(kind="breathing_space", until=until)).tick_until("2026-04-30 23:00")
        assert not tale.reminders
        assert not any(" handed_off " in line for line in tale.reasons())
        assert " handed_off " in tale.tick_until("2026-05-01 00:00").reasons()[-1]


@covers("UK-HOLD-2", "UK-HOLD-6", pack="UK")
def a_space_to_breathe_takes_even_an_answer_back_from_the_person_who_has_it(rulebook: Rulebook) -> None:
    for kind in ("breathing_space", "statutory_moratorium"):
        tale = in_america(rulebook).on("2026-03-04 10:00", replied("HELP")).tick_until("2026-03-05 09:00")
        assert " handed_off REPLY_RECEIVED " in tale.reasons()[-1]
        tale.on("2026-03-05 10:00", hold(kind=kind))
        assert f" withdrawn HOLD_{kind.upper()} " in tale.reasons()[-1]


@covers("GR-TIME-1", pack="EU-GR")
def in_greece_nothing_leaves_on_a_saturday(rulebook: Rulebook) -> None:
    # By itself: the hours that we keep in the whole Union end at the same minute.
    early = with_policy(without(rulebook, "EU-TIME-1"), hours={"start": "08:00", "end": "21:00"})
    held = hold(kind="dispute", until=at("2026-03-07 10:00", NEW_YORK))
    in_america(early, held).hears("03-09 09:00")
    friday = next_open(early.hours, (NEW_YORK,), to_ms(at("2026-03-06 00:00", NEW_YORK)), None, None)
    assert not isinstance(friday, Closed)
    hours = (at("2026-03-06 09:00", NEW_YORK), at("2026-03-06 19:50", NEW_YORK))
    assert (friday.start_ms, friday.end_ms) == tuple(map(to_ms, hours))


@covers("UK-NEED-9", pack="UK")
def a_notice_before_the_due_date_offers_help_in_the_united_kingdom(rulebook: Rulebook) -> None:
    said = worded(rulebook, friendly(rulebook).replace("{help_offer}", "Call {service_number}"))
    assert "pre_due" in at_fault(said, "help_offer is missing (UK-NEED-9)")


@covers("UK-NEED-12", pack="UK")
def who_is_late_for_two_weeks_reads_where_advice_is_free(rulebook: Rulebook) -> None:
    assert "debt_advice is missing (UK-NEED-12)" in at_start(rulebook)


@covers("IN-FMT-2", pack="IN")
def in_india_no_number_comes_out_of_a_name(rulebook: Rulebook) -> None:
    refuses(worded(rulebook, friendly(rulebook)), "LINK_IN_VARIABLE", "IN-FMT-2", surname="Rao 5551234")


@covers("IN-PROV-3", pack="IN")
def in_india_the_numbers_in_texts_are_whitelisted(rulebook: Rulebook) -> None:
    unlisted = with_policy(rulebook, gateway={"callback_whitelisted": False})
    tale = in_america(unlisted).tick_until("2026-03-04 00:00")
    assert tale.reasons()[0].endswith("FRIENDLY by IN-PROV-3")
