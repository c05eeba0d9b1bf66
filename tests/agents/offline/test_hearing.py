"""What the invented borrowers write becomes the facts that the two processes would have written."""

import json
from collections import Counter
from typing import Any

from agents.offline.fact_files import FactLine
from agents.offline.generator import START, generate
from agents.offline.generator.telling import midnight
from agents.offline.hearing import WRITTEN, Hearer, WrittenReply, with_replies
from schemas.reading import read
from schemas.values.instants import to_ms
from streams import roles
from tests.agents.decisions.story import BOOK, at

LIMIT, DAYS, BEGINS = 65_536, 40, midnight(START)


def lines(accounts: int) -> list[FactLine]:
    found = []
    for raw in generate(seed=7, accounts=accounts, days=DAYS, broken=False, sharers=True):
        body = json.loads(raw)
        role = roles.PROFILE_UPDATED if body["type"] == "profile.updated" else roles.INSTALMENT_SCHEDULED
        if role == roles.PROFILE_UPDATED:
            fact = read(role, body["account_id"].encode(), raw, LIMIT)
            found.append(FactLine(to_ms(fact.time), role, body["account_id"].encode(), raw))
    return found


def bodies(told: list[FactLine], source: str) -> list[dict[str, Any]]:
    return [body for line in told if (body := json.loads(line.value or b"")).get("source") == source]


def test_the_same_seed_says_the_same_in_order_and_every_number_has_its_word() -> None:
    told = with_replies(lines(400), 7, BEGINS, DAYS, BOOK, LIMIT)
    assert told == with_replies(lines(400), 7, BEGINS, DAYS, BOOK, LIMIT)
    assert [line.time_ms for line in told] == sorted(line.time_ms for line in told)
    profiles = {line.key for line in told if b'"phone"' in (line.value or b"")}
    words = [body for body in bodies(told, "numbers") if body["type"] == "number.told"]
    assert {body["account_id"].encode() for body in words} == profiles
    assert Counter(body["accounts"] for body in words)[2] >= 10, "sharers of ten numbers"
    assert bodies(told, "borrower-replies")


def test_no_text_and_no_number_stands_in_what_follows() -> None:
    told = with_replies(lines(400), 7, BEGINS, DAYS, BOOK, LIMIT)
    shown = b"".join(line.value or b"" for line in told if line.role == roles.CASE_UPDATED).decode()
    assert not any(text in shown for text in (*WRITTEN, "+8610"))


def test_a_stop_of_one_reaches_the_other_account_of_the_number() -> None:
    profiles = [line for line in lines(40) if line.key in {b"A0000039", b"A0000040"}]
    hearer = Hearer(BOOK, LIMIT)
    facts = list(hearer.facts(profiles, [WrittenReply(at("2026-02-01 10:00"), "A0000040", "退订")]))
    stopped = {fact.account_id: fact.source for fact in facts if fact.model_dump().get("keyword") == "STOP"}
    assert stopped == {"A0000040": "borrower-replies", "A0000039": "numbers"}
