"""Packs: the shipped ones load and say where everything comes from; a broken one of each kind is refused by name."""

from datetime import date
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, composite
from pydantic import ValidationError

from agents.reminders.pack_files import SHIPPED, Layer, all_packs, hashes, load_approvals, load_pack, merge, pack_hash
from schemas.packs import APPROVERS, DAYS, Approvals, ForbidRule, Pack, RequireRule, WindowRule

EXAMPLES: Final = Path(__file__).parents[3] / "examples"
PACKS: Final = EXAMPLES / "packs"
SHIPPED_IDS: Final = ["CN", "EU", "IN", "UK", "US"]
EXAMPLE_IDS: Final = ["CN-REST", "EU-DE", "OPEN"]
NOBODY: Final = Approvals()
HEAD: Final = 'id = "X"\nversion = "1"\ntitle = "A pack"\neffective_from = 2026-01-01\n'
SOURCED: Final = 'basis = "law"\nsource = "an act"\nconfidence = "V1"\n'


def rule(kind: str, more: str = "", name: str = "XX-RULE-1", sourced: str = SOURCED) -> str:
    """A rule as TOML."""
    return f'\n[[rules]]\nid = "{name}"\nkind = "{kind}"\n{sourced}{more}\n'


def shelved(folder: Path, **files: str) -> Path:
    """A lender's own folder with these files."""
    for name, content in files.items():
        (folder / f"{name}.toml").write_text(content, encoding="utf-8")
    return folder


def faults_of(folder: Path, pack_id: str = "X") -> list[str]:
    """What is wrong with a pack of that folder, which must not be usable."""
    faults: list[str] = []
    loaded = load_pack(pack_id, folder, NOBODY, faults)
    assert loaded is None
    assert faults
    return faults


@pytest.fixture(scope="module")
def every_pack() -> dict[str, Pack]:
    """All shipped packs and examples."""
    faults: list[str] = []
    packs = all_packs(PACKS, faults)
    assert not faults
    return packs


def test_every_pack_loads(every_pack: dict[str, Pack]) -> None:
    assert sorted(every_pack) == sorted(SHIPPED_IDS + EXAMPLE_IDS)


@pytest.mark.parametrize("pack_id", SHIPPED_IDS)
def test_a_shipped_pack_is_a_draft_that_nobody_approved(pack_id: str) -> None:
    faults: list[str] = []
    loaded = load_pack(pack_id, None, load_approvals(None, faults), faults)
    assert loaded is not None
    assert not faults
    assert (loaded.pack.status, loaded.approved_by) == ("draft", ())
    assert loaded.complete == (pack_id != "EU")
    file = next(path for path in SHIPPED.glob("*.toml") if f'\nid = "{pack_id}"\n' in path.read_text("utf-8"))
    header = file.read_text(encoding="utf-8").partition("\nid = ")[0]
    assert "Nobody has approved this pack" in header
    assert "until two different people have approved" in header


def test_every_value_says_where_it_comes_from(every_pack: dict[str, Pack]) -> None:
    for pack in every_pack.values():
        for entry in (*pack.rules, *pack.duties):
            assert entry.source.strip(), entry.id
            if entry.basis == "policy" and entry.confidence in {"V1", "V2"}:
                assert "draft" in entry.source, f"{entry.id}: read in a source in force, so what makes it policy?"


@pytest.mark.parametrize("pack_id", SHIPPED_IDS)
def test_every_shipped_pack_has_every_category_and_the_caps_on_sms(pack_id: str, every_pack: dict[str, Pack]) -> None:
    rules = every_pack[pack_id].rules
    forbidden = [rule.category for rule in rules if isinstance(rule, ForbidRule)]
    assert len(forbidden) == len(set(forbidden)) == 15
    caps = {(r.limit, r.days, r.period, r.stops) for r in rules if r.kind == "cap" and r.channel == "sms"}
    assert caps == {(1, 1, "calendar", "messages"), (3, 7, "rolling", "messages")}
    assert {rule.max_parts for rule in rules if rule.kind == "format" and rule.max_parts} == {2}
    assert {rule.max_age_minutes for rule in rules if rule.kind == "freshness"} == {15}


def test_hours_are_those_of_the_regulation(every_pack: dict[str, Pack]) -> None:
    hours = {
        pack_id: [(o.start, o.end, len(o.days)) for r in pack.rules if isinstance(r, WindowRule) for o in r.openings]
        for pack_id, pack in every_pack.items()
    }
    assert hours["CN"] == [("08:00", "22:00", 7), ("09:00", "20:00", 7)]
    assert hours["US"] == hours["UK"] == [("08:00", "21:00", 7)]
    assert hours["EU"] == [("08:00", "20:00", 6)]
    assert hours["IN"] == [("08:00", "19:00", 7)]
    assert hours["OPEN"] == [("00:00", "24:00", 7)]


