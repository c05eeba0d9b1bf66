"""What a pack's hash stands for, and who has approved it."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from pydantic import ValidationError

from agents.commands.policy.reading import missing_for_activation
from agents.policy.files.approvals import calendar_hash, load_approvals, read_approvals, unapproved_around
from agents.policy.files.calendars import load_calendars
from agents.policy.files.packs import all_packs, load_pack, pack_hash
from agents.policy.files.policy import DEFAULT_POLICY, Places, load_rulebook, unapproved
from schemas.policy.approvals import APPROVERS
from tests.agents.decisions.story import Story, missed, profile
from tests.agents.policy.files.pack_changes import EVERY_PACK, NOBODY, PACKS
from tests.places import ANY_SENDER, APPROVALS, PLACES


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
        {"version": "2099.12"},
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
    approvals = load_approvals(APPROVALS, faults)
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


FUTURE = date(2026, 11, 30)


def file_of(tmp_path: Path, *lines: tuple[str, str, str, str, str]) -> Path:
    """A file of approvals: kind, id, hash, by, on."""
    path = tmp_path / "approvals.toml"
    keys = ("kind", "id", "hash", "by")
    body = (
        "\n".join(
            ["[[approvals]]", *(f'{k} = "{v}"' for k, v in zip(keys, line[:4], strict=True)), f"on = {line[4]}", ""]
        )
        for line in lines
    )
    path.write_text("\n".join(body), encoding="utf-8")
    return path


def test_an_approval_of_a_day_to_come_does_not_count(tmp_path: Path) -> None:
    path = file_of(
        tmp_path, ("pack", "CN", "0" * 32, "Ada", "2026-11-30"), ("pack", "CN", "0" * 32, "Ben", "2026-12-01")
    )
    given = read_approvals(path, [], today=FUTURE)
    assert given.approvals.people("pack", "CN", "0" * 32) == ("Ada",)
    assert given.left_out == ("pack CN: the approval by 'Ben' does not count: 2026-12-01 is still to come",)
    assert load_approvals(path, []).people("pack", "CN", "0" * 32)[0] == "Ada"


@pytest.mark.parametrize(
    "spelling",
    [
        "Ada",
        "ADA",
        "\u0410da",
        "A\u200bda",
        "ad\u0430",
        "\uff21da",
        "a.da",
        "A\u0301da",
        "\u00e1da",
    ],
)
def test_only_ids_of_the_list_approve(tmp_path: Path, spelling: str) -> None:
    faults: list[str] = []
    approvers = tmp_path / "approvers.toml"
    approvers.write_text('ids = ["ada", "ben"]')
    path = file_of(
        tmp_path,
        ("pack", "CN", "0" * 32, "ada", "2026-11-28"),
        ("pack", "CN", "0" * 32, spelling, "2026-11-28"),
    )
    assert load_approvals(path, faults, approvers).people("pack", "CN", "0" * 32) == ("ada",)
    assert not faults


@pytest.mark.parametrize(
    ("ids", "fault"),
    [
        ('["ada", "Ada"]', "hardly told apart"),
        ('["a.da", "ada"]', "hardly told apart"),
        ('["\u0430da"]', "match pattern"),
        ('["ada\u200b"]', "match pattern"),
        ("[]", "at least 1"),
    ],
)
def test_a_list_whose_ids_are_hardly_told_apart_is_refused(tmp_path: Path, ids: str, fault: str) -> None:
    faults: list[str] = []
    approvers = tmp_path / "approvers.toml"
    approvers.write_text(f"ids = {ids}", encoding="utf-8")
    given = read_approvals(file_of(tmp_path, ("pack", "CN", "0" * 32, "ada", "2026-11-28")), faults, approvers)
    assert fault in faults[0]
    assert given.approvals == NOBODY


def places_with(tmp_path: Path, policy: str, *, senders: bool) -> Places:
    """The example approvals, with or without those of senders, and a policy."""
    (tmp_path / "policy.toml").write_text(policy, encoding="utf-8")
    return PLACES._replace(policy=tmp_path / "policy.toml", approvals=APPROVALS if senders else ANY_SENDER)


SHIPPED = DEFAULT_POLICY.read_text(encoding="utf-8")
CHANGED = (
    ('service_number = "4008800123"', 'service_number = "4008800124"'),
    ('name = "安和消费金融"', 'name = "安和消费公司"'),
    ('en-CN = "Anhe Finance"', 'en-CN = "Anhe Financ"'),
    ("[hours]", '[offers.more]\nkind = "hardship"\n\n[hours]'),
    ('zone = "Asia/Shanghai"', 'zone = "Asia/Shanghai"\nrole = "agency"'),
)


@pytest.mark.parametrize(("old", "new"), CHANGED[:4])
def test_another_sender_under_the_old_approvals_sends_nothing(tmp_path: Path, old: str, new: str) -> None:
    assert old in SHIPPED
    rulebook = load_rulebook(places_with(tmp_path, SHIPPED.replace(old, new), senders=True), "test")
    assert rulebook.unapproved == ("SENDER_NOT_APPROVED",)
    assert any("sender is not approved" in line for line in unapproved(rulebook))
    before = load_rulebook(places_with(tmp_path, SHIPPED.replace(old, new), senders=False), "test")
    assert before.unapproved == ()


def test_what_is_not_approved_says_so_in_its_decision(tmp_path: Path) -> None:
    rulebook = load_rulebook(places_with(tmp_path, SHIPPED.replace(*CHANGED[0]), senders=True), "test")
    story = Story(rulebook).on("2026-03-01 10:00", profile()).on("2026-03-02 00:00", missed("1", "2026-03-01", 100_00))
    assert story.tick_until("2026-03-03 00:00").reminders == []
    assert "03-02 09:00 blocked SENDER_NOT_APPROVED FRIENDLY" in story.reasons()


def test_a_policy_of_the_same_sender_needs_no_new_approval(tmp_path: Path) -> None:
    text = SHIPPED.replace("minimum_gap_days = 3", "minimum_gap_days = 4")
    assert load_rulebook(places_with(tmp_path, text, senders=True), "test").unapproved == ()


def test_an_activation_needs_all_of_them(tmp_path: Path) -> None:
    complete = places_with(tmp_path, SHIPPED, senders=True)
    assert missing_for_activation(load_rulebook(complete, "test"), complete) == []
    before = places_with(tmp_path, SHIPPED, senders=False)
    assert missing_for_activation(load_rulebook(before, "test"), before) == ["sender cn-consumer"]
    nobody = before._replace(approvals=None)
    missing = missing_for_activation(load_rulebook(nobody, "test"), nobody)
    assert missing == ["sender cn-consumer", "replies en", "replies zh", "replies model"]


def test_days_that_nobody_approved_are_not_counted_by() -> None:
    faults: list[str] = []
    calendars = load_calendars(None, faults)
    given = load_approvals(APPROVALS, faults)
    policy, pack = load_rulebook(PLACES, "test").policy, all_packs(PACKS, faults)["CN-REST"]
    assert not faults
    assert unapproved_around(policy, pack, calendars, given) == ()
    moved = replace(calendars["CN"], holidays=calendars["CN"].holidays | {date(2026, 3, 4)})
    assert unapproved_around(policy, pack, {**calendars, "CN": moved}, given) == ("CALENDAR_NOT_APPROVED",)
    assert calendar_hash(moved) != calendar_hash(calendars["CN"])
    assert calendar_hash(replace(calendars["CN"], library="0.1")) == calendar_hash(calendars["CN"])


def pack_in_use(tmp_path: Path, *hashes: str) -> str:
    """The version of CN that is used where two people approved these hashes."""
    lines = [("pack", "CN", digest, by, "2026-11-28") for digest in hashes for by in ("Ada", "Ben")]
    faults: list[str] = []
    loaded = load_pack("CN", None, load_approvals(file_of(tmp_path, *lines), faults), faults)
    assert loaded is not None
    assert not faults
    return loaded.pack.version


def test_what_shipped_before_goes_on_until_two_people_have_approved_what_ships(tmp_path: Path) -> None:
    before, now = "da51924f0cf4c71e2284397e17367b7c", pack_hash(EVERY_PACK["CN"])
    assert pack_in_use(tmp_path, before) == "2026.11"
    assert pack_in_use(tmp_path, before, now) == "2026.12"
    assert pack_in_use(tmp_path, now) == "2026.12"
    assert pack_in_use(tmp_path, "0" * 32) == "2026.12"
