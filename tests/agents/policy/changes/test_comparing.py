"""What changed between two versions, in words, and what that does to open cycles."""

import re
from typing import Any

import pytest

from agents.policy.changes.comparing import Difference, Side, diff
from agents.policy.files.texts import SHIPPED_TEXTS, load_texts
from schemas.policy.packs import Pack
from schemas.policy.policies import Policy, Stage
from schemas.policy.texts import TextBook
from tests.agents.policy.words.samples import PACK, RICH, changed, mutants

NEXT = {"version": "2027.01", "replaces": "2026.12"}
NO_EFFECT = re.compile(
    r"offers\.three-parts\.extension_days=|offers\.two-weeks\.(parts_max|part_min_minor|first_after_days|every_days)="
    r"|experiments\.0\.arms\.2\.(ladder|tone)=|segments\.1\.hours_of_payments="
)
VERSION = re.compile("id=|version=|replaces=|in_flight=")


def lines(found: Difference) -> list[str]:
    return [change.text for change in (*found.touching, *found.sparing)]


def policy_diff(**fields: Any) -> Difference:
    return diff(Side(RICH), Side(changed(RICH, **NEXT, **fields)))


def told(**fields: Any) -> list[str]:
    return lines(policy_diff(**fields))


def stage(place: int, **fields: Any) -> tuple[Stage, ...]:
    """The sample's ladder with one stage changed."""
    return tuple(changed(s, **fields) if at == place else s for at, s in enumerate(RICH.stages))


def with_rule(place: int, **fields: Any) -> Pack:
    rules = [rule.model_dump() for rule in PACK.rules]
    rules[place] |= fields
    return changed(PACK, rules=rules)


def pack_told(pack: Pack) -> list[str]:
    return lines(diff(Side(RICH, PACK), Side(RICH, pack)))


@pytest.fixture(scope="module")
def english() -> TextBook:
    return load_texts(SHIPPED_TEXTS, [])["en"]


def test_a_version_that_changes_nothing_says_nothing() -> None:
    found = policy_diff()
    assert lines(found) == []
    assert (found.faults, found.notes) == ((), ())


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"stages": stage(2, delay_days=10)}, "FIRM now leaves on day 10 instead of day 7"),
        (
            {"stages": stage(0, delay_days=-5)},
            "PRE_DUE now leaves 5 days before the due date instead of 3 days before the due date",
        ),
        ({"stages": stage(2, dpd_to=12)}, "FIRM is valid until day 12 instead of until day 14"),
        ({"stages": stage(2, offer=None, offer_text=None)}, "FIRM makes no offer instead of the offer `three-parts`"),
        ({"stages": RICH.stages[:3]}, "the stage LAST is gone"),
        ({"hours": {"start": "09:00", "end": "19:00"}}, "the hours end at 19:00 instead of 20:00 (stricter)"),
        ({"hours": {"start": "08:00", "end": "20:00"}}, "the hours start at 08:00 instead of 09:00 (looser)"),
        ({"sending": {"minimum_gap_days": 2}}, "between two messages lie 2 days instead of 3 days (looser)"),
        (
            {"tolerance_minor": {"CNY": 500}},
            "a total overdue of up to 5.00 CNY instead of 1.00 CNY counts as paid (stricter)",
        ),
        (
            {"amounts": {"upper_minor": {"CNY": 10_000_00}, "jump_times": 10}},
            "the highest amount that a text states is 10,000.00 CNY instead of 50,000.00 CNY (stricter)",
        ),
        (
            {"amounts": {"jump_times": 10}},
            "the highest amount that a text states is none instead of 50,000.00 CNY (looser)",
        ),
        (
            {"amounts": {"upper_minor": {"CNY": 50_000_00}}},
            "an amount is implausible above none times what is due of its instalment instead of 10 (looser)",
        ),
        ({"hand_off": None}, "nobody takes over by days any more"),
        ({"hand_off": {"dpd": 45, "blocked_days": 21}}, "a person takes over on day 45 instead of day 30"),
        ({"pacing": None}, "messages leave as fast as they can instead of at 500 a second at most"),
        ({"segments": RICH.segments[1:]}, "the segment `strugglers` is gone"),
        (
            {"segments": RICH.segments[::-1]},
            "the segments are tried in the order everybody, forgetters, strugglers "
            "instead of strugglers, forgetters, everybody",
        ),
        ({"offers": {}}, "the offer `two-weeks` is gone"),
        ({"experiments": ()}, "the experiment `warmer` is gone: its accounts are treated as without it"),
        (
            {"replies": {"opt_out": ["STOP", "T"], "paid": ["PAID"]}},
            "the reply TD no longer stops all messages (looser)",
        ),
    ],
)
def test_changes_in_words(fields: dict[str, Any], said: str) -> None:
    assert said in told(**fields)


