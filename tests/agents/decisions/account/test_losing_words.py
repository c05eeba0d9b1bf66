"""A word that does not count leaves a decision; words told at once of which neither is kinder leave silence."""

from itertools import permutations

import pytest

from schemas.decisions import Decision
from tests.agents.decisions.story import (
    Story,
    StorySaid,
    agreed,
    at,
    contacted,
    decided,
    hold,
    imported,
    lifted,
    missed,
    paid,
    plan_ended,
    profile,
    promised,
    replied,
    returned,
    scheduled,
    withdrawn,
)

MIDNIGHT, LATER = at("2026-03-02 00:00"), at("2026-03-02 00:30")
BLOCKED = "03-02 09:00 blocked CONFLICTING_WORDS FRIENDLY"


def owing(*said: StorySaid) -> Story:
    return Story().on("2026-03-02 01:00", profile(), missed("1", "2026-03-01", 100_00, as_of=MIDNIGHT), *said)


def ignored(story: Story) -> list[Decision]:
    return [decision for decision in story.decisions if decision.ignored is not None]


@pytest.mark.parametrize(
    ("first", "second", "code"),
    [
        (missed("1", "2026-03-01", 80_00, 100_00, source_version=2), missed("1", "2026-03-01", 90_00), "VERSION"),
        (missed("1", "2026-03-01", 80_00, 100_00), missed("1", "2026-03-01", 90_00, as_of=MIDNIGHT), "OLDER"),
        (scheduled("9", "2026-04-01", 80_00), scheduled("9", "2026-04-01", 90_00), "KINDER"),
        (paid(20_00, source_version=3), paid(10_00, source_version=2), "VERSION"),
        (returned(amount_minor=5_00, return_id="r"), returned(amount_minor=6_00, return_id="r"), "KINDER"),
        (profile(phone=None), profile(phone="+8613800138001"), "KINDER"),
        (hold(until=at("2026-03-09 00:00")), hold(until=at("2026-03-08 00:00")), "KINDER"),
        (promised(50_00, "2026-03-09"), promised(50_00, "2026-03-08"), "KINDER"),
        (agreed({"2026-03-09": 50_00}), agreed({"2026-03-09": 60_00}), "KINDER"),
        (contacted(LATER, conversation=True), contacted(LATER), "KINDER"),
        (replied("HELP", source_version=2), replied("STOP", source_version=1), "VERSION"),
        (decided("silent_until", at("2026-03-09 00:00")), decided("send_now"), "KINDER"),
        (imported({"FRIENDLY": "2026-02-24 09:00"}), imported({}), "KINDER"),
    ],
)
def test_a_word_that_loses_leaves_one_decision_for_each_word_that_counts(
    first: StorySaid, second: StorySaid, code: str
) -> None:
    story = owing(first)
    assert not ignored(story)
    story.on("2026-03-02 01:00", second, second)
    (decision,) = ignored(story)
    assert decision.code == f"IGNORED_{code}"
    assert decision.ignored is not None
    assert decision.ignored.type == story.envelope(second, LATER).model_dump()["type"]
    assert decision.ignored.winner_source == "core-banking"


def test_an_amendment_that_is_older_than_the_miss_loses_against_it_once() -> None:
    older = scheduled("1", "2026-04-01", 100_00, as_of=at("2026-03-01 12:00"), type="instalment.amended")
    story = owing().on("2026-03-02 02:00", older, older)
    (decision,) = ignored(story)
    assert decision.code == "IGNORED_OLDER"
    assert decision.ignored is not None
    assert decision.ignored.winner_time == at("2026-03-02 01:00")
    story.tick_until("2026-03-02 12:00").expect("03-02 09:00 opened L/1", "03-02 09:00 issued FRIENDLY 10000")


def test_what_was_scheduled_as_it_was_missed_loses_nothing() -> None:
    same = scheduled("1", "2026-03-01", 100_00, as_of=at("2026-03-01"), type="instalment.amended")
    assert not ignored(owing().on("2026-03-02 02:00", same, withdrawn("1")))


