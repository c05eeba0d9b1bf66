"""A stage code keeps its meaning over the versions of a policy."""

from hypothesis import given
from hypothesis import strategies as st

from agents.policy.stage_codes import reused_codes
from schemas.policy.policies import HandOff, Stage
from tests.agents.policy.words.samples import RICH, with_stages

CODES = ("A", "B", "C", "D", "E")


def ladder(*codes: str, first: int = 1) -> tuple[Stage, ...]:
    """Overdue stages in this order, one a day."""
    return tuple(Stage(code=code, delay_days=first + day, text="firm") for day, code in enumerate(codes))


def test_a_policy_reuses_no_code_of_itself() -> None:
    assert reused_codes(RICH, RICH) == []


def test_a_moved_a_new_and_a_gone_stage_keep_the_others_meaning() -> None:
    before, after = with_stages(ladder("A", "B", "C")), with_stages(ladder("A", "NEW", "C", first=5))
    assert reused_codes(before, after) == []


def test_two_codes_that_changed_places_are_told() -> None:
    assert reused_codes(with_stages(ladder("A", "B", "C")), with_stages(ladder("A", "C", "B"))) == [
        "B: reused with another meaning: it came before C and now comes after it"
    ]


def test_a_variant_counts_as_the_ladder_does() -> None:
    before = with_stages(ladder("A", "B"))
    after = with_stages(ladder("A", "B"), gentle=ladder("B", "A"))
    assert len(reused_codes(before, after)) == 1
    assert reused_codes(after, before) == [], "it stood in this order before"
    assert reused_codes(before, with_stages(ladder("A"), gentle=ladder("B"))) == []


def test_a_notice_does_not_become_a_reminder() -> None:
    notice = Stage(code="A", kind="pre_due", delay_days=-3, text="pre_due")
    told = reused_codes(with_stages((notice,)), with_stages(ladder("A")))
    assert told == [
        "A: reused with another meaning: it was a notice before the due date and is now a reminder of an overdue debt"
    ]


def test_the_hand_off_does_not_become_a_stage() -> None:
    before = with_stages(ladder("A")).model_copy(update={"hand_off": HandOff(code="B", dpd=30)})
    told = reused_codes(before, with_stages(ladder("A", "B")))
    assert told == [
        "B: reused with another meaning: it was the hand-off to a person and is now a reminder of an overdue debt"
    ]


@given(st.permutations(CODES), st.permutations(CODES), st.sets(st.sampled_from(CODES), min_size=1))
def test_exactly_what_is_turned_round_is_told(before: list[str], after: list[str], kept: set[str]) -> None:
    left = [code for code in after if code in kept]
    turned = [
        (first, second)
        for place, second in enumerate(left)
        for first in left[place + 1 :]
        if before.index(first) < before.index(second)
    ]
    told = reused_codes(with_stages(ladder(*before)), with_stages(ladder(*left)))
    assert len(told) == len(turned)
    assert all(
        any(line.startswith(f"{first}: ") and f"before {second} " in line for line in told) for first, second in turned
    )