def test_the_member_state_s_overlay_makes_the_union_s_pack_complete(every_pack: dict[str, Pack]) -> None:
    faults: list[str] = []
    loaded = load_pack("EU-DE", PACKS, NOBODY, faults)
    assert loaded is not None
    assert not faults
    assert loaded.complete
    assert loaded.pack.rules[: len(every_pack["EU"].rules)] == every_pack["EU"].rules
    denied = [r for r in loaded.pack.rules if isinstance(r, WindowRule) and r.holidays == "deny"]
    assert [rule.calendar for rule in denied] == ["DE"]


def test_opt_out_stands_in_every_american_message(every_pack: dict[str, Pack]) -> None:
    needs = {r.element: r.when for r in every_pack["US"].rules if isinstance(r, RequireRule)}
    assert needs["opt_out"] == "always"


# ------------------------------------------------------------------------------------------------------------ refused

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


def test_a_lender_s_own_pack_is_found_by_its_id_and_before_the_shipped_one(tmp_path: Path) -> None:
    faults: list[str] = []
    loaded = load_pack("CN", shelved(tmp_path, anything=HEAD.replace('"X"', '"CN"')), NOBODY, faults)
    assert loaded is not None
    assert not faults
    assert loaded.pack.title == "A pack"


def test_an_overlay_over_an_overlay_is_in_force_when_all_are(tmp_path: Path) -> None:
    one = (
        HEAD.replace('"X"', '"Y"')
        + 'effective_to = 2026-06-30\nextends = "CN"'
        + rule("agreed_hours", name="YY-RULE-1")
    )
    two = HEAD + 'effective_to = 2026-12-31\nextends = "Y"\nrequires_overlay = true' + rule("agreed_hours")
    faults: list[str] = []
    loaded = load_pack("X", shelved(tmp_path, one=one, two=two), NOBODY, faults)
    assert loaded is not None
    assert not faults
    assert (loaded.pack.effective_from, loaded.pack.effective_to) == (date(2026, 1, 30), date(2026, 6, 30))
    assert [rule.id for rule in loaded.pack.rules[-2:]] == ["YY-RULE-1", "XX-RULE-1"]
    assert not loaded.complete


# ---------------------------------------------------------------------------------------------- overlays only tighten


@composite
def extra_rules(draw: DrawFn) -> list[dict[str, Any]]:
    """Rules that an overlay may add, each with an id of its own."""
    sourced = {"basis": "policy", "source": "a lender", "confidence": "P"}
    window = st.builds(
        lambda days, hours: {
            "kind": "window",
            "openings": ({"days": tuple(days), "start": f"{hours[0]:02}:00", "end": f"{hours[1]:02}:00"},),
        },
        st.lists(st.sampled_from(DAYS), min_size=1, unique=True),
        st.permutations(range(24)),
    )
    cap = st.builds(
        lambda limit, days: {"kind": "cap", "limit": limit, "days": days, "period": "rolling"},
        st.integers(1, 60),
        st.integers(1, 31),
    )
    hold = st.builds(lambda calls: {"kind": "hold", "hold": "dispute", "calls": calls}, st.booleans())
    role = st.just({"kind": "roles", "allow": ("debtor", "guarantor", "third_related", "third_unrelated")})
    ban = st.builds(
        lambda level: {"kind": "forbid", "category": "THREAT", "severity": level}, st.sampled_from(["warn", "block"])
    )
    drawn = draw(st.lists(st.one_of(window, cap, hold, role, ban), max_size=12))
    return [{"id": f"OWN-RULE-{number}", **sourced, **data} for number, data in enumerate(drawn)]


@given(extra_rules(), st.sampled_from(SHIPPED_IDS))
def test_whatever_an_overlay_adds_every_rule_of_its_base_stands_unchanged(
    every_pack: dict[str, Pack], rules: list[dict[str, Any]], base_id: str
) -> None:
    base = every_pack[base_id]
    own = Pack.model_validate(
        {
            "id": "OWN",
            "version": "1",
            "title": "own",
            "effective_from": "2020-01-01",
            "extends": base_id,
            "rules": rules,
        }
    )
    faults: list[str] = []
    merged = merge([Layer("base.toml", base), Layer("own.toml", own)], faults)
    assert merged is not None
    assert not faults
    assert merged.rules == (*base.rules, *own.rules)
    assert merged.duties == base.duties
    assert merged.effective_from >= base.effective_from
    assert (merged.id, merged.requires_overlay) == ("OWN", False)
    assert pack_hash(merged) != pack_hash(base)


# ------------------------------------------------------------------------------------------------ hashes and approvals


