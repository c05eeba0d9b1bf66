"""A number whose old owner wanted no messages opens for an account by that account's own consent, given after it."""

import pytest

from agents.numbers.spreading import NumberLedger, NumberProfile
from agents.numbers.table import NumberKeys
from schemas.cases import ReplyReceived
from schemas.values.instants import to_ms
from tests.agents.decisions import door
from tests.agents.decisions.story import ACCOUNT, BOOK, Story, at, consented, missed, profile

NUMBER = "+8613800138000"
STOPPED, GOT_IT = at("2026-02-10 10:00"), at("2026-02-20 10:00")


def told_of_the_stop() -> ReplyReceived:
    """What the account is told that got the number after its old owner had wanted no more messages."""
    ledger = NumberLedger(NumberKeys("k" * 32), "test")
    ledger.profile(NumberProfile("OLD", NUMBER, to_ms(STOPPED) - 1, None, source="core"))
    stop = ReplyReceived(event_id="s", account_id="OLD", time=STOPPED, source="phone", reply_id="r", keyword="STOP")
    ledger.opted_out(stop, to_ms(STOPPED))
    ledger.profile(NumberProfile("OLD", None, to_ms(GOT_IT) - 1, None, source="core"))
    ledger.flush()
    ledger.profile(NumberProfile(ACCOUNT, NUMBER, to_ms(GOT_IT), None, source="core"))
    (stop,) = [fact for fact in ledger.flush().facts if isinstance(fact, ReplyReceived)]
    assert (stop.account_id, stop.time) == (ACCOUNT, STOPPED)
    return stop


def owing() -> Story:
    story = Story().on("2026-02-20 10:00", profile())
    now_ms = to_ms(GOT_IT)
    story.account = door.told(story.account, told_of_the_stop(), now_ms, BOOK).account
    return story.on("2026-03-02 01:00", missed("1", "2026-03-01", 100_00))


def test_it_is_closed_until_then() -> None:
    story = owing().tick_until("2026-03-02 12:00")
    assert not story.reminders
    assert [decision.code for decision in story.decisions if decision.outcome == "blocked"] == ["OPTED_OUT"]


@pytest.mark.parametrize("given", ["2026-02-10 10:01", "2026-02-25 09:00"])
def test_the_accounts_own_consent_opens_it_whether_it_had_the_number_then_or_not(given: str) -> None:
    story = owing().on("2026-03-02 02:00", consented(at(given))).tick_until("2026-03-02 12:00")
    assert len(story.reminders) == 1


def test_an_earlier_consent_does_not() -> None:
    story = owing().on("2026-03-02 02:00", consented(at("2026-02-10 09:59"))).tick_until("2026-03-02 12:00")
    assert not story.reminders
