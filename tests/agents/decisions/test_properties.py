"""What must hold for any facts in any order: the same truth, and never a message that should not have left."""

import json
from datetime import datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from schemas import facts
from schemas.cases import BY_REPLY
from schemas.stored.accounts import Account, encode
from schemas.values.instants import to_ms
from tests.agents.decisions import door
from tests.agents.decisions.answering import answering
from tests.agents.decisions.story import (
    BOOK,
    Story,
    StorySaid,
    agreed,
    at,
    complained,
    consented,
    contacted,
    decided,
    ended,
    hold,
    imported,
    lifted,
    missed,
    number_told,
    paid,
    plan_ended,
    profile,
    promised,
    reopened,
    replied,
    returned,
    scheduled,
    statement,
    withdrawn,
)

ANSWERING = answering()
START = at("2026-03-02 00:00")
FEW_DAYS = st.integers(0, 12)
AMOUNTS = st.sampled_from([0, 50, 100, 30_00, 70_00, 100_00])
VERSIONS = st.integers(0, 1)


def instant(days: int) -> datetime:
    return START + timedelta(days=days)


@st.composite
def snapshots(draw: st.DrawFn) -> StorySaid:
    more = {"as_of": instant(draw(FEW_DAYS)), "source_version": draw(VERSIONS)}
    left, number = draw(AMOUNTS), draw(st.sampled_from(["1", "2", "3"]))
    due = f"2026-02-{20 + int(number)}"
    if draw(st.booleans()):
        return statement(number, due, left, amount=100_00, **more)
    return missed(number, due, left, amount=100_00, **more)


@st.composite
def bookings(draw: st.DrawFn) -> StorySaid:
    to = draw(st.sampled_from([None, {"1": 30_00}, {"1": 10_00, "2": 20_00}, {}]))
    more = {"booked_at": instant(draw(FEW_DAYS)), "source_version": draw(VERSIONS)}
    return paid(draw(st.sampled_from([30_00, 100_00, 250_00])), draw(st.sampled_from("PQR")), to, **more)


