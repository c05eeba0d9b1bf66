"""docs/policy.md: its TOML is one policy with all that belongs to it, and its tables are those of the models."""

import re
import shutil
import tomllib
from collections import defaultdict
from pathlib import Path
from typing import Final, get_args

import pytest

from agents.policy.changes.comparing import Side, diff
from agents.policy.files import packs
from agents.policy.files.approvals import load_approvals
from agents.policy.files.policy import Places, load_rulebook
from agents.policy.files.texts import SHIPPED_TEXTS, load_texts
from agents.policy.words.explaining import explain
from schemas.policy.approvals import Approvals
from schemas.policy.packs import Rule
from schemas.policy.policies import Condition, Policy
from schemas.policy.texts import OFFER_SLOTS, SLOTS, Phrase
from tests.docs.pages import ROOT, blocks, table_after

PAGE: Final = ROOT / "docs" / "policy.md"
NEXT: Final = "my-policy-next.toml"


def files() -> dict[str, str]:
    """The pieces of each file, in the order of the page."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for block in blocks(PAGE, "toml"):
        name, _, content = block.partition("\n")
        assert re.fullmatch(r"# [\w/.-]+\.toml", name), f"no file's name: {name}"
        found[name.removeprefix("# ")].append(content)
    return {name: "\n".join(pieces) for name, pieces in found.items()}


@pytest.fixture
def places(tmp_path: Path) -> Places:
    """The page's files in a folder; its text is added to those that ship."""
    (tmp_path / "packs").mkdir()
    shutil.copytree(SHIPPED_TEXTS, tmp_path / "texts")
    for name, content in files().items():
        with (tmp_path / name).open("a", encoding="utf-8") as file:
            file.write("\n" + content)
    return Places(
        policy=tmp_path / "my-policy.toml",
        texts=tmp_path / "texts",
        packs=tmp_path / "packs",
        approvals=tmp_path / "approvals.toml",
    )


def test_the_pieces_are_a_policy_without_a_fault(places: Places) -> None:
    rulebook = load_rulebook(places, "test")
    assert rulebook.law.pack.id == "CN-OWN"
    assert {"CN-TIME-1", "OWN-TIME-1"} <= {rule.id for rule in rulebook.law.pack.rules}
    told = "\n".join(
        line for section in explain(rulebook.policy, rulebook.law.pack, (), rulebook.texts) for line in section.lines
    )
    assert "Mondays to Saturdays 09:30 to 18:50, never on Sundays" in told
    assert "(en-CN-firm-supportive-1, 2 parts)" in told
    assert "cannot be filled" not in told


def test_the_other_files_are_read_without_a_fault(places: Places) -> None:
    faults: list[str] = []
    assert {"XX", "CN-OWN"} <= packs.all_packs(places.packs, faults).keys()
    given = load_approvals(places.approvals, faults)
    assert given != Approvals()
    assert "en-CN" in load_texts(places.texts or SHIPPED_TEXTS, faults)
    assert faults == []
    assert set(files()) == {
        "my-policy.toml", "packs/cn-own.toml", "packs/xx.toml", "texts/en-CN.toml", "approvals.toml",
        "approvers.toml", NEXT,
    }  # fmt: skip


def test_the_next_version_may_replace_this_one() -> None:
    policy = Policy.model_validate(tomllib.loads(files()["my-policy.toml"]))
    later = Policy.model_validate({**policy.model_dump(), **tomllib.loads(files()[NEXT])})
    found = diff(Side(policy), Side(later))
    assert (found.faults, found.notes) == ((), ())


def named(heading: str, column: str) -> set[str]:
    return {row[column].strip("`") for row in table_after(PAGE, heading)}


def test_the_tables_are_those_of_the_models() -> None:
    assert named("## A segment", "`when`") == set(Condition.model_fields)
    kinds = {get_args(kind.model_fields["kind"].annotation)[0] for kind in get_args(get_args(Rule)[0])}
    assert named("## A pack, and an overlay", "kind") == kinds
    assert named("## A text", "slot") == SLOTS.union(*OFFER_SLOTS.values())
    assert named("## The next version", "`in_flight`") == set(get_args(Policy.model_fields["in_flight"].annotation))


def test_phrases_and_calendars_that_are_named_exist() -> None:
    text = PAGE.read_text(encoding="utf-8")
    (phrases,) = re.findall(r"\[phrases\]` \(([^)]*) and so on\)", text)
    assert set(re.findall(r"`(\w+)`", phrases)) <= set(get_args(Phrase))
    (calendars,) = re.findall(r"Calendars that ship: ([A-Z, ]+)\.", text)
    shipped = {path.stem.upper() for path in (ROOT / "agents" / "policy" / "calendars").glob("*.toml")}
    assert set(calendars.split(", ")) == shipped
