"""The shipped packs and the examples load, say where everything comes from, and only tighten what they extend."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, composite

from agents.policy.files.approvals import load_approvals
from agents.policy.files.packs import SHIPPED, Layer, load_pack, merge, pack_hash
from schemas.policy.packs import DAYS, ForbidRule, Pack, RequireRule, WindowRule
from tests.agents.policy.files.pack_changes import (
    EVERY_PACK,
    EXAMPLE_IDS,
    FAULTS,
    HEAD,
    NOBODY,
    PACKS,
    SHIPPED_IDS,
    rule,
    shelved,
)


def test_every_pack_loads() -> None:
    assert not FAULTS
    assert sorted(EVERY_PACK) == sorted(SHIPPED_IDS + EXAMPLE_IDS)


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


def test_every_value_says_where_it_comes_from() -> None:
    for pack in EVERY_PACK.values():
        for entry in (*pack.rules, *pack.duties):
            assert entry.source.strip(), entry.id
            if entry.basis == "policy" and entry.confidence in {"V1", "V2"}:
                assert "draft" in entry.source, f"{entry.id}: read in a source in force, so what makes it policy?"


@pytest.mark.parametrize("pack_id", SHIPPED_IDS)
def test_every_shipped_pack_has_every_category_and_the_caps_on_sms(pack_id: str) -> None:
    rules = EVERY_PACK[pack_id].rules
    forbidden = [rule.category for rule in rules if isinstance(rule, ForbidRule)]
    assert len(forbidden) == len(set(forbidden)) == 15
    caps = {(r.limit, r.days, r.period, r.stops) for r in rules if r.kind == "cap" and r.channel == "sms"}
    assert caps == {(1, 1, "calendar", "messages"), (3, 7, "rolling", "messages")}
    assert {rule.max_parts for rule in rules if rule.kind == "format" and rule.max_parts} == {2}
    assert {rule.max_age_minutes for rule in rules if rule.kind == "freshness"} == {15}


def test_hours_are_those_of_the_regulation() -> None:
    hours = {
        pack_id: [(o.start, o.end, len(o.days)) for r in pack.rules if isinstance(r, WindowRule) for o in r.openings]
        for pack_id, pack in EVERY_PACK.items()
    }
    assert hours["CN"] == [("08:00", "22:00", 7), ("09:00", "20:00", 7)]
    assert hours["US"] == hours["UK"] == [("08:00", "21:00", 7)]
    assert hours["EU"] == [("08:00", "20:00", 6)]
    assert hours["IN"] == [("08:00", "19:00", 7)]
    assert hours["OPEN"] == [("00:00", "24:00", 7)]


def test_the_member_state_s_overlay_makes_the_union_s_pack_complete() -> None:
    faults: list[str] = []
    loaded = load_pack("EU-DE", PACKS, NOBODY, faults)
    assert loaded is not None
    assert not faults
    assert loaded.complete
    assert loaded.pack.rules[: len(EVERY_PACK["EU"].rules)] == EVERY_PACK["EU"].rules
    denied = [r for r in loaded.pack.rules if isinstance(r, WindowRule) and r.holidays == "deny"]
    assert [rule.calendar for rule in denied] == ["DE"]


def test_opt_out_stands_in_every_american_message() -> None:
    needs = {r.element: r.when for r in EVERY_PACK["US"].rules if isinstance(r, RequireRule)}
    assert needs["opt_out"] == "always"


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
    assert (loaded.pack.effective_from, loaded.pack.effective_to) == (date(2026, 1, 1), date(2026, 6, 30))
    assert [rule.id for rule in loaded.pack.rules[-2:]] == ["YY-RULE-1", "XX-RULE-1"]
    assert not loaded.complete


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
    rules: list[dict[str, Any]], base_id: str
) -> None:
    base = EVERY_PACK[base_id]
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