OTHERS = st.one_of(
    st.builds(lambda p, d: returned(p, booked_at=instant(d)), st.sampled_from("PQRS"), FEW_DAYS),
    st.builds(lambda i, d: scheduled(i, "2026-03-10", 100_00, as_of=instant(d)), st.sampled_from("145"), FEW_DAYS),
    st.builds(
        lambda i, d: StorySaid(withdrawn(i).model, {**withdrawn(i).fields, "as_of": instant(d)}),
        st.sampled_from("145"),
        FEW_DAYS,
    ),
    st.builds(lambda h, d, v: hold(h, until=instant(d), source_version=v), st.sampled_from("HK"), FEW_DAYS, VERSIONS),
    st.builds(lambda h: hold(h, "hardship"), st.sampled_from("HK")),
    st.builds(lifted, st.sampled_from("HK")),
    st.builds(
        lambda p, d, v: profile(phone=p, as_of=instant(d), source_version=v),
        st.sampled_from([None, "+8613800138000"]),
        FEW_DAYS,
        VERSIONS,
    ),
    st.builds(lambda o, d: ended(o, as_of=instant(d)), st.sampled_from(["sold", "closed"]), FEW_DAYS),
    st.builds(lambda i: missed(i, "2026-02-25", 5_00, currency="USD", as_of=instant(1)), st.sampled_from("89")),
)
WHEN = st.fixed_dictionaries({"time": FEW_DAYS.map(instant), "source_version": VERSIONS})
CASES = st.one_of(
    st.builds(
        lambda a, d, p, w: promised(a, f"2026-03-{d:02}", p, **w),
        st.sampled_from([30_00, 100_00]),
        st.integers(3, 25),
        st.sampled_from("pq"),
        WHEN,
    ),
    st.builds(
        lambda a, d, p, w: agreed({f"2026-03-{d:02}": a, "2026-03-28": 20_00}, p, **w),
        st.sampled_from([10_00, 90_00]),
        st.integers(3, 25),
        st.sampled_from("pq"),
        WHEN,
    ),
    st.builds(
        lambda o, p, w: plan_ended(o, p, **w),
        st.sampled_from(["fulfilled", "broken", "cancelled"]),
        st.sampled_from("pq"),
        WHEN,
    ),
    st.builds(lambda c, w: complained(c, **w), st.sampled_from("cd"), WHEN),
    st.builds(
        lambda k, d, talked, w: contacted(instant(d), k, conversation=talked, **w),
        st.sampled_from("kl"),
        st.integers(0, 20),
        st.booleans(),
        WHEN,
    ),
    st.builds(
        lambda k, r, w: replied(k, r, **w), st.sampled_from(["STOP", "PAID", "HELP"]), st.sampled_from("rs"), WHEN
    ),
    st.builds(
        lambda d, p, w: promised(50_00, f"2026-03-{d:02}", p, **w, source=BY_REPLY, rule="R", answer=True),
        st.integers(3, 25),
        st.sampled_from(["r-promise", "s-promise"]),
        WHEN,
    ),
    st.builds(lambda h, w: hold(h, "dispute", **w, source=BY_REPLY), st.sampled_from(["r-dispute", "s-dispute"]), WHEN),
    st.builds(
        lambda k, r, w: replied(k, r, **w, source=BY_REPLY, rule="R", sure=True, answer=True),
        st.sampled_from(["STOP", "PAID", "WHO"]),
        st.sampled_from("tu"),
        WHEN,
    ),
    st.builds(lambda u, w: decided("silent_until", instant(u), **w), st.integers(0, 30), WHEN),
    st.builds(lambda w: decided("send_now", **w), WHEN),
    st.builds(
        lambda s, i, w: imported(s, i, **w),
        st.sampled_from(
            [{}, {"FRIENDLY": "2026-02-24 09:00"}, {"FIRM": "2026-02-27 09:00", "LETTER": "2026-02-20 09:00"}]
        ),
        st.sampled_from("67"),
        WHEN,
    ),
    st.builds(lifted, st.sampled_from(["complaint/c", "reply/r", "reply/r-promise"])),
)
TOLD = st.lists(st.one_of(snapshots(), bookings(), OTHERS, CASES), min_size=2, max_size=14)
MORE = st.one_of(
    st.builds(lambda d, c: consented(instant(d), c), FEW_DAYS, st.sampled_from("12")),
    st.builds(lambda d: reopened(as_of=instant(d)), FEW_DAYS),
    st.builds(
        lambda p, r, a, d: returned(p, return_id=r, amount_minor=a, booked_at=instant(d)),
        st.sampled_from("PQ"),
        st.sampled_from([None, "r1", "r2"]),
        st.sampled_from([None, 10_00, 20_00]),
        FEW_DAYS,
    ),
    st.builds(
        lambda due, d, a: missed("1", f"2026-02-{due}", 100_00, amount=a, as_of=instant(d)),
        st.integers(20, 22),
        st.integers(0, 1),
        st.sampled_from([100_00, 120_00]),
    ),
    st.builds(
        lambda due, d: scheduled("1", f"2026-03-{due}", 100_00, as_of=instant(d)),
        st.integers(10, 12),
        st.integers(0, 1),
    ),
    st.builds(
        lambda name, phone: profile(surname=name, phone=phone, as_of=instant(1)),
        st.sampled_from("王李"),
        st.sampled_from(["+8613800138000", "+8613800138001"]),
    ),
    st.builds(lambda phone, d: profile(phone=f"+861380013800{phone}", as_of=instant(d)), st.integers(0, 3), FEW_DAYS),
    st.builds(
        lambda count, turn, d, v: number_told(count, turn, f"2026-03-{2 + d:02} 00:00", changed_at=instant(v)),
        st.integers(1, 3),
        st.integers(0, 2),
        FEW_DAYS,
        FEW_DAYS,
    ),
)


