"""A policy is refused as a whole, with every fault in it, before anything runs."""

from pathlib import Path

import pytest

from agents.decisions.policy.rulebook import PolicyFault
from agents.policy.files.policy import DEFAULT_POLICY, load_rulebook, load_versions
from tests.agents.decisions.story import BOOK
from tests.places import APPROVALS, PLACES, at

GOOD = DEFAULT_POLICY.read_text(encoding="utf-8")


def test_the_shipped_policy_loads_and_its_hash_is_stable() -> None:
    assert load_rulebook(PLACES, "test").hash == BOOK.hash
    assert [stage.code for stage in BOOK.ladders[None].overdue] == ["FRIENDLY", "FIRM", "LAST"]
    assert BOOK.ladders[None].pre_due is not None


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('start = "09:00"', 'start = "20:00"', "before it ends"),
        ('zone = "Asia/Shanghai"', 'zone = "UTC+8"', "lender.zone"),
        ('code = "FIRM"', 'code = "FRIENDLY"', "stands twice"),
        ("delay_days = 7", "delay_days = 1", "must rise"),
        ("dpd_to = 14", "dpd_to = 3", "could only lapse"),
        ('text = "firm"', 'text = "rude"', "no text 'rude'"),
        ("minimum_gap_days = 3", "minimum_gap_days = 0", "minimum_gap_days"),
        ("grace_days = 3", "grace = 3", "grace"),
        ("CNY = 100", "XYZ = 100", "tolerance_minor"),
        ('id = "cn-consumer"', "id = ", "policy.toml"),
        ('paid = ["PAID", "Y"]', 'paid = ["PAID", "STOP"]', "keywords with two meanings: STOP"),
        ('"STOP"', '"stop"', "replies.opt_out"),
    ],
)
def test_a_wrong_policy_is_refused_by_name(tmp_path: Path, old: str, new: str, told: str) -> None:
    assert old in GOOD
    path = tmp_path / "policy.toml"
    path.write_text(GOOD.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(PolicyFault, match=told):
        load_rulebook(at(path), "test")


def test_two_faults_are_told_at_once(tmp_path: Path) -> None:
    path = tmp_path / "policy.toml"
    path.write_text(GOOD.replace("grace_days", "grace", 1).replace("blocked_days", "blocked"), encoding="utf-8")
    with pytest.raises(PolicyFault) as caught:
        load_rulebook(at(path), "test")
    assert len(caught.value.faults) == 2


def test_a_missing_file_is_one_clear_fault(tmp_path: Path) -> None:
    with pytest.raises(PolicyFault, match=r"none\.toml"):
        load_rulebook(at(tmp_path / "none.toml"), "test")
    with pytest.raises(PolicyFault, match="no text in any language"):
        load_rulebook(at(texts=tmp_path), "test")


def test_what_shipped_before_is_still_there_for_open_cycles_and_activations(tmp_path: Path) -> None:
    # By the approvals of then: nobody has approved the pack of now.
    approvals = tmp_path / "approvals.toml"
    then = APPROVALS.read_text(encoding="utf-8").replace(BOOK.law.hash, "da51924f0cf4c71e2284397e17367b7c")
    approvals.write_text(then, encoding="utf-8")
    versions = load_versions(PLACES._replace(approvals=approvals), "test")
    pin, name = "90065070d79a3470a0e2a12709d52f3a", "fa2848198b60918df29e4ea0b7aa5d6b"
    assert versions.missing([pin, versions.latest.pin]) == []
    assert versions.books[name].policy.version == "2026.11"
    assert {name, versions.latest.hash} <= versions.latest.known


def test_a_policy_of_the_lenders_own_does_not_bring_what_shipped_before(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(GOOD, encoding="utf-8")
    assert list(load_versions(at(path), "test").books) == [BOOK.hash]
