"""Each rule finds its own examples and none of its counter-examples; a file that cannot be used names every fault."""

from pathlib import Path

import pytest

from agents.policy.files.packs import all_packs
from agents.replies.intents import Intent
from agents.replies.normalise import normalise
from agents.replies.rule_files import ReadyRule, RuleFault, RuleFile, load_rules, respelt, rules_hash, shipped_rules
from agents.replies.understanding import sightings, understand
from schemas.policy.packs import OptOutRule
from tests.agents.replies.labelled import NOW, ZONE

SHIPPED = shipped_rules()
RULES = SHIPPED.rules
FILE = """
language = "en"
courtesies = ["please"]
[spellings]
"paied" = "paid"
[words]
pay = "paid|cleared"
[contexts.asks]
asks = true
patterns = ["did i"]
[[rules]]
id = "en-paid"
intent = "PAID"
doubted_by = ["asks"]
patterns = ["{pay}"]
matches = ["i paied"]
misses = ["i did"]
"""


def is_found(ready: ReadyRule, text: str) -> bool:
    """The rule itself speaks of the text, and as surely as it ever does."""
    seen = sightings(respelt(normalise(text), SHIPPED), SHIPPED)
    return any(one.rule is ready and (one.doubt is None or ready.rule.unsure) for one in seen)


def examples(which: str) -> list[object]:
    return [
        pytest.param(ready, text, id=f"{ready.rule.id}: {text}")
        for ready in RULES
        for text in getattr(ready.rule, which)
    ]


@pytest.mark.parametrize(("ready", "text"), examples("matches"))
def test_a_rule_finds_what_it_must(ready: ReadyRule, text: str) -> None:
    assert is_found(ready, text)


@pytest.mark.parametrize(("ready", "text"), examples("misses"))
def test_a_rule_is_not_sure_of_what_it_must_miss(ready: ReadyRule, text: str) -> None:
    assert not is_found(ready, text)


def test_each_intent_has_a_rule_in_each_language() -> None:
    assert {(one.rule.id[:2], one.rule.intent) for one in RULES} == {(lang, i) for lang in ("zh", "en") for i in Intent}


def written(folder: Path, text: str) -> Path:
    (folder / "en.toml").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('intent = "PAID"', 'intent = "PIAD"', "rules.0.intent (en-paid): Input should be 'STOP'"),
        ('patterns = ["{pay}"]', 'patterns = ["{pays}"]', "no such word: pays"),
        ('patterns = ["{pay}"]', 'patterns = ["(paid"]', "missing ), unterminated subpattern"),
        ('patterns = ["{pay}"]', 'patterns = ["(a+)+"]', "a repeat without a limit"),
        ('patterns = ["{pay}"]', 'patterns = ["paid.*now"]', "a repeat without a limit"),
        ('doubted_by = ["asks"]', 'doubted_by = ["axes"]', "en-paid: no such context: axes"),
        ('id = "en-paid"', 'id = "zh-paid"', "ids of another language: zh-paid"),
        ('misses = ["i did"]', "", "rules.0.misses (en-paid): Field required"),
        ('misses = ["i did"]', 'misses = ["i did"]\nmises = []', "Extra inputs are not permitted"),
        ("[words]", "[wrods]", "words: Field required"),
    ],
)
def test_a_fault_is_named_with_its_place(tmp_path: Path, old: str, new: str, reason: str) -> None:
    assert old in FILE
    with pytest.raises(RuleFault, match=r"en\.toml") as fault:
        load_rules(written(tmp_path, FILE.replace(old, new)))
    assert reason in str(fault.value)


def test_an_id_stands_once(tmp_path: Path) -> None:
    with pytest.raises(RuleFault, match="ids that stand twice: en-paid"):
        load_rules(written(tmp_path, FILE + FILE[FILE.index("[[rules]]") :]))


def test_a_folder_without_rules_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RuleFault, match="there are no rules"):
        load_rules(tmp_path)


def file_of(folder: Path, text: str) -> RuleFile:
    return load_rules(written(folder, text)).files[0]


def test_the_hash_is_of_what_is_said_and_not_of_the_layout(tmp_path: Path) -> None:
    first = rules_hash(file_of(tmp_path, FILE))
    assert len(first) == 32
    assert rules_hash(file_of(tmp_path, FILE.replace("\n[", "\n# why\n\n["))) == first
    assert rules_hash(file_of(tmp_path, FILE.replace("cleared", "settled"))) != first
    assert rules_hash(file_of(tmp_path, FILE.replace('"i did"', '"i do"'))) != first


def test_every_keyword_of_every_pack_is_a_stop() -> None:
    faults: list[str] = []
    rules = [rule for pack in all_packs(None, faults).values() for rule in pack.rules if isinstance(rule, OptOutRule)]
    words = {word for rule in rules for word in rule.keywords}
    assert not faults
    assert {"T", "TD", "STOP", "REVOKE"} <= words
    assert not [word for word in words if not understand(word, NOW, ZONE).sure(Intent.STOP)]
