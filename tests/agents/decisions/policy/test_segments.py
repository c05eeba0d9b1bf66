"""Who is treated how: segments by their conditions, tones, and the arms of experiments, while a cycle lasts."""

from collections.abc import Callable
from typing import Any

import pytest

from agents.policy.files.policy import load_rulebook
from schemas.values.instants import MINUTE_MS
from tests.agents.decisions.story import Story, at, imported, missed, paid, profile, promised, rulebook, scheduled
from tests.places import ROOT
from tests.places import at as at_policy

PERSONAL = load_rulebook(at_policy(ROOT / "examples" / "policies" / "cn-personal.toml"), "test")
Past = Callable[[Story], Story]


def segment_when(when: dict[str, Any], past: Past, left: int = 100_00, **more: Any) -> str | None:
    """The segment on the first reminder of a miss in June, for a policy with one segment of that condition."""
    policy = rulebook(segments=[{"code": "S", "when": when}], sending={"minimum_gap_days": 1})
    story = past(Story(policy).on("2025-10-01 10:00", profile(**more)))
    story.on("2026-06-02 00:00", missed("9", "2026-06-01", left)).tick_until("2026-06-03 00:00")
    reminder, decision = story.reminders[-1], story.decisions[-1]
    assert (reminder.stage, decision.segment) == ("FRIENDLY", reminder.segment)
    return reminder.segment


def nothing(story: Story) -> Story:
    return story


def late(*cured_on: str) -> Past:
    """For each day of a month: a miss due on the first, a reminder on the second at nine, paid on that day at ten."""

    def told(story: Story) -> Story:
        for day in cured_on:
            number = day[5:7]
            story.on(f"{day[:7]}-02 00:00", missed(number, f"{day[:7]}-01", 100_00))
            story.on(f"{day} 10:00", paid(100_00, f"P{number}", {number: 100_00}))
        return story

    return told


def broke_a_promise(story: Story) -> Story:
    story.on("2026-05-02 00:00", missed("5", "2026-05-01", 100_00))
    story.on("2026-05-02 08:00", promised(100_00, "2026-05-03")).tick_until("2026-05-06 00:00")
    return story.on("2026-05-06 10:00", paid(100_00, "P5", {"5": 100_00}))


@pytest.mark.parametrize(
    ("when", "past", "expected"),
    [
        ({"late_episodes_min": 1}, nothing, None),
        ({"late_episodes_min": 1}, late("2026-04-05"), "S"),
        ({"late_episodes_min": 2}, late("2026-04-05"), None),
        ({"late_episodes_min": 2}, late("2026-04-05", "2026-05-05"), "S"),
        ({"late_episodes_max": 0}, nothing, "S"),
        ({"late_episodes_max": 0}, late("2026-04-05"), None),
        ({"late_episodes_max": 1}, late("2026-04-05", "2026-05-05"), None),
        # Reminded on the 2nd at nine and paid on the 7th at ten is five days.
        ({"days_to_cure_min": 5}, late("2026-05-07"), "S"),
        ({"days_to_cure_min": 6}, late("2026-05-07"), None),
        ({"days_to_cure_max": 5}, late("2026-05-07"), "S"),
        ({"days_to_cure_max": 4}, late("2026-05-07"), None),
        ({"days_to_cure_max": 720}, nothing, None),
        ({"days_to_cure_max": 4}, late("2026-04-30", "2026-05-03"), "S"),
        ({"broken_promises_min": 1}, nothing, None),
        ({"broken_promises_min": 1}, broke_a_promise, "S"),
        ({"broken_promises_min": 2}, broke_a_promise, None),
    ],
)
def test_a_condition_on_the_accounts_own_past(when: dict[str, Any], past: Past, expected: str | None) -> None:
    assert segment_when(when, past) == expected


def test_what_was_cured_before_anything_was_said_is_no_late_episode() -> None:
    def early(story: Story) -> Story:
        return story.on("2026-05-02 00:00", missed("5", "2026-05-01", 1_00_00)).on("2026-05-02 08:00", paid(1_00_00))

    assert segment_when({"late_episodes_min": 1}, early) is None


@pytest.mark.parametrize(("grade", "expected"), [("R4", "S"), ("R5", "S"), ("R1", None), ("r4", None), (None, None)])
def test_a_condition_on_the_lenders_own_grade(grade: str | None, expected: str | None) -> None:
    assert segment_when({"grades": ["R4", "R5"]}, nothing, risk_segment=grade) == expected


@pytest.mark.parametrize(
    ("when", "left", "expected"),
    [
        ({"overdue_from_minor": {"CNY": 100_00}}, 100_00, "S"),
        ({"overdue_from_minor": {"CNY": 100_00}}, 99_99, None),
        ({"overdue_to_minor": {"CNY": 100_00}}, 100_00, "S"),
        ({"overdue_to_minor": {"CNY": 100_00}}, 100_01, None),
        ({"overdue_from_minor": {"CNY": 50_00}, "overdue_to_minor": {"CNY": 60_00}}, 55_00, "S"),
        ({"overdue_from_minor": {"CNY": 50_00}, "overdue_to_minor": {"CNY": 60_00}}, 49_99, None),
        ({"overdue_from_minor": {"USD": 0}}, 100_00, None),
        ({"overdue_to_minor": {"USD": 900_00}}, 100_00, None),
    ],
)
def test_a_condition_on_the_total_overdue(when: dict[str, Any], left: int, expected: str | None) -> None:
    assert segment_when(when, nothing, left) == expected


