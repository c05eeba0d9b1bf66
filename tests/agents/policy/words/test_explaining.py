"""A policy as a person would say it."""

import re
from collections.abc import Iterator

import pytest

from agents.policy.files.texts import SHIPPED_TEXTS, load_texts
from agents.policy.words.explaining import explain
from schemas.policy.packs import Pack
from schemas.policy.policies import HandOff, Policy
from schemas.policy.texts import TextBook
from tests.agents.policy.words.samples import PACK, RICH, changed, mutants

NOTHING_IS_SENT = "therefore nothing is sent"
NO_EFFECT = re.compile(
    r"pack=|stages\.[23]\.dpd_from=|ladders\.gentle\.0\.dpd_from=|ladders\.gentle\.1\.delay_days="
    r"|offers\.three-parts\.extension_days=|offers\.two-weeks\.(parts_max|part_min_minor|first_after_days|every_days)="
    r"|experiments\.0\.arms\.2\.(ladder|tone)=|segments\.1\.hours_of_payments="
)
"""What the rest of the sample makes meaningless: a delay that a later ``dpd_from`` covers, a tone of a hold-out."""


def told(
    policy: Policy = RICH, pack: Pack = PACK, approved_by: tuple[str, ...] = ("Ann", "Bea")
) -> dict[str, list[str]]:
    return {section.title: list(section.lines) for section in explain(policy, pack, approved_by, {})}


@pytest.fixture(scope="module")
def texts() -> dict[str, TextBook]:
    faults: list[str] = []
    found = load_texts(SHIPPED_TEXTS, faults)
    assert not faults
    return found


@pytest.mark.parametrize(
    ("approved_by", "said"),
    [
        ((), "nobody has approved this, and therefore nothing is sent."),
        (("Ann",), "only Ann approved this, and it takes 2 people: therefore nothing is sent."),
        (("Ann", "Bea"), "approved by Ann and Bea."),
    ],
)
def test_who_approved_is_told_and_what_follows_from_it(approved_by: tuple[str, ...], said: str) -> None:
    lines = told(approved_by=approved_by)["Who writes, and under which law"]
    assert any(line.endswith(said) for line in lines)


def test_a_pack_that_needs_an_overlay_sends_nothing_by_itself() -> None:
    lines = told(pack=changed(PACK, requires_overlay=True))["Who writes, and under which law"]
    assert any("under it alone nothing is sent" in line for line in lines)


def test_hours_are_those_of_policy_and_pack_together() -> None:
    lines = told()["When"]
    assert "All in all: Mondays to Saturdays 09:30 to 19:50, never on Sundays." in lines
    assert not any("days like any other" in line for line in lines)
    without = changed(PACK, rules=[rule for rule in PACK.rules if rule.id != "TEST-TIME-2"])
    lines = told(pack=without)["When"]
    assert "All in all: every day 09:00 to 19:50." in lines
    assert any("days like any other" in line for line in lines)


def test_the_ladder_is_told_day_by_day() -> None:
    ladder = told()["The ladder, day by day"]
    assert ladder[1:] == [
        "3 days before the due date: the notice PRE_DUE by sms, text `pre_due`, "
        "valid until 1 day before the due date; then it lapses.",
        "On day 1 after the due date: the reminder FRIENDLY by sms, text `friendly`, "
        "valid until day 6; then it lapses.",
        "On day 7 after the due date: the reminder FIRM by sms, text `firm` with the offer `three-parts` in the text "
        "`firm_plan` where it fits the debt, valid until day 14; then it lapses.",
        "On day 15 after the due date: the reminder LAST by sms, text `last`, valid for ever.",
    ]
    assert told()["The ladder `gentle`"][0] == "For the segment `strugglers` in the tone `supportive`."
    assert "On day 15 after the due date" in told()["The ladder `gentle`"][2], "dpd_from is later than the delay"


def test_a_ladder_that_nobody_climbs_is_told_as_such() -> None:
    alone = changed(RICH, segments=())
    assert told(alone)["The ladder `gentle`"][0].startswith("For nobody")
    assert told(alone)["The ladder, day by day"][0] == "For everybody in the tone `neutral`."


def test_segments_are_told_in_their_order() -> None:
    assert told()["Who is treated differently"][1:4] == [
        "1. `strugglers`: people of grade C or D who have broken at least 1 promise to pay: "
        "ladder `gentle`, tone `supportive`.",
        "2. `forgetters`: people who have been late at least 2 times before, last took at most 5 days to pay after the "
        "first reminder and owe at most 5,000.00 CNY overdue: the policy's own ladder, tone `warm`, preferably between "
        "18:00 and 20:00 by their own clock.",
        "3. `everybody`: everybody: the policy's own ladder, tone `neutral`, preferably at the hour at which they have "
        "paid before.",
    ]


