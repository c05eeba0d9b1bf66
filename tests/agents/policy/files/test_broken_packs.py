"""A broken pack of each kind is refused with its reason, its file and its place; all faults are named at once."""

from pathlib import Path
from typing import Final

import pytest

from agents.policy.files.packs import load_pack
from tests.agents.policy.files.pack_changes import HEAD, NOBODY, SOURCED, faults_of, rule, shelved

BROKEN: Final[dict[str, tuple[str, str]]] = {
    "not TOML": (HEAD + "rules = [", "x.toml: "),
    "unknown field": (HEAD + 'colour = "red"', "x.toml: colour: Extra inputs"),
    "unknown kind": (HEAD + rule("wish"), "does not match any of the expected tags"),
    "unknown field of a rule": (
        HEAD + rule("agreed_hours", "hours = 3"),
        "x.toml: rules.0.agreed_hours.hours (XX-RULE-1)",
    ),
    "no source": (
        HEAD + rule("agreed_hours", sourced='basis = "law"\nconfidence = "V1"'),
        "source (XX-RULE-1): Field required",
    ),
    "a proposal that passes for law": (
        HEAD + rule("agreed_hours", sourced='basis = "law"\nsource = "us"\nconfidence = "P"'),
        "XX-RULE-1: what nobody verified is project policy",
    ),
    "general knowledge that passes for law": (
        HEAD + rule("agreed_hours", sourced='basis = "standard"\nsource = "us"\nconfidence = "G"'),
        "XX-RULE-1: what nobody verified is project policy",
    ),
    "an hour that no clock shows": (
        HEAD + rule("window", 'openings = [{ start = "25:00", end = "26:00" }]'),
        "openings.0.start (XX-RULE-1): String should match",
    ),
    "never open": (HEAD + rule("window", 'openings = [{ start = "09:00", end = "09:00" }]'), "never open"),
    "no opening": (HEAD + rule("window", "openings = []"), "openings (XX-RULE-1): Tuple should have at least 1"),
    "no such weekday": (
        HEAD + rule("window", 'openings = [{ days = ["someday"], start = "09:00", end = "10:00" }]'),
        "openings.0.days.0 (XX-RULE-1)",
    ),
    "holidays without calendar": (
        HEAD + rule("window", 'openings = [{ start = "09:00", end = "10:00" }]\nholidays = "deny"'),
        "XX-RULE-1: which holidays are denied is told by a calendar",
    ),
    "no such zone": (HEAD + rule("zone", 'also = ["Mars/Olympus"]'), "rules.0.zone.also.0 (XX-RULE-1)"),
    "cap of nothing": (HEAD + rule("cap", 'limit = 0\nperiod = "rolling"'), "limit (XX-RULE-1)"),
    "cap too large": (HEAD + rule("cap", 'limit = 61\nperiod = "rolling"'), "less than or equal to 60"),
    "cap too long": (HEAD + rule("cap", 'limit = 1\ndays = 32\nperiod = "rolling"'), "less than or equal to 31"),
    "calendar period of three days": (
        HEAD + rule("cap", 'limit = 1\ndays = 3\nperiod = "calendar"'),
        "XX-RULE-1: a calendar period is 1 (day), 7 (week) or 31 (month)",
    ),
    "cool-down without days": (HEAD + rule("cool_down", "days = 0"), "rules.0.cool_down.days (XX-RULE-1)"),
    "no role": (HEAD + rule("roles", "allow = []"), "allow (XX-RULE-1)"),
    "unknown role": (HEAD + rule("roles", 'allow = ["neighbour"]'), "allow.0 (XX-RULE-1)"),
    "a keyword that no reply has": (HEAD + rule("opt_out", 'keywords = ["stop"]'), "keywords.0 (XX-RULE-1)"),
    "a hold for ever and a day": (HEAD + rule("hold", 'hold = "x"\nmax_days = 367'), "max_days (XX-RULE-1)"),
    "unknown element": (HEAD + rule("require", 'element = "joke"'), "element (XX-RULE-1)"),
    "unknown category": (HEAD + rule("forbid", 'category = "BORING"'), "category (XX-RULE-1)"),
    "a signature that is no expression": (
        HEAD + rule("format", 'signature = "["'),
        "XX-RULE-1: the signature's expression",
    ),
    "unknown need of a provider": (HEAD + rule("provider", 'needs = "luck"'), "needs (XX-RULE-1)"),
    "stale for days": (HEAD + rule("freshness", "max_age_minutes = 1441"), "max_age_minutes (XX-RULE-1)"),
    "a number confirmed never": (HEAD + rule("number_check", "max_age_days = 0"), "max_age_days (XX-RULE-1)"),
    "an id in small letters": (HEAD + rule("agreed_hours", name="xx-1"), "rules.0.agreed_hours.id"),
    "an id twice": (HEAD + rule("agreed_hours") + rule("agreed_hours"), "x.toml: rule ids that stand twice: XX-RULE-1"),
    "a duty with the id of a rule": (
        HEAD + rule("agreed_hours") + f'\n[[duties]]\nid = "XX-RULE-1"\nduty = "pray"\n{SOURCED}',
        "rule ids that stand twice: XX-RULE-1",
    ),
    "it ends before it begins": (HEAD + "effective_to = 2025-12-31", "it ends before it begins"),
    "an unknown base": (HEAD + 'extends = "ATLANTIS"', "x.toml: extends: there is no pack ATLANTIS"),
    "its own base": (HEAD + 'extends = "X"', "x.toml: extends: a pack cannot extend itself: X -> X"),
    "a rule of its base again": (
        HEAD + 'extends = "CN"' + rule("agreed_hours", name="CN-CAP-1"),
        "x.toml: CN-CAP-1 is a rule of CN already: an overlay adds rules",
    ),
    "never in force with its base": (
        HEAD.replace("2026", "2020") + 'effective_to = 2020-12-31\nextends = "CN"',
        "x.toml: effective_from: never in force together with what it extends",
    ),
}


@pytest.mark.parametrize("broken", BROKEN)
def test_a_broken_pack_is_refused_with_its_reason(broken: str, tmp_path: Path) -> None:
    content, reason = BROKEN[broken]
    said = "\n".join(faults_of(shelved(tmp_path, x=content)))
    assert reason in said
    assert said.startswith("x.toml: ")


def test_all_faults_of_all_files_are_named_at_once(tmp_path: Path) -> None:
    both = HEAD + rule("cap", 'limit = 0\nperiod = "rolling"') + rule("roles", "allow = []", "XX-RULE-2")
    other = HEAD.replace('"X"', '"Y"') + rule("wish", name="YY-RULE-1")
    said = "\n".join(faults_of(shelved(tmp_path, x=both, y=other)))
    assert all(name in said for name in ("limit (XX-RULE-1)", "allow (XX-RULE-2)", "y.toml: rules.0 (YY-RULE-1)"))


def test_packs_that_extend_each_other_are_refused(tmp_path: Path) -> None:
    one, other = HEAD + 'extends = "Y"', HEAD.replace('"X"', '"Y"') + 'extends = "X"'
    assert faults_of(shelved(tmp_path, x=one, y=other)) == ["y.toml: extends: a pack cannot extend itself: X -> Y -> X"]


def test_a_missing_folder_and_two_files_of_one_pack_are_faults(tmp_path: Path) -> None:
    assert "no such folder of packs" in faults_of(tmp_path / "nowhere")[0]
    faults: list[str] = []
    load_pack("X", shelved(tmp_path, a=HEAD, b=HEAD), NOBODY, faults)
    assert faults == ["b.toml: id: X is the pack of a.toml already"]