def spoken(said: StorySaid, source: str, hours: int, version: int, *, by_day: bool) -> StorySaid:
    """The same, said by a source at a time; words of two sources and of one instant meet often."""
    fields = {**said.fields, "source": source, "time": instant(12) + timedelta(hours=hours), "source_version": version}
    if by_day and said.model is facts.RepaymentMissed:
        fields["as_of_resolution"] = "day"
    if by_day and said.model is facts.PaymentBooked:
        fields["booked_resolution"] = "day"
    return StorySaid(said.model, fields)


SPOKEN = st.lists(
    st.builds(
        spoken,
        st.one_of(snapshots(), bookings(), OTHERS, CASES, MORE),
        st.sampled_from(["core", "crm", "desk"]),
        st.integers(0, 2),
        st.integers(0, 2),
        by_day=st.booleans(),
    ),
    min_size=2,
    max_size=14,
)
OWED = st.builds(
    lambda n, d: missed(n, f"2026-02-{20 + int(n)}", 100_00, as_of=instant(d)), st.sampled_from("67"), FEW_DAYS
)


def envelopes(told: list[StorySaid], repeats: list[int]) -> list[facts.Fact]:
    """The facts with their event ids, and some of them again with new ones."""
    story = Story()
    return [story.envelope(said, instant(13)) for said in (*told, *(told[i % len(told)] for i in repeats))]


def applied(told: list[facts.Fact]) -> Any:
    account: Account | None = None
    now_ms = to_ms(instant(14))
    for fact in told:
        verdict = door.told(account, fact, now_ms, ANSWERING)
        account = verdict.account
    return None if account is None else without_history(json.loads(encode(account)))


_HISTORY = {"beat", "claim_told", "told", "used", "next"}


def without_history(state: Any) -> Any:
    """What was told of a record is history: of several the first one leaves the decision."""
    if isinstance(state, dict):
        return {name: without_history(value) for name, value in state.items() if name not in _HISTORY}
    return [without_history(one) for one in state] if isinstance(state, list) else state


@settings(max_examples=250, deadline=None)
@given(TOLD, st.lists(st.integers(0, 20), max_size=3), st.data())
def test_any_order_of_the_same_facts_gives_the_same_state(
    told: list[StorySaid], repeats: list[int], data: st.DataObject
) -> None:
    said = envelopes(told, repeats)
    shuffled = data.draw(st.permutations(said))
    assert applied(shuffled) == applied(said)


@settings(max_examples=400, deadline=None)
@given(SPOKEN, st.lists(st.integers(0, 20), max_size=3), st.data())
def test_any_order_of_what_several_sources_say_gives_the_same_state(
    told: list[StorySaid], repeats: list[int], data: st.DataObject
) -> None:
    said = envelopes(told, repeats)
    assert applied(data.draw(st.permutations(said))) == applied(said)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.one_of(OWED, CASES), min_size=2, max_size=10), st.data())
def test_any_order_of_imports_and_their_misses_gives_the_same_state(told: list[StorySaid], data: st.DataObject) -> None:
    said = envelopes(told, [])
    assert applied(data.draw(st.permutations(said))) == applied(said)


@settings(max_examples=60, deadline=None)
@given(TOLD)
def test_a_fact_told_twice_changes_nothing_the_second_time(told: list[StorySaid]) -> None:
    said = envelopes(told, [])
    assert applied([*said, *said]) == applied(said)


@settings(max_examples=60, deadline=None)
@given(TOLD)
def test_the_core_leaves_its_input_alone_and_repeats_itself(told: list[StorySaid]) -> None:
    account: Account | None = None
    now_ms = to_ms(instant(14))
    for fact in envelopes(told, []):
        before = None if account is None else encode(account)
        first = door.told(account, fact, now_ms, BOOK)
        assert door.told(account, fact, now_ms, BOOK) == first
        assert before == (None if account is None else encode(account))
        account = first.account
    if account is not None:
        ticked = door.ticked(account, now_ms, BOOK)
        assert door.ticked(account, now_ms, BOOK) == ticked