def test_experiments_tell_shares_hold_out_and_stop_rule() -> None:
    lines = told()["Experiments"]
    assert lines[0].startswith(
        "`warmer`, for notices and cycles that begin from 1 December 2026 to 28 February 2027, with"
    )
    assert lines[3].startswith("  10 % of the accounts are `silence`: the hold-out: nothing is said to them")
    assert "after 200 messages or more, has over 2.5 complaints or 20 opt-outs per 1,000 messages" in lines[4]


def test_offers_and_pacing() -> None:
    lines = told()["Offers"]
    assert lines[0].endswith("each further one 30 days later. Made with `FIRM`.")
    assert lines[1].endswith("No stage makes it.")
    pace = told()["How fast, and at what price"]
    assert pace[0] == "At most 500 messages a second over all partitions."
    assert "within 30 minutes" in pace[1]
    assert "no rate is agreed" in told(changed(RICH, pacing=None))["How fast, and at what price"][0]


def test_a_policy_without_any_of_it_has_no_empty_sections() -> None:
    plain = changed(
        RICH, segments=(), experiments=(), offers={}, ladders={}, hand_off=None, pacing=None, stages=RICH.stages[:2]
    )
    sections = told(plain)
    assert "Experiments" not in sections
    assert "Offers" not in sections
    assert all(sections.values())
    assert sections["The hand-off to a person"][0].startswith("Nobody takes over by days")


@pytest.mark.parametrize(
    ("in_flight", "said"), [("finish", "ends on that"), ("restart", "anew"), ("next_stage", "next")]
)
def test_what_becomes_of_open_cycles(in_flight: str, said: str) -> None:
    assert said in told(changed(RICH, in_flight=in_flight))["This version"][2]


def test_whatever_has_an_effect_is_told() -> None:
    usual = told()
    silent = [name for name, mutant in mutants(RICH) if told(mutant) == usual]
    assert [name for name in silent if not NO_EFFECT.match(name)] == []


def test_each_rule_of_the_pack_is_cited() -> None:
    text = "\n".join(line for lines in told().values() for line in lines)
    assert [rule.id for rule in PACK.rules if f"({rule.id}" not in text] == []


def rendered(policy: Policy, texts: dict[str, TextBook]) -> Iterator[str]:
    for section in explain(policy, PACK, (), texts):
        if section.title.startswith("The texts in "):
            yield from section.lines[1:]


def test_every_text_is_shown_in_every_language_and_tone(texts: dict[str, TextBook]) -> None:
    lines = list(rendered(RICH, texts))
    names = {"pre_due", "friendly", "firm", "firm_plan", "last", "returned"}
    for rulebook in texts.values():
        for name in names:
            for tone in {"neutral", "warm", "supportive"} & rulebook.texts[name].keys():
                assert any(f"({rulebook.texts[name][tone].id}, " in line for line in lines)
    assert not any("cannot be filled" in line or "{" in line for line in lines)
    english = next(line for line in lines if "(en-firm-plan-neutral-1" in line)
    assert "Ms Li" in english
    assert "3 parts of up to CNY 427.00 from 29 Jun" in english


def test_who_approved_texts_is_told_by_language(texts: dict[str, TextBook]) -> None:
    found = {
        s.title: s.lines[0] for s in explain(RICH, PACK, (), texts, {"en": ("Ann", "Bea")}) if "The texts" in s.title
    }
    assert found["The texts in en"] == "Approved by Ann and Bea."
    assert NOTHING_IS_SENT in found["The texts in zh-Hans"]


def test_a_missing_text_and_one_of_another_offer_are_told_not_raised(texts: dict[str, TextBook]) -> None:
    stage = RICH.stages[1].model_copy(update={"text": "none_such"})
    lines = list(rendered(RICH.model_copy(update={"stages": (stage,)}), texts))
    assert sum(line == "`none_such`: there is no such text." for line in lines) == len(texts)
    stage = RICH.stages[1].model_copy(update={"text": "firm_plan"})
    lines = list(rendered(RICH.model_copy(update={"stages": (stage,), "ladders": {}}), texts))
    assert sum("cannot be filled" in line for line in lines) >= len(texts)


def test_a_hand_off_names_under_what_nobody_phones() -> None:
    lines = told(changed(RICH, hand_off=HandOff(dpd=9, never_for=("CEASE_CONTACT",))))["The hand-off to a person"]
    assert lines[0].startswith("On day 9 after the due date")
    assert any("under CEASE_CONTACT or DECEASED" in line for line in lines), "the pack's own holds count, too"
