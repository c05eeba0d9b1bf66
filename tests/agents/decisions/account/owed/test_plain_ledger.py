"""The short way to the lines of a common account and the general one agree wherever the short way answers."""

from datetime import UTC, datetime, timedelta

from hypothesis import event, given, settings
from hypothesis import strategies as st

from agents.decisions.account.facts import apply, new_account
from agents.decisions.account.owed.ledger import general_lines, plain_lines
from schemas.facts import Allocation, Fact
from schemas.values.instants import to_ms
from tests.agents.decisions.story import Story, StorySaid, missed, paid, returned, scheduled, withdrawn

START = datetime(2026, 3, 2, tzinfo=UTC)
NOW_MS = to_ms(START)
ZONE = "Asia/Shanghai"
DAYS = st.integers(0, 4).map(lambda days: START + timedelta(days=days))
NUMBERS = st.sampled_from("123")
MONEY = st.sampled_from([1, 50, 100, 150, 400])
CURRENCIES = st.sampled_from(["CNY", "CNY", "CNY", "USD"])


def paid_to(when: datetime, payment: str, *parts: tuple[str, str, int]) -> StorySaid:
    """A payment that the bank allocated."""
    told = tuple(Allocation(loan_id=loan, instalment_id=number, amount_minor=amount) for loan, number, amount in parts)
    return paid(sum(part[2] for part in parts), payment, booked_at=when, allocations=told)


TOLD = st.one_of(
    st.builds(
        lambda n, left, loan, due, when, currency: missed(
            n, f"2026-02-2{due}", left, amount=100, loan_id=loan, as_of=when, currency=currency
        ),
        NUMBERS,
        st.sampled_from([0, 40, 100]),
        st.sampled_from("LM"),
        NUMBERS,
        DAYS,
        CURRENCIES,
    ),
    st.builds(
        lambda n, left, card, when: missed(
            n, f"2026-02-2{n}", left, amount=100, loan_id=card, kind="statement", as_of=when
        ),
        NUMBERS,
        st.sampled_from([0, 40, 100]),
        st.sampled_from(["card", "gold"]),
        DAYS,
    ),
    st.builds(
        lambda amount, p, when, currency: paid(amount, p, booked_at=when, currency=currency),
        MONEY,
        st.sampled_from("PQR"),
        DAYS,
        CURRENCIES,
    ),
    st.builds(
        lambda when, p, n, m, a, b, loan: paid_to(when, p, (loan, n, a), ("L", m, b)),
        DAYS,
        st.sampled_from("AB"),
        NUMBERS,
        NUMBERS,
        MONEY,
        MONEY,
        st.sampled_from(["L", "M", "card"]),
    ),
    st.builds(lambda when: returned("P", time=START + timedelta(days=1), booked_at=when), DAYS),
    st.builds(lambda n, when: scheduled(n, "2026-03-10", 100, as_of=when), NUMBERS, DAYS),
    st.builds(lambda n, when: StorySaid(withdrawn(n).model, {**withdrawn(n).fields, "as_of": when}), NUMBERS, DAYS),
)


@settings(max_examples=400, deadline=None)
@given(st.lists(TOLD, min_size=1, max_size=9))
def test_the_short_way_and_the_general_one_agree(told: list[StorySaid]) -> None:
    story, account = Story(), new_account("A-1")
    answered = 0
    for said in told:
        fact: Fact = story.envelope(said, START)
        account = apply(account, fact, NOW_MS).account
        plain = plain_lines(account, ZONE)
        if plain is not None:
            answered += 1
            assert plain == general_lines(account, 0, ZONE) == general_lines(account, 70, ZONE)
    event(f"plain: {min(answered, 3)}")


def test_most_accounts_are_plain_and_no_other_is_taken_for_one() -> None:
    story, account = Story(), new_account("A-1")
    for said in (missed("1", "2026-03-01", 100), missed("2", "2026-02-01", 100), paid(150, booked_at=START)):
        account = apply(account, story.envelope(said, START - timedelta(days=1)), NOW_MS).account
    plain = plain_lines(account, ZONE)
    assert plain is not None
    assert [(line.item.instalment_id, line.overdue_minor) for line in plain] == [("1", 50)]
    for said in (missed("1", "2026-03-01", 90), returned()):
        assert plain_lines(apply(account, story.envelope(said, START), NOW_MS + 1).account, ZONE) is None