def test_a_new_stage_a_new_ladder_and_a_new_experiment_are_told_whole() -> None:
    soft = Stage(code="SOFT", delay_days=3, dpd_to=6, text="x")
    found = told(stages=(*RICH.stages[:2], soft, *RICH.stages[2:]), ladders={**RICH.ladders, "brief": (soft,)})
    step = "on day 3 after the due date: the reminder SOFT by sms, text `x`, valid until day 6; then it lapses"
    assert found == [f"the stage SOFT is new: {step}", "the ladder `brief` is new", f"the ladder `brief`: {step}"]
    before = Side(changed(RICH, experiments=()))
    assert len(lines(diff(before, Side(RICH)))) == 5


def test_changed_shares_tell_that_accounts_move() -> None:
    arms = [
        {"code": "champion", "share": 70},
        {"code": "warm", "share": 20, "tone": "warm"},
        RICH.experiments[0].arms[2],
    ]
    (said,) = told(experiments=[RICH.experiments[0].model_dump() | {"arms": arms}])
    assert said == (
        "`warmer`: shares champion 70 %, warm 20 %, silence 10 % instead of champion 80 %, warm 10 %, silence 10 %: "
        "an open cycle that would move leaves it"
    )


def test_every_change_of_a_policy_is_told() -> None:
    silent = [
        name
        for name, mutant in mutants(RICH)
        if not VERSION.match(name) and not NO_EFFECT.match(name) and not lines(diff(Side(RICH), Side(mutant)))
    ]
    assert silent == []


def test_every_change_of_a_pack_is_told() -> None:
    assert [name for name, mutant in mutants(PACK) if not pack_told(mutant)] == []


def test_every_change_of_texts_is_told(english: TextBook) -> None:
    silent = [
        name
        for name, mutant in mutants(english, without=frozenset({"language", "locale"}))
        if not lines(diff(Side(RICH, None, {"en": english}), Side(RICH, None, {"en": mutant})))
    ]
    assert silent == []


@pytest.mark.parametrize(
    ("place", "fields", "tendency"),
    [
        (0, {"openings": [{"start": "09:00", "end": "21:00"}]}, " (stricter)"),
        (0, {"openings": [{"start": "07:00", "end": "22:00"}]}, " (looser)"),
        (0, {"openings": [{"start": "09:00", "end": "23:00"}]}, "."),
        (1, {"holidays": "allow"}, " (looser)"),
        (2, {"limit": 2}, " (looser)"),
        (2, {"period": "rolling", "days": 3}, "."),
        (4, {"calls": True}, " (looser)"),
        (4, {"max_days": 60}, " (looser)"),
        (5, {"severity": "warn"}, " (looser)"),
    ],
)
def test_a_changed_rule_tells_its_tendency(place: int, fields: dict[str, Any], tendency: str) -> None:
    (said,) = pack_told(with_rule(place, **fields))
    assert said.startswith(f"the rule {PACK.rules[place].id} now says: ")
    assert said.endswith(tendency)


def test_a_new_rule_is_stricter_and_a_gone_one_looser() -> None:
    fewer = changed(PACK, rules=PACK.rules[:-1])
    assert pack_told(fewer) == [
        "the rule TEST-NEED-1 is gone: Every text of an overdue stage shows the service number. (looser)"
    ]
    (said,) = lines(diff(Side(RICH, fewer), Side(RICH, PACK)))
    assert said.endswith("(stricter)")


def test_another_locale_is_told(english: TextBook) -> None:
    later = TextBook.model_validate(english.model_dump() | {"locale": "en_GB"})
    assert lines(diff(Side(RICH, None, {"en": english}), Side(RICH, None, {"en": later}))) == [
        "en: the locale is now “en_GB” instead of “en”"
    ]


