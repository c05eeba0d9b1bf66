"""`tactful policy`: what a strategist and a compliance officer get back."""

import json
import os
import sys
import tomllib
from pathlib import Path
from typing import NamedTuple, Protocol

import pytest

from agents.cli import main
from agents.policy.files.policy import DEFAULT_POLICY, load_rulebook
from agents.policy.files.texts import SHIPPED_TEXTS
from schemas.policy.approvals import Approvals
from tests.places import APPROVALS, PACKS, PLACES, VARIABLES

NOT_CONFIRMED = "2019-06-01"
DAY = "2026-06-01"
REFUSED = 2
FAULTY = 1


class CheckResult(NamedTuple):
    """What a command left behind."""

    code: int
    out: str
    err: str


class PolicyFile(Protocol):
    """`policy("check", "file.toml")`."""

    def __call__(self, *arguments: str, approved: bool = True) -> CheckResult: ...


@pytest.fixture
def policy(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path) -> PolicyFile:
    """`tactful policy`, run here, with the example's packs and approvals."""
    for name in [name for name in os.environ if name.startswith("TACTFUL_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str, approved: bool = True) -> CheckResult:
        with monkeypatch.context() as patch:
            for name, value in VARIABLES.items() if approved else ():
                patch.setenv(name, value)
            patch.setattr(sys, "argv", ["tactful", "policy", *arguments])
            with pytest.raises(SystemExit) as end:
                main()
        code = end.value.code
        return CheckResult(code if isinstance(code, int) else 0, *capfd.readouterr())

    return run


def version(tmp_path: Path, name: str, *changes: tuple[str, str]) -> str:
    """The shipped policy with changes, as a file."""
    text = DEFAULT_POLICY.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return str(path)


NEXT = ('version = "2026.12"\nreplaces = "2026.11"', 'version = "2027.01"\nreplaces = "2026.12"')


def test_explain_says_everything_from_the_law_to_the_texts(policy: PolicyFile) -> None:
    told = policy("explain")
    assert told.code == 0
    lines = told.out.splitlines()
    assert lines[0] == "Who writes, and under which law"
    for title in ("When", "How often", "The ladder, day by day", "The hand-off to a person"):
        assert title in lines
    assert any("approved by Example Compliance Officer and Example Counsel" in line for line in lines)
    sections = json.loads(policy("explain", "--output", "json").out)
    assert [section["title"] for section in sections] == [line for line in lines if line and line[0] != " "]


def test_explain_says_that_nobody_approved(policy: PolicyFile) -> None:
    told = policy("explain", approved=False)
    assert told.code == 0
    assert "nobody has approved this, and therefore nothing is sent" in told.out


def test_the_command_line_stands_above_the_settings(policy: PolicyFile, tmp_path: Path) -> None:
    other = version(tmp_path, "other.toml", ('name = "安和消费金融"', 'name = "Other Lender"'))
    given = ("--packs", str(PACKS), "--approvals", str(APPROVALS), "--texts", str(SHIPPED_TEXTS))
    told = policy("explain", "--policy", other, *given, approved=False)
    assert "Other Lender" in told.out
    assert "nothing is sent" not in told.out


def test_diff_says_what_changed_and_whom_it_reaches(policy: PolicyFile, tmp_path: Path) -> None:
    before = version(tmp_path, "a.toml")
    after = version(
        tmp_path, "b.toml", NEXT, ("delay_days = 7", "delay_days = 10"), ("delay_days = -3", "delay_days = -4")
    )
    told = policy("diff", before, after)
    assert told.code == 0
    assert told.out.splitlines() == [
        "cn-consumer 2026.12 -> cn-consumer 2027.01",
        "A cycle that an earlier version opened goes on with this one at its next stage.",
        "Counts for open cycles, too:",
        "  FIRM now leaves on day 10 instead of day 7",
        "Leaves open cycles as they are:",
        "  PRE_DUE now leaves 4 days before the due date instead of 3 days before the due date",
    ]
    found = json.loads(policy("diff", before, after, "--output", "json").out)
    assert [(change["about"], change["touches_open_cycles"]) for change in found["changes"]] == [
        ("ladder", True),
        ("ladder", False),
    ]
    assert policy("diff", before, before).out.splitlines()[1:] == ["Nothing changed."]
    same = version(tmp_path, "c.toml", (NEXT[0], f'{NEXT[1]}\nin_flight = "finish"'))
    told = policy("diff", before, same)
    assert "Nothing changed.\nA cycle that an earlier version opened ends on that version" in told.out


def test_diff_compares_texts_and_packs_when_they_are_told(policy: PolicyFile, tmp_path: Path) -> None:
    texts, packs = tmp_path / "texts", tmp_path / "packs"
    for folder, shipped in ((texts, SHIPPED_TEXTS), (packs, SHIPPED_TEXTS.parent / "packs")):
        folder.mkdir()
        for path in shipped.glob("*.toml"):
            (folder / path.name).write_bytes(path.read_bytes())
    english = texts / "en-CN.toml"
    english.write_text(english.read_text(encoding="utf-8").replace("Pay in app", "Pay online"), encoding="utf-8")
    china = packs / "cn.toml"
    china.write_text(
        china.read_text(encoding="utf-8").replace('start = "08:00"', 'start = "10:00"', 1), encoding="utf-8"
    )
    same = version(tmp_path, "a.toml")
    told = policy("diff", same, same, "--texts", str(texts), "--earlier-texts", str(SHIPPED_TEXTS)).out
    assert "  en: the phrase payment_route is now “Pay online” instead of “Pay in app”" in told.splitlines()
    told = policy("diff", same, same, "--packs", str(packs), "--earlier-packs", str(PACKS)).out
    assert "the rule CN-TIME-1 now says" in told


def test_diff_ends_with_1_where_a_code_is_reused(policy: PolicyFile, tmp_path: Path) -> None:
    before = version(tmp_path, "a.toml")
    after = version(tmp_path, "b.toml", NEXT, ('"FIRM"', '"SWAP"'), ('"LAST"', '"FIRM"'), ('"SWAP"', '"LAST"'))
    told = policy("diff", before, after)
    assert told.code == FAULTY
    assert told.err == "fault: FIRM: reused with another meaning: it came before LAST and now comes after it\n"


def test_diff_refuses_what_cannot_be_read(policy: PolicyFile, tmp_path: Path) -> None:
    told = policy("diff", version(tmp_path, "a.toml"), str(tmp_path / "none.toml"))
    assert told.code == REFUSED
    assert told.err.startswith("tactful: none.toml")


def test_check_passes_the_shipped_policy_with_its_warnings(policy: PolicyFile) -> None:
    told = policy("check", "--on", DAY)
    assert told.code == 0
    rulebook = load_rulebook(PLACES, "test")
    assert told.out == f"cn-consumer 2026.12: {len(rulebook.policy.stages)} stages, hash {rulebook.hash}\n"
    assert "nobody has approved" not in told.err
    told = policy("check", "--on", DAY, approved=False)
    assert told.code == 0
    assert "warning: pack CN 2026.12: nobody has approved this, and therefore nothing is sent" in told.err.splitlines()
    assert "warning: texts zh-Hans: nobody has approved this, and therefore nothing is sent" in told.err.splitlines()


def test_check_warns_of_a_year_that_is_not_confirmed(policy: PolicyFile, tmp_path: Path) -> None:
    rest = version(tmp_path, "rest.toml", ('pack = "CN"', 'pack = "CN-REST"'))
    assert "calendar CN" not in policy("check", rest, "--on", DAY).err
    assert "warning: calendar CN: 2019 is not confirmed" in policy("check", rest, "--on", NOT_CONFIRMED).err


def test_check_names_every_fault_with_file_line_and_reason(policy: PolicyFile, tmp_path: Path) -> None:
    broken = version(
        tmp_path, "broken.toml", ('zone = "Asia/Shanghai"', 'zone = "Peking"'), ("dpd_to = 14", "dpd_to = 3")
    )
    texts = tmp_path / "texts"
    texts.mkdir()
    (texts / "en.toml").write_text((SHIPPED_TEXTS / "en.toml").read_text(encoding="utf-8").replace("{amount}", "{sum}"))
    (texts / "fr.toml").write_text('language = "fr"\nlocale = \n')
    packs = tmp_path / "packs"
    packs.mkdir()
    (packs / "own.toml").write_text('id = "OWN"\nversion = "1"\ntitle = ""\neffective_from = 2026-01-01\n')
    approvals = tmp_path / "approvals.toml"
    approvals.write_text('[[approvals]]\nkind = "pack"\nid = "CN"\nhash = "short"\nby = "Ann"\non = 2026-11-28\n')
    folders = ("--texts", str(texts), "--packs", str(packs), "--approvals", str(approvals))
    told = policy("check", broken, *folders)
    assert told.code == FAULTY
    assert told.out == ""
    lines = Path(broken).read_text(encoding="utf-8").splitlines()
    zone = lines.index('zone = "Peking"') + 1
    firm = lines.index('code = "FIRM"')
    for start in (
        f"broken.toml:{zone}: lender.zone: ",
        f"broken.toml:{firm}: stages.2: stage FIRM: ",
        "fr.toml:2: Invalid value",
        "own.toml:3: title: ",
        "approvals.toml:4: approvals.0.hash",
    ):
        assert any(line.startswith(start) for line in told.err.splitlines()), (start, told.err)
    assert any(line.startswith("en.toml") and "unknown slot" in line for line in told.err.splitlines())
    found = json.loads(policy("check", broken, *folders, "--output", "json").out)
    assert ("fr.toml", 2) in [(fault["file"], fault["line"]) for fault in found["faults"]]
    assert found["warnings"] == []


def test_check_places_what_does_not_fit_together(policy: PolicyFile, tmp_path: Path) -> None:
    broken = version(tmp_path, "broken.toml", ('text = "last"', 'text = "lost"'))
    told = policy("check", broken)
    assert told.code == FAULTY
    code = Path(broken).read_text(encoding="utf-8").splitlines().index('code = "LAST"') + 1
    assert f"broken.toml:{code}: zh-Hans: no text 'lost' (stage LAST); did you mean last?" in told.err.splitlines()


def test_check_of_a_missing_file_is_one_clear_fault(policy: PolicyFile) -> None:
    told = policy("check", "none.toml")
    assert told.code == FAULTY
    assert told.err.startswith("none.toml: ")
    assert "Traceback" not in told.err


def test_hashes_are_approvals_that_can_be_pasted(policy: PolicyFile, tmp_path: Path) -> None:
    files = []
    for person in ("Ann", 'Bea "B" \\ Bell'):
        told = policy("hashes", "--by", person, "--on", DAY, approved=False)
        assert told.code == 0
        assert "approved by nobody so far" in told.out
        files.append(told.out)
    pasted = "\n".join(files)
    given = Approvals.model_validate(tomllib.loads(pasted)).approvals
    assert {approval.by for approval in given} == {"Ann", 'Bea "B" \\ Bell'}
    approvals = tmp_path / "approvals.toml"
    approvals.write_text(pasted, encoding="utf-8")
    told = policy("check", "--approvals", str(approvals), "--on", DAY, approved=False)
    assert "nothing is sent" not in told.err


def test_approvals_of_what_it_said_before_are_told(policy: PolicyFile, tmp_path: Path) -> None:
    pasted = "\n".join(policy("hashes", "--by", person, "--on", DAY).out for person in ("Ann", "Bea"))
    rulebook = load_rulebook(PLACES, "test")
    assert rulebook.law.hash in pasted
    approvals = tmp_path / "approvals.toml"
    approvals.write_text(pasted.replace(rulebook.law.hash, "0" * 32, 1), encoding="utf-8")
    told = policy("check", "--approvals", str(approvals), "--on", DAY, approved=False).err.splitlines()
    assert [line for line in told if "approved" in line] == [
        "warning: pack CN 2026.12: only Bea approved this, and it takes 2 people: therefore nothing is sent; "
        "Ann approved another content than it has now"
    ]


def test_a_pasted_line_without_a_name_is_nobodys_approval(policy: PolicyFile, tmp_path: Path) -> None:
    approvals = tmp_path / "approvals.toml"
    approvals.write_text(policy("hashes", "--on", DAY, approved=False).out, encoding="utf-8")
    told = policy("check", "--approvals", str(approvals), "--on", DAY, approved=False)
    assert told.code == FAULTY
    assert "approvals.toml:9: approvals.0.by (CN)" in told.err


@pytest.mark.parametrize("wrong", [("--by", ""), ("--by", "A"), ("--by", "Ann\nBea"), ("--on", "2026-13-01")])
def test_hashes_prints_nothing_that_would_spoil_the_file_of_approvals(
    policy: PolicyFile, wrong: tuple[str, str]
) -> None:
    told = policy("hashes", *wrong)
    assert (told.code, told.out) == (REFUSED, "")
    assert wrong[0] in told.err


def test_each_fault_of_a_file_of_texts_is_a_line_of_its_own(policy: PolicyFile, tmp_path: Path) -> None:
    text = (SHIPPED_TEXTS / "en.toml").read_text(encoding="utf-8")
    text = text.replace("{amount}", "{sum}", 1).replace("[texts.last.neutral]", "[texts.last.plain]")
    (tmp_path / "en.toml").write_text(text, encoding="utf-8")
    told = policy("check", "--texts", str(tmp_path)).err.splitlines()
    lines = text.splitlines()
    first = next(n for n, line in enumerate(lines) if "{sum}" in line)
    slot, tone = first, lines.index("[texts.last.plain]") + 1
    assert any(line.startswith(f"en.toml:{slot}: text ") and "'sum'" in line for line in told), told
    assert f"en.toml:{tone}: text last: its tone neutral is missing" in told


def test_hashes_for_programs_and_of_every_pack(policy: PolicyFile) -> None:
    rulebook = load_rulebook(PLACES, "test")
    found = json.loads(policy("hashes", "--output", "json").out)
    assert found["hash"] == rulebook.hash
    (pack,) = (one for one in found["approvals"] if one["kind"] == "pack")
    assert (pack["id"], pack["hash"]) == ("CN", rulebook.law.hash)
    assert pack["approved_by"] == ["Example Compliance Officer", "Example Counsel"]
    everything = json.loads(policy("hashes", "--all", "--output", "json").out)
    assert {"CN", "US", "UK", "EU", "IN", "OPEN"} <= {one["id"] for one in everything["approvals"]}


def test_rules_is_the_page_of_the_rules(policy: PolicyFile) -> None:
    page = (Path(__file__).parents[3] / "docs" / "rules.md").read_text(encoding="utf-8")
    assert policy("rules", approved=False).out == page
    rules = json.loads(policy("rules", "--output", "json", approved=False).out)["CN"]["rules"]
    assert all(rule["says"] and rule["source"] for rule in rules)


def test_a_day_that_is_none_is_told(policy: PolicyFile) -> None:
    told = policy("check", "--on", "soon")
    assert told.code == REFUSED
    assert "--on takes a date such as 2026-03-31" in told.err
