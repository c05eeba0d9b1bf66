"""Every code that a decision may carry has a sentence, and every type of fact."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from typing import Final, get_args, get_type_hints

import pytest

from agents.explain.codes import CLAUSES, clause, is_known
from agents.explain.facts import FACTS, RECEIPTS, fact_words
from agents.explain.timeline import decision_words, message_words
from schemas import messages
from schemas.cases import AccountEnded, ReminderReceipt
from schemas.decisions import Outcome
from schemas.reading import ROLE_OF
from tests.places import ROOT

CORE: Final = ROOT / "agents" / "decisions"
CODE: Final = re.compile(r"[A-Z][A-Z0-9]+(_[A-Z0-9]+)*_?")
NO_CODES: Final = {
    "CORE_REVISION": "a name of the face",
    "NOWHERE": "a name of the face",
    "OPEN": "a name of the face",
    "NFC": "a form of Unicode",
    "NFKC": "a form of Unicode",
    "NFKD": "a form of Unicode",
    "UTC": "a zone",
    "HAND_OFF": "a stage",
    "NOTICE_STOP": "a stage",
    "NOTICE_HELP": "a stage",
    "NOTICE_PROMISE": "a stage",
    "VULNERABLE": "an intent",
    "UNSURE_": "the beginning of an intent",
    "LINK": "the end of NAME_CARRIES_",
    "NUMBER": "the end of NAME_CARRIES_",
    "PAYEE": "the end of NAME_CARRIES_",
    "ACCOUNT_": "the beginning of what ends an account, which has a sentence for each",
}


@cache
def written_codes() -> frozenset[str]:
    """Every word of the core that looks like a code."""
    return frozenset(_constants())


def _constants() -> Iterator[str]:
    for path in sorted(CORE.rglob("*.py")):
        if "linter" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and CODE.fullmatch(node.value):
                yield node.value


def test_every_code_that_the_core_writes_has_a_sentence() -> None:
    codes = {code for code in written_codes() if code not in NO_CODES}
    assert len(codes) > 80
    assert [code for code in sorted(codes) if not is_known(f"{code}X" if code.endswith("_") else code)] == []


def test_no_sentence_is_left_of_a_code_that_nobody_writes() -> None:
    ends = {f"ACCOUNT_{end.upper()}" for end in get_args(AccountEnded.model_fields["outcome"].annotation)}
    assert set(CLAUSES) - written_codes() == ends


def test_every_outcome_has_a_sentence() -> None:
    for outcome in Outcome:
        said = decision_words({"outcome": outcome, "code": "PAID", "stage": "FIRM"}, "UTC")
        assert "does not know" not in said, outcome


def test_every_fact_and_receipt_has_a_sentence() -> None:
    assert FACTS.keys() == ROLE_OF.keys()
    assert set(RECEIPTS) == set(get_args(ReminderReceipt.model_fields["status"].annotation))


def test_every_message_has_a_sentence() -> None:
    types = [name for model in get_args(messages.AnyMessage) for name in get_args(get_type_hints(model)["type"])]
    assert len(types) == 8
    assert [name for name in types if "cannot read" in message_words({"type": name})] == []


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("HOLD_TIME_BARRED", "a hold stands of the kind time barred"),
        ("TEXT_THREAT", "the text says what the rules forbid (threat)"),
        ("HOLD_", "the code HOLD_, which this version does not know"),
        ("XYZ", "the code XYZ, which this version does not know"),
    ],
)
def test_families_of_codes_and_unknown_ones(code: str, said: str) -> None:
    assert clause(code) == said


def test_a_profile_tells_neither_name_nor_number() -> None:
    body = {"type": "profile.updated", "surname": "王", "given_name": "小明", "phone": "+8613800138000", "zone": "UTC"}
    said = fact_words(body)
    assert "王" not in said
    assert "小明" not in said
    assert "1380013" not in said
    assert "with a phone number" in said