def test_texts_are_told_by_language_name_and_tone(english: TextBook) -> None:
    data = english.model_dump()
    data["texts"]["firm"]["warm"]["body"] = "{name}, another wording of {amount}."
    del data["texts"]["last"]["supportive"]
    data["phrases"]["payment_route"] = "Pay in the app"
    later = {"en": TextBook.model_validate(data)}
    found = lines(diff(Side(RICH, None, {"en": english}), Side(RICH, None, later)))
    assert len(found) == 3
    assert found[0] == "en: the phrase payment_route is now “Pay in the app” instead of “Pay in our app”"
    assert found[1].startswith(
        "en: the text `firm` in the tone `warm` now reads “{name}, another wording of {amount}.” instead of “"
    )
    assert found[1].endswith("under the same id en-firm-warm-1")
    assert found[2].startswith("en: the text `last` in the tone `supportive` is gone")
    both = lines(
        diff(Side(RICH, None, {"en": english}), Side(RICH, None, {"de": english.model_copy(update={"language": "de"})}))
    )
    assert [line.partition(",")[0] for line in both] == [
        "the language en is gone: nobody who reads it is written to",
        "the language de is new",
    ]


@pytest.mark.parametrize("in_flight", ["finish", "next_stage", "restart"])
def test_what_touches_open_cycles_goes_by_in_flight(in_flight: str) -> None:
    found = policy_diff(
        in_flight=in_flight,
        stages=tuple(
            changed(s, delay_days=s.delay_days + 1) if s.code in {"FIRM", "PRE_DUE"} else s for s in RICH.stages
        ),
        pacing=None,
        segments=RICH.segments[:2],
    )
    touching, sparing = ({change.about for change in changes} for changes in (found.touching, found.sparing))
    assert "pacing" in touching, "the rate counts for everybody at once"
    assert ("segments" in touching) == (in_flight != "finish")
    firm, notice = "FIRM now leaves", "PRE_DUE now leaves"
    assert any(change.text.startswith(notice) for change in found.sparing), "no open cycle has a notice before it"
    assert any(change.text.startswith(firm) for change in found.touching) == (in_flight != "finish")
    assert sparing


def test_texts_and_another_version_of_the_pack_reach_everybody(english: TextBook) -> None:
    later = changed(RICH, **NEXT, in_flight="finish")
    texts = {"en": TextBook.model_validate(english.model_dump() | {"date": "d MMMM"})}
    found = diff(Side(RICH, PACK, {"en": english}), Side(later, with_rule(2, limit=2), texts))
    assert {change.about for change in found.touching} == {"pack", "texts"}
    other = changed(PACK, id="OTHER")
    found = diff(Side(RICH, PACK), Side(changed(later, pack="OTHER"), other))
    assert not found.touching, "a cycle that ends on its version stays under that version's pack"


def test_a_ladder_that_begins_anew_looks_at_segments_anew() -> None:
    segment = RICH.segments[0].model_dump() | {"when": {"grades": ["D"]}}
    found = policy_diff(in_flight="restart", segments=(segment, *RICH.segments[1:]))
    assert [change.about for change in found.touching] == ["segments"]


def test_a_changed_condition_leaves_open_cycles_where_they_are() -> None:
    segment = RICH.segments[0].model_dump() | {"when": {"grades": ["D"]}, "tone": "warm"}
    found = policy_diff(segments=(segment, *RICH.segments[1:]))
    assert [change.text.partition(" now ")[0] for change in found.touching] == ["`strugglers`"]
    assert [change.text.partition(" now ")[0] for change in found.sparing] == ["`strugglers` is"]


def test_a_reused_code_is_a_fault() -> None:
    swapped = tuple(
        s.model_copy(update={"code": {"FIRM": "LAST", "LAST": "FIRM"}.get(s.code, s.code)}) for s in RICH.stages
    )
    found = policy_diff(stages=swapped)
    assert found.faults == ("FIRM: reused with another meaning: it came before LAST and now comes after it",)


def test_one_version_with_two_contents_is_a_fault() -> None:
    (fault,) = diff(Side(RICH), Side(changed(RICH, pacing=None))).faults
    assert "both are called rich 2026.12" in fault


@pytest.mark.parametrize(
    ("later", "note"),
    [
        (
            changed(RICH, version="2027.02", replaces="2027.01"),
            "2027.02 says that it replaces version 2027.01, not 2026.12",
        ),
        (changed(RICH, version="2027.02", replaces=None), "2027.02 says that it replaces no version, not 2026.12"),
        (changed(RICH, id="poor"), "these are two policies, rich and poor: one does not replace the other"),
    ],
)
def test_a_comparison_of_distant_versions_says_so(later: Policy, note: str) -> None:
    found = diff(Side(RICH), Side(later))
    assert found.notes == (note,)
    assert not found.faults
