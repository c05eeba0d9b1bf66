"""What an erasure says of an account: the opt-out of its profile, and what caps may still count."""

import pytest
from pydantic import ValidationError

from agents.erasing.run import CONTACTS_DAYS, fact_of
from schemas.facts import OptOut
from schemas.values.instants import DAY_MS, to_ms, to_utc
from tests.agents.decisions.story import Story, StorySaid, at, contacted, missed, profile

NOW_MS = to_ms(at("2026-03-10 12:00"))


def story(*said: StorySaid) -> Story:
    lived = Story().on("2026-03-01 10:00", profile()).on("2026-03-02 00:00", missed("1", "2026-03-01", 100_00))
    return lived.tick_until("2026-03-02 12:00").on("2026-03-02 13:00", *said)


def test_what_left_and_what_others_did_is_kept_while_a_cap_may_count_it() -> None:
    lived = story(contacted(at("2026-03-02 12:30")))
    assert lived.account is not None
    fact = fact_of(lived.account, "u-7", "asked", "STOP", NOW_MS)
    assert fact.contacts == (lived.reminders[0].issued_at, at("2026-03-02 12:30"))
    assert fact.opt_out is None
    assert not fact_of(lived.account, "u-7", "asked", "STOP", NOW_MS + CONTACTS_DAYS * DAY_MS).contacts


def test_an_opt_out_of_the_profile_goes_on_as_a_keyword() -> None:
    lived = story(profile(opt_outs=(OptOut(scope="all"),)))
    assert lived.account is not None
    fact = fact_of(lived.account, "u-7", "asked", "STOP", NOW_MS)
    assert (fact.opt_out, fact.time) == ("STOP", to_utc(NOW_MS))


@pytest.mark.parametrize(("by", "reason"), [("u 7", "asked"), ("u-7", "Mr Wang asked me to"), ("u-7", "")])
def test_who_and_why_are_codes(by: str, reason: str) -> None:
    lived = story()
    assert lived.account is not None
    with pytest.raises(ValidationError):
        fact_of(lived.account, by, reason, "STOP", NOW_MS)
