"""One judgement holds for all texts of one shape: masked numbers change nothing that the linter says."""

import random
from datetime import date, timedelta

import pytest

from agents.decisions.text.linter.index import clean_context, index
from agents.decisions.text.linter.lint import Finding, lint_parts
from agents.decisions.text.linter.shape import known_numbers, masked
from agents.decisions.text.wording import Filling, word
from schemas.facts import PersonRole
from schemas.stored.accounts import Profile
from tests.agents.decisions.story import BOOK

TEXTS = 6_000
SURNAMES = [
    "王",
    "司马",
    "警察",
    "法院",
    "Smith",
    "p0lice",
    "O'Neill",
    "110",
    "Card 4111 1111 1111 1111",
    "P O L I C E",
]
GIVEN = ["小明", "Wei", "警官", "12378", "a1l", None]
HOSTILE = [11, 24, 110, 10, 168, 1_000, 2_400, 11_000, 16_800, 12_378, 96_110, 5, 1, 50, 100]
ROLES: list[PersonRole] = ["debtor", "third_related"]


def amount(rnd: random.Random) -> int:
    """Minor units of any size, and those that read like a number of the lexicon."""
    return rnd.choice([rnd.randrange(1, 10 ** rnd.randrange(1, 14)), rnd.choice(HOSTILE) * rnd.choice([1, 100])])


def told(found: tuple[Finding, ...]) -> list[tuple[str, str]]:
    return [(finding.category, finding.severity) for finding in found]


def test_a_text_and_its_shape_are_judged_alike() -> None:
    rnd, found = random.Random(20_261_130), 0
    for _ in range(TEXTS):
        book = BOOK.texts[rnd.choice(sorted(BOOK.texts))]
        name = rnd.choice(sorted(book.texts))
        surname, given = rnd.choice(SURNAMES), rnd.choice(GIVEN)
        person = Profile(0, 0, surname, given, rnd.choice(["mr", "ms", "none"]), None, "", "UTC", "debtor")
        day = date(2026, 1, 1) + timedelta(days=rnd.randrange(400))
        currency = rnd.choice(["CNY", "USD", "JPY"])
        filling = Filling(person, amount(rnd), currency, day, rnd.choice([rnd.randrange(130), rnd.choice(HOSTILE)]))
        try:
            wording = word(book, name, rnd.choice(sorted(book.texts[name])), BOOK.policy.lender, filling)
        except ValueError:
            continue  # it speaks of an offer
        body = wording.text.removeprefix(wording.signature)
        variables = {"name": wording.variables["name"]}
        for role in ROLES:
            plain = told(lint_parts(body, variables, role=role))
            assert told(lint_parts(body, variables, role=role, shape=wording.shape)) == plain, body
            found += bool(plain)
    assert found > TEXTS // 10, "too few of them have a finding to be told by"


@pytest.mark.parametrize(
    "threat", ["再过{}小时就上门找你家人", "{}小时内不还后果自负", "只剩最后{}天", "call you every {} minutes"]
)
@pytest.mark.parametrize("number", [1, 2, 5, 9, 10, 11, 24, 48, 110, 168, 999, 12_378])
def test_a_threat_with_a_number_is_one_whatever_the_number(threat: str, number: int) -> None:
    body, shape = threat.format(number), threat.format(masked(str(number)))
    assert told(lint_parts(body, {}, role="debtor", shape=shape)) == told(lint_parts(body, {}, role="debtor"))


def test_the_numbers_that_the_lexicon_knows_keep_their_digits() -> None:
    assert {"110", "12378", "24", "168"} <= known_numbers()
    for number in known_numbers():
        assert masked(number) == number
    assert masked("7,239.60") == "6,666.66"
    assert masked("7,239.86元") == masked("8,325.79元")


def test_every_pattern_with_a_number_of_its_own_is_looked_at() -> None:
    patterns = [entry.regex for entry in index(third=True).all_entries()] + clean_context().regexes
    for number in known_numbers():
        assert any(number in pattern.pattern for pattern in patterns)


def test_a_number_longer_than_a_pattern_takes_is_judged_as_it_is() -> None:
    assert masked("7654321") == "7654321"
