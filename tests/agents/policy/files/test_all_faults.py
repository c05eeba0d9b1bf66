"""Every fault of a policy at once, each with its line, and none that only follows from another."""

from pathlib import Path

import pytest

from agents.commands.policy.reading import located
from agents.decisions.policy.rulebook import PolicyFault
from agents.policy.files.policy import DEFAULT_POLICY, Places, load_versions

WHOLE = """\
id = "north"
version = "1"
pack = "CN"
[languages]
zh-Hans = "zh-Hans"
[lender]
name = "某某消金"
service_number = "4008801234"
zone = "Asia/Shanghai"
[hours]
start = "09:00"
end = "20:00"
[sending]
minimum_gap_days = 3
[gateway]
price_per_part = "0.045"
price_currency = "CNY"
[[stages]]
code = "SOFT"
delay_days = 2
text = "friendly"
[[stages]]
code = "HARD"
delay_days = 8
text = "firm"
offer = "parts"
offer_text = "firm_plan"
[hand_off]
dpd = 30
[offers.parts]
kind = "plan"
[[ladders.calm]]
code = "SOFT"
delay_days = 4
text = "friendly"
[[segments]]
code = "slow"
when = { grades = ["C"] }
ladder = "calm"
tone = "supportive"
[[experiments]]
code = "warm"
first_day = 2026-01-01
last_day = 2026-03-31
[experiments.stop]
complaints_per_1000 = 2.0
opt_outs_per_1000 = 5.0
[[experiments.arms]]
code = "old"
share = 50
[[experiments.arms]]
code = "new"
share = 50
tone = "warm"
"""


def faults_of(text: bytes, folder: Path) -> list[str]:
    (path := folder / "p.toml").write_bytes(text)
    places = Places(policy=path)
    try:
        load_versions(places, "x")
    except PolicyFault as fault:
        return [str(one) for one in located(fault.faults, places)]
    return []


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


CASES = {
    "syntax": ('id = "north"', 'id = "north', "Illegal character"),
    "key": ("minimum_gap_days", "minimal_gap_days", "did you mean minimum_gap_days?"),
    "key inside a line": ("grades =", "grade =", "did you mean grades?"),
    "text": ('"firm"', '"frim"', "did you mean firm?"),
    "order": ("delay_days = 8", "delay_days = 2", "must rise: 2 after the 2 of SOFT"),
    "shares": ("share = 50\ntone", "share = 40\ntone", "must make 100, not 90"),
    "pack": ('"CN"\n[', '"CNN"\n[', "pack CNN: no file that can be used has this id; did you mean CN?"),
    "ladder": ('ladder = "calm"', 'ladder = "clam"', "no ladder clam; did you mean calm?"),
    "offer": ('offer = "parts"', 'offer = "part"', "no offer part; did you mean parts?"),
    "form of an offer": ('offer = "parts"', 'offer = "3-parts"', "should match pattern"),
    "hours": ('start = "09:00"', 'start = "21:00"', "must start before it ends"),
    "type": ("delay_days = 8", 'delay_days = "eight"', "valid integer"),
    "code twice": ('"HARD"', '"SOFT"', "stage SOFT: a stage code stands twice"),
    "tone": ('"supportive"', '"suportive"', "did you mean supportive?"),
    "missing": ('service_number = "4008801234"\n', "", "lender.service_number: Field required"),
    "zone": ("Asia/Shanghai", "Asia/Beijing", "not an IANA time zone name"),
    "price": ('"0.045"', "0.045", "valid string"),
    "price alone": ('price_currency = "CNY"\n', "", "a price needs its currency"),
    "pre-due": ("delay_days = 8", 'kind = "pre_due"\ndelay_days = 8', "a delay of 0 or less"),
    "last day": ("2026-03-31", "2025-03-31", "ends before it begins"),
    "table twice": ("[hand_off]", "[sending]\n[hand_off]", "twice"),
}


def test_the_policy_is_whole(tmp_path: Path) -> None:
    assert faults_of(WHOLE.encode(), tmp_path) == []


@pytest.mark.parametrize("name", CASES)
def test_one_fault_is_told_with_its_line_and_nothing_that_follows_from_it(name: str, tmp_path: Path) -> None:
    before, after, told = CASES[name]
    assert before in WHOLE
    found = faults_of(WHOLE.replace(before, after, 1).encode(), tmp_path)
    assert found
    assert all(told in line for line in found), found
    assert all(line.startswith("p.toml:") and line.split(":")[1].isdecimal() for line in found), found


def test_faults_of_every_phase_are_told_together(tmp_path: Path) -> None:
    alone = {"syntax", "table twice", "offer", "type", "code twice", "price alone", "order", "pre-due"}
    names = [name for name in CASES if name not in alone]
    text = WHOLE
    for name in names:
        before, after, _ = CASES[name]
        text = text.replace(before, after, 1)
    found = "\n".join(faults_of(text.encode(), tmp_path))
    for name in names:
        assert CASES[name][2] in found, name
    assert "X-unreadable" not in found


def test_letters_of_another_encoding_have_a_line(tmp_path: Path) -> None:
    found = faults_of(WHOLE.encode("gb18030"), tmp_path)
    assert found == [f"p.toml:{line_of(WHOLE, '某某')}: is not in UTF-8 (line 7)"]


def test_a_deep_nest_an_empty_file_a_folder_and_another_kind_of_file_are_told(tmp_path: Path) -> None:
    assert faults_of(b"a = " + b"[" * 10_000, tmp_path) == ["p.toml: is nested too deeply"]
    assert len(faults_of(b"", tmp_path)) == 6
    assert any("is a directory" in line.lower() for line in _of_folder(tmp_path / "d"))
    texts = (DEFAULT_POLICY.parents[1] / "texts" / "en.toml").read_bytes()
    assert any("did you mean languages?" in line for line in faults_of(texts, tmp_path))


def _of_folder(path: Path) -> list[str]:
    path.mkdir()
    with pytest.raises(PolicyFault) as fault:
        load_versions(Places(policy=path), "x")
    return [str(one) for one in located(fault.value.faults, Places(policy=path))]
