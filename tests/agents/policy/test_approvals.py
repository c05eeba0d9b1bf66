"""What a pack's hash stands for, and who has approved it."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from agents.policy.files.packs import all_packs, load_approvals, load_pack, pack_hash
from schemas.policy.packs import APPROVERS
from tests.agents.policy.files.pack_changes import EVERY_PACK, EXAMPLES, NOBODY, PACKS


def hashes_of(folder: Path | None, faults: list[str]) -> dict[str, str]:
    """The hash of every usable pack, by id."""
    return {pack_id: pack_hash(pack) for pack_id, pack in all_packs(folder, faults).items()}


def test_a_hash_changes_with_every_rule_and_duty() -> None:
    pack = EVERY_PACK["CN"]
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
def test_a_hash_changes_with_what_decides_whether_it_sends(change: dict[str, Any]) -> None:
    assert pack_hash(EVERY_PACK["CN"].model_copy(update=change)) != pack_hash(EVERY_PACK["CN"])


def test_a_hash_does_not_change_with_status_and_title() -> None:
    pack = EVERY_PACK["CN"]
    assert pack_hash(pack.model_copy(update={"status": "reviewed", "title": "China"})) == pack_hash(pack)
    assert len(pack_hash(pack)) == 32


def test_the_example_approvals_are_up_to_date() -> None:
    faults: list[str] = []
    found = hashes_of(PACKS, faults)
    approvals = load_approvals(EXAMPLES / "approvals.toml", faults)
    assert not faults
    written = {(a.id, a.hash) for a in approvals.approvals if a.kind == "pack"}
    current = {(pack_id, found[pack_id]) for pack_id in ("CN", "US", "US-HELP", "OPEN", "EU-DE", "CN-REST")}
    assert written == current, "write the hashes of `tactful policy hashes` into examples/approvals.toml"
    for pack_id, _ in current:
        loaded = load_pack(pack_id, PACKS, approvals, faults)
        assert loaded is not None
        assert loaded.approved_by == ("Example Compliance Officer", "Example Counsel")
        assert len(loaded.approved_by) == APPROVERS


def approving(*names: str, subject: str = "CN", digest: str | None = None) -> str:
    """Approvals as TOML."""
    told = digest or hashes_of(None, [])[subject]
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
    approved(tmp_path, approving("Ada Example", "ADA  example"), faults)
    assert faults == ["approvals.toml: one person under two names: 'Ada Example' and 'ADA  example'"]


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


def test_a_pack_is_frozen() -> None:
    with pytest.raises(ValidationError):
        EVERY_PACK["CN"].rules = ()  # type: ignore[misc]


@pytest.mark.parametrize("spelling", ["JOSE\u0301 Example", "Jos\u00e9  Example", "Jos\u00e9\u200b Example"])
def test_a_name_that_only_looks_the_same_is_the_same_person(tmp_path: Path, spelling: str) -> None:
    faults: list[str] = []
    assert len(approved(tmp_path, approving("Jos\u00e9 Example", spelling), faults)) == 1
    assert faults