MONTHS = ("2025-11", "2025-12", "2026-01", "2026-02", "2026-03", "2026-04", "2026-05")


def on_time(months: int) -> Past:
    """The last instalments before June, scheduled and paid before their day."""

    def told(story: Story) -> Story:
        for month in MONTHS[-months:]:
            story.on(f"{month}-03 10:00", scheduled(f"s{month}", f"{month}-12", 100_00))
            story.on(f"{month}-08 10:00", paid(100_00, f"P{month}", {f"s{month}": 100_00}))
        return story

    return told


def notice_segment(streak: int, past: Past) -> str | None:
    """The segment on the notice before an instalment of June."""
    policy = rulebook(segments=[{"code": "S", "when": {"on_time_streak_min": streak}}])
    story = past(Story(policy).on("2025-10-01 10:00", profile()))
    story.on("2026-06-01 10:00", scheduled("9", "2026-06-10", 100_00)).tick_until("2026-06-09 00:00")
    assert story.reminders[-1].stage == "PRE_DUE"
    return story.reminders[-1].segment


def test_a_condition_on_instalments_paid_on_time_also_those_that_are_folded() -> None:
    assert notice_segment(4, on_time(4)) == "S"
    assert notice_segment(5, on_time(4)) is None
    assert notice_segment(1, nothing) is None


def test_a_miss_ends_the_streak_and_what_falls_due_after_it_begins_another() -> None:
    def missed_may_day(story: Story) -> Story:
        return late("2026-05-20")(on_time(4)(story))

    assert notice_segment(1, missed_may_day) == "S"
    assert notice_segment(2, missed_may_day) is None


def test_who_has_always_paid_is_known_as_such_at_the_first_reminder() -> None:
    assert segment_when({"on_time_streak_min": 4}, on_time(4)) == "S"


def test_everything_that_a_condition_gives_must_hold() -> None:
    when = {"grades": ["R5"], "broken_promises_min": 1, "overdue_from_minor": {"CNY": 100_00}}
    assert segment_when(when, broke_a_promise, risk_segment="R5") == "S"
    assert segment_when(when, nothing, risk_segment="R5") is None
    assert segment_when(when, broke_a_promise, risk_segment="R4") is None
    assert segment_when(when, broke_a_promise, 99_00, risk_segment="R5") is None


def test_the_first_segment_that_holds_counts_and_an_empty_condition_always_does() -> None:
    segments = [{"code": "A", "when": {"grades": ["R5"]}}, {"code": "B"}, {"code": "C", "when": {"grades": ["R5"]}}]
    for grade, expected in (("R5", "A"), ("R1", "B")):
        story = Story(rulebook(segments=segments)).on("2026-03-01 10:00", profile(risk_segment=grade))
        story.on("2026-03-02 00:00", missed("1", "2026-03-01", 100_00)).tick_until("2026-03-03 00:00")
        assert story.reminders[0].segment == expected


# While a cycle lasts


KINDS = [
    {"code": "KNOWN", "when": {"broken_promises_min": 1}, "tone": "supportive"},
    {"code": "SMALL", "when": {"overdue_to_minor": {"CNY": 150_00}}, "tone": "warm"},
]


def test_a_cycle_keeps_its_segment_and_the_next_one_may_have_another() -> None:
    story = Story(rulebook(segments=KINDS)).on("2026-03-01 10:00", profile())
    story.on("2026-03-02 00:00", missed("1", "2026-03-01", 100_00)).tick_until("2026-03-03 00:00")
    # Neither condition says SMALL any more.
    story.on("2026-03-03 10:00", promised(500_00, "2026-03-04"), missed("2", "2026-03-02", 900_00))
    story.tick_until("2026-03-20 00:00")
    assert "PROMISE_BROKEN" in " ".join(story.reasons())
    assert [(r.stage, r.segment, r.tone) for r in story.reminders] == [
        ("FRIENDLY", "SMALL", "warm"),
        ("FIRM", "SMALL", "warm"),
        ("LAST", "SMALL", "warm"),
    ]
    story.on("2026-03-21 10:00", paid(1_000_00)).on("2026-04-02 00:00", missed("3", "2026-04-01", 100_00))
    story.tick_until("2026-04-03 00:00")
    assert (story.reminders[-1].cycle_id, story.reminders[-1].segment) == ("L/3", "KNOWN")


