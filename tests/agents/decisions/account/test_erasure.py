"""The person of an account is erased: no name and no number is left, and what must not be forgotten goes on."""

import pytest

from schemas import cases
from schemas.facts import OptOut
from schemas.stored.accounts import encode
from schemas.values.instants import to_ms
from tests.agents.decisions.story import Story, StorySaid, at, hold, missed, profile

NAME, NUMBER = "王", "13800138000"


def erased(**more: object) -> StorySaid:
    return StorySaid(cases.AccountErased, {"by": "u-7", "reason": "person-asked", **more})


def reminded() -> Story:
    story = Story().on("2026-03-01 10:00", profile()).on("2026-03-02 00:00", missed("1", "2026-03-01", 100_00))
    return story.tick_until("2026-03-02 12:00")


def stored(story: Story) -> str:
    assert story.account is not None
    return encode(story.account).decode()


def test_no_name_and_no_number_is_left_and_what_left_is_taken_back() -> None:
    story = reminded()
    assert NAME in stored(story)
    assert NUMBER in stored(story)
    story.on("2026-03-02 12:01", erased())
    assert NAME not in stored(story)
    assert NUMBER not in stored(story)
    assert [(message.type) for message in story.messages][-1] == "reminder.cancelled"
    (noted,) = [decision for decision in story.decisions if decision.code == "ERASED"]
    assert noted.erased is not None
    assert (noted.erased.by, noted.erased.reason) == ("u-7", "person-asked")


def test_a_profile_of_before_does_not_come_back() -> None:
    late = profile(time=at("2026-03-02 11:00"), as_of=at("2026-03-02 11:00"), source_version=9)
    story = reminded().on("2026-03-02 12:01", erased()).on("2026-03-02 12:02", late)
    assert NUMBER not in stored(story)
    other_way = reminded().on("2026-03-02 12:01", erased(time=at("2026-03-02 12:00"))).on("2026-03-02 12:01", late)
    assert NUMBER not in stored(other_way)


def test_a_newer_profile_stays_whichever_comes_first() -> None:
    newer = profile(phone="+8613900139000", time=at("2026-03-02 13:00"))
    before = reminded().on("2026-03-02 13:00", newer).on("2026-03-02 13:01", erased(time=at("2026-03-02 12:30")))
    after = reminded().on("2026-03-02 12:59", erased(time=at("2026-03-02 12:30"))).on("2026-03-02 13:00", newer)
    for story in (before, after):
        assert NUMBER not in stored(story)
        assert story.account is not None
        assert story.account.profile is not None
        assert story.account.profile.phone == "+8613900139000"


def told_again(*said: StorySaid) -> Story:
    """The bank tells the same person again five days later."""
    story = reminded().on("2026-03-02 12:01", *said)
    return story.on("2026-03-07 08:00", profile()).tick_until("2026-03-25 20:00")


def test_an_account_that_is_told_again_goes_on_where_it_was() -> None:
    story = told_again(erased())
    issued = [message.reminder_id for message in story.reminders]
    assert len(issued) == len(set(issued)) > 1


@pytest.mark.parametrize(
    "said",
    [(StorySaid(cases.ReplyReceived, {"reply_id": "r", "keyword": "STOP"}), erased()), (erased(opt_out="STOP"),)],
    ids=["by reply", "on the profile"],
)
def test_an_opt_out_goes_on(said: tuple[StorySaid, ...]) -> None:
    story = told_again(*said)
    assert len(story.reminders) == 1
    assert "OPTED_OUT" in {decision.code for decision in story.decisions}


def test_a_hold_goes_on() -> None:
    story = told_again(hold(kind="wrong_number"), erased())
    assert len(story.reminders) == 1


def test_what_left_goes_on_counting_for_caps() -> None:
    story = reminded().on("2026-03-02 12:01", erased())
    assert story.account is not None
    assert [sent.day for sent in story.account.sent] == [at("2026-03-02 12:00").date()]
    assert story.account.erased_ms == to_ms(at("2026-03-02 12:01"))


def test_the_opt_out_of_a_profile_is_of_the_profile_while_it_stands() -> None:
    """Else this file would not see that `opt_out` carries it on."""
    out = profile(opt_outs=(OptOut(scope="all", value="all"),))
    story = reminded().on("2026-03-02 12:01", out).on("2026-03-02 12:02", erased())
    story.on("2026-03-07 08:00", profile()).tick_until("2026-03-25 20:00")
    assert len(story.reminders) > 1