def test_a_hash_changes_with_every_rule_and_duty(every_pack: dict[str, Pack]) -> None:
    pack = every_pack["CN"]
    seen = {pack_hash(pack)}
    for field in ("rules", "duties"):
        entries = getattr(pack, field)
        for index, entry in enumerate(entries):
            worded = entry.model_copy(update={"note": entry.note + " changed"})
            for changed in (
                (*entries[:index], *entries[index + 1 :]),
                (*entries[:index], worded, *entries[index + 1 :]),
            ):
                seen.add(pack_hash(pack.model_copy(update={field: changed})))
    assert len(seen) == 1 + 2 * (len(pack.rules) + len(pack.duties))


@pytest.mark.parametrize(
    "change",
    [
        {"id": "CN2"},
        {"version": "2026.12"},
        {"effective_from": date(2026, 2, 1)},
        {"effective_to": date(2027, 1, 1)},
        {"requires_overlay": True},
    ],
)
def test_a_hash_changes_with_what_decides_whether_it_sends(change: dict[str, Any], every_pack: dict[str, Pack]) -> None:
    assert pack_hash(every_pack["CN"].model_copy(update=change)) != pack_hash(every_pack["CN"])


def test_a_hash_does_not_change_with_status_and_title(every_pack: dict[str, Pack]) -> None:
    pack = every_pack["CN"]
    assert pack_hash(pack.model_copy(update={"status": "reviewed", "title": "China"})) == pack_hash(pack)
    assert len(pack_hash(pack)) == 32


def test_the_example_approvals_are_up_to_date() -> None:
    faults: list[str] = []
    found = hashes(PACKS, faults)
    approvals = load_approvals(EXAMPLES / "approvals.toml", faults)
    assert not faults
    written = {(a.id, a.hash) for a in approvals.approvals if a.kind == "pack"}
    current = {(pack_id, found[pack_id]) for pack_id in ("CN", "US", "OPEN", "EU-DE", "CN-REST")}
    assert written == current, "write the hashes of `tactful policy hashes` into examples/approvals.toml"
    for pack_id, _ in current:
        loaded = load_pack(pack_id, PACKS, approvals, faults)
        assert loaded is not None
        assert loaded.approved_by == ("Example Compliance Officer", "Example Counsel")
        assert len(loaded.approved_by) == APPROVERS


def approving(*names: str, subject: str = "CN", digest: str | None = None) -> str:
    """Approvals as TOML."""
    told = digest or hashes(None, [])[subject]
    return "".join(
        f'[[approvals]]\nkind = "pack"\nid = "{subject}"\nhash = "{told}"\nby = "{name}"\non = 2026-11-28\n'
        for name in names
    )


def approved(tmp_path: Path, content: str, faults: list[str]) -> tuple[str, ...]:
    """Who approved CN, by a file of approvals."""
    (tmp_path / "approvals.toml").write_text(content, encoding="utf-8")
    loaded = load_pack("CN", None, load_approvals(tmp_path / "approvals.toml", faults), faults)
    assert loaded is not None
    return loaded.approved_by


def test_one_person_who_approves_twice_is_one_person(tmp_path: Path) -> None:
    faults: list[str] = []
    assert approved(tmp_path, approving("Ada Example", "Ada Example"), faults) == ("Ada Example",)
    assert approved(tmp_path, approving("Ada Example", "Ben Example"), faults) == ("Ada Example", "Ben Example")
    assert not faults


def test_one_person_under_two_spellings_is_a_fault(tmp_path: Path) -> None:
    faults: list[str] = []
    approved(tmp_path, approving("Ada Example", "ADA  example "), faults)
    assert faults == ["approvals.toml: one person under two names: 'Ada Example' and 'ADA  example '"]


def test_an_approval_is_of_this_pack_in_this_wording(tmp_path: Path) -> None:
    faults: list[str] = []
    assert approved(tmp_path, approving("Ada Example", digest="0" * 32), faults) == ()
    assert approved(tmp_path, approving("Ada Example").replace('"CN"', '"US"'), faults) == ()
    assert approved(tmp_path, approving("Ada Example").replace('"pack"', '"texts"'), faults) == ()
    assert not faults


def test_a_broken_file_of_approvals_approves_nothing(tmp_path: Path) -> None:
    faults: list[str] = []
    assert approved(tmp_path, approving("Ada Example", digest="short"), faults) == ()
    assert faults[0].startswith("approvals.toml: approvals.0.hash (CN): String should match")
    assert load_approvals(tmp_path / "nowhere.toml", faults) == NOBODY
    assert "nowhere.toml" in faults[-1]


def test_a_pack_is_frozen(every_pack: dict[str, Pack]) -> None:
    with pytest.raises(ValidationError):
        every_pack["CN"].rules = ()  # type: ignore[misc]