def test_a_cycle_that_was_opened_in_no_segment_stays_in_none() -> None:
    story = Story(rulebook(segments=KINDS[:1])).on("2026-03-01 10:00", profile())
    story.on("2026-03-02 00:00", missed("1", "2026-03-01", 100_00)).tick_until("2026-03-03 00:00")
    story.on("2026-03-03 10:00", promised(100_00, "2026-03-04")).tick_until("2026-03-20 00:00")
    assert [(r.stage, r.segment) for r in story.reminders] == [("FRIENDLY", None), ("FIRM", None), ("LAST", None)]


def test_a_cycle_taken_over_from_another_system_keeps_the_segment_of_its_first_message_here() -> None:
    story = Story(rulebook(segments=KINDS[:1])).on("2026-03-01 10:00", profile())
    story.on("2026-03-02 00:00", missed("1", "2026-03-01", 100_00))
    story.on("2026-03-02 01:00", imported({"FRIENDLY": "2026-03-02 00:00"})).tick_until("2026-03-09 00:00")
    story.on("2026-03-09 10:00", promised(100_00, "2026-03-10")).tick_until("2026-03-30 00:00")
    assert [(r.stage, r.segment) for r in story.reminders] == [("FIRM", None), ("LAST", None)]


def test_a_tone_that_a_text_does_not_have_falls_back_to_neutral() -> None:
    """The Chinese plan text is not written warmly, the English texts of China are neutral only."""
    stages = [{"code": "FIRM", "delay_days": 7, "text": "firm", "offer": "P", "offer_text": "firm_plan"}]
    policy = rulebook(segments=[{"code": "S", "tone": "warm"}], stages=stages, offers={"P": {"kind": "plan"}})
    for language, left, expected in (
        ("zh-Hans", 1, "warm"),
        ("zh-Hans", 900_00, "neutral"),
        ("en", 900_00, "neutral"),
    ):
        story = Story(policy._replace(policy=policy.policy.model_copy(update={"tolerance_minor": {}})))
        story.on("2026-03-01 10:00", profile(language=language)).on("2026-03-02 00:00", missed("1", "2026-03-01", left))
        story.tick_until("2026-03-09 00:00")
        assert [r.tone for r in story.reminders] == [expected]
        assert story.reminders[0].template_id.split("-")[-2] == expected


# Experiments


def personal(past: Past, left: int = 600_00, **more: Any) -> list[tuple[str, str | None, str, str]]:
    """What the example's ladder says of a miss in June: day, segment, stage and tone of each reminder."""
    story = past(Story(PERSONAL).on("2025-10-01 10:00", profile(**more)))
    known = len(story.reminders)
    story.on("2026-06-02 00:00", missed("9", "2026-06-01", left)).tick_until("2026-07-05 00:00")
    assert story.messages[-1].type == "case.handed-off"
    return [(f"{r.issued_at:%m-%d}", r.segment, r.stage, r.tone) for r in story.reminders[known:]]


def test_the_example_has_a_ladder_for_everybody() -> None:
    assert personal(nothing) == [
        ("06-02", None, "FRIENDLY", "neutral"),
        ("06-08", None, "FIRM", "neutral"),
        ("06-16", None, "LAST", "neutral"),
    ]
    assert personal(nothing, risk_segment="R5") == [
        ("06-02", "LIKELY_LATE", "FRIENDLY", "neutral"),
        ("06-06", "LIKELY_LATE", "FIRM", "neutral"),
        ("06-13", "LIKELY_LATE", "LAST", "neutral"),
    ]
    assert personal(on_time(7)) == [
        ("06-05", "FORGETTER", "FRIENDLY", "warm"),
        ("06-11", "FORGETTER", "FIRM", "warm"),
        ("06-21", "FORGETTER", "LAST", "warm"),
    ]
    assert personal(nothing, 40_00) == [("06-04", "SMALL", "FRIENDLY", "warm"), ("06-16", "SMALL", "LAST", "warm")]
    assert personal(broke_a_promise) == [
        ("06-03", "BROKEN_PROMISE", "PLAN_OFFER", "supportive"),
        ("06-16", "BROKEN_PROMISE", "LAST", "supportive"),
    ]


def hours_of(story: Story) -> list[str]:
    return [f"{r.issued_at.astimezone(at('2026-06-02 00:00').tzinfo):%m-%d %H}" for r in story.reminders]


def test_the_example_speaks_at_the_hour_at_which_the_account_pays() -> None:
    story = Story(PERSONAL, step_ms=MINUTE_MS).on("2026-05-01 10:00", profile(risk_segment="R4"))
    story.on("2026-05-20 16:20", paid(100_00, "A")).on("2026-05-21 16:40", paid(100_00, "B"))
    story.on("2026-06-02 00:00", missed("9", "2026-06-01", 600_00)).tick_until("2026-06-03 00:00")
    assert hours_of(story) == ["06-02 16"]


def test_the_example_reminds_who_only_forgot_in_the_evening() -> None:
    story = on_time(7)(Story(PERSONAL, step_ms=MINUTE_MS).on("2025-10-01 10:00", profile()))
    story.on("2026-06-02 00:00", missed("9", "2026-06-01", 600_00)).tick_until("2026-06-06 00:00")
    assert hours_of(story)[-1] == "06-05 18"