@pytest.mark.parametrize(
    "said",
    [
        missed("1", "2026-03-01", 100_00, as_of=MIDNIGHT),
        paid(1_00),
        hold(),
        profile(),
        replied("STOP"),
        promised(50_00, "2026-03-09"),
    ],
)
def test_a_repeat_and_a_newer_word_leave_no_decision_of_a_loss(said: StorySaid) -> None:
    story = owing(said, said).on("2026-03-02 02:00", said)
    assert not ignored(story)


@pytest.mark.parametrize(
    "words",
    [
        (profile(), profile(phone="+8613800138001")),
        (profile(), profile(surname="李")),
        (paid(20_00, to={"1": 20_00}), paid(20_00, to={"2": 20_00})),
        (missed("1", "2026-02-27", 100_00, as_of=MIDNIGHT), missed("1", "2026-03-01", 100_00, as_of=MIDNIGHT)),
    ],
)
@pytest.mark.parametrize("source", ["core-banking", "crm"])
def test_words_told_at_once_of_which_neither_is_kinder_leave_silence(
    words: tuple[StorySaid, StorySaid], source: str
) -> None:
    told = (words[0], StorySaid(words[1].model, {**words[1].fields, "source": source}))
    for said in permutations(told):
        story = owing(*said).tick_until("2026-03-02 23:00").silent()
        assert story.reasons()[-1] == BLOCKED


def test_a_newer_word_ends_the_silence_of_two_that_disagree() -> None:
    story = owing(profile(phone="+8613800138001")).on("2026-03-02 02:00", profile()).tick_until("2026-03-02 23:00")
    story.expect("03-02 09:00 opened L/1", "03-02 09:00 issued FRIENDLY 10000")


def test_of_two_keywords_of_one_reply_told_at_once_a_stop_stops() -> None:
    for said in permutations((replied("HELP"), replied("STOP"), replied("YES"))):
        story = owing(*said).tick_until("2026-03-20 00:00")
        assert not story.reminders


@pytest.mark.parametrize("keyword", ["stop", "Stop.", "STOP-ALL", "un_subscribe", "T.D."])
def test_a_stop_is_a_stop_however_it_is_written(keyword: str) -> None:
    assert owing(replied(keyword)).tick_until("2026-03-20 00:00").reasons()[0].endswith("blocked OPTED_OUT FRIENDLY")


def test_a_hold_of_two_kinds_told_at_once_holds_by_both() -> None:
    for said in permutations((hold(kind="dispute"), hold(kind="deceased"))):
        story = owing(*said).tick_until("2026-06-20 00:00").silent()
        assert story.account is not None
        assert not any("handed_off" in line for line in story.reasons()), "nobody phones the bereaved"


def test_a_plan_stands_while_any_source_has_agreed_it_after_its_end() -> None:
    plan = {"2026-03-20": 100_00}
    for said in permutations(
        (
            agreed(plan, source="desk", source_version=1),
            plan_ended("cancelled", source="desk", source_version=2),
            agreed(plan, source="crm", time=at("2026-03-02 01:00")),
        )
    ):
        story = (
            Story().on("2026-03-02 00:00", profile(), missed("1", "2026-03-01", 100_00)).on("2026-03-02 01:00", *said)
        )
        assert story.tick_until("2026-03-03 00:00").silent().reasons()[-1] == "03-02 09:00 blocked PLAN FRIENDLY"


def test_what_stood_like_a_hold_is_lifted_by_a_later_word_whatever_the_versions() -> None:
    story = owing(replied("STOP", source_version=9)).on("2026-03-02 02:00", lifted("reply/r", source_version=1))
    story.on("2026-03-02 03:00", replied("STOP", source_version=9)).tick_until("2026-03-02 23:00")
    story.expect("03-02 09:00 opened L/1", "03-02 09:00 issued FRIENDLY 10000")
