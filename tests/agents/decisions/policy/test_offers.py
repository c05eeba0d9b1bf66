"""What a reminder may offer: plans in whole parts, extensions before the due date, and nothing that does not fit."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.decisions.policy.offers import offered
from agents.decisions.policy.rulebook import Rulebook
from schemas.policy.offers import Offered
from schemas.policy.policies import Offer
from schemas.stored.accounts import Sent
from schemas.values.money import units
from tests.agents.decisions.story import Story, day, missed, paid, profile, rulebook, scheduled

TODAY = day("2026-03-08")
DUE = day("2026-03-01")


def plan(amount: int, currency: str = "CNY", **more: Any) -> Offered | None:
    return offered(Offer(kind="plan", **more), amount, currency, DUE, TODAY)


@pytest.mark.parametrize(
    ("amount", "currency", "parts_max", "told"),
    [
        (900_00, "CNY", 3, (3, 300_00, 300_00)),
        (1000_00, "CNY", 3, (3, 334_00, 332_00)),
        (1234_56, "CNY", 3, (3, 412_00, 410_56)),
        (100_00, "CNY", 2, (2, 50_00, 50_00)),
        (100_01, "CNY", 2, (2, 51_00, 49_01)),
        (10_000, "JPY", 3, (3, 3_334, 3_332)),
        (100_500, "KWD", 3, (3, 34_000, 32_500)),
    ],
)
def test_parts_are_whole_units_and_the_last_one_takes_the_rest(
    amount: int, currency: str, parts_max: int, told: tuple[int, int, int]
) -> None:
    found = plan(amount, currency, parts_max=parts_max)
    assert found is not None
    assert (found.parts, found.part_minor, found.last_part_minor) == told


@pytest.mark.parametrize(("amount", "parts"), [(199_99, None), (200_00, 2), (299_99, 2), (300_00, 3), (9_000_00, 3)])
def test_there_are_as_many_parts_as_the_smallest_part_lets(amount: int, parts: int | None) -> None:
    found = plan(amount, parts_max=3, part_min_minor={"CNY": 100_00})
    assert (None if found is None else found.parts) == parts


def test_a_smallest_part_counts_for_its_own_currency_only() -> None:
    assert plan(150_00, "CNY", part_min_minor={"CNY": 100_00}) is None
    assert plan(150_00, "USD", part_min_minor={"CNY": 100_00}) is not None


def test_a_plan_says_when_its_parts_are_due() -> None:
    found = plan(900_00, first_after_days=10, every_days=14)
    assert found is not None
    assert (found.first_date, found.every_days) == (TODAY + timedelta(days=10), 14)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(
    st.integers(1, 10**10),
    st.sampled_from(["CNY", "JPY", "KWD"]),
    st.integers(2, 36),
    st.integers(0, 1000),
)
def test_every_plan_adds_up_and_none_is_missing_where_it_fits(
    amount: int, currency: str, parts_max: int, least_units: int
) -> None:
    unit = units(currency)
    least = least_units * unit
    found = plan(amount, currency, parts_max=parts_max, part_min_minor={currency: least})
    if found is None:
        # Two parts at least, none below the smallest; and whole units must not eat up the last one.
        assert amount < 2 * max(least, 1) or amount < unit * parts_max * (parts_max - 1)
        return
    assert 2 <= found.parts <= parts_max
    assert found.part_minor % unit == 0
    assert least <= found.part_minor
    assert 0 < found.last_part_minor <= found.part_minor
    assert found.part_minor * (found.parts - 1) + found.last_part_minor == amount


def test_no_part_is_smaller_than_the_smallest_not_even_the_last() -> None:
    found = plan(100_00, parts_max=3, part_min_minor={"CNY": 33_00})
    assert found is None or found.last_part_minor >= 33_00


def test_an_extension_is_offered_before_the_due_date_only() -> None:
    offer = Offer(kind="extension", extension_days=14)
    before = offered(offer, 100_00, "CNY", DUE, DUE - timedelta(days=1))
    assert before == Offered(kind="extension", until=DUE + timedelta(days=14))
    assert offered(offer, 100_00, "CNY", DUE, DUE + timedelta(days=1)) is None


@pytest.mark.parametrize("kind", ["hardship", "debt_advice"])
def test_help_is_offered_whatever_the_debt(kind: str) -> None:
    found = offered(Offer.model_validate({"kind": kind}), 1, "CNY", DUE, TODAY)
    assert found is not None
    assert (found.kind, found.parts, found.until) == (kind, 0, None)


# In stories


def offering(**offer: Any) -> Rulebook:
    """One stage that offers a plan, and a notice that offers an extension."""
    stages = [
        {
            "code": "PRE",
            "kind": "pre_due",
            "delay_days": -3,
            "text": "pre_due",
            "offer": "E",
            "offer_text": "pre_due_extension",
        },
        {"code": "FIRM", "delay_days": 7, "dpd_to": 20, "text": "firm", "offer": "P", "offer_text": "firm_plan"},
        {"code": "LAST", "delay_days": 21, "text": "last", "offer": "E", "offer_text": "last"},
    ]
    offers = {"P": {"kind": "plan", "parts_max": 3, **offer}, "E": {"kind": "extension", "extension_days": 14}}
    return rulebook(stages=stages, offers=offers)


def reminded(policy: Rulebook, left: int, currency: str = "CNY") -> Story:
    story = Story(policy).on("2026-03-01 10:00", profile())
    story.on("2026-03-02 00:00", missed("1", "2026-03-01", left, currency=currency))
    return story.tick_until("2026-03-09 00:00")


def last_sent(story: Story) -> Sent:
    assert story.account is not None
    return story.account.sent[-1]


def test_a_plan_stands_on_the_message_the_decision_and_the_history() -> None:
    story = reminded(offering(first_after_days=7), 1000_00)
    message, decision = story.reminders[-1], story.decisions[-1]
    plan_told = Offered(
        kind="plan", parts=3, part_minor=334_00, last_part_minor=332_00, first_date=day("2026-03-15"), every_days=30
    )
    assert message.offer == plan_told
    assert decision.offer == plan_told
    assert last_sent(story).offer == "plan"
    assert message.template_id == "zh-Hans-firm-plan-neutral-1"
    assert (message.variables["plan_parts"], message.variables["plan_amount"]) == ("3", "334.00元")
    assert "可分3次还" in message.text


def test_a_debt_that_is_too_small_gets_the_stages_own_text() -> None:
    story = reminded(offering(part_min_minor={"CNY": 100_00}), 150_00)
    message = story.reminders[-1]
    assert (message.offer, story.decisions[-1].offer, last_sent(story).offer) == (None, None, None)
    assert message.template_id == "zh-Hans-firm-neutral-1"
    assert "plan_parts" not in message.variables


@pytest.mark.parametrize(
    ("currency", "left", "largest"), [("JPY", 10_000, "3,334日元"), ("KWD", 100_500, "KWD 34.000")]
)
def test_a_plan_in_a_currency_of_no_decimals_or_three(currency: str, left: int, largest: str) -> None:
    message = reminded(offering(), left, currency).reminders[-1]
    assert message.offer is not None
    assert message.variables["plan_amount"].replace("\xa0", " ") == largest


def test_a_plan_is_sized_to_what_is_left_when_the_message_leaves() -> None:
    story = (
        Story(offering()).on("2026-03-01 10:00", profile()).on("2026-03-02 00:00", missed("1", "2026-03-01", 900_00))
    )
    story.on("2026-03-05 10:00", paid(300_00)).tick_until("2026-03-09 00:00")
    offer = story.reminders[-1].offer
    assert offer is not None
    assert (offer.parts, offer.part_minor) == (3, 200_00)


def test_an_extension_stands_on_the_notice_and_no_later_stage_offers_one() -> None:
    story = (
        Story(offering()).on("2026-03-01 10:00", profile()).on("2026-03-02 10:00", scheduled("1", "2026-03-10", 100_00))
    )
    story.tick_until("2026-03-08 00:00")
    notice = story.reminders[-1]
    assert notice.offer == Offered(kind="extension", until=day("2026-03-24"))
    assert (story.decisions[-1].offer, last_sent(story).offer) == (notice.offer, "extension")
    assert notice.variables["extension_date"] == "3月24日"
    story.on("2026-03-11 00:00", missed("1", "2026-03-10", 100_00)).tick_until("2026-04-02 00:00")
    assert [(r.stage, r.offer and r.offer.kind) for r in story.reminders] == [
        ("PRE", "extension"),
        ("FIRM", "plan"),
        ("LAST", None),
    ]
